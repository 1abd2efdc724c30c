"""Numbers with their units, however they are written: ``15万元`` is ``150,000 元``.

An answer that gives the right amount in another form is right, and one that gives the right digits
with another unit is wrong; comparing characters sees neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from corpus.normalize import fold
from corpus.numerals import DIGITS, MYRIADS, TENS, han_value

_HAN = f"{DIGITS}{''.join(TENS)}"
# One name for each unit; what is not listed stands for itself.
_SAME = {
    "人民币": "元", "块": "元", "块钱": "元", "rmb": "元", "¥": "元", "$": "美元", "usd": "美元",
    "公里": "km", "千米": "km", "公斤": "kg", "千克": "kg", "厘米": "cm", "公分": "cm",
    "毫米": "mm", "平方米": "m2", "平米": "m2", "平方公里": "km2", "平方千米": "km2",
    "米": "m", "克": "g", "小时": "h", "分钟": "min", "号": "日", "周岁": "岁", "％": "%",
    "度": "℃", "°c": "℃",
}  # fmt: skip
_UNITS = (
    "平方公里", "平方千米", "平方米", "人民币", "美元", "欧元", "日元", "港元", "块钱", "小时",
    "分钟", "公里", "千米", "公斤", "千克", "厘米", "毫米", "公分", "平米", "周岁", "个月", "月份",
    "吨", "元", "块", "角", "年", "月", "日", "号", "天", "周", "岁", "秒", "米", "克", "人", "名",
    "册", "页", "条", "项", "种", "件", "款", "道", "字", "篇", "份", "期", "级", "间", "栋", "亩",
    "步", "座", "所", "场", "行", "张", "棵", "只", "头", "艘",
    "个", "次", "家", "倍", "度", "点", "分", "层", "集", "部", "本", "首", "届", "位", "辆", "台",
    "km2", "km", "m2", "cm", "mm", "kg", "gb", "mb", "tb", "℃", "°c", "%", "‰",
)  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_SCALE = "万亿|[十百千]?[万亿]"
_QUANTITY = re.compile(
    r"(?P<sign>[¥$]|百分之)?"
    rf"(?:(?P<arabic>(?<![\d.a-z])\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<scale>{_SCALE})?"
    rf"|(?P<han>[{_HAN}]+(?:点[{DIGITS}]+)?(?:[万亿]+[{_HAN}]*)*))"
    rf"\s*(?P<unit>{_UNIT})?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount; ``unit`` is empty where none is written."""

    value: Decimal
    unit: str = ""

    def equals(self, other: Quantity) -> bool:
        """The same value, in the same unit unless one of them is not told."""
        same_unit = self.unit == other.unit or not (self.unit and other.unit)
        return self.value == other.value and same_unit


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The amounts in a text, in its order."""
    found = (_read(match) for match in _QUANTITY.finditer(fold(text)))
    return tuple(item for item in found if item is not None)


def share_found(text: str, expected: str) -> float | None:
    """Share of the expected amounts that the text gives, in [0, 1]; None if there is none."""
    wanted = quantities(expected)
    if not wanted:
        return None
    given = quantities(text)
    return sum(any(item.equals(other) for other in given) for item in wanted) / len(wanted)


def _read(match: re.Match[str]) -> Quantity | None:
    sign = match["sign"]
    if match["han"]:
        value = han_value(match["han"])
    else:
        value = Decimal(match["arabic"].replace(",", ""))
        for character in match["scale"] or "":
            value *= TENS.get(character) or MYRIADS[character]
    if value is None:
        return None
    unit = "%" if sign == "百分之" else (match["unit"] or sign or "")
    return Quantity(value.normalize(), _SAME.get(unit, unit))
