"""BEIR folders: what is read, what is written, and that standard tools read it the same way."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytrec_eval

from corpus.errors import QuestionError
from corpus.segment import Segmenter
from eval.beir import evaluate_beir
from eval.compare import compare
from eval.gates import figures_by_stage, parse_gates, verdict
from eval.retrieving import rank_by_bm25
from eval.runs import find_run, kept_runs, load_run
from eval.sets.beir import load_beir
from eval.system import System

TEXTS = {
    "d1": "图书馆逢周一闭馆，法定节假日照常开放。",
    "d2": "食堂每天早上七点开门，晚上八点关门。",
    "d3": "游泳池夏天开放，冬天不开放。",
    "d4": "校车每小时一班，周末停运。",
}
QUERIES = {"q1": "图书馆哪天闭馆", "q2": "食堂几点开门", "q3": "校车周末开吗"}
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t2\nq2\td4\t1\nq3\td4\t1\nq3\td1\t0\n"
STAGES = ("bm25-documents", "bm25", "dense", "hybrid", "rerank")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "set" / "qrels").mkdir(parents=True)
    return fill(tmp_path / "set", TEXTS, QUERIES, QRELS)


def fill(folder: Path, texts: Any, queries: Any, qrels: str) -> Path:
    for name, values in (("corpus", texts), ("queries", queries)):
        lines = (json.dumps({"_id": key, "title": "", "text": text}, ensure_ascii=False)
                 for key, text in values.items())  # fmt: skip
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("one_model")
def test_runs_mean_to_trec_eval_what_we_say(folder: Path, tmp_path: Path) -> None:
    """Protects the run files: their figures by trec_eval are those that were printed."""
    data = load_beir(folder)
    out = tmp_path / "out"
    steps: set[str] = set()
    results = evaluate_beir(
        data, System(out / "kb"), out, STAGES, progress=lambda stage, done, n: steps.add(stage)
    )
    assert set(STAGES) <= steps
    judge = pytrec_eval.RelevanceEvaluator(data.judgements, {"ndcg_cut.10", "recall.1"})
    for stage in STAGES:
        with (out / f"run.{stage}.trec").open(encoding="utf-8") as file:
            theirs = judge.evaluate(pytrec_eval.parse_run(file))
        for name, measure in (("ndcg@10", "ndcg_cut_10"), ("recall@1", "recall_1")):
            mean = sum(item[measure] for item in theirs.values()) / len(QUERIES)
            assert results[stage].figures[name].value == pytest.approx(mean, abs=1e-6)
    assert results["bm25"].figures["mrr@10"].value == 1.0
    written = json.loads((out / "metrics.json").read_text("utf-8"))
    assert list(written["stages"]) == list(STAGES)


@pytest.mark.usefixtures("one_model")
def test_each_stage_is_a_run(folder: Path, tmp_path: Path) -> None:
    """Protects the comparison of stages, and conditions on any of them."""
    out = tmp_path / "out"
    evaluate_beir(load_beir(folder), System(out / "kb"), out, ("bm25", "dense"))
    first, second = (load_run(find_run(f"{out}:{stage}")) for stage in ("bm25", "dense"))
    comparison = compare(first, second)
    assert [item.name for item in comparison.changes] == ["stage"]
    assert comparison.questions == len(QUERIES)
    figures = figures_by_stage(load_run(kept_runs(out)[-1]), out)
    assert {"", "bm25", "dense"} == set(figures)
    assert verdict(out, parse_gates(["bm25:mrr@10=0.99"]), kept_runs(out)[0]) == []


@pytest.mark.usefixtures("one_model")
def test_a_killed_run_takes_over_finished_stages(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protects hours of work: a stage that was finished is not ranked again."""
    data, out = load_beir(folder), tmp_path / "out"

    def die(stage: str, done: int, total: int) -> None:
        if stage == "dense":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate_beir(data, System(out / "kb"), out, ("bm25", "dense"), progress=die)
    steps: list[str] = []
    evaluate_beir(data, System(out / "kb"), out, ("bm25", "dense"),
                  progress=lambda stage, done, n: steps.append(stage))  # fmt: skip
    assert "bm25" not in steps
    assert "dense" in steps
    assert not list(out.glob(".stages*"))


def test_whole_documents() -> None:
    """Protects the baseline: the document with the query's rare words comes first."""
    rankings = rank_by_bm25(TEXTS, Segmenter(), list(QUERIES.items()), 2)
    assert [rankings[name][0][0] for name in QUERIES] == ["d1", "d2", "d4"]
    assert all(len(ranking) <= 2 for ranking in rankings.values())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: (f / "qrels/test.tsv").unlink(), "test.tsv"),
        (lambda f: (f / "corpus.jsonl.gz").unlink(), "corpus.jsonl"),
        (lambda f: (f / "qrels/test.tsv").write_text("q1\td1\tyes\nq9\td1\t1\n"), r"test\.tsv:2"),
        (lambda f: (f / "qrels/test.tsv").write_text("q1\td1\t0\n"), "judges no query"),
        (lambda f: fill(f, {"": "x"}, QUERIES, QRELS), r"corpus\.jsonl\.gz:1"),
    ],
)
def test_faults_are_told_by_file_and_line(
    folder: Path, change: Callable[[Path], object], told: str
) -> None:
    """Protects from building for hours on a folder that is not what it should be."""
    change(folder)
    with pytest.raises(QuestionError, match=told):
        load_beir(folder)


def test_titles_and_trec_judgements(folder: Path) -> None:
    """Protects collections with titles, and judgements in TREC's four columns."""
    (folder / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "馆", "text": "周一闭馆"}\n'
        '{"_id": "d2", "title": "馆", "text": "馆在"}'
    )
    (folder / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "？"}\n{"_id": "q2", "text": "？"}'
    )
    (folder / "qrels" / "test.tsv").write_text("q1\t0\td1\t1\n")
    data = load_beir(folder)
    assert data.documents == {"d1": "馆\n\n周一闭馆", "d2": "馆在"}
    assert list(data.queries) == ["q1"]
