"""Corpora of a benchmark: exact sizes, nothing repeated, the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunk import ChunkSettings
from corpus.errors import InputError
from corpus.load import make_document
from eval.bench_corpus import PER_FOLDER, CorpusMaker, Made, read_passages, write_corpus
from eval.bench_source import Article, read_articles

CHUNK = ChunkSettings()


def maker(articles: Iterator[Article] | None = None, seed: int = 7) -> CorpusMaker:
    return CorpusMaker(articles or read_articles(), CHUNK, seed)


def texts_of(made: list[Made]) -> list[str]:
    return [passage.text for article in made for passage in article.passages]


def numbered(count: int) -> Iterator[Article]:
    """Articles of one passage each, of 17 sentences that occur nowhere else."""
    for number in range(count):
        yield Article("".join(f"第{number}篇文章里的第{line}句话。" for line in range(17)))


@settings(max_examples=15, deadline=None)
@given(size=st.integers(1, 400))
def test_sizes_are_exact_and_nothing_repeats(size: int) -> None:
    """A size below or above what the source holds gives just as many passages, all different."""
    texts = texts_of(list(maker().make(size)))
    assert len(texts) == size
    assert len(set(texts)) == size


def test_the_same_seed_gives_the_same_corpus() -> None:
    """Two machines measure the same texts; another seed shuffles differently."""
    first, again, other = (list(maker(seed=seed).make(300)) for seed in (1, 1, 2))
    assert first == again
    assert texts_of(first) != texts_of(other)


def test_a_small_size_takes_the_first_articles_as_they_are() -> None:
    """Below what the source holds nothing is made up."""
    made = list(maker(numbered(30)).make(12))
    assert [article.text for article in made] == [article.text for article in numbered(12)]
    assert not any(article.shuffled for article in made)


def test_shuffled_articles_are_like_real_ones() -> None:
    """Made articles consist of the source's own sentences and have passages of usual length."""
    made = list(maker().make(600))
    real = [article for article in made if not article.shuffled]
    shuffled = [article for article in made if article.shuffled]
    known = "\n".join(make_document(article.text, article.path).text for article in real)
    pieces = [
        piece.strip(" ”’」』）")
        for article in shuffled
        for piece in re.split(r"(?<=[。！？…])|\n", article.text)
    ]
    assert len(pieces) > 500
    assert [piece for piece in pieces if piece not in known] == []
    lengths = [[len(text) for text in texts_of(group)] for group in (real, shuffled)]
    assert 0.6 < mean(lengths[1]) / mean(lengths[0]) < 1.6
    assert mean(len(article.passages) for article in shuffled) > 2


def test_an_article_with_a_known_passage_is_left_out() -> None:
    """A source that repeats itself does not make a build look faster than it is."""
    made = list(maker(chain(numbered(30), numbered(30))).make(40))
    assert len(set(texts_of(made))) == 40
    assert sum(not article.shuffled for article in made) == 30


def test_the_whole_corpus_is_taken_as_it_is() -> None:
    """Without a size nothing is left out, repeated passages included, and nothing is made."""
    made = list(maker(chain(numbered(5), numbered(5))).make(None))
    assert [article.text for article in made] == [article.text for article in numbered(5)] * 2


def test_the_later_article_is_new() -> None:
    """What is added later is none of the passages that are there."""
    corpus = maker()
    texts = texts_of(list(corpus.make(200)))
    extra = [passage.text for passage in corpus.extra().passages]
    assert extra
    assert not set(extra) & set(texts)


def test_too_few_sentences_are_an_error() -> None:
    """Ten sentences shuffled for ever would repeat themselves."""
    with pytest.raises(InputError, match="too few"):
        list(maker(iter([Article("只有这一句话，没有别的。")])).make(50))


def test_written_files_give_the_same_passages(tmp_path: Path) -> None:
    """What is built from the files is what was counted; folders hold as many as real ones do."""
    made = list(maker().make(250))
    info = write_corpus(made, tmp_path)
    assert list(read_passages(tmp_path, CHUNK)) == [p for item in made for p in item.passages]
    assert (info.documents, info.passages) == (len(made), 250)
    assert info.characters == sum(len(item.text) for item in made)
    assert info.bytes == sum(path.stat().st_size for path in tmp_path.rglob("*.*"))
    many = write_corpus(maker(numbered(PER_FOLDER + 2)).make(PER_FOLDER + 2), tmp_path / "many")
    folders = sorted((tmp_path / "many").iterdir())
    assert many.documents == PER_FOLDER + 2
    assert [len(list(folder.iterdir())) for folder in folders] == [PER_FOLDER, 2]
