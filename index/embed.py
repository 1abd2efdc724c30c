"""Text to unit vectors: the shipped static model, or any local sentence-transformers folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from index.associations import FILE as ASSOCIATIONS
from index.associations import Associations
from index.model_files import StaticFiles, fingerprint_of, is_static
from index.vocabulary import NumberedTexts, Vocabulary
from index.widened import Widened
from index.words import fast_rows

Vectors = NDArray[np.float32]

SHIPPED_MODEL = Path(__file__).parent / "model"
"""The folder of the model that comes with the project."""

_TOGETHER = 256
_REMEMBERED = 4_000  # texts
_WORTH_THE_FAST_ROAD = 100_000  # code points; below, making it ready costs more than it saves


class Embedder(Protocol):
    """Turns texts into vectors of length one.

    Attributes:
        name: For people.
        fingerprint: Changes whenever the same text may get another vector.
        dimension: Length of a vector.
    """

    name: str
    fingerprint: str
    dimension: int

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, shape ``(len(texts), dimension)``."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape ``(len(texts), dimension)``."""


def load_embedder(folder: Path | None = None) -> Embedder:
    """Load a model from a local folder; the shipped one if none is named.

    Raises:
        InputError: The folder does not exist or holds no model.
    """
    if folder is None:
        return shipped_words()
    return StaticEmbedder(folder) if is_static(folder) else SentenceTransformerEmbedder(folder)


class StaticEmbedder:
    """A static embedding model: the mean of its word vectors, without importing torch.

    Reads what sentence-transformers' ``StaticEmbedding`` saves, and gives the same vectors.

    Raises:
        InputError: The folder is damaged.
    """

    def __init__(self, folder: Path) -> None:
        files = StaticFiles.of(folder)
        self._rows, self._tokenizer = files.read()
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.name = folder.name
        self.folder = folder
        self.dimension = int(self._rows.shape[1])
        self.fingerprint = fingerprint_of(folder)
        self._known: dict[str, NDArray[np.int32]] = {}
        self._fast = cache(lambda: fast_rows(files.tokenizer, self._tokenizer))
        self._slowly = 0  # code points whose words were looked up the slow way

    @cached_property
    def _single(self) -> Widened:
        """The table in single precision: half is slow to add up, which many texts would feel."""
        return Widened(self._rows)

    @cached_property
    def associations(self) -> Associations:
        """Words that go with each other though their vectors do not say so; none by most models.

        Raises:
            InputError: Their file is damaged, or was made for another model.
        """
        path, words = self.folder / ASSOCIATIONS, self._tokenizer.get_vocab_size()
        return Associations.load(path, words) if path.is_file() else Associations.none()

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, shape ``(len(texts), dimension)``; zero for a text without words."""
        fast = self._fast() if sum(map(len, texts)) >= _WORTH_THE_FAST_ROAD else None
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for first in range(0, len(texts), _TOGETHER):
            part = texts[first : first + _TOGETHER]
            if fast:
                vectors[first : first + len(part)] = self._sums(*fast.many(part), len(part))
                continue
            for number, ids in enumerate(self._ids(part), first):
                if ids:
                    vectors[number] = self._rows[ids].astype(np.float32).sum(axis=0)
        return normalize(vectors)

    def encode_numbered(
        self,
        texts: Sequence[str],
        whole: Sequence[NumberedTexts],
        skipped: NDArray[np.int64],
        vocabulary: Vocabulary,
    ) -> Vectors:
        """What :meth:`encode_passages` gives, for texts that have been cut as part of others.

        Args:
            texts: The texts.
            whole: Each with some lines above it.
            skipped: How many lines stand above each, shape ``(len(texts),)``.
            vocabulary: That numbered them.
        """
        fast = self._fast()
        if fast is None or not fast.shares_dictionary or vocabulary.segmenter.words:
            return self.encode_passages(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        first = 0
        for part in whole:
            last = first + len(part.cut.folded)
            found = fast.numbered(texts[first:last], part, skipped[first:last], vocabulary)
            vectors[first:last] = self._sums(*found, last - first)
            first = last
        return normalize(vectors)

    def _sums(self, rows: NDArray[np.int32], of_text: NDArray[np.int64], texts: int) -> Vectors:
        """The sum of the rows of each text, shape ``(texts, dimension)``."""
        from scipy.sparse import csr_array

        ones = np.ones(len(rows), np.float32)
        counts = csr_array((ones, (of_text, rows)), shape=(texts, len(self._rows)))
        sums: Vectors = counts @ self._single.whole()
        return sums

    def _ids(self, texts: Sequence[str]) -> list[Sequence[int]]:
        batch = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [item.ids for item in batch]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, made like those of passages."""
        return self.encode_passages(texts)

    def token_rows(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """What :meth:`word_rows` gives of some texts, which need not be folded.

        The words of the last few thousand texts are remembered: the same sentences come up again.
        """
        known = self._known
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if len(known) + len(fresh) > _REMEMBERED:
            # Replaced, not emptied: another thread may be reading it.
            known, fresh = {}, list(dict.fromkeys(texts))
            self._known = known
        if fresh:
            rows, sizes = self.word_rows(fresh)
            known.update(zip(fresh, np.split(rows, np.cumsum(sizes)[:-1]), strict=True))
        found = [known[text] for text in texts]
        counts = np.fromiter(map(len, found), np.int64, len(found))
        return np.concatenate([np.zeros(0, np.int32), *found]), counts

    def cosines(self, asked: NDArray[np.int32], told: NDArray[np.int32]) -> Vectors:
        """The cosines of words, by their rows, shape ``(len(asked), len(told))``."""
        lengths = self.lengths(told)
        cosines = (normalize(self.rows(asked)) @ self.rows(told).T) / np.where(
            lengths > 0, lengths, 1
        )
        return cosines.astype(np.float32)

    def likeness(self, asked: NDArray[np.int32], told: NDArray[np.int32]) -> Vectors:
        """How like words are: the cosine, or how near they go with each other.

        Returns:
            At most 1, shape ``(len(asked), len(told))``.
        """
        return self.associations.nearer(self.cosines(asked, told), asked, told)

    def word_rows(
        self, texts: Sequence[str], *, folded: bool = False
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The rows of the words of some texts, unknown words left out, and how many each text has.

        Args:
            texts: The texts.
            folded: Whether they are folded already, see :func:`corpus.normalize.fold`.

        Returns:
            Rows text by text, those of one in no order; and counts, shape ``(len(texts),)``.
        """
        if self._slowly >= _WORTH_THE_FAST_ROAD and (fast := self._fast()):
            rows, of_text = fast.many_folded(texts) if folded else fast.many(texts)
            order = np.argsort(of_text, kind="stable")
            return rows[order], np.bincount(of_text, minlength=len(texts))
        self._slowly += sum(map(len, texts))
        found = [np.array([i for i in ids if i], np.int32) for ids in self._ids(texts)]
        counts = np.fromiter(map(len, found), np.int64, len(found))
        return np.concatenate([np.zeros(0, np.int32), *found]), counts

    def rows(self, numbers: NDArray[np.int32]) -> Vectors:
        """Some rows of the table of vectors, shape ``(len(numbers), dimension)``."""
        return self._single.rows(numbers)

    def lengths(self, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
        """The Euclidean lengths of some rows, shape ``(len(numbers),)``."""
        return self._single.lengths(numbers)

    def associated(self, word: str) -> Iterator[tuple[str, float]]:
        """The words that go with a folded word and how near each is in (0, 1], nearest first."""
        others, nearness = self.associations.of(self._tokenizer.token_to_id(word) or 0)
        for other, each in zip(others, nearness.tolist(), strict=True):
            yield self._tokenizer.id_to_token(int(other)) or "", each

    def words(self, numbers: NDArray[np.int32]) -> list[str]:
        """The words of some rows."""
        return [self._tokenizer.id_to_token(int(number)) or "" for number in numbers]


@cache
def shipped_words() -> StaticEmbedder:
    """The shipped model, loaded once: rankers that were trained on its word vectors need it."""
    return StaticEmbedder(SHIPPED_MODEL)


class SentenceTransformerEmbedder:
    """Any other sentence-transformers model, run by that library from a local folder.

    Raises:
        InputError: The library cannot load it.
    """

    def __init__(self, folder: Path) -> None:
        # The library looks for model cards and updates on its hub unless told not to.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(str(folder), local_files_only=True)
            self.dimension = len(self._model.encode([""])[0])
        except Exception as error:  # noqa: BLE001
            # What the folder's modules meet comes through as it is: AttributeError, KeyError and
            # TypeError as well as OSError and ValueError; tokenizers raises Exception itself.
            raise InputError(f"{folder}: cannot be loaded as a model: {error}") from None
        self.name = folder.name
        self.fingerprint = fingerprint_of(folder)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, with the model's own document prompt if it has one."""
        return self._encode(texts, "encode_document")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, with the model's own query prompt if it has one."""
        return self._encode(texts, "encode_query")

    def _encode(self, texts: Sequence[str], method: str) -> Vectors:
        encode = getattr(self._model, method, self._model.encode)
        vectors = encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        return normalize(np.asarray(vectors, np.float32).reshape(len(texts), self.dimension))


def normalize(vectors: Vectors) -> Vectors:
    """Rows scaled to length one; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
