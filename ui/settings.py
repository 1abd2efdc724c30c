"""Settings from ``yinju.toml`` and from options of the same names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from corpus.chunk import ChunkSettings
from corpus.errors import SettingsError
from corpus.reasons import CleanSettings
from index.search import RetrieveSettings
from rag.llm.model import ModelSettings
from rag.settings import AnswerSettings

FILE = "yinju.toml"

_SECTIONS: Mapping[str, type[Any]] = {
    "chunk": ChunkSettings,
    "clean": CleanSettings,
    "retrieve": RetrieveSettings,
    "answer": AnswerSettings,
    "llm": ModelSettings,
}
_SECRET = frozenset({"llm.key"})  # an option would show it to everybody who lists processes


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, section by section."""

    chunk: ChunkSettings
    clean: CleanSettings
    retrieve: RetrieveSettings
    answer: AnswerSettings
    llm: ModelSettings


def setting_names() -> dict[str, tuple[type, Any]]:
    """Type and default of every setting, by its dotted name."""
    names = {}
    for section, kind in _SECTIONS.items():
        defaults = kind()
        for item in fields(kind):
            default = getattr(defaults, item.name)
            names[f"{section}.{item.name}"] = (type(default), default)
    return names


def option_names() -> dict[str, tuple[type, Any]]:
    """Those of the settings that are options of the command line too."""
    return {name: kind for name, kind in setting_names().items() if name not in _SECRET}


def load_settings(path: Path | None, options: Mapping[str, Any]) -> Settings:
    """Defaults, overridden by a settings file, overridden by options.

    Args:
        path: The settings file; ``yinju.toml`` of the working folder, if there is one, when None.
        options: Values by dotted name; None means not given.

    Raises:
        SettingsError: The file cannot be read, or a key or value is not known.
    """
    values = _read(path)
    known = setting_names()
    values.update(
        {
            name: _typed(value, known[name][0], name)
            for name, value in options.items()
            if value is not None
        }
    )
    sections: dict[str, dict[str, Any]] = {section: {} for section in _SECTIONS}
    for name, value in values.items():
        section, _, key = name.partition(".")
        sections[section][key] = value
    return Settings(**{section: kind(**sections[section]) for section, kind in _SECTIONS.items()})


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        path = Path(FILE)
        if not path.is_file():
            return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such settings file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as TOML: {error}") from None
    values: dict[str, Any] = {}
    known = setting_names()
    for section, entries in data.items():
        if not isinstance(entries, dict) or section not in _SECTIONS:
            raise SettingsError(
                f"{path}: unknown key {section!r}; known sections are {', '.join(_SECTIONS)}"
            )
        for key, value in entries.items():
            name = f"{section}.{key}"
            if name not in known:
                allowed = ", ".join(each for each in known if each.startswith(f"{section}."))
                raise SettingsError(f"{path}: unknown key {name!r}; known keys are {allowed}")
            values[name] = _typed(value, known[name][0], f"{path}: {name}")
    return values


def _typed(value: Any, kind: type, name: str) -> Any:
    """A value of the type a setting has; a whole number is a float too."""
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise SettingsError(f"{name} is {value!r}; it takes a value of type {kind.__name__}")
    return value
