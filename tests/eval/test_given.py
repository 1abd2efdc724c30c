"""Reading comprehension over pooled contexts, and over the one a question was written for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.given import GivenContext
from eval.run import Options, evaluate
from eval.sets import read_set
from eval.system import System
from index.build import BuildOptions, build
from rag import AnswerSettings

CONTEXTS = ["图书馆逢周一闭馆，周二至周日九点开放。", "博物馆逢周三闭馆，门票十元。"]


@pytest.mark.usefixtures("one_model")
def test_only_the_given_context_answers(tmp_path: Path) -> None:
    """Protects ``--given-context``: no passage of another context is found or cited."""
    path = tmp_path / "mrc.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"id": f"{n}", "context": context, "question": "哪天闭馆？",
                        "answers": [answer]})
            for n, (context, answer) in enumerate(zip(CONTEXTS, ("周一", "周三"), strict=True))
        ),
        encoding="utf-8",
    )  # fmt: skip
    questions = read_set(path, "mrc")
    build(questions.documents or {}, tmp_path / "kb", BuildOptions())
    system = System(tmp_path / "kb", answer=AnswerSettings(threshold=0.0))
    pooled = evaluate(questions, system, tmp_path / "pooled")
    given = evaluate(questions, system, tmp_path / "given", options=Options(given_context=True))
    assert [item.hits for item in pooled.judgements] == [2, 2]
    assert [item.hits for item in given.judgements] == [1, 1]
    assert [item.rank for item in given.judgements] == [1, 1]
    assert given.overall.figures["contains"].value == 1.0


@pytest.mark.usefixtures("one_model")
def test_the_restriction_can_be_lifted(tmp_path: Path) -> None:
    """Protects against a restriction that outlives its question."""
    build({"a": CONTEXTS[0], "b": CONTEXTS[1]}, tmp_path, BuildOptions())
    with GivenContext(tmp_path) as kb:
        kb.restrict("b")
        assert [hit.passage.source for hit in kb.search("哪天闭馆？")] == ["b"]
        kb.restrict(None)
        assert {hit.passage.source for hit in kb.search("哪天闭馆？")} == {"a", "b"}


@pytest.mark.usefixtures("one_model")
def test_a_folder_may_be_given(tmp_path: Path) -> None:
    """All its documents are searched, and none beside it."""
    texts = {"甲/一": CONTEXTS[0], "甲/二": CONTEXTS[1], "乙/一": "市场逢周五闭馆。"}
    build(texts, tmp_path, BuildOptions())
    with GivenContext(tmp_path) as kb:
        kb.restrict("甲/")
        assert {hit.passage.source for hit in kb.search("哪天闭馆？")} == {"甲/一", "甲/二"}
        assert kb._desk.searcher.sole_document() == ""
        kb.restrict("乙/")
        assert kb._desk.searcher.sole_document() != ""
