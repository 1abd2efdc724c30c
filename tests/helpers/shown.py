"""What a browser would make of our HTML, and records to be shown."""

from __future__ import annotations

from html.parser import HTMLParser

from corpus.records import Document, Passage, content_id
from ui.markup import Place

EVIL = "<script>x</script><img src=x onerror=x>`${x}`{{x}}$$x$$[a](javascript:x)**b**</mark>"
ALLOWED = {
    "p", "div", "span", "mark", "strong", "ul", "li", "a", "b", "br", "h1", "h3",
    "class", "href", "tabindex", "id", "role", "aria-label",
}  # fmt: skip


class Reader(HTMLParser):
    """What a browser would make of HTML: its elements, all text, and the text quoted."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.text = self.quoted = self.body = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags |= {tag, *(name for name, _ in attributes)}
        if tag != "br":
            css = dict(attributes).get("class") or ""
            self._open.append("document" if css == "document" else tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        self.quoted += data if "mark" in self._open else ""
        self.body += data if "document" in self._open else ""


def passage(text: str, start: int = 0, title: str = "题") -> Passage:
    end = start + len(text)
    sentences = ((start, start + 1),)
    return Passage(
        "p" * 16, "d" * 16, "a.md", text, start, end, sentences, title, "2024-12-06", ("节",)
    )  # fmt: skip


def place(document: Document, start: int, end: int) -> Place:
    return Place(document.id, start, end, content_id(document.text[start:end], size=8))
