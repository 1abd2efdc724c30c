"""The words of a sentence that answer: rules by what is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.normalize import fold
from rag.query import Query

_AMOUNT = re.compile(
    r"[约近超逾]?\s*(?:[$¥€£]|US\$|HK\$)?\s*(?<![A-Za-z\d.])\d++(?:[,.]\d++)*+(?:\s*[-~～—至到]\s*\d+(?:[,.]\d+)*)?\s*"
    r"(?:%|％|‰|百分点|[万亿千百]*(?:多|余)?\s*(?:美元|美金|人民币|欧元|日元|港元|元|块钱|分钟|小时|毫秒|秒|个月|年|天|周|日|月|"
    r"公里|千米|米|厘米|毫米|公斤|千克|克|吨|平方米|平方公里|亩|公顷|度|倍|次|个|名|人|位|条|款|家|座|所|部|集|场|种|项|份|件|步|"
    r"行|页|字|词|级|层|岁|分|卷|册|辆|台|只|头|张|点|p|P|GB|MB|KB|TB|tokens?|[kKBM])?(?![A-Za-z]))"
    r"(?:/[\u4e00-\u9fffA-Za-z]{1,6})?"
    r"|[一二三四五六七八九十百千万亿两半]+(?:多|余)?(?:个|名|人|位|条|款|家|座|所|部|集|场|种|项|份|件|步|倍|次|年|月|天|日|周|小时|分钟|"
    r"秒|岁|元|成|大|类|层|分之[一二三四五六七八九十]+)"
    r"|[一二三四五六七八九十百千两]{1,6}[十百千万亿]+(?:多|余)?(?![一二三四五六七八九十百千万亿])"
)
_DATE = re.compile(
    r"(?:公元前?)?\d{1,4}\s*年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?|[初底末中]|代)?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]"
    r"|\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}\s*月(?:[初底末中]|上旬|中旬|下旬)?|\d{1,2}\s*[日号]|\d{1,2}世纪(?:\d{2}年代)?"
    r"|(?:今年|去年|明年|本月|上月|次日|当天|年初|年底|年末|当年)(?:\d{1,2}月)?(?:\d{1,2}日)?|第[一二三四五六七八九十\d]+[天日周]|星期[一二三四五六日天]|周[一二三四五六日]"
)
# What tells when without a date: 四国征伐后, 十八岁, 春季化雪的时候, 孔雀王朝时期.
_TIME = re.compile(
    r"(?:[前后时初末]|时[候期]|以[来前后]|期间?|[年朝时]代|[岁世]|季|周年|[早晚]上|夜里?|[上下]午)[。，]?$"
    r"|[十一二三四五六七八九]世纪|[春夏秋冬]季"
)
_NUMERAL = re.compile(r"[\d〇零一二三四五六七八九十百千万亿两半几]")
_FULL_DATE = re.compile(
    r"\d{4}\s*年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?)?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]"
)
_QUOTED = re.compile(r"《[^》]+》|“[^”]{1,30}”|「[^」]{1,30}」|『[^』]{1,30}』")
_ASKED_NOUN = re.compile(r"(?:哪一?[个种款项部家]|什么)([\u4e00-\u9fff]{2,4})")
_NAMED = re.compile(r"叫(?:什么|做|作)|名字|名称|书名|片名|哪[部本首]|题目|标题|称为")
_PERSON = re.compile(
    r"[A-Z][a-zA-Z.]+(?:\s[A-Z][a-zA-Z.]+){1,3}|(?:(?![是由为与和及被叫在的])[\u4e00-\u9fff]){1,5}(?:[·•][\u4e00-\u9fff]{1,6})+"
)
# A transliterated given name has hardly more than three characters; before it stands an office.
_OFFICE = re.compile(r"^[\u4e00-\u9fff]+[官裁席人员者长授演总家](?=[\u4e00-\u9fff]{1,4}[·•])")
_CLAUSES = re.compile(r"[，,；;。！？!?]|——")
_CLAUSE_GAP = 12
_CELLS = " | "
_PREDICATE = re.compile(r"(?:指的是|是指|就是|即|叫做|称为|意味着|代表|是|指|为)\s*")
_CAUSE = re.compile(r"(?:因为|由于|原因是|原因在于|缘于|是因为|为了)\s*(?P<cause>[^，。；]+)")
_MARKS = (("“", "”"), ("「", "」"), ("『", "』"), ('"', '"'), ("'", "'"))
_TRAILING = re.compile(r"[，,；;。！？!?：:、\s]+$")


def answer_words(
    query: Query, sentences: Sequence[str], read: str = "", *, listed: bool = False
) -> str:
    """The answering words of the evidence, best sentence first; empty if none are found.

    A list is answered by its items. Otherwise the words that were read, if they are of the kind
    asked for, go before those that the rules find, and those of no such kind before a mere clause:
    a number, date, name or title is the one of its kind that is not in the question and stands
    nearest to the question's words; a reason or definition is what follows its marker; anything
    else the clause that adds most.

    Args:
        query: The question.
        sentences: The evidence, readable.
        read: The words of it that a reader marked.
        listed: Whether the sentences are items of one list.
    """
    if not sentences:
        return ""
    if query.kind == "list" and len(sentences) > 1 and (listed or not read):
        items = [_strip(text) for text in sentences if not text.rstrip().endswith(("：", ":"))]
        return "、".join(item for item in items if item)
    if words := _strip(_whole(query, sentences, read)):
        return words
    best = " ".join(sentences[0].split())
    pattern = _pattern(query)
    if pattern is not None:
        for sentence in sentences:
            found = _nearest(query, " ".join(sentence.split()), pattern)
            if found:
                return found
    if words := _strip(read if _CELLS not in read else ""):
        return words
    if named := _named_noun(query, best):
        return named
    if query.kind == "reason" and (match := _CAUSE.search(best)):
        return _strip(match.group("cause"))
    if query.kind == "yesno":
        return ""
    return _clause(query, best)


def _whole(query: Query, sentences: Sequence[str], read: str) -> str:
    """The words read, an amount with its unit; nothing if a number or date is asked for in vain.

    Neither are several cells of a table the words of one answer.
    """
    if _CELLS in read:
        return ""
    if query.kind == "date":
        return read if _DATE.search(read) or _TIME.search(read) else ""
    if query.kind != "number" or not read:
        return read
    if not _NUMERAL.search(read):
        return ""
    for sentence in sentences:
        line = " ".join(sentence.split())
        end = line.find(read) + len(read)
        if read in line and read[-1].isdigit():
            return read + next(
                (line[end : m.end()] for m in _AMOUNT.finditer(line) if m.start() < end < m.end()),
                "",
            )
    return read


def _named_noun(query: Query, sentence: str) -> str:
    """What stands in quotation marks before the noun asked for: 哪个按钮 → “电源”按钮."""
    asked = _ASKED_NOUN.search(query.text)
    for length in range(len(asked.group(1)) if asked else 0, 1, -1):
        noun = re.escape(asked.group(1)[:length]) if asked else ""
        if match := re.search(rf"[“「『《]([^“”「」『』《》]{{1,30}})[”」』》]\s*{noun}", sentence):
            return _strip(match.group(1))
    return ""


def _pattern(query: Query) -> re.Pattern[str] | None:
    if query.kind == "number":
        return _AMOUNT
    if query.kind == "date":
        return _DATE
    if query.kind == "person":
        return _PERSON
    return _QUOTED if _NAMED.search(query.text) else None


def _nearest(query: Query, sentence: str, pattern: re.Pattern[str]) -> str:
    """The match that is not in the question and nearest to the words the question shares.

    Each shared word counts by its length over its distance, so that one far away says little.
    """
    asked = fold(query.text)
    folded = sentence.lower()
    anchors = {
        term: [(at.start(), at.end()) for at in re.finditer(re.escape(term), folded)]
        for term in query.terms
        if len(term) > 1 or not term.isascii()
    }
    unit = _asked_unit(asked)
    best, found = -1.0, ""
    for match in pattern.finditer(sentence):
        words = match.group().strip()
        if not words or fold(words) in asked or (pattern is _AMOUNT and _in_date(match)):
            continue
        near = sum(
            len(term) / (2 + min(_gap(sentence, match.span(), span) for span in spans))
            for term, spans in anchors.items()
            if spans
        )
        if unit and unit in words:
            near += len(sentence)
        if not re.search(r"[^\d.,\s]", words):
            near /= 3  # a bare number rather than an amount
        if near > best:
            best, found = near, words
    return _strip(_OFFICE.sub("", found))


def _gap(sentence: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """How many characters lie between two spans; the end of a clause counts as many."""
    first, second = sorted((one, other))
    between = sentence[first[1] : second[0]]
    return len(between) + _CLAUSE_GAP * len(_CLAUSES.findall(between))


def _in_date(match: re.Match[str]) -> bool:
    """Whether an amount is only a part of a date of several parts."""
    return any(
        date.start() <= match.start() and match.end() <= date.end() and match.span() != date.span()
        for date in _FULL_DATE.finditer(match.string)
    )


def _asked_unit(question: str) -> str:
    match = re.search(r"(?:多少|几)(?:个)?([\u4e00-\u9fff%])", question)
    return match.group(1) if match and match.group(1) not in "钱呢的吗" else ""


def _clause(query: Query, sentence: str) -> str:
    """What the question leaves open: the predicate of its subject, or the clause with most news."""
    clauses = [clause for clause in _CLAUSES.split(sentence) if clause.strip()]
    if len(clauses) <= 1 or query.kind == "definition":
        text = clauses[0] if clauses else sentence
        match = _PREDICATE.search(text)
        if match and any(term in fold(text[: match.start()]) for term in query.terms):
            return _strip(text[match.end() :])
        return _strip(text)

    def news(clause: str) -> float:
        folded = fold(clause)
        shared = sum(len(term) for term in query.terms if term in folded)
        return min(len(clause) - shared, 20) + 1.5 * shared

    text = max(clauses, key=news)
    match = _PREDICATE.search(text)
    if match and any(term in fold(text[: match.start()]) for term in query.terms):
        return _strip(text[match.end() :])
    return _strip(text)


def _strip(text: str) -> str:
    """Without signs at the end, and without quotation marks around all of it or of half a pair."""
    text = _TRAILING.sub("", " ".join(text.split())).lstrip("”」』 ").rstrip("“「『 ")
    for left, right in _MARKS:
        opens, closes = text.startswith(left), text.endswith(right) and len(text) > 1
        inner = text[opens : len(text) - closes]
        if opens and closes and left not in inner:
            text = inner
        elif opens and right not in text[1:]:
            text = text[1:]
        elif closes and left not in text[:-1]:
            text = text[:-1]
    return text.strip()
