"""Chinese numerals as numbers: 二千零一十五, 二〇一五, 一百二, 三点五万."""

from __future__ import annotations

from decimal import Decimal

_VALUES = {
    **dict(zip("〇零一二三四五六七八九", (0, *range(10)), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    "○": 0,
    "两": 2,
}
DIGITS = "".join(_VALUES)
"""Every character that writes a digit."""
TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
"""What multiplies the digit before it."""
MYRIADS = {"万": 10**4, "亿": 10**8}
"""What multiplies all that stands before it."""


def han_value(text: str) -> Decimal | None:
    """The number that folded characters write, by places or digit by digit; None if none.

    >>> han_value("三百二十"), han_value("二〇二四"), han_value("一万二"), han_value("三点五万")
    (Decimal('320'), Decimal('2024'), Decimal('12000'), Decimal('35000.0'))
    """
    if not any(character in _VALUES or TENS.get(character) == 10 for character in text):
        return None  # a lone 百 or 万 is a word
    if any(not (c in _VALUES or c in TENS or c in MYRIADS or c == "点") for c in text):
        return None
    whole, point, fraction = text.partition("点")
    if point:
        digits = "".join(str(_VALUES[item]) for item in fraction if item in _VALUES)
        scale = Decimal(1)
        for character in fraction:
            scale *= MYRIADS.get(character, 1)
        return (_places(whole) + Decimal(f"0.{digits or 0}")) * scale
    if all(character in _VALUES for character in whole):
        return Decimal("".join(str(_VALUES[character]) for character in whole))
    return _places(whole)


def _places(text: str) -> Decimal:
    total = section = digit = 0
    largest, last = 0, 1
    for character in text:
        if character in _VALUES:
            digit = _VALUES[character]
            last = last if digit else 1
        elif character in TENS:
            last = TENS[character]
            section += (digit or 1) * last
            digit = 0
        else:
            scale = MYRIADS[character]
            # 三万亿: a larger scale multiplies all that stands before it.
            whole, kept = (
                (total + section + digit, 0) if scale > largest else (section + digit, total)
            )
            total, section, digit = kept + whole * scale, 0, 0
            largest = last = scale
    # 一百二 and 三万五 leave their last unit out: 120, 35,000.
    return Decimal(total + section + digit * (last // 10 if last > 10 else 1))
