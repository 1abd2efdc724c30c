"""The same passage never takes two places in an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.filters import Filters
from rag import AnswerSettings, build_kb, open_kb


@pytest.mark.usefixtures("one_model")
def test_copies_take_one_place(tmp_path: Path) -> None:
    """Of documents that say the same, one is cited and listed."""
    text = "# 校车\n\n校车每天早上七点从东门出发，周末不开。\n"
    texts = {"甲.md": text, "乙.md": text, "丙.md": "# 食堂\n\n食堂每天早上六点半开门。\n"}
    with build_kb(texts, tmp_path / "kb") as kb:
        answer = kb.ask("校车几点出发？")
        sources = [hit.passage.source for hit in answer.hits]
        assert len({"甲.md", "乙.md"} & set(sources)) == 1
        assert [hit.rank for hit in answer.hits] == list(range(1, len(sources) + 1))
        assert "七点" in answer.text
        assert len(answer.citations) == 1


@pytest.mark.usefixtures("one_model")
def test_only_documents_that_meet_the_filters_answer(tmp_path: Path) -> None:
    """A filter given to ``ask`` holds for evidence and related reading alike."""
    texts = {
        "旧/校车.md": "# 校车\n\n校车每天早上七点从东门出发。\n",
        "新/校车.md": "# 校车\n\n校车每天早上八点从西门出发。\n",
    }
    build_kb(texts, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb", answer=AnswerSettings(threshold=0.0)) as kb:
        answer = kb.ask("校车几点出发？", filters=Filters(source="新/"))
        assert {hit.passage.source for hit in answer.hits} == {"新/校车.md"}
        assert "八点" in answer.text
