"""Settings: default, then file, then option; nothing unknown, nothing undocumented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.errors import SettingsError
from ui.settings import Settings, load_settings, setting_names

pytestmark = pytest.mark.usefixtures("one_model")
DOCUMENTED = Path(__file__).parents[2] / "docs" / "settings.md"
Run = Callable[..., SimpleNamespace]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Loads settings in a working folder with the given ``yinju.toml``."""

    def loaded(toml: str | bytes = "", **options: Any) -> Settings:
        monkeypatch.chdir(tmp_path)
        if toml:
            content = toml.encode() if isinstance(toml, str) else toml
            (tmp_path / "yinju.toml").write_bytes(content)
        return load_settings(None, {key.replace("__", "."): options[key] for key in options})

    return loaded


def test_defaults_hold_without_a_file(load: Callable[..., Settings]) -> None:
    """An empty folder gives what ``setting_names`` says, value by value."""
    settings = load()
    for name, (kind, default) in setting_names().items():
        section, key = name.split(".")
        value = getattr(getattr(settings, section), key)
        assert value == default
        assert type(value) is kind


def test_the_file_overrides_the_default_and_the_option_the_file(
    load: Callable[..., Settings],
) -> None:
    """Each step overrides only what it names."""
    toml = "[answer]\nsentences = 2\nthreshold = 0.4\n[chunk]\ntarget = 100\n"
    settings = load(toml, answer__sentences=5, retrieve__b=0.1, answer__passages=None)
    assert settings.answer.sentences == 5
    assert settings.answer.threshold == 0.4
    assert settings.answer.passages == 8
    assert settings.chunk.target == 100
    assert settings.retrieve.b == 0.1


def test_an_option_equal_to_the_default_still_overrides(load: Callable[..., Settings]) -> None:
    """Given is given: the default cannot be told from silence by its value."""
    assert load("answer.sentences = 2", answer__sentences=3).answer.sentences == 3
    assert load("answer.threshold = 0.5", answer__threshold=0.0).answer.threshold == 0


def test_precedence_on_the_command_line(run: Run, small_kb: Path, tmp_path: Path) -> None:
    """The same order as seen by ``info``; ``--config`` takes another file instead."""

    def in_force(*arguments: object) -> Any:
        done = run("info", "--kb", small_kb, "--json", *arguments)
        return json.loads(done.out)["settings"]["answer"]["sentences"]

    assert in_force() == 3
    (tmp_path / "yinju.toml").write_text("[answer]\nsentences = 2\n", encoding="utf-8")
    assert in_force() == 2
    assert in_force("--answer.sentences", "4") == 4
    (tmp_path / "别的.toml").write_text("[answer]\nsentences = 5\n", encoding="utf-8")
    assert in_force("--config", "别的.toml") == 5


def test_a_whole_number_is_a_fraction_too(load: Callable[..., Settings]) -> None:
    """``threshold = 1`` is what people write."""
    settings = load("[answer]\nthreshold = 1\n[retrieve]\nk1 = 2\n")
    assert (settings.answer.threshold, settings.retrieve.k1) == (1.0, 2.0)
    assert type(settings.answer.threshold) is float


def test_a_file_saved_with_a_byte_order_mark_is_read(load: Callable[..., Settings]) -> None:
    """As Windows editors save it."""
    assert load(b"\xef\xbb\xbf[answer]\nsentences = 2\n").answer.sentences == 2


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[answer]\ncolour = 1", r"yinju\.toml.*'answer\.colour'.*answer\.threshold"),
        ("[colour]\nred = 1", r"yinju\.toml.*'colour'.*chunk, clean, retrieve, answer"),
        ("threshold = 0.5", r"yinju\.toml.*'threshold'.*sections"),
        ("answer = 3", r"yinju\.toml.*'answer'"),
        ("[answer]\nsentences = '3'", r"yinju\.toml: answer\.sentences is '3'.*int"),
        ("[answer]\nsentences = 2.5", r"yinju\.toml: answer\.sentences is 2\.5.*int"),
        ("[answer]\nsentences = true", r"yinju\.toml: answer\.sentences is True.*int"),
        ("[answer]\nthreshold = true", r"yinju\.toml: answer\.threshold is True.*float"),
        ("[answer]\nthreshold = [0.5]", r"yinju\.toml: answer\.threshold is \[0\.5\].*float"),
        ("[answer]\nlanguage = 1", r"yinju\.toml: answer\.language is 1.*str"),
        ("[answer]\nsentences = 0", r"answer\.sentences is 0"),
        ("[answer]\nthreshold = nan", r"answer\.threshold is nan"),
        ("[retrieve]\nb = 2", r"retrieve\.b is 2"),
        ("[retrieve]\nk1 = -1", r"retrieve\.k1 is -1"),
        ("[chunk]\ntarget = 600", r"chunk\.target is 600"),
        ("[chunk]\noverlap = -1", r"chunk\.overlap is -1"),
        ("[clean]\nkeep = 'adverts'", r"clean\.keep names 'adverts'"),
        ("[answer\n", r"yinju\.toml: cannot be read as TOML"),
        (b"\xff\xfe", r"yinju\.toml: cannot be read as TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(
    load: Callable[..., Settings], toml: str | bytes, told: str
) -> None:
    """An unknown key, a wrong type or a value out of range is never passed over."""
    with pytest.raises(SettingsError, match=told):
        load(toml)


@pytest.mark.parametrize("name", ["没有.toml", "."])
def test_a_named_file_must_be_there(name: str, tmp_path: Path) -> None:
    """Without ``yinju.toml`` the defaults hold, but a file that was named must exist."""
    with pytest.raises(SettingsError, match=re.escape(str(tmp_path / name))):
        load_settings(tmp_path / name, {})


def test_a_wrong_file_ends_a_command(fails: Callable[..., str], small_kb: Path) -> None:
    """One line, exit code 2, before anything is done."""
    Path("yinju.toml").write_text("[answer]\ncolour = 1\n", encoding="utf-8")
    assert "answer.colour" in fails(2, "ask", "茶", "--kb", small_kb)


def test_every_setting_is_documented_with_its_default() -> None:
    """One row for each in English and one in Chinese, and none for a setting that is gone."""
    rows = re.findall(
        r"^\| `([a-z]+\.[a-z0-9_]+)` \| `?([^|`]+)`? \|",
        DOCUMENTED.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    expected = [(name, str(default)) for name, (_, default) in setting_names().items()]
    assert sorted((name, default.strip()) for name, default in rows) == sorted(expected * 2)
