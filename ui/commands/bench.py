"""``yinju bench``: how fast and how large."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpus.errors import InputError
from ui.commands.common import Commands, settings_of, show
from ui.progress import ProgressLine


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the parser of this command."""
    bench = commands.add_parser(
        "bench", parents=[common], help="measure speed, memory and disk on this machine"
    )
    bench.add_argument("--sizes", default="1000,10000,100000,1000000", metavar="N,…",
                       help="numbers of passages; all: the corpus as it is "
                       "(1000,10000,100000,1000000)")  # fmt: skip
    bench.add_argument("--corpus", type=Path, metavar="PATH",
                       help="folder or corpus.jsonl of BEIR's layout, or a folder of documents "
                       "(the sample corpus)")  # fmt: skip
    bench.add_argument("--queries", type=Path, metavar="FILE", help="questions (the corpus's own)")
    bench.add_argument("--out", type=Path, default=Path("eval/results"), metavar="FOLDER",
                       help="where results are written (eval/results)")  # fmt: skip
    bench.add_argument("--against", default="", metavar="NAME,…",
                       help="bm25s,haystack,llama-index,txtai,langchain (none)")  # fmt: skip
    bench.add_argument("--keep", type=Path, metavar="FOLDER",
                       help="keep texts and knowledge bases in this folder")  # fmt: skip
    bench.add_argument("--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"),
                       help="measure nothing; compare two results")  # fmt: skip
    bench.add_argument("--fill", type=Path, metavar="DOCUMENT",
                       help="measure nothing; put results into a document that names "
                       "them")  # fmt: skip
    bench.set_defaults(run=_bench)


def _bench(options: argparse.Namespace) -> int:
    from eval.bench_report import compare_markdown, fill_document
    from eval.bench_results import load_result

    if options.compare:
        before, after = map(load_result, options.compare)
        show(compare_markdown(before, after).rstrip(), options)
    elif options.fill:
        text = options.fill.read_text(encoding="utf-8")
        filled = fill_document(text, options.fill.parent)
        options.fill.write_text(filled, encoding="utf-8", newline="\n")
        show(str(options.fill), options)
    else:
        _measure(options)
    return 0


def _measure(options: argparse.Namespace) -> None:
    from corpus.records import plain
    from eval.bench import BenchOptions, run_bench
    from eval.bench_report import bench_markdown

    if options.kb:
        raise InputError("bench builds knowledge bases of its own; use --keep FOLDER to keep them")
    settings = settings_of(options)
    chosen = BenchOptions(
        sizes=_words(options.sizes),
        corpus=options.corpus,
        queries=options.queries,
        against=_words(options.against),
        keep=options.keep,
        embedder=options.embedder,
        chunk=settings.chunk,
        retrieve=settings.retrieve,
    )
    with ProgressLine(sys.stderr) as line:
        result, path = run_bench(chosen, options.out, line.show)
    show(plain(result) if options.json else f"{bench_markdown(result)}\n{path}", options)


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
