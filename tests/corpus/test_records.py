"""The records that travel between the packages."""

from __future__ import annotations

import dataclasses
import json

import pytest

from corpus.records import Answer, Citation, Hit, Passage, content_id, plain

PASSAGE = Passage(
    id="p", document_id="d", source="目录/<甲>.md", text="价格 <b>涨</b> 了。", start=3, end=17,
    sentences=((3, 17),), headings=("第一章", "总则"), page=7,
)  # fmt: skip


def test_an_id_depends_on_every_part_and_its_place() -> None:
    """Joining the parts must not make two different lists alike."""
    ids = [content_id("a", "bc"), content_id("ab", "c"), content_id("bc", "a"), content_id("abc")]
    assert len(set(ids)) == 4
    assert content_id("模型") == content_id("模型")
    assert [len(content_id("a", size=size)) for size in (16, 32)] == [16, 32]
    assert content_id("\ud800") != content_id("?")


@pytest.mark.parametrize(
    ("page", "headings", "locator"),
    [
        (7, ("第一章", "总则"), "p. 7 · 第一章 › 总则"),
        (7, (), "p. 7"),
        (None, ("总则",), "总则"),
        (None, (), ""),
    ],
)
def test_a_locator_tells_page_and_headings(
    page: int | None, headings: tuple[str, ...], locator: str
) -> None:
    """A reader finds the place without the program."""
    assert dataclasses.replace(PASSAGE, page=page, headings=headings).locator == locator


def test_records_cannot_be_changed() -> None:
    """They are shared between threads and caches."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        PASSAGE.text = "别的"  # type: ignore[misc]


def test_any_record_becomes_json() -> None:
    """Nested records, tuples and mappings turn into what ``json`` writes, and nothing is lost."""
    hit = Hit(1, PASSAGE, 0.5, {"bm25": 1.5})
    citation = Citation(1, PASSAGE, "涨", 6, 7)
    answer = Answer("问", "问", "答[1]", citations=(citation,), hits=(hit,))
    data = json.loads(json.dumps(plain(answer), ensure_ascii=False))
    assert data["hits"][0]["passage"]["sentences"] == [[3, 17]]
    assert data["hits"][0]["signals"] == {"bm25": 1.5}
    assert data["citations"][0]["quote"] == "涨"
    assert set(data) == {field.name for field in dataclasses.fields(Answer)}
