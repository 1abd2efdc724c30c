"""Events, chunks and reasoning, piece by piece."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ModelError
from rag.llm.chunks import Reasoning, error_text, read_chunk, shown, without_reasoning
from rag.llm.pump import pumped
from rag.llm.sse import MOST, Events

DATA = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1)


def fed(whole: bytes, cuts: list[int]) -> list[str]:
    events = Events()
    found: list[str] = []
    last = 0
    for cut in [*sorted(cuts), len(whole)]:
        found += events.feed(whole[last:cut])
        last = cut
    return [*found, *events.end()]


@given(
    st.lists(st.lists(DATA, min_size=1, max_size=3), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0, 400), max_size=12),
    st.booleans(),
)
def test_events_do_not_depend_on_how_they_are_cut(
    events: list[list[str]], end: str, cuts: list[int], finished: bool
) -> None:
    """Any line end, any number of lines, cut anywhere: the same data."""
    text = end.join(end.join(f"data: {line}" for line in lines) + end for lines in events)
    whole = (text + (end if finished else "")).encode()
    expected = ["\n".join(lines) for lines in events]
    assert fed(whole, [cut % (len(whole) + 1) for cut in cuts]) == expected


def test_only_data_counts() -> None:
    """Comments, other fields and a byte order mark of no use are passed over."""
    whole = b": x\n\nevent: a\ndata:1\nid: 3\ndata: 2\n\nretry: 1\n\ndata\ndatax: 9\n\ndata:  3"
    assert fed(whole, []) == ["1\n2", " 3"]
    assert fed("data: 二\u2028行\x85\n\n".encode(), [9]) == ["二\u2028行\x85"]


def test_an_event_without_end_is_given_up() -> None:
    """A line that never ends must not fill the memory."""
    for end in (b"", b"\n"):
        events = Events()
        pieces = [b"data: " + b"x" * 1000 + end] * (MOST // 1000 + 2)
        with pytest.raises(ModelError, match="more than"):
            [list(events.feed(piece)) for piece in pieces]


REASONED = [
    ("<think>想</think>答", "答"),
    ("\n <thinking>想 <b> </think></thinking>\n\n答<think>", "答<think>"),
    ("<think>只想", ""),
    ("<thing>答", "<thing>答"),
    ("<th", "<th"),
    ("a < b", "a < b"),
    ("  答 ", "答 "),
    ("", ""),
]


@pytest.mark.parametrize(("text", "answer"), REASONED)
def test_reasoning_is_left_out_however_it_is_cut(text: str, answer: str) -> None:
    """A tag may come in pieces; what only looks like one is part of the answer."""
    for size in range(1, len(text) + 2):
        reasoning = Reasoning()
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        found = [kept for piece in pieces for kept in reasoning.feed(piece)]
        assert "".join([*found, *reasoning.end()]) == answer


def test_text_is_not_held_back() -> None:
    """Once the answer has begun every piece is passed on at once."""
    reasoning = Reasoning()
    assert ["".join(reasoning.feed(piece)) for piece in ("答", "案", "<", "x")] == list("答案<x")


def test_reasoning_that_was_never_opened_is_left_out() -> None:
    """Some servers open the tag themselves."""
    assert without_reasoning("想一想</think>\n答") == "\n答"
    assert without_reasoning("答 <think>") == "答 <think>"


def test_foreign_words_are_shown_on_one_short_line() -> None:
    """An error of a server is neither long nor able to steer a terminal."""
    assert shown("a\n\x1b[31mb\u202e c\ud800") == "a [31mb c"
    assert len(shown("长" * 5000)) == 301
    assert error_text({"error": {"message": "无"}}) == "无"
    assert error_text({"detail": [{"msg": "x"}]}) == "[{'msg': 'x'}]"
    assert error_text({"error": "x"}) == "x"
    assert error_text({}) == "{}"
    assert error_text({"a": {"error": 1}}) == "{'a': {'error': 1}}"


def test_chunks_of_all_kinds_are_read() -> None:
    """Streamed or whole, as text or as parts, with reasoning beside it."""
    assert read_chunk('{"choices":[{"delta":{"content":"a"}}]}').text == "a"
    assert read_chunk('{"choices":[{"message":{"content":"a"}}]}').text == "a"
    parts = '{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"x":1},2]}}]}'
    assert read_chunk(parts).text == "a"
    assert read_chunk('{"choices":[{"delta":{"reasoning":"a"}}]}').thinks
    assert read_chunk('{"choices":[{"delta":{},"finish_reason":"length"}]}').cut
    assert read_chunk('{"usage":{}}').text == ""


def test_an_error_of_the_source_reaches_who_waits() -> None:
    """Nothing that goes wrong in the other thread is lost."""

    async def source():  # type: ignore[no-untyped-def]
        yield "a"
        raise ModelError("坏了")

    pieces = pumped(source)
    assert next(pieces) == "a"
    with pytest.raises(ModelError, match="坏了"):
        list(pieces)
