"""The truth of a knowledge base, read: the documents and passages of its database.

A document carries the generation that brought it (``added``) and the one that took it away
(``removed``), so a reader of a published generation sees exactly that state while the next is
being written. Its passages live and die with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from corpus.errors import CorruptError
from corpus.records import Document, Passage
from index.catalogue import OPENING, Entry, entries_of
from index.connection import Connection
from index.layout import REPAIR
from index.rows import DOCUMENT, OWNER, PASSAGE, read_document_row, read_passage_row

Value = TypeVar("Value")

ALIVE = "added <= :at AND (removed IS NULL OR removed > :at)"
"""Documents that belong to the generation ``:at``."""


def _columns(table: str, names: str) -> str:
    return ", ".join(f"{table}.{name.strip()}" for name in names.split(","))


_PASSAGES = (
    f"SELECT p.number, {_columns('d', OWNER)}, {_columns('p', PASSAGE)} "
    "FROM passages AS p JOIN documents AS d ON d.number = p.document"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A document as a build knows it.

    Attributes:
        number: In the database.
        size: Bytes of the file it was read from, -1 if it was none; likewise ``modified``.
        modified: When that file was changed, in nanoseconds.
    """

    number: int
    id: str
    content_hash: str
    size: int
    modified: int


class Reader(Connection):
    """A connection that reads the documents and passages of a generation.

    Args:
        folder: The knowledge base.

    Raises:
        CorruptError: The database cannot be read.
        FormatVersionError: Another version wrote it.
    """

    def manifests(self) -> dict[int, str]:
        """The manifests of the states that are kept, as JSON, by generation."""
        return dict(self.select("SELECT generation, manifest FROM states ORDER BY generation"))

    def documents(self, generation: int) -> Iterator[Document]:
        """All documents of a generation, in the order of their sources."""
        query = f"SELECT {DOCUMENT} FROM documents WHERE {ALIVE} ORDER BY source"
        for row in self.select(query, {"at": generation}):
            yield read_document_row(row)

    def document(self, document_id: str, generation: int) -> Document | None:
        """One document of a generation."""
        query = f"SELECT {DOCUMENT} FROM documents WHERE id = :id AND {ALIVE}"
        row = next(self.select(query, {"id": document_id, "at": generation}), None)
        return read_document_row(row) if row else None

    def entries(self, generation: int) -> list[Entry]:
        """What the documents of a generation may be called, in the order of their sources."""
        publisher = "ifnull(json_extract(extra, '$.metadata.publisher'), '')"
        columns = f"id, source, title, author, published, {publisher}, substr(text, 1, {OPENING})"
        query = f"SELECT {columns} FROM documents WHERE {ALIVE} ORDER BY source"
        return entries_of(self.select(query, {"at": generation}))

    def document_numbers(self, generation: int) -> list[int]:
        """The numbers of all documents of a generation, in the order of their sources."""
        query = f"SELECT number FROM documents WHERE {ALIVE} ORDER BY source"
        return [number for (number,) in self.select(query, {"at": generation})]

    def document_at(self, number: int) -> Document:
        """The document with a number."""
        query = f"SELECT {DOCUMENT} FROM documents WHERE number = ?"
        return read_document_row(next(self.select(query, (number,))))

    def known(self, generation: int) -> dict[str, Known]:
        """The documents of a generation, by source."""
        query = (
            "SELECT source, number, id, content_hash, size, modified FROM documents "
            f"WHERE {ALIVE} ORDER BY source"
        )
        return {source: Known(*rest) for source, *rest in self.select(query, {"at": generation})}

    def same_content(self, generation: int) -> tuple[tuple[str, ...], ...]:
        """The sources of a generation that were read from the same bytes, group by group."""
        query = (
            f"SELECT content_hash, source FROM documents WHERE {ALIVE} AND content_hash IN "
            f"(SELECT content_hash FROM documents WHERE {ALIVE} "
            "GROUP BY content_hash HAVING count(*) > 1) ORDER BY source"
        )
        groups: dict[str, list[str]] = {}
        for content_hash, source in self.select(query, {"at": generation}):
            groups.setdefault(content_hash, []).append(source)
        return tuple(map(tuple, groups.values()))

    def encodings(self, generation: int) -> dict[str, int]:
        """How many documents of a generation are in another encoding than UTF-8, by encoding."""
        query = (
            "SELECT json_extract(extra, '$.metadata.encoding') AS name, count(*) FROM documents "
            f"WHERE {ALIVE} AND instr(extra, '\"encoding\":') "
            'AND NOT instr(extra, \'"encoding":"utf-8\') AND name IS NOT NULL '
            "GROUP BY name ORDER BY count(*) DESC, name"
        )
        return {str(name): count for name, count in self.select(query, {"at": generation})}

    def said(self, name: str, generation: int) -> tuple[tuple[str, str], ...]:
        """Sources of a generation whose metadata has a field, and its value."""
        query = (
            "SELECT source, json_extract(extra, :path) AS value FROM documents "
            f"WHERE {ALIVE} AND instr(extra, :key) AND value IS NOT NULL ORDER BY source"
        )
        asked = {"at": generation, "key": f'"{name}":', "path": f'$.metadata."{name}"'}
        return tuple((source, str(value)) for source, value in self.select(query, asked))

    def counts(self, generation: int) -> tuple[int, int]:
        """Documents and characters of displayed text in a generation."""
        query = f"SELECT count(*), coalesce(sum(characters), 0) FROM documents WHERE {ALIVE}"
        ((documents, characters),) = self.select(query, {"at": generation})
        return documents, characters

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """The passages with the given numbers, in that order.

        Raises:
            CorruptError: One is missing: search structures and database do not belong together.
        """
        found: dict[int, Passage] = {}
        for part in parts_of(numbers):
            query = f"{_PASSAGES} WHERE p.number IN ({holders(part)})"
            found.update((row, read_passage_row(rest)) for row, *rest in self.select(query, part))
        return self._in_order(found, numbers)

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The texts of the passages with the given numbers, in that order.

        Raises:
            CorruptError: One is missing: search structures and database do not belong together.
        """
        found: dict[int, str] = {}
        for part in parts_of(numbers):
            query = f"SELECT number, text FROM passages WHERE number IN ({holders(part)})"
            found.update(self.select(query, part))
        return self._in_order(found, numbers)

    def _in_order(self, found: Mapping[int, Value], numbers: Sequence[int]) -> list[Value]:
        try:
            return [found[number] for number in numbers]
        except KeyError as error:
            raise CorruptError(f"{self.path}: passage {error} is missing; {REPAIR}") from None

    def number_of(self, document_id: str | None, passage_id: str, generation: int) -> int | None:
        """The number of a passage of a generation; of which document makes it quick to find."""
        query = (
            "SELECT p.number FROM documents AS d JOIN passages AS p ON p.document = d.number "
            f"WHERE p.id = :id AND d.{ALIVE.replace('removed', 'd.removed')}"
        )
        if document_id is not None:
            query += " AND d.id = :document"
        asked = {"id": passage_id, "document": document_id, "at": generation}
        row = next(self.select(query, asked), None)
        return row[0] if row else None

    def passages_in(self, document_id: str, generation: int) -> list[Passage]:
        """The passages of one document of a generation, in the order of its text."""
        alive = ALIVE.replace("removed", "d.removed").replace("added", "d.added")
        query = f"{_PASSAGES} WHERE d.id = :id AND {alive} ORDER BY p.number"
        rows = self.select(query, {"id": document_id, "at": generation})
        return sorted((read_passage_row(rest) for _, *rest in rows), key=lambda item: item.start)

    def passages_of(self, generation: int) -> Iterator[tuple[int, Passage]]:
        """Number and passage, for every passage of a generation, by number."""
        query = f"{_PASSAGES} WHERE d.{ALIVE.replace('removed', 'd.removed')} ORDER BY p.number"
        for number, *fields in self.select(query, {"at": generation}):
            yield number, read_passage_row(fields)


def parts_of(values: Sequence[Value]) -> Iterator[list[Value]]:
    """Values so few at a time that one statement can name them all."""
    return (list(values[first : first + 500]) for first in range(0, len(values), 500))


def holders(values: Sequence[object]) -> str:
    """A question mark for each value."""
    return ",".join("?" * len(values))
