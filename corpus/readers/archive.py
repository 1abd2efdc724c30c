"""Files that are archives: how much may come out of them, and what is in them."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from corpus.errors import DocumentError

LARGEST = 1 << 29
"""Bytes that may come out of an archive."""
_RATIO = 150  # times what went in, for what takes more than
_SMALL = 20_000_000  # bytes
_FILES = 20_000
# What programs write where nobody gave a name.
_NOBODY = re.compile(
    r"administrator|admin|user|pc|微软用户|微軟使用者|作者|python-docx|openpyxl|apache poi"
    r"|.{0,20}windows.{0,20}",
    re.IGNORECASE,
)
_READ = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx")


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open an archive whose contents are of reasonable size.

    Python never reads more of a file than the directory of the archive says, so what that says is
    what can come out. Only what holds text counts: pictures are never unpacked.

    Raises:
        DocumentError: It would unpack to too much.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = [item for item in archive.infolist() if item.filename.lower().endswith(_READ)]
    size = sum(item.file_size for item in entries)
    if len(archive.infolist()) > _FILES:
        raise DocumentError(f"holds {len(archive.infolist())} files; not opened for safety")
    if size > LARGEST or (size > _SMALL and size > _RATIO * len(data)):
        raise DocumentError(
            f"would unpack from {len(data) / 1e6:.1f} MB to {size / 1e6:.0f} MB; "
            "not opened for safety"
        )
    if any(item.flag_bits & 1 for item in entries):
        raise DocumentError("protected by a password; save a copy without one")
    return archive


def xml_of(archive: zipfile.ZipFile, name: str) -> Any:
    """The root of an XML file of an archive; entities are not resolved, nothing is fetched."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(archive.read(name), parser)
    if root is None:
        raise DocumentError(f"damaged: {name} in it cannot be read; get it again")
    return root


def core_properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """Title, author and date of an Office file, as its properties say."""
    from corpus.dates import iso_date

    if "docProps/core.xml" not in archive.namelist():
        return {}
    found: dict[str, str] = {}
    for node in xml_of(archive, "docProps/core.xml"):
        name = str(node.tag).rpartition("}")[2]
        found.setdefault(name, (node.text or "").strip())
    return {
        "title": found.get("title", ""),
        "author": "" if _NOBODY.fullmatch(found.get("creator", "")) else found.get("creator", ""),
        "published": iso_date(found.get("created", "")),
        "tags": found.get("keywords", ""),
    }
