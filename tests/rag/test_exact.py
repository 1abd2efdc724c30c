"""Names that must be the same: models, years, months, quarters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from corpus.chunk import ChunkSettings
from index.build import BuildOptions
from rag import KnowledgeBase, build_kb, open_kb
from rag.exact import exactly, names_in

pytestmark = pytest.mark.usefixtures("one_model")

TEXTS = {
    "净化器.md": "# 净化器\n\nK7 的售价是 2399 元。K7 的噪声是 29 分贝，净重 7.6 公斤。",
    "报告.md": "# 2023 年报告\n\n2023 年公司营业收入 18.6 亿元。一月投诉 254 起，二月投诉 213 起。",
    "旧报告.md": "# 2019 年报告\n\n公司营业收入 9.4 亿元，K5 于当年停产。",
    "市场.md": "# 市场\n\n德国市场增长最快，达到 67%，日本市场增长 12%。",
    "守则.md": "# 守则\n\n员工每年休假五天。",
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("shelf") / "kb"
    build_kb(TEXTS, folder).close()
    with open_kb(folder) as kb:
        yield kb


@pytest.mark.parametrize(
    ("text", "models", "times"),
    [
        ("GPT-4o 和 K7 Pro", {"gpt4o", "k7"}, (set(), set(), set())),
        ("iOS 18.2 在 2024 年 12 月", {"ios18.2"}, ({2024}, {12}, set())),
        ("Plus 2 个账号，OpenAI 12 场，iPhone 16 个人版", {"iphone16"}, (set(), set(), set())),
        ("OpenAI 2024 年和 ChatGPT 12 月 1 日", set(), ({2024}, {12}, set())),
        ("三月到十二月，第二季度，Q3", set(), (set(), {3, 12}, {2, 3})),
        ("Plus 20 美元，iOS 18 天气，GPT 4 年费", {"ios18", "gpt4"}, (set(), set(), set())),
        ("Day 7，共 12 天，2.4 GHz", set(), (set(), set(), set())),
        ("拨 95-06218，不是 1-800，2023-2024 年", {"9506218"}, ({2023, 2024}, set(), set())),
    ],
)
def test_exact_names_of_a_text(
    text: str, models: set[str], times: tuple[set[int], set[int], set[int]]
) -> None:
    """Letters with figures, and times by their sort; plain numbers are none."""
    names = names_in(text)
    assert names.models == models
    assert tuple(map(set, names.times)) == times


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("K7 的售价是多少", "2399"),
        ("2023 年营业收入是多少", "18.6"),
        ("2019 年营业收入是多少", "9.4"),
        ("二月投诉多少起", "213"),
        ("德国市场增长多少", "67%"),
    ],
)
def test_the_one_that_is_named_is_answered(question: str, told: str, shelf: KnowledgeBase) -> None:
    """The year may stand in the title."""
    answer = shelf.ask(question)
    assert not answer.refused
    assert told in answer.text


@pytest.mark.parametrize(
    "question", ["K9 的售价是多少", "K5 的售价是多少", "三月投诉多少起", "印度市场增长多少"]
)
def test_another_of_its_kind_is_no_answer(question: str, shelf: KnowledgeBase) -> None:
    """K7's price is not that of K9, February's complaints are not those of March."""
    with open_kb(shelf.folder) as kb:
        named = kb.ask(question).confidence
        for asked, told in (("K9", "K7"), ("K5", "K7"), ("三月", "二月"), ("印度", "德国")):
            question = question.replace(asked, told)
        other = kb.ask(question)
    assert named < 0.5 * other.confidence


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("服务满 100 个小时得到什么", "服务满 100 小时：免票。"),
        ("服务满 50 个小时得到什么", "服务满 50 小时：赠馆刊。"),
        ("服务满 70 个小时得到什么", ""),
        ("服务得到哪 2 个", ""),
    ],
)
def test_the_amount_asked_about_leads(question: str, first: str, kit: SimpleNamespace) -> None:
    """Of lines for several amounts the one that is asked about, whichever scored best."""
    text = "服务满 50 小时：赠馆刊。\n\n服务满 100 小时：免票。"
    evidence = kit.evidence(question, text)
    for order in (evidence.order, evidence.order[::-1]):
        given = replace(evidence, order=order, scores=np.zeros_like(evidence.scores))
        led = exactly(kit.query(question), given)[0]
        wanted = first or evidence.candidates[order[0]].text
        assert led.candidates[led.order[0]].text.strip() == wanted.strip()


@pytest.mark.parametrize(
    ("question", "text", "worth"),
    [
        ("春节门诊怎么安排", "国庆期间门诊只开上午。", 0.2),
        ("春节门诊怎么安排", "大年初一门诊只开上午。", 1.0),
        ("国庆门诊怎么安排", "10 月 1 日门诊只开上午。", 1.0),
        ("95-06218 几点下班", "客服 07995-31806，九点下班。", 0.2),
        ("圣诞老人几点来", "他九点来。", 1.0),
        ("星期五一早几点开门", "九点开门。", 1.0),
    ],
)
def test_another_festival_or_number_is_no_answer(
    question: str, text: str, worth: float, kit: SimpleNamespace
) -> None:
    """What is arranged for one holiday says nothing of another, whatever its days are called."""
    assert exactly(kit.query(question), kit.evidence(question, text))[1] == pytest.approx(worth)


def test_a_text_without_years_contradicts_none(kit: SimpleNamespace) -> None:
    """A rule that holds every year is no rule of another year."""
    question = kit.query("2024 年员工休假几天")
    timeless = kit.evidence("2024 年员工休假几天", "员工每年休假五天。")
    dated = kit.evidence("2024 年员工休假几天", "2019 年员工休假五天。")
    assert exactly(question, timeless)[1] == 1
    assert exactly(question, dated)[1] < 1


def test_the_sentence_that_names_the_country_goes_before_its_passage(kit: SimpleNamespace) -> None:
    """Of a table's rows the one asked for, not the better line above; unless it is far worse."""
    question = "韩国卖了多少台"
    evidence = kit.evidence(question, "各国卖了多少台如下。日本三台。韩国五台。")
    at = {item.text: number for number, item in enumerate(evidence.candidates)}
    for score, first in ((9.0, "韩国五台。"), (5.0, "各国卖了多少台如下。")):
        scores = np.array([10.0, 8.0, score], np.float32)
        ranked = replace(evidence, scores=scores, order=tuple(np.argsort(-scores).tolist()))
        found, worth = exactly(kit.query(question), ranked, frozenset({"韩国"}))
        assert (found.order[0], worth) == (at[first], 1)


def test_a_question_at_the_end_of_a_passage_is_answered_by_the_next(tmp_path: Path) -> None:
    """Cut between question and answer, both are read."""
    text = "# 问答\n\n问：传感器读数一直是 999 怎么办？\n\n答：用棉签蘸酒精擦背面的小孔。\n"
    options = BuildOptions(chunk=ChunkSettings(target=20, maximum=40, parent=0))
    with build_kb({"faq.md": text}, tmp_path / "kb", options=options) as kb:
        assert len(list(kb.search("读数", k=9))) > 1
        assert "棉签" in kb.ask("传感器读数一直是 999 怎么办").text


def test_a_rare_name_must_stand_in_the_passage(kit: SimpleNamespace) -> None:
    """What is told of something else is worth little; the passage with the name is first."""
    question = kit.query("Brewmatic 净重多少公斤")
    weighed = kit.evidence(
        "Brewmatic 净重多少公斤", "净化器净重 7.6 公斤。", "Brewmatic 净重 3 公斤。"
    )
    first = next(n for n in weighed.order if "7.6" in weighed.candidates[n].text)
    wrong_first = replace(
        weighed, order=(first, *(number for number in weighed.order if number != first))
    )
    found, worth = exactly(question, wrong_first, rare=frozenset({"brewmatic"}))
    assert worth == 1
    assert "Brewmatic" in found.candidates[found.order[0]].text
    alone = kit.evidence("Brewmatic 净重多少公斤", "净化器净重 7.6 公斤。")
    assert exactly(question, alone, rare=frozenset({"brewmatic"}))[1] < 0.5
    assert exactly(question, alone)[1] == 1
