"""Questions as they are asked of a folder of documents, and how their best sentences stand."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from corpus.errors import QuestionError
from corpus.filters import Filters
from corpus.normalize import squeeze
from corpus.records import Answer
from index.build import BuildOptions, build
from index.query import parse_query
from index.search import RetrieveSettings, Searcher
from rag.answering import events
from rag.cutting import RememberingCutter
from rag.evidence import Evidence, load_weights
from rag.find import Desk
from rag.reader import Reader
from rag.settings import AnswerSettings
from rag.standing import STANDING_FEATURES, standing
from rag.train.readings import Reading

_ACROSS = frozenset(("crossdoc",))  # each part is asked by itself
_FOUND = 10  # passages
_SAME = 1e-6
_MOST = 1500  # questions of single texts


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a file.

    Attributes:
        question: Its text.
        history: The turns before it.
        answers: Words, any of which answers; empty if the documents do not.
    """

    question: str
    history: tuple[tuple[str, str], ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """How the best sentence stands for a question.

    Attributes:
        signals: Log odds of the confidence, then the standing.
        answerable: Whether the documents answer.
        right: Whether the best sentence does.
        kind: ``asked`` of a folder, ``foreign`` to it, or ``given`` with a single text.
        source: Number of what it comes from: what is of one source stays in one fold.
    """

    signals: tuple[float, ...]
    answerable: bool
    right: bool
    kind: str
    source: int


def read_asked(path: Path) -> Iterator[Asked]:
    """The questions of a file of JSON lines, but for those of several documents.

    Raises:
        QuestionError: A line has no ``question`` and ``answers``.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            data = json.loads(line)
            turns = data.get("history", ())
            history = tuple((turn, "") if isinstance(turn, str) else tuple(turn) for turn in turns)
            answers = [[item] if isinstance(item, str) else item for item in data["answers"]]
            asked = Asked(str(data["question"]), history, tuple(chain(*answers)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionError(f"{path}:{number}: {error!r}; not a question") from None
        if data.get("type") not in _ACROSS:
            yield asked


def asked_examples(
    desk: Desk, questions: Sequence[Asked], kind: str, source: int
) -> Iterator[Example]:
    """Examples of the questions whose best sentence decides whether they are answered."""
    for one in questions:
        if evidence := _decisive(desk, one):
            yield _example(one.question, evidence, one.answers, kind, source)


def given_examples(readings: Sequence[Reading], weights: Path) -> Iterator[Example]:
    """Questions over their own text; those for yes or no are not told apart by a span."""
    kept = [item for item in readings if not item.asks_yes_or_no][:_MOST]
    names = {one.document: f"text-{n:06}" for n, one in enumerate(kept)}
    with desk_of({name: text for text, name in names.items()}, weights) as desk:
        for n, one in enumerate(kept):
            within = Filters(source=names[one.document])
            found = desk.retrieve(parse_query(one.question), _FOUND, within)
            evidence = desk.weigh(found.query, found.hits)
            if evidence.order and 0 < evidence.confidence < 1:
                yield _example(one.question, evidence, one.answers, "given", n)


def _decisive(desk: Desk, asked: Asked) -> Evidence | None:
    """The evidence of a question whose best sentence decides whether it is answered."""
    *_, answer = events(desk, asked.question, asked.history, _FOUND, None, None)
    if not isinstance(answer, Answer) or not 0 < answer.confidence < 1:
        return None
    found = desk.retrieve(parse_query(answer.question_resolved), _FOUND, None)
    evidence = desk.weigh(found.query, found.hits)
    decides = bool(evidence.order) and abs(evidence.confidence - answer.confidence) <= _SAME
    return evidence if decides else None


def _example(
    question: str, evidence: Evidence, answers: Sequence[str], kind: str, source: int
) -> Example:
    spans = evidence.spans.values()
    stands = standing(question, evidence.candidates, evidence.scores, evidence.order, spans)
    logit = math.log(evidence.confidence / (1 - evidence.confidence))
    best = squeeze(evidence.candidates[evidence.order[0]].text)
    right = any(squeeze(answer) in best for answer in answers)
    return Example((logit, *stands.tolist()), bool(answers), right, kind, source)


@contextmanager
def desk_of(documents: Sequence[Path] | Mapping[str, str], weights: Path) -> Iterator[Desk]:
    """What questions are answered with, as if the standing counted nothing."""
    none = (0.0,) * len(STANDING_FEATURES)
    plain = replace(load_weights(weights), standing=none, standing_bias=0.0)
    with tempfile.TemporaryDirectory() as folder:
        build(documents, Path(folder), BuildOptions())
        searcher = Searcher(Path(folder), RetrieveSettings())
        try:
            cutter = RememberingCutter(searcher.segmenter)
            yield Desk(searcher, cutter, plain, Reader(), AnswerSettings())
        finally:
            searcher.close()
