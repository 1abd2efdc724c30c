"""``python -m rag.reader.train.blend``: a reader between what training began with and its end.

What was learnt last is learnt from questions made up of others; between the two readers much of it
is kept, and more of what the first one knew of texts of other kinds (Wortsman et al., Robust
fine-tuning of zero-shot models, 2022).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rag.reader.train.export import export, weights_of


def main() -> None:
    """Write the reader in between."""
    parser = argparse.ArgumentParser(prog="python -m rag.reader.train.blend", description=__doc__)
    parser.add_argument("--start", type=Path, required=True, help="reader that training began with")
    parser.add_argument("--end", type=Path, required=True, help="reader that it ended with")
    parser.add_argument("--share", type=float, default=0.7, help="of the second one's weights")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    arguments = parser.parse_args()
    blend(arguments.start, arguments.end, arguments.share, arguments.out)


def blend(start: Path, end: Path, share: float, out: Path) -> None:
    """Write a reader whose weights lie between those of two; layers the first lacks stay.

    Args:
        start: The first reader.
        end: The second one, trained on from it; its words are kept.
        share: How far from the first to the second, between 0 and 1.
        out: File to write.
    """
    first = weights_of(start)
    mixed = {name: weight.lerp(first[name], 1 - share) if name in first else weight
             for name, weight in weights_of(end).items()}  # fmt: skip
    export(end, mixed, out)


if __name__ == "__main__":
    main()
