"""The report: what it shows, and that no text in it can break it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from eval import Question, score
from eval.questions import Evidence
from eval.report import Settings, report_markdown
from eval.report.markup import escape, number, table

SETTINGS = Settings("dev.jsonl", "0123456789abcdef", 100, kb={"counts": {"documents": 3}})
EVIDENCE = (Evidence("a.md", "图书馆逢周一闭馆，法定节假日照常开放。"),)


def test_failures_name_the_stage() -> None:
    """Protects the list of failures: expected, got, and how near retrieval was."""
    questions = [
        Question("q1", "哪天？", (("周一",), ("星期一",)), evidence=EVIDENCE),
        Question("q2", "哪天？", (("周一",),), evidence=EVIDENCE),
        Question("q3", "谁？", ()),
        Question("q4", "哪些？", (("红",), ("蓝", "青")), match="all", evidence=EVIDENCE),
    ]
    passage = {"rank": 3, "source": "a.md", "passage": EVIDENCE[0].quote}
    answers = [
        {"id": "q1", "answer": "周二。[1]", "short": "周二", "hits": [passage]},
        {"id": "q2", "refused": True, "reason": "no evidence", "hits": [passage]},
        {"id": "q3", "answer": "张三。[1]"},
        {
            "id": "q4",
            "answer": "红。",
            "hits": [{"rank": 2, "source": "a.md", "passage": "别的。"}],
        },
    ]
    report = report_markdown(score(questions, answers), SETTINGS)
    assert "4 of 4 questions." in report
    assert "| q1 |  | 哪天？ | 周一 / 星期一 | 周二 | retrieved at rank 3, not cited |" in report
    assert (
        "| q2 |  | 哪天？ | 周一 | refused: no evidence | wrongly refused (evidence at rank 3) |"
        in report
    )
    assert r"| q3 |  | 谁？ | a refusal | 张三。\[1\] | answered though unanswerable |" in report
    assert "| 红 + 蓝 = 青 | 红。 | not retrieved in 1 (its document at rank 2) |" in report
    assert "## By type" not in report
    assert '| Knowledge base: counts | {"documents"\\: 3} |' in report


def test_a_question_set_for_another_folder_is_noticed() -> None:
    """Protects against reading a wrong ``source`` as a bad system."""
    question = Question("q", "哪天？", (("周一",),), evidence=EVIDENCE)
    for source, noticed in (("b.md", True), ("a.md", False)):
        answer = {"id": "q", "hits": [{"rank": 1, "source": source, "passage": "别的。"}]}
        report = report_markdown(score([question], [answer]), SETTINGS)
        assert ("No passage of any document named as evidence" in report) is noticed


def test_many_failures_are_cut() -> None:
    """Protects the size of the report; the counts are over all of them."""
    questions = [Question(f"q{at}", "？", (("周一",),)) for at in range(250)]
    report = report_markdown(score(questions, []), SETTINGS)
    assert "| failed | 250 |" in report
    assert "… and 50 more" in report
    assert report.count("there is no answer to this question") == 200


@given(st.text(max_size=200))
def test_escaped_text_is_one_plain_cell(text: str) -> None:
    """Protects the report from document text: no cell, line, tag, link or image can begin."""
    cell = escape(text)
    bare = re.sub(r"\\.", "", cell)
    assert not set("<>|\n\r`[]*_~$@:") & set(bare)
    assert re.sub(r"&(lt|gt|amp);", "", bare).count("&") == 0
    assert table(["a"], [[cell]]).count("\n") == 2


def test_escape_by_example() -> None:
    """Protects readability: what is escaped reads the same when the Markdown is shown."""
    assert escape("a|b\n<script>") == r"a\|b &lt;script&gt;"
    assert escape("[x](https://evil.cn) www.evil.cn") == (r"\[x\](https\://evil.cn) www\.evil.cn")
    assert escape("\u202e倒\u0000") == "倒"
    assert escape("字" * 100) == "字" * 79 + "…"


def test_undefined_is_a_dash() -> None:
    """Protects undefined figures from being read as 0."""
    assert number(None) == "–"
    assert number(0.0) == "0.000"
