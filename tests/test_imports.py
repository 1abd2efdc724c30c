"""Which module may import which, and what importing and answering must not bring along."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("corpus", "index", "rag", "eval", "ui")
SOURCES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
PRINTS = {"ui/cli.py"}
UNSAFE = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
HEAVY = ["torch", "sentence_transformers", "transformers", "gradio", "jieba"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and module of every import, those inside functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {item.id for item in kinds if isinstance(item, ast.Name)}
    return handler.type is None or bool(names & {"Exception", "BaseException"})


def test_all_packages_are_walked() -> None:
    """The walks below see the modules: an empty list would pass them all."""
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == set(PACKAGES)
    assert len(SOURCES) > 40


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_packages_import_only_packages_before_them(path: Path) -> None:
    """Data flows corpus → index → rag → eval → ui; no import goes against it."""
    own = PACKAGES.index(path.relative_to(ROOT).parts[0])
    wrong = [
        f"line {line}: {module}"
        for line, module in imported(tree_of(path))
        if module.startswith(".") or module.split(".")[0] in PACKAGES[own + 1 :]
    ]
    assert not wrong


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_that_runs_what_it_reads_is_imported(path: Path) -> None:
    """A knowledge base or model from elsewhere must not be able to run code when it is opened."""
    tree = tree_of(path)
    modules = {module.split(".")[0] for _, module in imported(tree)}
    allowing = [
        node.value.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg in ("allow_pickle", "trust_remote_code")
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]
    assert not modules & UNSAFE
    assert not allowing


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_commands_print(path: Path) -> None:
    """Library code that prints would break ``--json`` and servers."""
    if name_of(path) in PRINTS or path.name == "__main__.py":
        return
    calls = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in ("print", "pprint", "breakpoint")
    ]
    assert not calls


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_broad_except_swallows_an_error(path: Path) -> None:
    """A handler for everything hides bugs; it may only tidy up or reword, and raise."""
    swallowing = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
        if not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    ]
    assert not swallowing


SCRIPT = """
import importlib, json, sys
before = set(sys.modules)
for name in {packages}:
    importlib.import_module(name)
imported = sorted({heavy} & (set(sys.modules) - before))
from rag import open_kb
with open_kb(sys.argv[1]) as kb:
    answer = kb.ask("强化微调是什么意思？")
from ui.cli import main
codes = [main(["ask", "Canvas 是什么", "--kb", sys.argv[1], "--json"]),
         main(["search", "圣诞老人", "--kb", sys.argv[1], "--json"]),
         main(["info", "--kb", sys.argv[1], "--json"])]
print(json.dumps([imported, bool(answer.hits), codes, sorted({heavy} & set(sys.modules))]))
"""


def test_answering_with_the_shipped_model_imports_nothing_heavy(sample_folder: Path) -> None:
    """The first answer must not wait for torch, gradio or jieba to be imported."""
    script = SCRIPT.format(packages=repr([*PACKAGES, "ui.cli"]), heavy=repr(set(HEAVY)))
    done = subprocess.run(
        [sys.executable, "-c", script, str(sample_folder)],
        capture_output=True, text=True, encoding="utf-8", check=True,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    on_import, found, codes, after = json.loads(done.stdout.splitlines()[-1])
    assert on_import == []
    assert found
    assert codes == [0, 0, 0]
    assert after == []
