"""A language model behind a server that speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from corpus.errors import ModelError
from rag.llm.chunks import Reasoning, error_text, read_chunk, shown
from rag.llm.hosts import Endpoint, endpoint
from rag.llm.model import Message, ModelSettings
from rag.llm.pump import pumped
from rag.llm.sse import Events

if TYPE_CHECKING:
    import httpx

KEY = "YINJU_LLM_KEY"
"""Environment variable of the key, if the settings hold none."""

_DONE = "[DONE]"
_MOST = 10_000_000  # characters of a stream
_BODY = 1_000_000  # bytes of an answer that is not streamed
_ERROR_BODY = 8_000  # bytes
_REMEDIES = {
    401: f"it wants a key; set {KEY}",
    403: f"it refuses the key; set {KEY}",
    404: "it knows no such model or address; check llm.model, and that llm.server ends in /v1",
}


class ServerModel:
    """Ollama, the llama.cpp server, vLLM, LM Studio, or any other server of that protocol.

    No proxy of the environment is used and no redirect followed. Safe to share between threads.

    Raises:
        SettingsError: The address leads beyond this machine without permission.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._endpoint: Endpoint = endpoint(settings.server, settings.allowed_hosts)
        self._key = settings.key or replace(settings, key=os.environ.get(KEY, "")).key

    @property
    def name(self) -> str:
        """Model and address."""
        base = str(self._endpoint.base)
        return f"{self._settings.model} ({base})" if self._settings.model else base

    @property
    def prompt_tokens(self) -> int:
        """What the context leaves for the prompt."""
        return self._settings.context - self._settings.tokens

    def write(self, messages: Sequence[Message]) -> Generator[str, None, bool]:
        """The answer as the server sends it, without what the model thinks aloud."""
        outcome: list[bool] = []
        yield from pumped(lambda: self._pieces(messages, outcome))
        return bool(outcome)

    def served(self) -> str:
        """The server's name for the model that answers: its first one, where none was chosen.

        Raises:
            ModelError: It cannot be reached, or names none.
        """
        return self._settings.model or "".join(pumped(self._served))

    async def _served(self) -> AsyncGenerator[str]:
        try:
            async with asyncio.timeout(
                self._settings.connect_seconds + self._settings.first_seconds
            ):
                yield await self._first_model()
        except TimeoutError:
            raise ModelError(f"{self.name}: it does not say which models it has") from None
        except ModelError as error:
            raise ModelError(self._told(error)) from None

    async def _pieces(
        self, messages: Sequence[Message], outcome: list[bool]
    ) -> AsyncGenerator[str]:
        """Pieces of the answer; ``outcome`` gets an entry if it was cut off."""
        limits = self._settings
        try:
            async with (
                asyncio.timeout(limits.total_seconds) as whole,
                asyncio.timeout(limits.connect_seconds + limits.first_seconds) as first,
            ):
                reasoning = Reasoning()
                received = 0
                async for data in self._data(messages):
                    chunk = read_chunk(data)
                    received += len(data)
                    if received > _MOST:
                        raise ModelError("it does not stop writing")
                    if chunk.text or chunk.thinks:
                        first.reschedule(None)
                    for piece in reasoning.feed(chunk.text):
                        yield piece
                    if chunk.cut:
                        outcome.append(True)
                for piece in reasoning.end():
                    yield piece
        except TimeoutError:
            seconds = limits.total_seconds if whole.expired() else limits.first_seconds
            what = "was not done" if whole.expired() else "wrote nothing"
            raise ModelError(f"{self.name}: {what} within {seconds:g} s") from None
        except ModelError as error:
            raise ModelError(self._told(error)) from None

    async def _data(self, messages: Sequence[Message]) -> AsyncGenerator[str]:
        """The JSON texts of a stream, or of the one answer of a server that does not stream."""
        async with self._asked("POST", "/chat/completions", await self._body(messages)) as response:
            if "json" in response.headers.get("content-type", ""):
                yield (await _read(response, _BODY)).decode("utf-8", "replace")
                return
            events = Events()
            seen = False
            async for piece in response.aiter_bytes():
                for data in events.feed(piece):
                    seen = True
                    if data.strip() == _DONE:
                        return
                    yield data
            for data in events.end():
                seen = True
                if data.strip() != _DONE:
                    yield data
            if not seen:
                raise ModelError("it does not speak the OpenAI protocol: it sent no event")

    async def _body(self, messages: Sequence[Message]) -> dict[str, Any]:
        return {
            "model": self._settings.model or await self._first_model(),
            "messages": [asdict(message) for message in messages],
            "stream": True,
            "max_tokens": self._settings.tokens,
            "temperature": self._settings.temperature,
        }

    async def _first_model(self) -> str:
        async with self._asked("GET", "/models", None) as response:
            body = await _read(response, _BODY)
        try:
            return str(json.loads(body)["data"][0]["id"])
        except (ValueError, LookupError, TypeError):
            raise ModelError("it names no model; say which with --llm-model") from None

    @asynccontextmanager
    async def _asked(
        self, method: str, path: str, body: dict[str, Any] | None
    ) -> AsyncGenerator[httpx.Response]:
        """The response to a request, if it is a good one."""
        import httpx

        limits = httpx.Timeout(None, connect=self._settings.connect_seconds)
        try:
            async with httpx.AsyncClient(
                timeout=limits, trust_env=False, follow_redirects=False,
                verify=self._endpoint.base.scheme == "https",
            ) as client:  # fmt: skip
                response = await self._connected(client, method, path, body)
                try:
                    await _check(response)
                    yield response
                finally:
                    await response.aclose()
        except httpx.ConnectTimeout:
            seconds = self._settings.connect_seconds
            raise ModelError(f"did not take the connection within {seconds:g} s") from None
        except httpx.ConnectError as error:
            what = shown(str(error))
            raise ModelError(f"nothing answers there; is it running? ({what})") from None
        except httpx.HTTPError as error:
            what = shown(str(error)) or type(error).__name__
            raise ModelError(f"the connection broke off ({what})") from None

    async def _connected(
        self, client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None
    ) -> httpx.Response:
        """The response of the first address that takes the connection.

        It is connected to as it was checked, under the name that the user gave.
        """
        import httpx

        base = self._endpoint.base
        headers = {"Host": base.netloc.decode("ascii"), "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        addresses = self._endpoint.addresses()
        for address in addresses:
            request = client.build_request(
                method, base.copy_with(host=address, path=base.path + path),
                json=body, headers=headers, extensions={"sni_hostname": base.host},
            )  # fmt: skip
            try:
                return await client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if address == addresses[-1]:
                    raise
        raise ModelError("has no address")

    def _told(self, error: ModelError) -> str:
        """What went wrong, and with whom; a server may have repeated the key in it."""
        words = str(error).replace(self._key, "***") if self._key else str(error)
        base = str(self._endpoint.base)
        return words if words.startswith(base) else f"{self.name}: {words}"


async def _check(response: httpx.Response) -> None:
    """Raise what a server says instead of an answer."""
    status = response.status_code
    if status == 200:
        return
    if 300 <= status < 400:
        raise ModelError("it sends elsewhere, which is not followed; name the other address itself")
    body = await _read(response, _ERROR_BODY)
    try:
        said = error_text(json.loads(body))
    except ValueError:
        said = shown(body.decode("utf-8", "replace"))
    remedy = _REMEDIES.get(status, "it failed")
    raise ModelError(f"{remedy} (status {status}{': ' if said else ''}{said})")


async def _read(response: httpx.Response, most: int) -> bytes:
    """The body of a response, up to a number of bytes."""
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > most:
            break
    return body[:most]
