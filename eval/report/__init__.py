"""Reports of an evaluation: HTML and Markdown for people, JSON and CSV for programs."""

from __future__ import annotations

from eval.report.data import metrics_json, questions_csv
from eval.report.html import report_html
from eval.report.markdown import report_markdown, summary_text
from eval.report.settings import Settings

__all__ = [
    "Settings",
    "metrics_json",
    "questions_csv",
    "report_html",
    "report_markdown",
    "summary_text",
]
