"""Words, their frequencies, and the tokenizer that carries them inside the model folder.

The tokenizer is a unigram model over a part of jieba's dictionary with jieba's own log
frequencies, so its most likely segmentation is jieba's without the hidden Markov model: a word
outside the part falls apart into words inside it.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.normalize import fold
from corpus.segment import DICTIONARY_TOTAL
from index.train import latin
from index.train.settings import VocabularySettings

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "[UNK]"
_MEANT = 10  # how much likelier than its count a word of the thesaurus is to have a row
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
# A run of Chinese characters, a run of Latin letters and digits with the endings of C++ and C#,
# or one letter of another script. Everything else separates and is dropped.
RUN = rf"[{HAN}]+|[a-z0-9]+(?:\+\+|#)?|[^\W\d_a-z{HAN}]|〇"
_RUN = re.compile(RUN)
_HAN_RUN = re.compile(rf"[{HAN}]+")
# The same for the tokenizer's regular expressions (Oniguruma), where \W depends on the syntax.
_TOKENIZER_RUN = rf"[{HAN}]+|[a-z0-9]+(?:\+\+|#)?|(?![a-z{HAN}])\p{{L}}|〇"


@dataclass(frozen=True)
class Vocabulary:
    """The rows of the embedding matrix.

    Attributes:
        words: Chinese words and single characters → frequency (jieba's scale, at least 1).
        pieces: Latin words and pieces → log probability among themselves.
    """

    words: dict[str, int]
    pieces: dict[str, float]

    @property
    def rows(self) -> list[tuple[str, float]]:
        """Token and log probability of every row; row 0 is the unknown token.

        The probabilities of words are those within the whole dictionary, so that what is most
        likely by it is so here too, if all its words have rows.
        """
        total = math.log(DICTIONARY_TOTAL)
        han = [(word, round(math.log(count) - total, 10)) for word, count in self.words.items()]
        return [(UNKNOWN, 0.0), *han, *self.pieces.items()]


def jieba_frequencies() -> dict[str, int]:
    """Words of jieba's dictionary that are Chinese throughout and already folded → frequency."""
    import jieba

    lines = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    entries = (line.split(" ")[:2] for line in lines)
    counts = {word: int(count) for word, count in entries if _HAN_RUN.fullmatch(word)}
    # One call for all words: folding is cheap per character and dear per call.
    folded = fold("\n".join(counts)).split("\n")
    return {word: n for (word, n), same in zip(counts.items(), folded, strict=True) if word == same}


def runs(text: str) -> list[str]:
    """Folded text → its runs, in order, as the tokenizer's pre-tokenizer cuts them."""
    return _RUN.findall(fold(text))


def count_words(texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """Count the words of a training text with the whole of jieba's dictionary.

    Returns:
        Chinese words → count, and other runs (Latin words, numbers, single letters) → count.
    """
    from rjieba import Jieba

    segment = Jieba()
    chinese: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for text in texts:
        for run in runs(text):
            if _HAN_RUN.match(run):
                chinese.update(segment.cut(run, hmm=False))
            else:
                other[run] += 1
    return chinese, other


def with_characters(words: dict[str, int]) -> dict[str, int]:
    """Add the characters of the words that are no words themselves, with jieba's smallest count."""
    characters = dict.fromkeys(sorted(set("".join(words)) - words.keys()), 1)
    return {**words, **characters}


def choose(
    texts: Iterable[str], settings: VocabularySettings, meant: Set[str] = frozenset()
) -> tuple[Vocabulary, bytes]:
    """Choose the rows: common in general (jieba's counts) or in the training text.

    Args:
        texts: The training text.
        settings: How many rows, among others.
        meant: Words whose meaning is known otherwise; those of jieba's dictionary count ten times.

    Returns:
        The vocabulary, and the compiled character map of the normaliser.
    """
    chinese, other = count_words(texts)
    pieces, charsmap = latin.pieces(other, settings.latin)
    known = jieba_frequencies()
    seen = set("".join(chinese))
    single = [
        word
        for word, count in known.items()
        if len(word) == 1 and (count >= settings.min_character or word in seen)
    ]
    several = [word for word in known if len(word) > 1]
    counts = {
        word: (known[word] + chinese[word]) * (_MEANT if word in meant else 1) for word in several
    }
    several.sort(key=lambda word: (-counts[word], word))
    room = settings.size - 1 - len(pieces) - len(single)
    words = {word: max(known[word], 1) for word in sorted(single + several[: max(room, 0)])}
    # The odd character that only occurs inside words costs a row; the rarest words make way.
    extra = len(with_characters(words)) - len(words)
    for word in several[max(room - extra, 0) : max(room, 0)]:
        del words[word]
    return Vocabulary(with_characters(words), pieces), charsmap


def build_tokenizer(vocabulary: Vocabulary, charsmap: bytes) -> Tokenizer:
    """The tokenizer: fold, cut into runs, most likely words of each run.

    Args:
        vocabulary: The rows.
        charsmap: sentencepiece's compiled map of traditional to simplified characters.

    Returns:
        A tokenizer whose ids are the row numbers of ``vocabulary.rows``.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram(vocabulary.rows, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Precompiled(charsmap)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(
        Regex(_TOKENIZER_RUN), behavior="removed", invert=True
    )
    return tokenizer


def components(rows: list[tuple[str, float]]) -> Iterator[tuple[int, list[int]]]:
    """Which rows of smaller units make up each row: characters of words, letters of pieces.

    Yields:
        Row number and the row numbers of its one-character tokens (itself if it is one).
    """
    row_of = {token: row for row, (token, _) in enumerate(rows)}
    for row, (token, _) in enumerate(rows):
        if row:
            yield row, [row_of[c] for c in token if c in row_of]


def fingerprint(tokenizer: Tokenizer) -> str:
    """SHA-256 of the tokenizer's canonical JSON."""
    import hashlib

    canonical = json.dumps(json.loads(tokenizer.to_str()), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
