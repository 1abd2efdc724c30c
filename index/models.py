"""Embedding models on this machine, and fetching others: the only road to the outside."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import FetchError, InputError
from index.embed import SHIPPED_MODEL
from index.model_files import fingerprint_of

KINDS = ("*.safetensors", "*.json", "*.txt")
"""What is fetched: weights that are only numbers, settings and word lists, never programs."""

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EPERM, errno.EDQUOT})
_ELSEWHERE = ("onnx/*", "openvino/*", "*/onnx/*", "*/openvino/*")


@dataclass(frozen=True, slots=True)
class Model:
    """A model folder.

    Attributes:
        name: What ``--embedder`` takes; empty for the shipped one, which needs no name.
        dimension: Length of its vectors; 0 if it cannot be told without running the model.
        size: Bytes on disk.
        fingerprint: As a knowledge base names it.
    """

    name: str
    folder: str
    dimension: int
    size: int
    fingerprint: str


def list_models(folder: Path) -> list[Model]:
    """The shipped model, then those in a folder, by name."""
    found = [_model("", SHIPPED_MODEL)]
    for path in sorted(folder.rglob("modules.json")):
        name = path.parent.relative_to(folder)
        if not any(part.startswith(".") for part in name.parts):
            found.append(_model(name.as_posix(), path.parent))
    return found


def _model(name: str, folder: Path) -> Model:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Model(name, str(folder), _dimension(folder), size, fingerprint_of(folder))


def _dimension(folder: Path) -> int:
    """The width of a model's vectors by what its folder says, without running it."""
    try:
        modules = json.loads((folder / "modules.json").read_bytes())
        kinds = {str(entry["type"]).rsplit(".", 1)[-1]: folder / entry["path"] for entry in modules}
        if "StaticEmbedding" in kinds:
            return _width(kinds["StaticEmbedding"] / "model.safetensors")
        if "Dense" in kinds:
            return int(json.loads((kinds["Dense"] / "config.json").read_bytes())["out_features"])
        pooling = json.loads((kinds["Pooling"] / "config.json").read_bytes())
        return int(pooling.get("word_embedding_dimension") or pooling["embedding_dimension"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _width(weights: Path) -> int:
    with weights.open("rb") as stream:
        header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
    shapes = [entry["shape"] for name, entry in header.items() if name != "__metadata__"]
    return int(shapes[0][-1])


def fetch(name: str, models: Path, to: Path | None = None) -> Model:
    """Fetch a sentence-transformers model from its hub; what is there already is not fetched again.

    Args:
        name: ``owner/name``.
        models: Folder of the models that ``--embedder`` finds by name.
        to: Another folder for it.

    Raises:
        InputError: The name cannot be one, is not known, or the model needs files that are not
            fetched.
        FetchError: There is no connection.
    """
    if not _NAME.fullmatch(name) or ".." in name or "--" in name or name.endswith(".git"):
        raise InputError(f"{name!r} is no model name; write it as owner/name")
    folder = to or models / name
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder with --to")
    with _online(name, folder):
        from huggingface_hub import snapshot_download

        snapshot_download(
            name,
            local_dir=folder,
            allow_patterns=list(KINDS),
            ignore_patterns=list(_ELSEWHERE),
            max_workers=2,
        )
    if not (folder / "modules.json").is_file() or not any(folder.rglob("*.safetensors")):
        raise InputError(
            f"{name}: is no sentence-transformers model with safetensors weights (no modules.json "
            f"or no .safetensors file among what was fetched into {folder}); choose another"
        )
    return _model(folder.relative_to(models).as_posix() if to is None else str(folder), folder)


@contextmanager
def _online(name: str, folder: Path) -> Iterator[None]:
    """Let the library connect, without telemetry or account; tell what went wrong in one line."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")  # plain downloads go on where they stopped
    from huggingface_hub import errors

    try:
        yield
    except (errors.RepositoryNotFoundError, errors.GatedRepoError, errors.RevisionNotFoundError):
        raise InputError(
            f"{name}: the hub has no such model, or does not give it to everybody; check the name"
        ) from None
    except errors.HFValidationError as error:
        raise InputError(f"{name!r} is no model name: {error}") from None
    except errors.OfflineModeIsEnabled:
        raise FetchError(f"{name}: not fetched, for HF_HUB_OFFLINE is set; unset it") from None
    except errors.HfHubHTTPError as error:
        status = error.response.status_code
        raise FetchError(_not_fetched(name, f"it answered {status}", folder)) from None
    except _transport_errors() as error:
        if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
            raise
        cause = error.__cause__ or error
        raise FetchError(_not_fetched(name, f"{type(cause).__name__}: {cause}", folder)) from None


def _transport_errors() -> tuple[type[Exception], ...]:
    """What the library that the hub's own stands on raises for want of a connection."""
    known = [sys.modules[each].HTTPError for each in ("httpx", "httpx2") if each in sys.modules]
    return (OSError, *known)


def _not_fetched(name: str, reason: str, folder: Path) -> str:
    return (
        f"{name}: cannot be fetched from the hub ({reason}); run the command again when there is "
        "a connection, it goes on where it stopped, or copy a folder that "
        f"SentenceTransformer.save() wrote to {folder} and name it with --embedder"
    )
