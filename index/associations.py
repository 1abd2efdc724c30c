"""Words that go with each other: what a text may say where an asker says something else.

Vectors learnt from texts show little of it that a 老板 may be the 创始人, or that what 瘫了 had a
故障. We wrote down such words for those that people ask with (:mod:`index.train.associated`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from index.model_files import UNREADABLE_ARRAYS

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]

FILE = "associations.npz"
"""Its name in the folder of a static model."""

SCALE = 100
"""What nearness is multiplied with in the file."""


@dataclass(frozen=True, slots=True)
class Associations:
    """For words of a static model, by their rows, the words that go with them.

    Attributes:
        starts: Where those of each row begin, shape ``(rows + 1,)``.
        others: Their rows, nearest first, shape ``(pairs,)``.
        nearness: How near each is, in (0, 1], shape ``(pairs,)``.
    """

    starts: NDArray[np.int64]
    others: Numbers
    nearness: Floats

    @classmethod
    def none(cls) -> Associations:
        """Of a model that has none."""
        return cls(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))

    @classmethod
    def load(cls, path: Path, rows: int) -> Associations:
        """Read what :meth:`save` wrote.

        Args:
            path: The file.
            rows: How many words the model has.

        Raises:
            InputError: It is damaged, or was made for another model.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                counts, others, nearness = (data[name] for name in ("counts", "others", "nearness"))
            if any(part.ndim != 1 or part.dtype.kind != "u" for part in (counts, others, nearness)):
                raise ValueError("it does not hold rows of whole numbers")
            if int(counts.sum()) != len(others) or len(others) != len(nearness):
                raise ValueError("its parts do not belong together")
            if int(others.max(initial=0)) >= len(counts) or len(counts) != rows:
                raise ValueError("it was made for a model of other words")
        except UNREADABLE_ARRAYS as error:
            raise InputError(f"{path}: cannot be read ({error}); the model is damaged") from None
        starts = np.append(0, np.cumsum(counts, dtype=np.int64))
        return cls(starts, others.astype(np.int32), (nearness / SCALE).astype(np.float32))

    def save(self, path: Path) -> None:
        """Write to a file; nearness is rounded to a hundredth."""
        np.savez_compressed(
            path,
            counts=np.diff(self.starts).astype(np.uint16),
            others=self.others.astype(np.uint16 if len(self.starts) <= 1 << 16 else np.uint32),
            nearness=np.round(self.nearness * SCALE).astype(np.uint8),
        )

    def of(self, row: int) -> tuple[Numbers, Floats]:
        """The words that go with one, and how near each is, nearest first."""
        if row + 1 >= len(self.starts):
            return self.others[:0], self.nearness[:0]
        first, last = self.starts[row], self.starts[row + 1]
        return self.others[first:last], self.nearness[first:last]

    def nearer(self, likeness: Floats, asked: NDArray[np.integer],
               told: NDArray[np.integer]) -> Floats:  # fmt: skip
        """How like words are, or how near they go with each other, whichever is more.

        Args:
            likeness: Of each asked word to each told one, shape ``(asked, told)``.
            asked: Rows of words of a question.
            told: Rows of words of a text.

        Returns:
            The same shape; ``likeness`` itself is left as it is.
        """
        found = likeness.copy()
        if not len(self.others) or not len(told):
            return found
        near = np.full(len(self.starts) - 1, -1, np.float32)
        for place, row in enumerate(asked.tolist()):
            others, nearness = self.of(row)
            if len(others):
                near[others] = nearness
                np.maximum(found[place], near[told], out=found[place])
                near[others] = -1
        return found
