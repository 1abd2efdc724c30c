"""Nothing leaves the machine: no connection is attempted, no address is written into the code."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_model import Scripted, scripted_server
from tiny_model import save_tiny_model

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
PACKAGES = ("corpus", "index", "rag", "eval", "ui")
ADDRESS = re.compile(r"(?:https?|wss?|ftp)://(?P<host>[\w.-]+\.?\w*)", re.IGNORECASE)
# Names of XML vocabularies, never opened; and this machine itself.
ALLOWED_HOSTS = {
    "127.0.0.1", "localhost",
    # Names of XML vocabularies, compared and never opened.
    "www.w3.org", "schemas.openxmlformats.org", "www.idpf.org", "ns.adobe.com", "purl.org",
}  # fmt: skip

# Runs the commands in one process and writes every attempt to look up or reach a host, or to start
# a process that could, to the file named first.
WATCHED = """
import json, sys
EVENTS = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
          "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo", "urllib.Request",
          "http.client.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn",
          "os.fork"}
seen = []
def hook(event, arguments):
    if event in EVENTS:
        seen.append([event, repr(arguments)])
sys.addaudithook(hook)
from ui.cli import main
log, *commands = sys.argv[1:]
codes = [main(json.loads(command)) for command in commands]
with open(log, "w", encoding="utf-8") as stream:
    json.dump({"codes": codes, "seen": seen}, stream)
"""
QUESTIONS = [
    {"id": "1", "question": "红茶产自哪里？", "answers": ["福建"]},
    {"id": "2", "question": "那绿茶呢？", "answers": [], "history": ["红茶产自哪里？"]},
]


@pytest.fixture
def commands(tmp_path: Path) -> list[str]:
    """Every command that reads or writes a knowledge base, as JSON lists of arguments."""
    documents = tmp_path / "文档"
    documents.mkdir()
    text = "# 茶\n\n来源：https://tea.example/a?utm_source=x\n\n红茶产自福建。绿茶不发酵。\n"
    (documents / "茶.md").write_text(text, encoding="utf-8")
    questions = tmp_path / "问题.jsonl"
    lines = [json.dumps(item, ensure_ascii=False) for item in QUESTIONS]
    questions.write_text("\n".join(lines), encoding="utf-8")
    kb = ["--kb", str(tmp_path / "kb")]
    return [
        json.dumps(arguments)
        for arguments in (
            ["build", str(documents), *kb],
            ["build", str(documents), "--rebuild", *kb],
            ["ask", "红茶产自哪里？ https://tea.example", *kb],
            ["ask", "它发酵吗", "--history", "绿茶是什么", "--json", *kb],
            ["search", "发酵", *kb],
            ["eval", str(questions), "--out", str(tmp_path / "out"), *kb],
            ["info", *kb],
            ["inspect", str(documents / "茶.md")],
            ["duplicates", *kb],
            ["verify", *kb],
            ["verify", "--repair", *kb],
            ["list", str(tmp_path)],
            ["model", "list"],
            ["export", str(tmp_path / "p.jsonl"), *kb],
            ["export", str(tmp_path / "v.parquet"), "--what", "vectors", *kb],
            ["backup", str(tmp_path / "b.tar"), *kb],
            ["restore", str(tmp_path / "b.tar"), "--kb", str(tmp_path / "kb2")],
            ["remove", "茶.md", "--kb", str(tmp_path / "kb2")],
        )
    ]


def run_watched(log: Path, commands: list[str], *before: str) -> dict[str, list[object]]:
    done = subprocess.run(
        [*before, sys.executable, "-c", WATCHED, str(log), *commands],
        capture_output=True, text=True, encoding="utf-8", cwd=log.parent,
        env=ENVIRONMENT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result: dict[str, list[object]] = json.loads(log.read_text(encoding="utf-8"))
    return result


def test_no_command_tries_to_reach_a_host(tmp_path: Path, commands: list[str]) -> None:
    """None but ``model fetch`` looks up or connects to anything."""
    result = run_watched(tmp_path / "events.json", commands)
    assert result["codes"] == [0] * len(commands)
    assert result["seen"] == []


def test_the_commands_that_are_watched_are_all_there_are(commands: list[str]) -> None:
    """A new command is watched here, or is the chat, watch, benchmark, or the one that connects."""
    from ui.cli import _parser

    (choices,) = (action.choices for action in _parser()._subparsers._group_actions)  # type: ignore[union-attr]
    watched = {json.loads(command)[0] for command in commands}
    assert set(choices or ()) == watched | {"chat", "watch", "bench"}
    (actions,) = (a.choices for a in choices["model"]._subparsers._group_actions)  # type: ignore[call-overload,index]
    assert set(actions) == {"list", "fetch"}


def test_watching_a_folder_connects_to_nothing(tmp_path: Path, commands: list[str]) -> None:
    """A watch builds and looks, until it is interrupted."""
    folder = json.loads(commands[0])[1]
    kb = str(tmp_path / "kb3")
    script = WATCHED.replace(
        "codes = ",
        "import threading, time, _thread\nfrom pathlib import Path\n"
        "def stop():\n"
        "    end = time.monotonic() + 60\n"
        f"    while time.monotonic() < end and not Path({kb!r}, 'manifest.json').exists():\n"
        "        time.sleep(0.1)\n"
        "    time.sleep(2)  # to tell of the build, and to look again\n"
        "    _thread.interrupt_main()\n"
        "threading.Thread(target=stop).start()\ncodes = ",
    )
    log = tmp_path / "events.json"
    command = json.dumps(["watch", folder, "--kb", kb, "--interval", "0.2"])
    done = subprocess.run(
        [sys.executable, "-c", script, str(log), command],
        capture_output=True, text=True, encoding="utf-8", env=ENVIRONMENT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(log.read_text(encoding="utf-8")) == {"codes": [0], "seen": []}
    assert "新增 1" in done.stdout


def test_the_watch_sees_what_it_is_meant_to_see(tmp_path: Path) -> None:
    """A watch that missed events would pass anything: a plain lookup must be recorded."""
    log = tmp_path / "events.json"
    probe = "import socket\ntry: socket.getaddrinfo('127.0.0.1', 9)\nexcept OSError: pass\n"
    script = WATCHED.replace("codes = ", f"{probe}codes = ")
    subprocess.run([sys.executable, "-c", script, str(log)], check=True, env=ENVIRONMENT)
    seen = json.loads(log.read_text(encoding="utf-8"))["seen"]
    assert [event for event, _ in seen] == ["socket.getaddrinfo"]


@pytest.fixture(scope="module")
def model_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripted]:
    with scripted_server(tmp_path_factory.mktemp("model")) as server:
        server.says("红茶产自福建[1]。见 http://tracker.invalid/pixel")
        yield server


def test_a_language_model_on_this_machine_is_all_that_is_connected_to(
    tmp_path: Path, commands: list[str], model_server: Scripted
) -> None:
    """Whatever it writes; where it sends on to is not followed, and no name is looked up."""
    ask = [
        "ask",
        "红茶产自哪里？",
        *json.loads(commands[0])[2:],
        "--llm",
        model_server.address,
        "--llm-model",
    ]
    manners = ("plain", "redirect:http://tracker.invalid/", "status:500")
    asking = [json.dumps([*ask, manner]) for manner in manners]
    result = run_watched(tmp_path / "events.json", [commands[0], *asking])
    assert result["codes"] == [0] * 4
    reached = {str(event) for event in result["seen"]}
    assert len(reached) == 1
    assert "socket.connect" in reached.pop()
    assert all(f"('127.0.0.1', {model_server.port})" in str(event) for event in result["seen"])


def test_a_language_model_elsewhere_is_refused_unheard(tmp_path: Path, commands: list[str]) -> None:
    """Neither connected to nor looked up, unless the user allows that very host."""
    ask = ["ask", "红茶产自哪里？", *json.loads(commands[0])[2:]]
    elsewhere = (
        ["http://192.0.2.7:11434/v1"],
        ["http://10.0.0.7/v1"],
        ["https://model.invalid/v1"],
        ["https://model.invalid/v1", "--allow-host", "other.invalid"],
    )
    asking = [json.dumps([*ask, "--llm", *options]) for options in elsewhere]
    result = run_watched(tmp_path / "events.json", [commands[0], *asking])
    assert result == {"codes": [0, 2, 2, 2, 2], "seen": []}


def test_a_language_model_in_a_folder_connects_to_nothing(
    tmp_path: Path, commands: list[str]
) -> None:
    """Loading and running it asks no hub for anything."""
    folder = save_tiny_model(tmp_path / "tiny")
    ask = json.dumps(["ask", "红茶产自哪里？", *json.loads(commands[0])[2:], "--llm", str(folder)])
    result = run_watched(tmp_path / "events.json", [commands[0], ask])
    assert result == {"codes": [0, 0], "seen": []}


def can_deny_network() -> bool:
    unshare = shutil.which("unshare")
    if not unshare:
        return False
    done = subprocess.run([unshare, "-r", "-n", "true"], capture_output=True)
    return done.returncode == 0


@pytest.mark.skipif(not can_deny_network(), reason="needs unshare and user namespaces (Linux)")
def test_every_command_works_with_the_network_denied(tmp_path: Path, commands: list[str]) -> None:
    """Without any network interface, for native code too, build, ask and eval still work."""
    chosen = [commands[number] for number in (0, 2, 5)]
    result = run_watched(tmp_path / "events.json", chosen, "unshare", "-r", "-n")
    assert result["codes"] == [0, 0, 0]


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and value of every string of a module that is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            value = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
            if isinstance(value, str):
                yield node.lineno, value


def foreign_addresses(text: str) -> list[str]:
    return [
        match.group()
        for match in ADDRESS.finditer(text)
        if match.group("host").lower() not in ALLOWED_HOSTS
    ]


MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
ASSETS = sorted(
    path
    for name in PACKAGES
    for path in (ROOT / name).rglob("*")
    if path.suffix in (".css", ".js", ".html", ".svg")
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_holds_an_address(path: Path) -> None:
    """An address in the code is something it may one day open; docstrings may cite."""
    found = [(line, item) for line, text in strings(path) for item in foreign_addresses(text)]
    assert not found


def test_no_asset_of_the_page_holds_an_address() -> None:
    """A style sheet or script that loads from elsewhere tells others who reads what."""
    found = [
        (path.name, item)
        for path in ASSETS
        for item in foreign_addresses(path.read_text(encoding="utf-8"))
    ]
    assert not found
