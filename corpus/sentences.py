"""Sentences of a Chinese text, as exact spans."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.blocks import Block

# An end of a sentence; begins with a character class, which a search skips to.
_END = re.compile(
    r"[。！？!?….](?:(?<!\.)[。！？!?…]*|(?<=\.)(?:\.\.+|(?<![0-9A-Z]\.)(?=\s|$)))[”’」』）)\]】》\"']*"
)
# A sentence whose end is beyond doubt: nothing opens in it, and nothing goes on behind it.
_PLAIN = re.compile(r"[^。！？!?….「『“（《【(\"]*+[。！？!?…]++(?![”’」』）)\]】》\"'，、；：,;])")
# Where a block has none of the former, its sentences end at the latter.
_DOUBTFUL = re.compile(r"[.「『“（《【(\"”’」』）)\]】》']")
_PLAIN_END = re.compile(r"[。！？!?…]++(?![，、；：,;])")
_OPENING = "「『“（《【("
_CLOSING = "」』”）》】)"
_BRACKETS = re.compile(f"[{_OPENING}{_CLOSING}]")
_SOFT_BREAKS = (re.compile(r"[；;]"), re.compile(r"[，,：:]"), re.compile(r"[、\s]"))
_WORD_BREAK = re.compile(r"(?<=[\u3000-\u9fff])|(?=[\u3000-\u9fff])")
_LONG_QUOTATION = 120
_ATTRIBUTION = re.compile(
    r"[^。！？!?\n「“]{0,40}?(?:说|說|表示|称|稱|道|回答|表达|表達|指出|认为|認為|强调|強調)[^。！？!?\n「“]{0,12}[。！？]"
)

_LEANS = re.compile(
    r"(?:但|而|不过|同时|此外|另外|随后|后来|之后|因此|所以|于是|然而|当时|最后)?[，,]?"
    r"(?:他(?![山乡])|她|它(?!山)|其(?!他|实|中|余|它|次)|该(?!交的|去|怎)|此(?!外|后|前|次)"
    r"|这(?!样|时|些年|几年)|那(?!么|时|些年|几年)|两者|二者|前者|后者|双方"
    r"|本(?:人|书|作|片|剧|校|站|品|案|院|公司)"
    r"|同一?(?:天|日(?![语文本元])|年(?![级龄])|月(?!饼))|当[天日晚](?![起达到元])|[次隔]日(?![达送发]))"
)


def sentences_of(text: str, block: Block, maximum: int) -> list[tuple[int, int]]:
    """Spans of the sentences of a block, each at most ``maximum`` code points long.

    Headings, table rows and code lines are one sentence each. A sentence is cut only when it alone
    exceeds ``maximum``: at the last ；, else ，, else 、 or blank, else word boundary that fits.

    Returns:
        ``(start, end)`` in ``text``, without surrounding white space, in order.
    """
    if block.kind in ("paragraph", "item"):
        spans: Iterator[tuple[int, int]] = _split(text, block.content, block.end)
    else:
        end = block.end
        if block.kind == "row":
            end = text.rindex("|", block.content, block.end)
        spans = iter([(block.content, end)])
    pieces: list[tuple[int, int]] = []
    for start, end in spans:
        if start < end and (text[start].isspace() or text[end - 1].isspace()):
            start, end = _trim(text, start, end) or (start, start)
        if start < end <= start + maximum:
            pieces.append((start, end))
        elif start < end:
            pieces += _cut(text, start, end, maximum)
    return pieces


def split_sentences(text: str, maximum: int = 400) -> list[str]:
    """The sentences of a plain paragraph, as strings."""
    block = Block("paragraph", 0, len(text), 0)
    return [text[start:end] for start, end in sentences_of(text, block, maximum)]


def leans(sentence: str) -> bool:
    """Whether a sentence begins with a word for what the one before it names: 它靠什么运行 does."""
    return _LEANS.match(sentence) is not None


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split at sentence ends that stand outside brackets and quotation marks."""
    if _DOUBTFUL.search(text, start, end):
        return _split_carefully(text, start, end)
    ends = [match.end() for match in _PLAIN_END.finditer(text, start, end)]
    if not ends or ends[-1] < end:
        ends.append(end)
    return iter(list(zip([start, *ends], ends, strict=False)))


def _split_carefully(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = counted = start
    depth = quotes = 0
    while True:
        if not depth and begin == counted and (plain := _PLAIN.match(text, begin, end)):
            yield begin, plain.end()
            begin = counted = plain.end()
            continue
        match = _END.search(text, counted, end)
        if match is None:
            break
        stop = match.end()
        for bracket in _BRACKETS.findall(text, counted, stop):
            depth = max(0, depth + (1 if bracket in _OPENING else -1))
        quotes += text.count('"', counted, stop)
        counted = stop
        if depth and stop - begin < _LONG_QUOTATION:
            continue
        if text[stop - 1] == '"' and quotes % 2:
            stop -= 1  # a straight quotation mark that opens the next sentence
        if _goes_on(text, stop, end):
            continue
        yield begin, stop
        begin, depth = stop, 0
    if begin < end:
        yield begin, end


def _goes_on(text: str, stop: int, end: int) -> bool:
    """Whether a sentence continues behind a quotation or title that has just been closed."""
    last = text[stop - 1]
    if stop >= end:
        return False
    if last == "》" or text[stop] in "，、；：。！？）》」』”,;":
        return True
    return last in "」』”" and _ATTRIBUTION.match(text, stop, end) is not None


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _cut(text: str, start: int, end: int, maximum: int) -> list[tuple[int, int]]:
    pieces = []
    while end - start > maximum:
        middle = _cut_point(text, start, start + maximum)
        trimmed = _trim(text, start, middle)
        if trimmed:
            pieces.append(trimmed)
        start = middle
    trimmed = _trim(text, start, end)
    return [*pieces, trimmed] if trimmed else pieces


def _cut_point(text: str, start: int, limit: int) -> int:
    """Where to cut a sentence that goes on after ``limit``; leaves neither side tiny if it can."""
    earliest = start + (limit - start) // 3
    for pattern in _SOFT_BREAKS:
        breaks = [match.end() for match in pattern.finditer(text, earliest, limit)]
        if breaks:
            return breaks[-1]
    breaks = [m.end() for m in _WORD_BREAK.finditer(text, earliest, limit) if m.end() > start]
    if not breaks:
        return limit
    return _word_boundary(text, start, breaks[-1]) or breaks[-1]


def _word_boundary(text: str, start: int, limit: int) -> int:
    """The last boundary between jieba's words at or before ``limit``; 0 if there is none."""
    import rjieba

    boundaries = [start + end for _, _, end in rjieba.tokenize(text[start : limit + 8])]
    return max((point for point in boundaries if start < point <= limit), default=0)
