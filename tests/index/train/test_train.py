"""The path from pairs to a model folder, on a corpus small enough for seconds."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sentencepiece", reason="training needs the train extra")

from corpus.errors import InputError
from corpus.normalize import fold
from index.thesaurus import Thesaurus
from index.train import card, data, evaluate, export, train, vocabulary
from index.train.__main__ import main
from index.train.settings import DataSettings, FitSettings, Settings, VocabularySettings

MODEL = Path(__file__).parents[3] / "index" / "model"
BUDGET = 45_000_000

TOPICS = (
    "山地自行车 刹车 轮胎 链条 车架",
    "绿茶 泡茶 水温 茶叶 茶壶",
    "吉他 琴弦 和弦 调音 指法",
    "番茄 种植 浇水 施肥 病虫害",
    "望远镜 星座 行星 观测 镜片",
    "陶瓷 窑炉 釉料 烧制 泥坯",
    "马拉松 训练 配速 心率 跑鞋",
    "面包 酵母 发酵 面粉 烤箱",
)
SETTINGS = Settings(
    seed=3,
    vocabulary=VocabularySettings(size=3_000, latin=500, min_character=30_000),
    fit=FitSettings(dim=32, steps=40, batch=32, single_source=0.0),
)


def write_corpus(folder: Path) -> None:
    """Questions and passages about eight topics that share their topic's words only."""
    rng = random.Random(5)
    records = []
    for number in range(160):
        words = TOPICS[number % len(TOPICS)].split()
        asked = "".join(rng.sample(words, 2))
        told = "，".join(f"关于{w}要记住第{number}点" for w in rng.sample(words, 3))
        records.append({"query": f"{asked}怎么办？", "positive": f"{told}。"})
    write_lines(folder / "pairs" / "topics.jsonl.gz", records)
    context = "北京是中国的首都。长城在城市的北面。故宫建于明代，今天是一座博物馆。"
    record = {"id": "1", "title": "北京", "context": context}
    answered = {"question": "故宫建于什么时候？", "answers": ["明代"]}
    write_lines(folder / "mrc" / "city.jsonl.gz", [{**record, **answered}])


def write_lines(path: Path, records: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


MEANINGS = Thesaurus((("轮胎", "车胎"), ("窑炉", "陶窑", "kiln")))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_corpus(folder)
    return folder


@pytest.fixture(scope="module")
def trained(corpus: Path) -> train.Trained:
    return train.train(corpus, SETTINGS, MEANINGS)


@pytest.fixture(scope="module")
def folder(trained: train.Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model")
    export.save(out, trained.tokenizer, trained.fitted.vectors)
    return out


def test_loss_falls(trained: train.Trained) -> None:
    """Training learns: the loss at the end is well below the loss at the beginning."""
    losses = trained.fitted.losses
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


def test_trained_pairs_rank_first(trained: train.Trained) -> None:
    """Vectors learn what belongs together: two words of a topic find the topic's other words."""
    words = [topic.split() for topic in TOPICS]
    tokenizer, vectors = trained.tokenizer, trained.fitted.vectors
    asked = evaluate.embed(["和".join(w[:2]) for w in words], tokenizer, vectors)
    told = evaluate.embed(["和".join(w[2:]) for w in words], tokenizer, vectors)
    assert (asked @ told.T).argmax(axis=1).tolist() == list(range(len(TOPICS)))


def test_same_seed_same_weights(corpus: Path, trained: train.Trained) -> None:
    """The shipped weights can be made again: equal data, settings and seed, equal numbers."""
    again = train.train(corpus, SETTINGS, MEANINGS)
    assert np.array_equal(again.fitted.vectors, trained.fitted.vectors)
    assert again.tokenizer_sha256 == trained.tokenizer_sha256


def test_folder_loads_in_sentence_transformers(folder: Path, trained: train.Trained) -> None:
    """The folder is a plain sentence-transformers model in half precision, with our vectors."""
    from safetensors.numpy import load_file
    from sentence_transformers import SentenceTransformer

    weights = load_file(next(folder.rglob("model.safetensors")))
    assert {w.dtype for w in weights.values()} == {np.dtype(np.float16)}
    texts = ["自行车的轮胎", "Ｈello 世界 2024年", "陶瓷窑炉，怎样烧制？", "！？"]
    model = SentenceTransformer(str(folder), device="cpu")
    theirs = model.encode(texts)
    ours = evaluate.embed(texts, trained.tokenizer, trained.fitted.vectors)
    assert np.abs(theirs - ours)[:3].max() < 1e-3
    # Without words the norm is zero, which half precision cannot divide by: in full it stays zero.
    assert not model.float().encode(texts[3]).any()


def test_a_card_tells_what_other_data_would_have_added() -> None:
    """Figure by figure, where a run with such data is on record; else nothing is said of it."""
    record = json.loads((MODEL / "training.json").read_text(encoding="utf-8"))
    figures = {"mean": {"bm25": 1.0, "dense": 70.0, "fused": 80.0}}
    more = {"mean": {"bm25": 1.0, "dense": 71.0, "fused": 80.5}}
    record = {**record, "ndcg@10": figures, "without_research": figures}
    told = card.render({**record, "with_research": more})
    assert "| mean | 70.0 → 71.0 | 80.0 → 80.5 |" in told
    assert "→" not in card.render({**record, "with_research": {}})


def test_card_and_record(folder: Path, trained: train.Trained, corpus: Path) -> None:
    """The card names every set with its licence, and the record the hash of every file."""
    hashes = data.hashes(corpus)
    assert set(hashes) == {"pairs/topics.jsonl.gz", "mrc/city.jsonl.gz"}
    sets = {"topics", "mrc/city", "mrc/city/sentence", "mrc/city/title", "thesaurus"}
    assert set(trained.pairs) == sets
    assert card.licence("thesaurus") == "Apache-2.0, ours"
    assert card.licence("mrc/cmrc2018.train/title") == "CC BY-SA 4.0"
    assert card.licence("docs_vue_docs") == "MIT, Unlicense, CC BY 4.0 or BSD"
    assert card.licence("docs_oi_wiki") == "CC BY-SA"


def test_questions_left_out_are_the_same_in_every_set(corpus: Path) -> None:
    """A question that one set keeps back must not be learnt from another, nor from its sentence."""
    kept = data.read(corpus, DataSettings(held=0.5), seed=1)
    asked = {query for pairs in kept for query in pairs.queries}
    every = {
        query for pairs in data.read(corpus, DataSettings(), seed=1) for query in pairs.queries
    }
    assert 0 < len(asked) < len(every)
    assert every - asked == {query for query in every if data.is_held(query, 0.5)}


def test_excluded_sets_are_not_read(corpus: Path) -> None:
    """A set can be held out by name, so that something else may be trained or judged on it."""
    sets = data.read(corpus, DataSettings(exclude=("topics",)), seed=1)
    assert "topics" not in {s.name for s in sets}


def test_rare_words_of_the_thesaurus_have_rows() -> None:
    """What it says of a word is woven into the word's row: without one it is lost."""
    small = VocabularySettings(size=3_000, latin=500, min_character=30_000)
    meant = {"裤子", "爸爸", "不在词典里的话"}
    common, _ = vocabulary.choose(["面包 flour"], small)
    with_meanings, _ = vocabulary.choose(["面包 flour"], small, meant)
    assert not common.words.keys() & meant
    assert with_meanings.words.keys() & meant == {"裤子", "爸爸"}
    assert len(with_meanings.words) <= len(common.words)


def test_missing_data_says_what_was_expected(tmp_path: Path) -> None:
    """A wrong --data folder fails at once with the layout it should have."""
    with pytest.raises(InputError, match=r"pairs/\*\.jsonl\.gz"):
        data.read(tmp_path, DataSettings(), seed=1)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('{"query": "冰雹', "line 2: no JSON"),
        ('{"query": "冰雹"}', "line 2: lacks positive"),
        ("[1]", "line 2: lacks query, positive"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, wrong: str) -> None:
    """One bad line of many thousands is found by the message alone."""
    path = tmp_path / "pairs" / "weather.jsonl.gz"
    path.parent.mkdir()
    good = '{"query": "雪", "positive": "雪在零度以下落下。"}'
    path.write_bytes(gzip.compress(f"{good}\n{line}\n".encode()))
    with pytest.raises(InputError, match=rf"weather\.jsonl\.gz, {wrong}"):
        data.read(tmp_path, DataSettings(), seed=1)


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    """A download that broke off is told, with the file, instead of training on half of it."""
    path = tmp_path / "pairs" / "weather.jsonl.gz"
    path.parent.mkdir()
    rows = [{"query": f"第{n}问", "positive": f"第{n}答"} for n in range(2000)]
    write_lines(path, rows)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match=r"weather\.jsonl\.gz: cannot be read after line \d+"):
        data.read(tmp_path, DataSettings(), seed=1)


def test_a_judgement_of_an_unknown_passage_is_named(tmp_path: Path) -> None:
    """Figures are never taken over judgements that do not fit their passages."""
    write_lines(tmp_path / "corpus.jsonl.gz", [{"_id": "p1", "text": "雪"}])
    write_lines(tmp_path / "queries.jsonl.gz", [{"_id": "q1", "text": "冷"}])
    judgements = tmp_path / "qrels" / "test.tsv"
    judgements.parent.mkdir()
    judgements.write_text("query-id\tcorpus-id\tscore\nq1\tp1\t1\n", encoding="utf-8")
    assert evaluate.read_retrieval(tmp_path).relevant == [{0: 1.0}]
    judgements.write_text("query-id\tcorpus-id\tscore\nq1\tp2\t1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"test\.tsv, line 2"):
        evaluate.read_retrieval(tmp_path)


def test_a_broken_set_is_told_before_training(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends at once with one line and a code, instead of after the long part."""
    write_lines(tmp_path / "dev" / "snow" / "corpus.jsonl.gz", [{"_id": "p1"}])
    arguments = ["--data", str(corpus), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--dev", str(tmp_path / "dev")]) == 2
    assert "line 1: lacks text" in capsys.readouterr().err
    assert main([*arguments, "--dev", str(tmp_path / "none")]) == 2
    assert "no such folder" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_thinning_is_by_set_and_seed() -> None:
    """Which pairs of a large set are used depends on the seed and the set alone."""
    pairs = data.TextPairs("a", [str(i) for i in range(100)], [str(i) for i in range(100)])
    first = data.thin(pairs, 10, seed=1)
    assert first == data.thin(pairs, 10, seed=1)
    assert first != data.thin(pairs, 10, seed=2)
    assert first.queries == first.positives


def test_ndcg_by_hand() -> None:
    """The figures of the card are nDCG@10: first place 1, third place 1 / log2(4)."""
    scores = np.array([[0.9, 0.5, 0.1], [0.9, 0.5, 0.1]], dtype=np.float32)
    assert evaluate.ndcg_at_10(scores, [{0: 1.0}, {2: 1.0}]) == pytest.approx((1 + 0.5) / 2)


@pytest.fixture(scope="module")
def charsmap(trained: train.Trained) -> bytes:
    import base64

    normalizers = json.loads(trained.tokenizer.to_str())["normalizer"]["normalizers"]
    return base64.b64decode(normalizers[-1]["precompiled_charsmap"])


def test_whole_dictionary_cuts_like_jieba(charsmap: bytes) -> None:
    """The tokenizer's words are jieba's without HMM, so one segmentation serves both indexes."""
    import jieba

    jieba.setLogLevel("ERROR")
    words = vocabulary.with_characters(vocabulary.jieba_frequencies())
    tokenizer = vocabulary.build_tokenizer(vocabulary.Vocabulary(words, {}), charsmap)
    text = (
        "昨天下午，研究人员在实验室里重新测量了样品的温度，结果比预想的要高得多。"
        "他们认为，冷却系统的阀门没有完全关闭，于是请工程师检查了管道和传感器。"
        "乒乓球拍卖完了，南京市长江大桥上的行人络绎不绝；结婚的和尚未结婚的都来了。"
        "如果合同没有约定违约金，守约方仍然可以要求对方赔偿实际损失。"
        "小王把旧书摊开在院子里晒太阳，邻居家的孩子蹲在旁边数蚂蚁。"
        "春天播种的时候要注意土壤的湿度，太干了种子不容易发芽，太湿了又会烂根。"
    )
    cut = [w for run in vocabulary.runs(text) for w in jieba.lcut(run, HMM=False)]
    assert tokenizer.encode(text).tokens == cut


TEXTS = (
    "強化學習與機器學習的區別",
    "ＡＢＣ１２３，全角！",
    "Kubernetes 和 PyTorch 2.0",
    "漢語、臺灣、裏面、乾燥、頭髮",
    "㎡ ① ﬁ ㍿",
    "ÀÉ ΣΑ Ж",
    "平凡的文字，没有变化。",
)


@pytest.mark.parametrize("text", TEXTS)
def test_normaliser_is_fold(trained: train.Trained, text: str) -> None:
    """The model compares words in the same spelling as the rest of Yinju (``fold``)."""
    assert trained.tokenizer.normalizer.normalize_str(text) == fold(text)


def test_every_folded_character(trained: train.Trained) -> None:
    """Every traditional character of the table becomes the simplified one."""
    from corpus.normalize import simplified_table

    text = "\n".join(map(chr, simplified_table()))
    assert trained.tokenizer.normalizer.normalize_str(text) == fold(text)


def test_runs_are_the_pre_tokenizers(trained: train.Trained) -> None:
    """Cutting into runs outside the tokenizer (the fast route) gives the same pieces of text."""
    text = "GPT-4o與o1-preview在3.5%的2024年，用C++/C#寫二〇二四β版カナ。 a_b www.example.com"
    normal = trained.tokenizer.normalizer.normalize_str(text)
    cut = trained.tokenizer.pre_tokenizer.pre_tokenize_str(normal)
    assert [piece for piece, _ in cut] == vocabulary.runs(text)


shipped = pytest.mark.skipif(not (MODEL / "modules.json").exists(), reason="no shipped model yet")


@shipped
def test_shipped_folder_is_within_its_budget() -> None:
    """The repository and the wheel stay small: the model folder has at most 45 MB."""
    assert export.size(MODEL) <= BUDGET
    record = json.loads((MODEL / "training.json").read_text(encoding="utf-8"))
    written = (MODEL / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in written for name in record["pairs"])
    assert str(record["settings"]["seed"]) in written


@shipped
def test_shipped_folder_loads_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped model needs no network and ranks a passage that answers above others."""
    monkeypatch.setitem(os.environ, "HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(MODEL), device="cpu")
    assert [type(module).__name__ for module in model] == ["StaticEmbedding", "Normalize"]
    asked = model.encode(["怎么申請離婚？", "Redis 内存满了怎么办"])
    told = model.encode(
        [
            "夫妻双方自愿离婚的，应当签订书面离婚协议，并亲自到婚姻登记机关申请离婚登记。",
            "当内存使用达到上限时，可以设置淘汰策略，删除最近最少使用的键。",
            "番茄喜欢温暖的气候，浇水要均匀。",
        ]
    )
    assert np.allclose(np.linalg.norm(told, axis=1), 1, atol=1e-3)
    assert (asked @ told.T).argmax(axis=1).tolist() == [0, 1]
