"""Text as HTML: nothing in it is taken for markup, and links name what is cited."""

from __future__ import annotations

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.records import content_id
from ui.markup import Place, citation_key, escape, read_key

steady = settings(derandomize=True, max_examples=60, deadline=None)


@steady
@given(st.text(max_size=80))
def test_escaped_text_holds_no_character_that_means_something(text: str) -> None:
    """Only letters, digits, blanks and character references are left, and they decode back."""
    escaped = escape(text)
    assert not re.search(r"[!-/:-@\[-`{-~]", re.sub(r"&#\d+;", "", escaped))
    assert html.unescape(escaped) == "".join(c for c in text if escape(c))


def test_controls_vanish_and_everything_legible_stays() -> None:
    """Escape sequences and reordering characters go; rare characters, tabs and blanks stay."""
    assert escape("\x1b\x00\u202e\u2066\ud800\x85") == ""
    kept = "\t\n\u3000\xa0𠮷𲎯é你e\u0301"
    assert escape(kept) == kept


def test_keys_survive_and_garbage_does_not() -> None:
    """A key reads back as the place it was made of; anything else is none."""
    key = citation_key("ab" * 8, 3, 9, "原文")
    assert read_key(key) == Place("ab" * 8, 3, 9, content_id("原文", size=8))
    for wrong in (
        "",
        key + " ",
        key[:-1],
        key.upper(),
        f"x{key}",
        key.replace("3", "三"),
        "a" * 99,
    ):
        assert read_key(wrong) is None
