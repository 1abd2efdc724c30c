"""``yinju inspect``: what of a file is searched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.usefixtures("one_model")
Run = Callable[..., SimpleNamespace]
TEXT = """---
title: 绿茶
author: 李四
date: 2024年12月5日
---

绿茶不发酵，用八十度的水冲泡，三分钟以后饮用，第一泡的水也可以喝，不必倒掉，夏天宜饮绿茶。

扫码关注公众号，获取更多资讯
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An article with front matter and a promotion."""
    path = tmp_path / "茶 叶.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_the_text_is_shown_as_a_diff_with_reasons(run: Run, file: Path) -> None:
    """Every line is there: with a blank if it is searched, with a minus below the reason if not."""
    done = run("inspect", file)
    assert (done.code, done.err) == (0, "")
    lines = done.out.split("\n")
    assert lines[:3] == ["标题：绿茶", "作者：李四", "日期：2024-12-05"]
    assert lines[4:6] == ["--- 茶 叶.md", "+++ 检索的文本"]
    assert lines[6:9] == ["@@ 第 1 行：front matter @@", "----", "-title: 绿茶"]
    assert " " + TEXT.split("\n")[6] in lines
    assert lines[-3:-1] == ["@@ 第 9 行：promotion @@", "-扫码关注公众号，获取更多资讯"]


def test_settings_decide_what_is_dropped(run: Run, file: Path) -> None:
    """The same settings as those of a build."""
    out = run("inspect", file, "--clean.keep", "promotion").out
    assert " 扫码关注公众号，获取更多资讯" in out
    assert "promotion" not in out


def test_records_are_printed_as_json(run: Run, file: Path) -> None:
    """For other programs: the document with its marks, and its passages."""
    record = json.loads(run("inspect", file, "--json").out)
    document, passages = record["document"], record["passages"]
    assert [mark["reason"] for mark in document["marks"]] == ["front matter", "promotion"]
    (passage,) = passages
    assert document["text"][passage["start"] : passage["end"]] == passage["text"]


def test_a_document_cannot_steer_the_terminal(run: Run, file: Path) -> None:
    """Escape sequences are shown as what they are."""
    file.write_text("正文\x1b[2J结束。", encoding="utf-8")
    assert "\x1b" not in run("inspect", file).out


def test_what_cannot_be_read_is_one_line(fails: Callable[..., str], tmp_path: Path) -> None:
    """Which file, and why."""
    assert "没有.md" in fails(2, "inspect", tmp_path / "没有.md")
    assert "is a folder; name one file in it" in fails(2, "inspect", tmp_path)
    (tmp_path / "空.md").write_text("", encoding="utf-8")
    assert "空.md: holds no text" in fails(2, "inspect", tmp_path / "空.md")
