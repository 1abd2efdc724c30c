"""Results of a benchmark: the file, the report, the comparison, the documentation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import InputError
from eval.bench_report import FIGURES, bench_markdown, compare_markdown, fill_document
from eval.bench_results import BenchResult, PeerRun, Run, load_result, save_result

RUN = Run(
    size="1000",
    corpus={"documents": 100, "passages": 1000, "characters": 250_000, "bytes": 1, "shuffled": 7},
    figures={"build_s": 0.25, "build_characters_per_s": 1e6, "reader_bytes": 123_456_789.0},
    stages={"cut": 0.125},
    disk={"kb.sqlite": 2_000_000},
    notes=("memory allowed 4 readers at once instead of 8",),
)
PEER = PeerRun("bm25s", "0.3", "1000", False, {"one_p50_ms": 0.4, "characters_per_s": 2e6})
RESULT = BenchResult(
    command="yinju bench --sizes 1000",
    date="2026-01-02T03:04:05+00:00",
    machine={
        "cpu": "Some|CPU", "cores": 4, "usable_cores": 2, "memory_bytes": 8 * 2**30,
        "system": "Linux", "python": "3.11", "versions": {"yinju": "0.1.0", "numpy": ""},
        "commit": "abc", "load_before": 0.5,
    },
    corpus="news",
    queries=54,
    settings={"seed": 1},
    runs=(RUN,),
    peers=(PEER,),
)  # fmt: skip


def test_a_result_survives_the_file(tmp_path: Path) -> None:
    """What is read back is what was measured."""
    save_result(RESULT, tmp_path / "r.json")
    assert load_result(tmp_path / "r.json") == RESULT


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False)),
    st.lists(st.text(), max_size=3),
)
def test_any_figures_survive_the_file(
    tmp_path: Path, figures: dict[str, float], notes: list[str]
) -> None:
    """No figure is rounded, no name or note lost."""
    result = replace(RESULT, runs=(replace(RUN, figures=figures, notes=tuple(notes)),))
    save_result(result, tmp_path / "r.json")
    assert load_result(tmp_path / "r.json") == result


def test_other_files_are_refused(tmp_path: Path) -> None:
    """A missing, foreign or newer file is told by its name."""
    path = tmp_path / "r.json"
    with pytest.raises(InputError, match="no such file"):
        load_result(path)
    for text in ("{}", "[]", "no", '{"format": "1"}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=r"r\.json: not a result"):
            load_result(path)
    save_result(RESULT, path)
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "format": 9}), "utf-8")
    with pytest.raises(InputError, match="format 9"):
        load_result(path)


def test_the_report_shows_what_was_measured() -> None:
    """Figures in their units, a dash for none, the machine, the others beside our own."""
    report = bench_markdown(RESULT)
    assert "| Passages | 1,000 |" in report
    assert "| Build, text files to searchable | 0.25 s |" in report
    assert "| … characters | 1 M/s |" in report
    assert "| Memory of a reader | 123 MB |" in report
    assert "| kb.sqlite | 2 |" in report
    assert "Query, 1 reader" not in report  # nobody measured it
    assert "1000: memory allowed 4 readers" in report
    assert "Some\\|CPU, 2 cores; 8 GiB memory" in report
    own, other = (line for line in report.splitlines() if line.startswith("| 1000 | "))
    assert own.startswith("| 1000 | yinju | 0.1.0 | words and vectors | 1 M/s | – |")
    assert other.startswith("| 1000 | bm25s | 0.3 | words | 2 M/s | – | 0.4 ms | – |")


def test_the_comparison_knows_what_is_better() -> None:
    """Less time and more characters a second are better; small changes are neither."""
    figures = {"build_s": 0.5, "build_characters_per_s": 2e6, "reader_bytes": 123_500_000.0}
    after = replace(RESULT, runs=(replace(RUN, figures=figures),))
    lines = compare_markdown(RESULT, after).splitlines()
    assert f"| {FIGURES['build_s'].title} | 0.25 s | 0.5 s | +100 % | worse |" in lines
    assert "| … characters | 1 M/s | 2 M/s | +100 % | better |" in lines
    assert "| Memory of a reader | 123 MB | 124 MB | +0 % |  |" in lines
    with pytest.raises(InputError, match="no size in common"):
        compare_markdown(RESULT, replace(RESULT, runs=()))
    elsewhere = replace(RESULT, machine={**RESULT.machine, "cpu": "Other"})
    assert "Different machines" in compare_markdown(RESULT, elsewhere)
    assert "Different corpora" in compare_markdown(RESULT, replace(RESULT, corpus="other"))
    assert "Different" not in compare_markdown(RESULT, after)


def test_a_document_takes_its_figures_from_the_files(tmp_path: Path) -> None:
    """Filling replaces what stood there, leaves the rest, and changes nothing the second time."""
    save_result(RESULT, tmp_path / "r.json")
    text = "before\n<!-- bench: r.json -->\nold\n<!-- end of bench -->\nafter\n"
    filled = fill_document(text, tmp_path)
    assert filled.startswith("before\n<!-- bench: r.json -->\n\n### Benchmark on news")
    assert filled.endswith("<!-- end of bench -->\nafter\n")
    assert "old" not in filled
    assert fill_document(filled, tmp_path) == filled
    with pytest.raises(InputError, match=r"none\.json"):
        fill_document(text.replace("r.json", "none.json"), tmp_path)


def test_the_documentation_shows_the_published_results(root: Path) -> None:
    """Figures in the documentation are those of the result files; see ``yinju bench --fill``."""
    path = root / "docs" / "benchmark.md"
    text = path.read_text(encoding="utf-8")
    assert "<!-- bench:" in text
    assert fill_document(text, path.parent) == text
