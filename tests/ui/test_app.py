"""The page as it is put together, without a browser."""

from __future__ import annotations

import inspect
import json
import os
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError, KnowledgeBaseError
from rag import open_kb
from ui.app import Address, import_gradio, make_page
from ui.handlers import Stop, adder, answerer, document_shower
from ui.library import Added, Contents
from ui.markup import citation_key
from ui.text import CHINESE, ENGLISH, text_in


class FakeLibrary:
    """A library on the sample corpus that reports what it is told to."""

    is_sample = True

    def __init__(self, folder: Path) -> None:
        self.kb: Any = open_kb(folder)
        self.fails: Exception | None = None

    @contextmanager
    def using(self) -> Iterator[Any]:
        yield self.kb

    def contents(self) -> Contents:
        return Contents("sample", "", 23, 243)

    def document(self, document_id: str) -> Any:
        return self.kb.document(document_id)

    def add(self, files: list[Path], progress: Any) -> tuple[list[Added], bool]:
        progress("embed", 1, 2)
        if self.fails:
            raise self.fails
        return [Added(file.name, "added") for file in files], True


@pytest.fixture
def library(sample_folder: Path) -> Any:
    return FakeLibrary(sample_folder)


def run(handler: Any, question: str, chat: list[Any], turns: list[Any]) -> list[Any]:
    return list(handler(question, chat, turns))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.invalid", ""])
def test_other_hosts_need_a_login(host: str) -> None:
    """Nothing but loopback is served without a login."""
    with pytest.raises(InputError, match="--login"):
        Address(host)
    assert Address(host, login=("a", "b")).host == host


def test_gradio_is_imported_quietly() -> None:
    """Analytics are off before the import, and the shortcut taken meanwhile is undone."""
    find = inspect.getfile
    gr = import_gradio()
    assert inspect.getfile is find
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert inspect.getfile(gr.Chatbot).endswith("chatbot.py")


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_the_page_keeps_gradio_s_sanitiser_on(library: Any, text: Any) -> None:
    """No component turns sanitising off, no function is offered to other programs."""
    page = make_page(library, text)
    assert not page.analytics_enabled
    components = json.loads(json.dumps(page.get_config_file(), default=str))["components"]
    [chat] = [item["props"] for item in components if item["props"].get("elem_id") == "chat"]
    assert chat["sanitize_html"] is True
    assert chat["latex_delimiters"] == []
    assert not chat["allow_tags"]
    assert all(function.api_visibility != "public" for function in page.fns.values())


def test_the_script_of_the_page_stays_small() -> None:
    """The page's own JavaScript is under 150 lines and neither evaluates nor fetches."""
    source = (Path(inspect.getfile(make_page)).parent / "page.js").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 150
    for word in ("eval(", "Function(", "innerHTML", "fetch(", "import(", "http"):
        assert word not in source


def test_a_question_is_shown_before_its_answer(library: Any) -> None:
    """The first step empties the box and shows the question; later ones leave the box alone."""
    gr = import_gradio()
    steps = run(answerer(library, CHINESE, gr), "ChatGPT Pro 每月多少钱？", [], [])
    assert steps[0][0] == ""
    assert [message["role"] for message in steps[0][1]] == ["user"]
    assert all(step[0] == gr.skip() for step in steps[1:])
    assert "200 美元" in steps[-1][1][-1]["content"]
    [(understood, answer)] = steps[-1][2]
    assert understood == "ChatGPT Pro 每月多少钱？"
    assert "[1]" in answer


def test_the_conversation_is_passed_on(library: Any) -> None:
    """A follow-up is understood by the turns before it; only the last few are used."""
    handler = answerer(library, CHINESE, import_gradio())
    turns = run(handler, "Sora 的 Plus 用户每个月能生成多少条？", [], [])[-1][2]
    steps = run(handler, "那 Pro 呢？", [], turns)
    assert "sora" in steps[-1][2][-1][0].lower()
    many = [("无关的问题", "")] * 50
    assert len(run(handler, "你好", [], many)[-1][2]) == 51


class Writing:
    """A model that says one thing slowly enough to be watched."""

    name = "<b>模型</b>"
    prompt_tokens = 3000

    def __init__(self, text: str) -> None:
        self.text = text
        self.closed = False

    def write(self, messages: Any) -> Iterator[str]:
        try:
            for piece in ("", *self.text):
                time.sleep(0.03)
                yield piece
        finally:
            self.closed = True


def test_what_a_model_writes_is_shown_as_it_comes(library: Any) -> None:
    """First as text that is not checked, then as an answer whose doubtful sentence is marked."""
    model = Writing("ChatGPT Pro 每月 200 美元[1]。<img src=x> 它每月 300 美元。")
    handler = answerer(library, CHINESE, import_gradio(), model)  # type: ignore[arg-type]
    steps = run(handler, "ChatGPT Pro 每月多少钱？", [], [])
    shown = [step[1][-1]["content"] for step in steps[1:]]
    assert CHINESE.writing in shown[0]
    writing = [content for content in shown if is_writing(content)]
    assert len(writing) > 2
    assert writing == shown[:-1]
    assert "class='unsupported'" in shown[-1]
    assert "class='notice'" in shown[-1]
    assert "&lt;b&gt;" not in shown[-1].replace("&#60;", "")
    assert not any("<img" in content or "<b>" in content for content in shown)
    [(_, answer)] = steps[-1][2]
    assert "[1]" in answer


def is_writing(content: object) -> bool:
    return "class='writing'" in str(content)


def test_stopping_stops_the_model(library: Any) -> None:
    """What it wrote is kept as text nobody has checked, and is no turn of the conversation."""
    model = Writing("ChatGPT Pro 每月 200 美元[1]。" * 20)
    handler = answerer(library, CHINESE, import_gradio(), model)  # type: ignore[arg-type]
    stop = Stop(asked=True)
    steps: list[Any] = []
    for step in handler("ChatGPT Pro 每月多少钱？", [], [], stop):
        steps.append(step)
        if "每月" in str(step[1][1:]):
            stop.ask()
    assert model.closed
    assert "class='stopped'" in steps[-1][1][-1]["content"]
    assert CHINESE.stopped in steps[-1][1][-1]["content"]
    assert "每月" in steps[-1][1][-1]["content"]
    assert all(step[2] == import_gradio().skip() for step in steps)


def test_a_page_that_is_closed_stops_the_model(library: Any) -> None:
    """Closing the handler closes everything below it."""
    model = Writing("ChatGPT Pro 每月 200 美元[1]。" * 20)
    handler = answerer(library, CHINESE, import_gradio(), model)  # type: ignore[arg-type]
    steps: Any = handler("ChatGPT Pro 每月多少钱？", [], [])
    assert any(is_writing(step[1]) for step in steps)
    steps.close()
    assert model.closed


def test_an_empty_question_changes_nothing(library: Any) -> None:
    """Nothing is put into the conversation, and what is being typed is left alone."""
    gr = import_gradio()
    assert run(answerer(library, CHINESE, gr), " \n", [], []) == [(gr.skip(),) * 3]


@pytest.mark.parametrize("error", [KnowledgeBaseError("坏了"), OSError("没了")])
def test_a_failing_question_is_told(library: Any, error: Exception) -> None:
    """A knowledge base that fails gives one line in the conversation, and the turns stay."""

    class Failing:
        def stream(self, question: str, history: Any, generator: Any) -> Any:
            raise error

    library.kb = Failing()
    gr = import_gradio()
    _, chat, turns = run(answerer(library, CHINESE, gr), "问", [], [("前", "答")])[-1]
    assert "出错了" in chat[-1]["content"]
    assert turns == gr.skip()


@pytest.mark.parametrize("fails", [None, KnowledgeBaseError("另一个进程在写")])
def test_uploaded_copies_are_removed(library: Any, tmp_path: Path, fails: Exception | None) -> None:
    """Whether adding works or not, the copy Gradio kept is gone, and the stages have names."""
    library.fails = fails
    copy = tmp_path / "茶.md"
    copy.write_text("茶", encoding="utf-8")
    seen: list[str] = []
    handler = adder(library, CHINESE, import_gradio())
    steps = list(handler([str(copy)], lambda done, desc: seen.append(desc)))
    assert not copy.exists()
    assert ("另一个进程在写" if fails else "已添加") in steps[-1][0]
    assert seen == ["计算向量"]
    assert steps[-1][1] is None


def test_a_citation_opens_its_document(library: Any) -> None:
    """The panel's function returns the document with the span; garbage gets a plain text."""
    show = document_shower(library, CHINESE)
    document = next(library.kb.documents())
    key = citation_key(document.id, 0, 5, document.text[:5])
    assert "class='document'" in show(key)
    wrong: Any
    for wrong in ("", "cite-", key + "x", None, 3, ["x"], {"a": 1}, "x" * 10**6):
        assert CHINESE.no_document in show(wrong)


def test_both_languages_say_the_same_things() -> None:
    """Each text takes the same values in Chinese and in English, and stages are all named."""
    assert text_in("zh") is CHINESE
    for name in CHINESE.__dataclass_fields__:
        ours, theirs = getattr(CHINESE, name), getattr(ENGLISH, name)
        if isinstance(ours, str):
            fields = [
                {f for _, f, _, _ in string.Formatter().parse(s) if f} for s in (ours, theirs)
            ]
            assert fields[0] == fields[1], name
            assert ours
            assert theirs
    assert CHINESE.stages.keys() == ENGLISH.stages.keys()
