"""English questions about Chinese documents."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import BuildOptions, build
from rag.english import in_chinese
from rag.meanings import Documents
from rag.open import open_kb


def weighing(*known: str, texts: Sequence[str] = ()) -> Documents:
    """Documents that hold some words, the later the rarer, and no others."""
    return Documents(
        idf=lambda term: float(known.index(term)) if term in known else 99.0,
        terms=lambda text: [text],
        find=lambda weights: list(texts),
    )


CHINESE = weighing("的", "ChatGPT", "分钟", "发布", "价格", "地区", "api", "the")
ENGLISH = weighing("the", "price", "release", "的")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many minutes per month are free?", "多少分钟每月"),
        ("When was Sora released?", "什么时候 Sora 发布"),
        ("Which regions?", "哪些地区"),
        ("How much does the API cost?", "多少钱 API"),
        ("How much is the API?", "多少钱 API"),
        ("How much did the API save?", "多少 API"),
        ("Who is Ilya Sutskever?", "谁 Ilya Sutskever"),
        ("What does the o in GPT-4o stand for?", "什么 o GPT-4o 代表"),
        ("API price of o1?", "o1 API 价格"),
        ("What was on day 7?", "什么第7天"),
        ('Price of the "what if" plan?', '价格 "what if"'),
    ],
)
def test_words_are_put_into_those_of_the_documents(question: str, told: str) -> None:
    """Question words and units always; names and what the documents write in English never."""
    assert in_chinese(question, CHINESE).startswith(told)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many minutes does 竹溪 take?", "多少分钟竹溪"),
        ("In which regions is the 星桥 price free?", "哪些地区星桥价格免费"),
        ("The Verge 和 The Guardian 的价格", ""),
        ("“The price is what it is”是什么意思", ""),
        ("API 的 price 多少", ""),
        ("list 排序方法", ""),
        ("where 子句 语法", ""),
    ],
)
def test_an_english_question_may_name_things_in_chinese(question: str, told: str) -> None:
    """Whoever knows a name only as the documents write it is understood; Chinese stays as asked."""
    assert in_chinese(question, CHINESE).startswith(told)
    assert bool(in_chinese(question, CHINESE)) is bool(told)


def test_a_question_for_yes_or_no_stays_one() -> None:
    """What is asked for decides which sentences answer."""
    assert in_chinese("Is the price free?", CHINESE).endswith("吗")


def test_of_many_meanings_the_documents_choose() -> None:
    """To launch is 发射, 发布 or 启动: whatever is written about here."""
    assert in_chinese("What did they launch?", weighing("的", "发射", "the")) == "什么发射"
    assert in_chinese("What did they launch?", weighing("的", "启动", "the")) == "什么启动"


def test_a_verb_with_a_particle_is_known_in_all_its_forms() -> None:
    """What is turned down is rejected, and what is put off comes later: neither turns nor puts."""
    known = weighing("的", "否决", "转", "推迟", "放", "the")
    assert in_chinese("Which one was turned down?", known) == "哪个否决"
    assert in_chinese("Why was it put off?", known) == "为什么推迟"


def test_what_left_is_no_left_side_and_rates_are_no_rats() -> None:
    """A form of a verb may be a word of its own; what keeps most of a word is likeliest."""
    assert "离职" in in_chinese("Who left?", weighing("的", "离职", "the"))
    assert "左边" in in_chinese("What is on the left?", weighing("的", "左边", "the"))
    assert "利率" in in_chinese("What are the rates?", weighing("的", "利率", "老鼠", "the"))


def test_words_in_a_row_are_looked_for_in_a_row() -> None:
    """Where something is launched is no site that something is released on."""
    texts = ["新品在网站上发布。", "发射场地在海边。"]
    known = weighing("的", "发布", "网站", "发射", "场地", "the", texts=texts)
    assert in_chinese("Who owns the launch site?", known).endswith("发射场地")


def test_a_second_thing_asked_stays_a_clause_of_its_own() -> None:
    """So that it is answered as well; what does not ask is none."""
    assert in_chinese("What price and which regions?", CHINESE) == "多少价格， 哪些地区"
    assert "，" not in in_chinese("What price and regions?", CHINESE)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is the difference between GPT-4 and GPT-5?", "GPT-4 和 GPT-5 的区别"),
        ("Compare GPT-4 with GPT-5.", "GPT-4 和 GPT-5 的区别"),
        ("How does GPT-4 differ from GPT-5?", "GPT-4 和 GPT-5 的区别"),
        ("How do GPT-4 and GPT-5 differ in price?", "GPT-4 和 GPT-5 价格分别"),
        ("What are the prices of A1 and B2 respectively?", "A1 和 B2 价格分别"),
    ],
)
def test_what_is_compared_is_named_as_a_chinese_question_names_it(question: str, told: str) -> None:
    """So that it is compared as there."""
    assert in_chinese(question, CHINESE) == told


def test_a_name_is_written_as_the_documents_write_it() -> None:
    """Others stay in Latin letters: whom nothing tells of is a stranger."""
    assert in_chinese("Who is Einstein?", weighing("的", "爱因斯坦", "the")) == "谁爱因斯坦"
    assert in_chinese("Why did Netflix pay?", CHINESE).startswith("为什么 Netflix")


def test_of_many_meanings_the_one_that_stands_beside_the_others_is_chosen() -> None:
    """A lease has terms and a glossary has: the commoner word alone would always win."""
    known = ("的", "术语", "期限", "租约", "词典", "the")
    lease = weighing(*known, texts=["租约的期限是三年。", "词典解释术语。"])
    assert in_chinese("What is the term of the lease?", lease) == "什么租约期限"
    glossary = weighing(*known, texts=["词典解释术语。", "租约的期限是三年。"])
    assert in_chinese("What is the term in the dictionary?", glossary) == "什么术语词典"


def test_a_phrasal_verb_may_be_its_verb_and_a_preposition() -> None:
    """What is checked in a list checks in nowhere."""
    known = ("的", "入住", "抽查", "名单", "the")
    assert "抽查" in in_chinese(
        "What is checked in the list?", weighing(*known, texts=["抽查名单。", "入住。"])
    )
    assert "入住" in in_chinese(
        "When can guests check in?", weighing(*known, texts=["入住。", "抽查名单。"])
    )


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who is Chen Mofei?", "谁陈墨飞"),
        ("Who is Mofei Chen?", "谁陈墨飞"),
        ("Where is Professor Chen?", "哪里陈教授"),
        ("Who is Zhao Mofei?", "谁 Zhao Mofei"),
    ],
)
def test_names_in_pinyin_are_found_by_their_sound(question: str, told: str) -> None:
    """As the documents write them, whichever name comes first; others stay strangers."""
    texts = ["陈墨飞是站长，沉默非金。", "请陈教授讲课，陈墨飞主持。"]
    assert in_chinese(question, weighing("的", "陈", "墨", "飞", "the", texts=texts)) == told


def test_only_so_many_names_are_searched_for() -> None:
    """A pasted list of names takes no search each."""
    searches = []

    def find(weights: Mapping[str, float]) -> list[str]:
        searches.append(weights)
        return []

    documents = replace(weighing("的", "陈", "墨", "飞", "the"), find=find)
    in_chinese("Who are " + " and ".join(["Chen Mofei"] * 60) + "?", documents)
    assert 1 < len(searches) < 30


@pytest.mark.parametrize(
    "question",
    [
        "Give me the price of the plan.",
        "Please tell me the price",
        "price of the plan in the first batch",
    ],
)
def test_a_request_and_a_long_phrase_ask_as_well(question: str) -> None:
    """Without a question word and a question mark."""
    assert "价格" in in_chinese(question, CHINESE)


def test_sentences_of_a_question_stay_apart() -> None:
    """What leads in to a question is no part of it."""
    assert in_chinese("The price rose. Which plan?", CHINESE).count("，") == 1
    assert "，" not in in_chinese("Did Mr. Wu tell the price?", CHINESE)


def test_a_small_word_that_nothing_knows_is_left_out() -> None:
    """It was not translated, which says nothing about the documents; a name may be missing."""
    assert in_chinese("What is the price of a zzyzx?", CHINESE) == "多少价格"
    assert in_chinese("What is the price of Zzyzx?", CHINESE) == "多少 Zzyzx 价格"


def test_words_that_mean_something_together_are_put_together() -> None:
    """A rare disease is no 稀少的 illness, and a hyphen changes nothing."""
    known = weighing("的", "罕见病", "首批", "the")
    assert in_chinese("What rare-disease cases were in the first batch?", known).startswith(
        "什么罕见病"
    )
    assert "首批" in in_chinese("What came in the first batch?", known)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which plans?", "哪些"),
        ("Which paid plans?", "哪些"),
        ("Which plan is free?", "哪个"),
        ("Which plan costs 200 dollars?", "哪个"),
        ("Which bus goes there?", "哪个"),
        ("Which costs more?", "哪个"),
        ("Which subscription plans are free?", "哪些"),
        ("Which Berlin scientist spoke?", "哪位"),
        ("Which plan do you recommend?", "哪个"),
        ("Which two plans are free?", "哪两个"),
        ("Name the three regions.", "哪三个地区"),
        ("What are the two kinds of plans?", "哪两种"),
    ],
)
def test_one_or_several_are_asked_for(question: str, told: str) -> None:
    """A list answers which plans, a person which scientist."""
    assert in_chinese(question, CHINESE).startswith(told)


@pytest.mark.parametrize(("name", "fewest"), [("english.tsv", 10_000), ("names.tsv", 500)])
def test_every_line_of_the_dictionary_is_a_word_with_chinese(name: str, fewest: int) -> None:
    """Once, in small letters, three words at most."""
    path = Path(__file__).parent.parent.parent / "rag" / name
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({word for word, _ in lines}) == len(lines) > fewest
    asks = r"(?:how|what|which|when|who|whom|whose|why|where|per|each|every)\b"
    assert not any(re.match(asks, word) for word, _ in lines)  # put into Chinese before
    assert all(re.fullmatch(r"[a-z][a-z' -]*", word) and len(word.split()) < 4 for word, _ in lines)
    assert all(re.fullmatch(r"(?:\S*[\u4e00-\u9fff]\S* ?)+", told) for _, told in lines)


@pytest.mark.parametrize(
    "question", ["价格是多少", "ChatGPT 的 price?", "hello world", "ChatGPT", "", "?", "12 + 3?"]
)
def test_what_is_no_english_question_is_left_alone(question: str) -> None:
    """Neither Chinese with English words in it nor a name is put into other words."""
    assert in_chinese(question, CHINESE) == ""


def test_english_documents_are_asked_in_english() -> None:
    """Their words are those of the question."""
    assert in_chinese("What is the release price?", ENGLISH) == ""


@given(st.text(max_size=60))
def test_any_text_is_told_or_left_alone(text: str) -> None:
    """Whatever is typed, nothing fails, and a translation holds something."""
    told = in_chinese(text, CHINESE)
    assert isinstance(told, str)
    assert told.strip() == told


def test_an_english_question_is_answered_from_chinese_documents(tmp_path: Path) -> None:
    """End to end: the answer is quoted, the question is shown as it was understood."""
    text = "云栖公司的员工手册。试用期为三个月，期满考核。每月十日发放工资。公司的总部设在杭州。"
    build({"手册.txt": text}, tmp_path / "kb", BuildOptions())
    with open_kb(tmp_path / "kb") as kb:
        answer = kb.ask("How long is the probation?")
        assert not answer.refused
        assert "试用期为三个月" in answer.text
        assert answer.question == "How long is the probation?"
        assert "试用期" in answer.question_resolved
        stranger = kb.ask("How long is the probation at Acmesoft?")
        assert stranger.confidence < answer.confidence / 2
        refusal = kb.ask("Who invented the steam engine?")
        assert refusal.refused
        assert "Who invented the steam engine?" in refusal.text
        assert math.isfinite(refusal.confidence)
