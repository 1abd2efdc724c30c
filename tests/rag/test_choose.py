"""What a sentence points back at is told with it, where that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import build_kb, open_kb
from rag.choose import points_at_asked

pytestmark = pytest.mark.usefixtures("one_model")


@pytest.mark.parametrize(
    ("question", "text", "points"),
    [
        ("馆长说今年最大的惊喜是哪项技术？", "馆长称这项技术为今年最大的惊喜。", True),
        ("柳溪镇有哪些优势", "善用这些优势，柳溪镇大有可为。", True),
        ("用的是什么办法", "该办法一直沿用至今。", True),
        ("馆长说今年最大的惊喜是哪项技术？", "馆长称这座古桥为今年最大的惊喜。", False),
        ("馆长是谁", "馆长称这项技术为惊喜。", False),
        ("哪天开馆", "这天下着雨。", False),
        ("什么时候开馆", "这时候还没有开馆。", False),
    ],
)
def test_the_thing_asked_for_is_pointed_at(question: str, text: str, points: bool) -> None:
    """这项技术 answers nobody who asks which technology it is."""
    assert points_at_asked(question, text) is points


def test_the_sentence_before_is_told_and_gives_the_words(tmp_path: Path) -> None:
    """Protects the name that the best sentence but points at."""
    text = "修复组展示了激光清洗技术，它不伤纸张。馆长称这项技术为今年最大的惊喜。读者排起了长队。"
    build_kb({"馆刊.md": text}, tmp_path / "kb").close()
    with open_kb(tmp_path / "kb") as kb:
        answer = kb.ask("馆长称什么技术为今年最大的惊喜？")
    assert "激光清洗技术" in answer.text
    assert "这项技术" not in answer.short
