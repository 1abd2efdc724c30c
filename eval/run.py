"""Ask every question of a set, keep the answers, score them, write the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.records import content_id, plain
from eval.answers import load_answers
from eval.asking import Asking, ask_all, fingerprint_text
from eval.evidence_check import missing_evidence
from eval.figures import figure_table
from eval.judging import Ground
from eval.parallel import Workers, workers_for
from eval.partial import Partial, json_line, write_atomically
from eval.questions import Question
from eval.report import Settings, metrics_json, questions_csv, report_html, report_markdown
from eval.report.data import group_json, question_row, settings_json
from eval.report.titles import RETRIEVAL
from eval.retrieving import judge_retrieval
from eval.runs import code_version, keep_run
from eval.scoring import Figure, Group, Summary, score, summarise
from eval.sets import QuestionSet, read_set
from eval.stages import parse_stages
from eval.stats import Ratio, intervals
from eval.system import Asker, HasDocuments, System, depth_of, source_for

__all__ = ["Asker", "Options", "evaluate", "score_answers"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to evaluate.

    Attributes:
        hits: How many passages to retrieve for each question, at least 1.
        workers: How many processes at most; as many as there are cores if None.
        stages: Stages of retrieval to measure by themselves, beside the answers.
        given_context: Ask each question of the context it was written for alone.
    """

    hits: int = 100
    workers: int | None = None
    stages: tuple[str, ...] = ()
    given_context: bool = False

    def __post_init__(self) -> None:
        if self.hits < 1:
            raise InputError(f"hits must be at least 1, not {self.hits}.")
        if self.workers is not None and self.workers < 1:
            raise InputError(f"workers must be at least 1, not {self.workers}.")
        if self.stages:
            parse_stages(",".join(self.stages))


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
    """
    options = options or Options(hits)
    chosen = questions if isinstance(questions, QuestionSet) else read_set(Path(questions))
    if options.stages and not isinstance(kb, System):
        raise InputError("stages can be measured of a System only, not of an opened knowledge base")
    if options.given_context and not chosen.given:
        raise InputError(f"{chosen.name}: its questions have no contexts of their own.")
    out = Path(out)
    info, missing = _look_at(kb, chosen.questions)
    _make_folder(out)
    steps = len(chosen.questions) * (1 + len(options.stages))
    mark = content_id(fingerprint_text(info), str(options.hits), str(options.given_context))
    count = workers_for(len(chosen.questions), options.workers) if isinstance(kb, System) else 1
    with Partial(out / ".answers.partial.jsonl", mark) as partial, Workers(count) as workers:
        kept = sum(item.key in partial for item in chosen.questions)
        stages = _Stages()
        if isinstance(kb, System):
            kb = replace(kb, state=mark)
            stages = _Stages.measure(chosen, kb, options, workers, _part(progress, 0, steps))
        how = Asking(
            options.hits,
            _ground(info, chosen.questions, missing),
            chosen.given if options.given_context else {},
        )
        begun = len(chosen.questions) * len(options.stages)
        with _source(kb, options, workers) as source:
            judged = ask_all(
                chosen.questions, source, partial, how, workers, _part(progress, begun, steps)
            )
        summary = summarise(judged)
        settings = Settings(
            questions=chosen.name,
            questions_hash=chosen.hash,
            hits=options.hits,
            resumed=kept,
            kb=info,
            given_context=options.given_context,
            stages=stages.groups,
            missing=[str(item) for item in missing or ()],
            code=code_version(),
        )
        lines = (partial.read_line(item.key) for item in chosen.questions)
        write_atomically(out / "answers.jsonl", lines)
        publish(out, summary, settings, stages.table)
        partial.remove()
    return summary


def score_answers(
    questions: QuestionSet, answers: Path, out: Path, kb: Asker | System | None = None
) -> Summary:
    """Score the answers of any system in our format as if they were our own.

    Args:
        questions: The set they are answers to.
        answers: A file of answer records.
        out: A folder for the report, made if needed.
        kb: A knowledge base over the same documents, to find evidence that none of them holds.

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
        missing=[str(item) for item in missing or ()],
        code=code_version(),
    )
    if answers.resolve() != (out / "answers.jsonl").resolve():
        write_atomically(out / "answers.jsonl", (json_line(record) for record in records))
    publish(out, summary, settings, {})
    return summary


def publish(out: Path, summary: Summary, settings: Settings, stages: Mapping[str, Ratio]) -> None:
    """Write the report in all its forms, and keep the run."""
    texts = {
        "metrics.json": metrics_json(summary, settings),
        "report.md": report_markdown(summary, settings),
        "report.html": report_html(summary, settings),
        "questions.csv": questions_csv(summary),
    }
    for name, text in texts.items():
        write_atomically(out / name, [text.encode("utf-8", "replace")])
    table = {**summary.table, **stages}
    figures = group_json(summary.overall)["figures"]
    for stage, group in settings.stages.items():
        named = group_json(group)["figures"]
        figures |= {f"{stage}:{name}": figure for name, figure in named.items()}
    about = settings_json(settings)
    keep_run(
        out,
        {
            "kind": "answers",
            "questions": {"name": settings.questions, "hash": settings.questions_hash,
                          "count": summary.overall.questions},
            "settings": {"hits": settings.hits, "given_context": settings.given_context},
            "kb": about["kb"],
            "system": settings.system,
            "figures": figures,
            "failures": dict(summary.failures),
            "latency_ms": group_json(summary.overall)["latency_ms"],
        },
        (question_row(item, table, row) for row, item in enumerate(summary.judgements)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stages:
    """Retrieval alone, stage by stage; measures are named ``STAGE:MEASURE`` in the table."""

    groups: dict[str, Group] = field(default_factory=dict)
    table: dict[str, Ratio] = field(default_factory=dict)

    @classmethod
    def measure(
        cls,
        questions: QuestionSet,
        kb: System,
        options: Options,
        workers: Workers,
        progress: Progress,
    ) -> _Stages:
        found = cls()
        for number, stage in enumerate(options.stages):
            begun = number * len(questions.questions)
            judged = judge_retrieval(
                kb,
                stage,
                questions.questions,
                options.hits,
                workers,
                _shifted(progress, begun),
            )
            table = {name: ratio for name, ratio in figure_table(judged).items()
                     if name in RETRIEVAL}  # fmt: skip
            middles = intervals(table)
            figures = {
                name: Figure(ratio.value, round(float(ratio.wholes.sum())), middles.get(name))
                for name, ratio in table.items()
            }
            found.groups[stage] = Group(len(judged), figures, {})
            found.table.update({f"{stage}:{name}": ratio for name, ratio in table.items()})
        return found


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
def _source(kb: Asker | System, options: Options, workers: Workers) -> Iterator[Asker | System]:
    """What is asked: an opened knowledge base here, its description in other processes."""
    if not isinstance(kb, System):
        yield kb
        return
    with source_for(replace(kb, within=options.given_context), workers) as source:
        yield source


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


def _shifted(progress: Progress, begun: int) -> Progress:
    return lambda done, total: progress(begun + done, total)


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{out}: this is a file. Give --out a folder.") from None
