"""The forms in which text is compared."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.normalize import CharacterMap, fold, fold_each, simplified_table, squeeze

TEXT = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0x20, max_codepoint=0x2FF),
        st.characters(min_codepoint=0xF900, max_codepoint=0xFFEF, exclude_categories=("Cs",)),
        st.sampled_from("ａＡ①㎡İßΣς髮發乾幹着著"),
    ),
    max_size=30,
)


def test_the_table_maps_one_character_to_another() -> None:
    """Translating must not move a span, nor lead from one traditional form to the next."""
    table = simplified_table()
    assert len(table) > 2000
    assert all(isinstance(old, int) and isinstance(new, int) for old, new in table.items())
    assert not set(table) & set(table.values())


def test_common_characters_are_simplified() -> None:
    """Readers of either script find texts of the other."""
    assert fold("機器學習讓電腦從資料中學習") == "机器学习让电脑从资料中学习"
    assert fold("简体不变") == "简体不变"


def test_width_and_case_are_folded() -> None:
    """Letters and digits typed in full width are the same."""
    assert fold("ＯｐｅｎＡＩ　１２天 ㎡") == "openai 12天 m2"


@settings(derandomize=True, max_examples=300, deadline=None)
@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    """Otherwise a stored form would differ from that of a question folded later."""
    assert fold(fold(text)) == fold(text)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(TEXT)
def test_squeezed_text_has_no_white_space(text: str) -> None:
    """No blank of any kind is left to tell two quotes apart."""
    assert not any(character.isspace() for character in squeeze(text))


def test_quotes_match_across_line_breaks_and_width() -> None:
    """A quotation copied from a wrapped page is still found; case counts."""
    assert squeeze("A　b\nＣ，\t好 ") == squeeze("Ab C,好") == "AbC,好"


ANYTHING = st.one_of(
    TEXT,
    st.text(max_size=30),
    st.text(
        st.sampled_from("か゛\u3099ﾞＡa\u0301\u0327가ᄀ\u1161\u11a8…ΣσΑ. 😀髮\ud800\0ŉ①"),
        max_size=30,
    ),
)


@settings(derandomize=True, max_examples=500, deadline=None)
@given(ANYTHING)
def test_forms_looked_up_are_the_exact_ones(text: str) -> None:
    """Letters that join their neighbour, or whose form is longer, are looked up by no table."""

    def exact(text: str) -> str:
        folded = unicodedata.normalize("NFKC", text).lower()
        return folded.translate(simplified_table())

    padded = text + "今天，天氣很好" * 3
    assert CharacterMap(exact)(padded) == exact(padded) == fold(padded)
    assert squeeze(padded) == "".join(unicodedata.normalize("NFKC", padded).split())


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(ANYTHING, max_size=5))
def test_texts_fold_together_as_they_do_alone(texts: list[str]) -> None:
    """No text's form depends on the one before it, and none is lost."""
    assert fold_each(texts) == list(map(fold, texts))


def test_characters_that_join_the_one_before_are_known() -> None:
    """Every pair that NFKC composes is left to it."""
    table = CharacterMap(lambda text: unicodedata.normalize("NFKC", text))
    for point in range(0x110000):
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            pair = "".join(chr(int(part, 16)) for part in parts)
            padded = pair + "。" * 20
            assert table(padded) == unicodedata.normalize("NFKC", padded)
