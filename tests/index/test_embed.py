"""Text to vectors: without torch for static models, through the library for all others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError, MismatchError, SettingsError
from index.embed import (
    SentenceTransformerEmbedder,
    StaticEmbedder,
    Vectors,
    load_embedder,
    normalize,
)
from index.model_files import fingerprint_of

LETTERS = "春夏秋冬天地人的，ab"
WORDS = ["[UNK]", *LETTERS]
TEXTS = ["春天", "天地人的", "，", "", "春春夏", "zzz", "ab 秋冬", "春" * 3000]
TEXT = st.text(alphabet=LETTERS + "z \n", max_size=40)


@dataclass(frozen=True)
class Models:
    """Folders written by sentence-transformers, and what it says itself about the texts."""

    static: Path
    plain: Path
    transformer: Path
    expected: dict[Path, Vectors]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """Tiny models; importing the library takes seconds, so all are made at once."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import (
        Normalize,
        Pooling,
        StaticEmbedding,
        Transformer,
    )
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("模型 一")
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    weights = np.random.default_rng(5).normal(size=(len(WORDS), 12)).astype(np.float32)
    expected = {}
    for name, modules in (("static", [Normalize()]), ("plain", [])):
        model = SentenceTransformer(
            modules=[StaticEmbedding(tokenizer, embedding_weights=weights), *modules], device="cpu"
        )
        model.save(str(folder / name))
        expected[folder / name] = normalize(model.encode(TEXTS))
    source = folder / "source"
    source.mkdir()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "q", "d", ":"]
    (source / "vocab.txt").write_text("\n".join([*special, *LETTERS]), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(special) + len(LETTERS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(source)
    BertTokenizerFast(str(source / "vocab.txt")).save_pretrained(source)
    transformer = SentenceTransformer(
        modules=[Transformer(str(source), max_seq_length=64), Pooling(16)],
        device="cpu",
        prompts={"query": "q: ", "document": "d: "},
    )
    transformer.save(str(folder / "transformer"))
    expected[folder / "transformer"] = normalize(transformer.encode(TEXTS, prompt_name="document"))
    return Models(folder / "static", folder / "plain", folder / "transformer", expected)


def slow(folder: Path, text: str) -> Vectors:
    """The mean of the vectors of a text's words, one by one."""
    from safetensors.numpy import load_file

    rows = load_file(folder / "model.safetensors")["embedding.weight"]
    found = [rows[WORDS.index(letter) if letter in WORDS else 0] for letter in text]
    total = sum(found, np.zeros(rows.shape[1], np.float32))
    length = float(np.linalg.norm(total))
    return np.asarray(total / length if length else total, np.float32)


@pytest.mark.parametrize("name", ["static", "plain"])
def test_a_static_model_gives_the_vectors_of_the_library(models: Models, name: str) -> None:
    """Searching without torch must not mean searching with other vectors."""
    folder = getattr(models, name)
    embedder = load_embedder(folder)
    assert isinstance(embedder, StaticEmbedder)
    assert (embedder.name, embedder.dimension) == (name, 12)
    vectors = embedder.encode_passages(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((len(TEXTS), 12), np.float32)
    np.testing.assert_allclose(vectors, models.expected[folder], atol=1e-3)
    np.testing.assert_array_equal(vectors, embedder.encode_queries(TEXTS))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(texts=st.lists(TEXT, max_size=12))
def test_batches_equal_one_text_at_a_time(models: Models, texts: list[str]) -> None:
    """Means are taken over the words of each text and no other; no words give zero."""
    vectors = StaticEmbedder(models.static).encode_passages(texts)
    assert vectors.shape == (len(texts), 12)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(vector, slow(models.static, text), atol=1e-5)


def test_many_texts_equal_one_text_at_a_time(models: Models) -> None:
    """The road taken for a whole corpus gives the vectors of the road for one question."""
    embedder = StaticEmbedder(models.static)
    generator = np.random.default_rng(1)
    texts = ["".join(generator.choice(list(LETTERS), size=n)) for n in range(1, 600)]
    assert sum(map(len, texts)) > 150_000
    together = embedder.encode_passages(texts)
    alone = np.concatenate([embedder.encode_passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_word_vectors_are_those_of_the_model(models: Models) -> None:
    """One row for each word, as learnt."""
    embedder = StaticEmbedder(models.static)
    rows, counts = embedder.token_rows(["春天春", ""])
    first = embedder.rows(rows)
    assert (first.shape, counts.tolist()) == ((3, 12), [3, 0])
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_allclose(normalize(first.sum(0, keepdims=True))[0],
                               slow(models.static, "春天春"), atol=1e-5)  # fmt: skip


def test_word_vectors_do_not_depend_on_the_company(models: Models) -> None:
    """Texts that are cut together, or again, have the words that each has by itself."""
    generator = np.random.default_rng(2)
    texts = ["".join(generator.choice(list(LETTERS), size=n)) for n in (0, 1, 7, 30, 7)]
    embedder = StaticEmbedder(models.static)
    for _ in range(2):
        rows, counts = embedder.token_rows([*texts, texts[3]])
        parts = np.split(rows, np.cumsum(counts)[:-1])
        for text, part in zip([*texts, texts[3]], parts, strict=True):
            alone, _ = StaticEmbedder(models.static).token_rows([text])
            np.testing.assert_array_equal(sorted(part.tolist()), sorted(alone.tolist()))


def test_other_models_run_through_the_library(models: Models) -> None:
    """Any transformer plugs in, with its own prompts for questions and passages."""
    embedder = load_embedder(models.transformer)
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert (embedder.name, embedder.dimension) == ("transformer", 16)
    vectors = embedder.encode_passages(TEXTS)
    np.testing.assert_allclose(vectors, models.expected[models.transformer], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.abs(embedder.encode_queries(["春天"]) - vectors[0]).max() > 1e-3
    assert embedder.encode_passages([]).shape == (0, 16)


def test_a_folder_that_is_no_model_is_told(tmp_path: Path) -> None:
    """A missing folder and one of other things give the same advice."""
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(InputError, match=r"no modules\.json.*SentenceTransformer\.save"):
            load_embedder(folder)


DAMAGE: dict[str, Callable[[Path], Any]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a list": lambda path: path.write_bytes(b"[]"),
    "an object": lambda path: path.write_bytes(b'{"a": 1}'),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("static", "modules.json"),
        ("static", "model.safetensors"),
        ("static", "tokenizer.json"),
        ("transformer", "model.safetensors"),
        ("transformer", "config.json"),
        ("transformer", "1_Pooling/config.json"),
    ],
)
def test_a_damaged_model_is_told(
    models: Models, tmp_path: Path, name: str, file: str, damage: str
) -> None:
    """Whatever is wrong with whatever file, one error that names the folder."""
    copy = tmp_path / "copy"
    shutil.copytree(getattr(models, name), copy)
    DAMAGE[damage](copy / file)
    with pytest.raises(InputError, match="copy"):
        load_embedder(copy)


@pytest.fixture
def pooled(models: Models, tmp_path: Path) -> Path:
    """The transformer with another pooling and a layer of its own behind it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling

    base = SentenceTransformer(str(models.transformer), device="cpu")
    modules = [base[0], Pooling(16, pooling_mode="cls"), Dense(16, 6), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(tmp_path / "pooled"))
    return tmp_path / "pooled"


def test_pooling_layers_and_missing_prompts_are_the_models_own(pooled: Path) -> None:
    """Whatever a folder says is done, in batches as alone."""
    from sentence_transformers import SentenceTransformer

    embedder = load_embedder(pooled)
    expected = SentenceTransformer(str(pooled), device="cpu").encode(TEXTS)
    assert (embedder.dimension, expected.shape) == (6, (len(TEXTS), 6))
    together = embedder.encode_passages(TEXTS)
    np.testing.assert_allclose(together, normalize(expected), atol=1e-5)
    alone = np.concatenate([embedder.encode_passages([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(embedder.encode_queries(TEXTS), together, atol=1e-5)


def test_the_fingerprint_is_told_without_loading(models: Models) -> None:
    """A knowledge base of another model is refused before that is loaded."""
    told = [fingerprint_of(folder) for folder in (models.static, models.transformer)]
    assert told == [load_embedder(f).fingerprint for f in (models.static, models.transformer)]
    assert len(set(told)) == 2


def test_what_tokenizers_says_of_a_damaged_file_is_told(models: Models, tmp_path: Path) -> None:
    """It raises ``Exception`` itself; with a layer behind it the embedding runs in the library."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense

    base = SentenceTransformer(str(models.plain), device="cpu")
    copy = tmp_path / "copy"
    SentenceTransformer(modules=[base[0], Dense(12, 6)], device="cpu").save(str(copy))
    assert isinstance(load_embedder(copy), SentenceTransformerEmbedder)
    next(copy.rglob("tokenizer.json")).write_bytes(b"{}")
    with pytest.raises(InputError, match="copy: cannot be loaded") as caught:
        load_embedder(copy)
    assert type(caught.value.__context__) is Exception


def test_a_knowledge_base_refuses_another_model(
    models: Models, pooled: Path, tmp_path: Path
) -> None:
    """It is searched and built with the model it was made with, and with no other."""
    from index.build import BuildOptions, build
    from index.search import RetrieveSettings, Searcher
    from index.segment import Segment

    kb, text = tmp_path / "kb", "春天的人，冬天的地。"
    options = BuildOptions(embedder=models.transformer)
    build({"甲": text, "乙": "夏天的人。"}, kb, options)
    searcher = Searcher(kb, RetrieveSettings(dense_weight=1.0), models.transformer)
    try:
        assert searcher.search("冬天的地")[0].score > 0
        stored = Segment.load(kb / searcher.manifest.segments[0].name).vectors.vectors
        for vector in searcher.embedder.encode_passages([text, "夏天的人。"]):
            assert np.abs(stored - vector).max(axis=1).min() < 2e-3
    finally:
        searcher.close()
    for other in (None, models.static, pooled):
        with pytest.raises(MismatchError, match=r"transformer .*--embedder"):
            Searcher(kb, RetrieveSettings(), other)
        with pytest.raises(SettingsError, match=r"transformer .*--rebuild"):
            build({"甲": text}, kb, BuildOptions(embedder=other))
    build({"甲": text}, kb, BuildOptions(embedder=pooled, rebuild=True))
    Searcher(kb, RetrieveSettings(), pooled).close()


def test_progress_is_told_while_texts_are_embedded(models: Models) -> None:
    """A transformer takes seconds for a few hundred passages; each text is embedded once."""
    from index.postings import post
    from index.prepare import hash_texts
    from index.prepared import Piece
    from index.vectors import VectorCache

    texts = tuple(f"春天{'夏' * (number % 50)}{'秋' * (number // 50)}" for number in range(700))
    piece = Piece(post([]), hash_texts(texts + texts), texts + texts, None)
    told: list[tuple[str, int, int]] = []
    embedder = load_embedder(models.transformer)
    done = VectorCache([], 16).embedded(piece, embedder, lambda *step: told.append(step))
    assert told == [("embed", 0, 700), ("embed", 256, 700), ("embed", 512, 700)]
    assert done.vectors is not None
    np.testing.assert_array_equal(done.vectors[:700], done.vectors[700:])
    np.testing.assert_allclose(
        done.vectors[:9].astype(np.float32), embedder.encode_passages(texts[:9]), atol=2e-3
    )


def test_an_interrupted_build_goes_on_embedding_where_it_stopped(
    embedder: Any, make: Any, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a slow model, hours of work must survive Ctrl-C."""
    monkeypatch.setattr("index.pool._BATCH", 1)
    for number in range(6):
        (docs / f"第{number}篇.md").write_text(f"这是第{number}篇文章。", encoding="utf-8")
    whole = type(embedder).encode_passages

    def interrupted(self: Any, texts: list[str]) -> Vectors:
        if len(self.embedded) == 5:
            raise KeyboardInterrupt
        return whole(self, texts)  # type: ignore[no-any-return]

    monkeypatch.setattr(type(embedder), "encode_passages", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make()
    first = list(embedder.embedded)
    monkeypatch.setattr(type(embedder), "encode_passages", whole)
    make()
    assert len(first) == 5
    assert len(embedder.embedded) == len(set(embedder.embedded)) == 9
