"""Learning when a list answers a question for several things."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from index.train.written import LEFT_OUT, load
from rag.evidence import LIST_FEATURES, load_weights
from rag.settings import AnswerSettings
from rag.train import lists
from rag.train.lists import Example

pytestmark = pytest.mark.usefixtures("one_model")

WEIGHTS = Path(__file__).parents[3] / "rag" / "weights.json"
RULES = "# 借书办法\n\n借书要带三样东西：\n\n- 借书证\n- 身份证\n- 押金五十元\n\n每人限借四本。\n"
NEWS = "# 馆讯\n\n本月新到的杂志有：\n\n- 茶与水\n- 山中人\n\n周一闭馆。\n"


def folder(name: str) -> dict[str, object]:
    return {
        "folder": name,
        "documents": [{"title": "借书办法", "text": RULES}, {"title": "馆讯", "text": NEWS}],
        "questions": [
            {"question": "借书要带哪些东西？", "kind": "list", "document": 0,
             "answers": ["借书证", "身份证", "押金五十元"]},
            {"question": "还书要带哪些证件？", "kind": "near", "document": 0, "answers": []},
            {"question": "周几闭馆？", "kind": "fact", "document": 1, "answers": ["周一"]},
        ],
    }  # fmt: skip


def test_right_lists_are_told_from_others(tmp_path: Path) -> None:
    """A question that the folder leaves open finds a list too, which is none of its own."""
    path = tmp_path / "folders.jsonl"
    path.write_text(json.dumps(folder("书馆"), ensure_ascii=False), encoding="utf-8")
    found = list(lists.examples_of(load(tmp_path)))
    assert [example.right for example in found] == [True, False][: len(found)]
    assert all(len(example.signals) == len(LIST_FEATURES) for example in found)


def test_of_right_lists_one_in_twenty_is_refused() -> None:
    """The default threshold means as much for a list as it was set for."""
    rng = np.random.default_rng(7)
    right = rng.random(400) < 0.6
    signals = rng.normal(size=(400, 3)) + right[:, None]
    made = [
        Example((float(a), float(b), float(c)), bool(r), n)
        for n, ((a, b, c), r) in enumerate(zip(signals, right, strict=True))
    ]
    learnt = lists.learn(made)
    weights = np.array([learnt[name] for name in LIST_FEATURES])
    chance = 1 / (1 + np.exp(-signals @ weights - learnt["bias"]))
    assert (weights >= 0).all()
    assert np.mean(chance[right] < AnswerSettings().threshold) == pytest.approx(0.05, abs=0.01)


def test_the_command_writes_beside_the_other_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What else is in the file stays, folders left out are not learnt from."""
    names = [f"书馆{number}" for number in range(12)]
    path = tmp_path / "folders.jsonl"
    rows = [json.dumps(folder(name), ensure_ascii=False) for name in names]
    path.write_text("\n".join(rows), encoding="utf-8")
    out = tmp_path / "weights.json"
    out.write_bytes(WEIGHTS.read_bytes())
    seen: list[str] = []
    examples_of = lists.examples_of

    def spied(folders: list[object]) -> object:
        chosen = list(folders)
        seen.extend(str(one.part) for one in chosen)  # type: ignore[attr-defined]
        return examples_of(chosen[:6])  # type: ignore[arg-type]

    monkeypatch.setattr(lists, "examples_of", spied)
    given = ["lists", "--written", str(tmp_path), "--weights", str(out)]
    monkeypatch.setattr(sys, "argv", given)
    lists.main()
    assert seen
    assert str(LEFT_OUT) not in seen
    before, after = load_weights(WEIGHTS), load_weights(out)
    assert after.sentence == before.sentence
    assert after.lists != before.lists
