"""Latin words and pieces, and the compiled character map, both made by sentencepiece."""

from __future__ import annotations

import io
import math
import string
import unicodedata
from collections import Counter
from collections.abc import Iterator

from corpus.normalize import simplified_table

# Kana, Greek and Cyrillic: letters that occur in Chinese text one by one (β, の).
_LETTERS = ((0x3041, 0x3097), (0x30A1, 0x30FB), (0x03B1, 0x03CA), (0x0430, 0x0450))
_MARK = "▁"


def _sample(counts: Counter[str]) -> Iterator[str]:
    """Each run as often as the square root of its count: common words must not crowd out parts."""
    for run, count in sorted(counts.items()):
        if run.isascii() and 1 < len(run) <= 24:
            yield from [run] * math.isqrt(count)


def _train(counts: Counter[str], size: int) -> bytes:
    """Train a sentencepiece unigram model (Kudo 2018); one thread, so that it repeats exactly."""
    import tempfile
    from pathlib import Path

    import sentencepiece

    model = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "rules.tsv"
        rows = (f"{old:X}\t{new:X}\n" for old, new in sorted(simplified_table().items()))
        rules.write_text("".join(rows), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=_sample(counts),
            model_writer=model,
            model_type="unigram",
            vocab_size=size,
            hard_vocab_limit=False,
            normalization_rule_tsv=str(rules),
            add_dummy_prefix=False,
            split_by_number=False,
            split_by_unicode_script=False,
            max_sentencepiece_length=16,
            bos_id=-1,
            eos_id=-1,
            num_threads=1,
            minloglevel=2,
        )
    return model.getvalue()


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A protocol buffer's variable-length integer at a position, and the position after it."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _message_field(data: bytes, wanted: int) -> bytes:
    """The first length-delimited field of a number: all that is needed of a whole parser."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == 2:
            length, at = _varint(data, at)
            if tag >> 3 == wanted:
                return data[at : at + length]
            at += length
        elif kind == 0:
            _, at = _varint(data, at)
        else:
            at += 4 if kind == 5 else 8
    raise ValueError(f"the protocol buffer has no field {wanted}")


def pieces(counts: Counter[str], size: int) -> tuple[dict[str, float], bytes]:
    """Choose Latin words and pieces from the runs of the training text.

    Args:
        counts: Runs of Latin letters and digits → count.
        size: How many rows they may have, letters and digits included.

    Returns:
        Piece → log probability (every letter and digit and some letters of other scripts are
        there), and the compiled map of traditional to simplified characters.
    """
    from sentencepiece import SentencePieceProcessor

    singles = [*string.ascii_lowercase, *string.digits]
    others = ["〇", "々", *(chr(p) for low, high in _LETTERS for p in range(low, high))]
    others = [c for c in others if unicodedata.normalize("NFKC", c) == c]
    model = _train(counts, max(size - len(others), 64))
    processor = SentencePieceProcessor(model_proto=model)
    entries = [(processor.id_to_piece(i), processor.get_score(i)) for i in range(len(processor))]
    scores = {p: round(s, 4) for p, s in entries if _MARK not in p and not p.startswith("<")}
    floor = min(scores.values(), default=0.0) - 1.0
    full = {c: scores.get(c, floor) for c in [*singles, *others]}
    # ModelProto.normalizer_spec is field 3, its precompiled_charsmap field 2.
    return {**scores, **full}, _message_field(_message_field(model, 3), 2)
