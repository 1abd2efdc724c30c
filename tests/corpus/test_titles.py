"""What a document is called: the first line of a text is its title only if it looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.load import make_document
from corpus.titles import names_of, opening_title

TITLES = [
    ("用车笔记：岚江到朔宁\n\n第一天下雨。", "用车笔记：岚江到朔宁"),
    ("**季度复盘**\n\n收入增长。", "季度复盘"),
    ("搜索免费了，谁该紧张？\n来源：慢读\n直播只有十几分钟。", "搜索免费了，谁该紧张？"),
    ("在馆里慢下来\n阮知白\n\n我家离博物馆不远。", "在馆里慢下来"),
    ("修复日志：青釉莲瓣大罐（编号 WJ-0417）\n负责人：祁砚秋　记录：罗小满\n\n开罐。",
     "修复日志：青釉莲瓣大罐（编号 WJ-0417）"),
    ("\ufeff\n  沉船小记\n作者：邓璐\n正文。", "沉船小记"),
]  # fmt: skip
TITLES += [
    ("守住一盏灯，也守住一条河——记老艄公周长根\n本报记者 李晓华 通讯员 王明\n\n天亮了。",
     "守住一盏灯，也守住一条河——记老艄公周长根"),
    ("12月7日大雪\n\n今天是大雪节气。", "12月7日大雪"),
    ("Annual Report of Acme Inc.\n\nIt was a good year.", "Annual Report of Acme Inc."),
]  # fmt: skip
NONE = [
    "",
    "沉船记",
    "车是四月借的，\n里程表一千多公里。",
    "今天开会。\n\n议题有三。",
    "议题如下：\n\n一是价格。",
    "- 第一项\n\n- 第二项",
    "一、总则\n\n第一条　本办法适用于全馆。",
    "第一章 总则\n\n本办法适用于全馆。",
    "作者：邓璐\n\n正文。",
    "问：几点开门\n\n答：九点。",
    "| 名称 | 价格 |\n\n| 茶 | 3 |",
    "今天早上六点半我们就出发往山上走去\n路上一直下着不大不小的雨，大家都没有带伞。\n\n到了山顶。",
    "——\n\n正文。",
    "张三 10:05\n在吗\n\n李四 10:06\n在",
    "2024年3月5日\n\n今天下雨。",
    "姓名,年龄,城市\n张三,20,北京\n",
    "很" * 61 + "\n\n正文。",
    "2024年3月5日 星期二 小雨转多云\n\n今天在家。",
    "第 1 页\n\n正文。",
    "![封面](a.png)\n\n正文。",
    "WEBVTT\n\n00:01 --> 00:02\n你好",
    "It rained all day long.\n\nWe stayed in.",
    "一段被硬换行切开的话，它的第一行就排到这里为止\n然后第二行接着说下去，也没有句号收尾\n\n后面是正文。",
]


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_a_title_is_set_off_from_the_text(text: str, title: str) -> None:
    """By an empty line, or by lines that tell who wrote it and when."""
    assert opening_title(text) == title
    assert make_document(text, "笔记/a.txt").title == title


@pytest.mark.parametrize("text", NONE)
def test_a_text_that_begins_at_once_has_none(text: str) -> None:
    """A sentence, an item, a heading with a number or a label is no title."""
    assert opening_title(text) == ""


@given(st.text())
def test_a_title_is_part_of_the_first_line(text: str) -> None:
    """Whatever the text is."""
    assert opening_title(text) in text


def test_the_name_of_a_file_stays_where_it_says_more() -> None:
    """会议纪要 says less than the file's name, which tells the day."""
    text = "会议纪要\n\n到会五人。"
    assert make_document(text, "会议纪要_1223.txt").title == "会议纪要_1223"
    assert make_document(text, "a.txt").title == "会议纪要"


def test_headings_and_front_matter_go_first() -> None:
    """What an author marks as the title is it."""
    assert make_document("慢读周刊\n\n# 沉船记\n\n正文。", "a.md").title == "沉船记"
    assert make_document("---\ntitle: 沉船记\n---\n慢读周刊\n\n正文。", "a.md").title == "沉船记"


def test_a_document_is_called_by_its_file_and_its_title() -> None:
    """Each name once."""
    assert names_of("目录/甲.md", "春游通知") == ("甲", "春游通知")
    assert names_of("目录/甲.md", "甲") == ("甲",)
