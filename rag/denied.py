"""Sentences that deny what a question asks whether it is so: 不送停车券, after 送停车券吗."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import FUNCTION_WORDS
from rag.context import whole_text
from rag.evidence import Evidence
from rag.features import Candidate
from rag.query import Query

_CLAUSE = re.compile("[，,；;。？?！!：:]")
_WHETHER = re.compile(
    r"([\u4e00-\u9fff])[不没]\1|是否|[能可会]否|可以|能够|允许|支持|需要|必须|[能会要有得]"
)
_NOT = re.compile(
    r"(?<!不[得能会可是])(?<!没有)(?<![无非莫])"
    r"不(?![同错仅但过断少管论只单光止限满久妨料愧]|[得能会可是]不|得已|[用必]说)"
    r"|没(?!错|有不|[想料]到|(?!有)[\u4e00-\u9fff]{1,2}的.)"
    r"|无法|未(?![来必婚]|成年|[\u4e00-\u9fff]{1,2}的.)|[禁勿]|谢绝"
)
_BUT_MAY = re.compile("(?<=[^再是定])(?:即可|可以|[就也都均还仍便][可能])")  # 不用排队即可退款
_NO_NEED = re.compile("不[必用]|[无毋][需须]|[没无未]有?必要")  # 不必排队退款 forbids nothing
_NEED = re.compile("[需必要用得]")
_ELIDED = re.compile(r"\W*(?:(?:有了?|行|能|得|可以?|允许|支持|开放|提供|包括)\W*)?")
_TAGS = "nvajlistm"  # first letters of the tags of words that say something
_WORTH = 4.0  # how much worse a sentence may score that denies it
_SAID = 0.5  # share of what is asked that it must say
_LEAST = 2  # signs of it
_KNOWN = 0.5  # share of what the other says of the question that its passage must hold


def denied(query: Query, evidence: Evidence, segmenter: Segmenter) -> Evidence:
    """Evidence whose first sentence denies what is asked, if the best only names what it is about.

    What affirms it is like the question, and found without; what denies it may name less of it. It
    goes first if it is hardly worse and its passage is of the same: a clause must say behind 不, 没
    or the like more of what is asked than any clause of the best does; or before 没有 or 不行, if
    nothing stands behind, more of what it is asked of. What was passed over says nothing of it, and
    so is out of the order: else it might be quoted as the second best.
    """
    if query.kind != "yesno" or not evidence.order:
        return evidence
    asked, of = asked_whether(query.text, segmenter), asked_of_whom(query.text, segmenter)
    first = evidence.order[0]
    floor = evidence.scores[first] - _WORTH
    best, before = evidence.candidates[first], evidence.candidates[first - 1]
    if before.is_question and best.follows(before):
        return evidence
    said = fold(best.text)
    needed = bool(_NEED.search(fold(query.text)))
    known = [term for term in query.terms if term in said]
    for number in evidence.order[1:]:
        item = evidence.candidates[number]
        if evidence.scores[number] < floor or item.is_question or item.is_heading:
            continue
        told = fold(item.text)
        shares = ((asked, _denied(asked, told, needed=needed)), (of, _denied_of(of, told)))
        denies = any(
            len(signs) >= _LEAST and share >= _more_than(signs, said) for signs, share in shares
        )
        if denies and _holds(item, known):
            at = evidence.order.index(number)
            return replace(evidence, order=evidence.order[at:])
    return evidence


def _more_than(signs: frozenset[str], said: str) -> float:
    """The share of some signs that is more than a sentence holds in any clause, half at least."""
    return max(_SAID, max(_share(signs, clause) for clause in _CLAUSE.split(said)) + 1e-6)


def asked_whether(question: str, segmenter: Segmenter) -> frozenset[str]:
    """The signs and Latin words of what is asked whether it is so: 送额度 of 会不会送额度."""
    words = _last_clause(question, segmenter)
    at = [place for place, (word, _) in enumerate(words) if _WHETHER.fullmatch(word)]
    verb = next((place for place, (_, tag) in enumerate(words) if tag[0] == "v"), 0)
    kept = words[at[-1] + 1 :] if at and at[-1] + 1 < len(words) else words[verb:]
    return _signs(kept)


def asked_of_whom(question: str, segmenter: Segmenter) -> frozenset[str]:
    """The signs and Latin words of what it is asked of: 网页 of 网页上能开吗."""
    words = _last_clause(question, segmenter)
    at = next((place for place, (word, _) in enumerate(words) if _WHETHER.fullmatch(word)), 0)
    return _signs([(word, tag) for word, tag in words[:at] if tag[0] == "n" or tag == "eng"])


def _last_clause(question: str, segmenter: Segmenter) -> list[tuple[str, str]]:
    clause = next(filter(None, map(str.strip, reversed(_CLAUSE.split(fold(question))))), "")
    return list(segmenter.tagged(clause))


def _signs(words: Sequence[tuple[str, str]]) -> frozenset[str]:
    found: set[str] = set()
    for word, tag in words:
        if tag[0] in _TAGS or tag == "eng":
            found |= {word} if word.isascii() else set(word)
    return frozenset(found - FUNCTION_WORDS)


def _denied(asked: frozenset[str], text: str, *, needed: bool) -> float:
    """The most that a clause says of what is asked behind a word that denies, up to what may be.

    That there is no need of a thing denies it only where the question asks whether it is needed.
    """
    clauses = [
        _BUT_MAY.split(clause[said.end() :], maxsplit=1)[0]
        for clause in _CLAUSE.split(text)
        if (said := _NOT.search(clause)) and (needed or not _NO_NEED.match(clause, said.start()))
    ]
    return max((_share(asked, clause) for clause in clauses), default=0.0)


def _denied_of(asked: frozenset[str], text: str) -> float:
    """The most that a clause names before it ends with what denies: 网页和桌面端暂时没有."""
    clauses = [
        clause[: said.start()]
        for clause in _CLAUSE.split(text)
        if (said := _NOT.search(clause)) and _ELIDED.fullmatch(clause, said.end())
    ]
    return max((_share(asked, clause) for clause in clauses), default=0.0)


def _share(asked: frozenset[str], clause: str) -> float:
    return sum(sign in clause for sign in asked) / len(asked) if asked else 0.0


def _holds(item: Candidate, known: Sequence[str]) -> bool:
    told = fold(whole_text(item.hit.passage))
    held = [term for term in known if term in told]
    numbered = any(term not in held and any(map(str.isdigit, term)) for term in known)
    return len(held) >= _KNOWN * len(known) and not numbered
