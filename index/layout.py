"""What a knowledge base looks like on disk: the one place that names its files.

::

    kb.sqlite       the truth: documents, passages, cached vectors
    manifest.json   the published state; replaced atomically, written last
    seg-000012/     search structures of one state; never changed once named in the manifest
    uploads/        files that were added by themselves rather than in a folder
    dictionary.txt  words of the user's own, one a line
    lock            held while a build writes
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import CorruptError, FormatVersionError, NotAKnowledgeBaseError

FORMAT = 1
DATABASE = "kb.sqlite"
MANIFEST = "manifest.json"
LOCK = "lock"
UPLOADS = "uploads"
DICTIONARY = "dictionary.txt"
ROWS = "passage_rows.npy"

REBUILD = "rebuild with: yinju build FOLDER --rebuild"
"""What repairs a damaged state."""


def segment_name(generation: int) -> str:
    """Folder of the search structures that a generation brought."""
    return f"seg-{generation:06d}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The published state of a knowledge base.

    Attributes:
        generation: Counts the published states.
        segments: Folders whose search structures make up the state.
        files: Size in bytes and SHA-256 of each derived file, by path relative to the folder.
        settings: Chunking and the folders it was built from.
    """

    generation: int
    version: str
    embedder: str
    embedder_name: str
    dimension: int
    segmenter: str
    documents: int
    passages: int
    characters: int
    segments: tuple[str, ...]
    files: Mapping[str, tuple[int, str]]
    settings: Mapping[str, Any]
    built: str
    format: int = FORMAT


def read_manifest(folder: Path) -> Manifest:
    """Read the published state and check that its files have their sizes.

    Raises:
        NotAKnowledgeBaseError: There is no manifest.
        FormatVersionError: A newer version wrote it.
        CorruptError: The manifest or a file it names is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        what = "no such folder" if not folder.exists() else f"holds no {MANIFEST}"
        raise NotAKnowledgeBaseError(
            f"{folder}: not a knowledge base ({what}); "
            f"build one with: yinju build FOLDER --kb {folder}"
        )
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version = int(data["format"])
        if version > FORMAT:
            raise FormatVersionError(
                f"{path}: format {version}, this version reads up to {FORMAT}; update yinju"
            )
        data["segments"] = tuple(data["segments"])
        data["files"] = {name: (int(size), str(sha)) for name, (size, sha) in data["files"].items()}
        manifest = Manifest(**data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptError(f"{path}: not a valid manifest ({error}); {REBUILD}") from None
    for name, (size, _) in manifest.files.items():
        _check_size(folder / name, size)
    _check_size(folder / DATABASE, None)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Publish a state: the rename is the moment at which readers see it."""
    temporary = folder / f"{MANIFEST}.new"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(asdict(manifest), stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, folder / MANIFEST)


def describe_files(folder: Path, segment: str) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 of every file of a segment, flushed to disk."""
    described = {}
    for path in sorted((folder / segment).iterdir()):
        with path.open("rb+") as stream:
            os.fsync(stream.fileno())
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        described[f"{segment}/{path.name}"] = (path.stat().st_size, digest)
    return described


def _check_size(path: Path, size: int | None) -> None:
    if not path.is_file():
        raise CorruptError(f"{path}: missing; {REBUILD}")
    if size is not None and path.stat().st_size != size:
        raise CorruptError(f"{path}: {path.stat().st_size} bytes, expected {size}; {REBUILD}")
