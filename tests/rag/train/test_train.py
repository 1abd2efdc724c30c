"""From questions on texts to a weights file, on twenty invented questions."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import QuestionError
from corpus.segment import Segmenter
from index.build import BuildOptions, build
from index.embed import StaticEmbedder
from index.search import RetrieveSettings, Searcher
from index.train.written import UNREAD, load
from rag.confidence import CONFIDENCE_FEATURES, LOWERS_CONFIDENCE
from rag.evidence import READING_FEATURES, load_weights
from rag.features import FEATURES
from rag.reader import Reader
from rag.reader.train.data import written
from rag.train.__main__ import main
from rag.train.confidence import Ranking, Table, table_of, without_search
from rag.train.examples import Retrieval, examples_of, given_examples, varied_examples
from rag.train.kept import Learnt, fingerprint, keep_learnt, load_learnt
from rag.train.measure import cross_validate, fit_confidence
from rag.train.reading import RememberingReader
from rag.train.readings import Reading, load_readings, written_readings
from rag.train.variants import Maker, maker_of

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


@contextmanager
def searched(
    items: list[Reading], folder: Path, words: StaticEmbedder, passages: int = 4
) -> Iterator[Retrieval]:
    """The texts of some questions in a knowledge base, named by their titles."""
    names = {item.document: item.title for item in items}
    build({name: document for document, name in names.items()}, folder, BuildOptions())
    searcher = Searcher(folder, RetrieveSettings())
    yield Retrieval(names, searcher, words, passages)
    searcher.close()


def test_each_question_over_its_own_text_keeps_its_label(
    unsure: Path, tmp_path: Path, words: StaticEmbedder
) -> None:
    """Only passages of the question's own text, and unanswerable ones stay unanswerable."""
    items = load_readings(unsure)
    with searched(items, tmp_path / "kb", words) as retrieval:
        examples = list(given_examples(items, retrieval))
    assert [example.answerable for example in examples] == [bool(item.answers) for item in items]
    for item, example in zip(items, examples, strict=True):
        assert {hit.passage.source for hit in example.hits} == {item.title}
        assert example.positive.any() == bool(item.answers)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("原告是否再婚？", True), ("被告人有无前科", True), ("他们能否继承？", True),
        ("来过吗？", True), ("为什么吃吗啡？", False), ("谁再婚了？", False),
    ],
)  # fmt: skip
def test_questions_for_yes_or_no_are_known(question: str, expected: bool) -> None:
    """No span answers them even where the text does, so nothing is learnt from there being none."""
    assert Reading(question, "", "", ()).asks_yes_or_no == expected


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
    with searched(items, tmp_path / "kb", words) as retrieval:
        groups = list(examples_of(items, retrieval))
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
    table = table_of(flat, ranking, words)
    assert table.signals.shape == (60, len(CONFIDENCE_FEATURES))
    assert np.isfinite(table.signals).all()
    assert table.text.tolist() == [n for n in table.text[::6] for _ in range(6)]
    assert len(set(table.text.tolist())) == len(PLACES)


@pytest.fixture
def maker(file: Path, segmenter: Segmenter, words: StaticEmbedder) -> Maker:
    return maker_of(load_readings(file), segmenter, words)


def test_a_question_made_unanswerable_is_not_answered_by_its_text(file: Path, maker: Maker) -> None:
    """Another subject, another number, another word: each stands nowhere in the text."""
    made = {"other subject": 0, "other word": 0, "other number": 0}
    numbered = Reading("1723年建了什么？", "青石镇", "1723年建了青石镇。", ("青石镇",))
    for item in (*load_readings(file), numbered):
        for kind, asked in maker.unanswerable(item):
            made[kind] += 1
            assert asked != item.question
            if kind == "other subject":
                assert item.title not in asked
                assert any(name in asked for name, *_ in PLACES)
            if kind == "other number":
                assert re.fullmatch(r"17(?!23)\d\d年建了什么？", asked)
    assert made["other subject"] == 20
    assert made["other number"] == 1
    assert made["other word"] > 0


def test_other_words_keep_the_subject_and_something_to_ask(file: Path, maker: Maker) -> None:
    """A question told in other words still names its subject, and differs."""
    made = 0
    for item in load_readings(file):
        for asked in maker.in_other_words(item):
            made += 1
            assert item.title in asked
            assert asked != item.question
    assert made > 0


def test_questions_are_made_alike_each_time(
    file: Path, segmenter: Segmenter, words: StaticEmbedder
) -> None:
    """The same seed makes the same questions, another one others."""
    items = load_readings(file)

    def made(seed: int) -> list[object]:
        maker = maker_of(items, segmenter, words, seed)
        return [(*maker.unanswerable(item), *maker.in_other_words(item)) for item in items]

    assert made(1) == made(1)
    assert made(1) != made(2)


def test_questions_made_of_others_are_labelled(
    file: Path, tmp_path: Path, words: StaticEmbedder
) -> None:
    """In other words they are answerable, by a sentence with the answer; all others are not."""
    items = load_readings(file)
    with searched(items, tmp_path / "kb", words) as retrieval:
        maker = maker_of(items, retrieval.searcher.segmenter, words)
        groups = list(varied_examples(items, retrieval, maker))
    assert len(groups) == len(items)
    examples = [example for group in groups for example in group]
    assert {example.kind for example in examples} >= {"other subject", "other words"}
    for example in examples:
        assert example.answerable == (example.kind == "other words")
        assert example.positive.any() == example.answerable


def tables(size: int = 120) -> dict[str, Table]:
    """Two sources whose signals tell answerable questions apart, but for a share of chance."""
    chance = np.random.default_rng(3)
    answerable = np.arange(size) % 2 == 0
    made = {}
    for name, kinds in (("pooled", ("answer hidden", "text hidden")), ("given", ("given",))):
        signals = chance.normal(size=(size, len(CONFIDENCE_FEATURES)))
        for column, feature in enumerate(CONFIDENCE_FEATURES):
            sign = -1 if feature in LOWERS_CONFIDENCE else 1
            signals[:, column] += 0.5 * sign * np.where(answerable, 1, -1)
        kind = np.where(answerable, "as it is", np.resize(np.repeat(kinds, 2), size))
        made[name] = Table(signals, answerable, np.arange(size) // 4, kind)
    return made


def test_the_confidence_is_measured_on_questions_it_was_not_learnt_on() -> None:
    """By source and by kind of unanswerable question, and with the source left out."""
    made = tables()
    report = cross_validate(made, [1.0, 2.0])
    assert list(report) == ["pooled", "given"]
    assert report["pooled"]["examples"] == 120
    for measures in report.values():
        assert measures["answerability_auroc"] > 0.85
        assert measures["elsewhere"] > 0.85
    assert {"auroc, answer hidden", "auroc, text hidden"} < set(report["pooled"])
    assert "auroc, given" not in report["given"]
    shares = [share for _, share in report["pooled"]["reliability"]]
    assert shares[0] < 0.2 < 0.8 < shares[-1]
    shuffled = {
        name: replace(table, answerable=np.random.default_rng(1).permutation(table.answerable))
        for name, table in made.items()
    }
    assert cross_validate(shuffled, [1.0, 2.0])["pooled"]["answerability_auroc"] < 0.7


def test_a_text_that_is_given_counts_as_found() -> None:
    """What the search says of a given text is replaced by what it says where a text answers."""
    made = tables()
    given = without_search(made["given"], made["pooled"])
    column = CONFIDENCE_FEATURES.index("found")
    answered = made["pooled"].signals[made["pooled"].answerable, column]
    assert given.signals[:, column] == pytest.approx(answered.mean())
    kept = np.delete(given.signals, column, axis=1)
    assert (kept == np.delete(made["given"].signals, column, axis=1)).all()


def test_a_source_counts_by_its_share() -> None:
    """However many examples a source has, and however few of them are answerable."""
    made = tables()
    few = made["given"].part(np.arange(120) % 3 > 0)
    for shares, counted in (([1.0, 1e-9], made["pooled"]), ([1e-9, 1.0], few)):
        both, alone = fit_confidence([made["pooled"], few], shares), fit_confidence([counted], [1])
        assert both[0] == pytest.approx(alone[0], rel=0.1, abs=0.01)


def test_what_was_learnt_is_kept(tmp_path: Path) -> None:
    """All comes back as it was; another setting or other data has another name."""
    learnt = Learnt(np.arange(3.0), np.ones(2), {"share": 0.5}, tables(8))
    path = tmp_path / "new" / "signals.npz"
    assert load_learnt(path) is None
    keep_learnt(path, learnt)
    assert [item.name for item in path.parent.iterdir()] == ["signals.npz"]
    again = load_learnt(path)
    assert again is not None
    assert again.report == learnt.report
    assert again.sentence.tolist() == [0, 1, 2]
    assert list(again.tables) == ["pooled", "given"]
    for name, table in again.tables.items():
        assert table.signals.tolist() == learnt.tables[name].signals.tolist()
        assert table.kind.tolist() == learnt.tables[name].kind.tolist()
    data = tmp_path / "data.jsonl"
    data.write_text("one", encoding="utf-8")
    first = fingerprint([data], 8)
    assert first == fingerprint([data], 8)
    assert first != fingerprint([data], 9)
    data.write_text("two", encoding="utf-8")
    assert first != fingerprint([data], 8)


def test_nothing_is_read_twice() -> None:
    """What was read is remembered by question and text, and equals what the reader says."""
    reader, question = RememberingReader(), "大桥有多长？"
    texts = ["大桥全长 1200 米。", "大桥由林远设计。", "大桥全长 1200 米。"]
    found, plain = reader.read(question, texts), Reader().read(question, texts)
    for one, other in zip(found, plain, strict=True):
        assert one.ends.tolist() == other.ends.tolist()
        # Read beside other texts, sums are made in another order.
        assert one.scores.tolist() == pytest.approx(other.scores.tolist(), rel=1e-4)
    assert found[0] is found[2]
    assert reader.read(question, texts[1:2])[0] is found[1]
    assert reader.read("谁设计了大桥？", texts[1:2])[0] is not found[1]


def write_documents(folder: Path) -> Path:
    """Documents as they are written for training, each with a question that it leaves open."""
    folder.mkdir()
    lines = []
    for number in range(30):
        asked = [
            {"question": f"第{number}镇出产什么", "answers": [f"竹编{number}号"]},
            {"question": f"第{number}镇的镇长是谁", "answers": []},
        ]
        text = f"第{number}镇在山里，出产竹编{number}号，也种茶。"
        documents = [{"title": f"第{number}镇", "text": text}]
        lines.append(json.dumps({"documents": documents, "questions": asked}))
    (folder / "towns.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_the_reader_and_the_weights_learn_from_different_texts(tmp_path: Path) -> None:
    """What is learnt of a reader's certainty must not come from texts that it knows."""
    folders = load(write_documents(tmp_path / "written"))
    seen = {item.context for item in written(folders)}
    unread = {
        item.context
        for item in written_readings(folder for folder in folders if folder.part == UNREAD)
    }
    assert seen
    assert unread
    assert not seen & unread


def test_a_question_is_asked_of_its_folder(tmp_path: Path, words: StaticEmbedder) -> None:
    """The documents beside its own are searched too, those of other folders are not."""
    item = Reading("产什么？", "青石镇", "镇上产竹编。", ("竹编",), "00001", "fact")
    near = Reading("谁建的？", "青石镇", "镇上产竹编。", (), "00001", "near")
    beside = Reading("产什么？", "白水镇", "镇上产白瓷。", ("白瓷",), "00001", "fact")
    other = Reading("产什么？", "红土镇", "镇上产红茶。", ("红茶",), "00002", "fact")
    names = {
        one.document: f"{one.folder}/{number}" for number, one in enumerate((item, beside, other))
    }
    texts = {name: text for text, name in names.items()}
    build(texts, tmp_path / "kb", BuildOptions())
    searcher = Searcher(tmp_path / "kb", RetrieveSettings())
    first, second = given_examples([item, near], Retrieval(names, searcher, words, passages=8))
    assert {hit.passage.title for hit in first.hits} == {"青石镇", "白水镇"}
    assert (first.answerable, first.kind) == (True, "fact")
    assert first.positive.sum() == 1
    assert (second.answerable, second.kind, second.positive.any()) == (False, "near", False)
    searcher.close()


def test_a_text_that_is_not_found_gives_no_example(tmp_path: Path, words: StaticEmbedder) -> None:
    """A question whose text the search misses teaches nothing about evidence."""
    item = Reading("青石镇的特产是什么？", "青石镇", "青石镇产竹编。", ("竹编",))
    lost = Reading("天上有几颗星？", "夜", "大海很蓝。", ("很蓝",))
    names = {item.document: "青石镇", lost.document: "夜"}
    texts = {f"第{number}处": f"天上有{number}颗星，颗颗不同。" for number in range(30)}
    build({"青石镇": item.document, "夜": lost.document, **texts}, tmp_path / "kb", BuildOptions())
    searcher = Searcher(tmp_path / "kb", RetrieveSettings())
    retrieval = Retrieval(names, searcher, words, passages=2)
    assert len(list(examples_of([item, lost], retrieval))) == 1
    searcher.close()


def test_training_writes_weights_that_load(
    file: Path, unsure: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command ends in a file that this version reads, with sane signs and measures."""
    documents = write_documents(tmp_path / "written")
    written = []
    for name in ("one.json", "two.json", "three.json"):
        out = tmp_path / name
        work = ["--work", str(tmp_path / "work")] if name != "one.json" else []
        given = ["--mrc", str(file), "--given", str(unsure), "--written", str(documents),
                 "--out", str(out), *work]  # fmt: skip
        monkeypatch.setattr(sys, "argv", ["train", *given])
        main()
        written.append(out.read_bytes())
    assert written[0] == written[1], "trained twice, the weights are the same"
    assert written[1] == written[2], "and so they are from what was kept"
    weights, data = load_weights(out), json.loads(written[0])
    assert len(weights.sentence) == len(FEATURES)
    for name, weight in data["confidence"].items():
        assert weight <= 0 if name in LOWERS_CONFIDENCE else weight >= 0, name
    assert data["learnt_from"] == ["invented.jsonl.gz", "unsure.jsonl", "towns.jsonl"]
    measured = data["cross_validated"]
    assert measured["best_sentence_holds_answer"] >= 0.9
    assert measured["pooled"]["examples"] > 80
    assert measured["pooled"]["auroc, text hidden"] > 0.8
    assert measured["given"]["examples"] == 20
    assert measured["written"]["examples"] > 8
    assert 0 <= measured["pooled"]["calibration_error"] <= 0.5
