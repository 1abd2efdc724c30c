"""Bytes to text: the encodings in which Chinese files are found."""

from __future__ import annotations

import codecs

from corpus.errors import DocumentError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """Decode a text file.

    A byte order mark decides; then UTF-8, UTF-16 without a mark (told by its zero bytes or by its
    share of common Chinese), and GB18030.

    Returns:
        The text with line breaks as line feeds, and the name of the encoding used.

    Raises:
        DocumentError: No encoding fits, or the data is binary.
    """
    text, encoding = _decode(data)
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise _undecodable(data, error) from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        utf8_error = error
    else:
        if "\0" not in text:
            return text, "utf-8"
        return _utf16_or_binary(data)
    for encoding in ("gb18030", "utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and _looks_chinese(text):
            return text, encoding
    raise _undecodable(data, utf8_error)


def _utf16_or_binary(data: bytes) -> tuple[str, str]:
    """Text whose every second byte is often zero is UTF-16; any other zero byte is binary data."""
    encoding = "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        at = data.index(0)
        raise DocumentError(f"binary data (zero byte at byte {at}); not a text file")
    return text, encoding


def _looks_chinese(text: str) -> bool:
    """Whether at least 70 % of the characters outside ASCII are everyday Chinese.

    A wrong guess among the multi-byte encodings yields rare characters from all over Unicode.
    """
    foreign = [character for character in text[:20_000] if character > "\x7f"]
    common = sum(
        "\u4e00" <= c <= "\u9fa5"
        or "\u3000" <= c <= "\u303f"
        or "\uff00" <= c <= "\uffef"
        or "\u2010" <= c <= "\u2030"
        for c in foreign
    )
    return bool(foreign) and common >= 0.7 * len(foreign)


def _undecodable(data: bytes, error: UnicodeDecodeError) -> DocumentError:
    line = data.count(b"\n", 0, error.start) + 1
    return DocumentError(
        f"cannot be decoded as UTF-8, UTF-16 or GB18030 "
        f"(first bad byte 0x{data[error.start]:02x} at byte {error.start}, line {line}); "
        f"save it as UTF-8"
    )
