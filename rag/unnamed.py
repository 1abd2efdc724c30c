"""Questions for a name that the answering words do not give: 供应商是哪家 is not told by 供应商."""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.normalize import fold
from corpus.segment import Segmenter
from rag.evidence import Evidence
from rag.phrases import SURNAMES
from rag.query import Query

_SURNAME_ASKED = re.compile("姓(?:什么|啥)|贵姓")
_FOR_NAME = re.compile(
    rf"叫[做作]?(?:什么|啥)(?!时候)|{_SURNAME_ASKED.pattern}|(?:什么|啥)名字?(?!堂)|名字[是叫]|(?<!分)哪一?[家所位款座](?!\S?[先后])"
    r"|(?:哪一?个|什么|啥)(?:公司|企业|品牌|牌子|学校|大学|单位|机构|医院|银行|型号|厂|演员|歌手|城市|国家|省)"
)
_ASKS = re.compile(r"贵姓|多少|几(?![乎何经百千])|什么|啥|谁|哪|怎么|如何|为何")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_FOREIGN = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+|[\u4e00-\u9fff]+·[\u4e00-\u9fff]+")
_QUOTED = re.compile(r"[“「『《\"‘]([^”」』》\"’]+)[”」』》\"’]")
_PLACE = re.compile(r"(?:城市|国家|省)")
_SURNAMED = re.compile(
    r"(?<!百)姓(?![名氏什啥很])[\u4e00-\u9fff]"
    r"|[^\W的个個位这這那名老大小男女些几幾两兩本该該其他她它各每些\d](?:先生|女士|小姐|太太|大姐|大爷|阿姨"
    r"|老师|师傅|医生|大夫|教授|经理|老板|主任|厂长|某)"
)
_OF_KIND = re.compile(r"哪一?[座条个所家](?P<kind>[山河江湖海岛桥路街镇村县市区楼馆寺庙塔站港])")
_NUMBERED = re.compile(r"[a-z]+[ -]?\d[a-z0-9]*")
_SAYS_NONE = re.compile(r"尚未|还没|没有|并未|未(?:公布|透露|披露|说明|宣布|定)|不详|保密")
_NAMES = ("nr", "ns", "nt", "nz", "eng")  # tags of names of people, places, firms and others
_IN_NAMES = "nagxvjz"  # tags of signs that stand side by side in a name the dictionary lacks
_DOUBT, _NO_SURNAME = 0.4, 0.2  # what is left of the confidence


def doubt_of_nameless(query: Query, evidence: Evidence, segmenter: Segmenter) -> float:
    """What the confidence is to be multiplied with if a name is asked for and none is read.

    Who says what something does, or repeats what the question calls it, does not say its name.

    Args:
        query: The question.
        evidence: Its sentences, ranked and read.
        segmenter: Tells names from other words.
    """
    asked = fold(query.text)
    best = evidence.order[0] if evidence.order else None
    span = evidence.spans.get(best) if best is not None else None
    if span is None or best is None or not asks_for_name(asked):
        return 1.0
    item = evidence.candidates[best]
    passage = item.hit.passage
    words = fold(passage.text[span.start - passage.start : span.end - passage.start])
    sentence = fold(item.text)
    full = (*_FOREIGN.findall(item.text), *_NUMBERED.findall(words))
    if _SAYS_NONE.search(sentence) or any(fold(name) not in asked for name in full):
        return 1.0  # that there is none; or a name in full, of which other words were read
    if _PLACE.search(asked) and any(
        tag == "ns" and word not in asked for word, tag in segmenter.tagged(sentence)
    ):
        return 1.0
    if _SURNAME_ASKED.search(asked):
        return 1.0 if _tells_surname(sentence, asked, segmenter) else _NO_SURNAME
    if _holds_one_of_kind(sentence, asked):
        return 1.0
    return 1.0 if _holds_name(words, sentence, asked, segmenter) else _DOUBT


def asks_for_name(asked: str) -> bool:
    """Whether a folded question asks for a name and for nothing else."""
    return bool(_FOR_NAME.search(asked)) and len(_ASKS.findall(asked)) == 1


def _holds_one_of_kind(sentence: str, asked: str) -> bool:
    """Whether a sentence holds a name that ends as what is asked for: 青螺山 for 哪座山."""
    match = _OF_KIND.search(asked)
    names = re.findall(f"(?=([\u4e00-\u9fff]{{2}}{match['kind']}))", sentence) if match else ()
    return any(name not in asked for name in names)


def _tells_surname(sentence: str, asked: str, segmenter: Segmenter) -> bool:
    """Whether a sentence tells a surname that the question does not: 姓佘, 洪先生, a whole name."""
    if any(found[0] not in asked for found in _SURNAMED.finditer(sentence)):
        return True
    tagged = segmenter.tagged(sentence)
    return any(tag.startswith("nr") and word not in asked for word, tag in tagged)


def _holds_name(words: str, sentence: str, asked: str, segmenter: Segmenter) -> bool:
    """Whether words of a sentence hold a name that a question does not."""
    for name in _QUOTED.findall(sentence):
        if name not in asked and (name in words or words in name):
            return True
    tagged = segmenter.tagged(words)
    if any(len(word) > 1 and tag.startswith(_NAMES) and word not in asked for word, tag in tagged):
        return True
    return any(_is_name(one, other, asked) for one, other in pairwise(tagged))


def _is_name(one: tuple[str, str], other: tuple[str, str], asked: str) -> bool:
    """Whether two words in a row are a surname with what follows, or signs of an unknown name."""
    (word, tag), (behind, next_tag) = one, other
    if not _HAN.fullmatch(word + behind) or word + behind in asked:
        return False
    if (tag.startswith("nr") and word not in asked) or word in SURNAMES:
        return True
    short = len(word) == len(behind) == 1
    return short and tag[:1] in _IN_NAMES and next_tag[:1] in _IN_NAMES
