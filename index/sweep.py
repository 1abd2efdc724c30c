"""Deleting for good what no published state that is read can see."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from corpus.errors import KnowledgeBaseError
from index.folder import locked
from index.layout import SEGMENTS, Manifest, parse_manifest, read_manifest
from index.leases import held_states
from index.writer import Writer


def sweep(kb: Path, writer: Writer, current: Manifest) -> None:
    """Delete documents, passages and segments that neither the current state nor a reader needs.

    What an unfinished build has stored stays, for the next one to go on with.

    Args:
        kb: The knowledge base, locked.
        writer: Its database.
        current: The published state.
    """
    held = held_states(kb, current.generation)
    manifests = writer.manifests()
    needed = {item.name for item in current.segments}
    for generation in held:
        if generation in manifests:
            state = parse_manifest(manifests[generation], kb)
            needed |= {item.name for item in state.segments}
    needed |= {item.name for item in writer.staged_segments(current.generation + 1)}
    writer.purge({current.generation, *held}, current.generation)
    with writer.transaction():
        writer.forget_segments(needed)
    for path in kb.glob(SEGMENTS):
        if path.name not in needed:
            shutil.rmtree(path, ignore_errors=True)


def sweep_after(kb: Path, generation: int) -> None:
    """Delete what the reader of an older state has kept, now that it is gone.

    Leaves it to the next build where the folder is being written to, or cannot be.
    """
    with suppress(KnowledgeBaseError, OSError):
        current = read_manifest(kb)
        if current.generation == generation:
            return
        with locked(kb):
            writer = Writer(kb)
            try:
                sweep(kb, writer, read_manifest(kb))
            finally:
                writer.close()
