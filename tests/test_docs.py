"""The documentation says only what runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh.md")
_RUN = re.compile(r"<!-- command: run -->\n```(bash|python)\n(.*?)```", re.DOTALL)
_BASH = re.compile(r"```bash\n(.*?)```", re.DOTALL)
_COMMENT = re.compile(r"[ ]*# .*")
_LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder in which the paths of the documentation exist."""
    for name in ("corpus", "eval"):
        (tmp_path / name).symlink_to(ROOT / name, target_is_directory=True)
    return tmp_path


def _environment(workplace: Path) -> dict[str, str]:
    return {**os.environ, "YINJU_HOME": str(workplace / "home"), "PYTHONUNBUFFERED": "1"}


def _command(line: str) -> list[str]:
    words = shlex.split(line)
    assert words[0] == "yinju"
    return [sys.executable, "-m", "ui.cli", *words[1:]]


def _check_chat(command: list[str], workplace: Path) -> None:
    """Start the chat, fetch its page, stop it."""
    with subprocess.Popen(
        command, cwd=workplace, env=_environment(workplace), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = ""
            while not address:
                line = process.stdout.readline()
                assert line, "the chat ended without printing its address"
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
                address = found.group() if found else ""
            with urllib.request.urlopen(address, timeout=30) as page:
                assert page.status == 200
        finally:
            process.terminate()


def _given(readme: str) -> list[tuple[str, str]]:
    """The blocks that are run, each with its language, comments left out."""
    blocks = _RUN.findall((ROOT / readme).read_text(encoding="utf-8"))
    return [(language, _COMMENT.sub("", code)) for language, code in blocks]


def test_commands_run(workplace: Path) -> None:
    """Every command the README gives for daily use succeeds, in the order it gives them."""
    blocks = _given("README.md")
    assert len(blocks) >= 3
    for language, code in blocks:
        if language == "python":
            result = subprocess.run(
                [sys.executable, "-c", code],
                cwd=workplace, env=_environment(workplace), capture_output=True, text=True,
            )  # fmt: skip
            assert result.returncode == 0, result.stderr
            continue
        for line in code.strip().splitlines():
            if line.startswith("yinju chat"):
                _check_chat(_command(line), workplace)
                continue
            result = subprocess.run(
                _command(line),
                cwd=workplace, env=_environment(workplace), capture_output=True, text=True,
            )  # fmt: skip
            assert result.returncode == 0, f"{line}\n{result.stderr}"
            assert result.stdout.strip(), line


def test_the_readmes_give_the_same_commands() -> None:
    """What is run of one is run of the other; only the chat speaks another language."""
    english, chinese = map(_given, READMES)
    assert ("bash", "yinju chat --lang en\n") in english
    assert [(kind, code.replace(" --lang en", "")) for kind, code in english] == chinese


def test_every_command_is_tested_or_run_by_ci() -> None:
    """No command of a README goes unchecked: it is run here, or it sets the environment up."""
    for readme in READMES:
        text = (ROOT / readme).read_text(encoding="utf-8")
        tested = {code for _, code in _RUN.findall(text)}
        for code in _BASH.findall(text):
            assert code in tested or code.startswith("python3 -m venv .venv && "), code


def test_setup_commands_agree() -> None:
    """Both READMEs give the same set-up commands, and CI runs the one for the tests."""
    english, chinese = (
        [
            code
            for code in _BASH.findall((ROOT / name).read_text(encoding="utf-8"))
            if "venv" in code
        ]
        for name in READMES
    )
    assert english == chinese
    assert english[0].rstrip().endswith(".venv/bin/yinju chat")
    assert " -m pytest -n auto" in english[1]
    assert "command: tests" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        *READMES,
        "CONTRIBUTING.md",
        "docs/evaluation.md",
        "docs/formats.md",
        "docs/searching.md",
        "docs/language-models.md",
        "index/model/README.md",
    ],
)
def test_links_lead_somewhere(name: str) -> None:
    """Every relative link of a document points to a file that exists."""
    path = ROOT / name
    for target in _LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
