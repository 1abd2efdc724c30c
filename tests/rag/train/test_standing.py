"""From questions asked of a folder to the weights of the standing."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import rag
from corpus.errors import InputError, QuestionError
from rag.evidence import load_weights
from rag.settings import AnswerSettings
from rag.standing import STANDING_FEATURES, STANDING_SIGNS
from rag.train.asked import Asked, asked_examples, desk_of, given_examples, read_asked
from rag.train.readings import Reading
from rag.train.standing import Standings, cross_validated, fit_standing, main

pytestmark = pytest.mark.usefixtures("one_model")

NAMED = {"青石镇": 1500, "云栖村": 1537, "白沙岛": 1574}
WEIGHTS = Path(rag.__file__).parent / "weights.json"


def standings(size: int = 240) -> Standings:
    """Questions that the confidence hardly tells apart, and the standing well."""
    chance = np.random.default_rng(3)
    answerable = np.arange(size) % 3 > 0
    signals = chance.normal(size=(size, 1 + len(STANDING_FEATURES)))
    signals[:, 0] += np.where(answerable, 0.5, -0.5) - 1.0
    for column, sign in enumerate(STANDING_SIGNS, 1):
        signals[:, column] += sign * np.where(answerable, 0.4, -0.4)
    number = np.arange(size)
    kind = np.where(number % 4 == 3, "given", np.where(number % 12 == 6, "foreign", "asked"))
    answerable &= kind != "foreign"
    right = answerable & (number % 5 > 0)
    return Standings(signals, answerable, right, kind, number % 5)


def test_no_more_that_is_right_is_withheld() -> None:
    """With the bias as many right answers reach the threshold as before, and signs are kept."""
    made = standings()
    weights, bias = fit_standing(made)
    assert all(weights * STANDING_SIGNS >= 0)
    threshold = AnswerSettings().threshold
    least = np.log(threshold / (1 - threshold))
    right = made.right & (made.kind == "asked")
    after = made.signals[:, 0] + made.signals[:, 1:] @ weights + bias
    told = int((made.signals[right, 0] >= least).sum())
    assert int((after[right] >= least - 1e-9).sum()) == told
    unanswerable = ~made.answerable & (made.kind == "asked")
    before = (made.signals[unanswerable, 0] >= least).sum()
    assert (after[unanswerable] >= least).sum() < before


def test_what_cannot_be_learnt_from_is_told() -> None:
    """Answerable questions alone; a confidence that says the contrary."""
    made = standings()
    with pytest.raises(InputError, match="none that they do not"):
        fit_standing(made.part(made.answerable))
    signals = made.signals.copy()
    signals[:, 0] = np.where(made.answerable, -3, 3)
    with pytest.raises(InputError, match="says nothing"):
        fit_standing(replace(made, signals=signals))


def test_it_is_measured_on_files_it_was_not_learnt_from() -> None:
    """By the area under the curve, of all and of those that are right."""
    report = cross_validated(standings())
    assert report["questions"] == 160
    assert report["auroc_after"] > report["auroc_before"] + 0.05
    assert report["auroc_of_right_after"] > report["auroc_of_right_before"]


def test_a_line_that_is_no_question_is_told(tmp_path: Path) -> None:
    """With file and line; questions of several documents are left out."""
    file = tmp_path / "asked.jsonl"
    lines = [
        {"question": "茶园多大", "answers": [["320亩", "320 亩"], "三百亩"], "history": ["你好吗"]},
        {"question": "两家各多大", "answers": ["1"], "type": "crossdoc"},
        {"question": "谁种的", "answers": []},
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    first, second = read_asked(file)
    assert first.answers == ("320亩", "320 亩", "三百亩")
    assert first.history == (("你好吗", ""),)
    assert second.answers == ()
    file.write_text('{"question": "谁"}\n', encoding="utf-8")
    with pytest.raises(QuestionError, match=r"asked\.jsonl:1"):
        list(read_asked(file))


def test_a_question_stands_as_it_is_understood() -> None:
    """那云栖村呢 asks for a year if the turn before does; what is foreign is not answered."""
    texts = {f"{name}.md": f"{name}建于{year}年。" for name, year in NAMED.items()}
    follow_up = Asked("那云栖村呢？", (("青石镇建于哪一年？", ""),), ("1537",))
    alone = Asked("云栖村建于哪一年？", (), ("1537",))
    with desk_of(texts, WEIGHTS) as desk:
        one, other = asked_examples(desk, [(3, follow_up), (4, alone)], "asked")
        (foreign,) = asked_examples(desk, [(4, alone)], "foreign")
    assert one.signals == pytest.approx(other.signals)
    assert one.signals[-1] == 1
    assert (one.source, one.answerable, one.right) == (3, True, True)
    assert (foreign.answerable, foreign.right) == (False, False)


def test_questions_on_one_text_have_one_source() -> None:
    """Else one might be learnt from, and another of the same text measured."""
    readings = [
        Reading(question, "", f"{name}建于{year}年，盛产竹编。", (answer,))
        for name, year in NAMED.items()
        for question, answer in ((f"{name}建于哪一年", f"{year}"), (f"{name}盛产什么", "竹编"))
    ]
    sources = [example.source for example in given_examples(readings, WEIGHTS)]
    assert len(sources) > len(set(sources)) == len(NAMED)


def test_the_command_changes_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the standing alone; a folder without documents is told."""
    folder, weights = tmp_path / "documents", tmp_path / "weights.json"
    folder.mkdir()
    shutil.copy(WEIGHTS, weights)
    names = ("青石镇", "云栖村", "白沙岛", "红叶谷", "落雁城", "翠屏县")
    for number, name in enumerate(names):
        text = f"{name}建于{1500 + 37 * number}年。村民的用水来自{name}溪。"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    for file, asked in (("one", "建于哪一年"), ("two", "的镇长叫什么名字")):
        rows = [
            {"question": f"{name}{asked}？", "answers": [f"{1500 + 37 * n}"] * (file == "one")}
            for n, name in enumerate(names)
        ]
        lines = "\n".join(json.dumps(row) for row in [*rows, *rows[:2]])
        (tmp_path / f"{file}.jsonl").write_text(lines, encoding="utf-8")
    given = tmp_path / "given.jsonl"
    readings = [
        {"question": f"{name}在哪一年建成？", "context": f"{name}建于1500年。", "answers": answers}
        for name in names
        for answers in (["1500年"], [])
    ]
    given.write_text("\n".join(map(json.dumps, readings)), encoding="utf-8")
    asked = ["--asked", str(folder), str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")]
    command = ["standing", *asked, "--given", str(given), "--weights", str(weights)]
    monkeypatch.setattr(sys, "argv", command)
    main()
    before, after = load_weights(WEIGHTS), load_weights(weights)
    assert after.confidence == before.confidence
    assert after.standing != before.standing
    assert json.loads(weights.read_text(encoding="utf-8"))["standing_cross_validated"]
    (tmp_path / "empty").mkdir()
    command[2] = str(tmp_path / "empty")
    with pytest.raises(InputError, match="no documents"):
        main()
