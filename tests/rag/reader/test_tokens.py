"""Text as the reader's tokens."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalize import fold
from rag.reader.tokens import tokens_of


def test_words_numbers_and_signs_stand_apart() -> None:
    """Dictionary words whole, a number without its unit, Latin words and signs by themselves."""
    text = "《山海笔记》寫於1963年，GPT-4o 很快。"
    cut = tokens_of(text)
    assert cut.words[0] == "《"
    assert {"1963", "年", "gpt", "4", "o", "。"} <= set(cut.words)
    assert "".join(cut.words) == "《山海笔记》写于1963年,gpt-4o很快。"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_places_are_those_of_the_text(text: str) -> None:
    """Every token stands where it says, one behind the other, and only blanks are left out."""
    cut = tokens_of(text)
    left = list(text)
    last = 0
    for word, start, end in zip(cut.words, cut.starts, cut.ends, strict=True):
        assert last <= start < end <= len(text)
        assert len(word) == end - start
        assert fold(word) == fold(fold(text[start:end])) or not text[start:end].isascii()
        left[start:end] = [" "] * (end - start)
        last = end
    assert not "".join(left).strip()


def test_a_part_keeps_its_places() -> None:
    """A part of the tokens says where they stand in the whole text."""
    cut = tokens_of("茶园占地320亩。")
    part = cut.part(1, 3)
    assert part.words == cut.words[1:3]
    assert part.starts.tolist() == cut.starts[1:3].tolist()
