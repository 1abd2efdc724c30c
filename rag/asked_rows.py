"""What a question asks of the rows of a table: the most of a column, a value, each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.normalize import fold
from corpus.segment import Segmenter
from rag.columns import KINDS
from rag.numerals import NUMERAL, number_of
from rag.rows import is_day

_MEASURES = "[个款种项门座家位件条类只台辆本部场所间栋层级档支名样]"
_THING = r"\s*(?P<thing>[\u4e00-\u9fff]{1,8})?"
_WHICH = re.compile(
    rf"(?:哪(?:一|几|些|{NUMERAL})?|(?:几|多少)|什么(?!时|样|意思)|多[大长高远重宽深])\s*(?:{_MEASURES}(?!月))?{_THING}"
)
_OF_EACH = re.compile(rf"(?:各|每一?|几|{NUMERAL}){_MEASURES}(?!月){_THING}")
_BEFORE = re.compile(r"(?P<thing>[\u4e00-\u9fff]{1,6})(?:是|有)(?:哪|谁|几|多少)")
_ASKS = re.compile(rf"哪(?![里儿年天日月]|一[年天日]|个月)|谁|有(?:几|多少){_MEASURES}(?!月)")
_COUNTS = re.compile(rf"有(?:几|多少){_MEASURES}")
_EACH = re.compile(rf"各(?!自的)|分别|每一?{_MEASURES}(?!月)")
_MOST = re.compile(
    r"最(?!近|后|终|初|[多少高低长][能可会只要得需])(?P<how>便宜|划算|[贵高低大小多少长短久快慢早晚迟重轻热冷远宽窄厚薄深浅强弱新旧])"
)
_LEAST = frozenset(("便宜", "划算", *"低小少短快早轻冷窄薄浅弱旧"))
_SPEED = re.compile(r"速|/[hs]\b|每秒")
_WEIGHT = re.compile(r"重|克|kg|公斤|吨")
_HEAT = re.compile(r"温|℃")
_DATES = re.compile(r"[日月期]|时间|截止")
_PACE = re.compile(r"时[间长]|速|秒|分钟|小时|天")
_SPAN = re.compile(r"时[间长]|小时|分钟|天|年|月|期")
_LENGTH = re.compile(rf"{_SPAN.pattern}|长|里程|公里|km|米")
_OF = {
    "贵": KINDS["money"], "便宜": KINDS["money"], "划算": KINDS["money"],
    "重": _WEIGHT, "轻": _WEIGHT, "热": _HEAT, "冷": _HEAT, "快": _PACE, "慢": _PACE,
    "早": _DATES, "晚": _DATES, "迟": _DATES, "新": _DATES, "旧": _DATES,
    "久": _SPAN, "长": _LENGTH, "短": _LENGTH, "远": re.compile(r"距|里程|公里|km"),
}  # fmt: skip
_UPSIDE_DOWN = re.compile(r"排名|名次|位次|精度|误差|\brank")  # the first of them is the best
_ON_DAYS = frozenset("早晚迟新旧")
_ONCE = re.compile(
    r"[是在于]?(?:什么时候|啥时候|何时|哪一?[年月天日]|几[月号点])[\u4e00-\u9fff]{2}"
)
_HOW_MANY = re.compile(rf"(?:[哪前]|最[^，,]{{0,3}}的|第)(?P<number>{NUMERAL})(?![年月日号])")
_SUM = re.compile(r"[价费钱薪][格用水资]?$")
_OVER = r"比|不如|不及|低于|高于|超过|少于|多于|大于|小于|输给?|胜过?|赢过?|落后于?"
_OBJECT = re.compile(rf"(?:(?:{_OVER})了?|[和与跟同](?=.{{1,24}}比))\s*$")
_NOUNS = ("n", "vn", "nz")
_LESS = re.compile(r"不如|不及|低于|少于|小于|输|落后|比.*(?:便宜|[低小短差轻]|(?<!多)少)")


@dataclass(frozen=True, slots=True)
class Most:
    """A superlative: 最便宜.

    Attributes:
        said: The whole of it.
        before: What the question says before it.
        after: What it says behind it.
    """

    said: str
    before: str
    after: str

    def is_of(self, header: str, cell: str) -> bool | None:
        """Whether a column is of the kind that has most of it; None if it may be any."""
        if (self.said[1:] in _ON_DAYS) != is_day(cell) or _UPSIDE_DOWN.search(fold(header)):
            return False
        pattern = _OF.get(self.said[1:])
        if pattern is None:
            return KINDS["money"].search(fold(header)) is not None if self._of_sum else None
        return pattern.search(fold(f"{header} {cell}")) is not None

    def least(self, header: str) -> bool:
        """Whether the smallest figure of a column has most of it."""
        faster = self.said[1:] in "快慢" and _SPEED.search(fold(header)) is not None
        return (self.said[1:] in _LEAST) != faster

    def is_of_once(self, header: str) -> bool:
        """Whether it asks when something happened first, of which a column does not speak.

        最早是哪天宣布的 is not asked of 日期, but 最早哪天开课 of 开课日期 is.
        """
        told = fold(header)
        spoken = any(told[n : n + 2] in self.before + self.after for n in range(len(told) - 1))
        once = self.said[1:] in "早晚迟" and _ONCE.match(self.after) is not None
        return once and not spoken

    @property
    def _of_sum(self) -> bool:
        return _SUM.search(self.before) is not None


def most_asked(asked: str) -> Most | None:
    """The superlative of a folded question; None without one, or with several."""
    found = list(_MOST.finditer(asked))
    if len(found) != 1:
        return None
    return Most(found[0][0], asked[: found[0].start()], asked[found[0].end() :])


def asks_which(asked: str) -> bool:
    """Whether a folded question asks which there are, or how many."""
    return _ASKS.search(asked) is not None


def asks_number(asked: str) -> bool:
    """Whether a folded question asks how many there are."""
    return _COUNTS.search(asked) is not None


def asks_each(asked: str) -> bool:
    """Whether a folded question asks the same of each."""
    return _EACH.search(asked) is not None


def is_counted(asked: str, number: int) -> bool:
    """Whether a folded question asks for so many as there are: not if for three, 哪三个 or 前三."""
    found = _HOW_MANY.search(asked)
    return found is None or number_of(found["number"]) == number


def of_several(asked: str) -> bool:
    """Whether a folded question is of several things: 各项任务, 每款, 四个套餐."""
    return _OF_EACH.search(asked) is not None


def without_each(asked: str) -> str:
    """A folded question as it is asked of one: 卖多少钱 of 分别卖多少钱."""
    return _EACH.sub("", asked)


def is_object(asked: str, place: int) -> bool:
    """Whether something is compared with what stands at a place: of 甲 in 比甲高."""
    return _OBJECT.search(asked[:place]) is not None


def asks_less(asked: str) -> bool:
    """Whether one that is less than another is asked for."""
    return _LESS.search(asked) is not None


def things_asked(asked: str, segmenter: Segmenter) -> tuple[str, ...]:
    """The nouns for what a folded question asks: 手机 of 哪款手机最贵, 任务 of 各项任务."""
    for pattern in (_WHICH, _OF_EACH):
        for found in pattern.finditer(asked):
            nouns = []
            for word, tag in segmenter.tagged(found["thing"] or ""):
                if not tag.startswith(_NOUNS):
                    break
                nouns.append(word)
            if nouns:
                return tuple(nouns)
    before = _BEFORE.search(asked)
    word, tag = segmenter.tagged(before["thing"])[-1] if before else ("", "")
    return (word,) if tag.startswith(_NOUNS) else ()
