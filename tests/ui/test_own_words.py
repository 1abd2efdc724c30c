"""Words of the user's own, from file to result."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.usefixtures("one_model")
Run = Callable[..., SimpleNamespace]


@pytest.fixture
def own_kb(small_kb: Path, tmp_path: Path) -> Path:
    """A copy whose files may be written to."""
    return Path(shutil.copytree(small_kb, tmp_path / "kb"))


def found(run: Run, kb: Path, query: str) -> dict[str, float]:
    """BM25 of each source that is found."""
    done = run("search", query, "--kb", kb, "--json", "--retrieve.dense_weight", 0)
    return {hit["source"]: hit["signals"]["bm25"] for hit in json.loads(done.out)}


def test_synonyms_count_at_once(run: Run, own_kb: Path) -> None:
    """A line of synonyms.txt finds what is written otherwise, without a build."""
    assert found(run, own_kb, "拱桥").get("桥.md", 0) == 0
    (own_kb / "synonyms.txt").write_text("拱橋，大桥 # 同一座\n", encoding="utf-8")
    assert found(run, own_kb, "拱桥")["桥.md"] > 0
    explained = run("search", "拱桥", "--kb", own_kb, "--explain").out
    assert "同义：拱桥 → 大桥" in explained


def test_a_word_of_the_dictionary_counts_at_once(run: Run, own_kb: Path) -> None:
    """A word of dictionary.txt is one term, in the query and in passages built before."""
    (own_kb / "dictionary.txt").write_text("正山小種\n", encoding="utf-8")
    explained = json.loads(run("search", "正山小种", "--kb", own_kb, "--explain", "--json").out)
    assert "正山小种" in {item["term"] for item in explained["passages"][0]["matched"]}


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        (
            "dictionary.txt",
            "红茶\n正山 小种\n",
            "dictionary.txt, line 2: '正山 小种' contains white",
        ),
        ("synonyms.txt", "a b\n\n大桥 # 没有别的\n", "synonyms.txt, line 3: '大桥' stands alone"),
    ],
)
def test_a_bad_line_is_named(
    fails: Callable[..., str], own_kb: Path, name: str, text: str, error: str
) -> None:
    """File and line, from whatever command reads it."""
    (own_kb / name).write_text(text, encoding="utf-8")
    assert error in fails(2, "search", "茶", "--kb", own_kb)
