"""Pairs of question and passage: read, thinned, tokenized, and drawn in batches."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from index.train.settings import DataSettings

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Ids = NDArray[np.int64]

# Largely machine translated: much text of one style, so only a part of each is used.
TRANSLATED = frozenset(
    {
        "docs_sql_docs",
        "docs_dotnet_docs",
        "docs_visualstudio_docs",
        "docs_cpp_docs",
        "docs_dynamics365",
        "docs_windowsserver",
        "docs_aspnetcore",
        "docs_powershell_docs",
        "docs_alchemy_insights",
    }
)
_READING = "mrc/"
_WRITTEN = ("written", "statutes")
_SENTENCE_ENDS = "。！？!?；;\n"


@dataclass(frozen=True)
class TextPairs:
    """One set: queries[i] is answered by positives[i]."""

    name: str
    queries: list[str]
    positives: list[str]


@dataclass(frozen=True)
class Pairs:
    """One set, tokenized.

    Attributes:
        name: Of the set.
        queries: Row numbers of the words of each query.
        positives: The same of each passage, cut to ``DataSettings.max_tokens``.
        keys: One number per distinct text, [pairs, 2] (query, passage): equal texts are no
            negatives of each other.
        share: Relative share of the set in the batches.
    """

    name: str
    queries: list[Ids]
    positives: list[Ids]
    keys: NDArray[np.int64]
    share: float


def read_lines(path: Path, *fields: str) -> Iterator[dict[str, object]]:
    """Records of a gzipped JSON lines file; blank lines are passed over.

    Args:
        path: The file.
        fields: What every record must have.

    Raises:
        InputError: The file or a line cannot be read, or a record lacks a field.
    """
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _record(line, fields, f"{path}, line {number}")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise InputError(
            f"{path}: cannot be read after line {number} ({error}); fetch the file again"
        ) from None


def _record(line: str, fields: tuple[str, ...], where: str) -> dict[str, object]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{where}: no JSON ({error}); mend or remove the line") from None
    lacking = [f for f in fields if f not in record] if isinstance(record, dict) else list(fields)
    if lacking or not isinstance(record, dict):
        raise InputError(f"{where}: lacks {', '.join(lacking) or 'an object'}; mend or remove it")
    return record


def _answer_sentence(context: str, answer: str) -> str | None:
    """The sentence of the context that holds the answer, if it holds it once only."""
    if len(answer) < 2 or context.count(answer) != 1:
        return None
    at = context.index(answer)
    start = max(context.rfind(end, 0, at) for end in _SENTENCE_ENDS) + 1
    stops = [context.find(end, at + len(answer)) for end in _SENTENCE_ENDS]
    stop = min((s for s in stops if s >= 0), default=len(context) - 1) + 1
    sentence = context[start:stop].strip()
    return sentence if len(sentence) > len(answer) + 4 else None


def _read_mrc(path: Path) -> Iterator[TextPairs]:
    """Reading comprehension → question to passage, question to sentence, title to passage."""
    name = _READING + path.name.split(".jsonl")[0]
    records = read_lines(path, "title", "context", "question", "answers")
    rows = [{k: r[k] for k in ("title", "context", "question", "answers")} for r in records]
    passages = [(str(r["question"]), str(r["context"])) for r in rows]
    yield TextPairs(name, [q for q, _ in passages], [p for _, p in passages])
    sentences = []
    for row in rows:
        answers = row["answers"]
        first = str(answers[0]) if isinstance(answers, list) and answers else ""
        if sentence := _answer_sentence(str(row["context"]), first):
            sentences.append((str(row["question"]), sentence))
    if sentences:
        yield TextPairs(name + "/sentence", [q for q, _ in sentences], [p for _, p in sentences])
    titles = sorted({(str(r["title"]), str(r["context"])) for r in rows if r["title"]})
    if titles:
        yield TextPairs(name + "/title", [q for q, _ in titles], [p for _, p in titles])


def _read_pairs(path: Path) -> Iterator[TextPairs]:
    records = list(read_lines(path, "query", "positive"))
    name = path.name.split(".jsonl")[0]
    yield TextPairs(name, [str(r["query"]) for r in records], [str(r["positive"]) for r in records])


def thin(pairs: TextPairs, limit: int, seed: int) -> TextPairs:
    """A random part of a set, the same for the same seed whatever other sets there are."""
    if len(pairs.queries) <= limit:
        return pairs
    rng = np.random.default_rng([seed, zlib.crc32(pairs.name.encode())])
    kept = sorted(rng.choice(len(pairs.queries), limit, replace=False).tolist())
    return TextPairs(
        pairs.name, [pairs.queries[i] for i in kept], [pairs.positives[i] for i in kept]
    )


def read(
    folder: Path, settings: DataSettings, seed: int, more: Sequence[TextPairs] = ()
) -> list[TextPairs]:
    """Read every set below ``folder``.

    Args:
        folder: Holds ``pairs/*.jsonl.gz`` (query, positive) and ``mrc/*.jsonl.gz`` (title,
            context, question, answers); either may be missing.
        settings: How much of each set is kept.
        seed: Chooses which.
        more: Sets from elsewhere, of which as much is kept.

    Raises:
        InputError: There is no set below the folder, or one cannot be read.
    """
    found = [p for path in sorted(folder.glob("pairs/*.jsonl.gz")) for p in _read_pairs(path)]
    found += [p for path in sorted(folder.glob("mrc/*.jsonl.gz")) for p in _read_mrc(path)]
    if not found:
        raise InputError(f"no pairs/*.jsonl.gz or mrc/*.jsonl.gz below {folder}")
    found = [p for p in (*found, *more) if p.name not in settings.exclude]
    limits = (settings.translated_limit if p.name in TRANSLATED else settings.limit for p in found)
    kept = [thin(pairs, limit, seed) for pairs, limit in zip(found, limits, strict=True)]
    return [without_held(pairs, settings.held) for pairs in kept] if settings.held else kept


def is_held(question: str, share: float) -> bool:
    """Whether a question is among the share that is left out; the same in every set."""
    return zlib.crc32(question.encode()) < share * 2**32


def without_held(pairs: TextPairs, share: float) -> TextPairs:
    """A set without the questions left out."""
    kept = [number for number, query in enumerate(pairs.queries) if not is_held(query, share)]
    return TextPairs(
        pairs.name, [pairs.queries[i] for i in kept], [pairs.positives[i] for i in kept]
    )


def texts(sets: Iterable[TextPairs]) -> Iterator[str]:
    """Every distinct text of the sets once, set by set: what words are counted over."""
    for pairs in sets:
        yield from dict.fromkeys(pairs.queries + pairs.positives)


def _ids(tokenizer: Tokenizer, items: list[str], limit: int) -> list[Ids]:
    encoded = tokenizer.encode_batch_fast(items, add_special_tokens=False)
    # Row 0 is the unknown token: its vector is zero, so it is nothing to train on.
    return [np.array([i for i in e.ids if i][:limit], dtype=np.int64) for e in encoded]


def _tokenize_set(pairs: TextPairs, tokenizer: Tokenizer, settings: DataSettings) -> Pairs:
    queries = _ids(tokenizer, pairs.queries, settings.max_tokens)
    # A passage with many questions is tokenized once.
    distinct = list(dict.fromkeys(pairs.positives))
    ids = dict(zip(distinct, _ids(tokenizer, distinct, settings.max_tokens), strict=True))
    positives = [ids[text] for text in pairs.positives]
    kept = [i for i, (q, p) in enumerate(zip(queries, positives, strict=True)) if len(q) and len(p)]
    texts = [(pairs.queries[i], pairs.positives[i]) for i in kept]
    keys = [[zlib.crc32(text.encode()) for text in two] for two in texts]
    return Pairs(
        pairs.name,
        [queries[i] for i in kept],
        [positives[i] for i in kept],
        np.array(keys, dtype=np.int64).reshape(-1, 2),
        _boost(pairs.name, settings) * len(kept) ** settings.size_exponent,
    )


def _boost(name: str, settings: DataSettings) -> float:
    if name.startswith(_READING):
        return settings.mrc_boost
    return settings.written_boost if name.startswith(_WRITTEN) else 1.0


def tokenize(
    sets: Iterable[TextPairs], tokenizer: Tokenizer, settings: DataSettings
) -> list[Pairs]:
    """Row numbers instead of words; pairs with an empty side and empty sets are left out."""
    tokenized = [_tokenize_set(pairs, tokenizer, settings) for pairs in sets]
    return [pairs for pairs in tokenized if pairs.queries]


def hashes(folder: Path) -> dict[str, str]:
    """File below ``folder`` → SHA-256, for the record of a run."""
    files = sorted([*folder.glob("pairs/*.jsonl.gz"), *folder.glob("mrc/*.jsonl.gz")])
    return {
        f.relative_to(folder).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files
    }
