"""Evidence that stands in no document: a question nobody can answer right, found before asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.normalize import squeeze
from corpus.records import Document
from eval.matching import gold_forms
from eval.questions import Evidence, Question


@dataclass(frozen=True, slots=True)
class Missing:
    """An evidence that cannot be found.

    Attributes:
        document: Whether there is at least a document of that name.
    """

    question: str
    evidence: Evidence
    document: bool

    @property
    def short_quote(self) -> str:
        """The quote, cut to a line."""
        quote = self.evidence.quote
        return quote if len(quote) <= 40 else f"{quote[:39]}…"

    def __str__(self) -> str:
        quote, where = self.short_quote, self.evidence.source
        if not self.document:
            return f"{self.question}: no document is called {where!r} (quote {quote!r})"
        return f"{self.question}: {where!r} does not hold the quote {quote!r}"


def missing_evidence(questions: Sequence[Question], documents: Iterable[Document]) -> list[Missing]:
    """The evidence that stands in no document, in the order of the questions."""
    wanted = {item.source for question in questions for item in question.evidence}
    texts = {
        document.source: squeeze(document.text)
        for document in documents
        if document.source in wanted
    }
    return [
        Missing(question.id, item, item.source in texts)
        for question in questions
        for item in question.evidence
        if not any(form in texts.get(item.source, "") for form in gold_forms(item.quote))
    ]
