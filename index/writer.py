"""The truth of a knowledge base, written: by the one process that holds the lock."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict

from index.connection import WritingConnection
from index.layout import Manifest, SegmentEntry, manifest_text
from index.rows import DOCUMENT, PASSAGE, DocumentRow, PassageRow
from index.store import ALIVE, Known, Reader, holders


class Writer(WritingConnection, Reader):
    """What builds, removals and repairs read of the database and write to it."""

    # What an unfinished build left

    def pending_key(self) -> str:
        """What tells the unfinished build there may be from others; empty if there is none."""
        row = next(self.select("SELECT key FROM pending"), None)
        return str(row[0]) if row else ""

    def begin(self, key: str) -> None:
        """Note what build goes on from now."""
        with self.transaction():
            self.connection.execute("DELETE FROM pending")
            self.connection.execute("INSERT INTO pending VALUES (?)", (key,))

    def roll_back_to(self, generation: int, *, keep_pending: bool) -> None:
        """Forget what was written after a published generation.

        Args:
            generation: The published one.
            keep_pending: Leave the documents and segments of an unfinished build, to go on with.
        """
        with self.transaction():
            run = self.connection.execute
            run(
                "UPDATE documents SET removed = NULL WHERE removed > :at AND added <= :at",
                {"at": generation},
            )
            run("DELETE FROM states WHERE generation > ?", (generation,))
            if not keep_pending:
                self._delete_documents("added > ?", (generation,))
                run("DELETE FROM segments WHERE generation > ?", (generation,))
                run("DELETE FROM pending")

    def pending_documents(self, generation: int) -> dict[str, Known]:
        """What an unfinished build of a generation has dealt with, by source."""
        query = (
            "SELECT source, number, id, content_hash, size, modified FROM documents "
            "WHERE added = ? AND removed IS NULL"
        )
        return {source: Known(*rest) for source, *rest in self.select(query, (generation,))}

    def removed_in(self, generation: int) -> list[int]:
        """Numbers of the documents that a generation takes away."""
        query = "SELECT number FROM documents WHERE removed = ?"
        return [number for (number,) in self.select(query, (generation,))]

    def shared_lines(self, generation: int, documents: int) -> frozenset[int]:
        """Hashes of the edge lines of at least so many documents of a generation."""
        query = (
            "SELECT line FROM edges JOIN documents ON number = document "
            f"WHERE {ALIVE} GROUP BY line HAVING count(*) >= :least"
        )
        found = self.select(query, {"at": generation, "least": documents})
        return frozenset(line for (line,) in found)

    # Segments

    def staged_segments(self, generation: int) -> list[SegmentEntry]:
        """The segments that an unfinished build of a generation has made, to be published."""
        query = "SELECT entry FROM segments WHERE generation = ? AND staged ORDER BY number"
        return [SegmentEntry(**json.loads(entry)) for (entry,) in self.select(query, (generation,))]

    def next_segment(self) -> int:
        """A number that no segment has had."""
        ((used,),) = self.select(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'segments'"
        )
        return int(used) + 1

    def next_passage(self) -> int:
        """The number that the next passage will get."""
        ((used,),) = self.select(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'"
        )
        return int(used) + 1

    def add_segment(
        self, number: int, generation: int, entry: SegmentEntry, *, staged: bool
    ) -> None:
        """Note a segment whose folder has been written; within a transaction.

        Args:
            number: Of its name.
            generation: That it belongs to.
            entry: What a manifest says of it.
            staged: Whether an unfinished build goes on with it; one that only takes the place of
                others is made again.
        """
        self.connection.execute(
            "INSERT INTO segments VALUES (?, ?, ?, ?)",
            (number, generation, staged, json.dumps(asdict(entry))),
        )

    def forget_segments(self, needed: Collection[str]) -> None:
        """Forget all segments but the ones named; within a transaction."""
        entries = list(self.select("SELECT number, entry FROM segments"))
        self.connection.executemany(
            "DELETE FROM segments WHERE number = ?",
            [(number,) for number, entry in entries if json.loads(entry)["name"] not in needed],
        )

    # Documents

    def insert(
        self,
        document: DocumentRow,
        stamp: tuple[int, int],
        passages: Sequence[PassageRow],
        edges: Sequence[int],
        first: int,
        generation: int,
    ) -> int:
        """Add a document with its passages; within a transaction.

        Args:
            document: The values of :data:`index.rows.DOCUMENT`.
            stamp: Size and time of change of its file.
            passages: The values of :data:`index.rows.PASSAGE`, one by one.
            edges: Hashes of the lines at its edges that other documents may share.
            first: The number of its first passage; the others follow.
            generation: That brings it.

        Returns:
            The document's number.
        """
        columns = DOCUMENT.count(",") + 1
        cursor = self.connection.execute(
            f"INSERT INTO documents (added, size, modified, {DOCUMENT}) "
            f"VALUES (?, ?, ?, {holders(range(columns))})",
            (generation, *stamp, *document),
        )
        number = int(cursor.lastrowid or 0)
        columns = PASSAGE.count(",") + 1
        self.connection.executemany(
            f"INSERT INTO passages (number, document, {PASSAGE}) "
            f"VALUES (?, ?, {holders(range(columns))})",
            [(at, number, *passage) for at, passage in enumerate(passages, first)],
        )
        self.connection.executemany(
            "INSERT INTO edges VALUES (?, ?)", [(line, number) for line in edges]
        )
        return number

    def restamp(self, stamps: Mapping[int, tuple[int, int]]) -> None:
        """Note size and time of files that were touched but not changed; within a transaction."""
        self.connection.executemany(
            "UPDATE documents SET size = ?, modified = ? WHERE number = ?",
            [(*stamp, number) for number, stamp in stamps.items()],
        )

    def remove(self, numbers: Iterable[int], generation: int) -> None:
        """Take documents away from a generation on; within a transaction."""
        self.connection.executemany(
            "UPDATE documents SET removed = ? WHERE number = ?",
            [(generation, number) for number in numbers],
        )

    # Publishing and purging

    def note_state(self, manifest: Manifest) -> None:
        """Keep the manifest of a state that is about to be published; within a transaction."""
        self.connection.execute(
            "INSERT OR REPLACE INTO states VALUES (?, ?)",
            (manifest.generation, manifest_text(manifest)),
        )
        self.connection.execute("DELETE FROM pending")

    def purge(self, kept: Collection[int], current: int) -> None:
        """Delete what no kept state can see, for good.

        Args:
            kept: Generations that are read, and the current one.
            current: The published generation; what an unfinished build has added stays.
        """
        states = sorted(kept)
        seen = " OR ".join(f"(added <= {at} AND removed > {at})" for at in map(int, states))
        with self.transaction():
            self._delete_documents(
                f"removed IS NOT NULL AND removed <= ? AND NOT ({seen})", (current,)
            )
            self.connection.execute(
                "DELETE FROM states "
                f"WHERE generation < ? AND generation NOT IN ({holders(states)})",
                (current, *states),
            )
        self.run_alone("PRAGMA incremental_vacuum")
        self.checkpoint()

    def _delete_documents(self, condition: str, parameters: Sequence[object]) -> None:
        numbers = f"SELECT number FROM documents WHERE {condition}"
        for table in ("passages", "edges"):
            self.connection.execute(
                f"DELETE FROM {table} WHERE document IN ({numbers})", parameters
            )
        self.connection.execute(f"DELETE FROM documents WHERE {condition}", parameters)
