"""What a language model is, and how it is set up."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from corpus.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation with a model."""

    role: Literal["system", "user"]
    content: str


class LanguageModel(Protocol):
    """What ``ask`` and ``stream`` take as ``generator``."""

    @property
    def name(self) -> str:
        """What it is called in notices and records."""
        ...

    @property
    def prompt_tokens(self) -> int:
        """How many tokens it may be sent, with room left for its answer."""
        ...

    def write(self, messages: Sequence[Message]) -> Generator[str, None, bool]:
        """Its answer piece by piece, each as soon as it is there.

        Yields an empty string while nothing comes, at least every second, and stops working as soon
        as it is closed.

        Returns:
            Whether the answer was cut off for its length.

        Raises:
            ModelError: It cannot be reached, is too slow, or fails.
        """
        ...


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which language model writes the answers, and what it is given.

    Attributes:
        server: Address of an OpenAI-compatible server, or folder of a model that transformers
            reads; none writes if empty.
        model: The server's name for the model; its first one if empty.
        hosts: Hosts beyond this machine that may be asked, parted by commas.
        key: What the server wants as a password; never shown.
        context: Tokens that prompt and answer may take together.
        tokens: At most this many are written.
        temperature: 0 always writes what is likeliest.
        connect_seconds: Within these the server must accept the connection,
        first_seconds: within these write its first word,
        total_seconds: and within these be done.
    """

    server: str = ""
    model: str = ""
    hosts: str = ""
    key: str = field(default="", repr=False)
    context: int = 4096
    tokens: int = 768
    temperature: float = 0.0
    connect_seconds: float = 5.0
    first_seconds: float = 60.0
    total_seconds: float = 300.0

    def __post_init__(self) -> None:
        if self.tokens < 16:
            raise SettingsError(f"llm.tokens is {self.tokens}; use 16 or more")
        if self.context < self.tokens + 256:
            raise SettingsError(
                f"llm.context is {self.context}; an answer of {self.tokens} tokens (llm.tokens) "
                f"and its documents need {self.tokens + 256} or more"
            )
        if not (self.key.isascii() and self.key.isprintable()):
            raise SettingsError("llm.key holds characters that no key has; copy it again")
        if not 0 <= self.temperature <= 2:
            raise SettingsError(f"llm.temperature is {self.temperature}; use 0 to 2")
        for name in ("connect_seconds", "first_seconds", "total_seconds"):
            if not 0 < getattr(self, name) < math.inf:
                raise SettingsError(f"llm.{name} is {getattr(self, name)}; use more than 0")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The hosts of ``hosts``, in lower case."""
        names = (name.strip().strip("[]").rstrip(".").lower() for name in self.hosts.split(","))
        return frozenset(filter(None, names))


def open_model(settings: ModelSettings) -> LanguageModel | None:
    """The language model that is set up; None if none is.

    Nothing is connected to and nothing loaded before its first answer.

    Raises:
        SettingsError: The address leads beyond this machine without permission, or the folder holds
            no model.
    """
    from rag.llm.folder import FolderModel
    from rag.llm.server import ServerModel

    if not settings.server:
        return None
    if "://" in settings.server:
        return ServerModel(settings)
    return FolderModel(settings)
