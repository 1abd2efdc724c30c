"""What a server of the OpenAI protocol says, read with care."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.errors import ModelError

_SHOWN = 300
_OPEN = re.compile(r"<(think|thinking|thought|reasoning)>")
_LONGEST_TAG = len("</reasoning>")
_BEHIND_REASONING = re.compile(r".*</(?:think|thinking|thought|reasoning)>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One step of an answer.

    Attributes:
        text: What it adds to the answer.
        thinks: Whether it adds to reasoning that is not part of the answer.
        cut: Whether the answer ends here for its length.
    """

    text: str = ""
    thinks: bool = False
    cut: bool = False


def read_chunk(data: str) -> Chunk:
    """A chunk of a stream, or a whole answer of a server that does not stream.

    Raises:
        ModelError: It is no JSON object, or says that something went wrong.
    """
    try:
        value = json.loads(data)
    except ValueError:
        raise ModelError(f"it does not speak the OpenAI protocol: {shown(data)!r}") from None
    if not isinstance(value, Mapping):
        raise ModelError(f"it does not speak the OpenAI protocol: {shown(data)!r}")
    if value.get("error"):
        raise ModelError(error_text(value))
    choices = value.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else {}
    if not isinstance(choice, Mapping):
        choice = {}
    said = choice.get("delta") or choice.get("message") or {}
    if not isinstance(said, Mapping):
        said = {}
    thinks = any(said.get(name) for name in ("reasoning_content", "reasoning", "thinking"))
    return Chunk(_content(said.get("content")), thinks, choice.get("finish_reason") == "length")


def error_text(value: object) -> str:
    """What an error object says, in one short line."""
    while isinstance(value, Mapping):
        value = value.get("error") or value.get("message") or value.get("detail") or dict(value)
        if isinstance(value, dict) and not value.keys() & {"error", "message", "detail"}:
            break
    return shown(str(value))


def shown(text: str) -> str:
    """Foreign words on one short line, without control characters."""
    kept = (character if character.isprintable() else " " for character in text[: 4 * _SHOWN])
    line = " ".join("".join(kept).split())
    return f"{line[:_SHOWN]}…" if len(line) > _SHOWN else line


def _content(content: object) -> str:
    """Text, or the text parts of a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        return "".join(part for part in parts if isinstance(part, str))
    return ""


class Reasoning:
    """Leaves out what a model thinks aloud, in ``<think>``, before it answers."""

    def __init__(self) -> None:
        self._rest = ""
        self._inside = ""
        self._begun = False

    def feed(self, piece: str) -> Iterator[str]:
        """What of a piece, and of what was held back before it, belongs to the answer."""
        self._rest += piece
        if self._inside:
            _, closed, behind = self._rest.partition(f"</{self._inside}>")
            self._rest = behind.lstrip() if closed else self._rest[-_LONGEST_TAG:]
            if not closed:
                return
            self._inside = ""
        if not self._begun:
            self._rest = self._rest.lstrip()
            if opened := _OPEN.match(self._rest):
                self._inside = opened.group(1)
                self._rest = self._rest[opened.end() :]
                yield from self.feed("")
                return
            if self._may_open():
                return
        if self._rest:
            self._begun = True
            yield self._rest
        self._rest = ""

    def end(self) -> Iterator[str]:
        """What was held back because it might have been the beginning of a tag."""
        if self._rest and not self._inside:
            yield self._rest
        self._rest = ""

    def _may_open(self) -> bool:
        names = ("<think>", "<thinking>", "<thought>", "<reasoning>")
        return not self._rest or any(name.startswith(self._rest) for name in names)


def without_reasoning(text: str) -> str:
    """An answer without reasoning that was closed but, by the server's doing, never opened."""
    return _BEHIND_REASONING.sub("", text, count=1)
