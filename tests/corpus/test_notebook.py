"""Hits and answers as a notebook shows them."""

from __future__ import annotations

from corpus.claims import Claim
from corpus.records import Answer, Citation, Hit, Hits, Passage

PASSAGE = Passage(
    id="p", document_id="d", source="目录/<甲>.md", text="价格 <b>涨</b> 了。", start=3, end=17,
    sentences=((3, 17),), headings=("<总则>",), page=7,
)  # fmt: skip


def test_a_notebook_shows_text_as_text() -> None:
    """Markup in a document, its name, its headings or a notice is shown, not run."""
    cited = (Citation(1, PASSAGE, "<b>", 6, 9),)
    answer = Answer("问", "问", "<i>答</i>[1]", citations=cited, notice="<i>注</i>")
    for page in (Hits([Hit(1, PASSAGE, 0.5)], ["<i>注</i>"])._repr_html_(), answer._repr_html_()):
        assert "&lt;甲&gt;" in page
        assert "&lt;总则&gt;" in page
        assert "&lt;b&gt;" in page
        assert "&lt;i&gt;注&lt;/i&gt;" in page
        assert "<b>" not in page
        assert "<i>" not in page


def test_a_notebook_shows_what_nothing_vouches_for() -> None:
    """What a model wrote without a source must not look like what the documents say."""
    claims = (Claim(0, 3, "supported"), Claim(3, 6, "unsupported"))
    page = Answer("问", "问", "有据。无据。", claims=claims)._repr_html_()
    assert "有据。无据。［?］</p>" in page
