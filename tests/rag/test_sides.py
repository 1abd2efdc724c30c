"""What two sources each say of the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import build_kb
from rag.sides import Sides, sides_of


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "新桥哪天通车？晚报和交通局公告的说法好像不一样，各是哪天",
            Sides(("晚报", "交通局公告"), "新桥哪天通车"),
        ),
        (
            "首日客流，日报和运营公司通稿各写了多少人次？",
            Sides(("日报", "运营公司通稿"), "首日客流多少人次"),
        ),
        (
            "茶会定在几点？许蔚在会上说的和那份通知写的各是几点",
            Sides(("许蔚", "通知"), "茶会定在几点"),
        ),
        (
            "新桥哪天通车？麻烦对比下晚报和交通局两家的说法",
            Sides(("晚报", "交通局"), "新桥哪天通车"),
        ),
        ("桥修了几年？晚报的说法和公报里的说法都给我", Sides(("晚报", "公报"), "桥修了几年")),
        ("桥修了几年？两派和两家的说法", None),
        ("想买房，首付和利率各是多少？", None),
        ("会员多少钱？Plus 和 Pro 各是多少？", None),
        ("想去看展，周一和周末各开到几点？", None),
        ("你好，红茶和绿茶各是多少钱？", None),
        ("", None),
    ],
)
def test_the_sides_are_what_tells_and_not_what_is_told_of(
    question: str, sides: Sides | None
) -> None:
    """Who asks for the prices of two teas asks no two sources."""
    assert sides_of(question) == sides


@pytest.mark.parametrize("piece", ["，", "甲，乙和", "各", "说法和", "是什么"])
def test_a_long_text_is_read_at_once(piece: str) -> None:
    """A pasted text may be all commas."""
    assert sides_of(piece * 3_000 + "各是") is None


def test_each_side_is_told_from_its_own_document(tmp_path: Path) -> None:
    """Two papers that differ are both cited, though the surer one alone would answer."""
    texts = {
        "晚报.txt": "青岚晚报讯\n\n新桥于 5 月 18 日正式通车，首日过桥车辆两万多辆。\n",
        "年度总结.md": "# 年度总结\n\n新桥工程决算 1.2 亿元，5 月 25 日通车。\n",
        "菜谱.md": "# 菜谱\n\n红烧肉要小火慢炖。\n",
    }
    with build_kb(texts, tmp_path / "kb") as kb:
        answer = kb.ask("新桥哪天通车？晚报和年度总结的说法不一样，各是哪天？")
    assert not answer.refused
    assert "晚报：" in answer.text
    assert {citation.passage.source for citation in answer.citations} == {
        "晚报.txt",
        "年度总结.md",
    }
    assert "5 月 18 日" in answer.text
    assert "5 月 25 日" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "新桥哪天通车？网上看到的和同事说的说法不一，都告诉我",
        "新桥哪天通车？阿宁记得的和老周说的好像对不上，各是哪天",
    ],
)
def test_sources_that_are_not_known_by_name_are_those_that_answer(
    question: str, tmp_path: Path
) -> None:
    """Who says that two differ is told what two documents say, whatever he calls them."""
    texts = {
        "晚报.txt": "青岚晚报讯\n\n新桥于 5 月 18 日正式通车，首日过桥车辆两万多辆。\n",
        "年度总结.md": "# 年度总结\n\n新桥工程决算 1.2 亿元，5 月 25 日通车。\n",
        "菜谱.md": "# 菜谱\n\n红烧肉要小火慢炖。\n",
    }
    with build_kb(texts, tmp_path / "kb") as kb:
        text = kb.ask(question).text
    assert "5 月 18 日" in text
    assert "5 月 25 日" in text


def test_documents_of_one_title_are_told_apart_by_their_files(tmp_path: Path) -> None:
    """Two of 会议纪要 on two days."""
    texts = {
        "纪要_0518.txt": "会议纪要\n\n新桥于 5 月 18 日正式通车，首日过桥车辆两万多辆。\n",
        "纪要_0601.txt": "会议纪要\n\n新桥工程决算 1.2 亿元，5 月 25 日通车。\n",
    }
    with build_kb(texts, tmp_path / "kb") as kb:
        text = kb.ask("新桥哪天通车？两份纪要的说法不一，都告诉我").text
    assert "《纪要_0518》" in text
    assert "《纪要_0601》" in text
