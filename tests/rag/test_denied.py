"""Sentences that say that it is not so."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from corpus.segment import Segmenter
from rag.choose import Selection, choose
from rag.denied import asked_whether, denied


def first(kit: SimpleNamespace, segmenter: Segmenter, question: str, *texts: str) -> str:
    """What comes first of some texts ranked as they stand."""
    evidence = kit.evidence(question, *texts)
    at = {item.text: number for number, item in enumerate(evidence.candidates)}
    scores = evidence.scores.copy()
    for rank, text in enumerate(texts):
        scores[at[text]] = 9 - rank
    ranked = replace(evidence, scores=scores, order=tuple(at[text] for text in texts))
    found = denied(kit.query(question), ranked, segmenter)
    return found.candidates[found.order[0]].text


@pytest.mark.parametrize(
    ("question", "named", "says"),
    [
        ("健身卡可以转给家人吗？", "健身卡每年 800 元，分金卡和银卡。", "健身卡不得转让给家人。"),
        ("年会员送停车券吗？", "年会员每年 300 元，可在前台办理。", "年会员不送停车券。"),
        ("宿舍允许养猫吗", "宿舍每间住四人，配空调。", "宿舍内未经许可禁止养狗养猫。"),
        ("高铁票能不能改签两次", "高铁票可在窗口购买。", "高铁票开车前不能改签两次。"),
        ("停车需要预约吗？", "停车场在东门，共 300 个车位。", "停车不必预约。"),
        ("民宿有没有早餐供应？", "民宿共十间房，步行可到海边。", "民宿暂时没有早餐供应。"),
    ],
)
def test_what_denies_it_goes_before_what_names_it(
    kit: SimpleNamespace, segmenter: Segmenter, question: str, named: str, says: str
) -> None:
    """A question that asks whether wants no more about what it names."""
    assert first(kit, segmenter, question, named, says) == says


@pytest.mark.parametrize(
    ("question", "named", "says"),
    [
        (
            "团课在小程序上能约吗？",
            "打开应用，选好教练就能约。",
            "团课只在应用里约，小程序暂不支持。",
        ),
        ("订餐柜台晚上可以点单吗", "订餐请到一楼。", "早上有人接待，订餐柜台不行。"),
        ("实习生能参加体检吗？", "体检安排在五月。", "体检正式员工人人都有，实习生没有。"),
        ("地下车库能充电吗", "充电每度一元二。", "充电桩地面有六个，地下车库没有。"),
        ("学生票可以改签吗", "改签请到窗口。", "成人票可以改签一次，学生票不可以。"),
    ],
)
def test_what_is_left_unsaid_behind_a_denial_is_what_is_asked(
    kit: SimpleNamespace, segmenter: Segmenter, question: str, named: str, says: str
) -> None:
    """小程序不支持 denies what is asked of it, whatever that is."""
    assert first(kit, segmenter, question, named, says) == says


@pytest.mark.parametrize(
    ("question", "best", "other"),
    [
        ("年会员送停车券吗？", "年会员每年送停车券十张。", "月会员不送停车券。"),
        ("年会员多少钱？", "年会员每年 300 元。", "年会员不送停车券。"),
        ("K5 支持无线充电吗？", "K5 的电池有 5000 毫安。", "K7 不支持无线充电。"),
        ("猫能吃葡萄吗？", "猫爱吃鱼。", "吃葡萄不吐葡萄皮吗？"),
        ("会员能参加夜跑吗？", "会员每周三夜跑。", "夜跑非会员没有。"),
        ("学生票可以改签吗", "改签请到窗口。", "改签窗口里学生票没有人买。"),
        ("地下车库能充电吗", "充电每度一元二。", "充电时看不清，地下车库没有灯。"),
        ("实习生能参加体检吗？", "体检安排在五月。", "要不要体检由实习生定。"),
        ("节假日能参加夜跑吗", "夜跑在河边。", "夜跑天天有，节假日也不例外。"),
        ("新手能参加夜跑吗", "夜跑在河边。", "夜跑每次都少不了，新手少不了。"),
    ],
)
def test_other_sentences_stay_behind(
    kit: SimpleNamespace, segmenter: Segmenter, question: str, best: str, other: str
) -> None:
    """What says it as well, is told of another model, or asks, is no better."""
    assert first(kit, segmenter, question, best, other) == best


def test_what_follows_a_question_answers_it(kit: SimpleNamespace, segmenter: Segmenter) -> None:
    """要 says whether, with the question before it."""
    evidence = kit.evidence("接口要付钱吗", "接口要付钱吗？要的。", "网页版不用付钱，接口不归它。")
    at = {item.text: number for number, item in enumerate(evidence.candidates)}
    order = (at["要的。"], *(n for n in evidence.order if n != at["要的。"]))
    ranked = replace(evidence, order=order)
    assert denied(kit.query("接口要付钱吗"), ranked, segmenter) is ranked


def test_what_is_asked_stands_behind_the_modal(segmenter: Segmenter) -> None:
    """Or is the verb and what belongs to it."""
    assert asked_whether("买了票，会不会送水？", segmenter) == {"送", "水"}
    assert asked_whether("图书馆周末开门吗", segmenter) == {"开", "门"}
    assert asked_whether("可以带 iPad 进场吗", segmenter) == {"带", "ipad", "进", "场"}


@pytest.mark.parametrize(
    "says",
    [
        "健身卡未成年人转让手续相同。",
        "健身卡没用过的转让手续简单。",
        "健身卡不用排队即可转让。",
        "健身卡不满意可转让。",
        "健身卡没想到能转让。",
        "健身卡到期不得不转让。",
        "健身卡搬家不能不转让。",
        "健身卡不只是转让方便。",
        "健身卡不限次数转让。",
        "健身卡不久转让给人。",
        "健身卡不妨转让给人。",
        "健身卡没有不转让的。",
        "健身卡未拆封的转让手续相同。",
        "健身卡不合用也可转让。",
        "健身卡不必到店转让。",
        "健身卡不用本人到场转让。",
        "健身卡没必要上门转让。",
    ],
)
def test_what_affirms_in_words_of_denial_denies_nothing(
    kit: SimpleNamespace, segmenter: Segmenter, says: str
) -> None:
    """不得不 affirms, 未成年人 names somebody, and 不用排队 denies but the queue."""
    named = "健身卡每年 800 元，分金卡和银卡。"
    assert first(kit, segmenter, "健身卡可以转让吗？", named, says) == named


@pytest.mark.parametrize(
    "says",
    [
        "健身卡不再转让。",
        "健身卡不可以转让。",
        "健身卡不满三年不转让。",
        "健身卡没有转让的办法。",
        "健身卡未开放转让。",
        "健身卡没开通网上的转让。",
    ],
)
def test_what_denies_still_does(kit: SimpleNamespace, segmenter: Segmenter, says: str) -> None:
    """The guards take no denial away."""
    named = "健身卡每年 800 元，分金卡和银卡。"
    assert first(kit, segmenter, "健身卡可以转让吗？", named, says) == says


@pytest.mark.parametrize(
    ("question", "named", "says"),
    [
        ("健身卡可以转给家人吗？", "健身卡每年 800 元，分金卡和银卡。", "健身卡不得转让给家人。"),
        ("年会员送停车券吗？", "年会员每年 300 元，可在前台办理。", "年会员不送停车券。"),
    ],
)
def test_what_was_passed_over_is_not_quoted_second(
    kit: SimpleNamespace, segmenter: Segmenter, question: str, named: str, says: str
) -> None:
    """It scores better than what denies it, but says nothing of what is asked."""
    evidence = kit.evidence(question, f"{named}{says}")
    at = {item.text: number for number, item in enumerate(evidence.candidates)}
    scores = evidence.scores.copy()
    scores[at[named]], scores[at[says]] = 9, 8
    query = kit.query(question)
    found = denied(query, replace(evidence, scores=scores, order=(at[named], at[says])), segmenter)
    assert [item.text for item in choose(query, found, Selection())] == [says]


@pytest.mark.parametrize("question", ["可以吗？", "有没有", "周日开放吗"])
def test_a_question_that_names_little_is_weighed(
    kit: SimpleNamespace, segmenter: Segmenter, question: str
) -> None:
    """Neither of what nor what it asks may be left, and nothing is denied then."""
    texts = ("前台周日开放到五点。", "储物柜暂时没有。", "本馆不得吸烟。")
    assert first(kit, segmenter, question, *texts) == texts[0]
