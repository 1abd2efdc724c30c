"""The last step of a build: search structures, then the manifest that names them."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.records import Passage, content_id
from corpus.segment import Segmenter
from index.dense import DenseIndex
from index.embed import Embedder, Vectors
from index.layout import ROWS, Manifest, describe_files, segment_name, write_manifest
from index.sparse import Bm25Index, Bm25Settings
from index.store import Store

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done, and how much there is."""

_EMBED_AT_ONCE = 2048


def search_text(passage: Passage) -> str:
    """What of a passage is embedded and indexed: title and headings, then its text."""
    above = [passage.title, *(name for name in passage.headings if name not in passage.text)]
    return "\n".join([*above, passage.text])


class Publisher:
    """Makes the rows of a generation searchable.

    Args:
        kb: The knowledge base, locked.
        store: Its database, which holds the rows of ``generation``.
        generation: The one that is about to be published.
        embedder: Embeds what has no cached vector.
        progress: Called as the work goes on.
        anew: Embed every passage, whatever vectors are cached.
    """

    def __init__(
        self,
        kb: Path,
        store: Store,
        generation: int,
        embedder: Embedder,
        progress: Progress,
        *,
        anew: bool,
    ) -> None:
        self._kb = kb
        self._store = store
        self._generation = generation
        self._embedder = embedder
        self._progress = progress
        self._anew = anew

    def publish(self, segmenter: Segmenter, settings: Mapping[str, object]) -> None:
        """Write the search structures of the new generation and name them in the manifest."""
        segment = segment_name(self._generation)
        folder = self._kb / segment
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        pairs = list(self._store.passage_rows(self._generation))
        texts = [search_text(passage) for _, passage in pairs]
        np.save(folder / ROWS, np.asarray([row for row, _ in pairs], np.int64), allow_pickle=False)
        hashes = [content_id(text, size=32) for text in texts]
        DenseIndex.build(self._vectors(hashes, texts)).save(folder)
        Bm25Index.build(self._terms(segmenter, texts), Bm25Settings()).save(folder)
        self._store.keep_vectors(self._embedder.fingerprint, hashes)
        documents, passages, characters = self._store.counts(self._generation)
        self._store.checkpoint()
        manifest = Manifest(
            generation=self._generation,
            version=metadata.version("yinju"),
            embedder=self._embedder.fingerprint,
            embedder_name=self._embedder.name,
            dimension=self._embedder.dimension,
            segmenter=segmenter.fingerprint,
            documents=documents,
            passages=passages,
            characters=characters,
            segments=(segment,),
            files=describe_files(self._kb, segment),
            settings=settings,
            built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        )
        write_manifest(self._kb, manifest)
        self._drop_older()

    def _vectors(self, hashes: Sequence[str], texts: Sequence[str]) -> Vectors:
        """Vectors of all texts, rounded as they are cached; only unknown texts are embedded."""
        fingerprint = self._embedder.fingerprint
        cached = {} if self._anew else self._store.cached_vectors(fingerprint, hashes)
        missing = {key: text for key, text in zip(hashes, texts, strict=True) if key not in cached}
        keys = list(missing)
        for first in range(0, len(keys), _EMBED_AT_ONCE):
            part = keys[first : first + _EMBED_AT_ONCE]
            self._progress("embed", first, len(keys))
            vectors = self._embedder.encode_passages([missing[key] for key in part])
            self._store.cache_vectors(fingerprint, part, vectors)
            rounded: NDArray[np.float16] = vectors.astype(np.float16)
            cached.update(zip(part, rounded, strict=True))
        self._progress("embed", len(keys), len(keys))
        if not hashes:
            return np.zeros((0, self._embedder.dimension), np.float32)
        return np.stack([cached[key] for key in hashes]).astype(np.float32)

    def _terms(self, segmenter: Segmenter, texts: Sequence[str]) -> Iterator[list[str]]:
        for number, text in enumerate(texts):
            if number % 1000 == 0:
                self._progress("index", number, len(texts))
            yield segmenter.terms(text)
        self._progress("index", len(texts), len(texts))

    def _drop_older(self) -> None:
        """Drop what only generations before the last two can need: a reader may hold the last."""
        self._store.purge(self._generation - 1)
        self._store.checkpoint()
        for path in self._kb.glob("seg-*"):
            if path.name < segment_name(self._generation - 1):
                shutil.rmtree(path, ignore_errors=True)
