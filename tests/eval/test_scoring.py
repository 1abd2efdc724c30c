"""Scoring by hand: five answers whose every figure can be counted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from eval import Question, Summary, score
from eval.questions import Evidence

QUOTE = "图书馆逢周一闭馆，法定节假日照常开放。"
EVIDENCE = (Evidence("a.md", QUOTE),)
CITED = {"number": 1, "source": "a.md", "quote": QUOTE, "passage": QUOTE}
ELSEWHERE = {"number": 2, "source": "b.md", "quote": "另有一句不相干的话。", "passage": "别处。"}


def hits(rank: int | None, of: int = 12) -> list[dict[str, Any]]:
    """``of`` passages, the one at ``rank`` relevant."""
    return [
        {
            "rank": at,
            "source": "a.md" if at == rank else "b.md",
            "passage": QUOTE if at == rank else "无关。",
        }
        for at in range(1, of + 1)
    ]


def asked(name: str, answers: tuple[tuple[str, ...], ...] | None, **more: Any) -> Question:
    return Question(name, f"问{name}？", answers, **more)


def value(summary: Summary, name: str) -> float | None:
    return summary.overall.figures[name].value


QUESTIONS = [
    asked("right", (("周一",), ("星期一",)), evidence=EVIDENCE, type="fact"),
    asked("wrong", (("周一",),), evidence=EVIDENCE, type="fact"),
    asked("refused", (("周一",),), evidence=EVIDENCE, type="fact"),
    asked("none", (), type="none"),
    asked("none, answered", (), type="none"),
]
ANSWERS: list[dict[str, Any]] = [
    {
        "id": "right",
        "answer": "星期一闭馆。[1][2]",
        "short": "星期一",
        "confidence": 0.9,
        "citations": [CITED, ELSEWHERE],
        "hits": hits(1),
        "timings_ms": {"retrieve": 2, "total": 10},
    },
    {
        "id": "wrong",
        "answer": "周二。[1]",
        "short": "周二",
        "confidence": 0.6,
        "citations": [ELSEWHERE],
        "hits": hits(4),
        "timings_ms": {"retrieve": 4, "total": 20},
    },
    {"id": "refused", "answer": "没有。", "refused": True, "confidence": 0.4, "hits": hits(None)},
    {"id": "none", "answer": "没有。", "refused": True, "confidence": 0.2, "hits": hits(None)},
    {"id": "none, answered", "answer": "周一。", "confidence": 0.7, "hits": hits(None)},
]


@pytest.mark.parametrize(
    ("name", "expected", "count"),
    [
        ("recall@1", 1 / 3, 3),
        ("recall@5", 2 / 3, 3),
        ("recall@100", 2 / 3, 3),
        ("mrr@10", (1 + 1 / 4) / 3, 3),
        ("ndcg@10", (1 + 0.4306766) / 3, 3),  # 1 / log2(5)
        ("contains", 1 / 3, 3),
        ("contains_answered", 1 / 2, 2),
        ("contains_short", 1 / 3, 3),
        ("exact_match", 1 / 3, 3),
        ("f1", (1 + 1 / 2) / 3, 3),  # 周 of 周二 and 周一
        ("list_recall", None, 0),
        ("citation_precision", 1 / 3, 3),
        ("citation_recall", 1 / 3, 3),
        ("passage_precision", 1 / 3, 3),
        ("passage_recall", 1 / 3, 3),
        ("verbatim", 1 / 3, 3),
        ("refusal_precision", 1 / 2, 2),
        ("refusal_recall", 1 / 2, 2),
        ("false_refusal", 1 / 3, 3),
        ("answered_unanswerable", 1 / 2, 2),
        ("auroc", 4 / 6, 5),  # 0.9 > both, 0.6 > 0.2, 0.4 > 0.2
        ("failed", 0.0, 5),
    ],
)
def test_every_figure(name: str, expected: float | None, count: int) -> None:
    """Protects the whole table: each figure and how many it is over, counted by hand."""
    figure = score(QUESTIONS, ANSWERS).overall.figures[name]
    assert figure.value == (expected if expected is None else pytest.approx(expected))
    assert figure.count == count


def test_by_type_latency_and_stages() -> None:
    """Protects the split by type, the percentiles, and the stage that lost each question."""
    summary = score(QUESTIONS, ANSWERS)
    assert {name: group.questions for name, group in summary.by_type.items()} == {
        "fact": 3,
        "none": 2,
    }
    assert summary.by_type["none"].figures["recall@1"].value is None
    assert summary.by_type["fact"].figures["refusal_recall"].value is None
    total = summary.overall.latency["total"]
    assert (total.p50, total.p95, total.worst, total.count) == (15.0, 19.5, 20.0, 2)
    assert [item.lost_at for item in summary.judgements] == [
        "",
        "retrieved, not cited",
        "not retrieved",
        "",
        "answered though unanswerable",
    ]


def test_the_other_stages() -> None:
    """Protects the stages the table above does not reach."""
    questions = [
        asked("refused", (("周一",),), evidence=EVIDENCE),
        asked("cited", (("周二",),), evidence=EVIDENCE),
        asked("plain", (("周二",),)),
        asked("silent", (("周二",),)),
        asked("unjudged", None),
        asked("located", None, evidence=EVIDENCE),
    ]
    answers = [
        {"id": "refused", "refused": True, "hits": hits(2)},
        {"id": "cited", "answer": "周一。[1]", "citations": [CITED], "hits": hits(2)},
        {"id": "plain", "answer": "周一。"},
        {"id": "unjudged", "answer": "周一。"},
        {"id": "located", "answer": "周一。[1]", "citations": [CITED], "hits": hits(2)},
    ]
    summary = score(questions, answers)
    assert [item.lost_at for item in summary.judgements] == [
        "wrongly refused",
        "cited, answer lacks it",
        "answer lacks it",
        "failed",
        "",
        "",
    ]
    assert summary.by_type == {}


def test_missing_and_failed_answers_count_as_wrong() -> None:
    """Protects against a better score by leaving out or failing on the hard questions."""
    failed = [
        {"id": item.id, "error": "boom", "refused": True, "timings_ms": {"total": 9e9}}
        for item in QUESTIONS[2:]
    ]
    for answers in (ANSWERS[:2], ANSWERS[:2] + failed):
        summary = score(QUESTIONS, answers)
        assert value(summary, "contains") == pytest.approx(1 / 3)
        assert value(summary, "contains_answered") == pytest.approx(1 / 2)
        assert value(summary, "citation_recall") == pytest.approx(1 / 3)
        assert summary.overall.latency["total"].count == 2
        assert value(summary, "refusal_recall") == 0.0
        assert value(summary, "refusal_precision") is None
        assert value(summary, "false_refusal") == 0.0
        assert value(summary, "failed") == pytest.approx(3 / 5)


def test_what_a_system_never_gives_is_undefined() -> None:
    """Protects other systems: no hits or answering words at all is not a score of 0."""
    bare = [
        {name: item[name] for name in item if name not in ("hits", "short")} for item in ANSWERS
    ]
    summary = score(QUESTIONS, bare)
    for name in ("recall@1", "mrr@10", "exact_match", "f1", "contains_short"):
        assert value(summary, name) is None
    assert value(summary, "contains") == pytest.approx(1 / 3)


def test_a_refusal_cites_nothing() -> None:
    """Protects the citation figures from related reading that comes with a refusal."""
    answer = {"id": "refused", "refused": True, "answer": "周一", "citations": [CITED]}
    summary = score([QUESTIONS[2]], [answer])
    assert value(summary, "citation_precision") is None
    assert value(summary, "citation_recall") == 0.0
    assert value(summary, "contains") == 0.0


def test_lists() -> None:
    """Protects lists: all items or nothing, their share apart, no string to compare with."""
    question = asked("list", (("红",), ("蓝", "青"), ("白",)), match="all")
    summary = score([question], [{"id": "list", "answer": "红和青。", "short": "红和青"}])
    assert value(summary, "contains") == 0.0
    assert value(summary, "list_recall") == pytest.approx(2 / 3)
    assert value(summary, "exact_match") is None


@pytest.mark.parametrize(
    ("quote", "start", "verbatim"),
    [
        ("周一闭馆", 104, 1.0),
        ("周一闭馆", 105, 0.0),
        ("周一闭馆", 3, 0.0),
        ("周一闭馆", None, 1.0),
        ("周一 闭馆", 104, 0.0),
        ("", 104, 0.0),
    ],
)
def test_spans_are_checked_to_the_code_point(
    quote: str, start: int | None, verbatim: float
) -> None:
    """Protects verbatim quotes: the offsets must point at the quote within its passage."""
    cited = {"source": "a.md", "quote": quote, "passage": QUOTE, "passage_id": "p"}
    if start is not None:
        cited = {**cited, "start": start, "end": start + len(quote)}
    hit = {"rank": 1, "source": "a.md", "passage": QUOTE, "passage_id": "p", "start": 100}
    answer = {"id": "q", "answer": "周一。[1]", "citations": [cited], "hits": [hit]}
    assert value(score([asked("q", None, evidence=EVIDENCE)], [answer]), "verbatim") == verbatim


@given(st.integers(1, 40), st.integers(1, 40))
def test_an_irrelevant_hit_below_k_changes_nothing(rank: int, added: int) -> None:
    """Protects the cut-offs: what stands below them has no effect, whatever the evidence rank."""
    question = asked("q", None, evidence=EVIDENCE)
    before = hits(rank, of=40)
    after = before + [
        {"rank": 40 + at, "source": "b.md", "passage": "无关。"} for at in range(1, added)
    ]
    one, two = (score([question], [{"id": "q", "hits": item}]) for item in (before, after))
    assert one.overall.figures == two.overall.figures


@settings(deadline=None)  # a busy machine is no defect
@given(st.permutations(range(5)))
def test_the_order_of_answers_and_hits_is_free(order: list[int]) -> None:
    """Protects other systems: answers are matched by id, hits by rank."""
    shuffled = [{**ANSWERS[at], "hits": ANSWERS[at]["hits"][::-1]} for at in order]
    assert score(QUESTIONS, shuffled) == score(QUESTIONS, ANSWERS)


@settings(deadline=None)  # a busy machine is no defect
@given(
    st.lists(
        st.fixed_dictionaries(
            {"refused": st.booleans(), "confidence": st.floats(0, 1)},
            optional={
                "answer": st.sampled_from(["周一。[1]", "不知", ""]),
                "short": st.sampled_from(["周一", "周", ""]),
                "error": st.just("boom"),
                "hits": st.integers(1, 12).map(hits),
                "citations": st.lists(st.sampled_from([CITED, ELSEWHERE]), max_size=3),
            },
        ),
        min_size=5,
        max_size=5,
    )
)
def test_every_figure_is_a_share(answers: list[dict[str, Any]]) -> None:
    """Protects the bounds: every figure is undefined or in [0, 1], whatever the answers."""
    records = [{**item, "id": name.id} for item, name in zip(answers, QUESTIONS, strict=True)]
    summary = score(QUESTIONS, records)
    for group in (summary.overall, *summary.by_type.values()):
        for figure in group.figures.values():
            assert figure.value is None or (0.0 <= figure.value <= 1.0 and figure.count > 0)


def test_answers_to_other_questions() -> None:
    """Protects against scoring answers with the wrong question set without a word."""
    summary = score(QUESTIONS[:1], ANSWERS)
    assert summary.unknown == 4
    with pytest.raises(InputError, match="answer 'right' is to '别的？'"):
        score(QUESTIONS, [{**ANSWERS[0], "question": "别的？"}])
    with pytest.raises(InputError, match="'right' comes twice"):
        score(QUESTIONS, [ANSWERS[0], ANSWERS[0]])


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({}, "has no `id`"),
        ({"id": "q", "format": 2}, "format 2 is newer"),
        ({"id": "q", "refused": "yes"}, "`refused` must be of type bool"),
        ({"id": "q", "answer": 3}, "`answer` must be of type str"),
        ({"id": "q", "confidence": float("nan")}, "`confidence` must be a finite number"),
        ({"id": "q", "confidence": True}, "`confidence` must be a finite number"),
        ({"id": "q", "hits": {}}, "`hits` must be of type list"),
        ({"id": "q", "hits": ["x"]}, "hit 1 must be a JSON object"),
        ({"id": "q", "hits": [{"rank": "1"}]}, "hit 1: `rank` must be of type int"),
        ({"id": "q", "citations": [{"quote": 1}]}, "citation 1: `quote` must be of type str"),
        ({"id": "q", "timings_ms": {"total": "5"}}, "`timings_ms`: `total` must be a finite"),
    ],
)
def test_malformed_answers(record: dict[str, Any], said: str) -> None:
    """Protects other systems' authors: a wrong field is named, not a traceback."""
    with pytest.raises(InputError) as caught:
        score([asked("q", None)], [record])
    assert said in str(caught.value)
