"""Folders of documents and questions written for training."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError
from corpus.normalize import squeeze
from index.train import asked, written

TOWN = (
    "# 物产\n\n镇上产**竹编**和茶。\n\n- 竹篮\n- 竹席\n\n| 月 | 收入 |\n|---|---|\n| 5 | 3 万元 |"
)


def line(*questions: dict[str, Any], text: str = TOWN) -> str:
    """A folder of two documents, of which questions are asked."""
    documents = [{"title": "青石镇", "text": text}, {"title": "白水镇", "text": "镇上产瓷。"}]
    return json.dumps({"folder": "两镇", "documents": documents, "questions": list(questions)})


GOODS = {"question": "出什么", "answers": ["**竹编**"]}
LIST = {"question": "编些啥", "kind": "list", "document": 0, "answers": ["竹篮", "竹席"]}
CHINA = {"question": "哪里烧瓷", "kind": "fact", "document": 1, "answers": ["瓷"]}
OPEN = {"question": "谁建的镇", "kind": "near", "document": 1, "answers": []}


def write(folder: Path, *lines: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_line_is_a_folder(tmp_path: Path) -> None:
    """Its questions come in order, each with its document; those left open without answers."""
    (folder,) = written.load(write(tmp_path, line(GOODS, LIST, CHINA, OPEN)))
    assert folder.name == "两镇"
    assert [item.title for item in folder.documents] == ["青石镇", "白水镇"]
    assert [item.kind for item in folder.questions] == ["fact", "list", "fact", "near"]
    assert [item.document for item in folder.questions] == [0, 0, 1, 1]
    assert [len(item.answers) for item in folder.questions] == [1, 2, 1, 0]


@pytest.mark.parametrize(
    "bad",
    [
        line({"question": "产什么", "answers": ["木雕"]}),
        line({"question": "产什么", "answers": [""]}),
        line({"question": "产什么", "answers": "竹编"}),
        line({"question": "产什么", "document": -1, "answers": []}),
        line({"question": "产什么", "document": 2, "answers": []}),
        line(GOODS).replace('"folder"', '"parts": 4, "folder"'),
        line(GOODS).replace('"folder"', '"parts": "many", "folder"'),
        '{"documents": [], "questions": []}',
        "{}",
        "no JSON",
    ],
)
def test_a_wrong_line_is_named(bad: str, tmp_path: Path) -> None:
    """Whoever adds documents learns which line to mend."""
    with pytest.raises(InputError, match=r"a\.jsonl, line 2: "):
        written.load(write(tmp_path, line(GOODS), bad))


def test_folders_fall_into_as_many_parts_as_they_say(tmp_path: Path) -> None:
    """Of ten parts one is left out and one is unread; the reader is trained on the others."""
    texts = [f"镇上产{number}种瓷。" for number in range(200)]
    lines = [line(text=text).replace('"folder"', '"parts": 10, "folder"') for text in texts]
    folders = written.load(write(tmp_path, *lines))
    assert {folder.part for folder in folders} == set(range(10))
    kept = {folder.part for folder in folders if folder.is_for_reader}
    assert kept == set(range(10)) - {written.LEFT_OUT, written.UNREAD}


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    """Nothing to learn from is a mistake in the path."""
    with pytest.raises(InputError, match=r"no \*\.jsonl"):
        written.load(tmp_path)


def test_questions_are_paired_with_what_answers_them(tmp_path: Path) -> None:
    """The passage as it is searched, under its title, and the sentence; emphasis is no matter."""
    lines = [line(GOODS, LIST, CHINA, OPEN, text=f"{TOWN}\n\n第{n}镇。") for n in range(12)]
    folder = write(tmp_path, *lines)
    learnt = [item for item in written.load(folder) if item.part != written.LEFT_OUT]
    assert 0 < len(learnt) < 12, "some are left out to measure on"
    passages, sentences = asked.pairs_of(folder)
    assert passages.queries == sentences.queries == ["出什么", "编些啥", "哪里烧瓷"] * len(learnt)
    assert passages.positives[0].startswith("青石镇\n# 物产\n")
    assert "竹编和茶" in sentences.positives[0]
    assert sentences.positives[2] == "镇上产瓷。"


def test_the_shipped_folders_ask_in_the_mixture_that_is_told() -> None:
    """Every answered question is found in a passage; a quarter of the questions are left open."""
    folders = written.load()
    texts = [document.text for folder in folders for document in folder.documents]
    assert len(set(texts)) == len(texts)
    questions = [item for folder in folders for item in folder.questions]
    assert 0.2 < sum(not item.answers for item in questions) / len(questions) < 0.3
    assert set(Counter(item.kind for item in questions)) == {
        "fact", "list", "table", "reason", "howto", "yesno", "near", "other",
    }  # fmt: skip
    assert all(bool(item.answers) == (item.kind not in ("near", "other")) for item in questions)
    for folder in folders:
        assert len({item.question for item in folder.questions}) == len(folder.questions)
    parts = Counter((it.parts, it.part) for it in folders if it.documents[1:])
    assert set(parts) == {(some, part) for some in (5, 10) for part in range(some)}


def test_a_shipped_answer_is_found_in_its_passage() -> None:
    """Cut as documents are cut when they are searched."""
    for folder in written.load()[::40]:
        cut = asked.passages_of(folder)
        for item in folder.questions:
            passage = asked.answering(cut[item.document], item)
            assert (passage is not None) == bool(item.answers), item.question
            if passage is not None:
                answer = squeeze(item.answers[0].replace("**", "").replace("`", ""))
                assert answer in squeeze(passage.text)
