"""Web pages as saved by a browser: the article, not the menus."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from corpus.dates import iso_date
from corpus.errors import DocumentError
from corpus.readers.decode import decode
from corpus.readers.elements import is_hidden
from corpus.readers.markup import Renderer
from corpus.readers.reading import Reading, Writer, one_line

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w-]{2,20})")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": ""}
_DATE_NAMES = (
    "article:published_time", "publishdate", "pubdate", "datepublished", "date", "dc.date",
    "dcterms.created", "weibo:article:create_at", "og:release_date", "publish_time",
)  # fmt: skip
_AUTHOR_NAMES = ["author", "article:author", "dc.creator", "og:article:author", "byl"]
_ARTICLES = (
    ".//*[@id='js_content']/..", ".//*[@itemprop='articleBody']", ".//article",
    ".//*[@role='main']", ".//main",
)  # fmt: skip
_FURNITURE = frozenset(["nav", "aside", "footer"])
_ROLES = frozenset((
    "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar",
))  # fmt: skip
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|sidebar|aside|footer|foot|copyright|share|"
    r"sharing|social|toolbar|pagination|pager|cookie|popup|modal|comments?|related|recommend\w*|"
    r"advert\w*|qrcode)(?:$|[\s_-])",
    re.IGNORECASE,
)


def read_html(data: bytes) -> Reading:
    """A saved page.

    Menus, sidebars and footers are left out by their elements, roles and names; other runs of links
    are kept and marked ``navigation``.

    Raises:
        DocumentError: It cannot be decoded or holds no page.
    """
    text, encoding = _decoded(data)
    return _read(text, encoding)


def read_mhtml(data: bytes) -> Reading:
    """A page saved with its pictures in one file.

    Raises:
        DocumentError: It holds no page.
    """
    from email import message_from_bytes, policy

    message = message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return read_html(content)
    raise DocumentError("holds no web page; open it in a browser and save it as .html")


def parse(text: str) -> Any:
    """The tree of a page.

    Raises:
        DocumentError: There is none.
    """
    from lxml import etree, html

    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(_DECLARATION.sub("", text, count=1), parser=parser)
    except etree.ParserError:
        raise DocumentError("holds no text") from None
    return root


def _decoded(data: bytes) -> tuple[str, str]:
    """The declared encoding if it fits, else the one that shows in the bytes."""
    head = data[:4096]
    declared = _CHARSET.search(head) or _XML_CHARSET.search(head)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        name = declared.group(1).decode("ascii", "replace").lower() if declared else ""
        name = _WIDER.get(name, name)
        if name and not name.startswith("utf-8"):
            try:
                return data.decode(name), name.removesuffix("hkscs")
            except (UnicodeDecodeError, LookupError, ValueError):
                pass
    return decode(data)


def _read(text: str, encoding: str) -> Reading:
    root = parse(text)
    properties = _properties(root, text)
    properties["encoding"] = encoding
    body = root.find("body")
    body = root if body is None else body
    _drop_furniture(body)
    writer = Writer()
    article = _article(body)
    # In an element that says it is the article, a list of links is part of it.
    Renderer(writer, navigation=article is body).render(article)
    return Reading(
        writer.text(),
        marks=tuple(writer.marks),
        properties={name: value for name, value in properties.items() if value},
        are_sure=True,
    )


def _properties(root: Any, text: str) -> dict[str, str]:
    """What the head of a page says about it."""
    named: dict[str, str] = {}
    for node in root.iter("meta"):
        name = node.get("property") or node.get("name") or node.get("itemprop") or ""
        named.setdefault(name.lower(), one_line(node.get("content") or ""))
    saved = _SAVED_FROM.search(text[:2000])
    canonical = root.find(".//link[@rel='canonical']")
    address = named.get("og:url") or (canonical.get("href") if canonical is not None else "")
    found = {
        "title": named.get("og:title", "") or _title(root),
        "author": next(filter(None, map(named.get, _AUTHOR_NAMES)), "") or "",
        "published": next(filter(None, (iso_date(named.get(n, "")) for n in _DATE_NAMES)), ""),
        "url": (address or (saved.group(1) if saved else "")) or "",
        "publisher": named.get("og:site_name", ""),
        "tags": named.get("keywords", ""),
    }
    for name, value in _linked_data(root):
        found[name] = found[name] or value
    if not found["url"].startswith(("http://", "https://")):
        found["url"] = ""
    if found["author"].startswith("http"):
        found["author"] = ""
    return found


def _title(root: Any) -> str:
    """The heading of the article if there is one, else the title of the window."""
    headings = [one_line("".join(node.itertext())) for node in root.iter("h1")]
    window = root.find(".//title")
    title = one_line(window.text or "") if window is not None else ""
    if len(headings) == 1 and headings[0] and headings[0] in title:
        return headings[0]
    return title or (headings[0] if len(headings) == 1 else "")


def _linked_data(root: Any) -> Iterator[tuple[str, str]]:
    """Author and date from a page's JSON-LD."""
    for node in root.xpath(".//script[@type='application/ld+json']"):
        try:
            data = json.loads(node.text or "")
        except (ValueError, RecursionError):
            continue
        for item in data if isinstance(data, list) else [data]:
            if not isinstance(item, dict):
                continue
            author = item.get("author")
            author = author[0] if isinstance(author, list) and author else author
            author = author.get("name") if isinstance(author, dict) else author
            if isinstance(author, str):
                yield "author", one_line(author)
            if isinstance(item.get("datePublished"), str):
                yield "published", iso_date(item["datePublished"])


def _drop_furniture(body: Any) -> None:
    """Take out what stands around an article, unless it holds most of the page."""
    total = _weight(body)
    for node in list(body.iter()):
        if not isinstance(node.tag, str) or node is body:
            continue
        if is_hidden(node) or (_is_furniture(node) and _weight(node) <= 0.4 * total):
            _remove(node)


def _is_furniture(node: Any) -> bool:
    tag = node.tag.lower()
    if tag in _FURNITURE or node.get("role") in _ROLES:
        return not any(True for _ in node.iterancestors("article"))
    if tag in ("div", "ul", "section", "header", "table", "p", "span"):
        names = f"{node.get('id') or ''} {node.get('class') or ''}"
        if len(names) > 1 and _NAMES.search(names):
            return not _holds_prose(node)
    return tag == "header" and not any(True for _ in node.iterancestors("article", "main"))


def _holds_prose(node: Any) -> bool:
    """Whether there are whole sentences in it outside of links."""
    text = "".join(node.itertext())
    linked = sum(len("".join(link.itertext())) for link in node.iter("a"))
    sentences = text.count("。") + text.count("！") + text.count("？") + text.count(". ")
    return sentences >= 2 and linked < 0.5 * len(text)


def _article(body: Any) -> Any:
    """The element that holds the article: one that says so, with most of the text in it."""
    total = _weight(body)
    for path in _ARTICLES:
        found = body.findall(path)
        if len(found) == 1 and _weight(found[0]) >= 0.6 * total:
            return found[0]
    return body


def _weight(node: Any) -> int:
    """Characters outside of links."""
    linked = sum(len("".join("".join(link.itertext()).split())) for link in node.iter("a"))
    return len("".join("".join(node.itertext()).split())) - linked


def _remove(node: Any) -> None:
    """Take an element out and leave the text that follows it."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is None:
            parent.text = (parent.text or "") + node.tail
        else:
            before.tail = (before.tail or "") + node.tail
    parent.remove(node)
