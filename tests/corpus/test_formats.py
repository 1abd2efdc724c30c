"""What a file is, by its name and by its first bytes."""

from __future__ import annotations

import pytest
from sample_files import MAKERS, make

from corpus.errors import DocumentError
from corpus.formats import format_of, may_be_read, refusal
from corpus.load import document_of

PAGE = "<!DOCTYPE html><html><body><p>工资表在二楼领取。</p></body></html>".encode()


@pytest.mark.parametrize("ending", ["pdf", "docx", "pptx", "xlsx", "epub"])
@pytest.mark.parametrize("name", ["a.txt", "a.doc", "a.pdf", "a.docx"])
def test_content_goes_before_the_name(ending: str, name: str) -> None:
    """A file under the wrong name is read as what it is."""
    assert document_of(make(ending, 0).data, name).text


@pytest.mark.parametrize("name", ["a.xls", "a.doc", "a.txt", "a.html"])
def test_web_pages_under_office_names_are_read(name: str) -> None:
    """Web systems export tables as pages that they call .xls."""
    assert document_of(PAGE, name).text == "工资表在二楼领取。"


def test_a_text_that_shows_html_is_no_page() -> None:
    """Only a text that begins as a page is one."""
    assert format_of(".md", "用法：\n<html>\n".encode()) == "markdown"
    assert format_of(".py", b"<html>") == "code"


@pytest.mark.parametrize("ending", MAKERS)
def test_every_format_is_known_by_its_name(ending: str) -> None:
    """Capitals make no difference."""
    assert may_be_read(f".{ending.upper()}")


@pytest.mark.parametrize(
    ("suffix", "words"), [(".rar", "unpack"), (".odt", "LibreOffice"), (".exe", "of type .exe")]
)
def test_what_is_not_read_is_told_with_what_to_do(suffix: str, words: str) -> None:
    """No file is passed over without a way out where there is one."""
    assert not may_be_read(suffix)
    assert words in refusal(suffix)


def test_rtf_is_told_whatever_its_name() -> None:
    """WordPad saves it as .doc too."""
    with pytest.raises(DocumentError, match=r"save it as \.docx"):
        format_of(".doc", b"{\\rtf1 hello}")
