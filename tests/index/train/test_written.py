"""Documents and questions written for training."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import InputError
from index.train import written


def line(answer: str) -> str:
    """A document with two questions, the second of which it leaves open."""
    asked = [{"question": "产什么", "answer": answer}, {"question": "谁建的", "answer": ""}]
    return json.dumps({"title": "青石镇", "text": "镇上产竹编。", "questions": asked})


def test_a_line_is_a_document(tmp_path: Path) -> None:
    """Its questions come in order, those that it leaves open without an answer."""
    (tmp_path / "a.jsonl").write_text(line("竹编") + "\n", encoding="utf-8")
    (document,) = written.load(tmp_path)
    assert [item.answer for item in document.questions] == ["竹编", ""]
    assert (document.title, document.text) == ("青石镇", "镇上产竹编。")


@pytest.mark.parametrize("bad", [line("木雕"), "{}", "no JSON", '{"title": "", "text": 1}'])
def test_a_wrong_line_is_named(bad: str, tmp_path: Path) -> None:
    """Whoever adds documents learns which line to mend."""
    (tmp_path / "a.jsonl").write_text(f"{line('竹编')}\n{bad}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.jsonl, line 2: "):
        written.load(tmp_path)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    """Nothing to learn from is a mistake in the path."""
    with pytest.raises(InputError, match=r"no \*\.jsonl"):
        written.load(tmp_path)


def test_the_shipped_documents_ask_in_the_mixture_that_is_told() -> None:
    """Every answer stands in its text; four in ten questions are left open."""
    documents = written.load()
    asked = [item for document in documents for item in document.questions]
    texts = [document.text for document in documents]
    assert len(documents) > 300
    assert len(set(texts)) == len(texts)
    assert 0.35 < sum(not item.answer for item in asked) / len(asked) < 0.45
    for document in documents:
        questions = [item.question for item in document.questions]
        assert len(set(questions)) == len(questions)
