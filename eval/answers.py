"""Answer records as the scoring reads them, whichever system wrote them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import InputError

FORMAT = 1
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Cited:
    """A quoted span; ``start`` and ``end`` count code points in the displayed document."""

    source: str
    quote: str
    passage: str = ""
    passage_id: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A retrieved passage.

    Attributes:
        start: Where it begins in the displayed document.
        proposed: The best rank any first stage gave it, from signals named ``…_rank``.
        reranked: Whether a reranker scored it.
    """

    rank: int
    source: str
    passage: str
    passage_id: str = ""
    start: int | None = None
    proposed: int | None = None
    reranked: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer record, checked.

    Attributes:
        resolved: The question as understood.
        alone: The same without its history, where that is not the question as asked.
        hits: In the order of their ranks.
        confidence: In [0, 1] if the system gives one.
        error: Why there is no answer; empty if there is one.
        model: The language model that worded it; empty if none did.
        asked_model: The one that was asked to; empty if none was.
        model_failed: Whether that gave nothing to check: it was down, too slow, or broke off.
        claims: Of its sentences, whether each is ``supported``, ``unsupported`` or ``neutral``.
    """

    id: str
    question: str = ""
    resolved: str = ""
    alone: str = ""
    text: str = ""
    short: str = ""
    refused: bool = False
    reason: str = ""
    confidence: float | None = None
    citations: tuple[Cited, ...] = ()
    hits: tuple[Found, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    model: str = ""
    asked_model: str = ""
    model_failed: bool = False
    claims: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Neither refused nor failed."""
        return not self.refused and not self.error

    @property
    def fell_back(self) -> bool:
        """Whether the extractive answer stands in for what the model should have written."""
        return bool(self.asked_model) and self.answered and not self.model


def is_final(record: Mapping[str, Any]) -> bool:
    """Whether a run that goes on takes it over: neither it nor its language model failed."""
    return "error" not in record and not record.get("model_failed")


def load_answers(path: str | Path) -> list[dict[str, Any]]:
    """Read the records of an ``answers.jsonl``, to score them again or to score another system.

    Raises:
        InputError: The file cannot be read, or a line is not a JSON object; file and line named.
    """
    path = Path(path)
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from error
    records: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"{path}:{number}: not JSON in UTF-8: {error}. Write it again."
            ) from None
        if not isinstance(record, dict):
            raise InputError(f"{path}:{number}: must be a JSON object {{…}}. Write it again.")
        records.append(record)
    return records


def read_reply(record: Mapping[str, Any]) -> Reply:
    """Check one answer record.

    Raises:
        InputError: A field has the wrong type, or the format is newer than this version.
    """
    name = record.get("id")
    if not isinstance(name, str) or not name:
        raise InputError("an answer record has no `id`. Give it the id of its question.")
    where = f"answer {name!r}"
    version = _get(record, "format", int, FORMAT, where)
    if version > FORMAT:
        raise InputError(f"{where}: format {version} is newer than {FORMAT}. Upgrade Yinju.")
    error = _get(record, "error", str, "", where)
    found = [
        _found(item, place, f"{where}: hit {place}")
        for place, item in enumerate(_get(record, "hits", list, [], where), start=1)
    ]
    return Reply(
        id=name,
        question=_get(record, "question", str, "", where),
        resolved=_get(record, "question_resolved", str, "", where),
        alone=_get(record, "question_alone", str, "", where),
        text=_get(record, "answer", str, "", where),
        short=_get(record, "short", str, "", where),
        refused=not error and _get(record, "refused", bool, False, where),
        reason=_get(record, "reason", str, "", where),
        confidence=_number(record, "confidence", where),
        citations=tuple(
            _cited(item, f"{where}: citation {place}")
            for place, item in enumerate(_get(record, "citations", list, [], where), start=1)
        ),
        hits=tuple(sorted(found, key=lambda hit: hit.rank)),
        timings_ms=_timings(record, where),
        error=error,
        model=_get(record, "model", str, "", where),
        asked_model=_get(record, "asked_model", str, "", where),
        model_failed=_get(record, "model_failed", bool, False, where),
        claims=tuple(
            _get(_mapping(item, f"{where}: a claim"), "state", str, "", where)
            for item in _get(record, "claims", list, [], where)
        ),
    )


def _get(record: Mapping[str, Any], name: str, kind: type[_T], default: _T, where: str) -> _T:
    value = record.get(name, default)
    if type(value) is kind:
        return value
    if value is None:
        return default
    # bool is an int to Python, not to a reader of JSON.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise InputError(f"{where}: `{name}` must be of type {kind.__name__}. Write it again.")
    return value


def _number(record: Mapping[str, Any], name: str, where: str) -> float | None:
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise InputError(f"{where}: `{name}` must be a finite number. Write it again.")
    return float(value)


def _timings(record: Mapping[str, Any], where: str) -> dict[str, float]:
    stages: dict[str, Any] = _get(record, "timings_ms", dict, {}, where)
    values = {stage: _number(stages, stage, f"{where}: `timings_ms`") for stage in stages}
    return {stage: value for stage, value in values.items() if value is not None}


def _mapping(item: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise InputError(f"{where} must be a JSON object. Write it again.")
    return item


def _source(record: Mapping[str, Any], where: str) -> str:
    return unicodedata.normalize("NFC", _get(record, "source", str, "", where))


def _place(record: Mapping[str, Any], name: str, where: str) -> int | None:
    value = record.get(name)
    if type(value) is not int:
        value = _number(record, name, where)
    return None if value is None else int(value)


def _cited(item: Any, where: str) -> Cited:
    record = _mapping(item, where)
    return Cited(
        source=_source(record, where),
        quote=_get(record, "quote", str, "", where),
        passage=_get(record, "passage", str, "", where),
        passage_id=_get(record, "passage_id", str, "", where),
        start=_place(record, "start", where),
        end=_place(record, "end", where),
    )


def _found(item: Any, place: int, where: str) -> Found:
    record = _mapping(item, where)
    signals: dict[str, Any] = _get(record, "signals", dict, {}, where)
    ranks = [value for name, value in signals.items() if name.endswith("_rank")]
    # A hundred hits an answer: what is of the right type at once is not asked about again.
    if not all(type(value) is float for value in ranks):
        ranks = [_number(signals, name, where) for name in signals if name.endswith("_rank")]
    known = [value for value in ranks if value]
    return Found(
        rank=_get(record, "rank", int, place, where),
        source=_source(record, where),
        passage=_get(record, "passage", str, "", where),
        passage_id=_get(record, "passage_id", str, "", where),
        start=_place(record, "start", where),
        proposed=int(min(known)) if known else None,
        reranked="rerank" in signals,
    )
