"""Chinese names in Latin letters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.normalize import fold
from rag.pinyin import syllables, written


def find(weights: Mapping[str, float]) -> list[str]:
    """The texts, if anything is looked for."""
    return ["黎山基地在这里山脚。", "黎山和离散。", "易教授来了。"] if weights else []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Xiaoman", ("xiao", "man")),
        ("Xi'an", ("xi", "an")),
        ("Lü", ("lv",)),
        ("Zhuang", ("zhuang",)),
        ("Smith", ()),
        ("", ()),
        ("A" * 900, ()),
        ("X" + "ian" + "xian" * 24 + "q", ()),  # in 2**25 ways but for its last letter
    ],
)
def test_a_name_is_cut_into_syllables(name: str, parts: tuple[str, ...]) -> None:
    """Only what is pinyin to its last letter."""
    assert syllables(name) == parts


def test_a_name_is_written_as_in_the_documents() -> None:
    """The commonest first; 里山 stands in 这里山脚 and is none."""
    assert written(("li", "shan"), lambda term: 1.0 if term else 9.0, find) == ("黎山",)


def test_a_surname_alone_needs_its_title() -> None:
    """One syllable sounds like a hundred characters."""
    assert written(("yi",), lambda term: 1.0, find) == ()
    assert written(("yi",), lambda term: 1.0 if term else 9.0, find, "教授") == ("易教授",)


def test_every_character_is_one_as_texts_are_compared() -> None:
    """Folded, so that traditional texts are found too, and once in its line."""
    path = Path(__file__).parent.parent.parent / "rag" / "pinyin.tsv"
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({syllable for syllable, _ in lines}) == len(lines) > 400
    for syllable, characters in lines:
        assert syllable.isascii()
        assert fold(characters) == characters
        assert len(set(characters)) == len(characters)
