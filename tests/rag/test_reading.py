"""Evidence that has been read."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from rag.evidence import READING_FEATURES, load_weights
from rag.features import FEATURES
from rag.reader import Reader, Reading, Span
from rag.reading import read_evidence, read_spans, reading_features

TEXT = "# 茶园\n\n茶园占地320亩。园中有茶。茶园很大。茶园在山上。游客很多。春天最美。\n"
OTHER = "# 湖\n\n湖在山下。\n"


class Looking:
    """Finds one word, and likes it; any other character hardly."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.texts: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        self.texts += texts
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Reading:
        places = range(len(text))
        found = [text.startswith(self.word, place) for place in places]
        long = len(self.word)
        ends = [place + (long if hit else 1) for place, hit in zip(places, found, strict=True)]
        scores = [20.0 if hit else -8.0 for hit in found]
        return Reading(
            np.array(places, np.int32), np.array(ends, np.int32), np.array(scores, np.float32)
        )


def weights(before: float, span: float, unread: float) -> tuple[float, ...]:
    """The shipped weights of the signals before reading, and those of what the reader says."""
    return (*(before * weight for weight in load_weights().sentence), span, unread)


def looking(word: str) -> tuple[Looking, Reader]:
    stub = Looking(word)
    return stub, cast(Reader, stub)


def test_spans_stand_in_the_document(kit: SimpleNamespace) -> None:
    """Places count from the document's beginning, whatever part was read."""
    _, reader = looking("320亩")
    evidence = kit.evidence("茶园占地多少亩？", TEXT, OTHER)
    spans = read_spans("茶园占地多少亩？", evidence.candidates, evidence.scores, reader)
    row = next(n for n, item in enumerate(evidence.candidates) if "320亩" in item.text)
    start = evidence.candidates[row].start + evidence.candidates[row].text.index("320亩")
    assert (spans[row].start, spans[row].end) == (start, start + 4)
    for number, span in spans.items():
        assert evidence.candidates[number].start <= span.start
        assert span.start < span.end <= evidence.candidates[number].end


def test_the_best_are_read_with_their_neighbours(kit: SimpleNamespace) -> None:
    """A sentence is read with the one before and behind it, parts that touch as one text."""
    stub, reader = looking("茶")
    evidence = kit.evidence("茶园占地多少亩？", TEXT, OTHER)
    scores = np.full(len(evidence.candidates), -9, np.float32)
    row = {item.text: number for number, item in enumerate(evidence.candidates)}
    scores[row["茶园占地320亩。"]] = 9
    spans = read_spans("茶园占地多少亩？", evidence.candidates[: row["茶园很大。"] + 1],
                       scores[: row["茶园很大。"] + 1], reader)  # fmt: skip
    assert set(spans) == set(range(row["茶园很大。"] + 1))
    assert any("茶园占地320亩。园中有茶。茶园很大。" in text for text in stub.texts)
    assert all("湖" not in text for text in stub.texts)


def test_one_more_is_read_that_holds_what_is_asked_for(kit: SimpleNamespace) -> None:
    """A price hardly worse than the fourth best is read, one far behind is not, nor for a name."""
    text = "甲事开始了。乙事结束了。丙事不提了。丁事照旧了。戊事完了。月费三百元整。"
    for asked, score, is_read in (
        ("每月多少钱？", 5.5, True),
        ("每月多少钱？", 4.0, False),
        ("叫什么名字？", 5.5, False),
    ):
        stub, reader = looking("三百元")
        evidence = kit.evidence(asked, text)
        told = {"月": score, "戊": 0.0}
        scores = np.array([told.get(i.text[0], 6.0) for i in evidence.candidates], np.float32)
        read_spans(asked, evidence.candidates, scores, reader)
        assert any("月费" in text for text in stub.texts) is is_read


def test_what_the_reader_finds_moves_a_sentence_up(kit: SimpleNamespace) -> None:
    """With all weight on the reader its sentence is best, and its words are the answer's."""
    _, reader = looking("山上")
    evidence = kit.evidence("茶园在哪里？", TEXT, OTHER)
    read = read_evidence(kit.query("茶园在哪里？"), evidence, reader, weights(0.0, 1.0, -50.0))
    best = read.candidates[read.order[0]]
    assert best.text == "茶园在山上。"
    assert read.words([best]) == "山上"
    assert read.confidence == evidence.confidence
    assert list(read.order) == sorted(range(len(read.scores)), key=lambda n: -read.scores[n])


def test_unlikely_words_are_none(kit: SimpleNamespace) -> None:
    """Where every span is far less likely than no answer, the rules have their say."""
    _, reader = looking("没有")
    evidence = kit.evidence("茶园在哪里？", TEXT)
    read = read_evidence(kit.query("茶园在哪里？"), evidence, reader, weights(1.0, 0.0, 0.0))
    assert read.words(list(read.candidates)) == ""
    np.testing.assert_allclose(read.scores, evidence.scores, rtol=1e-6)


def test_signals_after_reading_by_hand() -> None:
    """Those before, the reader's log odds within bounds, and whether it was read at all."""
    table = reading_features(np.array([[1.0], [2.0], [3.0]], np.float32), {1: Span(0, 1, 42.0)})
    assert (*FEATURES, "span", "unread") == READING_FEATURES
    assert table.tolist() == [[1, 0, 1], [2, 10, 0], [3, 0, 1]]


def test_nothing_found_reads_nothing(kit: SimpleNamespace) -> None:
    """No passage, no spans."""
    _, reader = looking("茶")
    evidence = kit.evidence("茶？")
    assert read_evidence(kit.query("茶？"), evidence, reader, weights(1, 1, 1)) is evidence
    assert read_spans("茶？", (), np.zeros(0, np.float32), reader) == {}


@pytest.mark.parametrize("question", ["", "？", "茶" * 3000])
def test_any_question_can_be_read(question: str, kit: SimpleNamespace) -> None:
    """The shipped reader takes whatever is asked."""
    evidence = kit.evidence("茶园占地多少亩？", TEXT)
    spans = read_spans(question, evidence.candidates, evidence.scores, Reader())
    assert all(np.isfinite(span.score) for span in spans.values())
