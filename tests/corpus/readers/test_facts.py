"""Facts planted in files of every format are found, at the right place."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_files import MAKERS, make

from corpus.chunk import ChunkSettings, cut_passages
from corpus.load import SourceFile, read_document


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ending", MAKERS)
def test_each_fact_is_found_at_its_place(tmp_path: Path, ending: str, seed: int) -> None:
    """Whoever follows a citation finds the sentence on that page, slide, sheet or line."""
    sample = make(ending, seed)
    (tmp_path / sample.name).write_bytes(sample.data)
    document = read_document(SourceFile(tmp_path / sample.name, sample.name))
    passages = cut_passages(document, ChunkSettings())
    for item in sample.planted:
        start = document.text.find(item.fact)
        holding = [p for p in passages if p.start <= start and start + len(item.fact) <= p.end]
        assert holding, (item, document.text)
        passage = holding[0]
        assert document.text[passage.start : passage.end] == passage.text
        place = f" · {passage.locator_at(start)} · "
        assert f" · {item.place} · " in place
