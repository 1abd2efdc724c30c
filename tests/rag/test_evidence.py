"""Weighing sentences, and taking as few as carry the answer."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from corpus.errors import CorruptError
from corpus.segment import Segmenter
from index.embed import StaticEmbedder
from rag import KnowledgeBase
from rag.choose import Selection, choose
from rag.confidence import CONFIDENCE_FEATURES, LOWERS_CONFIDENCE, confidence_features
from rag.evidence import (
    READING_FEATURES,
    Evidence,
    load_weights,
    weigh,
    with_confidence,
)
from rag.features import FEATURES, candidates_of, sentence_features
from rag.query import read_query
from rag.reader import Span

WEIGHTS = Path(__file__).parents[2] / "rag" / "weights.json"
LIST = """# 云栖茶园

做龙井有以下几步：

- 采摘。清晨五点开始。
- 摊青，约六小时。
- 杀青。用八成热的锅。

茶园占地320亩。每年接待游客四万人。
"""
HEADED = "# 茶\n\n## 茶的种类\n\n- 绿茶\n- 红茶\n- 黑茶\n\n## 水温\n\n泡绿茶用八十度的水。\n"


def ranked(kit: SimpleNamespace, text: str, *best: str) -> Evidence:
    """Evidence in which the given sentences are best, in that order."""
    candidates = candidates_of(kit.hits(text))
    row = {item.text: number for number, item in enumerate(candidates)}
    scores = np.zeros(len(candidates), np.float32)
    for place, sentence in enumerate(best):
        scores[row[sentence]] = 10 - 2 * place
    order = tuple(int(number) for number in np.argsort(-scores, kind="stable"))
    return Evidence(tuple(candidates), scores, order, 0.5)


def chosen(kit: SimpleNamespace, question: str, evidence: Evidence, **limits: int) -> list[str]:
    return [item.text for item in choose(kit.query(question), evidence, Selection(**limits))]


def test_one_sentence_that_says_it_all_is_enough(kit: SimpleNamespace) -> None:
    """A second sentence that adds nothing to the question stays out."""
    evidence = ranked(kit, LIST, "茶园占地320亩。", "每年接待游客四万人。")
    assert chosen(kit, "茶园占地多少亩", evidence) == ["茶园占地320亩。"]


def test_a_far_worse_sentence_is_not_taken(kit: SimpleNamespace) -> None:
    """New words alone do not make a sentence evidence: it must score nearly as well."""
    evidence = ranked(kit, LIST, "茶园占地320亩。", "每年接待游客四万人。")
    scores = evidence.scores.copy()
    scores[evidence.order[1]] = 0.1
    weak = replace(evidence, scores=scores)
    assert chosen(kit, "茶园占地多少，接待游客多少人", weak) == ["茶园占地320亩。"]


@pytest.mark.parametrize("best", ["做龙井有以下几步：", "摊青，约六小时。", "清晨五点开始。"])
def test_a_list_is_brought_whole(kit: SimpleNamespace, best: str) -> None:
    """Whichever sentence of it is best: its lead-in and what opens each item, nothing after it."""
    found = chosen(kit, "做龙井分哪些步骤", ranked(kit, LIST, best))
    assert found == ["做龙井有以下几步：", "采摘。", "摊青，约六小时。", "杀青。"]


def test_a_heading_brings_the_list_below_it(kit: SimpleNamespace) -> None:
    """The heading names the place, so that only the items are quoted."""
    found = chosen(kit, "茶有哪些种类", ranked(kit, HEADED, "茶的种类"))
    assert found == ["绿茶", "红茶", "黑茶"]


def test_a_long_list_is_cut(kit: SimpleNamespace) -> None:
    """An answer stays readable."""
    found = chosen(kit, "茶有哪些种类", ranked(kit, HEADED, "茶的种类"), items=2)
    assert found == ["绿茶", "红茶"]


def test_a_lead_in_is_no_answer_by_itself(kit: SimpleNamespace) -> None:
    """A sentence that ends in a colon brings what it announces, whatever is asked."""
    found = chosen(kit, "龙井做法", ranked(kit, LIST, "做龙井有以下几步："))
    assert found == ["做龙井有以下几步：", "采摘。", "摊青，约六小时。", "杀青。"]


def test_only_one_item_is_quoted_if_no_list_is_asked_for(kit: SimpleNamespace) -> None:
    """A question about one step is answered by that step."""
    assert chosen(kit, "摊青要多久", ranked(kit, LIST, "摊青，约六小时。")) == ["摊青，约六小时。"]


def test_a_heading_is_no_answer_while_there_is_prose(kit: SimpleNamespace) -> None:
    """A heading repeats the question's words and says nothing."""
    evidence = ranked(kit, HEADED, "水温", "泡绿茶用八十度的水。")
    assert chosen(kit, "泡茶的水温", evidence) == ["泡绿茶用八十度的水。"]


def test_in_doubt_both_are_quoted(kit: SimpleNamespace) -> None:
    """Of two sentences that are as good either may answer; a limit of one still holds."""
    evidence = ranked(kit, LIST, "茶园占地320亩。", "每年接待游客四万人。")
    scores = evidence.scores.copy()
    scores[evidence.order[1]] = scores[evidence.order[0]] - 0.5
    close = replace(evidence, scores=scores)
    assert chosen(kit, "茶园占地多少亩", close) == ["茶园占地320亩。", "每年接待游客四万人。"]
    assert chosen(kit, "茶园占地多少亩", close, sentences=1) == ["茶园占地320亩。"]


def test_another_passage_must_be_nearer_to_be_quoted(kit: SimpleNamespace) -> None:
    """A look at a second place costs a reader more than a second sentence at the first."""
    question = "茶园占地多少亩"
    evidence = kit.evidence(question, LIST, "# 湖\n\n湖占地五百亩。")
    row = {item.text: number for number, item in enumerate(evidence.candidates)}
    best = row["茶园占地320亩。"]
    for second, is_quoted in (("每年接待游客四万人。", True), ("湖占地五百亩。", False)):
        scores = np.full(len(evidence.candidates), -9, np.float32)
        scores[best], scores[row[second]] = 3.0, 1.6
        order = tuple(int(number) for number in np.argsort(-scores, kind="stable"))
        found = chosen(kit, question, replace(evidence, scores=scores, order=order))
        assert found == ["茶园占地320亩。", *([second] if is_quoted else [])]


@pytest.mark.parametrize(
    ("rank", "found", "sure", "is_quoted"),
    [
        (2, 0.5, None, True),
        (4, 0.5, None, False),  # far down
        (2, 0.05, None, False),  # hardly found
        (4, 0.05, 0.5, True),  # but the reader is sure
        (4, 0.05, -2.0, False),
    ],
)
def test_another_passage_must_be_found_or_read_as_well(
    rank: int, found: float, sure: float | None, is_quoted: bool, kit: SimpleNamespace
) -> None:
    """A sentence as good as the best in a passage hardly found is quoted if the reader likes it."""
    question, best, other = "茶园占地多少亩", "茶园占地320亩。", "湖占地五百亩。"
    evidence = kit.evidence(question, LIST, f"# 湖\n\n{other}")
    row = {item.text: number for number, item in enumerate(evidence.candidates)}
    hit = replace(evidence.candidates[row[best]].hit, score=1.0)
    far = replace(evidence.candidates[row[other]].hit, rank=rank, score=found)
    candidates = tuple(
        replace(item, hit=far if item.text == other else hit) for item in evidence.candidates
    )
    scores = np.full(len(candidates), -9, np.float32)
    scores[row[best]], scores[row[other]] = 3.0, 2.5
    order = tuple(int(number) for number in np.argsort(-scores, kind="stable"))
    spans = {row[best]: Span(0, 1, -3.0)}
    if sure is not None:
        spans[row[other]] = Span(0, 1, sure)
    found_both = replace(evidence, candidates=candidates, scores=scores, order=order, spans=spans)
    told = chosen(kit, question, found_both)
    assert told == [best, *([other] if is_quoted else [])]


@pytest.mark.parametrize(
    ("question", "best", "other", "is_quoted"),
    [
        ("门票多少钱", "成人票每张四十元。", "检票口在东门。", False),
        ("门票多少钱", "成人票每张四十元。", "儿童票每张二十元。", True),
        ("门票多少钱", "门票在东门买。", "成人票每张四十元。", True),
        ("值机要提前多久", "值机须提前两小时。", "值机柜台在三楼。", False),
        ("什么是拼车", "拼车是指几个人合乘一辆车。", "拼车的人早上多。", False),
        ("拼车的人多吗", "拼车的人早上多。", "拼车是指几个人合乘一辆车。", True),
        ("门票多少钱", "成人 | 40 | 东门", "检票口在东门。", True),
    ],
)
def test_what_the_best_sentence_settles_is_not_told_from_elsewhere(
    question: str, best: str, other: str, is_quoted: bool, kit: SimpleNamespace
) -> None:
    """A sum or a meaning stands in the first; what holds none in another passage adds nothing."""
    evidence = kit.evidence(question, best, other)
    scores = np.array([3.0, 2.5], np.float32)
    close = replace(evidence, scores=scores, order=(0, 1))
    assert chosen(kit, question, close) == [best, *([other] if is_quoted else [])]


TOLD = "# 渡口\n\n渡口晚上也开。它靠雾灯引航。船票十元。问路请找谁？\n\n- 售票在东岸。\n"


@pytest.mark.parametrize(
    ("best", "read", "behind"),
    [
        ("渡口晚上也开。", -3.0, ["它靠雾灯引航。"]),
        ("渡口晚上也开。", 1.0, []),  # its words likely answer
        ("渡口晚上也开。", None, []),  # nothing was read
        ("船票十元。", -3.0, []),  # a question stands behind it
        ("问路请找谁？", -3.0, []),  # an item does
        ("售票在东岸。", -3.0, []),  # nothing does
    ],
)
def test_what_stands_behind_an_unlikely_sentence_is_quoted(
    best: str, read: float | None, behind: list[str], kit: SimpleNamespace
) -> None:
    """The best sentence may but repeat the question, and the next say what is asked."""
    evidence = ranked(kit, TOLD, best)
    row = {item.text: number for number, item in enumerate(evidence.candidates)}[best]
    scores = np.where(np.arange(len(evidence.scores)) == row, 3.0, 0.5).astype(np.float32)
    spans = {row: Span(0, 1, read)} if read is not None else {}
    told = replace(evidence, scores=scores, spans=spans)
    assert chosen(kit, "渡口夜里怎么认路", told) == [best, *behind]
    assert chosen(kit, "渡口夜里怎么认路", told, sentences=1) == [best]
    far = replace(told, scores=np.where(np.arange(len(scores)) == row, 9.0, 0.5).astype(np.float32))
    assert chosen(kit, "渡口夜里怎么认路", far) == [best]


def test_in_doubt_another_of_the_same_passage_is_quoted(kit: SimpleNamespace) -> None:
    """Also where a sentence of another passage comes between, which must be nearer."""
    evidence = kit.evidence("茶园占地多少亩", LIST, "# 湖\n\n湖占地五百亩。")
    row = {item.text: number for number, item in enumerate(evidence.candidates)}
    scores = np.full(len(evidence.candidates), -9, np.float32)
    best, far, same = "茶园占地320亩。", "湖占地五百亩。", "每年接待游客四万人。"
    scores[row[best]], scores[row[far]], scores[row[same]] = 3.0, 1.9, 1.8
    order = tuple(int(number) for number in np.argsort(-scores, kind="stable"))
    told = replace(evidence, scores=scores, order=order)
    assert chosen(kit, "茶园占地多少亩", told) == [best, same]


LEANING = "# 桥\n\n望海桥是一座跨海大桥。它全长36公里。该桥由李安娜设计。游客很多。\n"


def test_a_sentence_that_speaks_of_it_brings_the_one_that_names_it(kit: SimpleNamespace) -> None:
    """“它” and “该桥” are understood from the sentence before."""
    found = chosen(kit, "望海桥全长多少？", ranked(kit, LEANING, "它全长36公里。"))
    assert found == ["它全长36公里。", "望海桥是一座跨海大桥。"]
    found = chosen(kit, "谁设计的？", ranked(kit, LEANING, "该桥由李安娜设计。"), sentences=2)
    assert found == ["该桥由李安娜设计。", "它全长36公里。"]
    assert len(chosen(kit, "谁？", ranked(kit, LEANING, "该桥由李安娜设计。"), sentences=1)) == 1
    assert chosen(kit, "游客多吗", ranked(kit, LEANING, "游客很多。")) == ["游客很多。"]


def test_something_is_always_chosen(
    bold_kb: KnowledgeBase, dev_questions: list[dict[str, object]]
) -> None:
    """With any candidate at all there is an answer, a short one unless it is a list."""
    for item in dev_questions:
        answer = bold_kb.ask(str(item["question"]))
        assert answer.citations, item
        assert len(answer.citations) <= 12
        if "\n" not in answer.text:
            assert len(set(re.findall(r"[^\[\]]+(?=\[)", answer.text))) <= 3


def test_nothing_found_weighs_nothing(
    kit: SimpleNamespace, segmenter: Segmenter, words: StaticEmbedder
) -> None:
    """No passage, no evidence, no confidence."""
    evidence = weigh(kit.query("茶"), [], segmenter, kit.idf, words, load_weights())
    assert evidence.candidates == evidence.order == ()
    assert evidence.confidence == 0


def test_scores_are_the_weighted_signals(
    kit: SimpleNamespace, segmenter: Segmenter, words: StaticEmbedder
) -> None:
    """Scores, order and confidence follow from signals and weights by plain arithmetic."""
    question, weights = read_query("茶园占地多少亩？", segmenter), load_weights()
    hits = kit.hits(LIST, HEADED)
    evidence = weigh(question, hits, segmenter, kit.idf, words, weights)
    table = sentence_features(question, candidates_of(hits), segmenter, kit.idf, words)
    expected = [
        sum(float(value) * weight for value, weight in zip(row, weights.sentence, strict=True))
        for row in table
    ]
    assert evidence.scores == pytest.approx(expected, abs=1e-4)
    assert list(evidence.order) == sorted(range(len(expected)), key=lambda n: -evidence.scores[n])
    assert evidence.candidates[evidence.order[0]].text == "茶园占地320亩。"
    assert evidence.confidence == 0
    evidence = with_confidence(question, evidence, words, weights)
    best = evidence.candidates[evidence.order[0]]
    signals = confidence_features(question, best, None, hits[0].score, words)
    logit = weights.bias + sum(a * b for a, b in zip(signals, weights.confidence, strict=True))
    assert evidence.confidence == pytest.approx(1 / (1 + np.exp(-logit)))


def test_confidence_falls_with_the_answer_taken_out(kit: SimpleNamespace) -> None:
    """The same question is less likely to be answered by texts that lack its words."""
    question = "茶园占地多少亩？"
    assert kit.evidence(question, HEADED).confidence > 0
    assert kit.evidence(question, HEADED).confidence < kit.evidence(question, LIST).confidence < 1


def test_shipped_weights_fit_the_signals() -> None:
    """The file names exactly the signals of this version, and no weight has the wrong sign."""
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert tuple(data["sentence"]) == FEATURES
    assert tuple(data["confidence"]) == CONFIDENCE_FEATURES
    assert tuple(data["reading"]) == READING_FEATURES
    for name, weight in data["confidence"].items():
        assert weight <= 0 if name in LOWERS_CONFIDENCE else weight >= 0, name
    weights = load_weights()
    assert weights.sentence == tuple(data["sentence"].values())
    assert weights.bias == data["bias"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: {**data, "sentence": {}},
        lambda data: {**data, "reading": {"score": 1.0}},
        lambda data: {name: value for name, value in data.items() if name != "bias"},
        lambda data: {**data, "bias": "much"},
        lambda data: {**data, "bias": float("nan")},
        lambda data: {**data, "confidence": [1, 2, 3]},
        lambda data: [],
    ],
)
def test_damaged_weights_are_told(tmp_path: Path, damage: object) -> None:
    """A weights file of another version must not give confident nonsense."""
    path = tmp_path / "weights.json"
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    path.write_text(json.dumps(damage(data)), encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(CorruptError, match=r"weights\.json.*install"):
        load_weights(path)


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff\xfe"])
def test_unreadable_weights_are_told(tmp_path: Path, content: bytes | None) -> None:
    """A missing or cut file is one clear error."""
    path = tmp_path / "weights.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CorruptError, match=r"weights\.json"):
        load_weights(path)
