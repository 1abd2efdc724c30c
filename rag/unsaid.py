"""Questions for what a passage does not speak of: the rate of a loan, where none is told."""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.embed import StaticEmbedder, normalize
from rag.context import whole_text
from rag.evidence import Evidence
from rag.query import Query

_ASKED = re.compile(
    r"([\u4e00-\u9fff]{2,8}?)(?:又|都|各|分别|一共|大概|最后)*(?:是|为|有|要|收|付|花|涨|降)?了?"
    r"(?:多少|几|(?<!为)什么(?!时)|哪)[\u4e00-\u9fff]{0,3}$"
)
_AMOUNT = re.compile(r"数量?$|时长$|金额$")  # a text says the amount, not what it is called
_TAGS = ("n", "nz", "vn")
_KNOWN = 0.4  # of the weight of a word that nothing holds, from which one says something
_ALIKE = 0.7  # cosine from which another word says the same
_DOUBT = 0.5  # what is left of the confidence


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
    of it or a word like it, they hardly mean it. Lists may stand apart from what leads in.

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
    told = fold(whole_text(passage))
    if any(noun[place : place + 2] in told for place in range(len(noun) - 1)):
        return 1.0
    vectors, counts = words.token_vectors([noun, told])
    one, other = normalize(vectors[: counts[0]]), normalize(vectors[counts[0] :])
    if not len(one) or not len(other):
        return 1.0
    return 1.0 if float((one @ other.T).max()) >= _ALIKE else _DOUBT


def noun_asked(question: str, segmenter: Segmenter) -> str:
    """The noun right before the question word at the end of a question; empty without one."""
    match = _ASKED.search(fold(question).rstrip("?？。!！ "))
    word, tag = segmenter.tagged(match.group(1))[-1] if match else ("", "")
    says_much = len(word) > 1 and tag in _TAGS and not _AMOUNT.search(word)
    return word if says_much else ""
