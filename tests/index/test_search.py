"""Searching a published state."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import CorruptError, MismatchError, SettingsError
from corpus.normalize import fold
from index.build import BuildReport
from index.fuse import fuse
from index.layout import describe_files, read_manifest, write_manifest
from index.prepare import embed_text
from index.search import RetrieveSettings, Searcher

Make = Callable[..., BuildReport]

TOPICS = ("苹果", "香蕉", "火车", "飞机", "钢琴", "小提琴", "篮球", "足球", "医院", "药店")
TEXTS = {
    f"{topic}{n}": f"关于{topic}的第{n}篇短文，其中说到{TOPICS[(at + n) % 10]}。"
    for at, topic in enumerate(TOPICS)
    for n in range(4)
}


@pytest.fixture
def searcher(make: Make, kb: Path) -> Any:
    make(TEXTS)
    with closing(Searcher(kb, RetrieveSettings(candidates=5, rerank=0))) as opened:
        yield opened


def test_hits_are_the_candidates_of_both_sides_in_order(searcher: Searcher, embedder: Any) -> None:
    """Union of what BM25 and the vectors propose, fused; every signal is what it says."""
    question = "钢琴和火车哪个好"
    hits = searcher.search(question, k=100)
    passages = [hit.passage for hit in searcher.search("短文", k=100)]
    cosines = (
        embedder.encode_queries(list(map(embed_text, passages)))
        @ embedder.encode_queries([question])[0]
    )
    by_source = dict(zip((passage.source for passage in passages), cosines, strict=True))
    assert len(hits) == 40
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert [hit.rank for hit in hits] == list(range(1, 41))
    for hit in hits:
        assert hit.signals["dense"] == pytest.approx(by_source[hit.passage.source], abs=2e-3)
        assert ("bm25_rank" in hit.signals) == (hit.signals["bm25"] > 0)
    dense = np.array([hit.signals["dense"] for hit in hits], np.float32)
    sparse = np.array([hit.signals["bm25"] for hit in hits], np.float32)
    np.testing.assert_allclose(fuse(dense, sparse, 0.5), scores, atol=1e-3)


def test_the_best_are_reranked_and_the_others_stay_behind(searcher: Searcher) -> None:
    """Reranking moves the first candidates only; every stage's rank and score is told."""
    question = "钢琴和火车哪个好"
    fused = searcher.search(question, k=100)
    searcher.settings = replace(searcher.settings, rerank=4)
    hits = searcher.search(question, k=100)
    assert {hit.passage.id for hit in hits[:4]} == {hit.passage.id for hit in fused[:4]}
    assert [hit.passage.id for hit in hits[4:]] == [hit.passage.id for hit in fused[4:]]
    assert [hit.rank for hit in hits] == list(range(1, 41))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    for hit in hits:
        before = fused[int(hit.signals["fused_rank"]) - 1]
        assert before.passage == hit.passage
        assert hit.signals["fused"] == pytest.approx(before.score, abs=1e-5)
        assert ("rerank" in hit.signals) == (hit.rank <= 4)
        assert hit.signals.get("rerank", hit.score) == pytest.approx(hit.score, abs=1e-5)
    assert searcher.search(question, k=2) == hits[:2]


@pytest.mark.parametrize("question", ["", "？", "zyzzyva", "的", "钢琴" * 300])
def test_reranking_meets_any_question(searcher: Searcher, question: str) -> None:
    """No candidates, no word known to either side, function words alone, far too long."""
    plain = searcher.search(question)
    searcher.settings = replace(searcher.settings, rerank=50)
    hits = searcher.search(question)
    assert len(hits) == len(plain)
    assert all(0 <= hit.score <= 1 for hit in hits)


def test_a_cross_encoder_has_the_last_word(
    make: Make, kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its scores are the hits' scores; what it had no time for stays behind, in its order."""

    class Cross:
        def __init__(self, folder: Path, seconds: float) -> None:
            assert (folder, seconds) == (Path("model"), 2.5)
            self.name = folder.name

        def scores(self, question: str, texts: list[str]) -> Any:
            assert question == "钢琴和火车哪个好"
            assert len(texts) == 6
            return np.array([0.1, 0.9, np.nan, 0.5, np.nan, np.nan], np.float32)

    monkeypatch.setattr("index.search.CrossEncoderReranker", Cross)
    make(TEXTS)
    chosen = RetrieveSettings(candidates=5, rerank=6, rerank_seconds=2.5)
    with closing(Searcher(kb, chosen, reranker=Path("model"))) as opened:
        hits = opened.search("钢琴和火车哪个好", k=8)
        assert opened.reranker == "model"
    assert [hit.signals["fused_rank"] for hit in hits] == [2, 4, 1, 3, 5, 6, 7, 8]
    assert [hit.score for hit in hits[:3]] == pytest.approx([0.9, 0.5, 0.1])
    assert ["rerank" in hit.signals for hit in hits] == [True] * 3 + [False] * 5


@pytest.mark.parametrize("side", ["bm25", "dense"])
def test_each_side_proposes_its_best(searcher: Searcher, side: str) -> None:
    """The first candidates of BM25 and of the vectors are among the hits, with their ranks."""
    everything = searcher.search("钢琴和火车哪个好", k=100)
    few = searcher.search("钢琴和火车哪个好", k=5)
    best = sorted(
        (hit for hit in everything if f"{side}_rank" in hit.signals),
        key=lambda hit: hit.signals[f"{side}_rank"],
    )
    values = [hit.signals[side] for hit in best]
    assert values == sorted(values, reverse=True)
    assert [hit.signals[f"{side}_rank"] for hit in best] == list(range(1, len(best) + 1))
    assert len(few) == 5
    assert max(hit.score for hit in everything) == few[0].score


@pytest.mark.parametrize(("weight", "side"), [(0.0, "bm25"), (1.0, "dense")])
def test_the_weight_can_leave_one_side_alone(searcher: Searcher, weight: float, side: str) -> None:
    """0 gives BM25's best, 1 those of the vectors, whatever the other side proposes."""
    searcher.settings = replace(searcher.settings, dense_weight=weight)
    values = [hit.signals[side] for hit in searcher.search("钢琴和火车哪个好", k=100)]
    assert values == sorted(values, reverse=True)
    few = [hit.signals[side] for hit in searcher.search("钢琴和火车哪个好", k=5)]
    assert few == values[:5]


def test_texts_are_those_of_the_best_passages_of_bm25(searcher: Searcher) -> None:
    """Folded, as words are looked for in them; a word that nothing holds finds nothing."""
    term = searcher.segmenter.terms(searcher.search("规定", 1)[0].passage.text)[0]
    rows, _ = searcher.bm25.top({term: 1.0}, 3)
    expected = [fold(embed_text(p)) for p in searcher.numbered(searcher.numbers[rows])]
    assert searcher.texts({term: 1.0}, 3) == expected != []
    assert searcher.texts({"zzyzx": 1.0}) == []


def test_more_hits_than_passages_gives_all(searcher: Searcher) -> None:
    """Nothing is invented to fill the list, nothing twice."""
    hits = searcher.search("短文", k=10_000)
    assert len(hits) == len({hit.passage.id for hit in hits}) == len(TEXTS)
    assert searcher.search("短文", k=0) == []


@pytest.mark.parametrize("question", ["", " ", "？！", "\n"])
def test_a_question_without_words_finds_nothing(searcher: Searcher, question: str) -> None:
    """Punctuation must not bring up passages by chance."""
    assert searcher.search(question) == []


def test_unknown_words_are_left_to_the_vectors(searcher: Searcher) -> None:
    """BM25 says nothing, and takes no part in the score."""
    hits = searcher.search("zyzzyva")
    assert hits
    assert all(hit.signals["bm25"] == 0 and "bm25_rank" not in hit.signals for hit in hits)
    assert hits[0].score == pytest.approx(1, abs=1e-5)


def test_equal_scores_have_a_stable_order(make: Make, kb: Path) -> None:
    """The same question gives the same list every time."""
    make(dict.fromkeys(("甲", "乙", "丙"), "# 题\n\n同一句话。"))
    with closing(Searcher(kb, RetrieveSettings())) as opened:
        order = [hit.passage.id for hit in opened.search("同一句话")]
        assert len({hit.score for hit in opened.search("同一句话")}) == 1
        assert all([hit.passage.id for hit in opened.search("同一句话")] == order for _ in range(5))


def test_threads_share_a_searcher(searcher: Searcher) -> None:
    """A server answers several people from one opened state."""
    questions = [f"{topic}的短文" for topic in TOPICS]
    expected = {question: searcher.search(question) for question in questions}
    wrong: list[object] = []

    def ask() -> None:
        for question in questions * 3:
            try:
                if searcher.search(question) != expected[question]:
                    wrong.append(question)
                hit = expected[question][0]
                if searcher.document(hit.passage.document_id) is None:
                    wrong.append(hit)
            except Exception as error:  # noqa: BLE001 -- a thread's error must reach the test
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_documents_are_those_of_the_state(searcher: Searcher) -> None:
    """Each passage is a span of its document."""
    documents = {document.id: document for document in searcher.documents()}
    assert sorted(documents[key].source for key in documents) == sorted(TEXTS)
    for hit in searcher.search("足球"):
        text = documents[hit.passage.document_id].text
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert searcher.document(hit.passage.document_id) == documents[hit.passage.document_id]
    assert searcher.document("unknown") is None


def test_another_model_is_refused(make: Make, kb: Path, embedder: Any) -> None:
    """Vectors of two models cannot be compared; both are named, with the remedy."""
    make()
    embedder.fingerprint, embedder.name = "other-2", "other"
    with pytest.raises(MismatchError, match=r"counting \(counting-1\).*other \(other-2\).*--embed"):
        Searcher(kb, RetrieveSettings())


def test_structures_that_do_not_fit_together_are_told(make: Make, kb: Path) -> None:
    """Files of the right size and kind may still be of different builds."""
    make()
    manifest = read_manifest(kb)
    np.save(kb / "seg-000001" / "passages.npy", np.arange(9))
    write_manifest(kb, replace(manifest, files=describe_files(kb, ["seg-000001"])))
    with pytest.raises(CorruptError, match=r"9 passages, 3 rows of words and 3 vectors; .*--repai"):
        Searcher(kb, RetrieveSettings())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"candidates": 0}, "retrieve.candidates is 0; use 1 or more"),
        ({"dense_weight": 1.5}, "retrieve.dense_weight is 1.5; use 0 to 1"),
        ({"b": -0.1}, "retrieve.b is -0.1; use 0 to 1"),
        ({"k1": -1.0}, "retrieve.k1 is -1.0; use 0 or more"),
    ],
)
def test_impossible_settings_are_refused(values: dict[str, Any], message: str) -> None:
    """The message names the setting, its value and what is allowed."""
    with pytest.raises(SettingsError, match=message):
        RetrieveSettings(**values)
