"""What there is to say about a knowledge base without opening it with its model."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from corpus.errors import KnowledgeBaseError, SettingsError
from index.folder import segmenter_of
from index.layout import (
    DATABASE,
    MANIFEST,
    SEGMENTS,
    STATES,
    UPLOADS,
    Manifest,
    read_manifest,
)
from index.store import Reader
from index.synonyms import synonyms_of


def describe(kb: Path) -> dict[str, Any]:
    """The published state, what lies in the folder, and who reads it.

    Raises:
        KnowledgeBaseError: It is not one, or its manifest or database cannot be read.
    """
    manifest = read_manifest(kb)
    with closing(Reader(kb)) as reader:
        states = list(reader.manifests())
        unfinished = _unfinished(reader, manifest)
    return {
        "folder": str(kb),
        **summary(manifest),
        "format": manifest.format,
        "version": manifest.version,
        "embedder": {
            "name": manifest.embedder_name,
            "fingerprint": manifest.embedder,
            "dimension": manifest.dimension,
        },
        "segmenter": manifest.segmenter,
        "recall": round(manifest.recall, 4),
        "segments": [
            {"name": item.name, "rows": item.rows, "recall": item.recall}
            for item in manifest.segments
        ],
        "bytes": sizes(kb),
        "states": {"kept": states, "read": read_states(kb)},
        "unfinished": unfinished,
        **_words(kb, manifest),
        "settings": dict(manifest.settings),
    }


def summary(manifest: Manifest) -> dict[str, Any]:
    """The few figures by which knowledge bases are told apart."""
    return {
        "documents": manifest.documents,
        "passages": manifest.passages,
        "characters": manifest.characters,
        "generation": manifest.generation,
        "built": manifest.built,
    }


def sizes(kb: Path) -> dict[str, int]:
    """Bytes on disk by part."""
    parts = {
        "database": sorted(kb.glob(f"{DATABASE}*")),
        "segments": sorted(kb.glob(f"{SEGMENTS}/*")),
        "uploads": sorted((kb / UPLOADS).rglob("*")),
    }
    found = {name: sum(map(_size, paths)) for name, paths in parts.items()}
    return {**found, "total": sum(map(_size, kb.rglob("*")))}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0  # it has just been swept away


def read_states(kb: Path) -> list[int]:
    """The published states that somebody has open now.

    A folder that cannot be written to cannot be asked; none is told then.
    """
    return [int(path.name) for path in sorted((kb / STATES).glob("[0-9]*")) if _is_read(path)]


def _is_read(path: Path) -> bool:
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)) as asking:
            asking.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return False


def _unfinished(reader: Reader, manifest: Manifest) -> dict[str, int] | None:
    """How far a build has come that has not been finished; None if there is none."""
    if next(reader.select("SELECT key FROM pending"), None) is None:
        return None
    query = (
        "SELECT count(*), coalesce(sum(characters), 0) FROM documents "
        "WHERE added > ? AND removed IS NULL"
    )
    ((documents, characters),) = reader.select(query, (manifest.generation,))
    return {"documents": documents, "characters": characters}


def _words(kb: Path, manifest: Manifest) -> dict[str, Any]:
    """The user's words, and how many of them the last build did not know."""
    try:
        segmenter = segmenter_of(kb)
        groups = len(synonyms_of(kb, segmenter).others)
    except SettingsError as error:
        return {"dictionary": {"problem": str(error)}, "synonyms": 0}
    changed = len(set(segmenter.words) ^ set(manifest.words))
    return {"dictionary": {"words": len(segmenter.words), "changed": changed}, "synonyms": groups}


def knowledge_bases(folders: Iterable[Path]) -> list[Path]:
    """The knowledge bases among some folders and the folders in them, each once."""
    found: dict[Path, Path] = {}
    for folder in folders:
        inside = sorted(folder.iterdir()) if folder.is_dir() else []
        for path in (folder, *inside):
            if (path / MANIFEST).is_file() or (path / DATABASE).is_file():
                found.setdefault(path.resolve(), path)
    return list(found.values())


def overview(kb: Path) -> dict[str, Any]:
    """A knowledge base among others; one that cannot be read says why."""
    try:
        manifest = read_manifest(kb)
    except KnowledgeBaseError as error:
        return {"name": kb.resolve().name, "folder": str(kb), "problem": str(error)}
    return {
        "name": kb.resolve().name,
        "folder": str(kb),
        **summary(manifest),
        "embedder": manifest.embedder_name,
        "bytes": sizes(kb)["total"],
    }
