"""A running chat and a browser that reports everything it asks for."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

_OPTIONS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Gradio's upload control closes a stream that it has not opened; nothing to do with the page.
_GRADIO_NOISE = {"Method not implemented."}
_PATIENCE = 30_000

# The command line in one process, with every attempt to reach another machine written to a file.
_WATCHED = """
import sys
LOCAL = {"127.0.0.1", "localhost", "::1", "0.0.0.0", "", None}
log = open(sys.argv.pop(1), "a", encoding="utf-8", buffering=1)
def hook(event, arguments):
    if event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in LOCAL:
        log.write(f"{event} {host}\\n")
sys.addaudithook(hook)
from ui.cli import main
sys.exit(main(sys.argv[1:]))
"""

_IN_VIEW = """element => {
    const rect = element.getBoundingClientRect();
    const box = element.closest('.document').getBoundingClientRect();
    return rect.height > 0 && rect.top >= Math.max(0, box.top) - 1
        && rect.bottom <= Math.min(window.innerHeight, box.bottom) + 1;
}"""
_CONTRAST = r"""element => {
    const numbers = colour => colour.match(/[\d.]+/g).map(Number);
    let behind = element;
    while (behind.parentElement) {
        const found = numbers(getComputedStyle(behind).backgroundColor);
        if (found.length < 4 || found[3] > 0.9) break;
        behind = behind.parentElement;
    }
    const light = colour => {
        const [r, g, b] = numbers(colour).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [high, low] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
        .map(light).sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
}"""


@dataclass
class Server:
    """``yinju chat`` on a free port, with a data folder of its own."""

    home: Path
    options: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def outside(self) -> Path:
        """What the server tried to reach."""
        return self.home / "outside.txt"

    @property
    def temporary(self) -> Path:
        """Its folder for temporary files."""
        return self.home / "tmp"

    @property
    def log(self) -> str:
        return (self.home / "log.txt").read_text(encoding="utf-8")

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        folder = self.home / "cwd"
        for path in (folder, self.temporary):
            path.mkdir(parents=True, exist_ok=True)
        with (self.home / "log.txt").open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _WATCHED, str(self.outside), "chat", "--port",
                 str(self.port), *self.options],
                env={
                    **os.environ, "YINJU_HOME": str(self.home / "data"), "PYTHONUTF8": "1",
                    "TMPDIR": str(self.temporary),
                },
                cwd=folder, stdout=log, stderr=log, text=True,
            )  # fmt: skip
        deadline = time.monotonic() + 90
        while not self._answers():
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(30)
        self.process = None

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self._open(urllib.request.Request(self.url + path, headers=headers))

    def post(self, path: str, body: object, **headers: str) -> tuple[int, str]:
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        return self._open(urllib.request.Request(self.url + path, data, headers))

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return reply.status, reply.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")


@pytest.fixture(scope="session")
def start_server(
    tmp_path_factory: pytest.TempPathFactory, sample_folder: Path
) -> Iterator[Callable[..., Server]]:
    """Starts servers; at the end none of them may have tried to reach another machine.

    The first builds the sample corpus as a new user's does, the others find it built.
    """
    servers: list[Server] = []

    def start(*options: str) -> Server:
        server = Server(tmp_path_factory.mktemp("chat"), options)
        if servers:
            shutil.copytree(sample_folder, server.home / "data" / "sample")
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()
    assert [server.outside.read_text(encoding="utf-8") for server in servers] == [""] * len(servers)


@pytest.fixture(scope="session")
def sample(start_server: Callable[..., Server]) -> Server:
    """A chat on the sample corpus; nothing may be added to it."""
    return start_server()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; module by module, since it keeps an event loop running meanwhile."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "there is no chromium on this machine"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_OPTIONS)
        yield browser
        browser.close()


@dataclass
class Chat:
    """The page as somebody uses it."""

    page: Page
    server: Server
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(_PATIENCE)
        self.page.on("request", lambda request: self._seen(request.url))
        self.page.on("websocket", lambda opened: self._seen(opened.url))
        self.page.on("console", lambda said: self._said(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self._dialog(dialog.message, dialog.dismiss))

    def _seen(self, url: str) -> None:
        own = urlsplit(url).netloc == f"127.0.0.1:{self.server.port}"
        if not own and not url.startswith(("data:", "blob:")):
            self.complaints.append(f"request: {url}")

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and text not in _GRADIO_NOISE:
            self.complaints.append(f"{kind}: {text}")

    def _dialog(self, message: str, dismiss: Callable[[], None]) -> None:
        self.complaints.append(f"dialog: {message}")
        dismiss()

    def open(self, query: str) -> None:
        self.page.goto(f"{self.server.url}/{query}")
        expect(self.question).to_be_editable()

    @property
    def question(self) -> Locator:
        return self.page.locator("#question textarea")

    @property
    def answers(self) -> Locator:
        return self.page.locator("#chat [data-testid=bot]")

    @property
    def asked(self) -> Locator:
        return self.page.locator("#chat [data-testid=user]")

    @property
    def panel(self) -> Locator:
        return self.page.locator("#document-panel")

    @property
    def quoted(self) -> Locator:
        return self.panel.locator("mark.cited:not(.syntax)")

    @property
    def report(self) -> Locator:
        return self.page.locator("#report li")

    def ask(self, question: str) -> Locator:
        """Ask, and wait until the whole answer is there.

        While an answer is still coming the page takes no other question and leaves its words in
        the box, as somebody who presses Enter once more sees.
        """
        before = self.answers.count()
        self.question.fill(question)
        deadline = time.monotonic() + _PATIENCE / 1000
        while self.question.input_value() and time.monotonic() < deadline:
            self.question.press("Enter")
            self.page.wait_for_timeout(250)
        answer = self.answers.nth(before)
        expect(answer.locator(".sources, .refusal, .failure").first).to_be_attached()
        return answer

    def forget_report(self) -> None:
        """Take the lines of the last report away, so that only those of the next can be met."""
        self.page.evaluate("document.querySelectorAll('#report li').forEach(li => li.remove())")

    def add(self, *files: tuple[str, bytes]) -> list[str]:
        """Drop files into the page and return the lines of the report."""
        self.forget_report()
        self.page.locator("#upload input[type=file]").set_input_files(
            [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files]
        )
        expect(self.report).to_have_count(len(files))
        return self.report.all_inner_texts()

    def expect_in_view(self, element: Locator) -> None:
        """Wait until a reader sees it: inside the window and inside the box that scrolls."""
        self.page.wait_for_function(_IN_VIEW, arg=element.element_handle())

    def contrast(self, element: Locator) -> float:
        """WCAG contrast of an element's text with what is painted behind it."""
        return float(element.evaluate(_CONTRAST))


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Chat]]:
    """Opens a chat; in the end it may have asked nobody else and complained of nothing."""
    opened: list[Chat] = []

    def open_chat(server: Server, size: tuple[int, int] = (1440, 900), query: str = "") -> Chat:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        chat = Chat(context.new_page(), server)
        opened.append(chat)
        chat.open(query)
        return chat

    yield open_chat
    for chat in opened:
        chat.page.context.close()
    assert [chat.complaints for chat in opened] == [[]] * len(opened)
