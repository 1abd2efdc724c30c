"""Words that go with each other, as rows of a model: both ways, the nearer counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models

from corpus.errors import InputError
from corpus.normalize import fold
from index.associations import FILE, Associations
from index.embed import SHIPPED_MODEL
from index.model_files import StaticFiles
from index.train.associated import SOURCE, associations_of, read

_WORDS = ["[UNK]", "下属", "实习生", "员工", "徒弟"]


@pytest.fixture
def tokenizer() -> Tokenizer:
    """Of a few words."""
    return Tokenizer(models.WordLevel({word: row for row, word in enumerate(_WORDS)}, "[UNK]"))


def near(found: Associations, word: str) -> dict[str, float]:
    """What goes with a word."""
    others, nearness = found.of(_WORDS.index(word))
    return {_WORDS[row]: round(float(each), 2) for row, each in zip(others, nearness, strict=True)}


def test_a_line_tells_of_a_word_and_of_those_behind_it(tokenizer: Tokenizer) -> None:
    """The first word is the nearest; seen from the other side it is less near."""
    found = associations_of({"下属": ("员工", "实习生", "没有的词")}, tokenizer)
    assert near(found, "下属") == {"员工": 0.75, "实习生": 0.73}
    assert near(found, "员工") == {"下属": 0.6}
    assert near(found, "徒弟") == {}


def test_the_nearer_of_two_lines_counts(tokenizer: Tokenizer) -> None:
    """What either line says of a pair, whichever is more; no word goes with itself."""
    lines = {"下属": ("徒弟", "徒弟", "下属"), "徒弟": ("员工", "下属")}
    found = associations_of(lines, tokenizer)
    assert near(found, "徒弟") == {"员工": 0.75, "下属": 0.73}
    assert near(found, "下属") == {"徒弟": 0.75}
    _, nearness = found.of(_WORDS.index("徒弟"))
    assert list(nearness) == sorted(nearness, reverse=True)


def test_lines_are_read_folded_and_joined(tmp_path: Path) -> None:
    """Width and case do not matter; a word may have several lines; a word alone is told."""
    path = tmp_path / "a.txt"
    path.write_text("# 注\n软件: ＡＰＰ 程序\n软件: 应用\n", encoding="utf-8")
    assert read(path) == {"软件": ("app", "程序", "应用")}
    path.write_text("软件:\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.txt, line 1: '软件' stands alone"):
        read(path)
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none.txt")


def test_the_shipped_file_is_made_of_the_shipped_words() -> None:
    """Nothing of it is by hand: the command writes it again, number for number."""
    _, shipped = StaticFiles.of(SHIPPED_MODEL).read()
    made, kept = (
        associations_of(read(), shipped),
        Associations.load(SHIPPED_MODEL / FILE, shipped.get_vocab_size()),
    )
    np.testing.assert_array_equal(made.starts, kept.starts)
    np.testing.assert_array_equal(made.others, kept.others)
    np.testing.assert_allclose(made.nearness, kept.nearness, atol=0.0051)


def test_the_shipped_words_say_nothing_twice() -> None:
    """A line for each word, folded; no line repeats a word."""
    lines = [line for line in SOURCE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    heads = [line.split(": ")[0] for line in lines]
    assert len(lines) > 10_000
    assert len(set(heads)) == len(heads)
    for line in lines:
        head, *others = line.replace(": ", " ", 1).split(" ")
        assert len({head, *others}) == len(others) + 1, line
        assert line == fold(line), line
