"""Why an answer is what it is."""

from __future__ import annotations

import json
from dataclasses import replace

from corpus.claims import Ground
from corpus.records import Answer, Citation, Hit, Passage, plain

TEXT = "GPT-4o 在 o365 里。红茶\x1b[31m产自安徽。它好喝。"
PASSAGE = Passage(
    id="p", document_id="d", source="茶.md", text=TEXT, start=10, end=10 + len(TEXT),
    sentences=((10, 25), (25, 38), (38, 42)), title="祁门", headings=("产地",),
)  # fmt: skip
HIT = Hit(1, PASSAGE, 0.9, {"bm25": 3.5, "bm25_rank": 2, "dense": 0.25, "dense_rank": 1})
GROUND = Ground(
    "d", "p", "茶.md", TEXT[15:28], 25, 38, 2.5, {"coverage": (0.5, 4), "length": (1, -0.5)}
)
ANSWER = Answer(
    "产地？", "红茶的产地？", "红茶产自安徽。[1]", confidence=0.8, hits=(HIT,),
    citations=(Citation(1, PASSAGE, TEXT[15:28], 25, 38),),
    words={"红茶": 2.0, "产地": 1.5, "o3": 3.0, "gpt-4o": 4.0, "祁门": 1.0},
    grounds=(GROUND, replace(GROUND, start=38, end=42, text="它好喝。", signals={})),
)  # fmt: skip


def test_words_are_told_from_their_likes() -> None:
    """Title and headings count; a name of letters and digits is not found inside another."""
    [reason] = ANSWER.explain().hits
    assert reason.matched == {"gpt-4o": 4.0, "红茶": 2.0, "产地": 1.5, "祁门": 1.0}
    assert list(reason.matched) == ["gpt-4o", "红茶", "产地", "祁门"]
    assert reason.missing == ("o3",)
    assert reason.signals == HIT.signals


def test_a_sentence_is_explained_by_its_signals() -> None:
    """What each adds is the signal times its weight; only the cited one has a number."""
    used, passed_over = ANSWER.explain().evidence
    assert used.parts == {"coverage": 2.0, "length": -0.5}
    assert list(used.parts) == ["coverage", "length"]
    assert (used.number, passed_over.number) == (1, 0)


def test_it_is_text_and_json() -> None:
    """A person and a program both find everything in it."""
    explanation = ANSWER.explain()
    text = str(explanation)
    for words in ("红茶的产地？", "gpt-4o 4.00", "词语（BM25） 3.5，第 2 名", "没有：o3",
                  "把握：80%",
                  "[1] 2.500", "未用", "含问题的词 +2.00，长度 -0.50", "茶.md · 产地"):  # fmt: skip
        assert words in text
    record = json.loads(json.dumps(plain(explanation), ensure_ascii=False))
    assert record["hits"][0]["matched"]["红茶"] == 2.0
    assert record["evidence"][0]["ground"]["signals"]["coverage"] == [0.5, 4]
    assert "不够作答" in str(replace(ANSWER, refused=True).explain())


def test_an_answer_that_looked_nothing_up_has_little_to_explain() -> None:
    """Small talk is explained too, without a crash."""
    explanation = Answer("你好", "你好", "你好！").explain()
    assert (explanation.hits, explanation.evidence) == ((), ())
    assert str(explanation) == "理解为：你好\n把握：0%"
