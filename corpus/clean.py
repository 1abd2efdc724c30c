"""What of a displayed text is not worth searching, and why.

Cleaning marks spans and deletes nothing. A rule looks at one line and its place; it must be sure,
for a line that is marked can no longer answer a question. So promotion rules ask for wording that
only promotion uses, a line with a fact in it stays, and lines longer than a notice would be are
left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.fences import Fences
from corpus.metadata import HEADER_LINES, Metadata, front_matter, is_header_line
from corpus.normalize import squeeze
from corpus.notices import NOTICE_LENGTH, holds_amount, is_notice
from corpus.readers.markdown import LinkSpan, display_text
from corpus.records import Mark

_TEMPLATE_TAG = re.compile(r"^\{%.*%\}$")
_CREDIT_INITIALS = frozenset("责責校排编出发發封Ss来原视素")
_COUNTED = (
    r"[\d,.]*\s*万?\s*(?:评论|浏览|阅读|收藏|点赞|在看|views|comments|collects|likes)"
    r"[^\w，、。；]*"
)
_STATISTICS = re.compile(rf"\d{_COUNTED}(?:\d{_COUNTED})+", re.IGNORECASE)
_MANY_STATISTICS = re.compile(rf"\d{_COUNTED}(?:\d{_COUNTED}){{2,}}", re.IGNORECASE)
_NAMES = (
    r"\s*[:：|｜/]\s*(?:[\u4e00-\u9fff·]{2,4}|[A-Za-z .]{2,20})(?:[\s、，,/]+[\w· ]{2,10}){0,3}"
)
_CREDITS = re.compile(rf"^(?:责任编辑|責任編輯|责编|校对|排版){_NAMES}$")
_ARTICLE_CREDITS = re.compile(rf"^(?:编辑|出品){_NAMES}$")
_FOOTNOTE = re.compile(
    r"^(?:发布地|發布地|封面图?链接|封面|Stats|来源标签|原视频链接|视频链接|素材来源)\s*[:：|｜].{0,200}$"
    r"|^素材来源.{0,20}$",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"^.{0,40}(?:图片来源|圖片來源|图源|图片/|供图)\s*[:：|｜]?.{0,20}$")
_NAVIGATION = re.compile(
    r"^(?:返回(?:顶部|首页|列表)|回到(?:顶部|首页)|展开(?:全文|阅读全文)|收起(?:全文)?|点击(?:展开|查看更多|加载更多)"
    r"|(?:查看|加载)(?:更多|全部)|分享到[:：]?|举报"
    r"|[【\[]?打印(?:本页)?[】\]]?[ 　]*[【\[]?关闭(?:窗口)?[】\]]?"
    r"|字号[:：]?\s*大\s*中\s*小|(?:上|下)一[篇页][:：].{0,60})[ >»›↑↓…]*$"
)
_FOOTER = re.compile(
    r"ICP[备證]|公网安备|^(?:Copyright\b|©|版权所有)|All Rights Reserved", re.IGNORECASE
)
_TAIL = re.compile(
    r"^[#*\s\W]{0,8}(?:往期(?:回顾|推荐|精选|文章)|推荐阅读|相关阅读|延伸阅读|精彩推荐|更多(?:精彩|阅读|文章)"
    r"|热门文章|猜你喜欢|往期回顧|延伸閱讀|推薦閱讀|相關閱讀)[\s\W]{0,6}$"
)
_END_SIGN = re.compile(r"^[\s\W]*(?:END|完|全文完|正文完|the end|全文結束)[\s\W]*$", re.IGNORECASE)
_RULE = re.compile(r"^\s*(?:[-*_=·~—]\s*){3,}$")
_URL_LINE = re.compile(
    r"^[^\w]{0,3}(?:(?:原文|原文链接|原文鏈接|原文地址|链接|来源|出处|视频链接|原视频链接|阅读原文|via|source)"
    r"\s*[:：]?\s*)?<?https?://\S+>?$",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"^\s*(?:[-*+•·]|\d{1,2}[.、)）]|\[?\d{1,2}、)")
_SENTENCE_END = re.compile(r"[。！？]")
_PROSE = 60  # characters of a line that is more than a title


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands.

    Attributes:
        header: Among the first lines, above any prose.
        edge: Near the beginning or the end.
        article: In a document that says where it was published.
        signed: In a document that names its author or its address.
    """

    header: bool
    edge: bool
    article: bool
    signed: bool


def mark(text: str, raw: str, metadata: Metadata, links: Sequence[LinkSpan]) -> tuple[Mark, ...]:
    """Mark what is shown but not searched.

    Args:
        text: Displayed text.
        raw: The text it was made from.
        metadata: What was read from it.
        links: The link spans of ``text``.

    Returns:
        Marks over whole lines, in order, neighbours with the same reason joined.
    """
    front = _front_matter_lines(raw)
    marks: list[Mark] = []
    fences = Fences()
    body_begun = ended = False
    tail_level = 0
    position = 0
    teasers = [link for link in links if link.teaser]
    title = squeeze(metadata.title)
    article = bool(metadata.url or metadata.extra.get("publisher"))
    signed = bool(metadata.author or metadata.url)
    lines = text.split("\n")
    for number, line in enumerate(lines):
        start, end = position, position + len(line)
        position = end + 1
        stripped = line.strip()
        is_code = fences.holds(line)
        if not stripped:
            continue
        if number < front:
            reason = "front matter"
        elif is_code:
            reason = ""
        else:
            tail_level = _tail_state(tail_level, stripped, number, len(lines))
            header = not body_begun and number < front + HEADER_LINES
            edge = header or number > 0.7 * len(lines)
            place = _Place(header, edge, article, signed)
            teased = _teased(teasers, start, end) if teasers else 0
            reason = _reason(stripped, place, metadata, title, teased)
            ended = ended and not _resumes(stripped, reason)
            if tail_level:
                reason = "related articles"
            elif ended:
                reason = reason or "after the end"
            ended = ended or (reason == "end sign" and number > 0.5 * len(lines))
            prose = not reason and len(stripped) >= 40 and stripped[0] != "#"
            body_begun = body_begun or prose
        if reason:
            marks.append(Mark(start, end, reason))
    return _joined(marks, text)


def _reason(line: str, place: _Place, metadata: Metadata, title: str, teased: int) -> str:
    """Why a line is marked; "" to keep it. ``teased``: how much of it is links around pictures."""
    first = line[0]
    if first == "{" and _TEMPLATE_TAG.match(line):
        return "template tag"
    if first in "-*_=·~—" and _RULE.match(line):
        return "rule"
    if first == "#" and squeeze(line.lstrip("#")) == title:
        return "title"
    if place.header and _is_header(line, place, metadata):
        return "header line"
    if first in _CREDIT_INITIALS and place.edge and _is_credit(line, place):
        return "header line" if place.header else "credits"
    if _END_SIGN.match(line):
        return "end sign"
    if "://" in line and _URL_LINE.match(line):
        return "link"
    if teased > 0 and teased >= 0.8 * len(line):
        return "advertisement"
    if len(line) <= NOTICE_LENGTH:
        return _notice_reason(line, place)
    if len(line) <= 2 * NOTICE_LENGTH and _MANY_STATISTICS.search(line):
        return "statistics line"
    return ""


def _notice_reason(line: str, place: _Place) -> str:
    if _STATISTICS.search(line):
        return "statistics line"
    if is_notice(line, edge=place.edge, article=place.article):
        return "promotion"
    if ("图" in line or "圖" in line) and _CAPTION.match(line) and not holds_amount(line):
        return "caption"
    if _NAVIGATION.match(line) or (place.edge and _FOOTER.search(line) and place.article):
        return "navigation"
    return ""


def _is_header(line: str, place: _Place, metadata: Metadata) -> bool:
    """Metadata, or what only repeats it; ``时间：`` alone may be that of an event."""
    if is_header_line(line) and not _is_prose(line):
        return place.signed or not is_header_line(line, ambiguous=True)
    return line in ("原创", "原創") or _repeats(line, metadata)


def _is_prose(line: str) -> bool:
    """Whether a line goes on with an article behind its ``作者：``; an address may be long."""
    return len(line) > NOTICE_LENGTH and ("://" not in line or bool(_SENTENCE_END.search(line)))


def _is_credit(line: str, place: _Place) -> bool:
    if _CREDITS.match(line) or (place.article and _ARTICLE_CREDITS.match(line)):
        return True
    return (place.article or place.signed) and _FOOTNOTE.match(line) is not None


def _front_matter_lines(raw: str) -> int:
    size = front_matter(raw)[1]
    return display_text(raw[:size]).count("\n") + 1 if size else 0


def _tail_state(level: int, line: str, number: int, total: int) -> int:
    """Heading level of the list of other articles this line belongs to; 0 outside of one.

    A "往期回顾" in the last 60 % opens such a list; ordinary prose closes it, and so does a
    heading that is not below its own. One that is no heading itself counts as the lowest level.
    """
    heading = len(line) - len(line.lstrip("#")) if line[0] == "#" else 0
    if number > 0.4 * total and _TAIL.match(line):
        return heading or 7
    prose = len(line) > _PROSE and not _LIST_ITEM.match(line) and line.endswith(("。", "！", "？"))
    return 0 if prose or 0 < heading <= level else level


def _resumes(line: str, reason: str) -> bool:
    """Whether a line behind the end belongs to the text again: a section, a row, or prose."""
    if reason or line[0] == "|":
        return not reason
    if line[0] == "#":
        return not _TAIL.match(line)
    return len(line) > _PROSE and line.endswith(("。", "！", "？"))


def _repeats(line: str, metadata: Metadata) -> bool:
    """A line at the top that only repeats the author or the publisher."""
    if not (metadata.author or metadata.extra):
        return False
    names = {squeeze(metadata.author), squeeze(metadata.extra.get("publisher", ""))} - {""}
    return squeeze(line) in names


def _teased(teasers: Sequence[LinkSpan], start: int, end: int) -> int:
    """How many characters of a line are the text of links around pictures."""
    first = bisect_left(teasers, start, key=lambda link: link.start)
    last = bisect_left(teasers, end, lo=first, key=lambda link: link.start)
    return sum(link.end - link.start for link in teasers[first:last])


def _joined(marks: list[Mark], text: str) -> tuple[Mark, ...]:
    joined: list[Mark] = []
    for item in marks:
        last = joined[-1] if joined else None
        if last and last.reason == item.reason and not text[last.end : item.start].strip():
            joined[-1] = Mark(last.start, item.end, item.reason)
        else:
            joined.append(item)
    return tuple(joined)
