"""Encodings of Chinese text files."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.readers.decode import decode

TEXT = "标题：春游通知\n上午九点在东门集合，请带水和午餐。\nBring an umbrella, 可能下雨。\n"
SENTENCES = (
    "明天上午开会，地点不变。",
    "价格上涨了一成。",
    "请带伞",
    "上海今天晴",
    "Wi-Fi 密码已改",
)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        ("plain English, saved as Unicode\n".encode("utf-16-le"), "utf-16-le"),
        ("plain English, saved as Unicode\n".encode("utf-16-be"), "utf-16-be"),
        ("標題：春遊通知，請準時參加。\n".encode("gb18030"), "gb18030"),
        ("標題：春遊通知，請準時參加。\n".encode("big5"), "big5"),
        (b"", "utf-8"),
    ],
)
def test_each_encoding_is_read_and_named(data: bytes, encoding: str) -> None:
    """Files saved by any common editor read alike, without a mark at the front."""
    text, found = decode(data)
    assert found == encoding
    assert text in (TEXT, "plain English, saved as Unicode\n", "標題：春遊通知，請準時參加。\n", "")
    assert not text.startswith("\ufeff")


def test_line_breaks_become_line_feeds() -> None:
    """Spans count one character for a line break, whatever system wrote the file."""
    assert decode("一\r\n二\r三\n四".encode()) == ("一\n二\n三\n四", "utf-8")


@pytest.mark.parametrize(
    ("data", "byte", "line"),
    [
        ("第一行。\n第二行。\n坏".encode() + b"\xff" + "的行。".encode(), 29, 3),
        (codecs.BOM_UTF8 + "第一行。\n".encode() + b"\xff" + "好".encode(), 16, 2),
        (codecs.BOM_UTF16_LE + "上上上\n".encode("utf-16-le") + b"\x00\xd8\n\x00", 10, 2),
        ("第一行。\n第二行被截断".encode()[:-1], 28, 2),
    ],
    ids=["bad byte", "after a mark", "half a pair in UTF-16", "cut off"],
)
def test_broken_text_is_refused_with_its_place(data: bytes, byte: int, line: int) -> None:
    """The reader is told the byte and the line to look at."""
    with pytest.raises(DocumentError, match=rf"0x{data[byte]:02x} at byte {byte}, line {line}\b"):
        decode(data)


def test_broken_gb18030_is_told_as_such() -> None:
    """The place named is where the likely encoding fails, not the first character that has one."""
    with pytest.raises(DocumentError, match=r"as GB18030 .* at byte 12, line 2"):
        decode("第一二三行\na".encode("gb18030") + b"\xff\nb")


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4),
    st.integers(min_value=0),
    st.booleans(),
)
def test_broken_utf8_never_turns_into_other_characters(
    sentences: list[str], at: int, cut: bool
) -> None:
    """UTF-8 with a byte lost is often valid GB18030: it must be refused, not read as nonsense."""
    data = "\n".join([*sentences, "末尾一行的文字"]).encode()
    at %= len(data)
    broken = data[: max(at, 12)] if cut else data[:at] + data[at + 1 :]
    try:
        expected = broken.decode()
    except UnicodeDecodeError:
        with pytest.raises(DocumentError):
            decode(broken)
    else:
        assert decode(broken) == (expected, "utf-8")


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=6),
    st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]),
)
def test_text_without_a_mark_comes_back(sentences: list[str], encoding: str) -> None:
    """Any everyday text of a few lines is recognized from its bytes alone."""
    text = "\n".join(sentences) + "\n"
    assert decode(text.encode(encoding)) == (text, encoding)


TRADITIONAL = (
    "明天上午開會，地點不變。",
    "價格上漲了一成。",
    "請帶傘",
    "上海今天晴",
    "圖書館星期三下午休息，請同學們注意。",
)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(TRADITIONAL), min_size=1, max_size=6),
    st.sampled_from(["big5", "gb18030", "utf-8"]),
)
def test_big5_and_gb18030_are_told_apart(sentences: list[str], encoding: str) -> None:
    """Bytes of one are often valid in the other; a line of ordinary text decides."""
    text = "\n".join(sentences) + "\n"
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02\x01\x01" + bytes(9),
        b"PK\x03\x04" + bytes(range(26)) * 3,
        b"abcd\0efg\n" * 4,
        b"\x00\x01\x02\x03",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        bytes(range(256)) * 4,
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    """A program or picture under the name of a text file is no document."""
    with pytest.raises(DocumentError):
        decode(data)


def test_the_message_names_the_zero_byte_of_binary_data() -> None:
    """The reason says what was found where."""
    with pytest.raises(DocumentError, match=r"binary data \(zero byte at byte 4\)"):
        decode(b"GIF8\0\0\0\0 and more")
