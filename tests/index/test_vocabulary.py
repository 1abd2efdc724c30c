"""Terms by number, against terms one text at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.segment import Segmenter
from index import vocabulary as module
from index.postings import ARRAYS, Postings, TermKeys, post
from index.vocabulary import Vocabulary

PIECE = st.sampled_from(
    [
        "中华人民共和国", "机器学习模型的", "价格", "gpt-4o", "o1pro", "iphone16pro", "3.5%",
        "1,234", "2024-12-05", "2024年12月5日", "十二月五日", "café", "Ωμέγα", "привет", "한국어",
        "カタカナ", "،", "\u0351", "\0", "…", "－", "–", "12:30", "c++", " ", "，", "\n", "月",
    ]
)  # fmt: skip
TEXTS = st.lists(st.lists(PIECE, max_size=8).map("".join) | st.text(max_size=12), max_size=6)
SEGMENTERS = (Segmenter(), Segmenter(["模型的", "gpt-4o", "学习模"]))


def one_by_one(segmenter: Segmenter, texts: list[str]) -> Postings:
    keys = TermKeys()
    return post(keys.of(segmenter.terms(text)) for text in texts)


def assert_equal(one: Postings, other: Postings) -> None:
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), strict=True)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(SEGMENTERS))
@example(["a\0b", "", "模型"], SEGMENTERS[0])
def test_terms_by_number_are_those_of_each_text(texts: list[str], segmenter: Segmenter) -> None:
    """Texts cut together do not touch each other, whatever they hold."""
    vocabulary = Vocabulary(segmenter)
    for _ in range(2):  # when all tokens are new, and when all are known
        assert_equal(vocabulary.post(vocabulary.numbered(texts)), one_by_one(segmenter, texts))


def test_many_texts_and_a_full_memory_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows go on from one group of texts to the next, and numbers are given anew."""
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    monkeypatch.setattr(module, "_REMEMBERED", 3)
    vocabulary, segmenter = Vocabulary(SEGMENTERS[0]), SEGMENTERS[0]
    texts = ["春天的价格", "gpt-4o", "", "秋天 o1pro", "价格"]
    for part in (texts, texts[::-1]):
        assert_equal(vocabulary.post(vocabulary.numbered(part)), one_by_one(segmenter, part))
