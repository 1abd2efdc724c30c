"""The HTML report: one file that loads nothing and that no document's text can break."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from eval import Question, score
from eval.evidence_check import Missing
from eval.judging import Ground
from eval.questions import Evidence
from eval.report import Settings, questions_csv, report_html
from eval.report.labels import CHINESE
from eval.report.plots import Axes, bar_plot, line_plot

HOSTILE = "</script><script>alert(1)</script><!--\u2028=1+1"
QUOTE = "图书馆逢周一闭馆，法定节假日照常开放。"
GOLD = (Evidence("a.md", QUOTE),)
ABSENT = [
    Missing("<u>q</u>", Evidence("<s>a.md</s>", "<q>1</q>"), known) for known in (True, False)
]
SETTINGS = Settings("<b>set</b>", "hash", 100, kb={"model": "<i>x</i>"}, missing=ABSENT)
ENGLISH = replace(SETTINGS, language="en")


def summary(count: int = 1) -> Any:
    questions, answers = [], []
    for number in range(count):
        name = f"{HOSTILE}{number}"
        questions += [
            Question(
                f"a{number}", name, (("周一",),), evidence=(Evidence("a.md", QUOTE),), type=name
            ),
            Question(f"b{number}", "？", ()),
        ]
        hit = {"rank": 1, "source": "a.md", "passage": QUOTE}
        answers += [
            {"id": f"a{number}", "answer": HOSTILE, "confidence": 0.8, "hits": [hit] * 2,
             "timings_ms": {"total": 3.0}},
            {"id": f"b{number}", "refused": True, "confidence": 0.1},
        ]  # fmt: skip
    for answer in answers:
        answer["hits"] = [{**hit, "rank": n} for n, hit in enumerate(answer.get("hits", []), 1)]
    return score(questions, answers)


@pytest.mark.parametrize(
    ("language", "where"),
    [("zh", "检索排第 1，没有引用"), ("en", "retrieved at rank 1, not cited")],
)
def test_hostile_text_stays_text(language: str, where: str) -> None:
    """Protects the reader: nothing from a question or an answer becomes markup or script."""
    page = report_html(summary(), replace(SETTINGS, language=language))
    assert page.count("<script") == 2
    assert "alert(1)</script>" not in page
    for tag in ("<b>set", "<i>x", "<u>q", "<s>a.md", "<q>"):
        assert tag not in page
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    (lost,) = json.loads(data[1])["lost"]
    assert lost["question"] == f"{HOSTILE}0"
    assert lost["where"] == where


def test_the_policy_allows_the_two_blocks_alone() -> None:
    """Protects the promise that the file loads nothing: hashes of what is there, and no address."""
    page = report_html(summary(), SETTINGS)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    for found in (style, script):
        assert found is not None
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:)""", page)
    assert "url(" not in page
    assert " style=" not in page


def test_ten_thousand_questions() -> None:
    """Protects large sets: the page stays a few megabytes and shows the rows it is asked for."""
    page = report_html(summary(5000), SETTINGS)
    assert len(page.encode()) < 8_000_000
    assert "共 10000 个问题，失分 5000 个。" in page


def test_an_empty_report() -> None:
    """Protects question sets of which nothing can be measured."""
    page = report_html(score([Question("a", "？")], [{"id": "a", "answer": "x"}]), ENGLISH)
    assert "0 of 1 questions." in page


def test_the_table_is_harmless_in_a_spreadsheet() -> None:
    """Protects from formulas: a cell that begins with a sign is made text."""
    questions = [Question("=1+1", "-2?", (("周一",),)), Question("@x", "问", ())]
    text = questions_csv(score(questions, [{"id": "=1+1", "answer": "+3"}]))
    head, first, second = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert first[head.index("id")] == "'=1+1"
    assert first[head.index("question")] == "'-2?"
    assert first[head.index("got")] == "'+3"
    assert second[head.index("lost_at")] == "failed"
    assert first[head.index("contains")] == "0"


def test_plots_place_points_by_hand() -> None:
    """Protects the axes: the corners of the plot are where 0 and 1 belong."""
    plot = line_plot("x", Axes("a", "b"), {"<s>": [(0, 0), (1, 1)]}, diagonal=True)
    assert 'points="46.0,240.0 446.0,14.0"' in plot
    assert "&lt;s&gt;" in plot
    logarithmic = Axes("k", "r", (1, 10, 100), logarithmic=True)
    assert "246.0,240.0" in line_plot("x", logarithmic, {"s": [(10, 0)]})
    assert (
        bar_plot("x", [("长标签" * 9, 2, "2"), ("b", 0, "0")], [(1, 3), None]).count("<rect") == 2
    )


@pytest.mark.parametrize(
    ("hit", "ground", "lost"),
    [
        (None, Ground(8, frozenset()), "not indexed"),
        (None, Ground(8, frozenset((Evidence("a.md", QUOTE),))), "not retrieved"),
        ({"rank": 9}, Ground(8), "ranked too low"),
        ({"rank": 9, "signals": {"bm25_rank": 2.0, "dense_rank": 40}}, Ground(8), "lost in fusion"),
        (
            {"rank": 9, "signals": {"bm25_rank": 2.0, "rerank": 0.1}},
            Ground(8),
            "lost in rerank",
        ),
        ({"rank": 8}, Ground(8), "wrongly refused"),
        ({"rank": 9}, None, "wrongly refused"),
    ],
)
def test_the_stage_that_lost_the_answer(
    hit: dict[str, Any] | None, ground: Ground | None, lost: str
) -> None:
    """Protects the browser's filter: each stage is told from the others."""
    question = Question("a", "？", (("周一",),), evidence=(Evidence("a.md", QUOTE),))
    found = [{"source": "a.md", "passage": QUOTE, **hit}] if hit else []
    result = score([question], [{"id": "a", "refused": True, "hits": found}], ground)
    assert result.judgements[0].lost_at == lost
    assert lost.split()[0] in report_html(result, ENGLISH)
    assert CHINESE.name(lost) in report_html(result, SETTINGS)
