"""Models on this machine, and a hub on the loopback interface to fetch others from."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from corpus.errors import InputError
from index.embed import SHIPPED_MODEL, load_embedder
from index.models import fetch, list_models

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def write_model(folder: Path) -> Path:
    """A static model of three words."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers

    folder.mkdir(parents=True)
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "春": 1, "夏": 2}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    rows = np.random.default_rng(3).normal(size=(3, 8)).astype(np.float32)
    save_file({"embedding.weight": rows}, folder / "model.safetensors")
    modules = [{"idx": 0, "name": "0", "path": "", "type": "a.StaticEmbedding"}]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return folder


class Hub(BaseHTTPRequestHandler):
    """As much of a model hub as one download needs: the list of files, and the files."""

    files: dict[str, bytes]
    asked: list[str]

    def log_message(self, *arguments: object) -> None:
        """Stay silent."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.asked.append(path)
        name = path.removeprefix(f"/tiny/model/resolve/{COMMIT}/")
        if path.startswith("/api/models/tiny/model/tree/"):
            entries = [
                {"type": "file", "path": each, "size": len(data),
                 "oid": hashlib.sha1(data).hexdigest()}
                for each, data in self.files.items()
            ]  # fmt: skip
            self._send(200, json.dumps(entries).encode())
        elif path.startswith("/api/models/tiny/model"):
            siblings = [{"rfilename": each, "size": len(d)} for each, d in self.files.items()]
            found = {"id": "tiny/model", "sha": COMMIT, "siblings": siblings}
            self._send(200, json.dumps(found).encode())
        elif name in self.files:
            self._send(200, self.files[name])
        else:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _send(self, status: int, body: bytes, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
        for key, value in (more or {}).items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[tuple[str, type[Hub]]]:
    """Its address, and what it has been asked for."""
    folder = write_model(tmp_path / "origin")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    others = {"pytorch_model.bin": b"pickle", "code.py": b"raise SystemExit", "README.md": b"#"}
    others["onnx/config.json"] = b"{}"
    kind = type("Hub", (Hub,), {"files": files | others, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", kind
    server.shutdown()
    server.server_close()


def command(home: Path, hub: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command with that hub; the library reads its address when it is imported."""
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=120,
        env={**os.environ, "HF_ENDPOINT": hub, "YINJU_HOME": str(home), "HF_HUB_OFFLINE": "0",
             "HF_HOME": str(home / "cache"), "PYTHONUTF8": "1"},
    )  # fmt: skip


def test_a_model_is_fetched_without_programs(hub: tuple[str, type[Hub]], tmp_path: Path) -> None:
    """Numbers, settings and words come, pickles and code do not; the model is there by name."""
    address, kind = hub
    home = tmp_path / "家 home"
    done = command(home, address, "model", "fetch", "tiny/model", "--json")
    assert done.returncode == 0, done.stderr
    folder = home / "models" / "tiny" / "model"
    found = json.loads(done.stdout)
    assert (found["name"], found["dimension"]) == ("tiny/model", 8)
    assert found["fingerprint"] == load_embedder(tmp_path / "origin").fingerprint
    names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert names == {"model.safetensors", "modules.json", "tokenizer.json"}
    assert not [path for path in kind.asked if path.endswith((".bin", ".py"))]
    kind.asked.clear()
    assert command(home, address, "model", "fetch", "tiny/model").returncode == 0
    assert not [path for path in kind.asked if path.endswith(".safetensors")]
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("春天来了。", encoding="utf-8")
    kb = str(tmp_path / "kb")
    built = command(home, "", "build", str(docs), "--kb", kb, "--embedder", "tiny/model")
    assert built.returncode == 0, built.stderr
    info = json.loads(command(home, "", "info", "--kb", kb, "--json").stdout)
    assert (info["embedder"]["dimension"], info["embedder"]["fits"]) == (8, False)
    refused = command(home, "", "search", "春", "--kb", kb)
    assert (refused.returncode, "--embedder" in refused.stderr) == (1, True)


def test_an_unknown_name_is_told(hub: tuple[str, type[Hub]], tmp_path: Path) -> None:
    """The hub answers, but has no such model."""
    done = command(tmp_path / "home", hub[0], "model", "fetch", "tiny/other")
    assert (done.returncode, done.stdout) == (2, "")
    assert "has no such model" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_hub_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    """In one line that says how to go on without a connection."""
    done = command(tmp_path / "home", "http://127.0.0.1:9", "model", "fetch", "tiny/model")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be fetched" in done.stderr
    assert "--embedder" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "name", ["", "x", "a/b/c", "../b", "a/..", "/etc/x", "a\\b", "a/b.git", "http://a/b", "a/b c"]
)
def test_what_is_no_name_is_refused_before_anything_is_asked(tmp_path: Path, name: str) -> None:
    """A name is never a path or an address."""
    with pytest.raises(InputError, match="owner/name"):
        fetch(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_models_are_listed_with_what_a_knowledge_base_says_of_them(tmp_path: Path) -> None:
    """The shipped one first, others by the name that ``--embedder`` takes."""
    write_model(tmp_path / "tiny" / "model")
    shipped, other = list_models(tmp_path)
    model = load_embedder()
    assert (shipped.name, shipped.folder) == ("", str(SHIPPED_MODEL))
    assert (shipped.dimension, shipped.fingerprint) == (model.dimension, model.fingerprint)
    assert (other.name, other.dimension) == ("tiny/model", 8)
    assert other.fingerprint == load_embedder(tmp_path / "tiny" / "model").fingerprint
    assert [model.name for model in list_models(tmp_path / "nowhere")] == [""]
