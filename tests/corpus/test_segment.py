"""Search terms: what a question and the passage that answers it must share."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import SettingsError
from corpus.segment import Segmenter


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("GPT-4o", {"gpt-4o", "gpt", "4o"}),
        ("o1-preview", {"o1-preview", "o1", "preview"}),
        ("v3.5", {"v3.5"}),
        ("3.5 倍", {"3.5", "倍"}),
        ("1-800-242", {"1-800-242", "800", "242"}),
        ("a_b/c", {"a_b/c", "c"}),
        ("o1pro", {"o1pro", "o1", "pro"}),
        ("gpt4", {"gpt4", "gpt", "4"}),
        ("学习C语言", {"学习", "c", "语言"}),
        ("GPT‑4o", {"gpt-4o"}),
        ("1-800-CHAT-GPT", {"1-800-chat-gpt", "800", "chat", "gpt"}),
        ("3.5%", {"3.5%", "3.5"}),
        ("12,345.6 元", {"12345.6", "345"}),
        ("10:30", {"10:30", "30"}),
        ("iPhone16Pro", {"iphone16pro", "iphone", "16", "pro"}),
        ("2024年12月5日", {"2024年12月5日", "12月5日", "2024", "12", "5"}),
        ("二〇二四年十二月五日", {"2024年12月5日", "12月5日"}),
        ("2024-12-05", {"2024-12-05", "2024年12月5日"}),
        ("Telefónica", {"telefonica"}),
        ("Крым", {"крым"}),
        ("テスト", {"テスト", "テ"}),
    ],
)
def test_mixed_tokens_are_found_whole_and_in_parts(
    segmenter: Segmenter, text: str, parts: set[str]
) -> None:
    """``GPT 4o`` finds ``GPT-4o``, and ``GPT-4o`` ranks the exact one first."""
    assert parts <= set(segmenter.terms(f"关于{text}，"))


def test_long_words_also_give_the_words_within(segmenter: Segmenter) -> None:
    """A question may use the short form."""
    assert {"中华人民共和国", "人民", "共和国"} <= set(segmenter.terms("中华人民共和国成立"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("機器學習的發展", "机器学习的发展"),
        ("ＧＰＴ－４ｏ　模型", "gpt-4o 模型"),
        ("OpenAI", "openai"),
        ("１２天", "12天"),
        ("①㎡", "1m2"),
        ("Telefónica 和 Straße", "telefonica 和 strasse"),
        ("cafe\u0301", "café"),
    ],
)
def test_script_width_and_case_do_not_matter(segmenter: Segmenter, one: str, other: str) -> None:
    """The same words are found however they are written."""
    assert segmenter.terms(one) == segmenter.terms(other)


def test_punctuation_and_blanks_yield_nothing(segmenter: Segmenter) -> None:
    """A question mark must not match every other question mark."""
    assert segmenter.terms(" ，。？！「」—— …\n\t()-/") == []


def test_repeated_words_are_repeated(segmenter: Segmenter) -> None:
    """BM25 counts them."""
    assert segmenter.terms("模型和模型").count("模型") == 2


def test_words_do_not_depend_on_their_neighbours(segmenter: Segmenter) -> None:
    """An unknown name falls apart alike in the question and in the passage."""
    alone = segmenter.terms("楷墨川")
    within = segmenter.terms("据说楷墨川于昨日")
    assert set(alone) <= set(within)


@pytest.mark.parametrize(
    ("text", "is_spent"),
    [
        ("一天花多少钱", True),
        ("住院3天花了两千", True),
        ("半天花了多少", True),
        ("怎么预防天花", False),
        ("一种天花疫苗", False),
    ],
)
def test_what_a_day_costs_is_no_smallpox(segmenter: Segmenter, text: str, is_spent: bool) -> None:
    """The dictionary knows 天花; behind a number 天 is counted and 花 spent."""
    assert ("花" in segmenter.terms(text)) is is_spent
    assert ("花" in [word for word, _ in segmenter.tagged(text)]) is is_spent
    assert ("天花" in segmenter.terms(text)) is not is_spent
    assert segmenter.cut_many([text, text]).tokens.count("花") == 2 * is_spent


def test_words_of_the_user_stay_whole() -> None:
    """A product name from dictionary.txt is one word, in any script or width."""
    plain, own = Segmenter(), Segmenter(["楷墨川", "深蓝计划"])
    assert "楷墨川" not in plain.terms("昨天楷墨川发言")
    assert "楷墨川" in own.terms("昨天楷墨川发言")
    assert "深蓝计划" in own.terms("關於深藍計劃的進展")
    assert plain.fingerprint != own.fingerprint
    assert own.fingerprint == Segmenter(["深藍計劃", " 楷墨川 ", "楷墨川", ""]).fingerprint


def test_a_word_with_a_blank_is_refused() -> None:
    """It could never match, since blanks part words."""
    with pytest.raises(SettingsError, match="'open ai' contains white space"):
        Segmenter(["Open AI"])


def test_words_that_a_text_does_not_hold_change_nothing_in_it(root: Path) -> None:
    """A dictionary may grow without any other passage being cut anew."""
    lines = [
        line
        for path in sorted((root / "corpus" / "sample").rglob("*.md"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    plain = Segmenter()
    own = Segmenter(["强化微调", *(f"没有的词{number}甲乙" for number in range(300))])
    changed = [line for line in lines if plain.terms(line) != own.terms(line)]
    assert 0 < len(changed) < len(lines) / 4
    assert all("强化微调" in line for line in changed)
