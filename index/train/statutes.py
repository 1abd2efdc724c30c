"""Statutes asked as laymen ask: questions of ours about articles of the training data.

``statutes.tsv`` holds a law and chapter, the number of an article and a question a line; the
articles themselves stay where they are, in the set of laws and their chapters.
"""

from __future__ import annotations

import re
from pathlib import Path

from corpus.errors import InputError
from index.train.data import TextPairs, read_lines

SHIPPED = Path(__file__).parent / "statutes.tsv"

NAME = "statutes"

_LAWS = Path("pairs") / "laws_chapter_article.jsonl.gz"
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千〇零]+条(?:之[一二三四五六七八九十]+)?")


def pairs_of(folder: Path, path: Path = SHIPPED) -> list[TextPairs]:
    """The questions with their articles, each under the name of its law.

    Args:
        folder: The training data; without the laws in it there are no pairs.
        path: The questions.

    Raises:
        InputError: A line of the questions is none, or names an article that is not there.
    """
    if not (folder / _LAWS).is_file():
        return []
    articles = dict(_articles(folder / _LAWS))
    queries, positives = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        law, article, question = _fields(line, f"{path}, line {number}")
        if (law, article) not in articles:
            raise InputError(f"{path}, line {number}: {law} has no {article}; mend the line")
        queries.append(question)
        positives.append(f"{law.split()[0]}{articles[law, article]}")
    return [TextPairs(NAME, queries, positives)]


def _fields(line: str, where: str) -> tuple[str, str, str]:
    parts = line.split("\t")
    if len(parts) != 3 or not all(parts):
        raise InputError(f"{where}: no law, article and question between tabs; mend the line")
    return parts[0], parts[1], parts[2]


def _articles(path: Path) -> list[tuple[tuple[str, str], str]]:
    """Text by law with its chapter and number of the article."""
    found = []
    for record in read_lines(path, "query", "positive"):
        text = str(record["positive"])
        if match := _ARTICLE.match(text):
            found.append(((str(record["query"]), match.group()), text))
    return found
