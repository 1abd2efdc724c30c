"""What the HTML report is worded in: English as it stands in the code, or Chinese for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.languages import in_language
from eval.report.chinese import MEASURES, NAMES, PHRASES, SHORT
from eval.report.titles import COLUMNS, TITLES
from eval.scoring import UNLOCATED, UNTYPED


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of a report in one language.

    Attributes:
        language: As a page declares it.
        measures: What the measures mean, by name.
        columns: Those that tables of groups show, in short.
        phrases: For each English phrase of ours what is said instead; empty if that is itself.
        names: The same of names that may not be ours: stages, groups, settings, reasons.
        glossed: Whether names stay beside what is said for them.
    """

    language: str
    measures: Mapping[str, str] = field(repr=False)
    columns: Mapping[str, str] = field(repr=False)
    phrases: Mapping[str, str] = field(default_factory=dict, repr=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    glossed: bool = False

    def __call__(self, phrase: str, **values: object) -> str:
        """A phrase of ours, its ``{places}`` filled."""
        said = self.phrases[phrase] if self.phrases else phrase
        return said.format(**values) if values else said

    def name(self, name: str) -> str:
        """A name in this language, as it stands if it is not known."""
        return self.names.get(name, name)

    def label(self, label: str) -> str:
        """A label of the question set, which is not ours to translate; its lack is."""
        return self.name(label) if label in (UNTYPED, UNLOCATED) else label

    def both(self, name: str) -> str:
        """A name that programs know too: itself, and what it means."""
        meaning = self.names.get(name)
        return f"{name} {meaning}" if meaning else name

    def measure(self, name: str) -> str:
        """A measure in full: by its identifier too, where that is not in its title."""
        return f"{name} {self.measures[name]}" if self.glossed else self.measures[name]

    def column(self, name: str) -> tuple[str, str]:
        """The head of a column: the measure in short, and what it means."""
        return self.columns[name], self.measure(name)


ENGLISH = Labels("en", TITLES, COLUMNS)
CHINESE = Labels("zh-CN", MEASURES, SHORT, PHRASES, NAMES, glossed=True)
LANGUAGES: Mapping[str, Labels] = {"zh": CHINESE, "en": ENGLISH}


def labels_in(language: str) -> Labels:
    """The words of a language.

    Raises:
        SettingsError: There is no such translation.
    """
    return in_language(LANGUAGES, language)
