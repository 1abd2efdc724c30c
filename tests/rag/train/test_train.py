"""From questions on texts to a weights file, on twenty invented questions."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import QuestionError
from index.build import BuildOptions, build
from index.embed import StaticEmbedder
from index.search import RetrieveSettings, Searcher
from rag.confidence import CONFIDENCE_FEATURES, LOWERS_CONFIDENCE
from rag.evidence import READING_FEATURES, load_weights
from rag.features import FEATURES
from rag.reader import Reader
from rag.train.__main__ import main
from rag.train.examples import (
    Ranking,
    confidence_table,
    examples_of,
    given_examples,
)
from rag.train.readings import Reading, load_readings

pytestmark = pytest.mark.usefixtures("one_model")

PLACES = [
    ("青石镇", "竹编", "1723年", "柳溪"), ("云栖村", "龙井茶", "1805年", "虎跑泉"),
    ("白沙岛", "咸鱼", "1912年", "月牙湾"), ("红叶谷", "柿饼", "1688年", "枫林河"),
    ("落雁城", "铜器", "1540年", "雁栖湖"), ("翠屏县", "蚕丝", "1399年", "翠江"),
    ("石门寨", "腊肉", "1750年", "石门峡"), ("望海乡", "珍珠", "1866年", "望海潮"),
    ("金牛坝", "花椒", "1934年", "金牛河"), ("芦花荡", "莲藕", "1622年", "芦花湖"),
]  # fmt: skip


def readings() -> list[dict[str, object]]:
    records: list[dict[str, object]] = []
    for name, goods, year, water in PLACES:
        context = (
            f"{name}是一座古老的聚落。当地最有名的特产是{goods}，远销各地。"
            f"聚落建于{year}，那时只有几户人家。村民的用水来自{water}。"
        )
        asked = ((f"{name}的特产是什么？", goods), (f"{name}建于哪一年？", year))
        for question, answer in asked:
            records.append(
                {"question": question, "title": name, "context": context, "answers": [answer]}
            )
    return records


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "invented.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in readings())
    return path


@pytest.fixture
def unsure(tmp_path: Path) -> Path:
    """The same questions; every second asks what its text does not say."""
    path = tmp_path / "unsure.jsonl"
    records = readings()
    for record in records[::2]:
        record |= {"question": f"{record['title']}有多少户人家？", "answers": []}
    lines = [json.dumps(item, ensure_ascii=False) + "\n" for item in records]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_each_question_over_its_own_text_keeps_its_label(
    unsure: Path, tmp_path: Path, words: StaticEmbedder
) -> None:
    """Only passages of the question's own text, and unanswerable ones stay unanswerable."""
    items = load_readings(unsure)
    names = {item.document: item.title for item in items}
    build({name: document for document, name in names.items()}, tmp_path / "kb", BuildOptions())
    searcher = Searcher(tmp_path / "kb", RetrieveSettings())
    examples = list(given_examples(items, names, searcher, words, passages=4))
    assert [example.answerable for example in examples] == [bool(item.answers) for item in items]
    for item, example in zip(items, examples, strict=True):
        assert {hit.passage.source for hit in example.hits} == {item.title}
        assert example.positive.any() == bool(item.answers)
    searcher.close()


def test_readings_are_read(file: Path, tmp_path: Path) -> None:
    """Packed or not, a reading is a question on a text under its title."""
    plain = tmp_path / "plain.jsonl"
    plain.write_bytes(gzip.decompress(file.read_bytes()))
    found = load_readings(file)
    assert found == load_readings(plain)
    assert len(found) == 20
    assert found[0].answers == ("竹编",)
    assert found[0].document.startswith("# 青石镇\n\n青石镇是一座")


@pytest.mark.parametrize("line", ["{}", "[]", "text", '{"question": "x", "context": "y"}'])
def test_a_wrong_line_is_named(line: str, tmp_path: Path) -> None:
    """File and line number say where to look."""
    path = tmp_path / "wrong.jsonl"
    first = json.dumps(readings()[0], ensure_ascii=False)
    path.write_text(f"{first}\n{line}\n", encoding="utf-8")
    with pytest.raises(QuestionError, match=r"wrong\.jsonl:2: "):
        load_readings(path)


def test_each_question_becomes_one_answerable_and_two_not(
    file: Path, tmp_path: Path, words: StaticEmbedder
) -> None:
    """As retrieved, without its text, and with only the answering sentence hidden."""
    items = load_readings(file)
    names = {item.document: item.title for item in items}
    build({name: document for document, name in names.items()}, tmp_path / "kb", BuildOptions())
    searcher = Searcher(tmp_path / "kb", RetrieveSettings())
    groups = list(examples_of(items, names, searcher, words, passages=4))
    assert len(groups) == len(items)
    for item, (found, other, hidden) in zip(items, groups, strict=True):
        assert [found.answerable, other.answerable, hidden.answerable] == [True, False, False]
        (right,) = np.flatnonzero(found.positive)
        sentences = [
            hit.passage.text[start - hit.passage.start : end - hit.passage.start]
            for hit in found.hits
            for start, end in hit.passage.sentences
        ]
        assert item.answers[0] in sentences[right]
        assert not other.positive.any()
        assert not hidden.positive.any()
        assert all(hit.passage.source != item.title for hit in other.hits)
        assert len(hidden.table) == len(found.table) - 1
        own = next(hit.passage for hit in hidden.hits if hit.passage.source == item.title)
        assert item.answers[0] not in own.text
        assert len(own.text) == own.end - own.start
    flat = [example for group in groups for example in group]
    ranking = Ranking(np.ones(len(FEATURES)), np.ones(len(READING_FEATURES)), Reader())
    table = confidence_table(flat, ranking, searcher, words)
    assert table.shape == (60, len(CONFIDENCE_FEATURES))
    assert np.isfinite(table).all()
    searcher.close()


def test_a_text_that_is_not_found_gives_no_example(tmp_path: Path, words: StaticEmbedder) -> None:
    """A question whose text the search misses teaches nothing about evidence."""
    item = Reading("青石镇的特产是什么？", "青石镇", "青石镇产竹编。", ("竹编",))
    lost = Reading("天上有几颗星？", "夜", "大海很蓝。", ("很蓝",))
    names = {item.document: "青石镇", lost.document: "夜"}
    texts = {f"第{number}处": f"天上有{number}颗星，颗颗不同。" for number in range(30)}
    build({"青石镇": item.document, "夜": lost.document, **texts}, tmp_path / "kb", BuildOptions())
    searcher = Searcher(tmp_path / "kb", RetrieveSettings())
    assert len(list(examples_of([item, lost], names, searcher, words, passages=2))) == 1
    searcher.close()


def test_training_writes_weights_that_load(
    file: Path, unsure: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command ends in a file that this version reads, with sane signs and measures."""
    written = []
    for name in ("one.json", "two.json"):
        out = tmp_path / name
        given = ["--mrc", str(file), "--given", str(unsure), "--out", str(out)]
        monkeypatch.setattr(sys, "argv", ["train", *given])
        main()
        written.append(out.read_bytes())
    assert written[0] == written[1], "trained twice, the weights are the same"
    weights, data = load_weights(out), json.loads(written[0])
    assert len(weights.sentence) == len(FEATURES)
    for name, weight in data["confidence"].items():
        assert weight <= 0 if name in LOWERS_CONFIDENCE else weight >= 0, name
    assert data["learnt_from"] == ["invented.jsonl.gz", "unsure.jsonl"]
    measured = data["cross_validated"]
    assert measured["best_sentence_holds_answer"] >= 0.9
    assert measured["pooled"]["examples"] == 60
    assert measured["pooled"]["answerability_auroc"] > 0.8
    assert measured["given"]["examples"] == 20
    assert 0 <= measured["pooled"]["calibration_error"] <= 0.5
