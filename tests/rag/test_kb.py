"""Opening, building, searching and asking, with everything people type."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError, NotAKnowledgeBaseError, SettingsError
from corpus.records import Answer
from index.build import BuildOptions
from index.search import RetrieveSettings
from rag import AnswerSettings, KnowledgeBase, build_kb, open_kb

STAGES = ["understand", "retrieve", "evidence"]
pytestmark = pytest.mark.usefixtures("one_model")
TEXT = "# 茶\n\n正山小种产自福建武夷山。祁门红茶产自安徽。"
ODD = [
    "", " ", "\u3000\n\t", "？", "！！！。。。", "…—《》“”", "的", "什么", "[1]", "[", "(", "\\",
    "%s {0} {x}", "'; DROP TABLE documents; --", '" OR 1=1', "documents NEAR passages*",
    "title:茶 AND (", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;",
    ".*(a+)+$", "(?i)x{1,99999}", "^$", "\\d+\\b", "\x00", "\x1b[31m红\x1b[0m", "\x07\x7f\x9b2J",
    "\u200b", "\u202e反", "\ufeff茶", "\ud800", "茶\udcff", "🍵🍵", "e\u0301", "ﬁ", "㎡", "١٢٣",
    "Ω≈ç√", "What is tea?", "¿De dónde es el té?", "紅茶はどこで作られますか", "홍차는 어디에서",
    "Откуда чай?", "من أين الشاي؟", "चाय कहाँ से आती है", "ชา",
    "多少" * 50, "a-b-" * 200, "1.2" * 200, "茶\n" * 100,
]  # fmt: skip


def complete(answer: Answer, question: str) -> None:
    """What every reply has, whatever was asked."""
    assert answer.question == question.encode("utf-8", "replace").decode()
    assert answer.text
    assert 0 <= answer.confidence <= 1
    assert answer.timings_ms["total"] >= 0
    assert answer.refused == bool(answer.reason) == (not answer.citations)
    answer.text.encode("utf-8")


@pytest.mark.parametrize("question", ODD, ids=lambda text: ascii(text[:12]))
def test_every_odd_question_gets_a_reply(
    question: str, kb: KnowledgeBase, bold_kb: KnowledgeBase
) -> None:
    """No typed text is an exception, with a history or without, refused or answered."""
    complete(kb.ask(question), question)
    complete(bold_kb.ask(question, [(question, ""), ("它呢", "")]), question)
    assert len(kb.search(question, 3)) <= 3


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.text(max_size=60), st.lists(st.tuples(st.text(max_size=20), st.text()), max_size=2))
def test_any_text_gets_a_reply(
    kb: KnowledgeBase, question: str, history: list[tuple[str, str]]
) -> None:
    """The same for whatever hypothesis comes up with."""
    complete(kb.ask(question, history), question)


@pytest.mark.parametrize("unit", ["强化微调需要多少样本？", "x y ", "？"])
def test_ten_thousand_characters_get_a_reply(unit: str, kb: KnowledgeBase) -> None:
    """A pasted article is answered or refused like any other question."""
    question = (unit * 10_000)[:10_000]
    complete(kb.ask(question), question)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("你好！", "greeting"),
        ("謝謝", "thanks"),
        ("Bye", "farewell"),
        ("  ", "empty"),
        ("", "empty"),
        ("？！……", "empty"),
        ("\x00\x07", "empty"),
    ],
)
def test_small_talk_is_not_looked_up(question: str, reason: str, kb: KnowledgeBase) -> None:
    """A greeting or an empty line gets a human reply, without hits."""
    answer = kb.ask(question)
    assert (answer.reason, answer.hits, answer.confidence) == (reason, (), 0)
    assert list(answer.timings_ms) == ["total"]


def test_stages_are_timed(kb: KnowledgeBase, bold_kb: KnowledgeBase) -> None:
    """Each stage that ran has its milliseconds, and together they are not more than the total."""
    refused = kb.ask("火星上有多少家茶馆在卖宇航服")
    answered = bold_kb.ask("强化微调是什么意思")
    assert sorted(refused.timings_ms) == sorted([*STAGES, "total"])
    assert sorted(answered.timings_ms) == sorted([*STAGES, "answer", "total"])
    for answer in (refused, answered):
        spent = [ms for name, ms in answer.timings_ms.items() if name != "total"]
        assert min(spent) >= 0
        assert sum(spent) <= answer.timings_ms["total"] + 0.01


def test_a_threshold_of_zero_never_refuses_and_one_always(sample_folder: Path) -> None:
    """The threshold is the user's: at its ends it decides alone."""
    questions = ["强化微调是什么意思", "火星上有多少家茶馆"]
    with open_kb(sample_folder, answer=AnswerSettings(threshold=0)) as kb:
        assert [kb.ask(question).refused for question in questions] == [False, False]
    with open_kb(sample_folder, answer=AnswerSettings(threshold=1)) as kb:
        answers = [kb.ask(question) for question in questions]
    assert [answer.reason for answer in answers] == ["no evidence"] * 2
    assert all(answer.hits for answer in answers)
    assert answers[0].confidence > answers[1].confidence


def test_eight_threads_give_the_answers_of_one(
    kb: KnowledgeBase, dev_questions: list[dict[str, object]]
) -> None:
    """One opened knowledge base serves many people at once."""
    questions = [str(item["question"]) for item in dev_questions[:8]]
    barrier = threading.Barrier(8)

    def asked(question: str) -> tuple[object, ...]:
        answer = kb.ask(question)
        document = kb.document(answer.hits[0].passage.document_id)
        return answer.text, answer.confidence, answer.hits, answer.citations, document

    def all_asked(first: int) -> dict[str, tuple[object, ...]]:
        barrier.wait()
        turned = questions[first:] + questions[:first]
        return {question: asked(question) for question in turned}

    alone = {question: asked(question) for question in questions}
    with ThreadPoolExecutor(8) as pool:
        for together in pool.map(all_asked, range(8)):
            assert together == alone


def test_hits_are_returned_as_asked_for(kb: KnowledgeBase) -> None:
    """``k`` limits what is returned, not what is looked at."""
    question = "强化微调是什么意思"
    answers = {count: kb.ask(question, k=count) for count in (0, 1, 10, 40)}
    assert {count: len(answer.hits) for count, answer in answers.items()} == {
        0: 0, 1: 1, 10: 10, 40: 40,
    }  # fmt: skip
    assert len({answer.text for answer in answers.values()}) == 1
    assert len({answer.confidence for answer in answers.values()}) == 1
    assert answers[10].hits == tuple(kb.search(question, 10))


def test_counts_that_make_no_sense_are_refused(kb: KnowledgeBase) -> None:
    """A count below what is possible is told instead of sliced."""
    for k in (0, -1):
        with pytest.raises(InputError, match=f"k is {k}"):
            kb.search("茶", k)
    with pytest.raises(InputError, match="k is -1"):
        kb.ask("茶", k=-1)


def by_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "文 档"
    folder.mkdir()
    (folder / "茶.md").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (by_folder, "茶.md"),
        (lambda tmp: str(by_folder(tmp)), "茶.md"),
        (lambda tmp: by_folder(tmp) / "茶.md", "茶.md"),
        (lambda tmp: [by_folder(tmp)], "茶.md"),
        (lambda tmp: [TEXT], "text-1"),
        (lambda tmp: iter(["绿茶不发酵。", TEXT]), "text-2"),
        (lambda tmp: {"笔记/茶": TEXT}, "笔记/茶"),
    ],
)
def test_built_from_what_a_program_has(
    source: Callable[[Path], object], name: str, tmp_path: Path
) -> None:
    """A folder, a file, texts, or texts by name: built, opened, asked, and opened again."""
    folder = tmp_path / "库" / "kb"
    with build_kb(source(tmp_path), folder) as kb:  # type: ignore[arg-type]
        answer = kb.ask("祁门红茶产自哪里？")
    assert answer.citations[0].passage.source == name
    assert answer.citations[0].quote == "祁门红茶产自安徽。"
    with open_kb(str(folder)) as again:
        assert again.ask("祁门红茶产自哪里？").text == answer.text
        assert [document.source for document in again.documents()][-1] == name
        assert again.info()["documents"] == len(list(again.documents()))


@pytest.mark.parametrize(
    "source", [[], [1, 2], ["文字", Path("x")], {}, {"空": "  "}, Path("没有")]
)
def test_nothing_to_build_from_is_told(source: object, tmp_path: Path) -> None:
    """A list of something else, or of nothing, is an error of one sentence."""
    with pytest.raises(InputError) as caught:
        build_kb(source, tmp_path / "kb")  # type: ignore[arg-type]
    assert str(caught.value)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """Opening anything but a knowledge base says so and how to build one."""
    with pytest.raises(NotAKnowledgeBaseError, match="yinju build"):
        open_kb(tmp_path)


def test_progress_and_options_reach_the_build(tmp_path: Path) -> None:
    """Stages are reported in order, each up to its end."""
    seen: list[tuple[str, int, int]] = []
    options = BuildOptions(rebuild=True)
    build_kb([TEXT], tmp_path, options=options, progress=lambda *now: seen.append(now)).close()
    assert list(dict.fromkeys(stage for stage, _, _ in seen)) == ["read", "index"]
    assert all(done <= total for _, done, total in seen)


@pytest.mark.parametrize(
    "wrong",
    [{"passages": 0}, {"sentences": 0}, {"threshold": -0.1}, {"threshold": 1.1},
     {"threshold": float("nan")}, {"language": "fr"}],
)  # fmt: skip
def test_answer_settings_are_checked(wrong: dict[str, object]) -> None:
    """A setting out of its range names itself."""
    with pytest.raises(SettingsError, match=f"answer.{next(iter(wrong))}"):
        AnswerSettings(**wrong)  # type: ignore[arg-type]


def test_settings_are_used(sample_folder: Path) -> None:
    """What is set at opening shows in what is answered, and in ``info``."""
    settings = AnswerSettings(passages=1, sentences=1, threshold=0, language="en")
    retrieve = RetrieveSettings(dense_weight=0)
    with open_kb(sample_folder, answer=settings, retrieve=retrieve) as kb:
        assert len(kb.ask("强化微调需要多少样本").citations) == 1
        assert kb.ask("hi").text.startswith("Hello")
        assert kb.info()["settings"]["answer"]["language"] == "en"
        assert kb.info()["settings"]["retrieve"]["dense_weight"] == 0
