"""``yinju bench`` on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from eval.bench_peers import PEERS, is_installed
from eval.bench_results import BenchResult, Run, save_result

Command = Callable[..., SimpleNamespace]


def result(seconds: float) -> BenchResult:
    machine = {"cpu": "c", "usable_cores": 1, "system": "s", "python": "3", "versions": {}}
    run = Run("200", {"passages": 200, "documents": 9, "shuffled": 0, "characters": 9},
              {"build_s": seconds}, {}, {})  # fmt: skip
    return BenchResult("yinju bench", "2026-01-01T00:00:00", machine, "x", 2, {}, (run,))


def measured(workplace: object, size: str, *_: object, **__: object) -> Run:
    """In place of the steps of one size."""
    (run,) = result(1.0).runs
    return replace(run, size=size, corpus={**run.corpus, "passages": int(size)})


def test_measuring_prints_the_report_and_names_the_file(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default corpus needs no data; nothing is left but the result.

    What is measured, ``tests/eval/test_bench.py`` says.
    """
    monkeypatch.setattr("eval.bench.measure_size", measured)
    done = run("bench", "--sizes", "120", "--chunk.target", "200", "--out", "结果")
    assert (done.code, done.err) == (0, "")
    assert "| Passages | 120 |" in done.out
    assert "--chunk.target=200" in done.out
    written = sorted(path.suffix for path in (tmp_path / "结果").iterdir())
    assert written == [".json", ".md"]
    path = Path(done.out.splitlines()[-1])
    assert json.loads(path.read_text(encoding="utf-8"))["settings"]["chunk"]["target"] == 200
    assert [item.name for item in tmp_path.iterdir()] == ["结果"]


def test_two_results_are_compared(run: Command, tmp_path: Path) -> None:
    """``--compare`` measures nothing and prints both figures."""
    save_result(result(1.0), tmp_path / "a.json")
    save_result(result(0.5), tmp_path / "b.json")
    done = run("bench", "--compare", "a.json", "b.json")
    assert (done.code, done.err) == (0, "")
    assert "| 1 s | 0.5 s | -50 % | better |" in done.out


def test_a_document_is_filled(run: Command, tmp_path: Path) -> None:
    """``--fill`` puts the results a document names into it."""
    save_result(result(1.0), tmp_path / "a.json")
    document = tmp_path / "文档.md"
    document.write_text("<!-- bench: a.json -->\n<!-- end of bench -->\n", encoding="utf-8")
    assert run("bench", "--fill", document).code == 0
    assert "| Build, text files to searchable | 1 s |" in document.read_text(encoding="utf-8")


def test_wrong_options_are_refused(fails: Callable[..., str], tmp_path: Path) -> None:
    """One line that says what to do instead."""
    assert "--keep" in fails(2, "bench", "--kb", "kb")
    assert "choose from" in fails(2, "bench", "--against", "solr")
    assert "not a number" in fails(2, "bench", "--sizes", "1k")
    assert "no such file" in fails(2, "bench", "--compare", "a.json", "b.json")
    missing = [name for name in PEERS if not is_installed(name)]
    if missing:
        assert "yinju[bench]" in fails(2, "bench", "--against", missing[0])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("corpus", ["无", "无/corpus.jsonl"])
def test_a_missing_corpus_is_told(fails: Callable[..., str], corpus: str) -> None:
    """Nothing is measured on a corpus that is not there."""
    assert "no " in fails(2, "bench", "--sizes", "100", "--corpus", corpus)
