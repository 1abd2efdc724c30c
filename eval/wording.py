"""The language model that words the answers of a run, asked for a sign of life before it begins."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from corpus.errors import ModelError

if TYPE_CHECKING:
    from rag.llm.model import LanguageModel, ModelSettings

_GREETING = "你好"
# What a run does not depend on, or must not keep.
_UNKEPT = ("key", "hosts")


@dataclass(frozen=True, slots=True)
class Wording:
    """A language model that has answered; :func:`ready` makes one.

    Attributes:
        settings: Naming the model that answered, so that any process can ask the same one.
        model: The same, opened in this process.
    """

    settings: ModelSettings
    model: LanguageModel = field(repr=False, compare=False)

    @property
    def about(self) -> dict[str, Any]:
        """What is kept of it with a run: every setting but the key."""
        return {name: value for name, value in asdict(self.settings).items() if name not in _UNKEPT}

    @property
    def apart(self) -> bool:
        """Whether several processes may ask it: each would read a model in a folder for itself."""
        return "://" in self.settings.server


def ready(settings: ModelSettings) -> Wording | None:
    """The language model that is set up, once it has answered a greeting; None if none is.

    The greeting also has the model read into memory, so that the first question is timed like the
    others.

    Raises:
        SettingsError: The address leads beyond this machine without permission, or the folder holds
            no model.
        ModelError: It does not answer.
    """
    from rag.llm.model import open_model
    from rag.llm.server import ServerModel

    model = open_model(settings)
    if model is None:
        return None
    try:
        if isinstance(model, ServerModel) and not settings.model:
            settings = replace(settings, model=model.served())
            model = ServerModel(settings)
        greet(model)
    except ModelError as error:
        raise ModelError(f"{error}; nothing was asked. Start it, or go without: --llm ''") from None
    return Wording(settings, model)


def greet(model: LanguageModel) -> None:
    """Wait for the first word of a model.

    Raises:
        ModelError: None comes.
    """
    from rag.llm.model import Message

    with closing(model.write([Message("user", _GREETING)])) as pieces:
        for piece in pieces:
            if piece.strip():
                return
    raise ModelError(f"{model.name} wrote nothing")
