"""The commands that keep knowledge bases: what they print and how they end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.layout import MANIFEST, UPLOADS
from ui.folders import find_kb, find_model

pytestmark = pytest.mark.usefixtures("one_model")
Run = Callable[..., SimpleNamespace]
Fails = Callable[..., str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("YINJU_HOME", str(folder))
    return folder


@pytest.fixture
def kb(small_kb: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    return Path(shutil.copytree(small_kb, tmp_path / "kb"))


def damage(kb: Path, name: str) -> None:
    path = next(kb.glob(f"seg-*/{name}"))
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def test_verify_tells_what_was_checked(run: Run, kb: Path) -> None:
    """Part by part; 0 if all is well."""
    done = run("verify")
    assert (done.code, done.err) == (0, "")
    assert "段落位置（3 个段落）：正常" in done.out
    assert done.out.rstrip().endswith("没有发现问题。")
    record = json.loads(run("verify", "--json").out)
    assert record["generation"] == 1
    assert not any(check["findings"] for check in record["checks"])


def test_verify_ends_with_1_when_something_is_wrong(run: Run, kb: Path) -> None:
    """The file and the remedy are told; the remedy works."""
    damage(kb, "terms.npy")
    done = run("verify")
    assert done.code == 1
    assert "terms.npy" in done.out
    assert "yinju verify --repair" in done.out
    repaired = run("verify", "--repair")
    assert repaired.code == 0
    assert "重建 3 个段落的索引（其中重新计算 0 个向量）" in repaired.out
    assert "已修复，发布为第 2 版" in repaired.out
    assert run("verify").code == 0
    assert run("ask", "祁门红茶产自哪里？").code == 0
    assert "无需修复" in run("verify", "--repair").out


def test_what_cannot_be_repaired_is_an_error(fails: Fails, kb: Path) -> None:
    """It says what to do instead."""
    (kb / "kb.sqlite").write_bytes(b"not a database" * 99)
    assert "restore a backup" in fails(1, "verify", "--repair")
    assert "not a knowledge base" in fails(1, "verify", "--kb", "没有")


def test_info_needs_no_matching_model(run: Run, kb: Path) -> None:
    """It says that the model does not fit, and all that can be said without it."""
    record = json.loads(run("info", "--json").out)
    assert record["embedder"]["fits"]
    manifest = json.loads((kb / MANIFEST).read_text(encoding="utf-8"))
    (kb / MANIFEST).write_text(json.dumps(manifest | {"embedder": "another"}), encoding="utf-8")
    done = run("info")
    assert done.code == 0
    assert "fits: False" in done.out
    assert "name seg-000001, rows 3, recall 1.0" in done.out
    assert run("info", "--embedder", "没有").code == 0


def test_remove_tells_what_would_come_back(run: Run, fails: Fails, documents: Path) -> None:
    """How many went, and that the next build would read the files again."""
    run("build", documents)
    done = run("remove", "茶/*")
    assert done.code == 0
    assert "移除 2 篇文档，余 1 篇" in done.out
    assert "2 篇的原文件仍在建库的文件夹里" in done.out
    assert "茶/红茶.md" in run("search", "红茶").out or "桥.md" in run("search", "红茶").out
    assert "similar names: 桥.md" in fails(2, "remove", "桥x.md")
    record = json.loads(run("remove", "桥.md", "--json").out)
    assert (record["removed"], record["documents"]) == (["桥.md"], 0)
    assert "没有找到相关段落" in run("search", "红茶").out
    assert run("ask", "红茶产自哪里？").code == 0
    assert json.loads(run("build", documents, "--json").out)["documents"] == 3


def test_removed_uploads_are_deleted(run: Run, kb: Path, documents: Path) -> None:
    """Their files are the user's copies in the knowledge base."""
    (kb / UPLOADS).mkdir()
    (kb / UPLOADS / "传.md").write_text("上传的一篇。", encoding="utf-8")
    run("build", documents, "--add")
    done = run("remove", "uploads/传.md")
    assert "同时删除了 1 个上传的文件" in done.out
    assert list((kb / UPLOADS).iterdir()) == []


def test_export_backup_and_restore(run: Run, fails: Fails, kb: Path, tmp_path: Path) -> None:
    """What was written is told; nothing is overwritten unasked."""
    assert "已导出 3 条" in run("export", "p.jsonl").out
    assert json.loads(run("export", "d.parquet", "--what", "documents", "--json").out) == {
        "file": "d.parquet", "what": "documents", "records": 3,
    }  # fmt: skip
    assert "--force" in fails(2, "export", "p.jsonl")
    assert run("export", "p.jsonl", "--force").code == 0
    assert "已备份到 b.tar" in run("backup", "b.tar").out
    assert "--force" in fails(2, "restore", "b.tar")
    assert "第 1 版，3 篇文档" in run("restore", "b.tar", "--kb", "另一个").out
    assert run("ask", "祁门红茶产自哪里？", "--kb", "另一个").out.startswith("祁门红茶产自安徽")
    shutil.rmtree(kb)
    assert json.loads(run("restore", "b.tar", "--json").out)["documents"] == 3
    (tmp_path / "b.tar").write_bytes((tmp_path / "b.tar").read_bytes()[:3000])
    assert "b.tar" in fails(2, "restore", "b.tar", "--kb", "第三个")
    assert not (tmp_path / "第三个").exists()


def test_knowledge_bases_are_listed_and_named(
    run: Run, kb: Path, home: Path, small_kb: Path, tmp_path: Path
) -> None:
    """Those here and those of the data folder, which are opened by name."""
    home.mkdir()
    shutil.copytree(small_kb, home / "茶馆")
    found = json.loads(run("list", "--json").out)
    assert {item["name"] for item in found} == {"茶馆", "kb"}
    assert "3 篇文档" in run("list").out
    assert run("info", "--kb", "茶馆").code == 0
    assert "没有找到知识库" in run("list", home / "茶馆" / "states").out


def test_a_name_means_the_data_folder_only_if_nothing_here_has_it(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path is always a path, and ``kb`` is always the one here."""
    monkeypatch.chdir(tmp_path)
    for name in ("kb", "茶馆"):
        (home / name).mkdir(parents=True)
        (home / name / MANIFEST).write_text("{}", encoding="utf-8")
    assert find_kb(Path("茶馆")) == home / "茶馆"
    assert find_kb(Path("kb")) == Path("kb")
    assert find_kb(Path("没有")) == Path("没有")
    assert find_kb(Path("a/茶馆")) == Path("a/茶馆")
    Path("茶馆").mkdir()
    assert find_kb(Path("茶馆")) == Path("茶馆")
    model = home / "models" / "a" / "b"
    model.mkdir(parents=True)
    assert find_model(Path("a/b")) == Path("a/b")
    (model / "modules.json").write_text("[]", encoding="utf-8")
    assert find_model(Path("a/b")) == model
    assert find_model(Path("../models/a/b")) == Path("../models/a/b")


def test_models_are_listed(run: Run) -> None:
    """The shipped one is always there."""
    assert "自带模型" in run("model", "list").out
    assert json.loads(run("model", "list", "--json").out)[0]["dimension"] > 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["remove"], "SOURCE"),
        (["export", "x.csv"], ".jsonl"),
        (["export", "x.jsonl", "--what", "all"], "--what"),
        (["restore", "没有.tar", "--kb", "新"], "没有.tar"),
        (["watch", "没有"], "没有"),
        (["watch", ".", "--interval", "0"], "--interval"),
        (["model"], "ACTION"),
        (["model", "fetch", "../x"], "owner/name"),
        (["list", "没有"], "没有"),
    ],
)
def test_wrong_input_is_told_in_one_line(
    fails: Fails, kb: Path, arguments: list[str], told: str
) -> None:
    """Exit code 2, what is wrong named."""
    assert told in fails(2, *arguments)
