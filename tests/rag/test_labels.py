"""What labels a part of a question is told from what merely describes it, and finds its entry."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from corpus.segment import Segmenter
from rag.features import candidates_of
from rag.labels import describes, is_about


@pytest.mark.parametrize(
    ("label", "is_description"),
    [
        ("最后中标总价", True),
        ("最后实际总投资", True),
        ("嘉和钟", False),
        ("12 月 11 日", False),
        ("MY-180", False),
        ("普通会员", False),
        ("总价", False),
    ],
)
def test_a_description_is_no_name(label: str, is_description: bool, segmenter: Segmenter) -> None:
    """Documents hold a name as it stands, but tell of what is described in other words."""
    assert describes(label, segmenter) is is_description


def test_an_entry_is_about_what_opens_it(kit: SimpleNamespace) -> None:
    """To the end of its line, and not in the next."""
    text = (
        "# 名录\n\n**镇桥牛**　桥头的铁牛。一件重 174 公斤。\n\n**嘉和钟**　北宋铸。重 415 公斤。\n"
    )
    items = [item for item in candidates_of(kit.hits(text)) if not item.is_heading]
    about = [item.text for item in items if is_about("镇桥牛", item)]
    assert [one for one in about if "公斤" in one] == ["一件重 174 公斤。"]


def test_a_day_is_named_under_its_year(kit: SimpleNamespace) -> None:
    """A heading with the year is not the year of a date that stands below it."""
    text = "# 大事记\n\n## 2024 年\n\n- **5 月 9 日**　乙站投运。\n"
    items = [item for item in candidates_of(kit.hits(text)) if not item.is_heading]
    assert any(is_about("5 月 9 日", item) for item in items)


def test_the_first_of_several_in_a_line_is_no_entry(kit: SimpleNamespace) -> None:
    """Nor does the entry of 甲-乙 tell of 甲."""
    text = "# 价目\n\n苹果每斤 5 元。梨每斤 3 元。\n\n- T3-mini 轻便。续航 9 小时。\n"
    items = [item for item in candidates_of(kit.hits(text)) if not item.is_heading]
    assert [item.text for item in items if is_about("苹果", item)] == ["苹果每斤 5 元。"]
    assert not any(is_about("T3", item) for item in items)
