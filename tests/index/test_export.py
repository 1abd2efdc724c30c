"""What is exported is what is stored, spans and all."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import InputError
from corpus.records import plain
from index.export import KINDS, export
from index.opened import opened
from index.segment import Segment

Make = Callable[..., object]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def parquet(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows = pq.read_table(path).to_pylist()
    return [
        {k: dict(v) if k == "metadata" else v for k, v in row.items() if k != "page" or v}
        for row in rows
    ]


@pytest.fixture
def many(make: Make, docs: Path) -> None:
    """More passages than are written at once, with marks and metadata."""
    head = "---\ntitle: 多\ntags: 甲, 乙\n---\n\n"
    text = "\n\n".join(f"## 第{n}节\n\n第{n}节的内容，𠀀。" for n in range(1100))
    (docs / "多.md").write_text(head + text, encoding="utf-8")
    make()


@pytest.mark.parametrize("what", KINDS)
def test_both_formats_hold_every_record(many: None, kb: Path, tmp_path: Path, what: Any) -> None:
    """JSON lines and Parquet say the same, and what the database says."""
    counts = {export(kb, tmp_path / f"x.{kind}", what) for kind in ("jsonl", "parquet")}
    first = lines(tmp_path / "x.jsonl")
    assert counts == {len(first)}
    other = [{key: value for key, value in row.items() if key != "page" or value} for row in first]
    assert parquet(tmp_path / "x.parquet") == other
    with opened(kb) as state:
        if what == "vectors":
            segments = [Segment.load(kb / item.name) for item in state.manifest.segments]
            vectors = np.concatenate([item.vectors.vectors for item in segments])
            np.testing.assert_array_equal(np.asarray([r["vector"] for r in first]), vectors)
            assert len({record["passage_id"] for record in first}) == state.manifest.passages
        elif what == "documents":
            assert first == [plain(each) for each in state.store.documents(1)]
            assert any(record["marks"] for record in first)
        else:
            assert first == [plain(each) for _, each in state.store.passages_of(1)]
    assert sorted(path.name for path in tmp_path.glob("*x.*")) == ["x.jsonl", "x.parquet"]


def test_exported_spans_are_exact(many: None, kb: Path, tmp_path: Path) -> None:
    """Passages can be found again in the documents."""
    export(kb, tmp_path / "p.jsonl", "passages")
    export(kb, tmp_path / "d.jsonl", "documents")
    texts = {record["id"]: record["text"] for record in lines(tmp_path / "d.jsonl")}
    for record in lines(tmp_path / "p.jsonl"):
        assert texts[record["document_id"]][record["start"] : record["end"]] == record["text"]


def test_a_file_is_not_overwritten_unasked(make: Make, kb: Path, tmp_path: Path) -> None:
    """Nor is it replaced by half a file."""
    make()
    target = tmp_path / "x.jsonl"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="--force"):
        export(kb, target)
    assert target.read_text(encoding="utf-8") == "mine"
    assert export(kb, target, force=True) == 3
    with pytest.raises(InputError, match=r"\.jsonl or \.parquet"):
        export(kb, tmp_path / "x.csv")


def test_without_pyarrow_the_install_line_is_told(
    make: Make, kb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parquet is an extra; JSON lines never need one."""
    make()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'yinju\[parquet\]'"):
        export(kb, tmp_path / "x.parquet")
    assert list(tmp_path.glob("*.part")) == []
    assert export(kb, tmp_path / "x.jsonl") == 3
