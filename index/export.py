"""Passages, documents or vectors of a published state as JSON lines or Parquet."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from corpus.errors import InputError
from corpus.records import plain
from index.layout import check_files
from index.opened import Opened, opened
from index.progress import Progress, quiet
from index.segment import Segment

if TYPE_CHECKING:
    import pyarrow

What = Literal["passages", "documents", "vectors"]
Record = dict[str, Any]

KINDS: tuple[str, ...] = get_args(What)
_AT_ONCE = 1_000


def export(
    kb: Path, target: Path, what: What = "passages", progress: Progress = quiet, *,
    force: bool = False,
) -> int:  # fmt: skip
    """Write one record for each passage, document or vector, as they come: memory stays small.

    Args:
        kb: The knowledge base; a build may go on meanwhile.
        target: A file whose name ends in ``.jsonl`` or ``.parquet``.
        what: Which records. Spans count code points of the document's ``text``.
        progress: Called as the work goes on.
        force: Replace a file that is there.

    Returns:
        How many records were written.

    Raises:
        InputError: The name ends otherwise, the file is there, or pyarrow is not installed.
        KnowledgeBaseError: The knowledge base cannot be read.
    """
    write = _writers().get(target.suffix.lower())
    if write is None:
        raise InputError(f"{target}: name a file that ends in .jsonl or .parquet")
    if target.exists() and not force:
        raise InputError(f"{target}: exists; name another file, or add --force to replace it")
    temporary = target.with_name(f".{target.name}.part")
    try:
        with opened(kb) as state:
            if what == "vectors":
                check_files(kb, state.manifest)
            count = write(temporary, what, _told(_records(state, what), state, what, progress))
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _records(state: Opened, what: What) -> Iterator[Record]:
    if what == "documents":
        return (plain(document) for document in state.store.documents(state.generation))
    if what == "passages":
        return (plain(passage) for _, passage in state.store.passages_of(state.generation))
    return _vectors(state)


def _vectors(state: Opened) -> Iterator[Record]:
    """The vector of each passage, rounded as it is stored: to half precision."""
    for entry in state.manifest.segments:
        segment = Segment.load(state.folder / entry.name, entry.factor)
        for first in range(0, segment.size, _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            passages = state.store.passages(segment.passages[part].tolist())
            vectors = segment.vectors.vectors[part].astype("<f4").tolist()
            for passage, vector in zip(passages, vectors, strict=True):
                yield {
                    "passage_id": passage.id,
                    "document_id": passage.document_id,
                    "source": passage.source,
                    "start": passage.start,
                    "end": passage.end,
                    "vector": vector,
                }


def _told(
    records: Iterator[Record], state: Opened, what: What, progress: Progress
) -> Iterator[Record]:
    manifest = state.manifest
    total = manifest.documents if what == "documents" else manifest.passages
    for number, record in enumerate(records):
        if number % _AT_ONCE == 0:
            progress("export", number, total)
        yield record
    progress("export", total, total)


def _writers() -> Mapping[str, Callable[[Path, What, Iterator[Record]], int]]:
    return {".jsonl": _write_lines, ".parquet": _write_parquet}


def _write_lines(path: Path, what: What, records: Iterator[Record]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for record in records:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_parquet(path: Path, what: What, records: Iterator[Record]) -> int:
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise InputError(
            "Parquet needs pyarrow; install it with: pip install 'yinju[parquet]', "
            "or export to a .jsonl file"
        ) from None
    schema = _schema(what)
    count = 0
    with closing(parquet.ParquetWriter(str(path), schema, compression="zstd")) as writer:
        while part := [record for _, record in zip(range(_AT_ONCE), records, strict=False)]:
            rows = [_row(record) for record in part]
            writer.write_table(pyarrow.Table.from_pylist(rows, schema))
            count += len(rows)
    return count


def _row(record: Record) -> Record:
    """A record whose mapping stands as pairs, as Parquet has it."""
    if "metadata" in record:
        record = {**record, "metadata": list(record["metadata"].items())}
    return record


def _schema(what: What) -> pyarrow.Schema:
    import pyarrow as pa

    text, number = pa.string(), pa.int32()
    if what == "vectors":
        columns = {
            "passage_id": text, "document_id": text, "source": text, "start": number,
            "end": number, "vector": pa.list_(pa.float32()),
        }  # fmt: skip
    elif what == "documents":
        mark = pa.struct({"start": number, "end": number, "reason": text})
        columns = {
            "id": text, "source": text, "text": text, "content_hash": text, "title": text,
            "author": text, "published": text, "url": text, "marks": pa.list_(mark),
            "metadata": pa.map_(text, text),
        }  # fmt: skip
    else:
        columns = {
            "id": text, "document_id": text, "source": text, "text": text, "start": number,
            "end": number, "sentences": pa.list_(pa.list_(number)), "title": text,
            "published": text, "headings": pa.list_(text), "page": number,
        }  # fmt: skip
    return pa.schema(list(columns.items()))
