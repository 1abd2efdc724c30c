"""What an answer tells beside the sentence that answers, and what it must not leave out."""

from __future__ import annotations

import pytest

from index.query import parse_query
from rag import KnowledgeBase
from rag.agreement import Agreement
from rag.enumeration import enumeration
from rag.features import Candidate
from rag.find import find
from rag.fit import Fit

pytestmark = pytest.mark.usefixtures("one_model")

TEXTS = {
    "访谈.txt": "访谈｜苗一舟：一个人做了两年修表铺\n\n【编者按】苗一舟，三十一岁，住在兰溪。\n\n"
    "问：铺子的生意怎么样？\n\n答：够吃饭。旧表多，新表少。\n\n"
    "问：你报名了市里的手艺补助吗？\n\n答：报了，十月交的表。我报的项目是把老怀表的零件画成图。\n\n"
    "问：来年的计划？\n\n答：三件事。第一，收一个徒弟；第二，把零件图放到网上；第三，学会修座钟。\n",
    "周报.md": "# 工具周报\n\n这一周的更新可以归为三件事。"
    "第一件事是提速，第二件事是换图标，第三件事是改价格。\n\n"
    "## 新支持的软件\n\n| 类别 | 软件 |\n| --- | --- |\n| Max Note 的插件 | 叶签、折角、页眉 |\n"
    "| 其他插件 | 墨线、格子、标尺 |\n\n"
    "## 第三天\n\n第三天扩充可连接的插件。\n",
    "问答.md": "# 常见问题\n\n问：买了年卡，停车还要另外付钱吗？\n\n"
    "答：要。年卡和停车是两套账，年卡不送停车时长。\n\n"
    "问：年卡能转给别人吗？\n\n答：不能。\n",
    "词汇.md": "# 供应链小词典\n\n- order to delivery lead time（LT） → 交期。"
    "从下单到交货的天数，周末也算。\n"
    "- safety stock（SS） → 安全库存。防备断货的那一部分。\n",
    "纪要.md": "# 会议纪要\n\n参加：云栈公司全体。\n\n"
    "关于手艺补助。祝青禾认为修木船的项目最合适，但申请表要求有师承。\n",
    "快讯一.md": "# 快讯\n\n画板全员可用，可运行脚本。",
    "快讯二.md": "# 更新\n\n画板全员可用，可运行脚本。",
    "画板.md": "# 画板上手\n\n画板全员可用，可运行脚本。"
    "跑脚本靠的是内嵌的虚拟机，不需要装别的东西。",
}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("什么是交期？", ["从下单到交货的天数"]),  # behind an entry of a glossary
        (
            "苗一舟来年打算做的三件事是什么？",
            ["收一个徒弟", "零件图", "修座钟"],
        ),  # not the weekly's
        ("苗一舟来年打算做哪三件事？", ["收一个徒弟", "零件图", "修座钟"]),
        ("新支持的插件里，属于 Max Note 插件的有哪些？", ["叶签、折角、页眉"]),  # not the others
    ],
)
def test_what_is_asked_for_is_told(question: str, told: list[str], shelf: KnowledgeBase) -> None:
    """Neither a bare entry, nor a list of others, nor a near row stands for the answer."""
    text = shelf.ask(question).text
    assert [words for words in told if words not in text] == []


def test_an_interview_is_asked_without_the_name_of_who_speaks(shelf: KnowledgeBase) -> None:
    """He says what he does, not who he is: his own document is asked what the question asks."""
    answer = shelf.ask("苗一舟和云栈公司分别拿什么项目报手艺补助？")
    assert "苗一舟：" in answer.text
    assert "零件画成图" in answer.text
    assert "编者按" not in answer.text


def told_if(
    shelf: KnowledgeBase, question: str, chosen: list[str], monkeypatch: pytest.MonkeyPatch
) -> str:
    """What is told if these sentences are chosen, best first."""
    desk = shelf._desk
    found = desk.retrieve(parse_query(question), 0, None)
    evidence = desk.weigh(found.query, found.hits)
    place = {item.text: item for item in reversed(evidence.candidates)}
    monkeypatch.setattr("rag.find.choose", lambda *_: [place[text] for text in chosen])
    return "".join(item.text for item in find(desk, found.query, evidence).sentences)


def test_a_curt_answer_is_told_with_what_stands_behind_it(
    shelf: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """答：要。 says too little, whatever else has been chosen."""
    question = "买了年卡，停车还要另外付钱吗？"
    chosen = ["答：要。", f"问：{question}", "答：不能。"]
    assert "两套账" in told_if(shelf, question, chosen, monkeypatch)


def test_the_best_sentence_stays_where_others_agree(
    shelf: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What several documents say takes the place of other sentences of theirs, but not of it."""
    question = "画板跑脚本靠的是什么？"
    best, second = "跑脚本靠的是内嵌的虚拟机，不需要装别的东西。", "画板全员可用，可运行脚本。"

    def agreeing(*arguments: object) -> Agreement:
        candidates: tuple[Candidate, ...] = arguments[1].candidates  # type: ignore[attr-defined]
        same = tuple(item for item in candidates if item.text == second)
        return Agreement(same, ())

    monkeypatch.setattr("rag.find.agreement", agreeing)
    monkeypatch.setattr("rag.find._short", lambda *_: "全员可用")
    assert best in told_if(shelf, question, [best, second], monkeypatch)


def test_a_list_is_told_by_its_count_and_its_row(
    shelf: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare count leads in more surely than a sentence of its own, a named row than others."""

    def score(question: str, text: str) -> float:
        desk = shelf._desk
        found = desk.retrieve(parse_query(question), 0, None)
        evidence = desk.weigh(found.query, found.hits)
        fits = Fit(found.query, evidence, desk.cutter, lambda _: 1.0, desk.words)
        at = next(n for n, item in enumerate(evidence.candidates) if item.text.startswith(text))
        listing = enumeration(evidence.candidates[at], evidence.candidates[at - 1])
        assert listing is not None
        return fits.score(listing)

    first = "第一，收一个徒弟"
    assert score("苗一舟来年打算做哪三件事", first) > score("苗一舟来年打算做哪四件事", first) + 1.4
    row, named, other = "Max Note 的插件", "Max Note 插件有哪些", "Max Pad 插件有哪些"
    before = [score(question, row) for question in (named, other)]
    monkeypatch.setattr("rag.fit._NAMED_ROW", 0)
    gained = [
        one - score(question, row) for one, question in zip(before, (named, other), strict=True)
    ]
    assert gained == [pytest.approx(0.3), 0]
