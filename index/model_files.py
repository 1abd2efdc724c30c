"""The files of a model as sentence-transformers saves them: which kind it is, which model it is."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from corpus.errors import InputError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNREADABLE_ARRAYS = (
    OSError, ValueError, KeyError, TypeError, EOFError, AttributeError, RuntimeError, zlib.error,
    zipfile.BadZipFile,
)  # fmt: skip
"""What reading a damaged ``.npz`` raises."""

_STATIC = (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])
_TABLES = ("embedding.weight", "embeddings")  # sentence-transformers' name, and model2vec's


def is_static(folder: Path) -> bool:
    """Whether a model is nothing but a static embedding.

    Raises:
        InputError: The folder does not exist or holds no model.
    """
    modules = folder / "modules.json"
    if not modules.is_file():
        raise InputError(
            f"{folder}: not a sentence-transformers model (no modules.json); "
            "give the folder that SentenceTransformer.save() wrote"
        )
    try:
        kinds = [
            str(entry["type"]).rsplit(".", 1)[-1] for entry in json.loads(modules.read_bytes())
        ]
    except (ValueError, TypeError, KeyError):
        raise InputError(f"{modules}: not a list of modules; the model folder is damaged") from None
    return kinds in _STATIC


def fingerprint_of(folder: Path) -> str:
    """The fingerprint of a model by its files, without loading it.

    Raises:
        InputError: The folder does not exist or holds no model.
    """
    if is_static(folder):
        files = StaticFiles.of(folder)
        return _hash_files([files.weights, files.tokenizer])
    # Hidden files, such as a download leaves behind, change no vector.
    return _hash_files(
        sorted(
            path
            for path in folder.rglob("*")
            if path.is_file()
            and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        )
    )


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """The files of a static embedding.

    Attributes:
        weights: Its table of word vectors.
        tokenizer: What cuts a text into the words of the table.
    """

    weights: Path
    tokenizer: Path

    @classmethod
    def of(cls, folder: Path) -> StaticFiles:
        """Those of a static model; they may lie in a folder of their own."""
        module = json.loads((folder / "modules.json").read_bytes())[0]
        subfolder = folder / str(module.get("path", ""))
        return cls(subfolder / "model.safetensors", subfolder / "tokenizer.json")

    def read(self) -> tuple[NDArray[Any], Tokenizer]:
        """The table, shape ``(words, dimension)`` with at least a row for each word; the tokenizer.

        Raises:
            InputError: One of them is damaged, or they do not belong together.
        """
        rows, tokenizer = self._read_weights(), self._read_tokenizer()
        words = tokenizer.get_vocab_size()
        if rows.ndim != 2 or len(rows) < words:
            raise InputError(
                f"{self.weights}: holds {rows.shape} numbers for {words} words; "
                "the model is damaged"
            )
        return rows, tokenizer

    def _read_weights(self) -> NDArray[Any]:
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            tensors = load_file(self.weights)
            return next(tensors[name] for name in _TABLES if name in tensors)
        except (OSError, SafetensorError, StopIteration, TypeError) as error:
            reason = str(error) or "it holds no embedding"
            raise InputError(
                f"{self.weights}: cannot be read ({reason}); the model is damaged"
            ) from None

    def _read_tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            return Tokenizer.from_file(str(self.tokenizer))
        except Exception as error:  # noqa: BLE001 -- tokenizers raises no subclass
            raise InputError(
                f"{self.tokenizer}: cannot be read ({error}); the model is damaged"
            ) from None


def _hash_files(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]
