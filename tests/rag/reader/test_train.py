"""Training a reader, on a few invented questions."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from rag.reader import Reader
from rag.reader.tokens import tokens_of
from rag.reader.train.__main__ import main
from rag.reader.train.data import Reading, Window, batch_of, examples_of, windows_of

PLACES = [
    ("青石镇", "竹编", "1723年"),
    ("云栖村", "龙井茶", "1805年"),
    ("白沙岛", "咸鱼", "1912年"),
]
SETS = ("train/mrc/cmrc2018.train", "train/mrc/drcd_simp.dev", "train/mrc/cmrc2017_user.valid",
        "dev/mrc/cmrc2018.trial")  # fmt: skip
LONG = Reading("山很高。水很深。" * 30 + "镇上产竹编。竹编很细。", "产什么？", ("竹编",), 0)


def write(folder: Path) -> None:
    for name in SETS:
        path = folder / f"{name}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as lines:
            for place, goods, year in PLACES:
                context = f"{place}的特产是{goods}，建于{year}，那时只有几户人家。"
                for question, answer in ((f"{place}产什么？", goods), (f"{place}何时建？", year)):
                    entry = {"context": context, "question": question, "answers": [answer]}
                    lines.write(json.dumps(entry, ensure_ascii=False) + "\n")


def test_the_command_ends_in_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each epoch leaves weights that answering loads, and a line in the log; one goes on from them.

    Trained twice with the same seed the weights are the same.
    """
    write(tmp_path / "data")
    small = ["--data", str(tmp_path / "data"), "--hidden", "8", "--batch", "4", "--epochs", "1"]
    written = []
    for name in ("one", "two"):
        monkeypatch.setattr(sys, "argv", ["train", *small, "--out", str(tmp_path / name)])
        main()
        written.append((tmp_path / name / "epoch-1.safetensors").read_bytes())
    assert written[0] == written[1]
    start = tmp_path / "one" / "epoch-1.safetensors"
    out = tmp_path / "three"
    monkeypatch.setattr(sys, "argv", ["t", *small, "--out", str(out), "--start", str(start)])
    main()
    assert (out / "epoch-1.safetensors").read_bytes() != written[0]
    (entry,) = map(json.loads, (out / "log.jsonl").read_text(encoding="utf-8").splitlines())
    assert {"epoch", "loss", "em", "f1"} <= set(entry)
    (reading,) = Reader(start).read("青石镇产什么？", ["青石镇的特产是竹编。"])
    assert reading.best() is not None


def test_answers_are_found_wherever_they_stand() -> None:
    """The right spans are those of the answer, at every place of it."""
    (example,) = examples_of([LONG], Reader().vocabulary)
    cut = tokens_of(LONG.context)
    assert len(example.spans) == 2
    for first, last in example.spans:
        assert LONG.context[cut.starts[first] : cut.ends[last]] == "竹编"


def test_windows_hold_the_answer_or_none_of_it() -> None:
    """A window with the answer holds all of it, one without holds nothing of it."""
    examples = list(examples_of([LONG], Reader().vocabulary))
    kinds = set()
    for seed in range(20):
        for window in windows_of(examples, 24, 1.0, np.random.default_rng(seed)):
            assert window.end - window.start <= 24
            kinds.add(bool(window.spans))
            touched = [s for s in examples[0].spans if s[0] < window.end and s[1] >= window.start]
            assert bool(touched) == bool(window.spans)
            batch = batch_of([window, Window(examples[0], 0, 5)])
            assert batch.told_mask.sum(axis=1).tolist() == [window.end - window.start, 5]
    assert kinds == {True, False}
