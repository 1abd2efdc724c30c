"""What goes wrong is told in one line that names it, with the documented exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.usefixtures("one_model")
Run = Callable[..., SimpleNamespace]
Fails = Callable[..., str]
BROKEN = "红茶".encode() + b"\xff\xff\x81" + "继续".encode() * 20


@pytest.mark.parametrize("name", ["坏.md", "坏.txt"])
def test_a_broken_file_is_reported_and_skipped(run: Run, documents: Path, name: str) -> None:
    """The others are built all the same, and the build succeeds."""
    (documents / name).write_bytes(BROKEN)
    done = run("build", documents)
    assert done.code == 0
    assert "3 篇文档" in done.out
    (line,) = [line for line in done.out.splitlines() if name in line]
    assert "UTF-8" in line
    skipped = json.loads(run("build", documents, "--json").out)["skipped"]
    assert [item["source"] for item in skipped] == [name]
    assert run("ask", "祁门红茶产自哪里？").out.startswith("祁门红茶产自安徽。[1]")


def test_a_file_that_becomes_unreadable_keeps_its_text(run: Run, documents: Path) -> None:
    """Nothing that was indexed is lost because a file is damaged later."""
    run("build", documents)
    (documents / "桥.md").write_bytes(BROKEN)
    report = json.loads(run("build", documents, "--json").out)
    assert [item["source"] for item in report["skipped"]] == ["桥.md"]
    assert (report["removed"], report["documents"]) == ([], 3)
    assert "36.5公里" in run("ask", "大桥全长多少公里").out


@pytest.mark.parametrize("content", [b"", b"  \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_reported_and_skipped(run: Run, documents: Path, content: bytes) -> None:
    """It is named with the reason."""
    (documents / "空.md").write_bytes(content)
    done = run("build", documents)
    assert done.code == 0
    assert "  跳过 空.md：" in done.out


def test_other_files_are_named_as_not_read(run: Run, documents: Path) -> None:
    """A type that is not read is no error, but it is said."""
    (documents / "图.png").write_bytes(b"\x89PNG")
    done = run("build", documents)
    assert done.code == 0
    assert "图.png" in done.out


def test_a_folder_without_documents(fails: Fails, tmp_path: Path) -> None:
    """It says so and what to name instead."""
    (tmp_path / "空").mkdir()
    assert "found no document to index; name a folder" in fails(2, "build", tmp_path / "空")


def test_a_folder_of_broken_documents_only(fails: Fails, tmp_path: Path) -> None:
    """Nothing could be read: the first reason is given."""
    (tmp_path / "坏").mkdir()
    (tmp_path / "坏" / "坏.md").write_bytes(BROKEN)
    assert "坏.md" in fails(2, "build", tmp_path / "坏")


def test_a_folder_that_is_missing(fails: Fails) -> None:
    """The path is named."""
    assert "没有 这个" in fails(2, "build", "没有 这个")


def test_a_failed_build_leaves_nothing_behind(
    fails: Fails, run: Run, documents: Path, tmp_path: Path
) -> None:
    """After a wrong name the same command with the right one works."""
    fails(2, "build", "没有")
    assert not (tmp_path / "kb" / "manifest.json").exists()
    assert run("build", documents).code == 0


@pytest.mark.parametrize("command", ["ask", "search", "info", "eval"])
def test_a_folder_that_is_no_knowledge_base(fails: Fails, command: str, documents: Path) -> None:
    """It is named, with the command that builds one; missing, other files, or a file."""
    more = {"ask": ["茶"], "search": ["茶"], "info": [], "eval": ["q.jsonl", "--out", "o"]}[command]
    Path("q.jsonl").write_text('{"id": "1", "question": "茶"}', encoding="utf-8")
    for folder in ("没有", documents, documents / "桥.md"):
        message = fails(1, command, *more, "--kb", folder)
        assert str(folder) in message
        assert "yinju build" in message


def test_a_build_into_a_folder_of_other_things(fails: Fails, documents: Path) -> None:
    """The user's files are never mixed with a knowledge base."""
    before = sorted(documents.rglob("*"))
    assert str(documents) in fails(1, "build", documents, "--kb", documents)
    assert sorted(documents.rglob("*")) == before


def test_a_damaged_knowledge_base(run: Run, fails: Fails, documents: Path, tmp_path: Path) -> None:
    """The damaged file and the command that repairs it are named, and the command does."""
    run("build", documents)
    (vectors,) = (tmp_path / "kb").rglob("vectors.npy")
    vectors.write_bytes(b"")
    message = fails(1, "ask", "茶")
    assert "vectors.npy" in message
    assert "yinju verify --repair" in message
    assert run("build", documents, "--rebuild").code == 0
    assert run("ask", "祁门红茶产自哪里").code == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("不是 JSON", "not JSON"),
        ('{"id": "2"}', "question"),
        ("[1, 2]", "object"),
        ('{"id": "1", "question": "又一个"}', "1"),
        ('{"id": "2", "question": "茶", "answers": "红茶"}', "answers"),
    ],
)
def test_a_malformed_question_line(
    fails: Fails, small_kb: Path, tmp_path: Path, line: str, told: str
) -> None:
    """File and line are named, nothing is asked and nothing written."""
    first = json.dumps({"id": "1", "question": "茶产自哪里"}, ensure_ascii=False)
    Path("问题.jsonl").write_text(f"{first}\n{line}\n", encoding="utf-8")
    message = fails(2, "eval", "问题.jsonl", "--kb", small_kb, "--out", "结果")
    assert "问题.jsonl:2" in message
    assert told in message
    assert not (tmp_path / "结果").exists()


@pytest.mark.parametrize("name", ["没有.jsonl", "."])
def test_a_question_file_that_cannot_be_read(fails: Fails, small_kb: Path, name: str) -> None:
    """Missing, or a folder."""
    assert name in fails(2, "eval", name, "--kb", small_kb, "--out", "结果")


def test_an_output_folder_that_is_a_file(fails: Fails, small_kb: Path) -> None:
    """Nothing is overwritten."""
    Path("q.jsonl").write_text('{"id": "1", "question": "茶"}', encoding="utf-8")
    Path("结果").write_text("mine", encoding="utf-8")
    assert "结果" in fails(2, "eval", "q.jsonl", "--kb", small_kb, "--out", "结果")
    assert Path("结果").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["search", "茶", "-k", "0"], "k is 0"),
        (["search", "茶", "-k", "-3"], "k is -3"),
        (["search", "茶", "-k", "许多"], "许多"),
        (["search", ""], "empty"),
        (["search", " \u3000"], "empty"),
        (["ask", "茶", "--embedder", "没有"], "没有"),
        (["ask", "茶", "--answer.threshold", "1.5"], "answer.threshold is 1.5"),
        (["ask", "茶", "--answer.threshold", "nan"], "answer.threshold is nan"),
        (["ask", "茶", "--answer.threshold", "高"], "--answer.threshold"),
        (["ask", "茶", "--answer.sentences", "1.5"], "--answer.sentences"),
        (["ask", "茶", "--answer.language", "fr"], "answer.language"),
        (["ask", "茶", "--retrieve.candidates", "0"], "retrieve.candidates is 0"),
        (["ask", "茶", "--answer.colour", "1"], "--answer.colour"),
        (["ask", "茶", "--answer.thresh", "0.5"], "--answer.thresh"),
        (["ask"], "question"),
        (["ask", "茶", "多余"], "多余"),
        (["eval", "q.jsonl"], "--out"),
        (["没有"], "没有"),
        ([], "COMMAND"),
    ],
)
def test_wrong_input_is_told_in_one_line(
    fails: Fails, small_kb: Path, arguments: list[str], told: str
) -> None:
    """Exit code 2, the option or value named, no usage text, no traceback."""
    at = ["--kb", small_kb] if arguments and arguments[0] in ("ask", "search", "eval") else []
    assert told in fails(2, *arguments, *at)


def test_chunk_settings_that_differ_ask_for_a_rebuild(
    run: Run, fails: Fails, documents: Path
) -> None:
    """Passages cut in two ways are never mixed."""
    run("build", documents)
    assert "--rebuild" in fails(2, "build", documents, "--chunk.target", "100")
    assert run("build", documents, "--chunk.target", "100", "--rebuild").code == 0


def test_bytes_that_are_no_text_are_asked_anyway(run: Run, small_kb: Path) -> None:
    """An argument in another encoding (as a shell hands it on) gets a reply."""
    assert run("ask", "\udcff祁门红茶产自哪里", "--kb", small_kb, "--json").code == 0
    assert run("search", "\udcff祁门", "--kb", small_kb).code == 0
