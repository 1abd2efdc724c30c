"""Ask every question of a set, keep the answers, score them, write the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.records import content_id, plain
from eval.answers import load_answers
from eval.asking import Asking, ask_all, fingerprint_text
from eval.evidence_check import missing_evidence
from eval.judging import Ground
from eval.options import Options
from eval.parallel import CHUNK, Workers
from eval.partial import Partial, json_line, write_atomically
from eval.publish import publish
from eval.questions import Question
from eval.report import Settings
from eval.runs import code_version
from eval.scoring import Summary, score, summarise
from eval.sets import QuestionSet, read_set
from eval.stage_figures import StageFigures
from eval.system import Asker, HasDocuments, Opened, System, depth_of, source_for

__all__ = ["Asker", "Options", "evaluate", "score_answers"]

Progress = Callable[[int, int], None]


def evaluate(
    questions: str | Path | QuestionSet,
    kb: Asker | System,
    out: str | Path,
    *,
    progress: Progress | None = None,
    hits: int = 100,
    options: Options | None = None,
) -> Summary:
    """Measure a knowledge base: write its answers, the figures and the report into a folder.

    A question that fails is recorded with its ``error`` and the run goes on. A run that was killed
    goes on where it stopped when it is started again with the same folder and knowledge base;
    ``answers.jsonl`` appears only when every question was asked. The run is also kept under
    ``runs``, see :mod:`eval.runs`.

    Args:
        questions: A question set, or the path of one; see :func:`eval.sets.read_set`.
        kb: What is asked: an opened knowledge base here, a :class:`eval.system.System` in several
            processes.
        out: A folder, made if needed; earlier results in it are replaced at the end.
        progress: Called with (questions done, questions in all).
        hits: How many passages to retrieve for each question, at least 1.
        options: All of it; ``hits`` does not count then.

    Raises:
        QuestionError: The question set cannot be used; nothing was asked or written.
        InputError: An option or ``out`` cannot be used.
        KnowledgeBaseError: The knowledge base cannot be used; the answers so far are kept.
        ModelError: The language model answers no more; the answers so far are kept.
    """
    options = options or Options(hits)
    chosen = questions if isinstance(questions, QuestionSet) else read_set(Path(questions))
    _check(chosen, kb, options)
    return _run(chosen, kb, Path(out), options, progress)


def _check(questions: QuestionSet, kb: Asker | System, options: Options) -> None:
    if options.stages and not isinstance(kb, System):
        raise InputError("stages can be measured of a System only, not of an opened knowledge base")
    if options.given_context and not questions.given:
        raise InputError(f"{questions.name}: its questions have no contexts of their own.")


def _run(
    chosen: QuestionSet,
    kb: Asker | System,
    out: Path,
    options: Options,
    progress: Progress | None,
) -> Summary:
    info, missing = _look_at(kb, chosen.questions)
    _make_folder(out)
    steps = len(chosen.questions) * (1 + len(options.stages))
    about = options.wording.about if options.wording else {}
    mark = content_id(
        fingerprint_text(info), str(options.hits), str(options.given_context),
        *([fingerprint_text(about)] if about else ()),
    )  # fmt: skip
    count = options.workers_for(len(chosen.questions)) if isinstance(kb, System) else 1
    with Partial(out / ".answers.partial.jsonl", mark) as partial, Workers(count) as workers:
        kept = sum(item.key in partial for item in chosen.questions)
        stages = StageFigures()
        if isinstance(kb, System):
            kb = replace(kb, state=mark)
            stages = StageFigures.measure(
                chosen, kb, options.stages, options.hits, workers, _part(progress, 0, steps)
            )
        how = Asking(
            options.hits,
            _ground(info, chosen.questions, missing),
            chosen.given if options.given_context else {},
            # Minutes of a language model's work are not to be lost with the rest of a chunk.
            chunk=1 if about else CHUNK,
        )
        begun = len(chosen.questions) * len(options.stages)
        with _source(kb, options, workers) as source:
            judged = ask_all(
                chosen.questions, source, partial, how, workers, _part(progress, begun, steps)
            )
        summary = summarise(judged)
        settings = Settings(
            chosen.name,
            chosen.hash,
            options.hits,
            resumed=kept,
            kb=info,
            given_context=options.given_context,
            stages=stages.groups,
            missing=missing or (),
            code=code_version(),
            model=about,
            language=options.language,
        )
        lines = (partial.read_line(item.key) for item in chosen.questions)
        write_atomically(out / "answers.jsonl", lines)
        publish(out, summary, settings, stages.table)
        partial.remove()
    return summary


def score_answers(
    questions: QuestionSet,
    answers: Path,
    out: Path,
    kb: Asker | System | None = None,
    language: str = "zh",
) -> Summary:
    """Score the answers of any system in our format as if they were our own.

    Args:
        questions: The set they are answers to.
        answers: A file of answer records.
        out: A folder for the report, made if needed.
        kb: A knowledge base over the same documents, to find evidence that none of them holds.
        language: Of the HTML report, ``zh`` or ``en``.

    Raises:
        InputError: The answers cannot be read, or are to other questions.
    """
    info, missing = _look_at(kb, questions.questions) if kb else ({}, None)
    records = load_answers(answers)
    summary = score(questions.questions, records, _ground({}, questions.questions, missing))
    _make_folder(out)
    settings = Settings(
        questions=questions.name,
        questions_hash=questions.hash,
        hits=max((item.hits for item in summary.judgements), default=0),
        kb=info,
        system=str(answers),
        missing=missing or (),
        code=code_version(),
        language=language,
    )
    if answers.resolve() != (out / "answers.jsonl").resolve():
        write_atomically(out / "answers.jsonl", (json_line(record) for record in records))
    publish(out, summary, settings, {})
    return summary


def _look_at(
    kb: Asker | System, questions: Sequence[Question]
) -> tuple[dict[str, Any], list[Any] | None]:
    """What a knowledge base says of itself, and what evidence it lacks, if that can be seen."""
    if isinstance(kb, System):
        with closing(kb.open()) as opened:
            return _look_at(opened, questions)
    info = plain(kb.info())
    located = any(question.evidence for question in questions)
    if not (located and isinstance(kb, HasDocuments)):
        return info, None
    return info, missing_evidence(questions, kb.documents())


@contextmanager
def _source(kb: Asker | System, options: Options, workers: Workers) -> Iterator[Opened | System]:
    """What is asked: an opened knowledge base here, its description in other processes."""
    wording = options.wording
    model = wording.model if wording else None
    if not isinstance(kb, System):
        yield Opened(kb, model)
        return
    system = replace(kb, within=options.given_context, model=wording.settings if wording else None)
    with source_for(system, workers) as source:
        yield source if isinstance(source, System) else Opened(source, model)


def _ground(
    info: Mapping[str, Any], questions: Iterable[Question], missing: list[Any] | None
) -> Ground:
    indexed = None
    if missing is not None:
        absent = {item.evidence for item in missing}
        indexed = frozenset(
            item for question in questions for item in question.evidence if item not in absent
        )
    return Ground(depth_of(info), indexed)


def _part(progress: Progress | None, begun: int, steps: int) -> Progress:
    """Progress of one part of the work within the whole."""
    if progress is None:
        return lambda done, total: None
    return lambda done, total: progress(begun + done, steps)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{out}: this is a file. Give --out a folder.") from None
