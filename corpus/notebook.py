"""What a notebook shows of hits and answers, as HTML.

Text, names and headings of documents are untrusted: everything is escaped.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.records import Answer, Hits

_UNSUPPORTED = "［?］"
_HEAD = "<tr><th>#</th><th>score</th><th>source</th><th>passage</th></tr>"


def hits_html(hits: Hits) -> str:
    """Hits as a table, best first, below what the user should know of them."""
    notices = "".join(f"<p><small>{escape(notice)}</small></p>" for notice in hits.notices)
    rows = "".join(
        f"<tr><td>{hit.rank}</td><td>{hit.score:.3f}</td><td>{escape(hit.passage.source)}<br>"
        f"{escape(hit.passage.locator)}</td>"
        f"<td style='text-align:left'>{escape(hit.passage.text)}</td></tr>"
        for hit in hits
    )
    return f"{notices}<table><thead>{_HEAD}</thead><tbody>{rows}</tbody></table>"


def answer_html(answer: Answer) -> str:
    """An answer and below it its quotes, under their numbers."""
    cited = "".join(
        f"<li value='{item.number}'>“{escape(item.quote)}”<br>"
        f"<small>{escape(item.passage.source)} [{item.start}:{item.end}] "
        f"{escape(item.locator)}</small></li>"
        for item in answer.citations
    )
    notice = f"<p><small>{escape(answer.notice)}</small></p>" if answer.notice else ""
    text = escape(answer.marked_text(_UNSUPPORTED)).replace("\n", "<br>")
    return f"{notice}<p>{text}</p><ol>{cited}</ol>"
