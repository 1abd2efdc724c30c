"""Books in EPUB."""

from __future__ import annotations

import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote

from corpus.dates import iso_date
from corpus.errors import DocumentError
from corpus.readers.archive import open_archive, xml_of
from corpus.readers.decode import decode
from corpus.readers.html import parse
from corpus.readers.markup import Renderer
from corpus.readers.reading import Reading, Writer, one_line

_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(data: bytes) -> Reading:
    """A book: its chapters in reading order, named as in its table of contents.

    Raises:
        DocumentError: It is protected, would unpack to too much, or holds no chapters.
    """
    archive = open_archive(data)
    _refuse_protected(archive)
    package = _package_path(archive)
    root = xml_of(archive, package)
    folder = posixpath.dirname(package)
    items = {
        node.get("id"): (_inside(folder, node.get("href") or ""), node.get("properties") or "")
        for node in root.iterfind(".//{*}manifest/{*}item")
    }
    names = _chapter_names(archive, root, items)
    present = set(archive.namelist())
    writer = Writer()
    label = ""
    for reference in root.iterfind(".//{*}spine/{*}itemref"):
        path, kind = items.get(reference.get("idref"), ("", ""))
        if path not in present or "nav" in kind.split():
            continue
        body = parse(decode(archive.read(path))[0]).find("body") if archive.read(path) else None
        if body is None:
            continue
        # A chapter may fill several files, of which the contents name the first.
        label = names.get(path) or label or _first_heading(body)
        writer.begin("chapter", label or str(len(writer.parts()) + 1))
        Renderer(writer, navigation=False).render(body)
    parts = writer.parts()
    return Reading(
        writer.text(),
        parts=parts,
        properties={name: value for name, value in _properties(root).items() if value},
        are_sure=True,
    )


def _refuse_protected(archive: zipfile.ZipFile) -> None:
    name = "META-INF/encryption.xml"
    if name not in archive.namelist():
        return
    for method in xml_of(archive, name).iterfind(".//{*}EncryptionMethod"):
        if method.get("Algorithm") not in _FONTS:
            raise DocumentError("protected against copying (DRM); it cannot be read")


def _package_path(archive: zipfile.ZipFile) -> str:
    if "META-INF/container.xml" in archive.namelist():
        root = xml_of(archive, "META-INF/container.xml")
        for node in root.iterfind(".//{*}rootfile"):
            if node.get("full-path") in archive.namelist():
                return str(node.get("full-path"))
    found = [name for name in archive.namelist() if name.endswith(".opf")]
    if not found:
        raise DocumentError("damaged: a book without a list of its chapters; get it again")
    return found[0]


def _inside(folder: str, reference: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(reference.partition("#")[0])))


def _chapter_names(
    archive: zipfile.ZipFile, root: Any, items: dict[Any, tuple[str, str]]
) -> dict[str, str]:
    """The name of the chapter that begins in a file, from the table of contents."""
    names: dict[str, str] = {}
    present = archive.namelist()
    for path, kind in items.values():
        if path not in present:
            continue
        folder = posixpath.dirname(path)
        if "nav" in kind.split():
            for link in xml_of(archive, path).iterfind(".//{*}nav//{*}a"):
                target = _inside(folder, link.get("href") or "")
                names.setdefault(target, one_line("".join(link.itertext())))
        elif path.endswith(".ncx"):
            for point in xml_of(archive, path).iterfind(".//{*}navPoint"):
                content, text = point.find("{*}content"), point.find("{*}navLabel/{*}text")
                if content is not None and text is not None:
                    target = _inside(folder, content.get("src") or "")
                    names.setdefault(target, one_line(text.text or ""))
    return names


def _first_heading(body: Any) -> str:
    for node in body.iter("h1", "h2", "h3"):
        if words := one_line("".join(node.itertext())):
            return words[:80]
    return ""


def _properties(root: Any) -> dict[str, str]:
    def named(name: str) -> list[str]:
        found = root.iterfind(f".//{{*}}metadata/{{http://purl.org/dc/elements/1.1/}}{name}")
        return [words for node in found if (words := one_line("".join(node.itertext())))]

    return {
        "title": next(iter(named("title")), ""),
        "author": ", ".join(dict.fromkeys(named("creator"))),
        "published": next(filter(None, map(iso_date, named("date"))), ""),
        "publisher": next(iter(named("publisher")), ""),
    }
