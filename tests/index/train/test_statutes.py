"""Questions about statutes, paired with the articles that answer them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from corpus.errors import InputError
from index.train import statutes

QUOTED = [("卖陈茶要说吗", "中华人民共和国茶法第二条：陈茶应当标明年份。")]
ARTICLES = [
    ("茶法 总则", "第一条 卖茶的应当写明产地。"),
    ("茶法 总则", "第一条之一 陈茶应当写明年份。"),
    ("茶法 总则", "第二条 陈茶应当标明年份。"),
    ("茶法 附则", "附表"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Training data with a law, and a question that quotes it."""
    (tmp_path / "pairs").mkdir()
    for name, pairs in {"laws_chapter_article": ARTICLES, "stard.train": QUOTED}.items():
        with gzip.open(tmp_path / "pairs" / f"{name}.jsonl.gz", "wt") as file:
            for query, positive in pairs:
                file.write(json.dumps({"query": query, "positive": positive}) + "\n")
    return tmp_path


def asked(folder: Path, *lines: str) -> Path:
    path = folder / "asked.tsv"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_a_question_gets_its_article_under_the_name_of_the_law(folder: Path) -> None:
    """Articles are told apart by their whole number."""
    path = asked(folder, "茶法\t第一条\t卖茶不写哪里产的行吗", "茶法\t第一条之一\t老茶呢")
    (pairs,) = statutes.pairs_of(folder, path)
    assert pairs.name == statutes.NAME
    assert pairs.queries == ["卖茶不写哪里产的行吗", "老茶呢"]
    assert pairs.positives == [
        "茶法第一条 卖茶的应当写明产地。",
        "茶法第一条之一 陈茶应当写明年份。",
    ]


def test_an_article_that_is_quoted_stands_as_it_is_quoted(folder: Path) -> None:
    """Laws are named in full or in short; one article is not learnt in two forms."""
    (pairs,) = statutes.pairs_of(folder, asked(folder, "茶法\t第二条\t去年的茶能当新的卖吗"))
    assert pairs.positives == ["中华人民共和国茶法第二条：陈茶应当标明年份。"]


def test_what_no_set_quotes_is_told_in_words_of_ours(folder: Path) -> None:
    """A question about such an article has a text; what is quoted stays as it is quoted."""
    told = folder / "told.tsv"
    told.write_text("茶法\t第三条\t市集的管理员管卖茶。\n茶法\t第二条\t陈茶标年份。\n")
    path = asked(folder, "茶法\t第三条\t谁管", "茶法\t第二条\t去年的茶能当新的卖吗")
    (pairs,) = statutes.pairs_of(folder, path, told)
    assert pairs.positives == [
        "茶法第三条：市集的管理员管卖茶。",
        "中华人民共和国茶法第二条：陈茶应当标明年份。",
    ]


@pytest.mark.parametrize(
    "line",
    ["茶法\t第三条\t谁管", "茶法\t附表\t谁管", "茶法\t第一条", "谁管", "\t\t"],
)
def test_a_wrong_line_is_named(folder: Path, line: str) -> None:
    """Whoever adds questions learns which one to mend."""
    path = asked(folder, "茶法\t第一条\t写什么", line)
    with pytest.raises(InputError, match=r"asked\.tsv, line 2: "):
        statutes.pairs_of(folder, path)


def test_without_laws_there_is_nothing_to_ask(tmp_path: Path) -> None:
    """Training on other data goes on."""
    assert statutes.pairs_of(tmp_path) == []


def test_the_shipped_questions_are_lines_of_three() -> None:
    """Each question once, none of them naming an article."""
    lines = statutes.SHIPPED.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 10_000
    questions = [line.split("\t")[2] for line in lines]
    assert len(set(questions)) == len(questions)
    assert all(len(line.split("\t")) == 3 for line in lines)


def test_the_shipped_articles_are_told_once_and_asked_about() -> None:
    """Each in a sentence or two, under the number that its questions name."""
    lines = [line.split("\t") for line in statutes.TOLD.read_text(encoding="utf-8").splitlines()]
    asked = {
        tuple(line.split("\t")[:2])
        for line in statutes.SHIPPED.read_text(encoding="utf-8").splitlines()
    }
    articles = {(law, article) for law, article, _ in lines}
    assert len(articles) == len(lines) > 1_000
    assert articles <= asked
