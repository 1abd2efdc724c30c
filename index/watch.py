"""Building again whenever files change.

Folders are looked through at intervals: the system's own notices do not come for network drives and
shared folders, and a build has to look at every file anyway.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError, KnowledgeBaseError, LockedError, YinjuError
from corpus.load import find_files
from index.build import BuildOptions, BuildReport, build
from index.layout import DICTIONARY, SYNONYMS, UPLOADS
from index.progress import Progress, quiet

Stamps = Mapping[Path, tuple[int, int]]
"""Size in bytes and time of change in nanoseconds of each file."""

_SHARE = 0.05  # of the time at most is spent looking


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look.

    Attributes:
        interval: Seconds between two looks; longer where a look takes long.
        sleep: Waits so many seconds.
        clock: Tells seconds.
    """

    interval: float = 1.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


def watch(
    folders: Sequence[Path],
    kb: Path,
    options: BuildOptions,
    pace: Pace | None = None,
    progress: Progress = quiet,
) -> Iterator[BuildReport | YinjuError | OSError]:
    """Build now, and again whenever files of the folders, uploads or the user's words have changed.

    A change is built once two looks have found the same, so that a file is not read while it is
    being written.

    Yields:
        What each build did, or why it could not; builds that changed nothing are not told, and the
        same failure is told once. A knowledge base that another process is building is tried again
        at the next look, any other failure at the next change.

    Raises:
        InputError: A folder does not exist at the start.
    """
    pace = pace or Pace()
    find_files(list(folders))
    built: Stamps | None = None
    seen: Stamps | None = None
    told = ""
    while True:
        begun = pace.clock()
        now = _stamps(folders, kb)
        looked = pace.clock() - begun
        if now != built and (now == seen or built is None):
            outcome = _build(folders, kb, options, progress)
            if not isinstance(outcome, LockedError):
                built = now
            failed = "" if isinstance(outcome, BuildReport) else str(outcome)
            if (failed and failed != told) or _is_news(outcome, first=seen is None):
                yield outcome
            told = failed
        seen = now
        pace.sleep(max(pace.interval, looked / _SHARE))


def _build(
    folders: Sequence[Path], kb: Path, options: BuildOptions, progress: Progress
) -> BuildReport | YinjuError | OSError:
    try:
        return build(folders, kb, options, progress)
    except (InputError, KnowledgeBaseError, OSError) as error:
        return error


def _is_news(outcome: BuildReport | YinjuError | OSError, *, first: bool) -> bool:
    if not isinstance(outcome, BuildReport):
        return False
    return first or bool(outcome.added or outcome.changed or outcome.removed or outcome.skipped)


def _stamps(folders: Sequence[Path], kb: Path) -> Stamps:
    """Every file that a build would read, and the user's words."""
    paths = [kb / DICTIONARY, kb / SYNONYMS]
    for folder in (*folders, kb / UPLOADS):
        try:
            paths += (file.path for file in find_files([folder])[0])
        except (InputError, OSError):
            continue  # gone for the moment; the build tells
    found = {}
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            continue
        found[path] = (status.st_size, status.st_mtime_ns)
    return found
