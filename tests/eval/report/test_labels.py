"""The two languages of the HTML report: nothing is left out, nothing is left over."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest

from corpus.errors import SettingsError
from eval import Question, score
from eval.evidence_check import Missing
from eval.questions import Evidence
from eval.report import Settings, report_html
from eval.report.chinese import MEASURES, NAMES, PHRASES, SHORT
from eval.report.labels import CHINESE, ENGLISH, labels_in
from eval.report.titles import COLUMNS, TITLES

GOLD = Evidence("馆.md", "图书馆逢周一闭馆，法定节假日照常开放。")


class Seen(HTMLParser):
    """What a reader of a page sees or is told when pointing at something."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("style", "script")
        self.texts += [
            value for name, value in attributes if value and name in ("title", "aria-label")
        ]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def report(language: str) -> str:
    """A report with every section."""
    questions = [
        Question(f"{n}", "哪天闭馆？", (("周一",),), evidence=(GOLD,), type="甲" if n % 2 else "")
        for n in range(8)
    ]
    questions += [replace(questions[0], id="8", evidence=(Evidence("乙.md", "乙"),))]
    questions += [Question("9", "谁？", ()), Question("10", "谁？", ())]
    hit = {"source": "馆.md", "passage": GOLD.quote}
    answers = [
        {"id": question.id, "question": question.question, "answer": "周二。", "confidence": 0.5,
         "hits": [{**hit, "rank": 1}, {**hit, "rank": 2}], "refused": question.id in "67",
         "timings_ms": {"retrieve": 1.0, "generate": 2.0, "total": 3.0}}
        for question in questions
    ]  # fmt: skip
    missing = [Missing("1", GOLD, known) for known in (True, False)] * 101
    summary = score(questions, [*answers, {"id": "另", "answer": "甲"}])
    settings = Settings("问题", "1", 100, resumed=2, missing=missing, language=language,
                        stages={"bm25": summary.overall})  # fmt: skip
    return report_html(summary, settings)


def test_the_chinese_report_holds_no_english() -> None:
    """Nothing but names that programs know too, and the abbreviations of the field."""
    seen = Seen()
    page = report("zh")
    seen.feed(page)
    known = set(TITLES) | set(NAMES) | {"馆.md", "乙.md", "bm25", "_hash"}
    known |= {"p50", "p95", "R@", "EM", "nDCG", "MRR", "F1", "k", "CMRC", "ROUGE-L", "AUROC"}
    names = sorted(known, key=len, reverse=True)
    rest = " ".join(seen.texts)
    for name in names:
        rest = rest.replace(name, "")
    assert re.findall("[A-Za-z]+", rest) == []
    assert '<html lang="zh-CN">' in page


def test_the_english_report_holds_no_chinese() -> None:
    """But for what questions and documents say."""
    page = report("en")
    assert '<html lang="en">' in page
    for phrase in {*PHRASES.values(), *NAMES.values(), *MEASURES.values()}:
        assert len(phrase) < 3 or phrase not in page, phrase


def test_every_phrase_is_translated_and_said() -> None:
    """A phrase that is not translated would end a run at its last step."""
    folder = Path(__file__).parents[3] / "eval" / "report"
    said, literals = set(), set()
    for path in folder.glob("*.py"):
        if path.name == "chinese.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"):
                continue
            if isinstance(node.args[0], ast.Constant):
                said.add(node.args[0].value)
    assert said
    assert said <= set(PHRASES)
    assert set(PHRASES) <= literals
    for english, chinese in PHRASES.items():
        places = [{name for _, name, _, _ in Formatter().parse(text) if name}
                  for text in (english, chinese)]  # fmt: skip
        assert places[0] == places[1], english


def test_every_measure_is_glossed() -> None:
    """Its identifier, as metrics.json has it, and what it means."""
    assert set(MEASURES) == set(TITLES)
    assert list(SHORT) == list(COLUMNS)
    assert CHINESE.measure("recall@5") == "recall@5 前 5 段含依据"
    assert ENGLISH.measure("recall@5") == "Recall@5"
    assert CHINESE.both("generate") == "generate 模型写作"
    assert CHINESE.both("other") == "other"
    assert CHINESE.label("(no type)") == "（无类型）"
    assert CHINESE.label("answer") == "answer"


def test_an_unknown_language_is_told() -> None:
    """With those that are known."""
    assert labels_in("zh") is CHINESE
    with pytest.raises(SettingsError, match="zh, en"):
        labels_in("fr")
