"""The model folder: what plain sentence-transformers loads, in half precision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Float = NDArray[np.float32]


def half(vectors: Float) -> NDArray[np.float16]:
    """Scale the table to a largest entry of 8 and round it to half precision.

    The cosine ignores the scale, but half precision loses digits below 6e-5, where the light rows
    of common words would lie otherwise.
    """
    largest = float(np.abs(vectors).max()) or 1.0
    return (vectors * (8 / largest)).astype(np.float16)


def save(folder: Path, tokenizer: Tokenizer, vectors: Float) -> None:
    """Write a sentence-transformers folder: static embedding, then normalisation.

    Args:
        folder: Where; the files of a former model there are replaced.
        tokenizer: Its ids are the rows of ``vectors``.
        vectors: The table, [rows, dim].
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    folder.mkdir(parents=True, exist_ok=True)
    embedding = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(half(vectors)))
    model = SentenceTransformer(
        modules=[embedding, Normalize()], device="cpu", similarity_fn_name="cosine"
    )
    model.save(str(folder), create_model_card=False)
    # Saved with indentation otherwise, which doubles its size.
    for written in folder.rglob("tokenizer.json"):
        tokenizer.save(str(written), pretty=False)
    name_modules_for_all_versions(folder)


def name_modules_for_all_versions(folder: Path) -> None:
    """Name the modules as sentence-transformers 5 knows them; later versions know both names."""
    path = folder / "modules.json"
    modules = json.loads(path.read_text(encoding="utf-8"))
    for module in modules:
        module["type"] = "sentence_transformers.models." + module["type"].rsplit(".", 1)[-1]
    path.write_text(json.dumps(modules, indent=2) + "\n", encoding="utf-8")


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def save_record(folder: Path, record: dict[str, object]) -> None:
    """Write ``training.json``: settings, data, versions and figures of the run."""
    text = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / "training.json").write_text(text + "\n", encoding="utf-8")
