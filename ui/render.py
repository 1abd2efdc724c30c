"""Records as text for a terminal; pure functions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.records import Answer, Citation, Document, Hit, Mark
from index.build import BuildReport
from rag.answer import readable
from ui.text import CHINESE


def answer_text(answer: Answer) -> str:
    """The answer, then what each number cites; on a refusal the related passages."""
    lines = [answer.marked_text("［未见依据］")]
    if answer.question_resolved != answer.question.strip():
        lines.insert(0, f"（理解为：{answer.question_resolved}）")
    if answer.notice:
        lines.insert(0, f"（{answer.notice}）")
    if answer.citations:
        lines.append("")
        lines += [_citation(citation) for citation in answer.citations]
        lines += [
            "",
            f"把握 {answer.confidence:.0%} · {answer.timings_ms.get('total', 0):.0f} 毫秒",
        ]
    elif answer.hits:
        lines += ["", *(_related(hit) for hit in answer.hits[:3])]
    return "\n".join(_safe(line) for line in lines)


def hits_text(hits: Sequence[Hit], notices: Sequence[str] = ()) -> str:
    """Notices, then one paragraph for each hit: rank, score, where it stands, its text."""
    said = [_safe(f"（{notice}）") for notice in notices]
    if not hits:
        return "\n".join([*said, "没有找到相关段落。"])
    found = [
        _safe(f"{hit.rank}. {hit.score:.3f}  {place_of(hit)}\n   {readable(hit.passage.text)}")
        for hit in hits
    ]
    return "\n\n".join([*said, *found])


def report_text(report: BuildReport, kb: Path) -> str:
    """What a build did, and every file it skipped with the reason."""
    lines = [
        f"{kb}：{report.documents} 篇文档，{report.passages} 个段落，{report.characters} 字",
        f"新增 {len(report.added)}，更新 {len(report.changed)}，移除 {len(report.removed)}，"
        f"未变 {report.unchanged}，跳过 {len(report.skipped)}",
    ]
    lines += [f"  跳过 {item.source}：{item.reason}" for item in report.skipped]
    lines += [f"  内容相同：{'、'.join(group)}" for group in report.duplicates]
    lines += _reading_notes(report)
    return "\n".join(_safe(line) for line in lines)


def _reading_notes(report: BuildReport) -> Iterator[str]:
    """What of the files could be read only in part, or was read in an unusual way."""
    if report.encodings:
        counts = (f"{name.upper()} {count} 篇" for name, count in report.encodings.items())
        yield f"  编码不是 UTF-8：{'，'.join(counts)}"
    for source, pages in report.scanned:
        yield f"  扫描页没有读到文字（安装 OCR 后可读）{source}：第 {pages} 页"
    for source, pages in report.damaged:
        yield f"  损坏的页没有读到 {source}：第 {pages} 页"


def inspection_text(document: Document, passages: int) -> str:
    """What is known of a document, then its whole text as a diff.

    Lines that are searched begin with a blank; those that are not with a minus, below the reason.
    """
    known = (document.title, document.author, document.published, document.url)
    names = ("标题", "作者", "日期", "网址")
    lines = [f"{name}：{value}" for name, value in zip(names, known, strict=True) if value]
    lines += [
        f"{len(document.text)} 字，{passages} 个段落，不检索的有 {len(document.marks)} 处",
        f"--- {document.source}",
        "+++ 检索的文本",
    ]
    position, reason = 0, ""
    for number, line in enumerate(document.text.split("\n"), 1):
        mark = _mark_at(document.marks, position)
        if mark and mark.reason != reason:
            lines.append(f"@@ 第 {number} 行：{mark.reason} @@")
        reason = mark.reason if mark else ""
        lines.append(("-" if mark else " ") + line)
        position += len(line) + 1
    return "\n".join(_safe(line) for line in lines)


def _mark_at(marks: Sequence[Mark], position: int) -> Mark | None:
    at = bisect_right(marks, position, key=lambda mark: mark.start) - 1
    return marks[at] if at >= 0 and position < marks[at].end else None


def info_text(information: Mapping[str, Any], indent: str = "") -> str:
    """Nested values as indented lines."""
    lines = []
    for name, value in information.items():
        if isinstance(value, Mapping) and value:
            lines += [f"{indent}{name}:", info_text(value, indent + "  ")]
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            lines.append(f"{indent}{name}:")
            lines += [
                _safe(f"{indent}  {', '.join(f'{key} {each}' for key, each in item.items())}")
                for item in value
            ]
        else:
            lines.append(_safe(f"{indent}{name}: {value}"))
    return "\n".join(lines)


def _citation(citation: Citation) -> str:
    passage = citation.passage
    where = passage.locator_at(citation.start, CHINESE.places)
    about = [passage.title or passage.source, passage.source, passage.published, where]
    place = " · ".join(dict.fromkeys(part for part in about if part))
    return f"[{citation.number}] {place}\n    “{readable(citation.quote)}”"


def _related(hit: Hit) -> str:
    text = readable(hit.passage.text)
    return f"· {place_of(hit)}\n  {text[:80]}{'…' if len(text) > 80 else ''}"


def place_of(hit: Hit) -> str:
    """Where a hit stands: source, span, and the place a reader looks for."""
    passage = hit.passage
    where = passage.locator_at(passage.start, CHINESE.places)
    return f"{passage.source} [{passage.start}:{passage.end}] {where}".rstrip()


def safe(lines: Sequence[str]) -> str:
    """Lines as one text, without control characters."""
    return "\n".join(map(_safe, lines))


def _safe(text: str) -> str:
    """Without control characters, by which a document could steer the terminal."""
    return "".join(c if c == "\n" or c.isprintable() or c == "\u3000" else "\ufffd" for c in text)
