"""A conversation about the sample corpus, in a wide window and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

QUESTION = "ChatGPT Pro 每月多少钱？"
SECOND = "GPT-4o 的新词典大约有多少个词条？"
UNANSWERABLE = "月球背面的咖啡馆几点打烊？"
Visit = Callable[..., Any]
both_sizes = pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "narrow"])


def normal(text: str) -> str:
    """Text without what layout and emphasis add."""
    return re.sub(r"\s|\[\d+\]|^- |•", "", text)


def quotation(chat: Any) -> str:
    return "".join(chat.quoted.all_text_contents())


@both_sizes
def test_a_fresh_start_offers_the_sample_corpus_in_chinese(
    visit: Visit, sample: Any, size: tuple[int, int]
) -> None:
    """With nothing built yet the page opens on the sample articles and fits its window."""
    chat = visit(sample, size)
    expect(chat.page.locator("#contents")).to_contain_text("示例文章：23 篇文档")
    expect(chat.page.locator("html")).to_have_attribute("lang", "zh-CN")
    shown = chat.page.locator("#upload .wrap").first.evaluate(
        "drop => getComputedStyle(drop, '::after').content"
    )
    assert "拖到这里" in shown
    words = chat.page.inner_text("body")
    for foreign in ("Drop File", "Click to Upload", "Send", "Clear", "Examples", "Gradio"):
        assert foreign not in words
    assert f"引据已启动：{sample.url}" in sample.log
    assert chat.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@both_sizes
def test_an_answer_leads_to_the_highlighted_sentence(
    visit: Visit, sample: Any, size: tuple[int, int]
) -> None:
    """A click on a citation opens its document at exactly the quoted sentence, in view."""
    chat = visit(sample, size)
    answer = chat.ask(QUESTION)
    expect(answer).to_contain_text("200 美元")
    sentence = answer.locator(".answer span").first.inner_text()
    answer.locator("a.cite").first.click()
    expect(chat.panel).to_contain_text("开场第一天")
    expect(chat.quoted.first).to_be_visible()
    assert normal(quotation(chat)) == normal(sentence)
    chat.expect_in_view(chat.quoted.first)
    assert answer.locator("a.cite.open").count() == 2  # the number and its line among the sources


@both_sizes
def test_another_citation_replaces_the_document(
    visit: Visit, sample: Any, size: tuple[int, int]
) -> None:
    """The panel shows the document clicked last, and only its citation counts as open."""
    chat = visit(sample, size)
    first = chat.ask(QUESTION)
    first.locator("a.cite").first.click()
    expect(chat.panel).to_contain_text("开场第一天")
    second = chat.ask(SECOND)
    link = second.locator("a.cite").first
    link.click()
    expect(chat.panel).not_to_contain_text("开场第一天")
    expect(chat.quoted.first).to_be_visible()
    expect(link).to_have_class(re.compile("open"))
    expect(first.locator("a.cite.open")).to_have_count(0)
    assert "二十万" in quotation(chat)


@both_sizes
def test_a_refusal_shows_related_reading_that_opens(
    visit: Visit, sample: Any, size: tuple[int, int]
) -> None:
    """What the documents do not answer is refused without citations; a related passage opens."""
    chat = visit(sample, size)
    answer = chat.ask(UNANSWERABLE)
    expect(answer).to_contain_text("没有找到")
    expect(answer).to_contain_text("相关段落")
    expect(answer.locator(".answer")).to_have_count(0)
    assert answer.locator("a.cite").count() == 3
    answer.locator("a.cite").nth(1).click()
    expect(chat.quoted.first).to_be_visible()
    begins = answer.locator("ul.sources li").nth(1).inner_text().split("\n")[1].rstrip("…")
    assert normal(begins)[:20] in normal(quotation(chat))


def test_an_example_question_can_be_asked(visit: Visit, sample: Any) -> None:
    """A click on an example fills the box; the button sends it, and the box is empty again."""
    chat = visit(sample)
    chat.page.locator("#examples").get_by_text(QUESTION).click()
    expect(chat.question).to_have_value(QUESTION)
    chat.page.locator("#send").click()
    expect(chat.answers).to_contain_text("200 美元")
    expect(chat.question).to_have_value("")


def test_a_greeting_and_a_follow_up(visit: Visit, sample: Any) -> None:
    """A greeting is answered as one; a follow-up shows how it was understood; clearing forgets."""
    chat = visit(sample)
    expect(chat.ask("你好")).to_contain_text("你好")
    chat.ask("Sora 的 Plus 用户每个月能生成多少条？")
    follow_up = chat.ask("那 Pro 呢？")
    expect(follow_up).to_contain_text("理解为")
    expect(follow_up).to_contain_text("Sora")
    expect(follow_up).to_contain_text("500")
    chat.page.locator("#clear").click()
    expect(chat.asked).to_have_count(0)
    expect(chat.ask("那 Pro 呢？")).not_to_contain_text("Sora")


def test_the_answer_streams(visit: Visit, sample: Any) -> None:
    """The question stands in the conversation before the answer, which grows."""
    chat = visit(sample)
    chat.page.evaluate("""() => {
        window.lengths = [];
        new MutationObserver(() => {
            const last = [...document.querySelectorAll('#chat [data-testid=bot]')].at(-1);
            window.lengths.push(last ? last.querySelectorAll('.answer a.cite').length : -1);
        }).observe(document.querySelector('#chat'), { childList: true, subtree: true });
    }""")
    answer = chat.ask("Sora 的 Plus 用户每个月能生成多少条？")
    pieces = answer.locator(".answer a.cite").count()
    seen = chat.page.evaluate("window.lengths")
    assert seen[0] == -1, "the question came with the answer"
    assert seen[-1] == pieces > 0
    assert seen == sorted(seen)


def test_the_keyboard_is_enough(visit: Visit, sample: Any) -> None:
    """Enter opens a focused citation, the focus is visible, and the document can be scrolled."""
    chat = visit(sample)
    link = chat.ask(QUESTION).locator("a.cite").first
    chat.page.keyboard.press("Shift+Tab")
    for _ in range(10):
        if link.evaluate("element => element === document.activeElement"):
            break
        chat.page.keyboard.press("Shift+Tab")
    expect(link).to_be_focused()
    previous = chat.answers.last.locator("a.cite").first
    assert previous.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
    chat.page.keyboard.press("Enter")
    expect(chat.quoted.first).to_be_visible()
    chat.panel.locator(".document").focus()
    expect(chat.panel.locator(".document")).to_be_focused()


def test_odd_questions(visit: Visit, sample: Any) -> None:
    """A double Enter asks once, a very long question is answered, an empty box asks nothing."""
    chat = visit(sample)
    chat.question.fill(QUESTION)
    chat.question.press("Enter")
    chat.question.press("Enter")
    expect(chat.answers).to_have_count(1)
    expect(chat.asked).to_have_count(1)
    answer = chat.ask("什么是强化微调？" + "请说得详细一些，" * 1240)
    expect(answer.locator(".refusal, .answer")).to_be_visible()
    for nothing in ("   ", ""):
        chat.question.fill(nothing)
        chat.question.press("Enter")
    chat.page.wait_for_timeout(500)
    expect(chat.asked).to_have_count(2)


def test_a_document_that_is_gone_is_reported(visit: Visit, sample: Any) -> None:
    """A link to a document or a sentence that is not there says so instead of failing."""
    chat = visit(sample)
    link = chat.ask(QUESTION).locator("a.cite").first
    key = str(link.get_attribute("href"))
    link.evaluate("(element, href) => element.setAttribute('href', href)", f"{key[:-8]}00000000")
    link.click()
    expect(chat.panel).to_contain_text("变了")
    expect(chat.quoted).to_have_count(0)
    gone = f"#cite-{'0' * 16}-1-2-00000000"
    link.evaluate("(element, href) => element.setAttribute('href', href)", gone)
    link.click()
    expect(chat.panel).to_contain_text("找不到这篇文档")


def test_headings_look_like_headings(visit: Visit, sample: Any) -> None:
    """The panel shows a heading in bold without its number signs, which stay in the text."""
    chat = visit(sample)
    chat.ask(QUESTION).locator("a.cite").first.click()
    heading = chat.panel.locator(".heading", has_text="两百美元买什么")
    expect(heading).to_be_visible()
    assert "#" not in chat.panel.inner_text()
    assert "## 两百美元买什么" in str(chat.panel.locator(".document").text_content())
    assert int(heading.evaluate("element => getComputedStyle(element).fontWeight")) >= 600


def test_the_dark_page_is_legible(visit: Visit, sample: Any) -> None:
    """In dark mode document, highlight and citations stand out from what is behind them."""
    chat = visit(sample, query="?__theme=dark")
    answer = chat.ask(QUESTION)
    link = answer.locator("a.cite").first
    assert chat.contrast(link) > 4.5
    link.click()
    expect(chat.quoted.first).to_be_visible()
    assert chat.contrast(link) > 7
    assert chat.contrast(chat.quoted.first) > 7
    assert chat.contrast(chat.panel.locator(".document")) > 7
