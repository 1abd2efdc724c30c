"""Other systems behind the two methods of the comparison; each is skipped if not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.bench_peers import PEERS, is_installed
from eval.bench_process import worker_environment

# Indexes 200 passages, searches with some of them, and lists what tried to reach a host.
SCRIPT = """
import json, sys
seen = []
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        seen.append([event, repr(arguments)])
sys.addaudithook(hook)
from corpus.chunk import ChunkSettings
from corpus.segment import Segmenter
from eval.bench_corpus import CorpusMaker
from eval.bench_peers import PEERS
from eval.bench_source import read_articles
from index.embed import load_embedder
name, out = sys.argv[1:]
maker = CorpusMaker(read_articles(), ChunkSettings(), 1)
texts = [passage.text for article in maker.make(200) for passage in article.passages]
segmenter = Segmenter()
terms = [segmenter.terms(text) for text in texts]
vectors = load_embedder().encode_passages(texts)
system = PEERS[name][0]()
system.build(texts, terms, vectors)
found = {row: system.search(terms[row], vectors[row], 10) for row in range(0, 200, 8)}
strange = [system.search(words, vectors[3], 10) for words in ([], ["不存在的词"])]
with open(out, "w") as stream:
    json.dump({"found": found, "strange": strange, "seen": seen}, stream)
"""


@pytest.mark.parametrize("name", PEERS)
def test_a_system_finds_what_it_was_given(name: str, tmp_path: Path) -> None:
    """A passage's own words and vector find it first; ten different passages; nobody is called."""
    if not is_installed(name):
        pytest.skip(f"{name} is not installed (extra bench)")
    out = tmp_path / "out.json"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, name, str(out)],
        env=worker_environment(), capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(out.read_text(encoding="utf-8"))
    assert result["seen"] == []
    for row, found in result["found"].items():
        assert found[0] == int(row)
        assert len(set(found)) == len(found) == 10
        assert set(found) <= set(range(200))
    # Words that nobody has leave the vectors; a system without vectors finds nothing.
    expected = 10 if PEERS[name][0]().is_hybrid else 0
    assert [len(set(found)) for found in result["strange"]] == [expected, expected]


def test_what_is_not_installed_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is noticed without importing it, a missing parent package too."""
    for module in ("no_such_package", "no_such_package.inner"):
        monkeypatch.setitem(PEERS, "none", (PEERS["bm25s"][0], module, "none"))
        assert not is_installed("none")
