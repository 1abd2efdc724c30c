"""The OpenAI protocol against a real server process, with every fault it can have."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from corpus.errors import ModelError
from rag.llm.model import Message, ModelSettings
from rag.llm.server import KEY, ServerModel

TEXT = "祁门红茶产自安徽[1]。\u2028价格：“680元/斤”🍵\n- 二\n"
MESSAGES = (Message("system", "规则"), Message("user", "红茶产自哪里？"))
Asked = Callable[..., ServerModel]


def written(model: ServerModel) -> tuple[str, bool]:
    """All a model writes, and whether it was cut off."""
    pieces = model.write(MESSAGES)
    text = ""
    while True:
        try:
            text += next(pieces)
        except StopIteration as end:
            return text, bool(end.value)


@pytest.mark.parametrize(
    "manner",
    ["plain", "bytewise", "chatty", "undone", "thinking", "reasoning", "unstreamed"],
)
def test_the_same_text_however_it_is_sent(manner: str, asked: Asked, scripted: Any) -> None:
    """Split characters, comments, a missing end, reasoning: the answer alone arrives, whole."""
    scripted.says(TEXT)
    assert written(asked(manner)) == (TEXT, False)


def test_what_is_asked_is_the_protocol(asked: Asked, scripted: Any) -> None:
    """The request is what every such server takes, and holds no key that nobody set."""
    scripted.says(TEXT)
    written(asked(temperature=0.5, tokens=99))
    [request] = scripted.seen()
    assert request["path"] == "/v1/chat/completions"
    assert request["body"] == {
        "model": "plain", "stream": True, "max_tokens": 99, "temperature": 0.5,
        "messages": [
            {"role": "system", "content": "规则"}, {"role": "user", "content": "红茶产自哪里？"}
        ],
    }  # fmt: skip
    assert "Authorization" not in request["headers"]
    assert request["headers"]["Host"] == f"127.0.0.1:{scripted.port}"


def test_the_first_model_of_the_server_if_none_is_named(asked: Asked, scripted: Any) -> None:
    """llama.cpp and LM Studio serve one model: nobody has to know its name."""
    scripted.says(TEXT)
    assert written(asked("")) == (TEXT, False)
    listed, request = scripted.seen()
    assert listed["path"] == "/v1/models"
    assert request["body"]["model"] == "plain"


def test_an_answer_that_is_cut_off_says_so(asked: Asked, scripted: Any) -> None:
    """Half a sentence must not pass for a whole answer."""
    scripted.says(TEXT)
    assert written(asked("cut")) == (TEXT, True)


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        ("status:401", f"set {KEY}"),
        ("status:403", f"set {KEY}"),
        ("status:404", "check llm.model"),
        ("status:500", "status 500: no: "),
        ("status:503", "status 503"),
        ("redirect:http://127.0.0.1:9/v1/chat/completions", "not followed"),
        ("redirect:http://tracker.invalid/", "not followed"),
        ("failing", "out of memory"),
        ("html", "does not speak"),
        ("garbage", "does not speak the OpenAI protocol: 'hello'"),
        ("garbage:[1]", "does not speak"),
        ('garbage:{"error": "boom"}', "boom"),
        ('garbage:{"error": {"code": 7}}', "7"),
        ("broken", "broke off"),
        ("endless:line", "more than"),
    ],
)
def test_every_failure_is_told(manner: str, said: str, asked: Asked, scripted: Any) -> None:
    """One line that says with whom, what, and no control characters of the server's."""
    scripted.says(TEXT)
    with pytest.raises(ModelError) as caught:
        written(asked(manner))
    message = str(caught.value)
    assert said in message
    assert scripted.address in message
    assert message.isprintable()
    assert len(message) < 600


@pytest.mark.parametrize(
    "choices", ["null", "7", "[7]", '[{"delta": 7}]', '[{"delta": {"content": {"a": 1}}}]', "{}"]
)
def test_odd_chunks_say_nothing(choices: str, asked: Asked, scripted: Any) -> None:
    """A chunk of an unknown form is no text and no crash."""
    assert written(asked(f'garbage:{{"choices": {choices}}}')) == ("", False)


def test_a_server_that_is_not_there_is_told(asked: Asked) -> None:
    """The remedy is to start it."""
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:9/v1\).*is it running"):
        written(asked(server="http://127.0.0.1:9/v1"))


@pytest.mark.parametrize("manner", ["silent", "alive"])
def test_a_first_word_that_does_not_come_is_not_waited_for(
    manner: str, asked: Asked, scripted: Any
) -> None:
    """Neither silence nor comments that keep the connection alive stop the clock."""
    model = asked(manner, connect_seconds=0.1, first_seconds=0.3)
    with pytest.raises(ModelError, match=r"wrote nothing within 0\.3 s"):
        written(model)
    scripted.wait_until_left()


@pytest.mark.parametrize("manner", ["stall", "endless"])
def test_an_answer_that_is_never_done_is_not_waited_for(
    manner: str, asked: Asked, scripted: Any
) -> None:
    """A server that stops in the middle, or never stops, is left after the whole time."""
    scripted.says(TEXT)
    with pytest.raises(ModelError, match=r"was not done within 0\.5 s|does not stop"):
        written(asked(manner, total_seconds=0.5))
    scripted.wait_until_left()


@pytest.mark.parametrize("manner", ["silent", "stall", "slow:0.05"])
def test_closing_closes_the_connection(manner: str, asked: Asked, scripted: Any) -> None:
    """Whoever stops waiting frees the server, before the first word as well as after."""
    scripted.says(TEXT * 100)
    before = threading.active_count()
    pieces = asked(manner).write(MESSAGES)
    next(pieces)
    pieces.close()
    scripted.wait_until_left()
    assert threading.active_count() == before


def test_a_wait_gives_notice_of_itself(asked: Asked) -> None:
    """Who waits gets the control back again and again, though nothing has come."""
    pieces = asked("silent").write(MESSAGES)
    assert [next(pieces) for _ in range(3)] == ["", "", ""]
    pieces.close()


def test_the_key_goes_to_the_server_and_nowhere_else(
    asked: Asked, scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From settings or environment; a server that repeats it in an error is not repeated."""
    scripted.says(TEXT)
    monkeypatch.setenv(KEY, "sk-from-environment")
    written(asked())
    written(asked(key="sk-from-settings"))
    keys = [request["headers"]["Authorization"] for request in scripted.seen()]
    assert keys == ["Bearer sk-from-environment", "Bearer sk-from-settings"]
    with pytest.raises(ModelError) as caught:
        written(asked("status:401", key="sk-from-settings"))
    assert "no: Bearer ***" in str(caught.value)
    assert "sk-from" not in str(caught.value)
    assert "sk-from" not in repr(ModelSettings(key="sk-from-settings"))


def test_proxies_of_the_environment_are_not_used(
    asked: Asked, scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would read every question on its way to this very machine."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    scripted.says(TEXT)
    assert written(asked()) == (TEXT, False)


def test_many_may_ask_at_once(asked: Asked, scripted: Any) -> None:
    """One model serves all people of a chat."""
    scripted.says(TEXT)
    model = asked("slow:0.01")
    results: list[tuple[str, bool]] = []
    threads = [threading.Thread(target=lambda: results.append(written(model))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == [(TEXT, False)] * 8


def test_text_comes_while_it_is_written(asked: Asked, scripted: Any) -> None:
    """A stream is passed on piece by piece, not collected first."""
    scripted.says("一二三" * 8)
    begin = time.monotonic()
    pieces = asked("slow:0.2").write(MESSAGES)
    first = next(piece for piece in pieces if piece)
    assert first == "一二三"
    assert "".join(pieces) == "一二三" * 7
    assert time.monotonic() - begin > 1
