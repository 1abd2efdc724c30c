"""Title, author, date and address of an article, from front matter and header lines.

Everything is read from the raw text (the displayed text has lost its link targets); which lines of
the displayed text to mark as header is :mod:`corpus.clean`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.blocks import heading_text
from corpus.dates import iso_date

_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LABELS = {
    "title": "title og:title dc.title dc:title twitter:title 标题 题目 標題",
    "author": "author authors article:author dc.creator dc:creator byline 作者 文章作者 撰文 文",
    "published": "article:published_time datepublished publishdate publish_date dc.date dc:date "
    "date published pubdate pubdatetime created creationdate 日期 时间 发布时间 "
    "发布日期 发表时间 更新时间 發布時間 發佈時間 發布日期 會議時間 会议时间",
    "url": "url og:url canonical link original permalink 链接 网址 原文 原文链接 原文地址 来源链接 "
    "原文連結 原文鏈接",
    "publisher": "source og:site_name publisher 来源 出处 公众号 來源 出處",
    "tags": "tags keywords category categories 标签 关键词 分类 標籤",
}
_FIELD_OF = {label: field for field, labels in _LABELS.items() for label in labels.split()}
_AMBIGUOUS_LABELS = (
    "时间 日期 更新时间 会议时间 會議時間 发布日期 date created",
    "文 题目 标题 標題 title 原文 链接 网址 link 来源 來源 出处 出處 公众号 source publisher",
    "标签 標籤 关键词 分类 tags keywords category categories",
)
_AMBIGUOUS = frozenset(label for labels in _AMBIGUOUS_LABELS for label in labels.split())
_HEADER_LINE = re.compile(
    r"^[ \t>*#-]{0,6}\**([A-Za-z]{3,16}|[\u4e00-\u9fff]{1,6})\**[ \t]*[:：|｜]\**[ \t]*(\S.*)$"
)
_LINK = re.compile(r"\[([^\[\]]*)\]\(((?:[^()\s]|\([^()\s]*\))++)[^()]*\)")
_URL = re.compile(r"https?://[^\s<>\"'（）。，、)]+")
_NAME_END = r"\s|｜*/，,。：:（()）"
_BYLINE = re.compile(rf"(?:文章)?作者\s*[:：|｜/]\s*([^{_NAME_END}]{{1,20}}+)(?![^{_NAME_END}])")
_BYLINE_LENGTH = 90
_HEADING = re.compile(r"^#{1,2}[ \t]+\S.*$", re.MULTILINE)
_FIELD_LINE = re.compile(r"([\w-]{1,30})[ \t]*:(?:[ \t]+(.*))?$")
# A value that begins with a letter or digit and has no ": " or " #" in it is plain in YAML.
_FLAT = (
    r"(?:(?P<plain>\w(?:[^\s:#]|:(?=\S)|(?<=\S)#| (?=[^ #]))*)"
    r"""|(?P<quoted>"[^"\\\n]+"|'[^'\n]+'))"""
)
_FLAT_LINE = re.compile(
    rf"(?:(?P<key>[A-Za-z][\w-]*):(?: +(?=\S)| *$)|(?P<indent> *)- +(?=\S)){_FLAT}? *"
)
_FILLED_IN = re.compile(
    r"(?:Microsoft (?:Word|PowerPoint|Excel) - .*|untitled.{0,4}|[无無]标题.{0,4}|未命名.{0,4}"
    r"|新建.{0,20}(?:文档|工作表|演示文稿)"
    r"|(?:Document|文档|文件|Presentation|演示文稿|Book|工作簿|Sheet|Slide|幻灯片|投影片)\s*\d*"
    r"|PowerPoint (?:Presentation|演示文稿|簡報)|Word Document"
    r"|administrator|admin|user|owner|unknown|anonymous|微软用户|Microsoft Office User|Windows 用户"
    r"|python-docx|python-pptx|openpyxl)?",
    re.IGNORECASE,
)
_LONGEST = {"title": 200, "author": 60, "publisher": 60, "tags": 300}
_NOTHING = ("", "~", "null", "Null", "NULL", "false", "False")

HEADER_LINES = 25
"""Header lines are looked for among this many lines at the top."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a text says about itself; empty strings where it says nothing."""

    title: str = ""
    author: str = ""
    published: str = ""
    url: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


def read_metadata(raw: str) -> Metadata:
    """Collect metadata; front matter wins over header lines, earlier lines over later ones."""
    found: dict[str, str] = {}
    front = front_matter(raw)
    for key, value in front[0].items():
        _note(found, key, value)
    lines = raw[front[1] :].split("\n")[: HEADER_LINES + 15]
    for line in lines:
        match = _HEADER_LINE.match(line.strip())
        if match:
            _note(found, match.group(1), match.group(2))
    head = "\n".join(lines)
    if "author" not in found and (name := _byline(lines)):
        found["author"] = name
    if "title" not in found and "#" in head and (heading := _HEADING.search(head)):
        found["title"] = _plain(heading_text(heading.group()))
    return _metadata(found)


def _byline(lines: Sequence[str]) -> str:
    """The author's name where it is no header line; "" if what follows may be the text itself."""
    for line in lines:
        if "作者" in line and (match := _BYLINE.search(line.replace("*", ""))):
            ended = match.end() == len(match.string) or match.string[match.end()] in " \t|｜/（()）"
            if ended or len(line) <= _BYLINE_LENGTH:
                return match.group(1)
    return ""


def described(fields: Mapping[str, str]) -> Metadata:
    """Metadata from a file's own labelled fields: PDF or Office properties, a page's ``meta``.

    Labels are those of front matter and of header lines, and the usual ones of HTML and Dublin
    Core. What programs fill in by themselves (``Microsoft Word - 新建.doc``, ``Administrator``)
    says nothing.
    """
    found: dict[str, str] = {}
    for label, value in fields.items():
        if not _FILLED_IN.fullmatch(value.strip()):
            _note(found, label, value)
    return _metadata(found)


def combined(first: Metadata, then: Metadata) -> Metadata:
    """Field by field what ``first`` says, else what ``then`` says.

    What stands in the text for its readers (front matter, header lines) is surer than the
    properties of a PDF or Office file, which often are those of a template; a web page's ``meta``
    is surer than its header lines. So a reader of the former puts :func:`read_metadata` first, one
    of the latter :func:`described`.
    """
    return Metadata(
        title=first.title or then.title,
        author=first.author or then.author,
        published=first.published or then.published,
        url=first.url or then.url,
        extra={**then.extra, **first.extra},
    )


def front_matter(raw: str) -> tuple[dict[str, Any], int]:
    """The fields of a YAML front matter, and how many characters of ``raw`` it takes.

    Values stay as written (``1.10`` is no number). Front matter that is not valid YAML is read line
    by line; text between two rules that is hardly made of fields is not front matter.
    """
    match = _FRONT_MATTER.match(raw)
    if match is None:
        return {}, 0
    import yaml

    if (flat := _flat_fields(match.group(1))) is not None:
        return flat, match.end()
    try:
        loaded = yaml.load(match.group(1), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        loaded = _field_lines(match.group(1))
    if not isinstance(loaded, dict) or not loaded:
        return {}, 0
    return {str(key): value for key, value in loaded.items()}, match.end()


def _flat_fields(text: str) -> dict[str, Any] | None:
    """What YAML reads, where that is beyond doubt: plain fields and lists of plain words.

    A hundred times faster than the parser, whose version in C cannot be trusted with the text of
    others: it overflows the stack on deep nesting.
    """
    fields: dict[str, Any] = {}
    key, indents = "", set[str]()
    for line in text.split("\n"):
        match = _FLAT_LINE.fullmatch(line)
        if match is None or not line.isprintable():
            return None
        value = match["plain"] or (match["quoted"] or "")[1:-1]
        if match["key"]:
            key, indents = match["key"], set()
            fields[key] = value
        elif fields.get(key) == "" and value:
            fields[key], indents = [value], {match["indent"]}
        elif isinstance(fields.get(key), list) and match["indent"] in indents:
            fields[key].append(value)
        else:
            return None
    return fields


def _field_lines(text: str) -> dict[str, str]:
    """``key: value`` by line, if at least half of the lines are that."""
    lines = [line for line in text.split("\n") if line.strip()]
    fields = [match.groups() for line in lines if (match := _FIELD_LINE.match(line))]
    if len(fields) * 2 < len(lines):
        return {}
    return {key: (value or "").strip() for key, value in fields}


def is_header_line(line: str, *, ambiguous: bool = False) -> bool:
    """Whether a line is a ``label: value`` with a label that names metadata.

    Args:
        line: Any line.
        ambiguous: Whether its label must be one that may as well name something in the text, as
            ``时间：`` in a notice does.
    """
    match = _HEADER_LINE.match(line.strip())
    if match is None:
        return False
    label = match.group(1).lower()
    return label in (_AMBIGUOUS if ambiguous else _FIELD_OF)


def _metadata(found: dict[str, str]) -> Metadata:
    known = {name: found.pop(name, "") for name in ("title", "author", "published", "url")}
    return Metadata(**known, extra=found)


def _note(found: dict[str, str], label: str, value: object) -> None:
    name = _FIELD_OF.get(label.lower())
    if name is None or name in found:
        return
    if isinstance(value, list):
        value = ", ".join(item for item in value if isinstance(item, str))
    if not isinstance(value, str) or value.strip() in _NOTHING:
        return
    if name == "published":
        text = iso_date(value[:80])
    elif name == "url":
        text = _address(value)
    else:
        text = _plain(value)
    if name == "author":
        text = re.split(r"\s*[|｜/]\s*|\s{2,}|\s+(?=编辑|責編|责编)|编辑", text)[0].strip()
    # A whole article may stand in one line, behind its author's name.
    if text and len(text) <= _LONGEST.get(name, 1000):
        found[name] = text


def _address(value: str) -> str:
    link = _LINK.search(value)
    if link and _URL.match(link.group(2)):
        return link.group(2)
    url = _URL.search(value)
    return url.group() if url else ""


def _plain(value: str) -> str:
    return _LINK.sub(r"\1", value).replace("**", "").strip(" \t\"'")
