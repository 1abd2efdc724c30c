"""Questions for what a passage does not speak of: the rate of a loan, where none is told."""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus.normalize import fold
from corpus.quantities import quantities
from corpus.segment import Segmenter
from index.embed import StaticEmbedder
from rag.asked_rows import things_asked
from rag.columns import KINDS, NAMED, may_hold, named, plain_name
from rag.context import whole_text
from rag.evidence import Evidence
from rag.query import Query
from rag.tables import UNIT, Row, above, is_row, rows_of, speaks_of
from rag.wanted import wanted

_ASKED = re.compile(
    r"([\u4e00-\u9fff]{2,8}?)(?:又|都|各|分别|一共|大概|最后)*(?:是|为|有|要|收|付|花|涨|降)?了?"
    r"(?:多少|几|(?<!为)什么(?!时)|哪)[\u4e00-\u9fff]{0,3}$"
)
_COUNTED = re.compile(  # 几管血, 多少厘米
    r"(?:几|多少)\s*([毫厘分千]?[米克升瓦安伏]|公里|公斤|平方米|英寸|(?<=几)(?!个)[^\W\d_a-z])"
)
_IN_UNIT = re.compile(
    r"(?:多少|几)个?\s*(?P<unit>[kmgt]b(?![a-z])|日[元圆币]|欧元|英镑|港[元币]|韩[元币]|卢布|法郎)"
)
_UNITS = {  # each with what the same is told in
    re.compile(asked): re.compile(told)
    for asked, told in (
        ("[kmgt]b", r"\d\s*[kmgt]b?(?![a-z])|字节|兆"), ("日", "日[元圆圓币幣]|円|jpy|[¥￥]"),
        ("欧", "欧|歐|eur|€"), ("英", "镑|鎊|gbp|£"), ("港", r"港[元币幣纸紙]|hkd|hk\$"),
        ("韩", "韩|韓|krw|₩"), ("卢", "卢布|盧布|rub|₽"), ("法", "法郎|chf"),
    )
}  # fmt: skip
_PAID = r"[$¥€£￥]|[元块角毛](?!宵|旦|件|数据|始)|价|钱|费(?!城)|免"
_FORMS = tuple(  # what is asked for, and the forms in which alone it can be told
    (re.compile(asked), re.compile(told))
    for asked, told in (
        (r"(?:邮箱|邮件地址|e-?mail)\S{0,6}(?:是|多少|什么|哪)", "@|邮箱[:：]"),
        (r"(?:网址|链接地址)\S{0,4}(?:是|多少|什么|哪)", r"https?:|www\.|\.(?:com|cn|org|net)\b"),
        (
            r"(?:电话|热线|手机|传真)(?:号码?)?(?:是|多少|几号|什么|哪)*(?:多少|什么|几号|哪个)\W*$",
            r"\d{3,}[ -]?\d{2,}|\d{5,}|\d-\d{3}",
        ),
        (r"(?:几|哪|多少)\s*路(?:公交|车)", r"(?:\d|[一二三四五六七八九十])\s*路"),
        (r"(?:怎么|如何|怎样)收费", _PAID),
        (r"哪一?年(?:出生|生的|生人)|(?:出生|生)于?(?:在)?哪一?年|生日", "生"),
        (
            r"(?:几|多少)\s*(?:毫?秒|分钟|个?小时|个?钟头)",
            r"秒|分钟|\d\s*分|小时|钟头|一刻|半天|\bms\b",
        ),
    )
)  # fmt: skip
_MONEY = re.compile(_PAID)
_AGE = re.compile("岁|生于|出生|年生|古稀|花甲|不惑|而立|弱冠|耄耋|[789]0后|年龄")
_UNLIMITED = re.compile("不限|无限|没有?限|不含|不收|免费")
_AMOUNT = re.compile(r"数量?$|时长$|金额$")  # a text says the amount, not what it is called
_TAGS = ("n", "nz", "vn")
_KNOWN = 0.4  # of the weight of a word that nothing holds, from which one says something
_ALIKE = 0.7  # cosine from which another word says the same
_GOES_WITH = 0.6  # nearness from which a word that goes with another tells of it
_KIN = 0.5  # cosine from which the name of a column may be another word for it: 月租金 for 房租
_DOUBT, _NOT_TOLD = 0.5, 0.2  # what is left of the confidence


def doubt_of_unsaid(
    query: Query,
    evidence: Evidence,
    segmenter: Segmenter,
    idf: Callable[[str], float],
    words: StaticEmbedder,
) -> float:
    """What the confidence is to be multiplied with if the passage lacks the noun that is asked of.

    The noun right before the question word at the end (贷款的利率是多少) says what is asked for. A
    passage may say it in other words; where the documents use that noun, but not there, nor a part
    of it, a word like it or one that goes with it, they hardly mean it. Lists may stand apart from
    what leads in.

    Args:
        query: The question.
        evidence: Its sentences, ranked.
        segmenter: Tells nouns from other words.
        idf: Inverse document frequency of a term.
        words: Tells how like words are.
    """
    noun = noun_asked(query.text, segmenter) if query.kind != "list" else ""
    if not noun or not evidence.order or not _KNOWN * idf("") <= idf(noun) < idf(""):
        return 1.0
    passage = evidence.candidates[evidence.order[0]].hit.passage
    told, asked = fold(whole_text(passage)), fold(query.text)
    near = (other for other, nearness in words.associated(noun) if nearness >= _GOES_WITH)
    if speaks_of(noun, told, words, _ALIKE) or any(o in told and o not in asked for o in near):
        return 1.0
    return _DOUBT


def doubt_of_units(query: Query, evidence: Evidence) -> float:
    """What the confidence is to be multiplied with if nothing is told in the unit asked for.

    How many megabytes a file may have is not told where no size is, nor a price in yen by dollars,
    an address of mail without @, or what something costs where no money is spoken of.

    Args:
        query: The question.
        evidence: Its sentences, ranked.
    """
    if not evidence.order:
        return 1.0
    question = fold(query.text)
    told = fold(whole_text(evidence.candidates[evidence.order[0]].hit.passage))
    if asked := _IN_UNIT.search(question):
        alike = next(form for unit, form in _UNITS.items() if unit.match(asked["unit"]))
        return 1.0 if alike.search(told) or _UNLIMITED.search(told) else _NOT_TOLD
    forms = [form for sort, form in _FORMS if sort.search(question)]
    kind = wanted(query.text).kind
    forms += [form for name, form in (("money", _MONEY), ("age", _AGE)) if kind == name]
    return 1.0 if all(form.search(told) for form in forms) else _NOT_TOLD


def doubt_of_columns(
    query: Query, evidence: Evidence, segmenter: Segmenter, words: StaticEmbedder
) -> float:
    """What the confidence is to be multiplied with if no column of a row is what is asked of it.

    A row of a table says of what it names only what its columns are for: where none of them, nor
    what stands above the table, holds the noun asked for, or may hold an amount of the kind, its
    figures answer something else.

    Args:
        query: The question.
        evidence: Its sentences, ranked.
        segmenter: Tells nouns from other words.
        words: Tells how like words are.
    """
    best = evidence.candidates[evidence.order[0]] if evidence.order else None
    if best is None or not is_row(best.text):
        return 1.0
    asked = fold(query.text)
    row = next((row for row in rows_of([best.hit]) if row.line.start == best.start), None)
    name = max(row.cells, key=lambda cell: (named(cell, asked), len(cell))) if row else ""
    if row is None or named(name, asked) < 1:
        return 1.0
    return 1.0 if _may_tell(query, row, name, segmenter, words) else _NOT_TOLD


def _may_tell(
    query: Query, row: Row, name: str, segmenter: Segmenter, words: StaticEmbedder
) -> bool:
    """Whether a row, of what one of its cells names, may tell what is asked of that."""
    cells = [(row.header[n], cell) for n, cell in enumerate(row.cells) if cell != name]
    kind = wanted(query.text).kind
    if kind in KINDS and kind != "number":
        return any(may_hold(query.text, name, header, cell) for header, cell in cells)
    rest = fold(query.text).replace(plain_name(name), " ")
    if any(named(header, rest) >= NAMED for header, _ in cells):
        return True
    if unit := _COUNTED.search(rest):
        return any(_counts(unit[1], header, cell) for header, cell in cells)
    nouns = [*things_asked(rest, segmenter), noun_asked(rest, segmenter)]
    nouns = [noun for noun in nouns if len(noun) > 1]
    told = fold(" ".join((*row.header, row.line.text, *above(row.line.hit.passage))))
    return not nouns or any(speaks_of(noun, told, words, _KIN) for noun in nouns)


def _counts(unit: str, header: str, cell: str) -> bool:
    """Whether a cell gives a number of what a unit counts, or one that may be of anything."""
    known = UNIT.search(header)
    told = fold(cell + (known[1] if known else "")).replace(" ", "")
    is_bare = re.fullmatch(r"[\d.,]+", told) is not None
    same = quantities(f"1{unit}")
    found = {item.unit for item in quantities(told)}
    return is_bare or unit in told or any(item.unit in found for item in same if item.unit)


def noun_asked(question: str, segmenter: Segmenter) -> str:
    """The noun right before the question word at the end of a question; empty without one."""
    match = _ASKED.search(fold(question).rstrip("?？。!！ "))
    word, tag = segmenter.tagged(match.group(1))[-1] if match else ("", "")
    says_much = len(word) > 1 and tag in _TAGS and not _AMOUNT.search(word)
    return word if says_much else ""
