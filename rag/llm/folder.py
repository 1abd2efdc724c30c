"""A language model in a folder on this machine, run by transformers."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from queue import Queue
from typing import Any

from corpus.errors import ModelError, SettingsError
from rag.llm.chunks import Reasoning, shown
from rag.llm.model import Message, ModelSettings
from rag.llm.pump import next_of


@dataclass(slots=True)
class _Run:
    """One answer being written: its pieces, and whether anybody still wants it."""

    pieces: Queue[str | None] = field(default_factory=Queue)
    unwanted: threading.Event = field(default_factory=threading.Event)


class FolderModel:
    """A causal language model as ``save_pretrained`` writes it, with its weights as safetensors.

    Read on first use. One answer is written at a time; threads that share it wait for each other.

    Raises:
        SettingsError: The folder holds no such model.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._folder = Path(settings.server).expanduser()
        if not self._folder.is_dir():
            raise SettingsError(
                f"llm.server {settings.server!r} is neither a folder nor the address of a server, "
                "such as http://127.0.0.1:11434/v1"
            )
        if not (self._folder / "config.json").is_file():
            raise SettingsError(f"{self._folder}: holds no model (no config.json)")
        if not any(self._folder.glob("*.safetensors")):
            raise SettingsError(
                f"{self._folder}: its weights are not safetensors; other formats can run code when "
                "they are read: convert them"
            )
        self._one_at_a_time = threading.Lock()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._folder.resolve().name

    @property
    def prompt_tokens(self) -> int:
        """What the context leaves for the prompt."""
        return self._settings.context - self._settings.tokens

    def write(self, messages: Sequence[Message]) -> Generator[str, None, bool]:
        """The answer as it is generated, without what the model thinks aloud."""
        begin = time.monotonic()
        reasoning = Reasoning()
        run = _Run()
        pool = ThreadPoolExecutor(1, thread_name_prefix="yinju-model")
        try:
            running: Future[bool] = pool.submit(self._generate, messages, run)
            while (piece := next_of(run.pieces)) is not None:
                if time.monotonic() - begin > self._settings.total_seconds:
                    seconds = f"{self._settings.total_seconds:g}"
                    raise ModelError(f"{self.name}: was not done within {seconds} s")
                yield "".join(reasoning.feed(piece))
            yield "".join(reasoning.end())
            return running.result()
        finally:
            run.unwanted.set()
            pool.shutdown(wait=False)

    def _generate(self, messages: Sequence[Message], run: _Run) -> bool:
        """Write into the queue of a run; returns whether the answer was cut off."""
        try:
            with self._one_at_a_time:
                return not run.unwanted.is_set() and self._write(messages, run)
        except ModelError:
            raise
        except Exception as error:
            # The extractive answer stands, whatever fails: tokenizers raises Exception itself,
            # SafetensorError and jinja's errors have no other base, a model raises anything.
            what = shown(str(error)) or type(error).__name__
            raise ModelError(f"{self.name}: {what}") from error
        finally:
            run.pieces.put(None)

    def _write(self, messages: Sequence[Message], run: _Run) -> bool:
        import torch
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        tokenizer, model = self._loaded
        prompt = tokenizer(self._prompt(messages), return_tensors="pt", add_special_tokens=False)
        length = prompt["input_ids"].shape[1]
        room = getattr(model.config, "max_position_embeddings", None) or self._settings.context
        tokens = min(self._settings.tokens, room - length)
        if tokens < 1:
            raise ModelError(
                f"{self.name}: takes {room} tokens and the prompt has {length}; lower llm.context"
            )

        def stop(ids: Any, scores: Any, **given: Any) -> Any:
            return torch.full((ids.shape[0],), run.unwanted.is_set(), device=ids.device)

        streamer = TextIteratorStreamer(tokenizer, skip_prompt=True, skip_special_tokens=True)
        streamer.text_queue = run.pieces
        sampled = self._settings.temperature > 0
        with torch.inference_mode():
            written = model.generate(
                **prompt.to(model.device), streamer=streamer, max_new_tokens=tokens,
                do_sample=sampled, temperature=self._settings.temperature if sampled else None,
                top_p=None, top_k=None, stopping_criteria=StoppingCriteriaList([stop]),
                pad_token_id=tokenizer.pad_token_id or tokenizer.eos_token_id or 0,
            )  # fmt: skip
        ends = model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        return written.shape[1] - length >= tokens and int(written[0, -1]) not in ends

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        """Tokenizer and model; no code of the folder is run, and nothing is fetched."""
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        given: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        tokenizer: Any = AutoTokenizer.from_pretrained(self._folder, **given)
        model: Any = AutoModelForCausalLM.from_pretrained(
            self._folder, use_safetensors=True, dtype="auto", **given
        )
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return tokenizer, model.to(device).eval()

    def _prompt(self, messages: Sequence[Message]) -> str:
        """The messages as the model was trained to read them."""
        from jinja2 import TemplateError

        tokenizer, _ = self._loaded
        together = "\n\n".join(message.content for message in messages)
        if not tokenizer.chat_template:
            return f"{together}\n\n"
        asked = [asdict(message) for message in messages]
        given = {"tokenize": False, "add_generation_prompt": True, "enable_thinking": False}
        try:
            return str(tokenizer.apply_chat_template(asked, **given))
        except TemplateError:  # some models know no system message
            alone = [asdict(Message("user", together))]
            return str(tokenizer.apply_chat_template(alone, **given))
