"""What the server refuses before Gradio sees it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ui.guard import Guard, refusal

HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
OWN = {"host": "127.0.0.1:7860"}


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860"])
def test_the_machine_s_own_names_pass(host: str) -> None:
    """The page works under each name of the loopback interface, and with its own origin."""
    assert not refusal("/config", {"host": host}, HOSTS)
    assert not refusal("/config", {"host": host, "origin": f"http://{host}"}, HOSTS)


@pytest.mark.parametrize(
    "host", ["attacker.invalid", "127.0.0.1.attacker.invalid", "", "192.0.2.7"]
)
def test_other_names_do_not(host: str) -> None:
    """A name that only points here is refused unless there is a login."""
    assert refusal("/", {"host": host}, HOSTS)
    assert not refusal("/", {"host": host}, None)


@pytest.mark.parametrize("origin", ["null", "http://attacker.invalid", "http://127.0.0.1:7861"])
def test_requests_of_other_sites_do_not(origin: str) -> None:
    """A request that a page elsewhere sends is refused, login or not."""
    assert refusal("/", {**OWN, "origin": origin}, HOSTS)
    assert refusal("/", {**OWN, "origin": origin}, None)


@pytest.mark.parametrize(
    "path", ["/gradio_api/file=/etc/passwd", "/file/x", "/gradio_api/%66ile=x", "/a/proxy=http"]
)
def test_files_and_addresses_do_not(path: str) -> None:
    """The ways to files and addresses are closed, however they are written."""
    assert refusal(path, OWN, HOSTS)


def answer_of(scope: dict[str, Any]) -> list[Any]:
    """What the guard sends for a request, in front of an application that says yes."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": b"yes"})

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Guard(app, HOSTS)(scope, None, send))  # type: ignore[arg-type]
    return sent


def test_every_reply_carries_the_policy() -> None:
    """Allowed or refused, the browser is told to fetch nothing elsewhere."""
    for host, status in ((b"localhost", 200), (b"attacker.invalid", 403)):
        scope = {"type": "http", "path": "/", "headers": [(b"host", host)]}
        start, body = answer_of(scope)
        headers = dict(start["headers"])
        assert start["status"] == status
        assert b"default-src 'self'" in headers[b"content-security-policy"]
        assert headers[b"x-content-type-options"] == b"nosniff"
        assert (body["body"] == b"yes") == (status == 200)
