"""What another document adds where an answer leaves half of a question out."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.filters import Filters
from index.query import parse_query
from rag import AnswerSettings, KnowledgeBase, build_kb, open_kb
from rag.find import find
from rag.finding import Finding, Line
from rag.further import further


def both(
    kb: KnowledgeBase, question: str, filters: Filters | None = None
) -> tuple[Finding, Finding]:
    """What answers a question as one, and with what another document adds."""
    desk = kb._desk
    found = desk.retrieve(parse_query(question), 10, filters)
    evidence = desk.weigh(found.query, found.hits)
    first = find(desk, found.query, evidence)
    lines = tuple(Line(line.sentences[:1]) for line in first.lines[:1])
    one = Finding(lines, first.short)
    return one, further(desk, found.query, one, filters)


TWO = "春季发布会和年底那一串直播，北京时间分别几点开始的"


def test_the_other_side_of_a_comparison_is_told(tmp_path: Path) -> None:
    """Words of the question that the document cited never says point at the other."""
    texts = {
        "春.md": "# 春茶会\n\n春茶会上午九点开场，地点在湖边。\n",
        "秋.md": "# 秋酒会\n\n秋酒会傍晚六点开场，来了两百人。\n",
    }
    with build_kb(texts, tmp_path / "kb") as kb:
        one, more = both(kb, "春茶会和秋酒会分别几点开场")
    assert more.lines[:-1] == one.lines
    told = " ".join(item.text for item in more.sentences)
    assert "上午九点" in told
    assert "傍晚六点" in told


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (TWO, ("凌晨一点", "凌晨两点")),
        (
            "美国号码每月免费打ChatGPT电话的时长，竹里馆那篇和拾穗网络会议纪要里裴渡讲的好像对不上，各是多少？",
            ("15 分钟", "20 分钟"),
        ),
    ],
)
def test_an_answer_cites_both(question: str, sides: tuple[str, str], kb: KnowledgeBase) -> None:
    """Also where one of the two sources is named and was asked by itself."""
    answer = kb.ask(question)
    assert all(side in answer.text for side in sides)
    assert len({citation.passage.document_id for citation in answer.citations}) > 1


@pytest.mark.parametrize(
    "question",
    [
        "春季发布会是几点开始的",  # one thing
        "o1 和 o1-mini 的接口价格分别是多少",  # one document tells both
        "ChatGPT Pro 每月多少钱",
    ],
)
def test_an_answer_that_leaves_nothing_out_stays(question: str, kb: KnowledgeBase) -> None:
    one, more = both(kb, question)
    assert more is one


def test_an_answer_of_two_documents_stays(kb: KnowledgeBase) -> None:
    _, more = both(kb, TWO)
    assert further(kb._desk, kb._desk.read(TWO), more, None) is more


def test_filters_hold(kb: KnowledgeBase) -> None:
    """Another document is none that the user has excluded."""
    within = Filters(source="GPT-4o")
    one, more = both(kb, TWO, within)
    assert more is one


@pytest.mark.parametrize(
    "question",
    [
        f"{TWO} -凌晨两点",
        "《GPT-4o春季发布会》里，春季发布会和年底直播北京时间分别几点开始",
        "第六天那篇的作者亲自测了视频通话五件事，分别是？",
    ],
)
def test_nothing_is_added_that_was_not_asked_for(question: str, kb: KnowledgeBase) -> None:
    """What is excluded, what a document named does not say, and noise behind a whole list."""
    answer = kb.ask(question)
    assert "凌晨两点" not in answer.text
    assert len({citation.passage.document_id for citation in answer.citations}) == 1


def test_the_traditional_script_asks_the_same(kb: KnowledgeBase) -> None:
    text = kb.ask("春季發佈會和年底那一串直播，北京時間分別幾點開始的").text
    assert "凌晨两点" in text


def test_a_limit_of_sentences_holds(sample_folder: Path) -> None:
    """Another document is no reason to tell more than the user allows."""
    with open_kb(sample_folder, answer=AnswerSettings(sentences=1)) as curt:
        assert len(curt.ask(TWO).citations) == 1
