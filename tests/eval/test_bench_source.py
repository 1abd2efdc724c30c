"""Where a benchmark's texts and questions come from."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import InputError
from eval.bench_source import Article, corpus_name, read_articles, read_queries


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """A folder in BEIR's layout, the corpus compressed."""
    folder = tmp_path / "新闻"
    folder.mkdir()
    lines = [
        {"_id": "a", "title": "", "text": "一。\r\n二。"},
        {"_id": "b", "title": "标题", "text": "三。"},
        {"_id": "c", "text": " "},
    ]
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in lines)
    queries = [{"_id": "1", "text": "甲？"}, {"_id": "2", "text": "乙？"}, {"text": "甲？"}]
    text = "\n".join(json.dumps(line) for line in queries)
    (folder / "queries.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_a_corpus_in_beirs_layout(beir: Path) -> None:
    """The folder and its file give the same articles; titles become headings."""
    expected = [Article("一。\n二。"), Article("# 标题\n\n三。", ".md")]
    assert list(read_articles(beir)) == expected
    assert list(read_articles(beir / "corpus.jsonl.gz")) == expected
    assert corpus_name(beir) == corpus_name(beir / "corpus.jsonl.gz") == "新闻"


def test_questions_each_once(beir: Path) -> None:
    """Those beside the corpus unless others are named; a question set of eval will do."""
    assert read_queries(corpus=beir) == ["甲？", "乙？"]
    assert read_queries(corpus=beir / "corpus.jsonl.gz") == ["甲？", "乙？"]
    other = beir / "问题.jsonl"
    other.write_text('{"question": "丙？"}\n{"question": "丁？"}\n', encoding="utf-8")
    assert read_queries(other, beir) == ["丙？", "丁？"]


def test_a_folder_of_documents(tmp_path: Path) -> None:
    """Any folder that could be built can be measured."""
    (tmp_path / "a.md").write_text("# 甲\n\n正文。", encoding="utf-8")
    (tmp_path / "b.TXT").write_bytes("国标码。".encode("gb18030"))
    assert list(read_articles(tmp_path)) == [
        Article("# 甲\n\n正文。", ".md"),
        Article("国标码。", ".txt"),
    ]


def test_the_sample_corpus_is_the_default() -> None:
    """The benchmark runs without any data of the user's."""
    assert len(list(read_articles())) > 10
    assert len(read_queries()) > 10
    assert corpus_name(None) == "sample"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((b'{"text": "a"}', b"{"), "after line"),
        ((b'{"text": "a"}', b"[]"), "line 2: is not a JSON object"),
        ((b'{"title": "a"}',), "line 1: needs"),
    ],
)
def test_a_broken_line_is_named(
    write_lines: Callable[..., Path], lines: tuple[bytes, ...], said: str
) -> None:
    """An error says in which line of which file it is."""
    path = write_lines(*lines, name="corpus.jsonl")
    with pytest.raises(InputError, match=said) as raised:
        list(read_articles(path))
    assert str(path) in str(raised.value)


def test_missing_questions_are_told(tmp_path: Path, write_lines: Callable[..., Path]) -> None:
    """A corpus without questions asks for some; one question alone cannot be timed warm."""
    with pytest.raises(InputError, match="--queries"):
        read_queries(corpus=tmp_path)
    with pytest.raises(InputError, match="no such file"):
        read_queries(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="at least 2"):
        read_queries(write_lines({"text": "一？"}))
