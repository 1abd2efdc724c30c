"""Removing documents from a knowledge base for good."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from corpus.errors import InputError, MismatchError
from index.embed import load_embedder
from index.folder import locked, segmenter_of
from index.layout import UPLOADS, check_files, read_manifest
from index.progress import Progress, quiet
from index.publish import Publisher
from index.writer import Writer


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed.

    Attributes:
        removed: Sources, in order.
        files: Uploaded files that were deleted with them.
        returning: Those of ``removed`` whose files still lie in a folder that the knowledge base
            is built from, so that the next build brings them back.
        documents: How many are left; likewise ``passages``.
    """

    removed: tuple[str, ...]
    files: tuple[str, ...]
    returning: tuple[str, ...]
    documents: int
    passages: int


def remove(
    kb: Path, sources: Sequence[str], model: Path | None = None, progress: Progress = quiet
) -> Removal:
    """Remove documents, publish what is left, and delete what no reader still reads.

    What an unfinished build had prepared is dropped.

    Args:
        kb: The knowledge base.
        sources: Names of documents, or patterns with ``*``, ``?`` and ``[...]``; ``*`` stands for
            slashes too.
        model: Folder of the model it was built with; the shipped one if None.
        progress: Called as the work goes on.

    Raises:
        InputError: A name or pattern fits no document; nothing is removed then.
        MismatchError: It was built with another model.
        LockedError: Another process is building it.
    """
    read_manifest(kb)
    embedder = load_embedder(model)
    with locked(kb):
        before = read_manifest(kb)
        check_files(kb, before)
        if before.embedder != embedder.fingerprint:
            raise MismatchError(
                f"{kb}: built with the model {before.embedder_name} ({before.embedder}), opened "
                f"with {embedder.name} ({embedder.fingerprint}); name its folder with --embedder"
            )
        with closing(Writer(kb)) as writer:
            known = writer.known(before.generation)
            chosen = matching(sources, known.keys())
            writer.roll_back_to(before.generation, keep_pending=False)
            publisher = Publisher(kb, writer, before.generation + 1, embedder, before, progress)
            numbers = [known[source].number for source in chosen]
            publisher.publish(numbers, segmenter_of(kb), before.settings)
        files = [source for source in chosen if _delete_upload(kb, source)]
        folders = [Path(name) for name in before.settings.get("folders", [])]
        state = publisher.manifest
        return Removal(
            removed=tuple(chosen),
            files=tuple(files),
            returning=tuple(source for source in chosen if _lies_in(folders, source)),
            documents=state.documents,
            passages=state.passages,
        )


def matching(wanted: Iterable[str], sources: Collection[str]) -> list[str]:
    """The sources that names and patterns mean, in order.

    Raises:
        InputError: One means none; the nearest names are told.
    """
    found: set[str] = set()
    for name in wanted:
        name = unicodedata.normalize("NFC", name)
        # A file may be called ``a[1].md``, so a name counts before a pattern does.
        fitting = [name] if name in sources else [s for s in sources if fnmatchcase(s, name)]
        if not fitting:
            raise InputError(f"{name}: no such document; {_nearest(name, sources)}")
        found.update(fitting)
    return sorted(found)


def _nearest(name: str, sources: Collection[str]) -> str:
    by_file = [source for source in sources if source.rsplit("/", 1)[-1] == name]
    near = by_file[:3] or difflib.get_close_matches(name, sources, 3, 0.4)
    if not near:
        return f"the knowledge base holds {len(sources)} documents, none of a similar name"
    return f"similar names: {', '.join(near)}"


def _delete_upload(kb: Path, source: str) -> bool:
    """Delete the file of an uploaded document; whether there was one."""
    if not source.startswith(f"{UPLOADS}/"):
        return False
    folder = kb / UPLOADS
    wanted = source.removeprefix(f"{UPLOADS}/")
    for path in folder.rglob("*") if folder.is_dir() else ():
        # The name on disk may be composed in another way than the source.
        name = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
        if name == wanted and path.is_file():
            path.unlink()
            return True
    return False


def _lies_in(folders: Iterable[Path], source: str) -> bool:
    """Whether a document's file is found in one of the folders that were built."""
    for folder in folders:
        if folder.is_file():
            if folder.name == source:
                return True
        elif (folder / source).is_file() or (
            source.startswith(f"{folder.name}/") and (folder.parent / source).is_file()
        ):
            return True
    return False
