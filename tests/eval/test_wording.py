"""An evaluation whose answers a language model words: figures, what is kept, and its failures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scripted_model import Scripted, scripted_server
from tiny_model import save_tiny_model

from corpus.errors import ModelError, SettingsError
from eval.answers import load_answers
from eval.compare import compare
from eval.options import Options
from eval.run import evaluate, score_answers
from eval.runs import kept_runs, load_run
from eval.scoring import Summary
from eval.sets import QuestionSet, read_set
from eval.system import System
from eval.wording import Wording, ready
from index.build import BuildOptions, build
from rag.llm.model import ModelSettings

pytestmark = pytest.mark.usefixtures("one_model")
TEXTS = {
    "红茶.md": "正山小种产自福建武夷山。祁门红茶产自安徽，每斤680元。",
    "绿茶.md": "绿茶不发酵。",
    "机器.md": "一台机器的成本是三百元。",
}
LINES: list[dict[str, Any]] = [
    {"id": "1", "question": "祁门红茶产自哪里？", "answers": ["安徽"]},
    {"id": "2", "question": "祁门红茶每斤多少元？", "answers": ["680元"]},
    {"id": "3", "question": "你好", "answers": []},
    {"id": "4", "question": "正山小种产自哪里？", "answers": ["福建"]},
]
SAID = "祁门红茶产自安徽[1]。每斤99元。"
MODEL_MEASURES = ("sentences_supported", "sentences_unsupported", "fell_back", "model_failed")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripted]:
    with scripted_server(tmp_path_factory.mktemp("scripted")) as server:
        yield server


@pytest.fixture
def server(running: Scripted) -> Scripted:
    """A server that says the same to every question, and has seen nothing yet."""
    running.says(SAID)
    running.forget()
    (running.folder / "down").unlink(missing_ok=True)
    return running


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> System:
    folder = tmp_path_factory.mktemp("tea") / "kb"
    build(TEXTS, folder, BuildOptions())
    return System(folder)


@pytest.fixture
def questions(tmp_path: Path) -> QuestionSet:
    """Three for the documents and a greeting, which no model is asked."""
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES), encoding="utf-8")
    return read_set(path)


def worded(server: Scripted, manner: str = "plain", **more: Any) -> Wording:
    found = ready(ModelSettings(server=server.address, model=manner, **more))
    assert found is not None
    return found


def values(summary: Summary) -> list[float | None]:
    return [summary.overall.figures[name].value for name in MODEL_MEASURES]


def asked(server: Scripted) -> int:
    return sum(line["path"].endswith("/chat/completions") for line in server.requests())


def test_what_a_model_adds_is_measured(
    kb: System, questions: QuestionSet, server: Scripted, tmp_path: Path
) -> None:
    """Its sentences, its answers and its time count; without a model all of it is undefined."""
    quoted = evaluate(questions, kb, tmp_path)
    options = Options(wording=worded(server))
    summary = evaluate(questions, kb, tmp_path, options=options)
    assert asked(server) == 1 + 3
    assert values(quoted) == [None] * 4
    assert values(summary) == [0.5, 0.5, 0.0, 0.0]
    assert [summary.overall.figures[name].count for name in MODEL_MEASURES] == [6, 6, 3, 3]
    assert {"generate", "check", "total"} <= set(summary.overall.latency)
    assert "generate" not in quoted.overall.latency
    again = score_answers(questions, tmp_path / "answers.jsonl", tmp_path / "again")
    assert again.overall == summary.overall
    records = load_answers(tmp_path / "answers.jsonl")
    assert ["asked_model" in record for record in records] == [True, True, False, True]
    before, after = map(load_run, kept_runs(tmp_path))
    changes = {item.name: item.second for item in compare(before, after).changes}
    assert changes["settings.llm.model"] == "plain"
    assert changes["settings.llm.server"] == server.address
    assert after.about["settings"]["llm"]["temperature"] == 0.0
    assert "key" not in after.about["settings"]["llm"]
    assert "Language model: model | plain" in (tmp_path / "report.md").read_text("utf-8")


def test_what_no_document_vouches_for_falls_back(
    kb: System, questions: QuestionSet, server: Scripted, tmp_path: Path
) -> None:
    """An answer of which no sentence is supported is quoted instead, though the model is well."""
    server.says("火星上有九家茶馆。")
    options = Options(wording=worded(server))
    assert values(evaluate(questions, kb, tmp_path, options=options)) == [None, None, 1.0, 0.0]


def test_the_first_model_of_a_server_is_named(server: Scripted) -> None:
    """A run keeps which model answered, and asks the same one until its end."""
    found = ready(ModelSettings(server=server.address))
    assert found is not None
    assert found.about["model"] == found.settings.model == "plain"
    assert ready(ModelSettings()) is None


@pytest.mark.parametrize("manner", ["status:404", "status:401", "broken"])
def test_a_model_that_does_not_answer_is_told_at_once(manner: str, server: Scripted) -> None:
    """One error that names it, before anything is asked."""
    server.says("")
    with pytest.raises(ModelError, match="nothing was asked"):
        worded(server, manner)
    assert asked(server) == 1


def test_a_server_that_is_down_or_elsewhere_is_told() -> None:
    """The same for one that nobody has started; one beyond this machine is not even tried."""
    for model in ("", "plain"):
        with pytest.raises(ModelError, match="is it running"):
            ready(ModelSettings(server="http://127.0.0.1:9", model=model))
    with pytest.raises(SettingsError, match="--allow-host 10"):
        ready(ModelSettings(server="http://10.0.0.7:11434/v1"))


def test_a_question_that_a_model_fails_at_is_counted(
    kb: System, questions: QuestionSet, server: Scripted, tmp_path: Path
) -> None:
    """The run goes on with the quoted answer, since the model still answers a greeting."""
    options = Options(wording=worded(server, "picky:多少元"))
    summary = evaluate(questions, kb, tmp_path, options=options)
    assert values(summary) == [0.5, 0.5, 1 / 3, 1 / 3]
    assert asked(server) == 1 + 3 + 1
    assert summary.overall.figures["contains"].value == pytest.approx(2 / 3)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_that_dies_loses_no_answer(
    kb: System, questions: QuestionSet, server: Scripted, tmp_path: Path, workers: int
) -> None:
    """The run ends with an error and goes on once the server is back; what was answered is kept."""

    def die(done: int, total: int) -> None:
        (server.folder / "down").touch()

    options = Options(wording=worded(server, "shaky"), workers=workers)
    with pytest.raises(ModelError, match=r"answers no more.*are kept"):
        evaluate(questions, kb, tmp_path, options=options, progress=die)
    assert not (tmp_path / "answers.jsonl").exists()
    kept = (tmp_path / ".answers.partial.jsonl").read_text("utf-8").splitlines()[1:]
    assert kept
    (server.folder / "down").unlink()
    server.forget()
    summary = evaluate(questions, kb, tmp_path, options=options)
    assert values(summary) == [0.5, 0.5, 0.0, 0.0]
    written = [json.loads(line)["answer"] for line in kept]
    assert asked(server) == 3 - sum("model" in record for record in written)
    records = load_answers(tmp_path / "answers.jsonl")
    assert [record["id"] for record in records] == ["1", "2", "3", "4"]
    assert all(record in records for record in written)


def test_another_model_starts_anew(
    kb: System, questions: QuestionSet, server: Scripted, tmp_path: Path
) -> None:
    """Answers of two models are never mixed in one run."""
    stop = KeyboardInterrupt()

    def kill(done: int, total: int) -> None:
        if done == 2:
            raise stop

    first = worded(server)
    with pytest.raises(KeyboardInterrupt):
        evaluate(questions, kb, tmp_path, options=Options(wording=first), progress=kill)
    server.forget()
    warmer = replace(first, settings=replace(first.settings, temperature=0.5))
    evaluate(questions, kb, tmp_path, options=Options(wording=warmer))
    assert asked(server) == 3


def test_how_many_processes_ask() -> None:
    """One for a model, unless more are wanted; never more for one that each would read itself."""
    model: Any = None
    at = Wording(ModelSettings(server="http://127.0.0.1:1/v1"), model)
    folder = Wording(ModelSettings(server="/models/one"), model)
    assert Options(wording=at).workers_for(1000) == 1
    assert Options(wording=at, workers=4).workers_for(1000) == 4
    assert Options(wording=at, workers=4).workers_for(3) == 3
    assert Options(wording=folder, workers=4).workers_for(1000) == 1


def test_a_model_in_a_folder_words_the_answers(
    kb: System, questions: QuestionSet, tmp_path: Path
) -> None:
    """Read once, in this process; what a random one writes is dropped, and the run is whole."""
    given = {"tokens": 16, "context": 512}
    found = ready(ModelSettings(server=str(save_tiny_model(tmp_path / "tiny")), **given))
    assert found is not None
    summary = evaluate(questions, kb, tmp_path, options=Options(wording=found, workers=2))
    assert values(summary)[2] == 1.0
    assert summary.overall.figures["contains"].value == 1.0


def test_an_english_question_is_left_alone(kb: System, tmp_path: Path) -> None:
    """Put into Chinese word by word with and without a conversation, it is not changed by it."""
    line = {"id": "1", "question": "How much does the machine cost?", "understood": [],
            "history": ["绿茶发酵吗？"]}  # fmt: skip
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(line), encoding="utf-8")
    summary = evaluate(path, kb, tmp_path / "out")
    [record] = load_answers(tmp_path / "out" / "answers.jsonl")
    assert record["question_resolved"] == record["question_alone"] != line["question"]
    assert summary.overall.figures["left_alone"].value == 1.0
