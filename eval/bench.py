"""Build throughput, memory, disk and latency at several sizes, each measured in its own process."""

from __future__ import annotations

import datetime
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.chunk import ChunkSettings
from corpus.errors import InputError
from eval.bench_machine import describe_machine, version_of
from eval.bench_measure import Workplace, measure_peer, measure_size
from eval.bench_peers import PEERS, is_installed
from eval.bench_report import bench_markdown
from eval.bench_results import BenchResult, save_result
from eval.bench_source import corpus_name, read_queries
from eval.partial import write_atomically

if TYPE_CHECKING:
    from index.search import RetrieveSettings

Progress = Callable[[str, int, int], None]
"""Called with what is being measured, how many steps are done, and how many there are."""

SIZES = ("1000", "10000", "100000", "1000000")
ALL = "all"
"""The size that takes a corpus as it is."""

COMPARED = 100_000
"""Up to how many passages exact search and other systems are run."""

_QUERIES = 600


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What to measure.

    Attributes:
        sizes: Numbers of passages, or ``all`` for the corpus as it is.
        corpus: See :func:`eval.bench_source.read_articles`; the sample corpus if None.
        queries: See :func:`eval.bench_source.read_queries`; those of the corpus if None.
        against: Names of other systems, as in :data:`eval.bench_peers.PEERS`.
        keep: A folder in which texts and knowledge bases stay; temporary if None.
        embedder: Folder of another model than the shipped one.
        readers: How many processes search at once.
    """

    sizes: Sequence[str] = SIZES
    corpus: Path | None = None
    queries: Path | None = None
    against: Sequence[str] = ()
    keep: Path | None = None
    embedder: Path | None = None
    chunk: ChunkSettings = field(default_factory=ChunkSettings)
    retrieve: RetrieveSettings | None = None
    seed: int = 20240501
    readers: int = 8


def run_bench(
    options: BenchOptions,
    out: Path,
    progress: Progress = lambda what, done, total: None,
) -> tuple[BenchResult, Path]:
    """Measure, and write the result as JSON and as Markdown.

    The files are written after each size, so that a run that is stopped leaves what it had.

    Args:
        options: What to measure.
        out: A folder, made if needed.
        progress: Called as the work goes on.

    Returns:
        The result, and its JSON file; the Markdown stands beside it.

    Raises:
        InputError: Corpus, queries or options cannot be used; nothing was measured.
        YinjuError: A step failed; says which.
    """
    sizes = _checked(options)
    queries = read_queries(options.queries, options.corpus)[:_QUERIES]
    begun = datetime.datetime.now(datetime.UTC)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"bench-{begun:%Y%m%d-%H%M%S}.json"
    request = _request(options, queries)
    result = BenchResult(
        command=command_line(options),
        date=begun.isoformat(timespec="seconds"),
        machine=describe_machine([PEERS[name][2] for name in options.against]),
        corpus=corpus_name(options.corpus),
        queries=len(queries),
        settings={name: request[name] for name in ("seed", "chunk", "retrieve")}
        | {"embedder": options.embedder.name if options.embedder else "shipped"},
    )
    for size in sizes:
        with _workplace(options.keep, size, result.corpus) as workplace:
            compared = size != ALL and int(size) <= COMPARED
            run = measure_size(
                workplace, size, request, progress, compared=compared, readers=options.readers
            )
            result = replace(result, runs=(*result.runs, run))
            _save(result, path)
            for name in options.against if compared else ():
                progress(f"{size} {name}", 0, 1)
                version = version_of(PEERS[name][2])
                peer = measure_peer(workplace, size, request, name, version)
                result = replace(result, peers=(*result.peers, peer))
                _save(result, path)
    return result, path


def command_line(options: BenchOptions) -> str:
    """The call that measures this, without telling where files lie on this machine."""
    words = ["yinju", "bench", "--sizes", ",".join(options.sizes)]
    for name in ("corpus", "queries", "embedder"):
        given: Path | None = getattr(options, name)
        if given is not None:
            words += [f"--{name}", given.name]
    if options.against:
        words += ["--against", ",".join(options.against)]
    if options.retrieve is not None:
        words += [f"--retrieve.{key}={value}" for key, value in _changed(options.retrieve)]
    words += [f"--chunk.{key}={value}" for key, value in _changed(options.chunk)]
    return shlex.join(words)


def _changed(settings: Any) -> list[tuple[str, object]]:
    usual = asdict(type(settings)())
    return [(key, value) for key, value in asdict(settings).items() if value != usual[key]]


def _request(options: BenchOptions, queries: Sequence[str]) -> Mapping[str, Any]:
    """What every task is given."""
    from index.search import RetrieveSettings

    return {
        "source": str(options.corpus.resolve()) if options.corpus else None,
        "seed": options.seed,
        "chunk": asdict(options.chunk),
        "retrieve": asdict(options.retrieve or RetrieveSettings()),
        "embedder": str(options.embedder.resolve()) if options.embedder else None,
        "queries": list(queries),
    }


def _checked(options: BenchOptions) -> list[str]:
    """The sizes, smallest first.

    Raises:
        InputError: A size is none, or a system to compare with is unknown or not installed.
    """
    for size in options.sizes:
        if size != ALL and not (size.isascii() and size.isdigit() and int(size) > 0):
            raise InputError(f"{size!r} is not a number of passages; use e.g. 1000,10000 or all")
    for name in options.against:
        if name not in PEERS:
            raise InputError(f"{name!r} cannot be compared with; choose from {', '.join(PEERS)}")
        if not is_installed(name):
            raise InputError(f"{name} is not installed; install yinju[bench], or leave it out")
    sizes = sorted({int(size) for size in options.sizes if size != ALL})
    return [*map(str, sizes), *([ALL] if ALL in options.sizes else [])]


@contextmanager
def _workplace(keep: Path | None, size: str, corpus: str) -> Iterator[Workplace]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="yinju-bench-") as folder:
            yield Workplace(Path(folder))
        return
    kept = keep.resolve() / f"{corpus}-{size}"
    # What an earlier run has left would be built upon.
    if kept.exists() and not Workplace(kept).is_one():
        raise InputError(f"{kept}: holds other things than a benchmark; use another --keep")
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    yield Workplace(kept)


def _save(result: BenchResult, path: Path) -> None:
    save_result(result, path)
    write_atomically(path.with_suffix(".md"), [bench_markdown(result).encode()])
