"""The browser chat: a Gradio page beside a panel with the cited document.

Handlers only call the library and the render functions of :mod:`ui.page`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import InputError, YinjuError
from corpus.load import SUFFIXES
from ui.library import MEGABYTES, Library
from ui.page import (
    answer_html,
    document_html,
    escape,
    hint_html,
    missing_html,
    question_html,
    read_key,
    report_html,
    sentence_count,
)
from ui.text import Text

if TYPE_CHECKING:
    import gradio

_LOG = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_KEPT_TURNS = 6

Message = dict[str, str]
Turns = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is served.

    Attributes:
        port: The first free one from 7860 on if None.
        login: User and password; needed for any host but loopback.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    login: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if self.host not in _LOOPBACK and self.login is None:
            raise InputError(
                f"--host {self.host} lets other machines in; name a file with user:password by "
                "--login, or leave the host at 127.0.0.1"
            )


def import_gradio() -> Any:
    """Gradio with everything off that would call home; it reads these while it is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    import gradio

    return gradio


def serve(library: Library, text: Text, address: Address, *, open_browser: bool = False) -> None:
    """Serve the chat until it is interrupted."""
    page = make_page(library, text)
    page.queue(default_concurrency_limit=8).launch(
        server_name=address.host,
        server_port=address.port,
        auth=address.login,
        share=False,
        inbrowser=open_browser,
        footer_links=[],
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size=MEGABYTES * 1_000_000,
        theme=_theme(),
        css=(_HERE / "page.css").read_text(encoding="utf-8"),
    )


def make_page(library: Library, text: Text) -> gradio.Blocks:
    """The page, not yet served."""
    gr = import_gradio()
    page: gradio.Blocks = gr.Blocks(title=text.title, analytics_enabled=False, fill_width=True)
    with page:
        gr.HTML(f"<h1>{text.title}</h1><p>{text.subtitle}</p>", elem_id="title")
        contents = gr.HTML(contents_html(library, text), elem_id="contents")
        turns = gr.State([])
        with gr.Row():
            with gr.Column(scale=5, min_width=340):
                chat = gr.Chatbot(
                    elem_id="chat", show_label=False, placeholder=text.empty_chat, buttons=[],
                    latex_delimiters=[], feedback_options=None, allow_tags=False, layout="bubble",
                )  # fmt: skip
                with gr.Row():
                    question = gr.Textbox(
                        elem_id="question", show_label=False, placeholder=text.placeholder,
                        container=False, scale=6, autofocus=True, max_length=10_000,
                    )  # fmt: skip
                    send = gr.Button(
                        text.send, variant="primary", scale=1, min_width=72, elem_id="send"
                    )
                    clear = gr.Button(text.clear, scale=1, min_width=72, elem_id="clear")
                examples = gr.Row(visible=library.is_sample, elem_id="examples")
                with examples:
                    gr.Examples(list(text.examples), question, label=text.examples_label)
                upload = gr.File(
                    label=text.add_hint.format(limit=MEGABYTES), elem_id="upload", height=110,
                    file_count="multiple", file_types=sorted(SUFFIXES),
                )  # fmt: skip
                report = gr.HTML(elem_id="report")
            with gr.Column(scale=5, min_width=340):
                gr.HTML(
                    hint_html(text), elem_id="document-panel",
                    js_on_load=(_HERE / "page.js").read_text(encoding="utf-8"),
                    server_functions=[document_shower(library, text)],
                )  # fmt: skip
        answered = gr.on(
            [question.submit, send.click], answerer(library, text),
            [question, chat, turns], [question, chat, turns], api_name=False,
        )  # fmt: skip
        clear.click(
            lambda: ("", [], []), None, [question, chat, turns], cancels=[answered], api_name=False
        )
        upload.upload(
            adder(library, text), upload, [report, upload, contents, examples], api_name=False
        )
    return page


def contents_html(library: Library, text: Text) -> str:
    """What is being asked: the knowledge base and its size."""
    information = library.kb.info()
    name = text.sample if library.is_sample else escape(Path(information["folder"]).name)
    words = text.contents.format(
        name=name, documents=information["documents"], passages=information["passages"]
    )
    return f"<p class='note'>{words}</p>"


def answerer(
    library: Library, text: Text
) -> Callable[..., Iterator[tuple[str, list[Message], Turns]]]:
    """The handler of a question: streams the answer sentence by sentence."""

    def answer(
        question: str, chat: list[Message], turns: Turns
    ) -> Iterator[tuple[str, list[Message], Turns]]:
        if not question.strip():
            yield question, chat, turns
            return
        chat = [*chat, {"role": "user", "content": question_html(question)}]
        try:
            found = library.kb.ask(question, turns[-_KEPT_TURNS:])
        except YinjuError as error:
            _LOG.warning("a question failed: %s", error)
            failure = f"<p>{escape(text.failed.format(error=error))}</p>"
            yield "", [*chat, {"role": "assistant", "content": failure}], turns
            return
        if not found.refused:
            for shown in range(1, sentence_count(found)):
                partial = answer_html(found, text, shown)
                yield "", [*chat, {"role": "assistant", "content": partial}], turns
        whole = {"role": "assistant", "content": answer_html(found, text)}
        yield "", [*chat, whole], [*turns, (found.question_resolved, found.text)]

    return answer


def adder(library: Library, text: Text) -> Callable[..., Iterator[tuple[Any, ...]]]:
    """The handler of uploaded files."""
    gr = import_gradio()

    def add(
        paths: list[str] | None,
        progress: Any = gr.Progress(),  # noqa: B008
    ) -> Iterator[tuple[Any, ...]]:
        files = [Path(path) for path in paths or []]
        yield f"<p>{text.adding.format(count=len(files))}</p>", gr.skip(), gr.skip(), gr.skip()
        try:
            report, switched = library.add(
                files, lambda stage, done, total: progress((done, total), desc=stage)
            )
            words = report_html(report, switched, text)
        except (YinjuError, OSError) as error:
            _LOG.warning("adding files failed: %s", error)
            words = f"<p>{escape(text.failed.format(error=error))}</p>"
        yield words, None, contents_html(library, text), gr.Row(visible=library.is_sample)

    return add


def document_shower(library: Library, text: Text) -> Callable[[str], str]:
    """The function the page calls when a citation is clicked."""

    def show_document(key: str) -> str:
        place = read_key(key if isinstance(key, str) else "")
        document = library.kb.document(place[0]) if place else None
        if place is None or document is None:
            return missing_html(text)
        return document_html(document, place[1], place[2], text)

    return show_document


def _theme() -> Any:
    """System fonts only: nothing is fetched."""
    gr = import_gradio()
    fonts = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
    return gr.themes.Soft(
        primary_hue="amber",
        neutral_hue="slate",
        font=fonts,
        font_mono=["ui-monospace", "monospace"],
    )
