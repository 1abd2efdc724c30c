"""What a knowledge base looks like on disk: the one place that names its files.

::

    kb.sqlite       the truth: documents, passages, settings
    manifest.json   the published state; replaced atomically, written last
    seg-000012/     search structures of some passages; never changed once named in the manifest
    states/000012   an empty file that readers of a published state hold a shared lock on
    uploads/        files that were added by themselves rather than in a folder
    dictionary.txt  words of the user's own, one a line
    synonyms.txt    words that mean the same, a line for each group
    lock            held while a build writes
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import CorruptError, FormatVersionError, NotAKnowledgeBaseError

FORMAT = 2
DATABASE = "kb.sqlite"
MANIFEST = "manifest.json"
LOCK = "lock"
STATES = "states"
UPLOADS = "uploads"
DICTIONARY = "dictionary.txt"
SYNONYMS = "synonyms.txt"
SEGMENTS = "seg-*"

OWN_NAMES = frozenset(
    {DATABASE, MANIFEST, LOCK, STATES, UPLOADS, DICTIONARY, SYNONYMS, f"{MANIFEST}.new"}
)
"""What may lie in the folder beside the segments and the database's side files."""

REPAIR = "repair it with: yinju verify --repair"
"""What repairs a damaged state."""

_CHECKED_WHOLE = (".faiss",)
_HEAD = 4096


def segment_name(number: int) -> str:
    """Folder of a segment."""
    return f"seg-{number:06d}"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a published state.

    Attributes:
        name: Its folder.
        rows: How many passages it holds.
        factor: How many candidates its vector codes propose for each result.
        recall: Recall@10 of its vector search against exact search, measured when it was made.
    """

    name: str
    rows: int
    factor: int = 1
    recall: float = 1.0


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A derived file: its size in bytes, the SHA-256 of all of it and of its first 4096 bytes."""

    size: int
    sha256: str
    head: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The published state of a knowledge base.

    Attributes:
        generation: Counts the published states.
        segmenter: Fingerprint of the way in which text is cut into terms, dictionary included.
        words: The words of the dictionary that the terms were cut with.
        segments: Whose passages make up the state, in the order of their positions.
        files: Each derived file, by path relative to the folder.
        settings: Chunking and the folders it was built from.
    """

    generation: int
    version: str
    embedder: str
    embedder_name: str
    dimension: int
    segmenter: str
    words: tuple[str, ...]
    documents: int
    passages: int
    characters: int
    segments: tuple[SegmentEntry, ...]
    files: Mapping[str, FileEntry]
    settings: Mapping[str, Any]
    built: str
    format: int = FORMAT

    @property
    def recall(self) -> float:
        """Recall@10 of vector search against exact search, passages weighed alike."""
        total = sum(item.rows for item in self.segments)
        return sum(item.recall * item.rows for item in self.segments) / total if total else 1.0


def parse_manifest(text: str, where: Path) -> Manifest:
    """A manifest from its JSON.

    Raises:
        FormatVersionError: Another version wrote it.
        CorruptError: It is damaged.
    """
    try:
        data = json.loads(text)
        version = int(data["format"])
        if version > FORMAT:
            raise FormatVersionError(
                f"{where}: format {version}, this version reads up to {FORMAT}; update yinju"
            )
        if version < FORMAT:
            raise FormatVersionError(
                f"{where}: format {version} of an older version; bring it up to date with: "
                "yinju verify --repair"
            )
        data["words"] = tuple(data["words"])
        data["segments"] = tuple(SegmentEntry(**item) for item in data["segments"])
        data["files"] = {name: FileEntry(**item) for name, item in data["files"].items()}
        return Manifest(**data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptError(f"{where}: not a valid manifest ({error!r}); {REPAIR}") from None


def manifest_text(manifest: Manifest) -> str:
    """The JSON of a manifest."""
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1)


def read_manifest(folder: Path) -> Manifest:
    """Read the published state.

    Raises:
        NotAKnowledgeBaseError: There is no manifest.
        FormatVersionError: Another version wrote it.
        CorruptError: It is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        what = "no such folder" if not folder.exists() else f"holds no {MANIFEST}"
        remedy = f"build one with: yinju build FOLDER --kb {folder}"
        if (folder / DATABASE).is_file():
            remedy = f"{REPAIR} --kb {folder}"
        raise NotAKnowledgeBaseError(f"{folder}: not a knowledge base ({what}); {remedy}")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CorruptError(f"{path}: not a valid manifest ({error}); {REPAIR}") from None
    return parse_manifest(text, path)


def check_files(folder: Path, manifest: Manifest, *, whole: bool = False) -> None:
    """Check that the derived files of a state have their sizes and beginnings.

    Args:
        folder: The knowledge base.
        manifest: The state.
        whole: Check every byte. What FAISS reads is always checked whole: a wrong number in it
            could make FAISS ask for all memory.

    Raises:
        CorruptError: One has not.
    """
    if not (folder / DATABASE).is_file():
        raise CorruptError(f"{folder / DATABASE}: missing; restore a backup, or build again")
    for name, entry in manifest.files.items():
        path = folder / name
        try:
            with path.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                if size != entry.size:
                    raise CorruptError(f"{path}: {size} bytes, expected {entry.size}; {REPAIR}")
                all_of_it = whole or name.endswith(_CHECKED_WHOLE)
                expected = entry.sha256 if all_of_it else entry.head
                data = stream if all_of_it else stream.read(_HEAD)
                if _digest(data) != expected:
                    raise CorruptError(f"{path}: has changed since it was published; {REPAIR}")
        except FileNotFoundError:
            raise CorruptError(f"{path}: missing; {REPAIR}") from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Publish a state: the rename is the moment at which readers see it."""
    temporary = folder / f"{MANIFEST}.new"
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(manifest_text(manifest))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, folder / MANIFEST)
    sync_folder(folder)


def describe_files(folder: Path, segments: Iterable[str]) -> dict[str, FileEntry]:
    """Size and hashes of every file of some segments, flushed to disk."""
    described = {}
    for segment in segments:
        for path in sorted((folder / segment).iterdir()):
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())
                head = _digest(stream.read(_HEAD))
                stream.seek(0)
                described[f"{segment}/{path.name}"] = FileEntry(
                    path.stat().st_size, _digest(stream), head
                )
        sync_folder(folder / segment)
    return described


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _digest(data: Any) -> str:
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    return hashlib.file_digest(data, "sha256").hexdigest()
