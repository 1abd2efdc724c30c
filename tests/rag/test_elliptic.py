"""A clause gets what it leaves out, and is also asked as it is where it may stand by itself."""

from __future__ import annotations

import pytest

from corpus.segment import Segmenter
from rag.elliptic import completed

FIRST = "青石大桥的主跨有多长？"


@pytest.mark.parametrize(
    ("clause", "first", "meant"),
    [
        ("哪一年通车", FIRST, ["青石大桥的主跨哪一年通车", "哪一年通车"]),
        ("设计院哪天收到图纸", FIRST, ["设计院哪天收到图纸", "青石大桥的主跨设计院哪天收到图纸"]),
        (
            "正式上市是多少",
            "云雀 S7 预售时卖多少",
            ["正式上市是多少", "云雀 S7 正式上市是多少"],
        ),
        (
            "馆长在专栏里怎么讲的",
            "座位太少这件事，调查收到多少条？",
            ["座位太少这件事，馆长在专栏里怎么讲的", "馆长在专栏里怎么讲的"],
        ),
        (
            "十二月四号他又签了几份合同",
            "裴渡五月没上台、只说了一个词，是哪个词？",
            ["十二月四号裴渡又签了几份合同"],
        ),
        ("总投资呢", FIRST, ["青石大桥的总投资是多少？", "总投资的主跨有多长？"]),
        ("和旧桥是什么关系", FIRST, ["青石大桥的主跨和旧桥是什么关系"]),
        ("修订后放宽到多少", "在站里待太久，旧版算几分钟", ["在站里待太久，修订后放宽到多少"]),
        ("哪几家没签？", "哪几家签了合同", ["哪几家没签合同", "哪几家没签？"]),
        ("哪些不支持？", "哪些模型不支持语音", ["模型哪些不支持？"]),
        (
            "预告的 o3 在同一项竞赛上是多少",
            "o1 在 AIME 上拿了多少分？",
            [
                "预告的 o3 在同一项竞赛上是多少",
                "预告的 o3 在o1 竞赛上是多少",
                "预告的 o3 在AIME 竞赛上是多少",
            ],
        ),
    ],
)
def test_what_a_clause_may_ask_likeliest_first(
    clause: str, first: str, meant: list[str], segmenter: Segmenter
) -> None:
    """One with a subject stands first as it is, one without gets the topic, 呢 asks the same."""
    assert completed(clause, first, segmenter) == meant


def test_a_name_is_not_cut_where_its_letters_end(segmenter: Segmenter) -> None:
    """LS-209 is what is spoken of, not LS."""
    assert "LS-209 又存在哪里" in completed("又存在哪里", "LS-209留下来的是什么？", segmenter)
