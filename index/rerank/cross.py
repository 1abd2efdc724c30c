"""Any cross-encoder as the reranker, run by sentence-transformers from a local folder."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import InputError
from index.rerank.question import Floats

_TOGETHER = 8
_QUERY = ("query",)
_PASSAGE = ("passage", "document", "corpus")


class CrossEncoderReranker:
    """A model that reads question and passage together.

    Prompts for queries and passages are put before them if the model has such.

    Attributes:
        name: For people.

    Args:
        folder: Where it was saved.
        seconds: No batch is begun later than this; at least one is scored.

    Raises:
        InputError: The folder does not exist, or holds no cross-encoder that gives one score.
    """

    def __init__(self, folder: Path, seconds: float) -> None:
        _check(folder)
        # The library looks for model cards and updates on its hub unless told not to.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(str(folder), local_files_only=True)
            labels = np.atleast_2d(self._model.predict([("", "")], show_progress_bar=False)).shape
        except Exception as error:  # noqa: BLE001
            # What the folder's modules meet comes through as it is: AttributeError, KeyError and
            # TypeError as well as OSError and ValueError; SafetensorError has no other base.
            raise InputError(f"{folder}: cannot be loaded as a cross-encoder: {error}") from None
        if labels[-1] != 1:
            raise InputError(
                f"{folder}: gives {labels[-1]} scores for a passage; a reranker gives one"
            )
        self.name = folder.name
        self._seconds = seconds
        prompts = getattr(self._model, "prompts", None) or {}
        self._query = _prompt(prompts, _QUERY)
        self._passage = _prompt(prompts, _PASSAGE)

    def scores(self, question: str, texts: Sequence[str]) -> Floats:
        """How well each text answers, in (0, 1), in the order given.

        Args:
            question: As asked.
            texts: The most promising first: when time is up, those left get no score.

        Returns:
            Shape ``(len(texts),)``; NaN for what was not scored.
        """
        found = np.full(len(texts), np.nan, np.float32)
        pairs = [(self._query + question, self._passage + text) for text in texts]
        end = time.monotonic() + self._seconds
        for first in range(0, len(pairs), _TOGETHER):
            if first and time.monotonic() >= end:
                break
            part = pairs[first : first + _TOGETHER]
            found[first : first + len(part)] = self._predict(part)
        return found

    def _predict(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        from torch.nn import Sigmoid

        # A prompt of its own for either side takes the place of one for both.
        own: dict[str, Any] = {"prompt": ""} if self._query or self._passage else {}
        scores = self._model.predict(
            list(pairs), batch_size=_TOGETHER, activation_fn=Sigmoid(), show_progress_bar=False,
            **own,
        )  # fmt: skip
        return np.asarray(scores, np.float32).reshape(len(pairs))


def _check(folder: Path) -> None:
    """Whether a folder says it holds a cross-encoder; others would load with random weights."""
    config = folder / "config.json"
    if not config.is_file():
        raise InputError(
            f"{folder}: not a cross-encoder (no config.json); "
            "give the folder that CrossEncoder.save() wrote"
        )
    try:
        kinds = json.loads(config.read_bytes()).get("architectures") or []
        modules = folder / "modules.json"
        kinds += [entry["type"] for entry in json.loads(modules.read_bytes())] if (
            modules.is_file()) else []  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(f"{config}: not a model's settings; the folder is damaged") from None
    if not any("SequenceClassification" in kind or "cross_encoder" in kind for kind in kinds):
        raise InputError(
            f"{folder}: holds {', '.join(kinds) or 'no known model'}, no cross-encoder; "
            "give the folder that CrossEncoder.save() wrote"
        )


def _prompt(prompts: dict[str, str], names: Sequence[str]) -> str:
    return next((prompts[name] for name in names if prompts.get(name)), "")
