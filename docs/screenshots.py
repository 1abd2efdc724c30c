"""Make the pictures of the browser chat in ``docs/screenshots``.

Run ``python docs/screenshots.py`` from the repository; it needs Chromium and a font for Chinese.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

TARGET = Path(__file__).parent / "screenshots"
QUESTIONS = ("ChatGPT Pro 每月多少钱？", "iPhone 16 用视觉智能要长按哪个按钮？")
UNANSWERABLE = "Sora 视频可以直接发到抖音吗？"
_LARGEST = 250_000


@contextmanager
def chat_server() -> Iterator[str]:
    """The chat on the sample corpus, in a data folder that is removed afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "chat", "--port", str(port)],
            env={**os.environ, "YINJU_HOME": home},
            stdout=subprocess.DEVNULL,
        )
        try:
            while process.poll() is None and not answers(url):
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait()


def answers(url: str) -> bool:
    """Whether the server is up."""
    try:
        urlopen(url, timeout=5).close()
    except (URLError, OSError):
        return False
    return True


def open_page(browser: Browser, url: str, width: int, height: int) -> Page:
    """A fresh page of a size."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(url)
    expect(page.locator("#question textarea")).to_be_editable()
    return page


def ask(page: Page, question: str) -> None:
    """Ask and wait for the whole answer."""
    before = page.locator("#chat [data-testid=bot]").count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    answer = page.locator("#chat [data-testid=bot]").nth(before)
    expect(answer.locator(".sources, .refusal").first).to_be_visible()


def open_citation(page: Page) -> None:
    """Open the last answer's first citation and wait for the highlight."""
    page.locator("#chat [data-testid=bot]").last.locator("a.cite").first.click()
    expect(page.locator("mark.cited:not(.syntax)").first).to_be_in_viewport()


def save(page: Page, name: str) -> None:
    """Keep a picture, in 256 colours, when everything has come to rest.

    Raises:
        SystemExit: It is too large.
    """
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)
    path = TARGET / name
    page.screenshot(path=path)
    with Image.open(path) as picture:
        reduced = picture.convert("RGB").quantize(256)
    reduced.save(path, optimize=True)
    if path.stat().st_size > _LARGEST:
        raise SystemExit(f"{path}: {path.stat().st_size} bytes; at most {_LARGEST}")


def main() -> None:
    """Make all pictures."""
    TARGET.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("chromium is not installed")
    with chat_server() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        wide = open_page(browser, url, 1440, 900)
        for question in QUESTIONS:
            ask(wide, question)
        open_citation(wide)
        save(wide, "chat.png")
        narrow = open_page(browser, url, 390, 844)
        ask(narrow, QUESTIONS[0])
        save(narrow, "chat-narrow.png")
        refused = open_page(browser, url, 1440, 900)
        ask(refused, UNANSWERABLE)
        open_citation(refused)
        save(refused, "refusal.png")
        browser.close()


if __name__ == "__main__":
    main()
