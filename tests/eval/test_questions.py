"""Questions: what is read of each, and that every fault is named with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import QuestionError
from eval import load_questions
from eval.questions import Evidence

Write = Callable[..., Path]
GOOD = {"id": "q1", "question": "图书馆哪天闭馆？"}


def test_all_fields_are_read(write_lines: Write) -> None:
    """Protects the format: each field lands where the scoring looks for it."""
    path = write_lines(
        {
            **GOOD,
            "answers": ["红", ["蓝", "青"]],
            "match": "all",
            "evidence": [{"source": "e\u0301.md", "quote": "周一闭馆"}],
            "history": [
                "馆在哪里？",
                {"question": "几点开？", "answer": "九点"},
                {"question": "谁？"},
            ],
            "type": "list",
            "note": {"unknown": "keys are allowed"},
        }
    )
    (question,) = load_questions(path)
    assert question.answers == (("红",), ("蓝", "青"))
    assert question.match == "all"
    assert question.evidence == (Evidence("\u00e9.md", "周一闭馆"),)
    assert question.history == (("馆在哪里？", ""), ("几点开？", "九点"), ("谁？", ""))
    assert question.type == "list"


def test_absent_and_empty_answers_differ(write_lines: Write) -> None:
    """Protects the distinction between "not judged" and "the documents cannot answer"."""
    path = write_lines(
        {**GOOD, "id": "a"},
        {**GOOD, "id": "b", "answers": []},
        {**GOOD, "id": "c", "answers": ["周一"]},
        {**GOOD, "id": "d", "evidence": [{"source": "a.md", "quote": "周一"}]},
    )
    assert [item.answerable for item in load_questions(path)] == [None, False, True, True]
    assert [item.answers for item in load_questions(path)][:2] == [None, ()]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "nested too deep"),
        ('{"id": ' + "9" * 5000 + "}", "number too long"),
        ([1], "must be a JSON object {…}, not a list"),
        ("null", "not null"),
        ({"question": "x"}, "`id` is missing"),
        ({"id": 7, "question": "x"}, "`id` must be a string, not a number"),
        ({"id": " ", "question": "x"}, "`id` is empty"),
        ({"id": "a"}, "`question` is missing"),
        ({"id": "a", "question": None}, "`question` must be a string, not null"),
        ('{"id": "a", "question": "\\ud800"}', "surrogate"),
        ({**GOOD, "answers": "周一"}, "`answers` must be a list, not a string"),
        ({**GOOD, "answers": None}, "`answers` must be a list, not null"),
        ({**GOOD, "answers": [3]}, "item 1 of `answers` must be a string, not a number"),
        ({**GOOD, "answers": ["x", ""]}, "item 2 of `answers` is empty"),
        ({**GOOD, "answers": [["x", "y"]]}, 'aliases within an item need `"match": "all"`'),
        ({**GOOD, "answers": [[]], "match": "all"}, "item 1 of `answers` is an empty list"),
        ({**GOOD, "answers": [[True]], "match": "all"}, "must be a string, not true/false"),
        ({**GOOD, "match": "some"}, "`match` must be one of 'any', 'all', not 'some'"),
        ({**GOOD, "match": ["any"]}, "`match` must be one of"),
        ({**GOOD, "evidence": {"source": "a"}}, "`evidence` must be a list, not an object"),
        ({**GOOD, "evidence": ["a.md"]}, "item 1 of `evidence` must be"),
        ({**GOOD, "evidence": [{"source": "a.md"}]}, "item 1 of `evidence`: `quote` is missing"),
        ({**GOOD, "evidence": [{"source": 1, "quote": "x"}]}, "`source` must be a string"),
        (
            {**GOOD, "answers": [], "evidence": [{"source": "a.md", "quote": "x"}]},
            "yet `evidence` is given",
        ),
        ({**GOOD, "history": "x"}, "`history` must be a list"),
        ({**GOOD, "history": [3]}, "item 1 of `history` must be a string"),
        ({**GOOD, "history": [{"answer": "x"}]}, "item 1 of `history`: `question` is missing"),
        ({**GOOD, "history": [{"question": "x", "answer": 3}]}, "`answer` must be a string"),
        ({**GOOD, "type": 3}, "`type` must be a string"),
        (b'{"id": "a", "question": "\xc4\xe3"}', "byte 26 of the line (0xC4) is not UTF-8"),
    ],
)
def test_a_malformed_line_is_named(write_lines: Write, line: Any, said: str) -> None:
    """Protects authors: the message has the file, the line number and what is wrong."""
    path = write_lines({"id": "first", "question": "x"}, "", line)
    with pytest.raises(QuestionError) as caught:
        load_questions(path)
    assert f"{path}:3: " in str(caught.value)
    assert said in str(caught.value)


def test_the_key_follows_what_is_asked(write_lines: Write) -> None:
    """Protects resuming: a changed question or history is asked again, changed gold is not."""
    path = write_lines(
        GOOD,
        {**GOOD, "id": "q2"},
        {**GOOD, "id": "q3", "history": ["x"]},
    )
    gold = write_lines({**GOOD, "answers": ["周一"]}, name="gold.jsonl")
    keys = [item.key for item in load_questions(path)]
    assert len(set(keys)) == 3
    assert load_questions(gold)[0].key == keys[0]
