"""Editions of one rule: the one that is asked for answers, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.records import Hit
from rag import KnowledgeBase, build_kb, open_kb
from rag.editions import _SAID, asked_edition, of_edition

pytestmark = pytest.mark.usefixtures("one_model")

TEXTS = {
    "停车/旧.md": "# 柳园停车管理办法（2022版）\n\n地下车位每月 260 元。"
    "\n\n占道停车的，三十分钟后拖走。",
    "停车/新.md": "# 柳园停车管理办法（2025年修订）\n\n地下车位每月 320 元。"
    "\n\n占道停车的，十五分钟后拖走。"
    "\n\n2022版同时废止。",
    "纪要.md": "# 业委会纪要\n\n2023 年 5 月 8 日，会议讨论了地下车位涨价。",
    "食堂.md": "# 食堂须知\n\n早餐七点开始。",
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("editions") / "kb"
    build_kb(TEXTS, folder).close()
    with open_kb(folder) as kb:
        yield kb


@pytest.mark.parametrize(
    ("question", "years", "latest", "earliest"),
    [
        ("按2022版，车位多少钱", {2022}, False, False),
        ("22版车位多少钱", {2022}, False, False),
        ("23年那版怎么说", {2023}, False, False),
        ("新版车位多少钱", set(), True, False),
        ("修订之后多少钱", set(), True, False),
        ("以前车位多少钱", set(), False, True),
        ("新版和旧版差多少", set(), True, True),
        ("工龄满23年能歇几天", set(), False, False),
        ("干满10年以上的有几天假", set(), False, False),
        ("车位多少钱", set(), False, False),
        ("报销单每月几号以前要交", set(), False, False),
        ("价格调整前要提前几天通知", set(), False, False),
        ("原来的工牌丢了补办多少钱", set(), False, False),
        ("How old must applicants be?", set(), False, False),
        ("整改后多久复查", set(), False, False),
        ("固件更新后按几秒", set(), False, False),
        ("缴费25年能领多少", set(), False, False),
        ("2023年入职的员工现在住宿费多少", set(), True, False),
        ("2025版比旧版贵多少", {2025}, False, True),
        ("停车办法修订之前多少钱", set(), False, True),
        ("最新规划的目标是什么", set(), True, False),
    ],
)
def test_what_a_question_says_of_editions(
    question: str, years: set[int], latest: bool, earliest: bool
) -> None:
    """Years in full and in short, the latest, the earliest; no spans of time."""
    asked = asked_edition(question)
    assert (set(asked.years), asked.latest, asked.earliest) == (years, latest, earliest)


@pytest.mark.parametrize(
    ("question", "told", "source"),
    [
        ("按2022版，地下车位每月多少钱", "260", "停车/旧.md"),
        ("22版里地下车位每月多少钱", "260", "停车/旧.md"),
        ("2025年修订的办法里地下车位每月多少钱", "320", "停车/新.md"),
        ("现在地下车位每月多少钱", "320", "停车/新.md"),
        ("以前地下车位每月多少钱", "260", "停车/旧.md"),
        ("新规里占道停车多久拖走", "十五分钟", "停车/新.md"),
    ],
)
def test_the_edition_asked_for_answers(
    shelf: KnowledgeBase, question: str, told: str, source: str
) -> None:
    """From that document alone, without a contradiction by the other."""
    answer = shelf.ask(question)
    assert not answer.refused
    assert told in answer.text
    assert {citation.passage.source for citation in answer.citations} == {source}


def test_both_editions_are_shown_where_none_is_named(shelf: KnowledgeBase) -> None:
    """A contradiction is told, not settled."""
    answer = shelf.ask("地下车位每月多少钱")
    assert "260" in answer.text
    assert "320" in answer.text


def hits(shelf: KnowledgeBase, question: str) -> list[Hit]:
    return list(shelf.search(question, 10))


def test_nothing_is_left_out_without_the_edition_meant(shelf: KnowledgeBase) -> None:
    """A year that no edition bears, and a question that means none, change nothing."""
    for question in ("按2019版，地下车位多少钱", "早餐几点开始", "2023年5月讨论了什么"):
        found = hits(shelf, question)
        assert of_edition(question, found) == (found, question)


def test_two_units_have_no_editions_of_each_other(tmp_path: Path) -> None:
    """What differs in more than the year is another thing, and two editions named are both kept."""
    texts = {
        "一.md": "# 销售部考勤办法（2023）\n\n销售部上午十点上班。",
        "二.md": "# 生产部考勤办法（2025）\n\n生产部上午八点上班。",
        "三.md": "# 产品手册（上册）2023\n\n开机要按电源键五秒。",
        "四.md": "# 产品手册（下册）2024\n\n保养每月一次。",
        "五.md": "# 出差制度（2023版）\n\n住宿费一晚 300 元。",
        "六.md": "# 出差制度（2025版）\n\n住宿费一晚 450 元。",
        "七.md": "# 新员工手册（2025）\n\n新员工先培训三天。",
        "八.md": "# 员工手册（2023）\n\n迟到一次扣款二十元。",
    }
    build_kb(texts, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb") as kb:
        assert "十点" in kb.ask("销售部现在几点上班").text
        assert "二十元" in kb.ask("现在迟到一次扣款多少").text
        assert "五秒" in kb.ask("现在开机要按电源键几秒").text
        both = of_edition("2025版比旧版住宿费多多少", kb.search("住宿费", 10))[0]
        assert {"五.md", "六.md"} <= {hit.passage.source for hit in both}
        now = of_edition("2023年入职的员工现在住宿费多少", kb.search("住宿费", 10))[0]
        assert "五.md" not in {hit.passage.source for hit in now}


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("按照2022版规定，车位多少钱", "车位多少钱"),
        ("新规里车位多少钱", "车位多少钱"),
        ("最新规划的目标", "最新规划的目标"),
        ("2025年政府工作报告的目标", "2025年政府工作报告的目标"),
        ("新版权怎么登记", "新版权怎么登记"),
        ("2025年标准化工作", "2025年标准化工作"),
    ],
)
def test_only_whole_words_for_an_edition_are_left_out(question: str, left: str) -> None:
    """No word is cut in half."""
    assert _SAID.sub("", question) == left


def test_ranks_are_told_anew_and_the_words_for_the_edition_go(shelf: KnowledgeBase) -> None:
    """What is left is numbered from one; 2022版 is no word of the rule itself."""
    found = hits(shelf, "按照2025版规定，地下车位多少钱")
    kept, words = of_edition("按照2025版规定，地下车位多少钱", found)
    assert [hit.rank for hit in kept] == list(range(1, len(kept) + 1))
    assert "停车/旧.md" in {hit.passage.source for hit in found}
    assert "停车/旧.md" not in {hit.passage.source for hit in kept}
    assert words == "地下车位多少钱"
