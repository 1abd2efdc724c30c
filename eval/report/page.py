"""A page that loads nothing: style, script and data are within it, and tables of escaped text.

A content security policy allows the two blocks by their hashes and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

Head = str | tuple[str, str]
"""What a column is called, and what it means where that is told when it is pointed at."""


def page(title: str, body: str, data: Mapping[str, Any], language: str) -> str:
    """A page of its own; ``data`` is there for the script."""
    folder = files("eval.report")
    style = (folder / "page.css").read_text(encoding="utf-8")
    script = (folder / "page.js").read_text(encoding="utf-8")
    # Within a script element only these can end it or open a comment.
    values = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    values = values.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(title)}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n{body}\n"
        f'<script type="application/json" id="data">{values}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def section(title: str, inner: str) -> str:
    """A part of the page; ``inner`` is markup."""
    return f"<section><h2>{escape(title)}</h2>{inner}</section>"


def table(head: Sequence[Head], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain text."""
    top = "".join(map(_head, head))
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    whole = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{whole}</div>'


def _head(cell: Head) -> str:
    if isinstance(cell, str):
        return f"<th>{escape(cell)}</th>"
    name, meaning = cell
    return f'<th title="{escape(meaning)}">{escape(name)}</th>'
