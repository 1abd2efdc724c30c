"""Runs that are kept, compared, and gated on; with a real knowledge base and worker processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError
from eval.compare import compare
from eval.gates import Gate, check_gates, check_no_worse, parse_gates, verdict
from eval.report.comparison import comparison_json, comparison_markdown
from eval.report.text import comparison_text
from eval.run import Options, evaluate, score_answers
from eval.runs import find_run, kept_runs, load_run
from eval.sets import read_set
from eval.system import System
from rag import AnswerSettings

QUESTIONS = 8


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A few questions of the development set."""
    lines = (root / "eval/sample/dev.jsonl").read_text("utf-8").splitlines()
    path = tmp_path_factory.mktemp("questions") / "few.jsonl"
    path.write_text("\n".join(lines[:QUESTIONS]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, questions: Path, sample_folder: Path) -> Path:
    """Two runs: as it is, and one that always refuses."""
    folder = tmp_path_factory.mktemp("out")
    evaluate(questions, System(sample_folder), folder, options=Options(stages=("bm25", "hybrid")))
    strict = System(sample_folder, answer=AnswerSettings(threshold=1.0))
    evaluate(questions, strict, folder)
    return folder


def test_what_is_kept(out: Path, questions: Path) -> None:
    """Protects the record of a run: question set, knowledge base, settings, code, figures."""
    first, second = map(load_run, kept_runs(out))
    assert first.about["questions"]["hash"] == read_set(questions).hash
    assert first.about["questions"]["count"] == len(first.rows) == QUESTIONS
    assert first.about["kb"]["embedder"]["fingerprint"]
    assert first.about["kb"]["settings"]["retrieve"]["dense_weight"] == 0.5
    assert set(first.about["code"]) == {"version", "source"}
    assert second.about["settings"]["hits"] == 100
    assert first.about["figures"]["bm25:recall@5"]["count"] > 0
    assert second.about["figures"]["false_refusal"]["value"] == 1.0


def test_a_run_compared_with_itself_shows_no_difference(out: Path) -> None:
    """Protects the bar: nothing changed, nothing significant, nothing won or lost."""
    run = load_run(kept_runs(out)[0])
    comparison = compare(run, run)
    assert comparison.changes == comparison.won == comparison.lost == ()
    assert all(pair.difference == 0 and pair.p == 1 for pair in comparison.figures.values())
    assert comparison.worse() == []
    assert "Nothing." in comparison_markdown(comparison)


def test_two_runs_side_by_side(out: Path) -> None:
    """Protects the comparison: the setting that changed, its effect, and each question lost."""
    first, second = map(load_run, kept_runs(out))
    comparison = compare(first, second)
    assert [(item.name, item.first, item.second) for item in comparison.changes] == [
        ("kb.settings.answer.threshold", "0.14", "1.0")
    ]
    assert comparison.figures["false_refusal"].difference > 0
    assert "false_refusal" in comparison.worse()
    assert comparison.won == ()
    assert {item.second_lost_at for item in comparison.lost} == {"wrongly refused"}
    assert check_no_worse(comparison)
    markdown, text = comparison_markdown(comparison), comparison_text(comparison)
    assert f"## Lost: {len(comparison.lost)}" in markdown
    assert f"won 0, lost {len(comparison.lost)}" in text
    value = json.loads(comparison_json(comparison))
    assert value["figures"]["false_refusal"]["significant"]


def test_a_run_is_found_by_any_of_its_names(out: Path, tmp_path: Path) -> None:
    """Protects ``--compare`` and ``last``: a folder, an id, a store, a question set."""
    first, second = kept_runs(out)
    assert find_run(str(first)) == first
    assert find_run(first.name, out) == first
    assert find_run(str(out)) == find_run("last", out) == second
    with pytest.raises(InputError, match="no run is kept"):
        find_run("last", out, "another hash")
    with pytest.raises(InputError, match="no run is kept"):
        find_run(str(tmp_path))
    with pytest.raises(InputError, match="--out"):
        find_run("last")
    with pytest.raises(InputError, match="no run is kept"):
        find_run(f"{out}:dense")


def test_damaged_runs_are_told(out: Path, tmp_path: Path) -> None:
    """Protects from a traceback over a file that was cut off or comes from a newer version."""
    (tmp_path / "run.json").write_text('{"format": 99}')
    with pytest.raises(InputError, match="newer"):
        load_run(tmp_path)
    (tmp_path / "run.json").write_text('{"format": 1, "id": "x"}')
    (tmp_path / "questions.jsonl").write_text('{"id": "a"}\n{"id"')
    with pytest.raises(InputError, match="cannot be read"):
        load_run(tmp_path)


def test_runs_over_other_questions_are_not_compared(out: Path) -> None:
    """Protects from comparing what has nothing to do with each other."""
    run = load_run(kept_runs(out)[0])
    other = replace(run, rows=tuple({**row, "id": f"x{row['id']}"} for row in run.rows))
    with pytest.raises(InputError, match="no question in common"):
        compare(run, other)
    part = compare(run, replace(run, rows=run.rows[:3]))
    assert (part.questions, part.only_one) == (3, QUESTIONS - 3)


def test_gates(out: Path) -> None:
    """Protects CI: bounds from below, from above for what is better when low, by stage."""
    gates = parse_gates(["recall@5=0.9,failed=0", "bm25:mrr@10=0.5"])
    assert gates == [Gate("recall@5", 0.9), Gate("failed", 0.0), Gate("mrr@10", 0.5, "bm25")]
    figures = {"": {"recall@5": 0.8, "failed": 0.1, "f1": None}, "bm25": {"mrr@10": 0.6}}
    wrong = check_gates(gates, figures)
    assert ["recall@5 is 0.8000" in wrong[0], "at most 0" in wrong[1], len(wrong)] == [
        True,
        True,
        2,
    ]
    assert "undefined" in check_gates([Gate("f1", 0.1)], figures)[0]
    for gate in (Gate("recall", 0.1), Gate("f1", 0.1, "dense")):
        with pytest.raises(InputError, match="there are"):
            check_gates([gate], figures)
    for text in ("recall@5", "recall@5>0.9", "=1", "f1=1.2.3"):
        with pytest.raises(InputError, match="MEASURE=NUMBER"):
            parse_gates([text])
    first, _ = kept_runs(out)
    assert verdict(out, [], None) == []
    assert any("false_refusal" in text for text in verdict(out, [], first))


def test_answers_of_another_system_are_scored_the_same(
    out: Path, questions: Path, tmp_path: Path, sample_folder: Path
) -> None:
    """Protects the format: our own answers, read back as somebody else's, give our figures."""
    chosen = read_set(questions)
    again = score_answers(chosen, out / "answers.jsonl", tmp_path / "a", System(sample_folder))
    kept = load_run(kept_runs(out)[-1]).about["figures"]
    assert {name: figure.value for name, figure in again.overall.figures.items()} == {
        name: kept[name]["value"] for name in again.overall.figures
    }
    assert (tmp_path / "a" / "report.html").is_file()


def test_worker_processes_say_what_one_process_says(
    questions: Path, tmp_path: Path, sample_folder: Path
) -> None:
    """Protects the parallel run: the same answers and judgements, in the order of the questions."""
    options = Options(stages=("dense",))
    one = evaluate(questions, System(sample_folder), tmp_path / "1", options=options)
    # More than one chunk, so that both processes have work.
    chosen = read_set(questions)
    many = replace(chosen, questions=tuple(
        replace(item, id=f"{item.id}-{turn}") for turn in range(4) for item in chosen.questions
    ))  # fmt: skip
    two = evaluate(many, System(sample_folder), tmp_path / "2", options=replace(options, workers=2))
    alone = [item.lost_at for item in one.judgements]
    assert [item.lost_at for item in two.judgements] == alone * 4
    for name, figure in one.overall.figures.items():
        assert two.overall.figures[name].value == pytest.approx(figure.value), name


SCRIPT = """
import sys
from pathlib import Path
print("main runs")
from eval.run import Options, evaluate
from eval.system import System
kb, questions, out = map(Path, sys.argv[1:])
summary = evaluate(questions, System(kb), out, options=Options(workers=2))
print(summary.overall.questions)
"""


def test_a_script_needs_no_guard(questions: Path, tmp_path: Path, sample_folder: Path) -> None:
    """Protects notebooks and scripts: worker processes never run the caller's module again."""
    lines = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]
    many = [{**item, "id": f"{item['id']}-{turn}"} for turn in range(5) for item in lines]
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(map(json.dumps, many)), encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script, sample_folder, path, tmp_path / "out"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["main runs", str(5 * QUESTIONS)]
    assert done.stdout.count("main runs") == 1


KILLED = """
import os, signal, sys, time
from eval.parallel import Workers
def pids(items):
    time.sleep(0.5)
    return [os.getpid()] * len(items)
if __name__ == "__main__":
    with Workers(2) as workers:
        for pid in workers.spread(pids, list(range(200))):
            print(pid, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the process in /proc")
def test_workers_end_with_a_killed_run(tmp_path: Path) -> None:
    """Protects the machine: no process stays behind when a run is killed."""
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True)
    assert done.returncode != 0
    pid = int(done.stdout.split()[0])
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()


def test_options_are_checked(
    questions: Path, tmp_path: Path, sample_folder: Path, kit: Any
) -> None:
    """Protects from starting with options that cannot work."""
    with pytest.raises(InputError, match="no stage"):
        Options(stages=("bm26",))
    with pytest.raises(InputError, match="each stage once"):
        Options(stages=("bm25", "bm25"))
    with pytest.raises(InputError, match="workers"):
        Options(workers=0)
    with pytest.raises(InputError, match="contexts"):
        evaluate(questions, System(sample_folder), tmp_path, options=Options(given_context=True))
    with pytest.raises(InputError, match="System only"):
        evaluate(questions, kit.kb({}), tmp_path, options=Options(stages=("bm25",)))
