"""What of a displayed text is not worth searching, and why.

Cleaning marks spans and deletes nothing. A rule looks at one line and its place; it must be sure,
for a line that is marked can no longer answer a question. So promotion rules ask for wording that
only promotion uses, and lines longer than a notice would be are left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from corpus.fences import Fences
from corpus.metadata import HEADER_LINES, Metadata, front_matter, is_header_line
from corpus.normalize import squeeze
from corpus.readers.markdown import LinkSpan, display_text
from corpus.records import Mark

_NOTICE_LENGTH = 90
_TEMPLATE_TAG = re.compile(r"^\{%.*%\}$")
_CODE_OR_SOURCE = r".{0,8}(?:二维码|二維碼|阅读原文|閱讀原文)"
_FOLLOW = r"「?(?:蓝字|上方|下方|关注|關注)"
_LIKES = r"(?:[、，,\s+和]|已赞|已收藏|\d)*(?:点赞|點讚|在看|转发|轉發|收藏|分享|三连)"
_COOPERATION = r"合作.{0,6}(?:请|联系|聯絡|微信|邮箱|[:：])"
# Every alternative begins with a character, never with a group: so a search skips to these.
_PROMOTION = re.compile(
    rf"""
    扫码(?:关注|加入|添加|进群|订阅|立即|或点击|領取|领取)|扫描(?:下方|上方|二维码)|長按識別|长按(?:识别|扫码|二维码)
    |点击{_CODE_OR_SOURCE}|點擊{_CODE_OR_SOURCE}|识别{_CODE_OR_SOURCE}|长按{_CODE_OR_SOURCE}
    |点击{_FOLLOW}|点擊{_FOLLOW}|點击{_FOLLOW}|點擊{_FOLLOW}
    |关注.{{0,12}}(?:公众号|微信号|视频号|我们|星标)|設為星標|设为.{{0,3}}[星⭐🌟]标?|公众号.{{0,12}}(?:后台)?回复
    |本文(?:由|来自|來自).{{0,40}}(?:发布|發佈|授权|原创|投稿)
    |未经(?:许可|授权).{{0,8}}(?:转载|复制)|未經.{{0,6}}(?:許可|授權).{{0,8}}轉載
    |题图(?:来自|来源|[:：])|題圖(?:來自|來源)|基于\s*CC0|版权(?:归|声明)
    |点赞{_LIKES}|點讚{_LIKES}|在看{_LIKES}|转发{_LIKES}|轉發{_LIKES}|收藏{_LIKES}|分享{_LIKES}
    |分享到(?:微博|微信|朋友圈)|微信扫一扫|求(?:点赞|关注|三连)|一键三连|喜欢(?:就|请|的话).{{0,6}}(?:点赞|点个|关注)
    |商务{_COOPERATION}|廣告{_COOPERATION}|广告{_COOPERATION}|媒体{_COOPERATION}
    |联系(?:负责人|我们|小编|作者)\s*[:：|｜]
    |加(?:入)?(?:我们的)?.{{0,8}}(?:交流群|读者群|粉丝群|社群|会员，)
    |限时.{{0,12}}(?:优惠|元/年|折)|立即订阅|优惠券|邀请码
    |阅读原文|閱讀原文|全文(?<=\A全文).{{0,4}}约?.{{0,8}}字.{{0,12}}(?:分钟|阅读)|下载\s*App\b|APP下载
    """,
    re.VERBOSE,
)
_COUNTED = r"[\d,.]*\s*(?:万)?\s*(?:评论|浏览|阅读|收藏|点赞|在看|views|comments|collects|likes)\W*"
_STATISTICS = re.compile(rf"\d{_COUNTED}(?:\d{_COUNTED})+", re.IGNORECASE)
_MANY_STATISTICS = re.compile(rf"\d{_COUNTED}(?:\d{_COUNTED}){{2,}}", re.IGNORECASE)
_LABELLED_NOISE = re.compile(
    r"^(?:发布地|發布地|封面图?链接|封面|Stats|来源标签|原视频链接|视频链接|素材来源|责任编辑|責任編輯|编辑|校对|排版|出品)\s*[:：|｜].{0,200}$"
    r"|^素材来源.{0,20}$",
    re.IGNORECASE,
)
_NOISE_INITIALS = "发發封Ss来原视素责責编校排出"
_CAPTION = re.compile(r"^.{0,40}(?:图片来源|圖片來源|图源|图片/|供图)\s*[:：|｜]?.{0,20}$")
_TAIL = re.compile(
    r"^[#*\s\W]{0,8}(?:往期(?:回顾|推荐|精选|文章)|推荐阅读|相关阅读|延伸阅读|精彩推荐|更多(?:精彩|阅读|文章)|热门文章|猜你喜欢|往期回顧|延伸閱讀|推薦閱讀|相關閱讀)[\s\W]{0,6}$"
)
_END_SIGN = re.compile(r"^[\s\W]*(?:END|完|全文完|正文完|the end|全文結束)[\s\W]*$", re.IGNORECASE)
_RULE = re.compile(r"^\s*(?:[-*_=·~—]\s*){3,}$")
_URL_LINE = re.compile(r"^[^\u4e00-\u9fff]{0,3}(?:[\u4e00-\u9fff]{0,8}[:：]?\s*)?<?https?://\S+>?$")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+•·]|\d{1,2}[.、)）]|\[?\d{1,2}、)")


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
            teased = _teased(teasers, start, end) if teasers else 0
            reason = _reason(stripped, header, metadata, title, teased)
            if tail_level:
                reason = "related articles"
            elif ended:
                reason = reason or "after the end"
            ended = ended or (reason == "end sign" and number > 0.5 * len(lines))
            prose = not reason and len(stripped) >= 40 and not stripped.startswith("#")
            body_begun = body_begun or prose
        if reason:
            marks.append(Mark(start, end, reason))
    return _joined(marks, text)


def _reason(line: str, header: bool, metadata: Metadata, title: str, teased: int) -> str:
    """Why a line is marked; "" to keep it. ``teased``: how much of it is links around pictures."""
    first = line[0]
    if first == "{" and _TEMPLATE_TAG.match(line):
        return "template tag"
    if first in "-*_=·~—" and _RULE.match(line):
        return "rule"
    if first == "#" and squeeze(line.lstrip("#")) == title:
        return "title"
    if header and (is_header_line(line) or _repeats(line, metadata)):
        return "header line"
    if (first in _NOISE_INITIALS and _LABELLED_NOISE.match(line)) or (
        header and line in ("原创", "原創")
    ):
        return "header line" if header else "credits"
    if _END_SIGN.match(line):
        return "end sign"
    if "://" in line and _URL_LINE.match(line):
        return "link"
    if teased > 0 and teased >= 0.8 * len(line):
        return "advertisement"
    if len(line) <= _NOTICE_LENGTH:
        if _STATISTICS.search(line):
            return "statistics line"
        if _PROMOTION.search(line):
            return "promotion"
    elif len(line) <= 2 * _NOTICE_LENGTH and _MANY_STATISTICS.search(line):
        return "statistics line"
    if ("图" in line or "圖" in line) and _CAPTION.match(line):
        return "caption"
    return ""


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
    prose = len(line) > 60 and not _LIST_ITEM.match(line) and line.endswith(("。", "！", "？"))
    return 0 if prose or 0 < heading <= level else level


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
