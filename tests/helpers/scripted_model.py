"""A server of OpenAI's protocol with every fault: ``python scripted_model.py DIR``.

It writes its port to ``DIR/port``, says what stands in ``DIR/say.txt``, in the way that the name of
the model asked for tells, and writes what it saw to ``DIR/log.jsonl``: one line for each request,
and one for each client that left before the answer was whole.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_PATIENCE = 60.0  # seconds; nobody's test waits longer


def delta(text: str | None, finish: str | None = None, **others: Any) -> str:
    """A chunk of a stream."""
    choice = {"index": 0, "delta": {"content": text, **others}, "finish_reason": finish}
    return json.dumps({"object": "chat.completion.chunk", "choices": [choice]}, ensure_ascii=False)


def event(data: str) -> bytes:
    """A chunk as it is sent."""
    return f"data: {data}\n\n".encode()


def pieces(text: str) -> Iterator[str]:
    """A text as a model writes it."""
    return (text[at : at + 3] for at in range(0, len(text), 3))


DONE = event("[DONE]")


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    server: Server
    asked = ""

    def do_GET(self) -> None:
        """The list of models."""
        self.server.log(path=self.path, headers=dict(self.headers))
        self.whole(200, json.dumps({"data": [{"id": self.server.first_model}]}))

    def do_POST(self) -> None:
        """An answer, in the manner that the model's name tells."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.log(path=self.path, headers=dict(self.headers), body=body)
        manner, _, detail = body["model"].partition(":")
        self.asked = str(body["messages"][-1]["content"])
        text = (self.server.folder / "say.txt").read_text(encoding="utf-8")
        try:
            MANNERS[manner](self, text, detail)
        except OSError:
            self.left()

    def log_message(self, *given: object) -> None:
        """Nothing on the terminal."""

    def left(self) -> None:
        """Note that the client has gone."""
        self.server.log(left=True)
        self.close_connection = True

    def whole(self, status: int, text: str, kind: str = "application/json", **more: str) -> None:
        """A response in one piece."""
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        """The head of a stream, which ends with the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def send(self, *data: bytes) -> None:
        """Pieces of a stream, each in a packet of its own."""
        for item in data:
            self.wfile.write(item)
            self.wfile.flush()

    def wait(self) -> None:
        """Send nothing until the client leaves."""
        ready, _, _ = select.select([self.connection], [], [], _PATIENCE)
        if ready and not self.connection.recv(1, socket.MSG_PEEK):
            self.left()


def plain(handler: Handler, text: str, detail: str) -> None:
    handler.begin()
    handler.send(*(event(delta(piece)) for piece in pieces(text)), event(delta(None, "stop")), DONE)


def shaky(handler: Handler, text: str, detail: str) -> None:
    """Down while there is a file ``down`` beside what it says."""
    down = (handler.server.folder / "down").exists()
    (status if down else plain)(handler, text, "503")


def picky(handler: Handler, text: str, detail: str) -> None:
    """Fails where the last message holds some words."""
    (status if detail in handler.asked else plain)(handler, text, "503")


def slow(handler: Handler, text: str, detail: str) -> None:
    """With a pause of so many seconds between the pieces."""
    handler.begin()
    for piece in pieces(text):
        handler.send(event(delta(piece)))
        time.sleep(float(detail))
    handler.send(DONE)


def silent(handler: Handler, text: str, detail: str) -> None:
    """Takes the request and says nothing at all."""
    handler.wait()


def alive(handler: Handler, text: str, detail: str) -> None:
    """Sends comments that keep the connection alive, and never a word."""
    handler.begin()
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        handler.send(b": keep-alive\n\n")
        time.sleep(0.05)


def stall(handler: Handler, text: str, detail: str) -> None:
    """Stops in the middle."""
    handler.begin()
    handler.send(event(delta(text[: len(text) // 2])))
    handler.wait()


def bytewise(handler: Handler, text: str, detail: str) -> None:
    """Every byte alone, so that characters are split."""
    handler.begin()
    whole = b"".join(event(delta(piece)) for piece in pieces(text)) + DONE
    handler.send(*(whole[at : at + 1] for at in range(len(whole))))


def chatty(handler: Handler, text: str, detail: str) -> None:
    """Comments, other fields, carriage returns, empty and missing choices between the pieces."""
    handler.begin()
    handler.send(b": hello\r\n\r\n", b"event: message\r\nid: 1\r\nretry: 5\r\n\r\n")
    for piece in pieces(text):
        data = delta(piece).replace(": ", ":\ndata: ", 1)
        handler.send(f"data:{data}\r\n\r\n".replace("\n", "\r\n").replace("\r\r", "\r").encode())
        handler.send(event('{"choices": []}'), event('{"usage": null}'), event(delta(None)))
    handler.send(event('{"choices": [], "usage": {"total_tokens": 9}}'), DONE)


def undone(handler: Handler, text: str, detail: str) -> None:
    """Ends without saying so, in the middle of the last line break."""
    handler.begin()
    *first, last = (event(delta(piece)) for piece in pieces(text))
    handler.send(*first, last.rstrip())


def failing(handler: Handler, text: str, detail: str) -> None:
    """An error object in the middle of the stream."""
    handler.begin()
    handler.send(event(delta(text[:5])), event('{"error": {"message": "out of memory\\u001b[2J"}}'))


def status(handler: Handler, text: str, detail: str) -> None:
    """A status, with an error that repeats the key."""
    said = f"no: {handler.headers.get('Authorization')}"
    handler.whole(int(detail), json.dumps({"error": {"message": said}}))


def redirect(handler: Handler, text: str, detail: str) -> None:
    """Elsewhere."""
    handler.whole(307, "", Location=detail)


def html(handler: Handler, text: str, detail: str) -> None:
    """The page of something that is no such server."""
    handler.whole(200, "<html>welcome</html>", "text/html")


def garbage(handler: Handler, text: str, detail: str) -> None:
    """Events that are no JSON, or no object."""
    handler.begin()
    handler.send(event(detail or "hello"), DONE)


def thinking(handler: Handler, text: str, detail: str) -> None:
    """Thinks aloud first, in tags cut anywhere."""
    handler.begin()
    said = f"\n<think>\n要不要写 <b>九百元</b>？\n</think>\n\n{text}"
    handler.send(*(event(delta(piece)) for piece in pieces(said)), DONE)


def unopened(handler: Handler, text: str, detail: str) -> None:
    """The same, but the tag was opened by the server's template."""
    handler.begin()
    handler.send(*(event(delta(piece)) for piece in pieces(f"九百元吗？</think>{text}")), DONE)


def reasoning(handler: Handler, text: str, detail: str) -> None:
    """Thinks aloud in a field of its own."""
    handler.begin()
    for piece in pieces("要不要写九百元？"):
        handler.send(event(delta(None, reasoning_content=piece)))
    handler.send(event(delta(text)), DONE)


def unstreamed(handler: Handler, text: str, detail: str) -> None:
    """The whole answer at once, though a stream was asked for."""
    message = {"role": "assistant", "content": [{"type": "text", "text": text}]}
    handler.whole(200, json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}))


def cut(handler: Handler, text: str, detail: str) -> None:
    """Ends for its length."""
    handler.begin()
    handler.send(event(delta(text)), event(delta(None, "length")), DONE)


def broken(handler: Handler, text: str, detail: str) -> None:
    """Promises more than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.send(event(delta(text)))
    handler.close_connection = True


def endless(handler: Handler, text: str, detail: str) -> None:
    """Never stops; without line breaks if ``line``."""
    handler.begin()
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        handler.send(b"data: " + b"x" * 65536 if detail == "line" else event(delta(text * 100)))


def empty(handler: Handler, text: str, detail: str) -> None:
    """Nothing but an end."""
    handler.begin()
    handler.send(event(delta("  \n")), event(delta(None, "stop")), DONE)


MANNERS: dict[str, Callable[[Handler, str, str], None]] = {
    manner.__name__: manner
    for manner in (
        plain, shaky, picky, slow, silent, alive, stall, bytewise, chatty, undone, failing, status,
        redirect, html, garbage, thinking, unopened, reasoning, unstreamed, cut, broken, endless,
        empty,
    )
}  # fmt: skip


class Server(ThreadingHTTPServer):
    """The server and what it has seen."""

    daemon_threads = True
    first_model = "plain"

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self._lock = threading.Lock()

    def log(self, **seen: Any) -> None:
        """Write one line."""
        with self._lock, (self.folder / "log.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(seen, ensure_ascii=False) + "\n")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is no error."""


def main(folder: Path) -> None:
    """Serve until the process is ended."""
    server = Server(folder)
    unfinished = folder / "port.new"
    unfinished.write_text(str(server.server_address[1]), encoding="ascii")
    os.replace(unfinished, folder / "port")
    server.serve_forever()


@dataclass
class Scripted:
    """The running server, for a test."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def says(self, text: str) -> None:
        (self.folder / "say.txt").write_text(text, encoding="utf-8")

    def seen(self) -> list[dict[str, Any]]:
        lines = (self.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def requests(self) -> list[dict[str, Any]]:
        """The requests alone: a client of an earlier test may leave late."""
        return [line for line in self.seen() if "path" in line]

    def forget(self) -> None:
        (self.folder / "log.jsonl").write_text("", encoding="utf-8")

    def wait_until_left(self) -> None:
        """Until a client has closed its connection before the end."""
        deadline = time.monotonic() + 20
        while not any(line.get("left") for line in self.seen()):
            assert time.monotonic() < deadline, "the connection stays open"
            time.sleep(0.02)


@contextmanager
def scripted_server(folder: Path) -> Iterator[Scripted]:
    """The server in a process of its own, until the end of the block."""
    with subprocess.Popen([sys.executable, __file__, str(folder)]) as process:
        try:
            deadline = time.monotonic() + 30
            while not (folder / "port").is_file():
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
            server = Scripted(folder, int((folder / "port").read_text(encoding="ascii")))
            server.says("")
            server.forget()
            yield server
        finally:
            process.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
