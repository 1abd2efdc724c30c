"""How the text of a file is stored: by the ending of its name, and by its first bytes."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from corpus.errors import DocumentError

Format = Literal[
    "markdown", "text", "html", "mhtml", "pdf", "docx", "pptx", "xlsx", "csv", "epub",
    "ipynb", "json", "jsonl", "code",
]  # fmt: skip

_ENDINGS: dict[Format, str] = {
    "markdown": "md markdown mdown mkd",
    "text": "txt text log rst adoc org",
    "html": "html htm xhtml",
    "mhtml": "mht mhtml",
    "pdf": "pdf",
    "docx": "docx docm dotx",
    "pptx": "pptx pptm ppsx",
    "xlsx": "xlsx xlsm",
    "csv": "csv tsv",
    "epub": "epub",
    "ipynb": "ipynb",
    "json": "json",
    "jsonl": "jsonl ndjson",
    "code": "py pyi js mjs cjs jsx ts tsx vue java kt scala groovy go rs c h cc cpp cxx hpp hh cs "
    "m mm swift rb php pl lua r jl dart sh bash zsh ps1 bat sql css scss less tex bib yaml yml "
    "toml ini cfg conf properties xml proto graphql cmake gradle dockerfile",
}
_FORMATS = {f".{ending}": name for name, endings in _ENDINGS.items() for ending in endings.split()}

SUFFIXES = frozenset(_FORMATS)
"""Endings of the files that are read, in lower case."""

_RESAVE = "an older format that is not read; open it in {} and save it as {}"
_REFUSED = {
    "doc": _RESAVE.format("Word or WPS", ".docx"),
    "dot": _RESAVE.format("Word or WPS", ".docx"),
    "wps": _RESAVE.format("WPS", ".docx"),
    "xls": _RESAVE.format("Excel or WPS", ".xlsx"),
    "et": _RESAVE.format("WPS", ".xlsx"),
    "ppt": _RESAVE.format("PowerPoint or WPS", ".pptx"),
    "pps": _RESAVE.format("PowerPoint or WPS", ".pptx"),
    "dps": _RESAVE.format("WPS", ".pptx"),
    "rtf": _RESAVE.format("Word or WPS", ".docx"),
    "odt": "not read; open it in LibreOffice and save it as .docx",
    "ods": "not read; open it in LibreOffice and save it as .xlsx",
    "odp": "not read; open it in LibreOffice and save it as .pptx",
    "mobi": "not read; convert it to .epub",
    "azw3": "not read; convert it to .epub",
    "zip": "an archive, which is not opened; unpack it",
    "rar": "an archive, which is not opened; unpack it",
    "7z": "an archive, which is not opened; unpack it",
}
# Text under these endings is often something else that can be read: a page saved by a web system
# as .xls, a .doc that is a .docx. Whether it is shows in its first bytes.
_MISNAMED = frozenset({".doc", ".xls", ".ppt", ".wps", ".et", ".dps"})

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*|<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html)[\s>]",
                   re.IGNORECASE | re.DOTALL)  # fmt: skip
_MIME = re.compile(rb"(?:From|MIME-Version|Snapshot-Content-Location|Subject): ", re.IGNORECASE)
_ZIPPED: dict[str, Format] = {"word/": "docx", "ppt/": "pptx", "xl/": "xlsx"}


def may_be_read(suffix: str) -> bool:
    """Whether it is worth opening a file with this ending."""
    return suffix.lower() in SUFFIXES or suffix.lower() in _MISNAMED


def refusal(suffix: str) -> str:
    """Why files with this ending are not read, and what to do."""
    return _REFUSED.get(suffix.lower()[1:], f"files of type {suffix or '(none)'} are not read")


def format_of(suffix: str, data: bytes) -> Format:
    """The format of a file; what its first bytes say goes before its name.

    Raises:
        DocumentError: It cannot be read in this form; the message says what to do.
    """
    named = _FORMATS.get(suffix.lower())
    if data.startswith(_OLE):
        raise DocumentError(_legacy(suffix, data))
    if data.startswith(b"{\\rtf"):
        raise DocumentError(_REFUSED["rtf"])
    if b"%PDF-" in data[:1024] and (named in (None, "pdf") or data.startswith(b"%PDF-")):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if named in ("docx", "pptx", "xlsx", "epub", "pdf"):
        raise DocumentError(f"is not a {suffix} file, whatever its name says; it may be damaged")
    if named in (None, "text", "markdown") and _PAGE.match(data[:2048]):
        return "html"
    if named == "html" and _MIME.match(data):
        return "mhtml"
    if named is None:
        raise DocumentError(refusal(suffix))
    return named


def _legacy(suffix: str, data: bytes) -> str:
    if _ENCRYPTED in data:
        return "protected by a password; save a copy without one"
    return _REFUSED.get(
        suffix.lower()[1:],
        "an older Office format under another name; open it and save it in a current one",
    )


def _zipped(data: bytes) -> Format:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
            kind = archive.read("mimetype").strip()
            if kind == b"application/epub+zip":
                return "epub"
    for folder, found in _ZIPPED.items():
        if any(name.startswith(folder) for name in names):
            return found
    if "META-INF/container.xml" in names:
        return "epub"
    raise DocumentError("an archive, which is not opened; unpack it")
