"""What a build is asked to index, and whether it may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.chunk import ChunkSettings
from corpus.errors import DocumentError, InputError, SettingsError
from corpus.load import Skipped, SourceFile, find_files, make_document, read_document
from corpus.reasons import CleanSettings
from corpus.records import Document
from index.embed import Embedder
from index.layout import UPLOADS, Manifest
from index.prepare import stamp_of

Content = SourceFile | str | Document
"""A file, a text, or a document that has been read before."""


def listing(
    sources: Sequence[Path] | Mapping[str, str], kb: Path
) -> tuple[Mapping[str, Content], list[Skipped]]:
    """What to index by source: what was asked for, and what was uploaded before.

    Raises:
        InputError: A folder does not exist, or two folders would give the same names.
    """
    files: dict[str, Content] = {}
    skipped: list[Skipped] = []
    if isinstance(sources, Mapping):
        files.update(sources)
    elif sources:
        found, skipped = find_files(list(sources))
        files.update((file.source, file) for file in found)
    if (kb / UPLOADS).is_dir():
        uploaded, _ = find_files([kb / UPLOADS])
        for file in uploaded:
            source = f"{UPLOADS}/{file.source}"
            files.setdefault(source, SourceFile(file.path, source))
    return files, skipped


def settings_of(
    sources: Sequence[Path] | Mapping[str, str],
    chunk: ChunkSettings,
    clean: CleanSettings,
    keep_others: bool,
    before: Manifest | None,
) -> dict[str, object]:
    """What the manifest says of how a knowledge base was built."""
    folders = [] if isinstance(sources, Mapping) else [str(path.resolve()) for path in sources]
    if keep_others and before:
        folders = list(dict.fromkeys([*before.settings.get("folders", []), *folders]))
    return {"chunk": asdict(chunk), "clean": asdict(clean), "folders": folders}


def file_stamp(content: Content) -> tuple[int, int]:
    """Size, and time of change, -1 for what is no file or may change unnoticed."""
    if isinstance(content, SourceFile):
        size, modified = stamp_of(content.path)
        return max(size, 0), modified
    return len(content if isinstance(content, str) else content.text), -1


def require_text(files: Mapping[str, Content], skipped: Sequence[Skipped]) -> None:
    """Refuse to clear a knowledge base that nothing could take the place of.

    Raises:
        InputError: None of the files can be read.
    """
    skipped = list(skipped)
    for source, file in files.items():
        try:
            if isinstance(file, str):
                make_document(file, source)
            elif isinstance(file, SourceFile):
                read_document(file)
        except DocumentError as error:
            skipped.append(Skipped(source, str(error)))
        else:
            return
    raise InputError(nothing_to_index(files, skipped))


def check_folders(
    before: Manifest | None, settings: Mapping[str, object], gone: Set[str], *, rebuild: bool
) -> None:
    """Refuse to drop the documents of other folders for want of a word about them.

    Raises:
        InputError: Documents of folders that are not named would go.
    """
    folders = before.settings.get("folders") if before else None
    if gone and folders is not None and folders != settings["folders"] and not rebuild:
        named = ", ".join(folders) or "texts"
        raise InputError(
            f"built from {named}; {len(gone)} of the documents are not in what is named now. "
            "Add --add to keep them, or --rebuild to drop them"
        )


def check_same(
    before: Manifest, settings: Mapping[str, Any], embedder: Embedder, *, reclean: bool
) -> None:
    """Refuse to mix passages cut or embedded in different ways.

    Raises:
        SettingsError: The settings differ from those of the published state.
    """
    # A setting that there was not yet had the effect of its default.
    if asdict(ChunkSettings()) | before.settings.get("chunk", {}) != settings["chunk"]:
        raise SettingsError(
            f"the knowledge base was cut with {before.settings.get('chunk')}, now "
            f"{settings['chunk']} is asked for; add --rebuild to cut every document anew"
        )
    kept = (asdict(CleanSettings()) | before.settings.get("clean", {}))["keep"]
    asked = settings["clean"]["keep"]
    if kept != asked and not reclean:
        raise SettingsError(
            f"the knowledge base was built with clean.keep {kept}, now {asked} is asked for; "
            "add --reclean to clean every document anew"
        )
    if before.embedder != embedder.fingerprint:
        raise SettingsError(
            f"the knowledge base was embedded with {before.embedder_name} "
            f"({before.embedder}), now {embedder.name} ({embedder.fingerprint}) is asked for; "
            "add --rebuild to embed every passage anew"
        )


def nothing_to_index(files: Mapping[str, object], skipped: Sequence[Skipped]) -> str:
    """Why there is nothing to index."""
    if not files and not skipped:
        return "found no document to index; name a folder that holds some"
    reasons = "; ".join(f"{item.source}: {item.reason}" for item in skipped[:5])
    if not files:
        return f"found no document of a kind that is read: {reasons}"
    return f"none of the {len(files)} documents could be read: {reasons}"
