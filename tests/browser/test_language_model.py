"""A chat whose answers a language model words, watched in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from scripted_model import Scripted, scripted_server

QUESTION = "ChatGPT Pro 每月多少钱？"
Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripted]:
    with scripted_server(tmp_path_factory.mktemp("model")) as server:
        yield server


@pytest.fixture(scope="module")
def worded(start_server: Callable[..., Any], model: Scripted) -> Any:
    """A chat on the sample corpus with a model that takes its time."""
    return start_server("--llm", model.address, "--llm-model", "slow:0.15")


def test_an_answer_is_written_and_then_checked(visit: Visit, worded: Any, model: Scripted) -> None:
    """Text appears while it is written; in the end numbers are links and doubts are marked."""
    model.says(
        "ChatGPT Pro 每月 200 美元[1]。它每月 300 美元。"
        "<img src=http://tracker.invalid/x onerror=window.ran=1><svg onload=window.ran=1>"
        "![图](http://tracker.invalid/y.png)[点我](javascript:window.ran=1)"
    )
    chat = visit(worded)
    chat.question.fill(QUESTION)
    chat.question.press("Enter")
    answer = chat.answers.first
    expect(answer.locator(".writing")).to_contain_text("ChatGPT Pro")
    expect(answer.locator(".writing")).to_contain_text("尚未核对")
    expect(chat.page.locator("#stop")).to_be_visible()
    expect(chat.page.locator("#send")).to_be_hidden()
    expect(answer.locator(".sources")).to_be_attached()
    expect(answer.locator(".writing")).to_have_count(0)
    expect(answer.locator(".unsupported").first).to_contain_text("300 美元")
    expect(answer.locator(".unsupported .mark").first).to_have_text("未见依据")
    expect(answer.locator(".notice")).to_contain_text("标出的句子")
    expect(answer).to_contain_text("<svg onload=window.ran=1>")
    assert answer.locator("img, svg, script, a:not(.cite)").count() == 0
    assert chat.page.evaluate("window.ran") is None
    assert chat.contrast(answer.locator(".unsupported .mark").first) >= 4.5
    expect(chat.page.locator("#stop")).to_be_hidden()
    answer.locator("a.cite").first.click()
    expect(chat.quoted.first).to_contain_text("200 美元")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "narrow"])
def test_the_stop_button_stops_the_model(
    visit: Visit, worded: Any, model: Scripted, size: tuple[int, int]
) -> None:
    """The server is left at once; what was written stays, and the next question can be asked."""
    model.says("ChatGPT Pro 每月 200 美元[1]。" * 100)
    model.forget()
    chat = visit(worded, size)
    chat.question.fill(QUESTION)
    chat.question.press("Enter")
    expect(chat.answers.first.locator(".writing")).to_contain_text("每月")
    chat.page.locator("#stop").click()
    expect(chat.answers.first.locator(".stopped")).to_contain_text("已停止")
    expect(chat.answers.first.locator(".stopped")).to_contain_text("每月")
    model.wait_until_left()
    expect(chat.page.locator("#send")).to_be_visible()
    model.says("ChatGPT Pro 每月 200 美元[1]。")
    expect(chat.ask(QUESTION).locator("a.cite").first).to_be_attached()


def test_a_closed_page_stops_the_model(visit: Visit, worded: Any, model: Scripted) -> None:
    """Nobody reads on: the server is left."""
    model.says("ChatGPT Pro 每月 200 美元[1]。" * 100)
    model.forget()
    chat = visit(worded)
    chat.question.fill(QUESTION)
    chat.question.press("Enter")
    expect(chat.answers.first.locator(".writing")).to_contain_text("每月")
    chat.page.close()
    model.wait_until_left()


def test_a_model_that_is_down_is_told_in_the_chat(
    visit: Visit, start_server: Callable[..., Any]
) -> None:
    """The quoted answer is there all the same, under a notice."""
    chat = visit(start_server("--llm", "http://127.0.0.1:9", "--llm-model", "x"))
    answer = chat.ask(QUESTION)
    expect(answer.locator(".notice")).to_contain_text("语言模型没有作答")
    expect(answer).to_contain_text("200 美元")
