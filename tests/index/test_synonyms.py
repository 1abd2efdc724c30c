"""Words that mean the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from corpus.segment import Segmenter
from index.build import BuildReport
from index.search import RetrieveSettings, Searcher
from index.synonyms import Synonyms, synonyms_of
from index.terms import query_terms

Make = Callable[..., BuildReport]


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


def read(folder: Path, text: str | bytes, segmenter: Segmenter) -> Synonyms:
    data = text.encode() if isinstance(text, str) else text
    (folder / "synonyms.txt").write_bytes(data)
    return synonyms_of(folder, segmenter)


def gained(synonyms: Synonyms, terms: Sequence[str]) -> set[str]:
    """What a query gains, given its terms."""
    return {term for _, other in synonyms.found(terms) for term in other}


def test_a_query_gains_what_means_the_same(tmp_path: Path, segmenter: Segmenter) -> None:
    """All others of a group, each term once; words of other groups and the rest stay out."""
    synonyms = read(tmp_path, "电脑，计算机 PC # 同一样东西\n\n# 只是注释\n价格 价钱", segmenter)
    terms = query_terms("电脑多少钱", segmenter, synonyms)
    assert list(terms.own) == segmenter.terms("电脑多少钱") == terms.all[: len(terms.own)]
    assert len(terms.added) == len(set(terms.added))
    assert set(terms.added) == {*segmenter.terms("计算机"), "pc"}
    assert query_terms("天气", segmenter, synonyms).all == ["天气"]


def test_spelling_makes_no_difference(tmp_path: Path, segmenter: Segmenter) -> None:
    """Traditional characters, full width and capitals are folded as the text is."""
    synonyms = read(tmp_path, "電腦 ＰＣ".encode("utf-8-sig"), segmenter)
    assert synonyms == read(tmp_path, "电脑,pc\r\n".encode("gb18030"), segmenter)
    assert "电脑" in gained(synonyms, ["pc"])


def test_words_of_several_terms_must_stand_together(tmp_path: Path, segmenter: Segmenter) -> None:
    """A part of a word is not the word."""
    word = segmenter.terms("机器学习模型")
    assert len(word) > 1
    synonyms = read(tmp_path, "机器学习模型 ml", segmenter)
    assert "ml" in gained(synonyms, ["一", *word, "二"])
    assert "ml" not in gained(synonyms, word[:1])
    assert "ml" not in gained(synonyms, [*word[:1], "一", *word[1:]])
    assert set(word) <= gained(synonyms, ["ml"])


def test_a_word_may_be_in_several_groups(tmp_path: Path, segmenter: Segmenter) -> None:
    """It means the same as those of each of them."""
    assert gained(read(tmp_path, "a b\na c\na b", segmenter), ["a"]) == {"b", "c"}


def test_no_file_and_no_words_mean_no_synonyms(tmp_path: Path, segmenter: Segmenter) -> None:
    """Neither punctuation alone nor an empty file is a word."""
    assert synonyms_of(tmp_path, segmenter) == Synonyms()
    assert read(tmp_path, " \n# x\n？ ！\n", segmenter) == Synonyms()


def test_a_file_that_makes_no_sense_is_told(tmp_path: Path, segmenter: Segmenter) -> None:
    """The line is named."""
    with pytest.raises(SettingsError, match=r"synonyms\.txt, line 2: '电脑' stands alone"):
        read(tmp_path, "a b\n电脑  # 没有别的", segmenter)
    with pytest.raises(SettingsError, match=r"synonyms\.txt: cannot be decoded"):
        read(tmp_path, b"\xff\xff\xff", segmenter)


def test_synonyms_take_effect_without_a_build(make: Make, kb: Path) -> None:
    """Opening again is enough, and an open searcher knows that it is behind."""
    make()
    words = RetrieveSettings(dense_weight=0, rerank=0, associated=0)
    with closing(Searcher(kb, words)) as before:
        assert all(hit.signals["bm25"] == 0 for hit in before.search("阅览室"))
        (kb / "synonyms.txt").write_text("阅览室 图书馆", encoding="utf-8")
        assert not before.is_current()
    with closing(Searcher(kb, words)) as after:
        assert after.is_current()
        assert after.search("阅览室")[0].passage.source == "图书馆.md"
