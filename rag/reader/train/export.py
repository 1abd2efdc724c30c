"""A trained network as the file that answering reads: words and weights in half precision."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor


_NETWORK = "network."


def export(words: Path, weights: Mapping[str, Tensor], out: Path) -> None:
    """Write vocabulary and weights into one file.

    Args:
        words: What :func:`rag.reader.train.words.word_tensors` gave, as a file.
        weights: Parameters of the network.
        out: File to write.
    """
    from safetensors.numpy import load_file, save_file

    tensors: dict[str, Any] = dict(load_file(words))
    for name, weight in weights.items():
        tensors[f"{_NETWORK}{name}"] = weight.detach().numpy().astype(np.float16)
    save_file(tensors, out)


def weights_of(reader: Path) -> dict[str, Tensor]:
    """The parameters of a network that was written, to go on from."""
    from safetensors.torch import load_file

    return {
        name.removeprefix(_NETWORK): tensor.float()
        for name, tensor in load_file(reader).items()
        if name.startswith(_NETWORK)
    }
