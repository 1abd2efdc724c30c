"""Questions as they are asked of a folder of documents, and how their best sentences stand."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from rag.query import Query
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
    desk: Desk, questions: Iterable[tuple[int, Asked]], kind: str
) -> Iterator[Example]:
    """Examples of the questions whose best sentence decides whether they are answered.

    Args:
        desk: What they are answered with.
        questions: Each with the number of the file that it stands in.
        kind: ``asked`` or ``foreign``, which nothing answers.
    """
    for number, one in questions:
        *_, answer = events(desk, one.question, one.history, _FOUND, None, None)
        if not isinstance(answer, Answer):
            continue
        found = desk.retrieve(parse_query(answer.question_resolved), _FOUND, None)
        evidence = desk.weigh(found.query, found.hits)
        if abs(evidence.confidence - answer.confidence) <= _SAME:
            answers = one.answers if kind == "asked" else ()
            yield from _example(found.query, evidence, answers, kind, number)


def given_examples(readings: Sequence[Reading], weights: Path) -> Iterator[Example]:
    """Questions over their own text; those for yes or no are not told apart by a span."""
    kept = [item for item in readings if not item.asks_yes_or_no][:_MOST]
    numbers = {text: n for n, text in enumerate(dict.fromkeys(one.document for one in kept))}
    with desk_of({f"text-{n:06}": text for text, n in numbers.items()}, weights) as desk:
        for one in kept:
            number = numbers[one.document]
            within = Filters(source=f"text-{number:06}")
            found = desk.retrieve(parse_query(one.question), _FOUND, within)
            evidence = desk.weigh(found.query, found.hits)
            yield from _example(found.query, evidence, one.answers, "given", number)


def _example(
    query: Query, evidence: Evidence, answers: Sequence[str], kind: str, source: int
) -> Iterator[Example]:
    """The example that some evidence is; none if nothing was found, or beyond doubt."""
    if not evidence.order or not 0 < evidence.confidence < 1:
        return
    spans = evidence.spans.values()
    stands = standing(query.text, evidence.candidates, evidence.scores, evidence.order, spans)
    logit = math.log(evidence.confidence / (1 - evidence.confidence))
    best = squeeze(evidence.candidates[evidence.order[0]].text)
    right = any(squeeze(answer) in best for answer in answers)
    yield Example((logit, *stands.tolist()), bool(answers), right, kind, source)


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
