"""Questions for what a passage does not speak of."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from corpus.segment import Segmenter
from index.embed import StaticEmbedder
from rag.evidence import Evidence
from rag.features import candidates_of
from rag.query import read_query
from rag.unsaid import doubt_of_columns, doubt_of_units, doubt_of_unsaid, noun_asked


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("这笔贷款的利率是多少？", "利率"),
        ("昨天一共有多少名员工", ""),
        ("工厂一共有多少名员工", "工厂"),
        ("石头为什么是红的", ""),
        ("会员什么时候涨价", ""),
        ("这次培训的人数是多少", ""),  # a text says how many, not 人数
        ("多少钱", ""),
    ],
)
def test_the_noun_before_the_question_word(question: str, noun: str, segmenter: Segmenter) -> None:
    """It is what is asked for, if it stands right before the question word at the end."""
    assert noun_asked(question, segmenter) == noun


@pytest.mark.parametrize(
    ("question", "weight", "is_doubted"),
    [
        ("这笔贷款的利率是多少", 0.7, True),
        ("这笔贷款的利率是多少", 1.0, False),  # the documents have no such word: they use another
        ("这笔贷款的利率是多少", 0.1, False),  # all of them speak of it
        ("这笔贷款的期限是多少", 0.7, False),
        ("这个项目的融资是多少", 0.7, False),  # 贷款 goes with it
        ("贷款的利率有哪些", 0.7, False),  # lists stand apart from what leads in
    ],
)
def test_a_passage_without_the_noun_is_doubted(
    question: str,
    weight: float,
    is_doubted: bool,
    kit: SimpleNamespace,
    segmenter: Segmenter,
    words: StaticEmbedder,
) -> None:
    """What the documents call by its name elsewhere is hardly told where that is missing."""
    items = tuple(candidates_of(kit.hits("农商行贷款五百万元，期限一年。")))
    evidence = Evidence(items, np.zeros(len(items), np.float32), (0,), 0.5)
    query = read_query(question, segmenter)

    def idf(term: str) -> float:
        return weight if term else 1.0

    assert (doubt_of_unsaid(query, evidence, segmenter, idf, words) < 1) is is_doubted


ROOMS = """# 客房一览

| 房型 | 价格（元） | 床宽（厘米） | 可住（人） | 早餐 |
| --- | --- | --- | --- | --- |
| 湖景房 | 680 | 180 | 2 | 含 |
| 家庭房 | 880 | 150 | 4 | 不含 |
"""


@pytest.mark.parametrize(
    ("question", "is_doubted"),
    [
        ("湖景房的价格是多少", False),
        ("湖景房收多少钱", False),
        ("湖景房的床宽多少厘米", False),
        ("湖景房能住几个人", False),
        ("湖景房含早餐吗", False),
        ("湖景房有多大面积", True),
        ("湖景房有几扇窗", True),
        ("湖景房离湖多少公里", True),
        ("湖景房用什么牌子的空调", True),
        ("湖景房的隔音是哪家公司做的", True),
        ("湖景房要提前多久退订", True),
        ("海景房有多大面积", False),  # not what the row is of
    ],
)
def test_a_row_without_a_column_for_it_is_doubted(
    question: str,
    is_doubted: bool,
    kit: SimpleNamespace,
    segmenter: Segmenter,
    words: StaticEmbedder,
) -> None:
    """A row says of its thing what its columns are for, and nothing else."""
    items = tuple(candidates_of(kit.hits(ROOMS)))
    row = next(number for number, item in enumerate(items) if item.text.startswith("湖景房"))
    evidence = Evidence(items, np.zeros(len(items), np.float32), (row,), 0.5)
    query = read_query(question, segmenter)
    assert (doubt_of_columns(query, evidence, segmenter, words) < 1) is is_doubted


def test_a_column_of_a_kindred_name_may_tell(
    kit: SimpleNamespace, segmenter: Segmenter, words: StaticEmbedder
) -> None:
    """月租金 tells what 房租 asks for; no column tells a profit."""
    table = "| 户型 | 月租金（元） | 朝向 |\n| --- | --- | --- |\n| 畅享 | 3000 | 南 |\n"
    items = tuple(candidates_of(kit.hits(table)))
    row = next(number for number, item in enumerate(items) if item.text.startswith("畅享"))
    evidence = Evidence(items, np.zeros(len(items), np.float32), (row,), 0.5)
    rent, profit = (read_query(f"畅享的{noun}是多少", segmenter) for noun in ("房租", "利润"))
    assert doubt_of_columns(rent, evidence, segmenter, words) == 1
    assert doubt_of_columns(profit, evidence, segmenter, words) < 1


@pytest.mark.parametrize(
    ("question", "text", "is_doubted"),
    [
        ("单个文件最大能传多少 MB？", "一个项目最多传二十个文件。", True),
        ("单个文件最大能传多少 MB？", "单个文件不超过 2 GB。", False),
        ("单个文件最大能传多少MB", "单个文件不超过 512 兆字节。", False),
        ("最低要多少GB内存", "至少 16G 内存。", False),
        ("单个文件最大能传多少MB", "文件大小不限。", False),
        ("月费是多少日元", "月费 20 美元。", True),
        ("月费是多少日元", "月费 3,000 円。", False),
        ("月费是多少日元", "月费 ￥3,000。", False),
        ("要付多少港币", "门票 HK$120。", False),
        ("网速有多少M", "每秒 100 兆比特。", False),  # of what, a letter alone does not say
        ("走这几公里山路要多久", "要走两小时。", False),
        ("有多少升学名额", "共 30 个。", False),
        ("票务邮箱是多少", "公函发到票务邮箱。", True),
        ("票务邮箱是多少", "公函发到 piao@example.org。", False),
        ("客服电话是多少", "有事请打客服电话。", True),
        ("坐几路车能到", "有直达公交。", True),
        ("坐几路公交能到", "坐 7 路。", False),
        ("他哪年出生", "他 1996 年进厂。", True),
        ("他哪年出生", "他生于 1970 年。", False),
        ("百米要跑几秒", "长跑要三天。", True),
        ("护士一个月工资能拿多少", "护士共 1,106 人。", True),
        ("停车怎么收费", "停车场在北门。", True),
        ("停车怎么收费", "前两小时免停车费。", False),
        ("他今年多大岁数", "他干了整整 28 年。", True),
    ],
)
def test_an_amount_is_told_in_its_unit(
    question: str, text: str, is_doubted: bool, kit: SimpleNamespace, segmenter: Segmenter
) -> None:
    """Or in one of the same kind: what is asked in megabytes may be told in gigabytes."""
    items = tuple(candidates_of(kit.hits(text)))
    evidence = Evidence(items, np.zeros(len(items), np.float32), (0,), 0.5)
    assert (doubt_of_units(read_query(question, segmenter), evidence) < 1) is is_doubted


def test_nothing_found_is_not_doubted_for_its_unit(segmenter: Segmenter) -> None:
    """There is nothing to doubt."""
    nothing = Evidence((), np.zeros(0, np.float32), (), 0.0)
    assert doubt_of_units(read_query("多少 MB", segmenter), nothing) == 1
