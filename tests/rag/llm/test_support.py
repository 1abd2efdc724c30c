"""Whether what a model wrote stands in the documents."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from rag.cutting import RememberingCutter
from rag.features import candidates_of
from rag.llm.support import Support, Verdict

TEXTS = (
    "# 红茶\n\n日期：2024-05-01\n\n正山小种产自福建武夷山。祁门红茶产自安徽，每斤680元。"
    "祁门红茶不适合久泡，一般泡三分钟。书里叫它《茶经》里的“王子茶叶”。",
    "# 绿茶\n\n绿茶不发酵。泡绿茶用八十度的水。",
    "# 桥\n\n大桥全长36.5公里，2008年5月1日通车，耗资一百一十八亿元，GPT-4o 写过它。",
)
Check = Callable[[str], Verdict]


@pytest.fixture
def check(kit: SimpleNamespace, segmenter: object) -> Check:
    support = Support(["红茶", "产", "自"], RememberingCutter(segmenter), kit.idf)  # type: ignore[arg-type]
    pool = candidates_of(kit.hits(*TEXTS))
    return lambda claim: support.check(claim, pool)


@pytest.mark.parametrize(
    ("claim", "quotes"),
    [
        ("祁门红茶产自安徽。", ["祁门红茶产自安徽，每斤680元。"]),
        ("祁门红茶每斤六百八十元。", ["祁门红茶产自安徽，每斤680元。"]),
        ("祁門紅茶產自安徽", ["祁门红茶产自安徽，每斤680元。"]),
        ("祁门红茶一般泡３分钟，不适合久泡", ["祁门红茶不适合久泡，一般泡三分钟。"]),
        ("大桥全长36.5 公里", None),
        ("大桥于2008年5月1日通车，耗资118亿元", None),
        ("桥被 GPT-4o 写过", None),
        (
            "祁门红茶产自安徽，正山小种产自福建",
            ["正山小种产自福建武夷山。", "祁门红茶产自安徽，每斤680元。"],
        ),
        ("2024年5月1日，正山小种产自武夷山", None),
        ("它叫“王子茶叶”，见《茶经》", None),
        ("绿茶是不发酵的茶", ["绿茶不发酵。"]),
    ],
)
def test_what_the_documents_say_is_supported(
    claim: str, quotes: list[str] | None, check: Check
) -> None:
    """In other words, another script, other numerals; by the fewest sentences that say it."""
    verdict = check(claim)
    assert verdict.state == "supported", verdict
    if quotes:
        assert [item.text for item in verdict.quotes] == quotes


@pytest.mark.parametrize(
    "claim",
    [
        "祁门红茶每斤690元。",
        "祁门红茶每斤680美元。",
        "祁门红茶每斤六十八元",
        "祁门红茶产自云南大理",
        "大桥于2009年5月1日通车",
        "大桥全长36.5公里，2008年6月1日通车",
        "大桥是 GPT-5 写的",
        "祁门红茶又叫“皇后茶叶”",
        "祁门红茶见《红楼梦》",
        "祁门红茶适合久泡",
        "绿茶发酵",
        "祁门红茶不产自安徽",
        "祁门红茶产自安徽，详见 http://tracker.invalid/x",
        "火星上住着三只猫",
        "祁门红茶产自安徽，每斤36.5元",
        "大桥耗资680亿元",
        "资料没有提到产地，但祁门红茶每斤9元",
    ],
)
def test_what_they_do_not_say_is_not(claim: str, check: Check) -> None:
    """Another number, unit, date, name, title, quotation, address, or the contrary."""
    verdict = check(claim)
    assert verdict.state == "unsupported", verdict
    assert verdict.quotes == ()


@pytest.mark.parametrize(
    "claim", ["根据资料：", "总结如下", "红茶产自：", "资料没有提到它的价格。", "……", "好的！"]
)
def test_what_states_nothing_is_neither(claim: str, check: Check) -> None:
    """An opening needs no citation, and nobody has to be warned of it."""
    assert check(claim).state == "neutral"


def test_without_passages_nothing_is_supported(kit: SimpleNamespace, segmenter: object) -> None:
    """A sentence that names no passage that exists has nothing to stand on."""
    support = Support([], RememberingCutter(segmenter), kit.idf)  # type: ignore[arg-type]
    assert support.check("祁门红茶产自安徽。", []).state == "unsupported"
