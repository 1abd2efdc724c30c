"""``yinju eval``: measuring on a question set, comparing runs, and gates for CI."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import InputError
from ui.commands.common import FOLDER, Commands, add_model_options, settings_of, show
from ui.commands.eval_runs import compare_runs, exit_code, run_held_against
from ui.progress import ProgressLine

if TYPE_CHECKING:
    from eval.scoring import Summary
    from eval.sets import QuestionSet
    from eval.system import System
    from eval.wording import Wording

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
                     "yinju, table, squad, mrc, rgb, dragonball, folders")  # fmt: skip
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
    how.add_argument("--workers", type=int,
                     help="processes at most (one for each core; 1 with a model)")  # fmt: skip
    how.add_argument("--lang", help="language of report.html: zh or en (answer.language)")
    add_model_options(evaluate)

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
    _check_model_is_wanted(options, given[0])
    if options.compare:
        return compare_runs(options)
    parse_gates(options.fail_under)  # so that a mistyped condition is told at once
    if options.out is None and not options.check:
        raise InputError("name a folder for the results: --out OUT")
    if options.beir:
        return _beir(options)
    return _check(options) if options.check else _questions(options)


def _check_model_is_wanted(options: argparse.Namespace, given: str) -> None:
    """A language model of the settings is left aside where nothing is answered; no option is."""
    without = {
        "--beir": given == "beir",
        "--compare": given == "compare",
        "--answers": options.answers,
        "--check": options.check,
    }
    name = next((name for name, chosen in without.items() if chosen), None)
    if name and vars(options)["llm.server"]:
        raise InputError(f"{name} asks no question, so there is no use for --llm; leave it out")


def _wording(options: argparse.Namespace) -> Wording | None:
    """The language model that options or settings name, once it has answered; None if none."""
    from eval.wording import ready

    return None if options.answers else ready(settings_of(options).llm)


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

    chosen = Options(
        workers=options.workers,
        stages=parse_stages(options.stages) if options.stages else (),
        given_context=options.given_context,
        language=options.lang or settings_of(options).answer.language,
    )
    questions = _read_set(options)
    if options.unrelated_history > 0:
        questions = with_unrelated_history(questions, options.unrelated_history)
    against = run_held_against(options, questions.hash)
    chosen = replace(chosen, wording=_wording(options))
    with ProgressLine(sys.stderr) as line:
        folder = options.kb or FOLDER
        if questions.documents is not None and not options.answers:
            folder = options.kb or options.out / "kb"
            _build(questions, folder, options, line)
        system = _system(options, folder)
        if options.answers:
            known = system if options.kb else None
            summary = score_answers(questions, options.answers, options.out, known, chosen.language)
        else:
            summary = evaluate(
                questions, system, options.out, options=chosen,
                progress=lambda done, n: line.show("ask", done, n),
            )  # fmt: skip
    _show_summary(summary, options)
    code = 1 if summary.overall.figures["failed"].value else 0
    return exit_code(options, against) or code


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
    against = run_held_against(options, data.hash)
    with ProgressLine(sys.stderr) as line:
        system = _system(options, options.kb or options.out / "kb")
        results = evaluate_beir(
            data, system, options.out, stages, workers=options.workers, progress=line.show
        )
    if options.json:
        show((options.out / "metrics.json").read_text(encoding="utf-8").rstrip(), options)
    else:
        show(stages_text(results), options)
    return exit_code(options, against)
