"""What the server of the chat refuses before Gradio sees it, and what it forbids the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote, urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# The page needs neither: one serves files of this machine and fetches addresses, one fetches them.
_NEEDLESS = ("/file=", "/file/", "/proxy=")
_POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class Guard:
    """Passes on what the page itself asks for and nothing else.

    Args:
        app: What is guarded.
        hosts: Names under which the server may be addressed, so that no other site can pass for
            it by pointing its own name here; None for any.
    """

    def __init__(self, app: Application, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif refusal(scope["path"], _headers(scope), self._hosts):
            await send({"type": "http.response.start", "status": 403, "headers": list(_HEADERS)})
            await send({"type": "http.response.body", "body": b"refused\n"})
        else:
            await self._app(scope, receive, _with_headers(send))


def refusal(path: str, headers: Mapping[str, str], hosts: frozenset[str] | None) -> str:
    """Why a request is refused; empty if it is not."""
    host = headers.get("host", "")
    if hosts is not None and urlsplit(f"//{host}").hostname not in hosts:
        return "addressed by another name"
    if "origin" in headers and urlsplit(headers["origin"]).netloc != host:
        return "sent by the page of another site"
    if any(part in unquote(path) for part in _NEEDLESS):
        return "not needed by the page"
    return ""


def _headers(scope: Message) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS]
        await send(message)

    return sending
