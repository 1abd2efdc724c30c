"""Other systems, each behind the same two methods.

All get the same passages as search terms and vectors, and search with a question's terms and
vector; those that join both sides let each propose :data:`DEPTH` passages. What a library leaves
open is set as its documentation proposes; what it decides by itself stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Terms = Sequence[Sequence[str]]

DEPTH = 100
"""How many passages each of words and vectors proposes to a hybrid search."""

_WORDS = r"\S+"


class Peer(Protocol):
    """A system that is compared.

    Attributes:
        is_hybrid: Whether it searches by vectors too.
    """

    is_hybrid: bool

    def build(self, passages: Sequence[str], terms: Terms, vectors: Vectors) -> None:
        """Index passages given as text, as terms, and as unit vectors ``(passages, dimension)``."""

    def search(self, terms: Sequence[str], vector: Vectors, k: int) -> list[int]:
        """The numbers of the ``k`` best passages, best first."""


class Bm25s:
    """bm25s: BM25 alone."""

    is_hybrid = False

    def build(self, passages: Sequence[str], terms: Terms, vectors: Vectors) -> None:
        """Index the terms."""
        import bm25s

        self._size = len(terms)
        self._index = bm25s.BM25(k1=1.2, b=0.75)
        self._index.index([list(item) for item in terms], show_progress=False)

    def search(self, terms: Sequence[str], vector: Vectors, k: int) -> list[int]:
        """By BM25."""
        if not terms:
            return []
        k = min(k, self._size)
        rows, scores = self._index.retrieve([list(terms)], k=k, show_progress=False)
        return [int(row) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]


class Haystack:
    """Haystack's in-memory store: both retrievers, joined by reciprocal rank."""

    is_hybrid = True

    def build(self, passages: Sequence[str], terms: Terms, vectors: Vectors) -> None:
        """Write documents whose content is the terms with blanks between them."""
        from haystack import Document
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        store = InMemoryDocumentStore(bm25_tokenization_regex=_WORDS, return_embedding=False)
        store.write_documents(
            [
                Document(id=str(row), content=" ".join(item), embedding=vector.tolist())
                for row, (item, vector) in enumerate(zip(terms, vectors, strict=True))
            ]
        )
        self._words = InMemoryBM25Retriever(store, top_k=DEPTH)
        self._vectors = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def search(self, terms: Sequence[str], vector: Vectors, k: int) -> list[int]:
        """By both, joined."""
        found = [self._vectors.run(query_embedding=vector.tolist())["documents"]]
        if terms:
            found.append(self._words.run(query=" ".join(terms))["documents"])
        joined = self._joiner.run(documents=found, top_k=k)["documents"]
        return [int(document.id) for document in joined]


class LlamaIndex:
    """LlamaIndex: its simple vector store and its BM25 retriever, fused by reciprocal rank."""

    is_hybrid = True

    def build(self, passages: Sequence[str], terms: Terms, vectors: Vectors) -> None:
        """Make nodes whose text is the terms with blanks between them."""
        from llama_index.core import MockEmbedding, VectorStoreIndex
        from llama_index.core.llms import MockLLM
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.core.schema import TextNode
        from llama_index.retrievers.bm25 import BM25Retriever

        nodes = [
            TextNode(id_=str(row), text=" ".join(item), embedding=vector.tolist())
            for row, (item, vector) in enumerate(zip(terms, vectors, strict=True))
        ]
        index = VectorStoreIndex(nodes, embed_model=MockEmbedding(embed_dim=vectors.shape[1]))
        # No stop words: the other systems leave out none.
        words = BM25Retriever(
            nodes=nodes, language=[], skip_stemming=True, token_pattern=_WORDS,
            similarity_top_k=DEPTH,
        )  # fmt: skip
        # With one query no language model is ever asked; the constructor wants one all the same.
        self._retriever = QueryFusionRetriever(
            [index.as_retriever(similarity_top_k=DEPTH), words],
            llm=MockLLM(), mode="reciprocal_rerank", num_queries=1, use_async=False,
        )  # fmt: skip

    def search(self, terms: Sequence[str], vector: Vectors, k: int) -> list[int]:
        """By both, fused."""
        from llama_index.core.schema import QueryBundle

        self._retriever.similarity_top_k = k
        query = QueryBundle(" ".join(terms), embedding=vector.tolist())
        return [int(item.node.node_id) for item in self._retriever.retrieve(query)]


class Txtai:
    """txtai: FAISS as it chooses it, and its own BM25, joined as it does by default."""

    is_hybrid = True

    def build(self, passages: Sequence[str], terms: Terms, vectors: Vectors) -> None:
        """Index texts that are the terms with blanks between them."""
        from txtai import Embeddings

        texts = [" ".join(item) for item in terms]
        rows = {text: row for row, text in enumerate(texts)}
        asked = self._asked = {"vector": vectors[0]}

        def transform(batch: Sequence[str]) -> Vectors:
            found = [rows.get(text) for text in batch]
            return np.stack(
                [asked["vector"] if row is None else vectors[row] for row in found]
            ).astype(np.float32)

        self._embeddings = Embeddings(
            method="external", transform=transform, backend="faiss", content=False, hybrid=True,
            scoring={"method": "bm25", "terms": True, "normalize": True,
                     "tokenizer": {"whitespace": True}},
        )  # fmt: skip
        self._embeddings.index((row, text, None) for row, text in enumerate(texts))
        rows.clear()

    def search(self, terms: Sequence[str], vector: Vectors, k: int) -> list[int]:
        """By both; ten times ``k`` candidates of each, as it is written there."""
        self._asked["vector"] = vector
        return [int(row) for row, _ in self._embeddings.search(" ".join(terms), k)]


class LangChain:
    """LangChain: its FAISS store and its BM25 retriever (rank_bm25) in an ensemble."""

    is_hybrid = True

    def build(self, passages: Sequence[str], terms: Terms, vectors: Vectors) -> None:
        """Index texts that are the terms with blanks between them."""
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
        from langchain_community.vectorstores import FAISS
        from langchain_community.vectorstores.utils import DistanceStrategy
        from langchain_core.embeddings import DeterministicFakeEmbedding
        from langchain_core.runnables import RunnableLambda

        texts = [" ".join(item) for item in terms]
        numbers = [{"row": row} for row in range(len(texts))]
        store = FAISS.from_embeddings(
            zip(texts, vectors.tolist(), strict=True),
            DeterministicFakeEmbedding(size=vectors.shape[1]),  # never asked: vectors are given
            metadatas=numbers,
            distance_strategy=DistanceStrategy.MAX_INNER_PRODUCT,
        )
        words = BM25Retriever.from_texts(
            texts, metadatas=numbers, preprocess_func=str.split, k=DEPTH
        )
        nearest = RunnableLambda(lambda _: store.similarity_search_by_vector(self._vector, DEPTH))
        self._vector: list[float] = []
        self._ensemble = EnsembleRetriever(
            retrievers=[words, nearest], weights=[0.5, 0.5], id_key="row"
        )

    def search(self, terms: Sequence[str], vector: Vectors, k: int) -> list[int]:
        """By both, joined by reciprocal rank."""
        self._vector = vector.tolist()
        found = self._ensemble.invoke(" ".join(terms))
        return [int(document.metadata["row"]) for document in found[:k]]


PEERS: Mapping[str, tuple[Callable[[], Peer], str, str]] = {
    "bm25s": (Bm25s, "bm25s", "bm25s"),
    "haystack": (Haystack, "haystack", "haystack-ai"),
    "llama-index": (LlamaIndex, "llama_index.retrievers.bm25", "llama-index-core"),
    "txtai": (Txtai, "txtai", "txtai"),
    "langchain": (LangChain, "langchain_community", "langchain-core"),
}
"""By name: how to make it, the module it needs, and the distribution whose version is told."""


def is_installed(name: str) -> bool:
    """Whether a system can be compared with."""
    from importlib.util import find_spec

    try:
        return find_spec(PEERS[name][1]) is not None
    except ModuleNotFoundError:  # a package above it is missing
        return False
