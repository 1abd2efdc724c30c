"""The faster road to a text's words, against the tokenizer it stands in for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rjieba import Jieba
from tokenizers import Tokenizer

from corpus.normalize import fold
from corpus.segment import DICTIONARY_TOTAL, Segmenter
from index.embed import SHIPPED_MODEL, StaticEmbedder
from index.vocabulary import Vocabulary
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


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(TEXT, max_size=5))
def test_folded_texts_have_the_words_of_the_texts(fast: FastRows, texts: list[str]) -> None:
    """What is folded already need not be folded again."""
    rows, of_text = fast.many(texts)
    folded, of_folded = fast.many_folded(list(map(fold, texts)))
    np.testing.assert_array_equal(rows, folded)
    np.testing.assert_array_equal(of_text, of_folded)


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


BESIDE = st.sampled_from(
    ["卡拉ok", "t恤", "忸怩", "䶮", "\n", "。", "\0", "模型的", "不同凡响的人", "日本ごカナ", "قمر"]
)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(
    st.lists(st.lists(TEXT | BESIDE, max_size=4).map("".join), max_size=5),
    st.lists(st.lists(TEXT, max_size=2).map("\n".join), min_size=5, max_size=5),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_texts_cut_already_give_the_same_words(
    fast: FastRows, texts: list[str], above: list[str], headed: list[bool]
) -> None:
    """Whatever stands above a text, and whichever of its words have no row."""
    vocabulary = Vocabulary(Segmenter())
    pairs = list(zip(texts, above, headed, strict=False))
    whole = [f"{lines}\n{text}" if head else text for text, lines, head in pairs]
    skipped = [lines.count("\n") + 1 if head else 0 for _, lines, head in pairs]
    for _ in range(2):
        for part in vocabulary.numbered(whole):
            found = fast.numbered(texts, part, np.array(skipped, np.int64), vocabulary)
            assert pairs_of(*found) == pairs_of(*fast.many(texts))


def test_the_dictionary_is_shared(fast: FastRows, slow: Rows, root: Path) -> None:
    """The whole dictionary counts what the model's words count, or they could not be compared."""
    assert fast.shares_dictionary
    jieba = Jieba()
    count = dict(
        line.split(" ")[:2]
        for line in (Path(find_spec("jieba").origin).parent / "dict.txt")  # type: ignore[union-attr, arg-type]
        .read_text(encoding="utf-8")
        .splitlines()
    )
    likely = int(count["了"]) * int(count["是"]) / DICTIONARY_TOTAL
    assert jieba.cut("了是", False) == ["了", "是"]
    assert jieba.suggest_freq("了是") == int(likely) + 1


def pairs_of(rows: NDArray[np.int32], of_text: NDArray[np.int64]) -> Counter[tuple[int, int]]:
    return Counter(zip(rows.tolist(), of_text.tolist(), strict=True))
