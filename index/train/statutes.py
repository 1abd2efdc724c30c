"""Statutes asked as laymen ask: questions of ours about articles.

``statutes.tsv`` holds a law, the number of an article and a question a line. The articles
themselves stay where they are, in the sets of the training data that quote them; what the articles
say that none of these quotes is told in words of ours in ``told.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import InputError
from index.train.data import TextPairs, read_lines

SHIPPED = Path(__file__).parent / "statutes.tsv"
TOLD = Path(__file__).parent / "told.tsv"

NAME = "statutes"

_QUOTING = ("stard.train", "lawyer_llama_statute")  # law and article before each text
_LAWS = "laws_chapter_article"  # the law with its chapter is the question
_NUMBER = r"第[一二三四五六七八九十百千〇零]+条(?:之[一二三四五六七八九十]+)?"
_ARTICLE = re.compile(_NUMBER)
_QUOTED = re.compile(rf"(?P<law>.{{2,60}}?)(?P<article>{_NUMBER})[：:\s]")
_IN_FULL = re.compile(r"中华人民共和国|[《》]")

_Article = tuple[str, str]


def pairs_of(folder: Path, path: Path = SHIPPED, told: Path = TOLD) -> list[TextPairs]:
    """The questions with their articles, each under the name of its law.

    Args:
        folder: The training data; without the sets that hold statutes there are no pairs.
        path: The questions.
        told: Articles that the training data do not quote.

    Raises:
        InputError: A line of a file is none, or a question names an article that is not there.
    """
    articles = _articles(folder / "pairs")
    if not articles:
        return []
    for _, law, article, text in _lines(told):
        articles.setdefault((law, article), f"{law}{article}：{text}")
    queries, positives = [], []
    for where, law, article, question in _lines(path):
        if (law, article) not in articles:
            raise InputError(f"{where}: {law} has no {article}; mend the line")
        queries.append(question)
        positives.append(articles[law, article])
    return [TextPairs(NAME, queries, positives)]


def _lines(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Where each line stands, its law, its article, and what it says or asks of that."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where, parts = f"{path}, line {number}", line.split("\t")
        if len(parts) != 3 or not all(parts):
            raise InputError(f"{where}: no law, article and text between tabs; mend the line")
        yield where, parts[0], parts[1], parts[2]


def _articles(folder: Path) -> dict[_Article, str]:
    """Text by law and number of the article, as it is quoted if it is."""
    found: dict[_Article, str] = {}
    for name in (*_QUOTING, _LAWS):
        path = folder / f"{name}.jsonl.gz"
        for record in read_lines(path, "query", "positive") if path.is_file() else ():
            text = str(record["positive"])
            if name != _LAWS and (quoted := _QUOTED.match(text)):
                found.setdefault((_plain(quoted["law"]), quoted["article"]), text)
            elif name == _LAWS and (own := _ARTICLE.match(text)):
                law = str(record["query"]).split()[0]
                found.setdefault((_plain(law), own.group()), f"{law}{text}")
    return found


def _plain(law: str) -> str:
    return _IN_FULL.sub("", law)
