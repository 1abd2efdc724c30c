"""What is of the kind that a question asks for: an amount of money, an age, a year, a name.

Finer than the kinds of :mod:`index.asked`: a sentence that says how many does not answer how much
it costs. Counted on four reading comprehension sets, 2,500 questions of each: for the kinds below
that were asked a hundred times or more, 0 to 7 in a hundred of the sentences that answer hold
nothing of the kind (:mod:`index.asked` alone: up to 57, for persons). Questions for an age were 18;
5 of the sentences that answer them hold none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.normalize import fold
from index.asked import EXPECTED, question_kind
from rag.defined import defines, names, term_asked
from rag.phrases import SURNAMES

_HAN = "〇零一二三四五六七八九十百千万亿两半"
_FIGURE = (
    rf"(?:\d[\d,.]*\s*(?:[十百千万亿]+|[kmb](?![a-z]))?|[{_HAN}]+|数[十百千万亿]+|几[十百千万亿]*|多)"
    r"\s*(?:[多余来]\s*)?"
)
_CURRENCY = (
    "元|块|美元|美金|美分|美刀|欧元|英镑|日元|日圆|港元|港币|台币|人民币|韩元|卢布|角|法郎|卢比|两"
    "|rmb|usd|dollars?"
)
_TIMES = (
    "毫秒|秒|分钟?|刻钟|小时|个?钟头|天|日|夜|周|星期|礼拜|个?多?月|季度|学期|年|载|世纪|年代|代人"
    "|ms|seconds?|hours?|minutes?|days?|weeks?|months?|years?"
)
_IN_A_ROW = r"^.*\|.*\d"  # of a table; its unit stands in the header
_ROW_OF_OTHERS = r"^(?!.*[（(][%％][）)]).*\|.*\d"  # of a table that does not say per cent
_PATTERNS = {
    "money": re.compile(
        rf"[$¥€£￥]\s*\d|{_FIGURE}(?:{_CURRENCY})|免费|不要钱|无偿|{_ROW_OF_OTHERS}", re.M
    ),
    "time": re.compile(
        rf"{_FIGURE}(?:{_TIMES})|永久|终身|一直|长期|始终|至今|\d:\d\d|{_ROW_OF_OTHERS}", re.M
    ),
    "age": re.compile(
        rf"{_FIGURE}周?岁|古稀|花甲|不惑|而立|弱冠|耄耋|出生|生于|\d{{4}}\s*年\D{{0,8}}生|{_ROW_OF_OTHERS}",
        re.M,
    ),
    "year": re.compile(
        r"\d{2,4}\s*年|[〇零一二三四五六七八九]{2,4}年|\d{4}\s*[-/.]\s*\d{1,2}|[今去明前同当次翌元]年"
        r"|年代|世纪|\b(?:1\d|20)\d\d\b"
    ),
    "share": re.compile(
        rf"[%％]|百分|{_FIGURE}(?:成|倍)|分之|一半|过半|大半|半数|\d\s*[:：/]\s*\d|全部|所有|{_IN_A_ROW}",
        re.M,
    ),
    "number": re.compile(
        rf"\d|[{_HAN}]+(?=[^\W\d_])|数[十百千万亿]|几[个十百千万]|多[个次种]|若干|无[数限]|不限|免费|唯一|双"
    ),
    "day": re.compile(
        r"\d{1,2}\s*[日号]|\d{4}[-/.]\d{1,2}[-/.]\d|[一二三四五六七八九十]+[日号]|星期[一二三四五六日天]|周[一二三四五六日]"
        r"|[昨今明当次翌同]天|第[一二三四五六七八九十\d]+[天日]|[元除端午中秋国庆清明圣诞]节|春节|元旦|除夕|前夕|生日"
    ),
    "date": re.compile(
        r"\d{1,4}\s*[年月日号]|\d{4}[-/.]\d|[〇零一二三四五六七八九十]+[月日号年]|星期|周[一二三四五六日]|世纪|年代"
        r"|[昨今明当次翌同]天|[今去明前同当次翌元]年|季度|第[一二三四五六七八九十\d]+[天日年]"
        r"|[春夏秋冬]|年间|[年月][初中底末]|时[期候代]?|朝|[之以][前后来]|期间|末|晚|早|[上下中]午|凌晨|"
        r"\b(?:1\d|20)\d\d\b"
    ),
    "person": re.compile(
        r"[\u4e00-\u9fff]{1,5}[·•・‧][\u4e00-\u9fff]{1,8}|[a-z]+\.? [a-z]+"
        r"|[人者员师长官家手兵王帝后妃子女士生父母兄弟姐妹爷奶叔姨夫妻仆徒将帅臣公队]|[他她]|集团|团队|大学|协会|政府|机构"
        rf"|[{SURNAMES}]"
    ),
    "place": re.compile(
        r"[省市县区国州镇乡村路街岛山洲港城江河湖海湾谷原岭峰桥站场馆园院校厅楼室寺庙宫殿厂店边侧部方地处境内外中上下里间东西南北线道口]"
        r"|大学|中心|[a-z]{2,}"
    ),
}  # fmt: skip
_DATE = re.compile(
    r"(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*[日号])?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]"
)
_SPAN = re.compile(rf"(?:{_DATE.pattern})\s*(?:起|至|到|止|[-—~～–])")
_OPEN = (
    r"(?:各|分别|大约|大概|一共|总共|又|都|会|能)*(?:是|为|有|要|占|达|需|花|得|收|降|涨|拿|挣|赚|领|发)*"
    r"(?:了|到|过|至)*"
)
_ASKED = rf"{_OPEN}(?:多少|几何|几|怎么|如何|什么|\W*$)"
_HOW_MANY = re.compile(
    r"多少|(?<![这前近后隔好])几(?![乎何经度近率])|多[大长高远久快宽深重贵]|百分之[几多]"
    r"|(?:占比|比例|价格|费用|得分|分数)"
    + _ASKED
    + r"|how (?:many|much|long|fast|old)|\b(?:price|cost)"
)
_FINER = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "money",
            r"多少(?:钱|[美日欧港]?元)|(?<![这好])几[美日欧港]?元"
            r"|(?<![这好切分拆成占])(?:多少|几)块|how much"
            r"|\b(?:price|cost)|(?:[价定][格钱]|[售定单报房票]价|费用|[月年学会收]费|房租|租金"
            r"|[月年]薪|工资|薪[水资]|花费|奖金|押金|罚款|[定订]金|[订充]\S{0,2}费)"
            + _ASKED,
        ),
        (
            "age",
            r"多大(?:年纪|年龄|岁数|了)|(?<![有是为约])多大\W*$|几岁|多少岁|how old|(?:年龄|年纪)"
            + _ASKED,
        ),
        ("share", r"百分之[几多]|(?:占比|比例|百分比|比率|几率|概率)" + _ASKED + "|多少%|几成"),
        (
            "time",
            r"多久|多长时间|多少时间|(?<![这隔前近后好])几(?:[天年周秒]|个(?:月|小时|星期|世纪)|小时|分钟)"
            r"|多少(?:个?月|分钟|小时|毫秒|秒|天|年|周|日)|how long",
        ),
        ("day", r"哪一?[天日]|几[号日]|星期几|周几|what day"),
        ("year", r"哪一?年(?!级|龄)|年份" + _ASKED + "|(?:what|which) year"),
    )
)  # fmt: skip
_UNIT = re.compile(r"(?:多少|(?<![哪第])几)\s*([\u4e00-\u9fff%])(?P<last>\W*$)?")
_NO_UNIT = frozenset("钱呢的吗是有了在")
_COUNTED_NOUN = re.compile(r"多少(?!钱)([\u4e00-\u9fff]{2})")
_LIKE_UNITS = (
    "名位人个口员户", "元块", "日号天", "次回遍趟场", "个种项条点款类件样大", "步个", "本部册卷",
    "家个所", "层楼", "级阶", "座栋幢", "辆台架艘列", "篇章节",
)  # fmt: skip
_MEASURES = frozenset(
    "个名位份件间幅笔封桌盒架艘幢栋人口种项条点款类件样次回遍趟场步本部册卷家所层楼级阶座栋幢辆台架艘列篇章节页字词行分元块角倍度米里斤克吨亩顷句段首"
    "集季期届支枚只头匹棵株颗粒张片瓶杯袋箱套对组批处站轮道题维寸"
)

_MEASURED = ("money", "time", "age", "share", "year")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text must hold to answer a question.

    Attributes:
        kind: ``money``, ``time`` (how long), ``age``, ``year``, ``share`` or a kind of
            :func:`index.asked.question_kind`.
        unit: The measure word that is asked for (几步, 多少名), empty without one.
        asked: The question, folded: what it holds itself answers nothing.
        term: What a definition is asked of, folded; empty if none is.
        noun: What is to be counted (多少员工), its first two characters; empty without one.
    """

    kind: str
    unit: str
    asked: str
    term: str = ""
    noun: str = ""

    @property
    def measures(self) -> bool:
        """Whether it is an amount that is told for certain from anything else."""
        return self.kind in _MEASURED

    @property
    def decides(self) -> bool:
        """Whether a text that does not hold it hardly answers: not so for reasons or lists."""
        return self.kind in _PATTERNS

    def is_in(self, text: str) -> bool | None:
        """Whether a text holds it; None if that cannot be told for this kind."""
        if self.term:
            return defines(self.term).search(fold(text)) is not None
        pattern = _PATTERNS.get(self.kind) or EXPECTED.get(self.kind)
        if pattern is None:
            return None
        told = fold(text)
        if self.kind == "time" and not (_SPAN.search(told) or len(_DATE.findall(told)) > 1):
            told = _DATE.sub(" ", told)  # 12 月 18 日 lasts no twelve months
        return any(match.group() not in self.asked for match in pattern.finditer(told))

    def is_told(self, before: str, text: str) -> bool | None:
        """Whether a sentence holds it, read with the one before it: 它指的是 says of what there."""
        if self.term:
            return bool(self.is_in(text) or (self.is_in(before + text) and not self.is_in(before)))
        return self.is_in(text)

    def is_named_in(self, text: str) -> bool:
        """Whether a sentence but gives the name: what the term means is said beside it."""
        return bool(self.term and names(self.term).search(fold(text).strip()))

    def is_counted_in(self, text: str) -> bool | None:
        """Whether a text gives a number of the unit or noun asked for; None if none is."""
        if not self.unit and not self.noun:
            return None
        pattern = _counted(self.unit) if self.unit else _counted_noun(self.noun)
        return pattern.search(fold(text)) is not None


@lru_cache(256)
def wanted(question: str) -> Wanted:
    """What a question asks for."""
    folded = fold(question)
    kind = question_kind(question)
    if kind == "number" and not _HOW_MANY.search(folded):
        kind = "other"
    if kind in ("number", "date"):
        kind = next((name for name, pattern in _FINER if pattern.search(folded)), kind)
    unit = _UNIT.search(folded) if kind in ("number", "list") else None
    name = unit.group(1) if unit else ""
    counts = name in _MEASURES or (unit and unit["last"] is not None and name not in _NO_UNIT)
    term = term_asked(folded) if kind in ("definition", "other") else ""
    noun = _COUNTED_NOUN.search(folded) if kind == "number" and not counts else None
    return Wanted(
        kind,
        name if counts else "",
        folded,
        term,
        noun.group(1) if noun else "",
    )


@lru_cache(64)
def _counted_noun(noun: str) -> re.Pattern[str]:
    """A number right before or behind a noun, and no sum, date or span of time."""
    other = rf"\s*(?:{_CURRENCY}|{_TIMES}|[号%])"
    return re.compile(
        rf"{noun}[^\d，。；,;]{{0,4}}?{_FIGURE}(?!{other})|{_FIGURE}\s*[\u4e00-\u9fff]{{0,3}}{noun}|{_IN_A_ROW}",
        re.M,
    )


@lru_cache(64)
def _counted(unit: str) -> re.Pattern[str]:
    like = "".join({unit, *"".join(group for group in _LIKE_UNITS if unit in group)})
    row = _IN_A_ROW if unit in "%分" else _ROW_OF_OTHERS
    return re.compile(rf"{_FIGURE}[{re.escape(like)}]|无[数限]|不限|{row}", re.M)
