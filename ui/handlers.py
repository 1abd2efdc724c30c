"""What happens when somebody asks, adds files or clicks a citation.

Each handler only calls the library and the functions that render what comes of it.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from corpus.errors import YinjuError
from corpus.records import Answer
from rag.events import Event, Token
from ui.library import Library
from ui.markup import read_key
from ui.messages import answer_html, question_html, sentence_count
from ui.page import failure_html, header_html, report_html, working_html
from ui.panel import document_html, missing_html
from ui.text import Text
from ui.written import stopped_html, whole_html, writing_html

if TYPE_CHECKING:
    from rag.llm.model import LanguageModel

_LOG = logging.getLogger(__name__)
_KEPT_TURNS = 6
_BETWEEN_UPDATES = 0.1  # seconds
_FAILURES = (YinjuError, OSError, sqlite3.Error)

Message = dict[str, str]
Turns = list[tuple[str, str]]
Answered = tuple[Any, Any, Any]
"""What becomes of the text box, the conversation as shown, and as the next question needs it."""


@dataclass(slots=True)
class Stop:
    """Whether somebody does not want to wait for the answer any longer; one for each page."""

    asked: bool = False

    def ask(self) -> None:
        """The handler of the stop button."""
        self.asked = True


def answerer(
    library: Library, text: Text, gr: Any, model: LanguageModel | None = None
) -> Callable[..., Iterator[Answered]]:
    """The handler of a question: shows it at once, then the answer as it comes.

    A quoted answer comes sentence by sentence; one that a language model writes comes piece by
    piece, not yet checked. Asking to stop, or closing the iterator, stops the model. The text box
    is emptied in the first step and then left alone: the next question may already be typed into
    it.
    """

    def answer(
        question: str, chat: list[Message], turns: Turns, stop: Stop | None = None
    ) -> Iterator[Answered]:
        skip, stop = gr.skip(), stop or Stop()
        stop.asked = False
        if not question.strip():
            yield skip, skip, skip
            return
        chat = [*chat, _message("user", question_html(question))]
        yield "", chat, skip
        try:
            with library.using() as kb:
                events = kb.stream(question, turns[-_KEPT_TURNS:], generator=model)
                with closing(unchecked(events)) as steps:
                    for step in steps:
                        if isinstance(step, Answer):
                            found = step
                            continue
                        stopped = stop.asked
                        words = (stopped_html if stopped else writing_html)(step, text)
                        yield skip, [*chat, _message("assistant", words)], skip
                        if stopped:
                            return
        except _FAILURES as error:
            _LOG.warning("a question failed: %s", error)
            yield skip, [*chat, _message("assistant", failure_html(error, text))], skip
            return
        for count in range(1, 0 if found.claims else sentence_count(found)):
            yield skip, [*chat, _message("assistant", answer_html(found, text, count))], skip
        whole = _message("assistant", whole_html(found, text))
        yield skip, [*chat, whole], [*turns, (found.question_resolved, found.text)]

    return answer


def unchecked(events: Iterator[Event]) -> Generator[str | Answer]:
    """What a model has written so far, a few times a second, and in the end the answer.

    Closing it closes the events: nobody waits for them any more.
    """
    text = ""
    last = 0.0
    with closing(cast(Generator[Event], events)):
        for event in events:
            if isinstance(event, Answer):
                yield event
            elif isinstance(event, Token):
                text += event.text
                now = time.monotonic()
                if now - last >= _BETWEEN_UPDATES:
                    last = now
                    yield text


def adder(library: Library, text: Text, gr: Any) -> Callable[..., Iterator[tuple[Any, ...]]]:
    """The handler of uploaded files: a report of each; Gradio's own copies of them are removed.

    Args:
        library: Where they go.
        text: The words of the page.
        gr: Gradio, for its progress bar and for what updates the page.
    """

    def add(paths: list[str] | None, progress: Any = gr.Progress()) -> Iterator[tuple[Any, ...]]:  # noqa: B008
        files = [Path(path) for path in paths or []]
        yield working_html(len(files), text), None, gr.skip(), gr.skip()
        try:
            report, switched = library.add(
                files,
                lambda stage, done, total: progress(
                    (done, total), desc=text.stages.get(stage, stage)
                ),
            )
            words = report_html(report, switched, text)
        except _FAILURES as error:
            _LOG.warning("adding files failed: %s", error)
            words = failure_html(error, text)
        finally:
            for file in files:
                file.unlink(missing_ok=True)
        header = header_html(library.contents(), text)
        yield words, None, header, gr.Row(visible=library.is_sample)

    return add


def document_shower(library: Library, text: Text) -> Callable[[str], str]:
    """The function the page calls when a citation is clicked."""

    def show_document(key: str) -> str:
        place = read_key(key if isinstance(key, str) else "")
        document = library.document(place.document_id) if place else None
        if place is None or document is None:
            return missing_html(text)
        return document_html(document, place, text)

    return show_document


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}
