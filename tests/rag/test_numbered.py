"""What stands under a number: a heading, a line that opens with it; and numbers nobody names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from corpus.segment import Segmenter
from rag import KnowledgeBase, build_kb, open_kb
from rag.find import _words_in
from rag.numbered import asked_number, lacks_number
from rag.query import read_query

pytestmark = pytest.mark.usefixtures("one_model")

DAYS = """# 读书周手记

## Day 1: 开幕式

馆长在礼堂致辞，随后放映纪录片。

## Day 2: 古籍修复

### 做法

修复师现场演示怎样补纸。

## Day 3: 旧书市集

读者在院子里交换旧书。

### 其他

市集上新出了两种藏书票：竹版和铜版。
"""
DIARY = """4 月 5 日　第一天。到达营地。当天下雨。
4 月 6 日　第二天。登上北坡。
4 月 7 日　第三天。原地休整。
"""


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("week") / "kb"
    build_kb({"week.md": DAYS}, folder).close()
    with open_kb(folder) as kb:
        yield kb


@pytest.fixture(scope="module")
def diary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("diary") / "kb"
    build_kb({"登山日记.txt": DIARY}, folder).close()
    with open_kb(folder) as kb:
        yield kb


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("第二天安排了什么", "古籍修复"),
        ("读书周第 3 天的主题是什么？", "旧书市集"),
        ("what happened on day 1", "开幕式"),
    ],
)
def test_a_heading_in_another_script_names_the_number(
    question: str, short: str, week: KnowledgeBase
) -> None:
    """第二天 finds “Day 2”: the heading, without its number, and what its section says first."""
    answer = week.ask(question)
    assert not answer.refused
    assert answer.short == short
    assert len(answer.citations) == 2


def test_what_else_is_named_is_told_from_further_down(week: KnowledgeBase) -> None:
    """Not what the section begins with, if the question names what stands below."""
    answer = week.ask("第三天新出了哪些藏书票")
    assert "竹版和铜版" in answer.text


def test_the_first_of_a_kind_may_be_told_as_such(kit: SimpleNamespace) -> None:
    """第一座 need not stand in a text that says 首座, even where others are numbered."""
    hits = kit.hits("第二座在城南，首座在城北。")
    assert not lacks_number(kit.query("第一座在哪儿"), hits)
    assert lacks_number(kit.query("第三座在哪儿"), hits)


def test_a_line_that_says_only_the_number_is_told_with_the_next(diary: KnowledgeBase) -> None:
    """A date and a number open the entry; what happened stands behind."""
    answer = diary.ask("第二天发生了什么")
    assert answer.short == "登上北坡"
    assert "第二天。[1]登上北坡。[1]" in answer.text


@pytest.mark.parametrize("question", ["第四天发生了什么", "第九天去了哪里", "第三章讲了什么"])
def test_a_number_that_nobody_names_is_refused(question: str, diary: KnowledgeBase) -> None:
    """The third day is no answer to what happened on the fourth."""
    answer = diary.ask(question)
    assert answer.refused
    assert answer.confidence == 0


def test_a_clause_that_a_rule_does_not_have_is_refused(tmp_path: Path) -> None:
    """第九条 of four; but 第二点 of what is not numbered in that way may still be answered."""
    rules = "".join(f"## 第{n}条 规定{n}\n\n违者罚款{n}百元。\n\n" for n in "一二三四")
    build_kb({"rules.md": f"# 守则\n\n{rules}"}, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb") as kb:
        assert kb.ask("第三条讲了什么").short == "规定三"
        assert kb.ask("第九条讲了什么").refused
        assert kb.ask("第九点讲了什么").confidence > 0


def test_a_number_of_something_else_is_not_answered(week: KnowledgeBase) -> None:
    """The second day of one thing is not that of another that no document names."""
    assert week.ask("环法自行车赛第二天的冠军得主国籍是什么").refused


def test_a_sentence_that_only_holds_the_number_gives_way_to_what_answers(tmp_path: Path) -> None:
    """第二天 in passing is not the second day that the question means."""
    texts = {
        "笔记.md": "# 炒茶课笔记\n\n讲炒茶火候的制茶师叫林远舟，在县茶厂。\n",
        "随笔.md": "# 随笔\n\n没有锣鼓，镇上的茶馆第二天就把账重新算了一遍。\n",
    }
    build_kb(texts, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb") as kb:
        assert "林远舟" in kb.ask("第二天讲炒茶火候的制茶师叫什么").text


def test_the_number_itself_tells_no_sentences_apart(kit: SimpleNamespace) -> None:
    """第十一届 and its parts stand in all that is numbered so; 摊位 says more of what is asked."""
    query = kit.query("集市第十一届里，属于合作社分区的摊位有哪些？")
    told = kit.evidence(query.text, "5 月 6 日　第十一届。茶叶专场。", "合作社的分区摊位：青禾。")
    first, _, stalls = told.candidates
    assert _words_in(query, [first]) < _words_in(query, [stalls])


def test_two_numbers_are_two_parts(week: KnowledgeBase) -> None:
    """Each day on a line of its own."""
    answer = week.ask("第一天和第三天分别安排了什么？")
    assert answer.short == "第一天：开幕式；第三天：旧书市集"


def test_a_reason_is_not_what_stands_under_a_number(segmenter: Segmenter) -> None:
    """What happened on a day is told there; why it did is looked for everywhere."""
    assert asked_number(read_query("第三天发生了什么", segmenter)) == {(3, "天")}
    assert asked_number(read_query("第三天停电的原因是什么", segmenter)) == set()
