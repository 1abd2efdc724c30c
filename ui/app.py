"""The browser chat: a Gradio page beside a panel with the cited document."""

from __future__ import annotations

import inspect
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from corpus.errors import InputError
from corpus.formats import SUFFIXES
from ui.guard import Guard
from ui.handlers import Stop, adder, answerer, document_shower
from ui.library import MEGABYTES, Library
from ui.page import header_html
from ui.panel import hint_html
from ui.text import Text

if TYPE_CHECKING:
    import gradio

    from rag.llm.model import LanguageModel

_HERE = Path(__file__).parent
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


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
    with _without_stubs():
        import gradio

    return gradio


@contextmanager
def _without_stubs() -> Iterator[None]:
    """Spare Gradio half of its import: comparing every component with a stub file for editors.

    It goes without where the source of a class cannot be found.
    """
    find = inspect.getfile

    def find_others(of: Any) -> str:
        if isinstance(of, type) and of.__module__.startswith("gradio."):
            raise OSError("not looked for")
        return find(of)

    with patch.object(inspect, "getfile", find_others):
        yield


def serve(
    library: Library,
    text: Text,
    address: Address,
    model: LanguageModel | None = None,
    *,
    open_browser: bool = False,
) -> None:
    """Serve the chat until it is interrupted."""
    from starlette.middleware import Middleware

    with tempfile.TemporaryDirectory(prefix="yinju-") as uploads:
        os.environ["GRADIO_TEMP_DIR"] = uploads
        page = make_page(library, text, model)
        _, url, _ = page.launch(
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
            app_kwargs={"middleware": [Middleware(Guard, None if address.login else _LOOPBACK)]},
            theme=_theme(),
            quiet=True,
            prevent_thread_lock=True,
            css=(_HERE / "page.css").read_text(encoding="utf-8"),
        )
        sys.stdout.write(f"{text.serving.format(url=url)}\n")
        sys.stdout.flush()
        page.block_thread()


def make_page(library: Library, text: Text, model: LanguageModel | None = None) -> gradio.Blocks:
    """The page, not yet served."""
    gr = import_gradio()
    page: gradio.Blocks = gr.Blocks(title=text.title, analytics_enabled=False, fill_width=True)
    with page:
        header = gr.HTML(header_html(library.contents(), text), elem_id="header")
        turns, stopping = gr.State([]), gr.State(Stop())
        with gr.Row(elem_id="halves"):
            with gr.Column(scale=5, min_width=320):
                chat = gr.Chatbot(
                    elem_id="chat", show_label=False, placeholder=text.empty_chat, buttons=[],
                    latex_delimiters=[], feedback_options=None, allow_tags=False, layout="bubble",
                )  # fmt: skip
                with gr.Row(elem_id="asking"):
                    question = gr.Textbox(
                        elem_id="question", label=text.ask, show_label=False, container=False,
                        placeholder=text.placeholder, scale=6, min_width=160, autofocus=True,
                        max_length=10_000,
                    )  # fmt: skip
                    send = gr.Button(
                        text.send, variant="primary", scale=1, min_width=72, elem_id="send"
                    )
                    stop = gr.Button(text.stop, scale=1, min_width=72, elem_id="stop")
                    clear = gr.Button(text.clear, scale=1, min_width=72, elem_id="clear")
                examples = gr.Row(visible=library.is_sample, elem_id="examples")
                with examples:
                    gr.Examples(list(text.examples), question, label=text.examples_label)
                # No file_types: Gradio would refuse a whole batch for one file of another type. The
                # script of the page tells the dialog for choosing files which ones are read.
                upload = gr.File(
                    label=text.add, elem_id="upload", height=96, file_count="multiple",
                )  # fmt: skip
                report = gr.HTML(elem_id="report")
            with gr.Column(scale=5, min_width=320):
                gr.HTML(
                    hint_html(text), elem_id="document-panel", language=text.language,
                    unreachable=text.unreachable, drop=text.drop.format(limit=MEGABYTES),
                    accept=",".join(sorted(SUFFIXES)),
                    js_on_load=(_HERE / "page.js").read_text(encoding="utf-8"),
                    server_functions=[document_shower(library, text)],
                )  # fmt: skip
        page.load(
            lambda: (header_html(library.contents(), text), gr.Row(visible=library.is_sample)),
            None, [header, examples], api_visibility="private", show_progress="hidden",
        )  # fmt: skip
        conversation = [question, chat, turns]
        answered = gr.on(
            [question.submit, send.click], answerer(library, text, gr, model),
            [*conversation, stopping],
            conversation, api_visibility="private", concurrency_limit=8, show_progress="minimal",
            show_progress_on=chat,
        )  # fmt: skip
        stop.click(Stop.ask, stopping, None, api_visibility="private", queue=False)
        clear.click(
            lambda: ("", [], []), None, conversation, cancels=[answered], api_visibility="private"
        )
        upload.upload(
            adder(library, text, gr), upload, [report, upload, header, examples],
            api_visibility="private", concurrency_limit=8, show_progress_on=report,
        )  # fmt: skip
    return page


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
