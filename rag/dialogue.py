"""Follow-up questions, understood without a language model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import content_terms, question_kind

# A demonstrative right behind a name (GPT-4o 这个模型) takes up the name, not the conversation.
_POINTS_BACK = re.compile(
    r"它|(?<![其吉])他|她|其中|上述|前者|后者|此外|"
    r"(?<![a-z0-9》”」])(?<![a-z0-9》”」] )[这那][个些款种项次家位件座本部台篇条场届]|"
    r"该(?:公司|模型|产品|功能|项目|书|片|人|校)|"
    r"\b(?:it|its|they|them|he|she|his|her|that|those|these)\b"
)
_OPENS_WITH_PRONOUN = re.compile(r"它|他|她|其中|上述|前者|后者|(?:it|its|they|he|she|his|her)\b")
_GOES_ON = re.compile(
    r"^(?:那么?|然后|还有|另外|以及|所以|and|what about|how about)|呢[?？。!！\s]*$"
)
_SHORT = 2  # content terms; below this a question cannot stand alone
_CARRIED = 6


def resolve(question: str, history: Sequence[str], segmenter: Segmenter) -> str:
    """The question as it would be asked without the conversation.

    A question that points back (它, 这个), goes on from the last one (那 … 呢) or has hardly a word
    of its own is given the topic words of the last questions; any other is returned unchanged.

    Args:
        question: The question asked now.
        history: The questions before it, oldest first, as understood.
        segmenter: Cuts questions into terms.
    """
    if not history or not _depends(question, segmenter):
        return question
    own = set(segmenter.terms(question))
    carried: list[str] = []
    for earlier in reversed(history[-2:]):
        fresh = [t for t in content_terms(segmenter.terms(earlier)) if t not in own]
        carried += [term for term in dict.fromkeys(fresh) if not _inside(term, [*carried, *fresh])]
        if len(carried) >= 2:
            break
    if not carried:
        return question
    resolved = f"{' '.join(dict.fromkeys(carried[:_CARRIED]))} {question}"
    asks_nothing = question_kind(question) == "other" or _GOES_ON.search(fold(question))
    words = _question_words(history[-1]) if asks_nothing else ""
    return f"{resolved} {words}".strip()


def _depends(question: str, segmenter: Segmenter) -> bool:
    folded = fold(question).strip()
    content = content_terms(segmenter.terms(question))
    if _GOES_ON.search(folded) and len(content) <= 4:
        return True
    if _OPENS_WITH_PRONOUN.match(folded):
        return True
    if _POINTS_BACK.search(folded) and len(content) <= 6:
        return True
    return len(content) < _SHORT and question_kind(question) != "definition"


def _inside(term: str, others: Sequence[str]) -> bool:
    """Whether a term is only a part of a longer one carried along."""
    return any(term != other and term in other for other in others)


def _question_words(question: str) -> str:
    match = re.search(r"多少|什么时候|何时|哪些|为什么|谁|哪里|几\w|怎么\w?|如何", question)
    return match.group() if match else ""
