"""Reading texts for the words that answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CorruptError
from rag.reader import SHIPPED_READER, Reader

TEXT = "望海大桥全长36.5公里，2008年5月1日通车，设计者是李安娜，总投资约118亿元。"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def words(reader: Reader, question: str, text: str) -> str:
    (reading,) = reader.read(question, [text])
    best = reading.best()
    assert best is not None
    return text[best.start : best.end]


def test_a_plain_fact_is_found(reader: Reader) -> None:
    """Of several facts in one sentence the one asked for is marked."""
    assert "36.5公里" in words(reader, "望海大桥全长多少公里？", TEXT)
    assert "2008年5月1日" in words(reader, "望海大桥是什么时候通车的？", TEXT)
    assert "118亿元" in words(reader, "望海大桥总投资多少？", TEXT)


def test_texts_are_read_by_themselves(reader: Reader) -> None:
    """A text has the same spans and scores whatever is read beside it."""
    texts = ["图书馆共有五层。", TEXT, ""]
    together = reader.read("图书馆有几层？", texts)
    for text, reading in zip(texts, together, strict=True):
        (alone,) = reader.read("图书馆有几层？", [text])
        np.testing.assert_array_equal(alone.ends, reading.ends)
        np.testing.assert_allclose(alone.scores, reading.scores, rtol=1e-4)
    assert together[2].best() is None


def test_a_text_that_answers_scores_higher(reader: Reader) -> None:
    """Scores of texts compare: the one that holds the answer wins."""
    one, other = reader.read("望海大桥是什么时候通车的？", [TEXT, "望海大桥风光很好，游人如织。"])
    assert one.best().score > other.best().score  # type: ignore[union-attr]


def test_a_part_of_the_text_has_its_own_best(reader: Reader) -> None:
    """The best span of a part begins there."""
    (reading,) = reader.read("望海大桥全长多少公里？", [TEXT])
    middle = TEXT.index("设计者")
    best = reading.best(middle)
    assert best is not None
    assert best.start >= middle
    assert reading.best(3, 3) is None


def test_a_long_text_is_read_in_parts(reader: Reader) -> None:
    """The answer is found however much stands before it."""
    text = "海边的人喜欢喝茶，也喜欢看船。" * 60 + TEXT
    assert "36.5公里" in words(reader, "望海大桥全长多少公里？", text)
    reading, other = reader.read("望海大桥全长多少公里？", [text, TEXT])
    assert np.isfinite(reading.scores).all()
    (alone,) = reader.read("望海大桥全长多少公里？", [TEXT])
    np.testing.assert_allclose(alone.scores, other.scores, rtol=1e-4)


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=20), st.text(max_size=50))
def test_any_text_can_be_read(question: str, text: str) -> None:
    """No question and no text brings the reader down, and spans lie within the text."""
    KEPT[:] = KEPT or [Reader()]
    (reading,) = KEPT[0].read(question, [text])
    best = reading.best()
    assert best is None or 0 <= best.start < best.end <= len(text)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """A file that is no reader says so, and what to do."""
    path = tmp_path / "reader.safetensors"
    path.write_bytes(SHIPPED_READER.read_bytes()[:1000])
    with pytest.raises(CorruptError, match=r"reader\.safetensors.*install yinju again"):
        Reader(path)
    with pytest.raises(CorruptError):
        Reader(tmp_path / "missing.safetensors")


def test_reading_imports_no_torch() -> None:
    """Answering needs numpy alone."""
    code = (
        "import sys; from rag.reader import Reader; Reader().read('几层？', ['共五层。']); "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


KEPT: list[Reader] = []
