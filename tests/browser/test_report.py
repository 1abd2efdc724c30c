"""The evaluation report as somebody opens it: without a server, without a complaint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from eval import Question, score
from eval.questions import Evidence
from eval.report import Settings, report_html

QUOTE = "图书馆逢周一闭馆，法定节假日照常开放。"
LOST = 10_000


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand questions that were lost, of two types."""
    questions = [
        Question(f"q{n}", f"<img src=x onerror=alert(1)> 第{n}问？", (("周一",),),
                 evidence=(Evidence("馆.md", QUOTE),), type="fact" if n % 2 else "list")
        for n in range(LOST)
    ]  # fmt: skip
    hit = {"rank": 1, "source": "馆.md", "passage": QUOTE}
    answers = [
        {"id": f"q{n}", "answer": "周二。", "confidence": 0.7, "timings_ms": {"total": 2.0},
         "hits": [hit, {**hit, "rank": 2}], "refused": n % 4 == 0}
        for n in range(LOST)
    ]  # fmt: skip
    summary = score([*questions, Question("none", "？", ())],
                    [*answers, {"id": "none", "refused": True, "confidence": 0.1}])  # fmt: skip
    path = tmp_path_factory.mktemp("report") / "报告.html"
    path.write_text(report_html(summary, Settings("问题.jsonl", "x", 100)), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    """The opened report; in the end it may have asked for nothing and complained of nothing."""
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(("file:", "data:")) else complaints.append(asked.url)
        ),
    )
    page.goto(report.as_uri())
    yield page
    page.close()
    assert complaints == []


def test_it_opens_and_shows_its_plots(page: Page) -> None:
    """Protects the bar: no console error, plots drawn and coloured by the page's own style."""
    expect(page.locator("figure svg").first).to_be_visible()
    assert page.locator("figure").count() >= 5
    colour = page.locator("polyline.s0").first.evaluate("line => getComputedStyle(line).stroke")
    assert colour == "rgb(31, 95, 191)"
    expect(page.locator("#rows img")).to_have_count(0)


def test_failures_are_filtered_and_turned(page: Page) -> None:
    """Protects the failure browser with ten thousand rows: stage, type, text, pages, details."""
    rows = page.locator("#rows tr.row")
    expect(rows).to_have_count(50)
    expect(page.locator("#count")).to_have_text(f"显示 {LOST} 个")
    page.locator("#stage").select_option("误拒")
    expect(page.locator("#count")).to_have_text(f"显示 {LOST // 4} 个")
    page.locator("#type").select_option("fact")
    expect(page.locator("#count")).to_have_text("显示 0 个")
    page.locator("#stage").select_option("检索到，没有引用")
    expect(page.locator("#count")).to_have_text(f"显示 {LOST // 2} 个")
    page.locator("#next").click()
    expect(page.locator("#page")).to_have_text("2 / 100")
    page.locator("#text").fill("第4321问")
    expect(rows).to_have_count(1)
    rows.first.press("Enter")
    expect(page.locator("#rows tr.more")).to_contain_text(QUOTE)
    rows.first.click()
    expect(page.locator("#rows tr.more")).to_have_count(0)
