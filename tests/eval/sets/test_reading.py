"""Reading comprehension in the layouts it is published in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError, QuestionError
from eval.evidence_check import missing_evidence
from eval.load import QuestionSetError
from eval.questions import Evidence
from eval.sets import QuestionSet, read_set

CONTEXT = "图书馆逢周一闭馆，周二至周日九点开放。"
SQUAD = {
    "version": "x",
    "data": [
        {
            "title": "图书馆",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {
                            "id": "1-1",
                            "question": "哪天闭馆？",
                            "answers": [
                                {"text": "周一", "answer_start": 4},
                                {"text": "周一", "answer_start": 4},
                            ],
                        },
                        {"id": "1-2", "question": "馆长是谁？", "answers": [],
                         "is_impossible": True},
                    ],
                }
            ],
        }
    ],
}  # fmt: skip
CMRC = [
    {
        "context_id": "T0",
        "context_text": CONTEXT,
        "title": "图书馆",
        "qas": [
            {"query_id": "1-1", "query_text": "哪天闭馆？", "answers": ["周一", "周一"]},
            {"query_id": "1-2", "query_text": "馆长是谁？", "answers": []},
        ],
    }
]
LINES = [
    {"id": "1-1", "title": "图书馆", "context": CONTEXT, "question": "哪天闭馆？",
     "answers": ["周一", "周一"]},
    {"id": "1-2", "title": "图书馆", "context": CONTEXT, "question": "馆长是谁？", "answers": []},
]  # fmt: skip


def write(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def lines(path: Path, *values: Any) -> Path:
    path.write_text("\n".join(json.dumps(item) for item in values), encoding="utf-8")
    return path


def check(found: QuestionSet) -> None:
    (source,) = found.documents or {}
    first, second = found.questions
    assert (found.documents or {})[source] == CONTEXT
    assert "图书馆" in source
    assert first.answers == (("周一",),)
    assert first.evidence == (Evidence(source, "周一"),)
    assert second.answers == ()
    assert second.answerable is False
    assert dict(found.given) == {"1-1": source, "1-2": source}


def test_the_three_layouts_are_one(tmp_path: Path) -> None:
    """Protects users of SQuAD, DRCD and both kinds of CMRC: the same set in any of them."""
    check(read_set(write(tmp_path / "squad.json", SQUAD)))
    check(read_set(write(tmp_path / "cmrc.json", CMRC)))
    plain = lines(tmp_path / "mrc.jsonl", *LINES)
    check(read_set(plain, "mrc"))
    packed = tmp_path / "mrc.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    check(read_set(packed, "mrc"))


def test_evidence_is_what_justifies_the_answer(tmp_path: Path) -> None:
    """Protects yes/no questions and given evidence: there is always a place to find."""
    path = lines(
        tmp_path / "a.jsonl",
        {**LINES[0], "id": "a", "answers": ["YES"]},
        {**LINES[0], "id": "b", "evidences": ["图书馆逢周一闭馆"]},
        {**LINES[0], "id": "c", "answers": {"text": ["周一"], "answer_start": [4]}},
    )
    found = read_set(path, "mrc")
    assert [item.evidence[0].quote for item in found.questions] == [
        CONTEXT, "图书馆逢周一闭馆", "周一",
    ]  # fmt: skip


def test_every_broken_row_is_named(tmp_path: Path) -> None:
    """Protects authors: file and line of each fault, in one go."""
    path = lines(
        tmp_path / "bad.jsonl",
        LINES[0],
        {**LINES[0], "id": "x", "context": " "},
        {**LINES[0]},
        {"id": "y", "context": CONTEXT, "answers": "周一", "question": "？"},
        ["no object"],
    )
    with pytest.raises(QuestionSetError) as told:
        read_set(path, "mrc")
    assert [line.split(": ")[0] for line in told.value.problems] == [
        f"{path}:{number}" for number in (2, 3, 4, 5)
    ]
    broken = json.loads(json.dumps(SQUAD))
    broken["data"][0]["paragraphs"][0]["qas"][1]["question"] = ""
    path = write(tmp_path / "bad.json", broken)
    with pytest.raises(QuestionSetError, match=r"bad\.json:\d+: data\[0\]\.paragraphs\[0\]\.qas"):
        read_set(path)


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"data": 3}', b"\xff", b"null"])
def test_what_is_no_set(tmp_path: Path, content: bytes) -> None:
    """Protects the command line from a traceback."""
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(QuestionError):
        read_set(path)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """Protects the message: a missing file, a damaged one, an unknown layout."""
    with pytest.raises(QuestionError, match="no such file"):
        read_set(tmp_path / "none.jsonl", "mrc")
    damaged = tmp_path / "damaged.jsonl.gz"
    damaged.write_bytes(gzip.compress(b"x" * 1000)[:20])
    with pytest.raises(QuestionError, match="cannot be read"):
        read_set(damaged, "mrc")
    with pytest.raises(InputError, match="no layout"):
        read_set(damaged, "other")


def test_missing_evidence_is_listed() -> None:
    """Protects a question nobody can answer right from being blamed on the system."""
    from corpus.load import make_document
    from eval import Question

    documents = [make_document(CONTEXT, "馆.txt")]
    questions = [
        Question("a", "？", evidence=(Evidence("馆.txt", "逢 周一 闭馆"),)),
        Question("b", "？", evidence=(Evidence("馆.txt", "逢周二闭馆"),)),
        Question("c", "？", evidence=(Evidence("无.txt", "逢周一闭馆"),)),
    ]
    missing = missing_evidence(questions, documents)
    assert [(item.question, item.document) for item in missing] == [("b", True), ("c", False)]
    assert "无.txt" in str(missing[1])
