"""``yinju search --explain``, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.usefixtures("one_model")
Run = Callable[..., SimpleNamespace]


def test_the_whole_list_is_explained(run: Run, small_kb: Path) -> None:
    """How the query was read, then words, signals and ranks of every hit."""
    done = run("search", "“红茶”产自哪里 -大桥", "--kb", small_kb, "--explain")
    assert (done.code, done.err) == (0, "")
    for said in (
        "必须原样含有：“红茶”",
        "不得含有：“大桥”",
        "词与权重：",
        "命中：",
        "向量",
        "第 1 名",
    ):
        assert said in done.out
    assert "祁门【红茶" in done.out


def test_one_hit_or_any_passage_is_explained(
    run: Run, fails: Callable[..., str], small_kb: Path
) -> None:
    """By its rank among the hits, or by its id even if it is no hit."""
    hits = json.loads(run("search", "红茶产自哪里", "--kb", small_kb, "--json").out)
    by_rank = json.loads(run("search", "红茶产自哪里", "--kb", small_kb, "--json", "--hit", 2).out)
    assert [item["passage_id"] for item in by_rank["passages"]] == [hits[1]["passage_id"]]
    bridge = next(item["passage_id"] for item in hits if item["source"] == "桥.md")
    done = run("search", "“红茶”", "--kb", small_kb, "--hit", bridge)
    assert "没有出现的原因：没有原样含有“红茶”" in done.out
    assert "--hit is 99; there are" in fails(2, "search", "茶", "--kb", small_kb, "--hit", 99)
    assert "no passage has the id 'x1'" in fails(2, "search", "茶", "--kb", small_kb, "--hit", "x1")


def test_json_holds_what_text_does(run: Run, small_kb: Path) -> None:
    """Terms with their idf, matches with their spans, every signal of the hit."""
    done = run("search", "祁门红茶2008年5月", "--kb", small_kb, "--explain", "--json", "-k", 2)
    record = json.loads(done.out)
    assert set(record) == {
        "format", "query", "terms", "alternatives", "associated", "passages",
    }  # fmt: skip
    assert all(item["times"] > 0 for item in record["terms"])
    first = record["passages"][0]
    assert first["signals"]["bm25"] > 0
    for item in first["matched"]:
        for start, end in item["spans"]:
            assert first["passage"][start:end].lower() == item["term"]


def test_notices_never_disturb_what_a_program_reads(run: Run, small_kb: Path) -> None:
    """JSON stays a list; what there is to say goes to standard error."""
    done = run("search", "“白茶”", "--kb", small_kb, "--json")
    assert (done.code, json.loads(done.out)) == (0, [])
    assert "“白茶”" in done.err
    text = run("search", "“白茶”", "--kb", small_kb)
    assert "“白茶”" in text.out
    assert text.err == ""


@pytest.mark.parametrize(
    "query",
    ["？", "-茶", "“", "\x00\x1b[31m", "\udcff", "'; DROP TABLE x; --", "<b>&", "(.*",
     "字" * 10_000, "“" * 3_000, " -".join("甲乙丙丁" * 300)],
    ids=range(11),
)  # fmt: skip
def test_no_query_ends_in_a_traceback(run: Run, small_kb: Path, query: str) -> None:
    """Hostile, endless or empty: a list or a reason, explained or not."""
    for more in ((), ("--explain",)):
        done = run("search", "--kb", small_kb, *more, "--", query)
        assert done.code == 0
        assert done.out.strip()
        assert "\x1b" not in done.out
