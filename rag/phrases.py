"""Names and noun phrases of a question, as they stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from corpus.normalize import fold
from corpus.segment import Segmenter

_ATTRIBUTE_LIST = """
作者 价格 价钱 费用 原因 结果 日期 地点 名字 特点 优点 缺点 区别 好处 坏处 用途 颜色 大小 数量
人数 内容 步骤 条件 要求 问题 别的 人 钱 年 月 天 时 样 次 时候 时间 地方
直径 口径 高度 长度 宽度 厚度 深度 重量 面积 体积
"""
ATTRIBUTES = frozenset(_ATTRIBUTE_LIST.split())
"""Nouns that name what may be asked of anything."""

SURNAMES = (
    "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹章苏潘葛范彭郎鲁韦马苗方俞任袁"
    "柳史唐费岑薛雷贺倪汤罗毕郝安常于傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛戴宋庞熊纪舒屈项祝董梁杜阮蓝"
    "季贾江童郭梅林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房丁邓单洪包石崔龚程邢裴陆荣段侯武刘叶司"
    "黎白赖乔谭姬申欧阳温庄柴瞿阎连习向古易廖终"
)
"""Signs that the names of people begin with."""

_MEASURES = frozenset(("直径", "口径", "高度", "长度", "宽度", "厚度", "深度", "重量"))
_NAMED = 3  # characters of what is measured
_HOW_MUCH = re.compile(r"有?多[长大久高远快宽深重厚]$")
_TITLE = re.compile(r"《[^》]+》|“[^”]+”|「[^」]+」")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*(?: [A-Za-z0-9][A-Za-z0-9.+-]*)*")
_TIME = re.compile(
    r"\d+\s*年(?:\d+\s*月)?|\d+\s*月(?:\s*\d+\s*[日号])?|第[\d一二三四五六七八九十]+[^的\s]"
)
_MONTH = re.compile(r"(?<=\S{2})\s*(?:十[一二]?|[一二三四五六七八九]|\d{1,2}\s*)月$")  # 李明五月
_DEFINED = re.compile(
    r"(?P<what>[^，,。；;？?]{2,20}?)\s*(?:是|叫|指)(?:的是|做|干)?(?:什么|谁|啥|哪)"
)
_DOES = re.compile(r"(?<=..)[做写说讲卖画拍开管教]的$")  # 温拾一做的是什么
_OWNS = re.compile(r"(?P<what>[^，,。；;：:？?的]{2,12}?)[还又也都]?[有叫](?:过|着)?(?:什么|哪些)")
_SUBJECT = re.compile(
    r"([^，。；？?的]{2,8}?)(?:是|有|在|叫|为|能|会|要|可以|什么|怎|多少|几|哪|谁)"
)
_ASKING = re.compile(
    r"什么|多少|几|哪|谁|何|怎|为啥|干嘛|有没有|多[长大久高远快]|吗|请问|介绍|告诉|说说|"
    r"\b(?:what|who|when|where|why|how|which|is|are|was|were|do|does|did|the)\b"
)
_PERSON = re.compile(
    "(?:先生|女士|小姐|老师|教授|博士|老板|经理|主管|医生|记者|作者|师傅|[^别]人|员|长|生|弟|妹|姐|哥"
    "|爷|奶|叔|姨)$|^[老小阿].{1,2}$"
)
_FULL_NAME = 4  # characters
_HANGING = "了是的有在叫被由给要得，,。 \t\r\n\u3000"
_PARTICLES = frozenset("是有在叫为能会要用和与")
NOUNS = ("n", "eng", "vn", "t", "nr", "ns", "nz", "nt", "nrt", "zg")
"""Tags of words that name things."""

_INSIDE = (*NOUNS, "ag", "ng", "uj", "a", "an", "b", "s", "j", "l", "i", "c", "m", "q", "x")
_ADVERBS = frozenset("不没都也还就才只很太最再又更")
_EDGES = ("uj", "x", "c", "q")


def phrases(question: str, segmenter: Segmenter) -> list[str]:
    """Runs of nouns and what belongs to them, in order; what merely asks is left out."""
    words = words_of(question, segmenter)
    found = []
    for is_noun, run in groupby(range(len(words)), lambda number: _is_nominal(words, number)):
        kept = [words[number] for number in run]
        while kept and kept[-1][1] in (*_EDGES, "m"):
            kept.pop()
        while kept and kept[0][1] in _EDGES:
            kept.pop(0)
        phrase = _HOW_MUCH.sub("", "".join(word for word, _ in kept)).strip()
        if is_noun and phrase not in ATTRIBUTES and any(tag in NOUNS for _, tag in kept):
            found.append(phrase)
    return found


def topic(question: str, segmenter: Segmenter) -> str:
    """What a question is about: a title, or its first noun phrase; empty if it has neither."""
    if title := _TITLE.search(question):
        return title.group()
    if (defined := _DEFINED.match(question.strip())) and not _ASKING.search(fold(defined["what"])):
        return _DOES.sub("", defined["what"].strip())
    found = phrases(question, segmenter) or _TIME.findall(question)
    if found:
        if owner := _owner(question.strip(), found[0], segmenter):
            return owner
        name = _whole_name(_uncut(found[0], question), question, segmenter)
        return _unmeasured(name, segmenter)
    subject = _SUBJECT.match(question.strip())
    return subject.group(1).strip() if subject else before_asking(question)


def _owner(question: str, noun: str, segmenter: Segmenter) -> str:
    """What has something, if the first noun is that: 审慎对齐 of 审慎对齐还有什么译名."""
    what = owns["what"] if (owns := _OWNS.match(question)) else noun
    whose = noun not in what and not _ASKING.search(fold(what))
    return what if whose and segmenter.tagged(what)[0][1][:1] not in "fsrtdpvc" else ""


def _unmeasured(name: str, segmenter: Segmenter) -> str:
    """A name without a measure behind it: 青花圆盒 of 青花圆盒直径."""
    last = segmenter.tagged(name)[-1][0] if name else ""
    rest = name.removesuffix(last).removesuffix("的").strip() if last in _MEASURES else ""
    return rest if len(rest) >= _NAMED else name


def without_time(about: str, clause: str, segmenter: Segmenter) -> str:
    """What a question is about, without a time at its end if what it is put to has its own."""
    words = segmenter.tagged(about)
    timed = any(tag == "t" for _, tag in segmenter.tagged(clause))
    if timed and len(words) > 1 and words[-1][1] == "t":
        return about[: -len(words[-1][0])].strip()
    return about


def before_asking(question: str) -> str:
    """What a question says before it asks: 第五天宕机 of 第五天宕机了多久."""
    asking = _ASKING.search(fold(question)) if len(fold(question)) == len(question) else None
    return question[: asking.start()].rstrip(_HANGING).strip() if asking else ""


def holds_asking(text: str) -> bool:
    """Whether a text holds a word that asks."""
    return bool(_ASKING.search(fold(text)))


def asking(text: str) -> str:
    """The first word that asks; empty if none does."""
    found = _ASKING.search(fold(text))
    return found[0] if found else ""


def _whole_name(name: str, question: str, segmenter: Segmenter) -> str:
    """A name of single characters with those that the dictionary cut off: 温拾一, not 温."""
    words = words_of(question, segmenter)
    start = next((n for n, (word, _) in enumerate(words) if name.startswith(word)), 0)
    run = []
    for word, tag in words[start:]:
        if len(word) > 1 or word in _PARTICLES or tag[0] in "ucdrpyx":
            break
        run.append(word)
    whole = "".join(run)
    return whole[:4] if len(name) < 3 and whole.startswith(name) else name


def names_in(question: str) -> list[str]:
    """The titles, and names in Latin letters or figures, of a question, each once."""
    found = [*_TITLE.findall(question), *_NAME.findall(_TITLE.sub(" ", question))]
    return list(dict.fromkeys(name for name in found if not name.isdigit()))


def units(question: str, segmenter: Segmenter) -> list[str]:
    """The titles, names, times and nouns of a question, each once: what another may stand for."""
    words = words_of(question, segmenter)
    names = [] if _is_latin(words) else _NAME.findall(question)
    times = _TIME.findall(question)
    found = [*_TITLE.findall(question), *times, *names]
    nouns = [w for w, tag in words if tag in (*NOUNS, "m", "s") and not _ASKING.search(fold(w))]
    pairs = [
        one + other
        for (one, before), (other, tag) in pairwise(words)
        if len(one) == len(other) == 1
        and {before, tag} & set(NOUNS)
        and not {before, tag} & {"uj", "v", "r", "p", "x", "c", "y"}
        and not _ASKING.search(one + other)
    ]
    wholes = [*pairs, *times, *(piece for name in names for piece in name.split())]
    nouns = [noun for noun in nouns if not any(noun in whole != noun for whole in wholes)]
    return list(dict.fromkeys([*found, *pairs, *nouns]))


def named(text: str, segmenter: Segmenter, *, at_end: bool) -> str:
    """The noun phrase at the end, or the beginning, of a text; empty if there is none."""
    words = words_of(text.strip(), segmenter)
    if at_end:
        words = words[::-1]
    kept: list[tuple[str, str]] = []
    for number, (word, tag) in enumerate(words):
        forwards = words[::-1] if at_end else words
        place = len(words) - 1 - number if at_end else number
        if not _is_nominal(forwards, place):
            break
        kept.append((word, tag))
    edges = _EDGES if at_end else (*_EDGES, "m")
    while kept and kept[-1][1] in edges and not kept[-1][0].startswith("第"):
        kept.pop()
    return "".join(word for word, _ in (kept[::-1] if at_end else kept)).strip()


def words_of(question: str, segmenter: Segmenter) -> list[tuple[str, str]]:
    """Words as they stand, tagged by their folded form, which the tagger knows better."""
    folded = fold(question)
    if len(folded) != len(question):
        return segmenter.tagged(question)
    at = 0
    words = []
    for word, tag in segmenter.tagged(folded):
        words.append((question[at : at + len(word)], tag))
        at += len(word)
    return words


def persons(question: str, segmenter: Segmenter) -> list[str]:
    """The persons that a question speaks of, by their names or what they are called."""
    heads = (_MONTH.sub("", one.rsplit("的", 1)[-1]) for one in phrases(question, segmenter))
    wholes = (_whole_name(head, question[question.find(head) :], segmenter) for head in heads)
    wholes = (_DOES.sub("", f"{whole}的").removesuffix("的") for whole in wholes)
    return [whole for whole in wholes if whole and _is_person(whole, segmenter)]


def _is_person(name: str, segmenter: Segmenter) -> bool:
    tags = [tag for _, tag in segmenter.tagged(name)]
    return bool(_PERSON.search(name)) or (len(name) <= _FULL_NAME and "nr" in (tags[0], tags[-1]))


def _uncut(phrase: str, question: str) -> str:
    """A phrase with the rest of a name of which it holds the beginning: LS of LS-209."""
    start = question.find(phrase)
    name = next((m for m in _NAME.finditer(question) if m.start() <= start < m.end()), None)
    end = start + len(phrase)
    return question[start : max(end, name.end())] if name and start >= 0 else phrase


def _is_nominal(words: Sequence[tuple[str, str]], number: int) -> bool:
    word, tag = words[number]
    if _ASKING.search(fold(word)) or word in "？?。，,！!；;：:":
        return False
    if tag == "eng" and _is_latin(words):
        return word[:1].isupper() or any(map(str.isdigit, word))
    before = words[number - 1][1] if number else ""
    after = words[number + 1][1] if number + 1 < len(words) else ""
    if tag == "v":  # 强化微调: a verb that opens a name
        opens = len(word) > 1 and word[0] not in _ADVERBS  # but not 还有人
        return opens and before not in NOUNS and after in NOUNS
    if tag == "d":  # 正山小种: a name that the dictionary does not know
        return number == 0 and len(word) == 1 and word not in _ADVERBS and after in NOUNS
    return tag in _INSIDE


def _is_latin(words: Sequence[tuple[str, str]]) -> bool:
    """Whether a question is an English sentence."""
    return all(word.isascii() for word, _ in words) and any(
        _ASKING.search(fold(word)) for word, _ in words
    )
