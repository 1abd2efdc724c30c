"""Training a reader, on a few invented questions."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

pytest.importorskip("torch")

from index.thesaurus import Thesaurus
from index.train.written import load
from rag.reader import SHIPPED_READER, Reader
from rag.reader.tokens import Tokens, tokens_of
from rag.reader.train.__main__ import main
from rag.reader.train.blend import blend
from rag.reader.train.data import (
    Example,
    Reading,
    Window,
    batch_of,
    examples_of,
    window_of,
    written,
)
from rag.reader.train.misses import Misses, without_answer
from rag.reader.train.tell import main as tell
from rag.reader.train.windows import Shares, Windows
from rag.reader.train.wording import Wording
from rag.reader.train.words import words_of
from rag.reader.vocabulary import Vocabulary

PLACES = [
    ("青石镇", "竹编", "1723年"),
    ("云栖村", "龙井茶", "1805年"),
    ("白沙岛", "咸鱼", "1912年"),
]
SETS = ("train/mrc/cmrc2018.train", "train/mrc/drcd_simp.dev", "train/mrc/cmrc2017_user.valid",
        "dev/mrc/cmrc2018.trial")  # fmt: skip
MEANINGS = Thesaurus((("特产", "名产", "土特产", "specialty"), ("工资", "薪水")))
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


def write_documents(folder: Path) -> Path:
    """Documents as they are written for training, each with a question that it leaves open."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for place, goods, year in PLACES:
        asked = [
            {"question": f"{place}出产啥", "answers": [goods]},
            {"question": "谁建的", "answers": []},
        ]
        text = f"{place}在{year}建成，出产{goods}。"
        documents = [{"title": place, "text": text}]
        lines.append(json.dumps({"documents": documents, "questions": asked}))
    (folder / "places.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_the_command_ends_in_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each epoch leaves weights that answering loads, and a line in the log; one goes on from them.

    Trained twice with the same seed the weights are the same.
    """
    write(tmp_path / "data")
    documents = write_documents(tmp_path / "written")
    small = ["--data", str(tmp_path / "data"), "--written", str(documents), "--hidden", "8",
             "--batch", "4", "--epochs", "1"]  # fmt: skip
    weights = []
    for name in ("one", "two"):
        monkeypatch.setattr(sys, "argv", ["train", *small, "--out", str(tmp_path / name)])
        main()
        weights.append((tmp_path / name / "epoch-1.safetensors").read_bytes())
    assert weights[0] == weights[1]
    start = tmp_path / "one" / "epoch-1.safetensors"
    out = tmp_path / "three"
    monkeypatch.setattr(sys, "argv", ["t", *small, "--out", str(out), "--start", str(start)])
    main()
    assert (out / "epoch-1.safetensors").read_bytes() != weights[0]
    (entry,) = map(json.loads, (out / "log.jsonl").read_text(encoding="utf-8").splitlines())
    assert {"epoch", "loss", "em", "f1"} <= set(entry)
    (reading,) = Reader(start).read("青石镇产什么？", ["青石镇的特产是竹编。"])
    assert reading.best() is not None


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    readings = [LONG]
    for place, goods, year in PLACES:
        context = f"{place}位于南方。{place}的特产是{goods}，远近闻名。它建于{year}，有五百户人家。"
        readings.append(Reading(context, f"{place}的特产是什么？", (goods,), 0, place))
        readings.append(Reading(context, f"{place}建于{year}的是什么？", (place,), 0, place))
    return list(examples_of(readings))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Reader().vocabulary


def text_of(told: Tokens) -> str:
    return "".join(told.words)


def test_answers_are_found_wherever_they_stand(examples: list[Example]) -> None:
    """The right spans are those of the answer, at every place of it."""
    example = examples[0]
    cut = tokens_of(LONG.context)
    assert len(example.spans) == 2
    for first, last in example.spans:
        assert LONG.context[cut.starts[first] : cut.ends[last]] == "竹编"


def test_windows_hold_the_answer_or_none_of_it(
    examples: list[Example], vocabulary: Vocabulary
) -> None:
    """A window with the answer holds all of it, one without holds nothing of it."""
    shares = Shares(least=20, most=24, empty=1, removed=1, other=1, swapped=0, reworded=0.5)
    wording = Wording(vocabulary, (example.asked for example in examples), MEANINGS)
    windows = Windows(examples[:1], shares, Misses(examples, vocabulary), wording)
    held = []
    for seed in range(20):
        for window in windows.epoch(np.random.default_rng(seed)):
            assert len(window.told.words) <= 24
            for first, last in window.spans:
                assert text_of(window.told.part(first, last + 1)) == "竹编"
            assert bool(window.spans) == ("竹编" in text_of(window.told))
            held.append(bool(window.spans))
            batch = batch_of([window, window_of(examples[0], 0, 5)], vocabulary)
            assert batch.told_mask.sum(axis=1).tolist() == [len(window.told.words), 5]
    assert held.count(True) == 20
    assert held.count(False) > 20


def test_an_epoch_is_that_of_its_seed(examples: list[Example], vocabulary: Vocabulary) -> None:
    """The same chance makes the same windows, another one others."""
    wording = Wording(vocabulary, (example.asked for example in examples), MEANINGS)
    windows = Windows(examples, Shares(least=8, most=20), Misses(examples, vocabulary), wording)

    def told(seed: int) -> list[tuple[tuple[str, ...], ...]]:
        epoch: list[Window] = windows.epoch(np.random.default_rng(seed))
        return [(window.told.words, window.asked.words) for window in epoch]

    assert told(1) == told(1)
    assert told(1) != told(2)


def test_a_swapped_question_asks_about_what_is_not_told(
    examples: list[Example], vocabulary: Vocabulary
) -> None:
    """One name or number is another one, which the text does not hold; the question word stays."""
    misses = Misses(examples, vocabulary)
    found = set()
    for seed in range(30):
        for example in examples[1:]:
            asked = misses.swapped(example, example.told, np.random.default_rng(seed))
            if asked is None:
                continue
            changed = set(asked.words) - set(example.asked.words)
            assert changed
            assert "什么" in asked.words
            assert not changed <= set(example.told.words)
            found.add(text_of(asked))
    assert any("1723" not in question and "年" in question for question in found)
    assert any(place in question for question in found for place, _, _ in PLACES)


def test_another_text_is_of_another_document(
    examples: list[Example], vocabulary: Vocabulary
) -> None:
    """What is read instead is no text of the same title and does not hold the answer."""
    misses = Misses(examples, vocabulary)
    for example in examples[1:]:
        other = misses.other(example, np.random.default_rng(0))
        assert other is not None
        assert other is not example.told
        for first, last in example.spans:
            assert text_of(example.told.part(first, last + 1)) not in text_of(other)


def test_the_answering_sentences_are_left_out(examples: list[Example]) -> None:
    """The rest stands as it stood; a text that says the answer again, or little else, is none."""
    left = without_answer(examples[1])
    assert left is not None
    told, place = left
    assert text_of(told) == "青石镇位于南方。它建于1723年,有五百户人家。"
    assert told.words[place] == "它"
    assert without_answer(examples[2]) is None


def test_a_reworded_question_asks_the_same(examples: list[Example], vocabulary: Vocabulary) -> None:
    """The question word stays, and so do names and numbers that are not left out."""
    wording = Wording(vocabulary, (example.asked for example in examples), MEANINGS)
    asked = examples[1].asked
    found = [wording.reworded(asked, np.random.default_rng(seed)).words for seed in range(40)]
    assert len(set(found)) > 3
    assert any({"名产", "土特产"} & set(words) for words in found), "what the thesaurus says"
    for words in found:
        assert "什么" in words
        assert not {"1805", "1912", "specialty"} & set(words)


def test_words_that_mean_the_same_are_woven() -> None:
    """Only words of a group move; all else a network has learnt to know by its numbers stays."""
    before = load_file(SHIPPED_READER)
    kept = words_of(SHIPPED_READER, MEANINGS, 0.0)
    assert all(np.array_equal(kept[name], before[name]) for name in kept)
    one, other = Vocabulary(kept), Vocabulary(words_of(SHIPPED_READER, MEANINGS, 0.5))
    told = tokens_of("薪水和山")

    def likeness(vocabulary: Vocabulary) -> float:
        first, second = (vocabulary.look_up(tokens_of(w)).vectors[0] for w in ("工资", "薪水"))
        return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))

    assert likeness(other) > likeness(one)
    place = told.words.index("山")
    assert np.allclose(
        one.look_up(told).vectors[place], other.look_up(told).vectors[place], atol=0.02
    )


def test_words_of_the_thesaurus_are_added_behind_those_known() -> None:
    """A word without a row of its own takes up nothing of what the thesaurus says of it."""
    before = load_file(SHIPPED_READER)
    known = bytes(before["words"]).decode().split("\n")
    missing = next(word for word in ("缫丝机", "蹬鼻子上脸", "黄粱一梦") if word not in known)
    meanings = Thesaurus((("工资", missing, "不成一词的一句话"),))
    tensors = words_of(SHIPPED_READER, meanings, 0.5)
    words = bytes(tensors["words"]).decode().split("\n")
    assert words == [*known, missing]
    assert len(tensors["table"]) == len(tensors["weights"]) == len(words) + 1
    first, second = (
        Vocabulary(tensors).look_up(tokens_of(word)).vectors[0] for word in ("工资", missing)
    )
    assert first @ second > 0.5 * np.linalg.norm(first) * np.linalg.norm(second)


def test_what_is_written_without_an_answer_is_read_without_one(
    vocabulary: Vocabulary, tmp_path: Path
) -> None:
    """An open question teaches that its text leaves it open; held-out texts teach nothing."""
    readings = written(load(write_documents(tmp_path)))
    kept = [reading for reading in readings if not reading.answers]
    assert len(kept) == len(readings) / 2
    made = list(examples_of(readings))
    wording = Wording(vocabulary, (example.asked for example in made), MEANINGS)
    windows = Windows(
        made, Shares(removed=0, other=0, swapped=0), Misses(made, vocabulary), wording
    )
    epoch = windows.epoch(np.random.default_rng(1))
    assert sum(not window.spans for window in epoch) == len(kept)
    assert sum(bool(window.spans) for window in epoch) == len(kept)


def test_of_a_list_every_item_is_right(tmp_path: Path) -> None:
    """Any of them answers; a question whose answer is not found in its text teaches nothing."""
    context = "镇上产竹篮、竹席和茶。"
    several = Reading(context, "编些啥", ("竹篮", "竹席"), 0)
    lost = Reading(context, "哪年建的", ("1723年",), 0)
    (made,) = examples_of([several, lost])
    assert ["".join(made.told.words[a : b + 1]) for a, b in made.spans] == ["竹篮", "竹席"]


def test_near_misses_are_told_apart_by_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each kind of miss has a figure between nothing and one."""
    write(tmp_path)
    legal = tmp_path / "dev" / "mrc" / "cail2019.dev.jsonl.gz"
    with gzip.open(legal, "wt", encoding="utf-8") as lines:
        for answers in (["五岁"], []):
            entry = {"context": "孩子五岁。", "question": "孩子几岁？", "answers": answers}
            lines.write(json.dumps(entry, ensure_ascii=False) + "\n")
    monkeypatch.setattr(sys, "argv", ["tell", "--data", str(tmp_path)])
    tell()
    figures = json.loads(capsys.readouterr().out)
    assert {"other text", "key words, other text", "legal"} <= set(figures)
    assert all(0 <= figure <= 1 for figure in figures.values())


def test_a_blend_lies_between_two_readers(tmp_path: Path) -> None:
    """Each weight is so far from the first reader's to the second's; what only one has stays."""
    from safetensors.numpy import load_file, save_file

    first, second = load_file(SHIPPED_READER), load_file(SHIPPED_READER)
    lacked, changed = "network.doubt.weight", "network.enter.bias"
    del first[lacked]
    second[changed] = first[changed] + np.float16(1)
    for name, tensors in (("first", first), ("second", second)):
        save_file(tensors, tmp_path / name)
    blend(tmp_path / "first", tmp_path / "second", 0.25, tmp_path / "out")
    mixed = load_file(tmp_path / "out")
    np.testing.assert_allclose(mixed[changed] - first[changed], 0.25, atol=2e-3)
    np.testing.assert_array_equal(mixed[lacked], second[lacked])
    np.testing.assert_array_equal(mixed["words"], second["words"])
    Reader(tmp_path / "out")
