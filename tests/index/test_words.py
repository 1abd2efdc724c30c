"""The faster road to a text's words, against the tokenizer it stands in for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.embed import SHIPPED_MODEL, StaticEmbedder
from index.words import FastRows, fast_rows

Rows = Callable[[str], Sequence[int]]

# A character newer than the tokenizer's tables, and one that OpenCC maps in two steps.
UNLIKE = "㋿薴"
SNIPPETS = st.sampled_from(
    ["模型", "机器學習", "中华人民共和国", "研究生命起源", "日本ごカナ", "한국", "русский", "㎡",
     "①", "ＧＰＴ", "gpt-4o", "C++", "c#", "3.5", "１２", "x1y2", "a_b", "〇", "々", "Ⅻ", "𠀀", "ß",
     "é", "İ", "ﬁ"]
)  # fmt: skip
TEXT = st.lists(
    st.one_of(
        SNIPPETS,
        st.text(
            st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, exclude_characters=UNLIKE),
            max_size=5,
        ),
        st.text(
            st.characters(
                min_codepoint=0x20,
                max_codepoint=0xFFEE,
                exclude_categories=("Cs", "Cn", "Co"),
                exclude_characters=UNLIKE,
            ),
            max_size=3,
        ),
    ),
    max_size=10,
).map("".join)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(SHIPPED_MODEL / "tokenizer.json"))


@pytest.fixture(scope="module")
def fast(tokenizer: Tokenizer) -> FastRows:
    found = fast_rows(SHIPPED_MODEL / "tokenizer.json", tokenizer)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def slow(tokenizer: Tokenizer) -> Rows:
    """Known words as the tokenizer gives them."""
    return lambda text: [row for row in tokenizer.encode(text, add_special_tokens=False).ids if row]


@settings(derandomize=True, max_examples=400, deadline=None)
@given(text=TEXT)
def test_any_text_gives_the_words_of_the_tokenizer(fast: FastRows, slow: Rows, text: str) -> None:
    """A question takes the slow road and a corpus the fast one, so they must meet."""
    assert Counter(fast(text)) == Counter(slow(text))


def test_the_sample_gives_the_words_of_the_tokenizer(
    fast: FastRows, slow: Rows, root: Path
) -> None:
    """Whole articles, as people save them."""
    files = sorted((root / "corpus" / "sample").rglob("*.*"))
    texts = [path.read_text(encoding="utf-8", errors="ignore") for path in files]
    assert sum(map(len, texts)) > 20_000
    for text in texts:
        assert Counter(fast(text)) == Counter(slow(text))


def test_many_texts_get_the_vectors_of_single_ones(root: Path) -> None:
    """Half or single precision, alone or together: the same vector to three digits."""
    text = (root / "corpus" / "sample" / "faq-常见问题.md").read_text(encoding="utf-8")
    texts = [text[at : at + 300] for at in range(0, len(text), 20)]
    texts *= 1 + 100_000 // sum(map(len, texts))
    embedder = StaticEmbedder(SHIPPED_MODEL)
    together = embedder.encode_passages(texts)
    for text, vector in list(zip(texts, together, strict=True))[:60]:
        np.testing.assert_allclose(embedder.encode_queries([text])[0], vector, atol=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        {"model": {"type": "WordLevel", "vocab": {"a": 0}}},
        {"model": {"type": "Unigram", "unk_id": 1, "vocab": [["a", 0.0]]}},
        {"pre_tokenizer": {"type": "Whitespace"}},
        {"pre_tokenizer": None},
    ],
)
def test_other_tokenizers_have_no_faster_road(
    tokenizer: Tokenizer, tmp_path: Path, change: dict[str, object]
) -> None:
    """It is taken only where it is known to lead to the same place."""
    data = json.loads((SHIPPED_MODEL / "tokenizer.json").read_text(encoding="utf-8"))
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(data | change), encoding="utf-8")
    assert fast_rows(path, tokenizer) is None
