"""A system to measure that needs no index: it answers from a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.records import Answer, Citation, Hit, Passage


def make_passage(text: str, source: str = "馆/简介.md", start: int = 0) -> Passage:
    return Passage(
        id=f"{source}:{start}",
        document_id=source,
        source=source,
        text=text,
        start=start,
        end=start + len(text),
        sentences=((start, start + len(text)),),
        title="简介",
    )


def make_answer(
    question: str,
    text: str = "",
    quote: str = "",
    *,
    passages: Sequence[Passage] = (),
    short: str = "",
    confidence: float = 0.9,
    reason: str = "",
) -> Answer:
    """An answer that cites ``quote`` from the first passage that holds it; a refusal if no text."""
    cited = [item for item in passages if quote and quote in item.text][:1]
    citations = tuple(
        Citation(
            1,
            item,
            quote,
            item.start + item.text.index(quote),
            item.start + item.text.index(quote) + len(quote),
        )
        for item in cited
    )
    return Answer(
        question=question,
        question_resolved=question,
        text=text or "文档中没有找到答案。",
        short=short,
        refused=not text,
        reason=reason or ("" if text else "no evidence"),
        confidence=confidence,
        citations=citations,
        hits=tuple(
            Hit(rank, item, 1.0 / rank, {"bm25": 1.0 / rank})
            for rank, item in enumerate(passages, start=1)
        ),
        timings_ms={"retrieve": 3.0, "total": 5.0},
    )


@dataclass
class FakeKB:
    """Answers from a table of question to answer, or to an exception to raise."""

    answers: Mapping[str, Answer | BaseException]
    about: Mapping[str, Any] = field(default_factory=lambda: {"documents": 2, "model": "fake"})
    asked: list[tuple[str, tuple[tuple[str, str], ...], int]] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[tuple[str, str]] = (), k: int = 10) -> Answer:
        self.asked.append((question, tuple(history), k))
        answer = self.answers[question]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def info(self) -> Mapping[str, Any]:
        return self.about


@pytest.fixture
def kit() -> SimpleNamespace:
    """The makers above: importlib mode has no module to import them from."""
    return SimpleNamespace(passage=make_passage, answer=make_answer, kb=FakeKB)


@pytest.fixture
def write_lines(tmp_path: Path) -> Callable[..., Path]:
    """Writes a question file of objects, or of raw strings and bytes, one per line."""

    def write(*lines: Any, name: str = "questions.jsonl") -> Path:
        raw = [
            item
            if isinstance(item, bytes)
            else (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)).encode()
            for item in lines
        ]
        path = tmp_path / name
        path.write_bytes(b"\n".join(raw))
        return path

    return write
