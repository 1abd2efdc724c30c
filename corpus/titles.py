"""What a document is called: by its file, and by the line that it begins with.

A note, a letter or a report saved as plain text names itself in its first line, as 修复日志：大罐
does. Later passages do not repeat what they are about, so that they are found by this name only if
it is known for one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from corpus.metadata import is_header_line
from corpus.normalize import squeeze

_NOT_A_TITLE = re.compile(
    r"[-*+•·●▪◦#>|`<\[{=~/\\!]|\d{1,3}[.、)）]|[（(]?[一二三四五六七八九十]+[、.)）]"
    r"|第[一二三四五六七八九十百\d]+[章条節节编篇]|第\s*\d+\s*[页頁]|[问問答QqAa][:：]|https?:|WEBVTT\b"
)
_ENDS = re.compile(r"[。！!；;：:，,、…—-]$|(?<=[a-z]{2})(?<!Inc)(?<!Ltd)(?<!Corp)\.$")
_PAUSE = re.compile(r"[，,。]")
_SENTENCE = re.compile(r"[。；;]")
_STAMP = re.compile(  # who spoke or wrote, to whom or when; a day with its weather; a table; code
    r"\d[:：]\d\d|[,\t@]|^[^：:|｜]{1,3}[：:]|^(?:尊敬|亲爱)的|^(?:import|from|package|Dear)\b"
    r"|^[\d\s年月日号/.-]+(?:(?:星期|周|礼拜)[一二三四五六日天])?(?:\s+[\s晴阴雨雪多云转有雾小中大]+)?$"
)
_LONGEST, _SHORTEST = 60, 4  # characters
_BYLINE = 40  # characters of a line right below a title
_WRAPPED = 20  # characters from which a line over one at least half as long is but its first part
_LOOKED_AT = 3  # lines below it
_FILES = 1_000


@lru_cache(_FILES)
def file_title(source: str) -> str:
    """The title of a document that has none: its file's name without the ending."""
    return Path(source).stem


def names_of(source: str, title: str) -> tuple[str, ...]:
    """What a document is called: the name of its file, and its title if that is another."""
    name = file_title(source)
    return (name,) if title == name else (name, title)


def own_title(text: str, source: str) -> str:
    """What a document calls itself in its first line, unless the name of its file says more."""
    name, title = file_title(source), opening_title(text)
    return name if squeeze(title) in squeeze(name) else title


def opening_title(text: str) -> str:
    """The first line if it is a title by its looks; "" if the text begins at once.

    A title is a short line that is no sentence, item, heading or label with its value, set off from
    the text by an empty line or by short lines that tell who wrote it and when.

    >>> opening_title("用车笔记：岚江到朔宁往返" + 2 * chr(10) + "第一天……")
    '用车笔记：岚江到朔宁往返'
    >>> opening_title("车是 4 月 19 日借的，里程表 1873 公里。")
    ''
    """
    lines = text.lstrip("\ufeff\r\n\t \u3000").rstrip().split("\n", _LOOKED_AT + 1)
    title = lines[0].strip()
    if title.startswith("**") and title.endswith("**"):
        title = title.strip("* ")
    if not _SHORTEST <= len(title) <= _LONGEST or not any(map(str.isalnum, title)):
        return ""
    if _NOT_A_TITLE.match(title) or _STAMP.search(title):
        return ""
    if _ENDS.search(title) or _SENTENCE.search(title):
        return ""
    if is_header_line(title) or len(lines) < 2:
        return ""
    below = [line.strip() for line in lines[1 : _LOOKED_AT + 1]]
    return title if not _goes_on(title, below[0]) and _is_set_off(below) else ""


def _goes_on(line: str, below: str) -> bool:
    """Whether a line is but the first of a paragraph that was broken into lines."""
    broken = len(line) > _WRAPPED and 2 * len(below) > len(line) and not is_header_line(below)
    return broken and bool(_PAUSE.search(line) and _PAUSE.search(below))


def _is_set_off(below: list[str]) -> bool:
    """Whether an empty line or one of metadata follows a first line, behind a few short ones."""
    for line in below:
        if not line or is_header_line(line):
            return True
        if len(line) > _BYLINE or _ENDS.search(line):
            return False
    return False
