"""From a question file to the three result files, with a fake system."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from corpus.errors import CorruptError, InputError, QuestionError
from corpus.records import Answer
from eval import evaluate, load_questions, score
from eval.answers import load_answers
from eval.partial import Partial

Write = Callable[..., Path]
SENTENCE = "图书馆逢周一闭馆，法定节假日照常开放。"
OTHER = "食堂每日供应早餐，价格便宜。"
LINES: list[dict[str, Any]] = [
    {
        "id": "a",
        "question": "哪天闭馆？",
        "answers": ["周一"],
        "evidence": [{"source": "馆.md", "quote": SENTENCE}],
        "type": "fact",
    },
    {"id": "b", "question": "馆长是谁？", "answers": [], "type": "none"},
    {"id": "c", "question": "那里几点开？", "history": ["馆在哪里？"]},
]


def _record(answer: Answer, question_id: str | None = None) -> dict[str, Any]:
    """The stable format, as far as scoring reads it."""
    return {
        "format": 1,
        "id": question_id,
        "question": answer.question,
        "answer": answer.text,
        "short": answer.short,
        "refused": answer.refused,
        "confidence": answer.confidence,
        "citations": [
            {
                "number": item.number,
                "source": item.passage.source,
                "quote": item.quote,
                "passage": item.passage.text,
                "passage_id": item.passage.id,
                "start": item.start,
                "end": item.end,
            }
            for item in answer.citations
        ],
        "hits": [
            {
                "rank": item.rank,
                "source": item.passage.source,
                "passage": item.passage.text,
                "passage_id": item.passage.id,
                "start": item.passage.start,
                "score": item.score,
            }
            for item in answer.hits
        ],
        "timings_ms": dict(answer.timings_ms),
    }


@pytest.fixture(autouse=True)
def _format(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for ``rag.format`` in a checkout that has none."""
    if importlib.util.find_spec("rag.format") is None:
        module = ModuleType("rag.format")
        module.__dict__["answer_record"] = _record
        monkeypatch.setitem(sys.modules, "rag.format", module)


@pytest.fixture
def answers(kit: SimpleNamespace) -> dict[str, Answer]:
    passages = [kit.passage(OTHER, "食.md"), kit.passage(SENTENCE, "馆.md", start=100)]
    return {
        "哪天闭馆？": kit.answer(
            "哪天闭馆？", "周一闭馆。[1]", SENTENCE, passages=passages, short="周一"
        ),
        "馆长是谁？": kit.answer("馆长是谁？", passages=passages, confidence=0.1),
        "那里几点开？": kit.answer("那里几点开？", "九点。[1]", OTHER, passages=passages),
    }


def test_end_to_end(
    tmp_path: Path, write_lines: Write, kit: SimpleNamespace, answers: dict[str, Answer]
) -> None:
    """Protects the whole run: what is asked, the files, and scoring the file again."""
    kb, out, steps = kit.kb(answers), tmp_path / "new" / "out", []
    path = write_lines(*LINES)
    summary = evaluate(path, kb, out, progress=lambda *step: steps.append(step))
    assert kb.asked == [
        ("哪天闭馆？", (), 100),
        ("馆长是谁？", (), 100),
        ("那里几点开？", (("馆在哪里？", ""),), 100),
    ]
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert sorted(item.name for item in out.iterdir()) == [
        "answers.jsonl",
        "metrics.json",
        "questions.csv",
        "report.html",
        "report.md",
        "runs",
    ]
    records = load_answers(out / "answers.jsonl")
    assert [item["id"] for item in records] == ["a", "b", "c"]
    assert score(load_questions(path), records) == summary
    figures = summary.overall.figures
    assert figures["recall@1"].value == 0.0
    assert figures["recall@5"].value == 1.0
    assert figures["citation_precision"].value == 1.0
    assert figures["verbatim"].value == 1.0
    assert figures["refusal_recall"].value == 1.0
    metrics = json.loads((out / "metrics.json").read_text("utf-8"))
    figures = metrics["overall"]["figures"]
    assert (figures["mrr@10"]["value"], figures["mrr@10"]["count"]) == (0.5, 1)
    assert (figures["list_recall"]["value"], figures["list_recall"]["count"]) == (None, 0)
    assert metrics["settings"]["kb"] == {"documents": 2, "model": "fake"}
    report = (out / "report.md").read_text("utf-8")
    assert "| MRR@10 | 0.500 | 0.500–0.500 | 1 |" in report
    assert "| Items found (lists) | – | – | 0 |" in report
    assert "| fact | 1 | 0.000 | 1.000 |" in report
    assert "| total | 5.0 | 5.0 | 5.0 | 3 |" in report
    assert "| Knowledge base: model | fake |" in report
    assert report.endswith("## Failures\n\nNone.\n")


def test_a_failing_question_does_not_stop_the_run(
    tmp_path: Path, write_lines: Write, kit: SimpleNamespace, answers: dict[str, Answer]
) -> None:
    """Protects long runs: one odd question is recorded, listed, and asked again next time."""
    kb = kit.kb({**answers, "馆长是谁？": ValueError("坏|的<b>")})
    summary = evaluate(write_lines(*LINES), kb, tmp_path)
    records = load_answers(tmp_path / "answers.jsonl")
    assert records[1] == {
        "format": 1,
        "id": "b",
        "question": "馆长是谁？",
        "error": "ValueError: 坏|的<b>",
    }
    assert summary.failures == {"failed": 1}
    assert r"ValueError\: 坏\|的&lt;b&gt; | failed |" in (tmp_path / "report.md").read_text("utf-8")


def test_an_answer_that_json_cannot_hold_is_a_failure(
    tmp_path: Path, write_lines: Write, kit: SimpleNamespace, answers: dict[str, Answer]
) -> None:
    """Protects answers.jsonl: no NaN and no half surrogate gets into it, and the run goes on."""
    answers["馆长是谁？"] = kit.answer("馆长是谁？", "\ud800", confidence=0.5)
    answers["那里几点开？"] = kit.answer("那里几点开？", "x", confidence=float("nan"))
    summary = evaluate(write_lines(*LINES), kit.kb(answers), tmp_path)
    assert summary.failures == {"failed": 2}
    assert len(load_answers(tmp_path / "answers.jsonl")) == 3


@pytest.mark.parametrize("torn", [0, 1, 25])
def test_a_killed_run_goes_on(
    tmp_path: Path,
    write_lines: Write,
    kit: SimpleNamespace,
    answers: dict[str, Answer],
    torn: int,
) -> None:
    """Protects hours of work: after a kill only what is missing, or cut short, is asked again."""
    out, path = tmp_path / "out", write_lines(*LINES)
    killed = kit.kb({**answers, "那里几点开？": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt):
        evaluate(path, killed, out)
    (left,) = out.iterdir()
    if torn:
        left.write_bytes(left.read_bytes()[:-torn])
    kb = kit.kb(answers)
    resumed = evaluate(path, kb, out)
    expected = ["馆长是谁？", "那里几点开？"] if torn else ["那里几点开？"]
    assert [item[0] for item in kb.asked] == expected
    fresh = evaluate(path, kit.kb(answers), tmp_path / "fresh")
    assert resumed == fresh
    same = [(tmp_path / name / "answers.jsonl").read_bytes() for name in ("out", "fresh")]
    assert same[0] == same[1]
    assert "Answers kept" in (out / "report.md").read_text("utf-8")
    assert not left.exists()


def test_a_failed_question_is_asked_again_after_a_kill(
    tmp_path: Path, write_lines: Write, kit: SimpleNamespace, answers: dict[str, Answer]
) -> None:
    """Protects the figures from a failure that was fixed between two runs."""
    path = write_lines(*LINES)
    broken = {"馆长是谁？": ValueError("x"), "那里几点开？": KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        evaluate(path, kit.kb({**answers, **broken}), tmp_path / "out")
    kb = kit.kb(answers)
    assert evaluate(path, kb, tmp_path / "out").failures == {}
    assert [item[0] for item in kb.asked] == ["馆长是谁？", "那里几点开？"]


def test_a_partial_file_outlives_many_kills(tmp_path: Path) -> None:
    """Protects the file itself: a torn line longer than what follows leaves nothing behind."""
    path = tmp_path / "partial"
    with Partial(path, "same") as first:
        first.add("a", {"text": "甲"})
        first.add("b", {"text": "乙" * 100})
    path.write_bytes(path.read_bytes()[:-5])
    for _ in range(2):
        with Partial(path, "same") as again:
            assert "a" in again
            assert again.read("a") == {"text": "甲"}
            again.add("b", {"text": "乙"})
            assert again.read("b") == {"text": "乙"}
    for line in path.read_bytes().splitlines():
        json.loads(line)
    with Partial(path, "other") as other:
        assert "a" not in other
    assert len(path.read_bytes().splitlines()) == 1


@pytest.mark.parametrize("change", ["question", "history", "kb", "hits"])
def test_what_changed_is_asked_again(
    tmp_path: Path,
    write_lines: Write,
    kit: SimpleNamespace,
    answers: dict[str, Answer],
    change: str,
) -> None:
    """Protects against mixing answers of two versions of a question or of a knowledge base."""
    with pytest.raises(KeyboardInterrupt):
        evaluate(
            write_lines(*LINES),
            kit.kb({**answers, "那里几点开？": KeyboardInterrupt()}),
            tmp_path / "out",
        )
    lines = [dict(item) for item in LINES]
    kb = kit.kb({**answers, "谁是馆长？": answers["馆长是谁？"]})
    if change == "question":
        lines[1]["question"] = "谁是馆长？"
    elif change == "history":
        lines[1]["history"] = ["你好"]
    elif change == "kb":
        kb.about = {"documents": 3}
    evaluate(write_lines(*lines), kb, tmp_path / "out", hits=5 if change == "hits" else 100)
    asked = [item[0] for item in kb.asked]
    assert len(asked) == (3 if change in ("kb", "hits") else 2)
    assert lines[1]["question"] in asked


def test_a_finished_run_starts_anew(
    tmp_path: Path, write_lines: Write, kit: SimpleNamespace, answers: dict[str, Answer]
) -> None:
    """Protects fresh figures: only a run that was killed is resumed."""
    for _ in range(2):
        kb = kit.kb(answers)
        evaluate(write_lines(*LINES), kb, tmp_path / "out")
        assert len(kb.asked) == 3


def test_a_damaged_knowledge_base_ends_the_run(
    tmp_path: Path, write_lines: Write, kit: SimpleNamespace, answers: dict[str, Answer]
) -> None:
    """Protects against a report of nothing but errors: earlier results stay as they were."""
    evaluate(write_lines(*LINES), kit.kb(answers), tmp_path / "out")
    before = (tmp_path / "out" / "report.md").read_bytes()
    damaged = kit.kb({**answers, "馆长是谁？": CorruptError("passages.bin is cut short")})
    with pytest.raises(CorruptError):
        evaluate(write_lines(*LINES), damaged, tmp_path / "out")
    assert (tmp_path / "out" / "report.md").read_bytes() == before


def test_nothing_is_written_for_a_wrong_question_set(
    tmp_path: Path, write_lines: Write, kit: SimpleNamespace
) -> None:
    """Protects the output folder: wrong input is refused before anything is asked or written."""
    kb = kit.kb({})
    with pytest.raises(QuestionError):
        evaluate(write_lines({"id": "a"}), kb, tmp_path / "out")
    with pytest.raises(InputError, match="hits must be at least 1"):
        evaluate(write_lines(*LINES), kb, tmp_path / "out", hits=0)
    assert not (tmp_path / "out").exists()
    assert kb.asked == []
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "out"):
        with pytest.raises(InputError, match="this is a file"):
            evaluate(write_lines(*LINES), kb, out)


def test_load_answers_names_the_line(tmp_path: Path, write_lines: Write) -> None:
    """Protects authors of other systems: a line that cannot be read is named."""
    with pytest.raises(InputError, match=r"other\.jsonl:2: not JSON"):
        load_answers(write_lines({"id": "a"}, "{", name="other.jsonl"))
    with pytest.raises(InputError, match=r"other\.jsonl:1: must be a JSON object"):
        load_answers(write_lines([1], name="other.jsonl"))
    with pytest.raises(InputError, match="cannot be read"):
        load_answers(tmp_path / "none.jsonl")
