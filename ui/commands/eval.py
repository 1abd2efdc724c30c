"""``yinju eval``: measuring on a question set, comparing runs, and gates for CI."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import InputError
from ui.commands.common import FOLDER, Commands, settings_of, show
from ui.progress import ProgressLine

if TYPE_CHECKING:
    from eval.scoring import Summary
    from eval.sets import QuestionSet
    from eval.system import System

_STAGES = "bm25,dense,hybrid,rerank"


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parser of this command."""
    evaluate = commands.add_parser("eval", parents=[common], help="measure on a question set")
    sets = evaluate.add_argument_group("what to measure on (one of)")
    sets.add_argument("questions", type=Path, nargs="?", metavar="QUESTIONS",
                      help="JSON lines, CSV, XLSX or SQuAD/CMRC/DRCD JSON")  # fmt: skip
    sets.add_argument("--mrc", type=Path, metavar="FILE",
                      help="reading comprehension; its contexts are the documents")  # fmt: skip
    sets.add_argument("--beir", type=Path, metavar="DIR", help="BEIR folder: retrieval alone")
    sets.add_argument("--compare", nargs=2, metavar=("A", "B"), help="compare two kept runs: "
                      "a run's folder, or OUT, OUT:STAGE or last")  # fmt: skip

    how = evaluate.add_argument_group("how")
    how.add_argument("--out", type=Path, help="folder for answers, report and kept runs")
    how.add_argument("--layout", default="", help="layout of QUESTIONS, if its name does not tell: "
                     "yinju, table, squad, mrc, rgb, dragonball")  # fmt: skip
    how.add_argument("--columns", metavar="FIELD=HEAD,…", help="columns of a table")
    how.add_argument("--given-context", action="store_true",
                     help="ask each question of its own context alone")  # fmt: skip
    how.add_argument("--unrelated-history", type=int, default=0, metavar="TURNS",
                     help="shuffle the questions and ask each after those before it: none of them "
                     "may be changed")  # fmt: skip
    how.add_argument("--answers", type=Path, metavar="FILE",
                     help="score these answers instead of asking")  # fmt: skip
    how.add_argument("--stages", help=f"stages of retrieval, for BEIR by default {_STAGES}")
    how.add_argument("--check", action="store_true", help="check the question set, ask nothing")
    how.add_argument("--workers", type=int, help="processes at most (one for each core)")

    gates = evaluate.add_argument_group("conditions (exit code 3 if one is not met)")
    gates.add_argument("--fail-under", action="append", default=[], metavar="MEASURE=VALUE,…",
                       help="as recall@5=0.9, with STAGE: in front if need be")  # fmt: skip
    gates.add_argument("--no-worse-than", metavar="RUN",
                       help="no measure significantly worse than in RUN, as A")  # fmt: skip
    evaluate.set_defaults(run=_eval)


def _eval(options: argparse.Namespace) -> int:
    from eval.gates import parse_gates

    given = [name for name in ("questions", "mrc", "beir", "compare") if getattr(options, name)]
    if len(given) != 1:
        raise InputError(
            "name one thing to measure on: QUESTIONS, --mrc FILE, --beir DIR, or --compare A B"
        )
    if options.compare:
        return _compare(options)
    parse_gates(options.fail_under)  # so that a mistyped condition is told at once
    if options.out is None and not options.check:
        raise InputError("name a folder for the results: --out OUT")
    if options.beir:
        return _beir(options)
    return _check(options) if options.check else _questions(options)


def _read_set(options: argparse.Namespace) -> QuestionSet:
    from eval.sets import read_set

    columns = {}
    for part in (options.columns or "").split(",") if options.columns else ():
        name, equals, head = part.partition("=")
        if not equals:
            raise InputError(f"--columns: {part!r} is not of the form FIELD=HEAD")
        columns[name.strip()] = head.strip()
    if options.mrc:
        layout = "squad" if options.mrc.suffix.lower() == ".json" else "mrc"
        return read_set(options.mrc, options.layout or layout)
    return read_set(options.questions, options.layout, columns)


def _system(options: argparse.Namespace, folder: Path) -> System:
    from eval.system import System

    settings = settings_of(options)
    return System(
        folder,
        options.embedder,
        settings.retrieve,
        settings.answer,
        reranker=options.reranker,
    )


def _build(
    questions: QuestionSet, folder: Path, options: argparse.Namespace, line: ProgressLine
) -> None:
    """The documents a set brings along, as a knowledge base that a later run finds again."""
    from index.build import BuildOptions, build

    chosen = BuildOptions(chunk=settings_of(options).chunk, embedder=options.embedder)
    build(questions.documents or {}, folder, chosen, line.show)


def _check(options: argparse.Namespace) -> int:
    """Every broken row, and every quote that stands in no document."""
    from eval.evidence_check import missing_evidence
    from eval.load import QuestionSetError
    from ui.commands.common import open_named

    try:
        questions = _read_set(options)
    except QuestionSetError as error:
        show("\n".join(error.problems), options)
        return InputError.exit_code
    missing: list[str] = []
    if questions.documents is None:
        with open_named(options) as kb:
            missing = [str(item) for item in missing_evidence(questions.questions, kb.documents())]
    told = [f"{len(questions.questions)} questions; {len(missing)} quotes stand in no document."]
    show("\n".join([*told, *missing]), options)
    return InputError.exit_code if missing else 0


def _questions(options: argparse.Namespace) -> int:
    from eval.followups import with_unrelated_history
    from eval.run import Options, evaluate, score_answers
    from eval.stages import parse_stages

    stages = parse_stages(options.stages) if options.stages else ()
    chosen = Options(workers=options.workers, stages=stages, given_context=options.given_context)
    questions = _read_set(options)
    if options.unrelated_history > 0:
        questions = with_unrelated_history(questions, options.unrelated_history)
    against = _against(options, questions.hash)
    with ProgressLine(sys.stderr) as line:
        folder = options.kb or FOLDER
        if questions.documents is not None and not options.answers:
            folder = options.kb or options.out / "kb"
            _build(questions, folder, options, line)
        system = _system(options, folder)
        if options.answers:
            known = system if options.kb else None
            summary = score_answers(questions, options.answers, options.out, known)
        else:
            summary = evaluate(
                questions, system, options.out, options=chosen,
                progress=lambda done, n: line.show("ask", done, n),
            )  # fmt: skip
    _show_summary(summary, options)
    code = 1 if summary.overall.figures["failed"].value else 0
    return _gates(options, against) or code


def _show_summary(summary: Summary, options: argparse.Namespace) -> None:
    from eval.report import summary_text

    if options.json:
        show((options.out / "metrics.json").read_text(encoding="utf-8").rstrip(), options)
        return
    paths = "\n".join(str(options.out / name) for name in ("report.html", "report.md"))
    show(f"{summary_text(summary)}\n\n{paths}", options)


def _beir(options: argparse.Namespace) -> int:
    from eval.beir import evaluate_beir
    from eval.report.text import stages_text
    from eval.sets.beir import load_beir
    from eval.stages import DOCUMENTS, parse_stages

    names = f"{DOCUMENTS},{_STAGES}"
    stages = parse_stages(options.stages or names, documents=True)
    data = load_beir(options.beir)
    if options.check:
        show(f"{len(data.documents)} documents, {len(data.queries)} judged queries.", options)
        return 0
    against = _against(options, data.hash)
    with ProgressLine(sys.stderr) as line:
        system = _system(options, options.kb or options.out / "kb")
        results = evaluate_beir(
            data, system, options.out, stages, workers=options.workers, progress=line.show
        )
    if options.json:
        show((options.out / "metrics.json").read_text(encoding="utf-8").rstrip(), options)
    else:
        show(stages_text(results), options)
    return _gates(options, against)


def _against(options: argparse.Namespace, questions: str) -> Path | None:
    """The run to be held against, named before this one is kept and would be the last itself."""
    from eval.runs import find_run, kept_runs

    if options.no_worse_than is None:
        return None
    if options.no_worse_than == "last" and not kept_runs(options.out):
        sys.stderr.write("yinju: no run is kept yet, so this one is held against none\n")
        return None
    return find_run(options.no_worse_than, options.out, questions)


def _gates(options: argparse.Namespace, against: Path | None) -> int:
    from eval.gates import EXIT_CODE, parse_gates, verdict

    wrong = verdict(options.out, parse_gates(options.fail_under), against)
    for text in wrong:
        sys.stderr.write(f"yinju: not met: {text}\n")
    return EXIT_CODE if wrong else 0


def _compare(options: argparse.Namespace) -> int:
    from eval.compare import compare
    from eval.partial import write_atomically
    from eval.report.comparison import comparison_json, comparison_markdown
    from eval.report.text import comparison_text
    from eval.runs import find_run, load_run

    first, second = (load_run(find_run(text, options.out)) for text in options.compare)
    comparison = compare(first, second)
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, text in (("comparison.md", comparison_markdown(comparison)),
                           ("comparison.json", comparison_json(comparison))):  # fmt: skip
            write_atomically(options.out / name, [text.encode("utf-8", "replace")])
    show(comparison_json(comparison) if options.json else comparison_text(comparison), options)
    return 0
