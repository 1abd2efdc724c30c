"""From what a language model writes to an answer that cites the documents for each sentence."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.claims import Claim
from corpus.errors import ModelError
from corpus.records import Answer, Citation
from rag.answer import Question, refuse
from rag.events import Token
from rag.evidence import Evidence
from rag.features import Candidate
from rag.llm.claims import Draft, read_drafts
from rag.llm.model import LanguageModel
from rag.llm.prompt import NOTHING, Excerpt, Prompt, cited_first, make_prompt
from rag.llm.support import Support, Verdict, says_nothing_is_said
from rag.reasons import with_reasons
from rag.stopwatch import Stopwatch

_MOST = 20_000  # characters; what goes on is cut off
_ENDS = tuple("。！？!?….”’」』）)：:")
_NOTICES = {
    "zh": {
        "failed": "语言模型没有作答（{why}）。下面是直接摘自文档的回答。",
        "empty": "语言模型什么也没有写。下面是直接摘自文档的回答。",
        "spent": "语言模型还没写到答案就用完了词元（llm.tokens）。下面是直接摘自文档的回答。",
        "unsupported": "语言模型写的内容在文档里找不到依据，没有采用。下面是直接摘自文档的回答。",
        "partly": "标出的句子在文档里没有找到依据。",
        "cut": "回答太长，后面的部分被截断了。",
    },
    "en": {
        "failed": "The language model did not answer ({why}). This is quoted from the documents.",
        "empty": "The language model wrote nothing. This is quoted from the documents.",
        "spent": "The language model spent its tokens (llm.tokens) before it came to an answer. "
        "This is quoted from the documents.",
        "unsupported": "What the language model wrote stands in no document and was dropped. "
        "This is quoted from the documents.",
        "partly": "Nothing in the documents vouches for the marked sentences.",
        "cut": "The answer was too long and has been cut off.",
    },
}


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a model, and whether it was cut off for its length."""

    text: str
    cut: bool


def write(
    question: Question,
    quoted: Answer,
    evidence: Evidence,
    model: LanguageModel,
    support: Support,
    language: str,
    watch: Stopwatch,
) -> Iterator[Token | Answer]:
    """What a model writes, piece by piece, then the answer that is made of it.

    Args:
        question: As asked and as understood.
        quoted: The extractive answer, which stands if the model fails.
        evidence: The sentences of the best passages, weighed.
        model: The model.
        support: Checks its sentences.
        language: ``zh`` or ``en``.
        watch: Times writing and checking.
    """
    notices = _NOTICES[language]
    evidence = cited_first(evidence, quoted.citations)
    try:
        with watch.stage("generate"):
            prompt = make_prompt(
                question.asked, question.told, evidence, model.prompt_tokens, language
            )
            written = yield from _tokens(model, prompt)
    except ModelError as error:
        why = notices["failed"].format(why=error)
        yield replace(quoted, notice=why, timings_ms=dict(watch.timings))
        return
    with watch.stage("check"):
        answer = checked(question, quoted, prompt.excerpts, written, support, language)
    if answer.model or answer.refused:
        answer = replace(answer, model=model.name)
    answer = with_reasons(answer, (evidence,), quoted.words)
    yield replace(answer, timings_ms=dict(watch.timings))


def _tokens(model: LanguageModel, prompt: Prompt) -> Generator[Token, None, Written]:
    """Everything a model writes, up to a length at which no answer is one any more."""
    pieces = model.write(prompt.messages)
    text = ""
    try:
        while len(text) < _MOST:
            piece = next(pieces)
            text += piece
            yield Token(piece)
    except StopIteration as end:
        return Written(text, bool(end.value))
    finally:
        pieces.close()
    return Written(text, cut=True)


def checked(
    question: Question,
    quoted: Answer,
    excerpts: Sequence[Excerpt],
    written: Written,
    support: Support,
    language: str,
) -> Answer:
    """The answer: the model's sentences if any is supported, else the extractive one or a refusal.

    ``model`` of an answer that the model wrote is not empty.
    """
    notices = _NOTICES[language]
    drafts = read_drafts(written.text)
    if not drafts:
        return replace(quoted, notice=notices["spent" if written.cut else "empty"])
    if written.cut and len(drafts) > 1 and not drafts[-1].words.endswith(_ENDS):
        drafts.pop()
    verdicts = [_judge(draft, excerpts, support) for draft in drafts]
    states = {verdict.state for verdict in verdicts}
    if "supported" not in states:
        if _declines(drafts):
            refusal = refuse(question, quoted.confidence, quoted.hits, {}, language)
            return replace(refusal, reason="not answered by the model")
        return replace(quoted, notice=notices["unsupported"])
    notes = [notices["partly"]] if "unsupported" in states else []
    notes += [notices["cut"]] if written.cut else []
    text, claims, citations = _compose(drafts, verdicts)
    return replace(
        quoted,
        text=text,
        short=quoted.short if quoted.short in text else "",
        citations=citations,
        claims=claims,
        model="written",
        notice=("" if language == "zh" else " ").join(notes),
    )


def _judge(draft: Draft, excerpts: Sequence[Excerpt], support: Support) -> Verdict:
    """Check a sentence against the passages it names; if they fail it, against all of them."""
    named = [
        item for excerpt in excerpts if excerpt.number in draft.numbers
        for item in excerpt.sentences
    ]  # fmt: skip
    verdict = support.check(draft.words, named)
    if verdict.state == "unsupported":
        everything = [item for excerpt in excerpts for item in excerpt.sentences]
        verdict = support.check(draft.words, everything)
    return verdict


def _declines(drafts: Sequence[Draft]) -> bool:
    """Whether a model says no more than that the documents do not answer."""
    nothing = {words.rstrip("。.") for words in NOTHING.values()}
    return all(
        draft.words.rstrip("。.") in nothing or says_nothing_is_said(draft.words)
        for draft in drafts
    )


def _compose(
    drafts: Sequence[Draft], verdicts: Sequence[Verdict]
) -> tuple[str, tuple[Claim, ...], tuple[Citation, ...]]:
    """Text, claims and citations; passages are numbered in the order in which they are cited."""
    text = ""
    claims: list[Claim] = []
    numbers: dict[str, int] = {}
    places: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    for draft, verdict in zip(drafts, verdicts, strict=True):
        text += draft.lead
        start = len(text)
        own: list[int] = []
        for first, last in _runs(verdict.quotes):
            passage = first.hit.passage
            number = numbers.setdefault(passage.id, len(numbers) + 1)
            key = (passage.id, first.start, last.end)
            if key not in places:
                places[key] = len(citations)
                quote = passage.text[first.start - passage.start : last.end - passage.start]
                citations.append(Citation(number, passage, quote, first.start, last.end))
            own.append(places[key])
        marks = dict.fromkeys(citations[place].number for place in own)
        text += draft.words + "".join(f"[{number}]" for number in marks)
        claims.append(Claim(start, len(text), verdict.state, round(verdict.share, 4), tuple(own)))
    return text, tuple(claims), tuple(citations)


def _runs(quotes: Sequence[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    """First and last of the quotes that follow each other in one passage."""
    first = last = None
    for item in sorted(quotes, key=lambda item: (item.hit.rank, item.hit.passage.id, item.index)):
        if first and last and last.hit is item.hit and last.index + 1 == item.index:
            last = item
            continue
        if first and last:
            yield first, last
        first = last = item
    if first and last:
        yield first, last
