"""``python -m index.train.associated``: words that go with each other, as rows of a model.

``associations.txt`` has a line for each word that people ask with, ``词: 其他 …``: what else a text
may say where it is meant (another register, a more general word or a more special one, what is told
of it), likeliest first. We wrote it for this purpose; nothing of it was drawn from a text.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.associations import FILE, Associations
from index.embed import SHIPPED_MODEL
from index.model_files import StaticFiles
from index.synonyms import groups_in

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SOURCE = Path(__file__).parent / "associations.txt"
"""What we wrote."""

_FIRST, _LAST = 0.75, 0.45  # nearness of the first and of the sixteenth word of a line
_LONG = 16
_BACK = 0.8  # of what is told of the other word


def read(path: Path = SOURCE) -> dict[str, tuple[str, ...]]:
    """The words that go with each, likeliest first; a word may have several lines.

    Raises:
        InputError: It cannot be read, or a line holds a single word.
    """
    found: dict[str, tuple[str, ...]] = {}
    for word, *others in groups_in(path, ":"):
        found[word] = (*found.get(word, ()), *others)
    return found


def associations_of(lines: Mapping[str, tuple[str, ...]], tokenizer: Tokenizer) -> Associations:
    """Both ways, for the words that have a row; the larger nearness of each pair counts.

    Args:
        lines: As :func:`read` gives them.
        tokenizer: Its ids are the rows.
    """
    rows = tokenizer.get_vocab()
    near: dict[int, dict[int, float]] = {}
    for one, other, nearness in _pairs(lines):
        row, beside = rows.get(one, 0), rows.get(other, 0)
        if row and beside and row != beside:
            known = near.setdefault(row, {})
            known[beside] = max(known.get(beside, 0.0), nearness)
    sizes = [len(near.get(row, ())) for row in range(tokenizer.get_vocab_size())]
    pairs = [
        pair
        for row in sorted(near)
        for pair in sorted(near[row].items(), key=lambda item: (-item[1], item[0]))
    ]
    return Associations(
        np.append(0, np.cumsum(sizes, dtype=np.int64)),
        np.array([row for row, _ in pairs], np.int32),
        np.array([nearness for _, nearness in pairs], np.float32),
    )


def _pairs(lines: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str, float]]:
    """Each word, another that goes with it, and how near that is."""
    for word, others in lines.items():
        for place, other in enumerate(others[:_LONG]):
            nearness = _FIRST - (_FIRST - _LAST) * place / (_LONG - 1)
            yield word, other, nearness
            yield other, word, _BACK * nearness


def save(model: Path, source: Path = SOURCE) -> None:
    """Write the file of a static model, into its folder.

    Raises:
        InputError: The words or the model cannot be read.
    """
    _, tokenizer = StaticFiles.of(model).read()
    associations_of(read(source), tokenizer).save(model / FILE)


def main() -> None:
    """Write the file of the shipped model, or of another static one."""
    parser = argparse.ArgumentParser(prog="python -m index.train.associated", description=__doc__)
    parser.add_argument("--source", type=Path, default=SOURCE, help="the words, a line for each")
    parser.add_argument("--model", type=Path, default=SHIPPED_MODEL, help="folder of the model")
    given = parser.parse_args()
    save(given.model, given.source)


if __name__ == "__main__":
    main()
