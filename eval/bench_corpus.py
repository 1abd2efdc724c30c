"""Corpora of an exact number of passages, written as folders of text files.

What a source holds is taken as it is, article by article. Beyond that, new articles are made: each
takes the shape of a real one (as many paragraphs of as many sentences) and fills it with sentences
drawn from all articles. So lengths and words stay those of the source while no passage repeats.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.chunk import ChunkSettings, cut_passages
from corpus.errors import DocumentError, InputError
from corpus.load import find_files, make_document, read_document
from corpus.records import Passage
from eval.bench_source import Article

PER_FOLDER = 1000
"""Files in one folder of a corpus."""

_FEWEST_SENTENCES = 50
_SHORTEST = 8  # code points; what is shorter is rarely a sentence
_END = re.compile(r"[。！？…][”’」』）]*$")


@dataclass(frozen=True, slots=True)
class Made:
    """An article, its path within the corpus, and the passages it is cut into."""

    path: str
    text: str
    passages: tuple[Passage, ...]
    shuffled: bool


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """What a corpus on disk holds.

    Attributes:
        characters: Code points of the files.
        bytes: Size of the files.
        shuffled: How many of the documents were made from shuffled sentences.
    """

    documents: int
    passages: int
    characters: int
    bytes: int
    shuffled: int


class CorpusMaker:
    """Makes corpora from one source; the same arguments always give the same texts.

    Args:
        articles: The source.
        chunk: How passages are cut, and so counted.
        seed: Of the shuffling.
    """

    def __init__(self, articles: Iterable[Article], chunk: ChunkSettings, seed: int) -> None:
        self._articles = articles
        self._chunk = chunk
        self._random = random.Random(seed)
        self._known: set[str] = set()
        self._sentences: list[str] = []
        self._shapes: list[tuple[int, ...]] = []
        self._seen: set[int] = set()
        self._number = 0

    def make(self, size: int | None) -> Iterator[Made]:
        """Articles of ``size`` passages together, or all of the source as it is if None.

        A real article with a passage that was there before is left out, and so is one that has
        more passages than are still wanted.

        Raises:
            InputError: More passages are asked for than the source holds, and it has too few
                sentences to shuffle.
        """
        left = size
        for article in self._articles:
            if left == 0:
                return
            made = self._cut(article.text, article.suffix, shuffled=False)
            self._learn(made)
            if size is None:
                if made.passages:
                    yield self._taken(made)
            elif left is not None and 0 < len(made.passages) <= left and self._is_new(made):
                left -= len(made.passages)
                yield self._taken(made)
        while left:
            made = self._shuffled(left)
            left -= len(made.passages)
            yield self._taken(made)

    def extra(self) -> Made:
        """One more article, which is not part of what was made: to be added later."""
        return self._shuffled(PER_FOLDER)

    def _taken(self, made: Made) -> Made:
        self._number += 1
        self._seen.update(hash(passage.text) for passage in made.passages)
        return made

    def _is_new(self, made: Made) -> bool:
        texts = {hash(passage.text) for passage in made.passages}
        return len(texts) == len(made.passages) and self._seen.isdisjoint(texts)

    def _cut(self, text: str, suffix: str, *, shuffled: bool) -> Made:
        path = f"{self._number // PER_FOLDER:04d}/{self._number:07d}{suffix}"
        try:
            passages = tuple(cut_passages(make_document(text, path), self._chunk))
        except DocumentError:
            passages = ()
        return Made(path, text, passages, shuffled)

    def _learn(self, made: Made) -> None:
        """Note the sentences of an article and its shape."""
        if not made.passages:
            return
        document = make_document(made.text, made.path).text
        shape: list[int] = []
        before = -1
        for passage in made.passages:
            for start, end in passage.sentences:
                sentence = document[start:end]
                if len(sentence) < _SHORTEST or not _END.search(sentence) or "\n" in sentence:
                    continue
                if sentence not in self._known:
                    self._known.add(sentence)
                    self._sentences.append(sentence)
                if before < 0 or "\n" in document[before:start]:
                    shape.append(0)
                shape[-1] += 1
                before = end
        if shape:
            self._shapes.append(tuple(shape))

    def _shuffled(self, most: int) -> Made:
        """An article of shuffled sentences with at most ``most`` passages, none of them known."""
        if len(self._sentences) < _FEWEST_SENTENCES:
            raise InputError(
                f"the corpus has {len(self._sentences)} sentences, too few to make more passages "
                f"by shuffling; it needs {_FEWEST_SENTENCES}, or smaller --sizes"
            )
        while True:
            paragraphs = self._draft()
            made = self._cut(_joined(paragraphs), ".txt", shuffled=True)
            while len(made.passages) > most:
                paragraphs[-1].pop()
                paragraphs = [paragraph for paragraph in paragraphs if paragraph]
                made = self._cut(_joined(paragraphs), ".txt", shuffled=True)
            if made.passages and self._is_new(made):
                return made

    def _draft(self) -> list[list[str]]:
        shape = self._random.choice(self._shapes)
        count = sum(shape)
        few = count > len(self._sentences)
        pick = self._random.choices if few else self._random.sample
        drawn = iter(pick(self._sentences, k=count))
        return [[next(drawn) for _ in range(number)] for number in shape]


def _joined(paragraphs: Sequence[Sequence[str]]) -> str:
    return "\n\n".join(
        "".join(item if ord(item[-1]) > 127 else f"{item} " for item in paragraph)
        for paragraph in paragraphs
    )


def write_corpus(made: Iterable[Made], folder: Path) -> CorpusInfo:
    """Write articles as text files, ``PER_FOLDER`` to a subfolder."""
    documents = passages = characters = size = shuffled = 0
    for article in made:
        path = folder / article.path
        if documents % PER_FOLDER == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        data = article.text.encode("utf-8", "replace")
        path.write_bytes(data)
        documents += 1
        passages += len(article.passages)
        characters += len(article.text)
        size += len(data)
        shuffled += article.shuffled
    return CorpusInfo(documents, passages, characters, size, shuffled)


def read_passages(folder: Path, chunk: ChunkSettings) -> Iterator[Passage]:
    """The passages of a written corpus, cut anew from its files, in the order of the files."""
    files, _ = find_files([folder])
    for file in files:
        yield from cut_passages(read_document(file), chunk)
