"""A transformers folder: a tiny random model proves that it is loaded, streamed and stopped."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_model import TEMPLATE, save_tiny_model

from corpus.errors import ModelError
from rag import KnowledgeBase
from rag.llm.folder import FolderModel
from rag.llm.model import Message, ModelSettings, open_model

MESSAGES = (Message("system", "规则"), Message("user", "红茶产自哪里？"))
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}" + TEMPLATE


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def opened(folder: Path, **settings: Any) -> FolderModel:
    model = open_model(ModelSettings(server=str(folder), **settings))
    assert isinstance(model, FolderModel)
    return model


def written(model: FolderModel, messages: Any = MESSAGES) -> tuple[str, bool]:
    pieces = model.write(messages)
    text = ""
    while True:
        try:
            text += next(pieces)
        except StopIteration as end:
            return text, bool(end.value)


def test_a_folder_is_loaded_and_streamed(tiny_model: Path) -> None:
    """The pieces are what the model generates, the same each time, cut off where it must be."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = opened(tiny_model, tokens=24)
    assert model.name == "tiny"
    text, cut = written(model)
    tokenizer: Any = AutoTokenizer.from_pretrained(tiny_model)
    plain: Any = AutoModelForCausalLM.from_pretrained(tiny_model)
    prompt = tokenizer("<system>规则\n<user>红茶产自哪里？\n<assistant>", return_tensors="pt")
    with torch.inference_mode():
        ids = plain.generate(**prompt, max_new_tokens=24, do_sample=False)
    expected = tokenizer.decode(ids[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    assert text == expected.lstrip()
    assert cut == (ids.shape[1] - prompt["input_ids"].shape[1] == 24)
    assert written(model) == (text, cut)


@pytest.mark.parametrize("template", [NO_SYSTEM, None])
def test_models_of_other_manners_are_asked_too(
    template: str | None, tiny_model: Path, tmp_path: Path
) -> None:
    """One that knows no system message, and one that knows no messages at all."""
    folder = tmp_path / "other"
    shutil.copytree(tiny_model, folder)
    (folder / "chat_template.jinja").unlink()
    if template:
        (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    model = opened(folder, tokens=16)
    assert "规则\n\n红茶产自哪里？" in model._prompt(MESSAGES)
    written(model)


def test_a_prompt_beyond_the_model_is_told(tiny_model: Path) -> None:
    """With the setting that helps."""
    with pytest.raises(ModelError, match=r"takes 600 tokens .* lower llm\.context"):
        written(opened(tiny_model), (Message("user", "茶" * 300),))


def test_closing_stops_the_generation(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that generates ends soon after nobody waits any more."""
    model = opened(tiny_model, tokens=400)
    ended = threading.Event()
    generate = model._generate

    def watched(*given: Any) -> bool:
        try:
            return generate(*given)
        finally:
            ended.set()

    monkeypatch.setattr(model, "_generate", watched)
    pieces = model.write(MESSAGES)
    next(piece for piece in pieces if piece)
    pieces.close()
    assert ended.wait(30)
    assert written(model)[0]


def test_a_time_that_is_up_is_told(tiny_model: Path) -> None:
    """A model too slow for this machine does not hold the question for ever."""
    with pytest.raises(ModelError, match="was not done within"):
        written(opened(tiny_model, tokens=400, total_seconds=0.001))


@pytest.mark.parametrize("damage", ["config", "weights", "tokenizer"])
def test_a_damaged_folder_is_told(damage: str, tiny_model: Path, tmp_path: Path) -> None:
    """In one line, when it is first asked; nothing of the folder is run."""
    folder = tmp_path / "damaged"
    shutil.copytree(tiny_model, folder)
    if damage == "config":
        config = {"model_type": "evil", "auto_map": {"AutoModelForCausalLM": "evil.Model"}}
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        (folder / "evil.py").write_text("raise SystemExit('was run')", encoding="utf-8")
    elif damage == "weights":
        (folder / "model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0garbage")
    else:
        (folder / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        written(opened(folder))
    assert str(caught.value).startswith("damaged: ")
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("one_model")
def test_a_question_is_answered_through_it(
    tiny_model: Path, tea: KnowledgeBase, scripted: Callable[..., Any]
) -> None:
    """Random words are no evidence: the extractive answer stands, whatever the model says."""
    model = opened(tiny_model, tokens=32, context=400)
    answer = tea.ask("祁门红茶产自哪里？", generator=model)
    assert answer.notice
    assert answer.text == tea.ask("祁门红茶产自哪里？").text
