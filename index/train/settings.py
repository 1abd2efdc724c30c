"""The settings of one training run; the defaults are those of the shipped model."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class VocabularySettings:
    """Which words get a vector.

    Attributes:
        size: Rows of the embedding matrix, the unknown token included.
        latin: Words and pieces of Latin letters and digits among them.
        min_character: A single character outside the training text needs this jieba frequency.
    """

    size: int = 63_000
    latin: int = 9_000
    min_character: int = 20


@dataclass(frozen=True)
class DataSettings:
    """Which pairs are read, and how much of each.

    Attributes:
        translated_limit: Pairs kept of each machine-translated documentation set.
        limit: Pairs kept of every other set.
        max_tokens: A passage is cut after this many words.
        size_exponent: Of a set's size in its share of the batches (1 is proportional).
        mrc_boost: How much more often reading-comprehension pairs are drawn.
        written_boost: How much more often those of the questions written for training are.
        exclude: Names of sets left out (to judge on unseen sources, or to train a reranker).
        held: Share of the questions of every set left out, for the same purpose.
    """

    translated_limit: int = 4_000
    limit: int = 40_000
    max_tokens: int = 320
    size_exponent: float = 0.7
    mrc_boost: float = 3.0
    written_boost: float = 6.0
    exclude: tuple[str, ...] = ()
    held: float = 0.0


@dataclass(frozen=True)
class FitSettings:
    """How the vectors are trained.

    Attributes:
        dim: Length of a vector.
        steps: Updates in all.
        batch: Pairs in an update; every other passage of the batch is a negative.
        rate: Peak learning rate of the vectors.
        weight_rate: Peak learning rate of the logarithms of the word weights.
        own_scale: Length of a row's own random vector at the start.
        shared_scale: Length of a character's shared random vector at the start.
        temperature: Divides the cosines in the loss.
        single_source: Share of the batches drawn from one set only (harder negatives).
        spans: Share of a batch that is a span of a passage against the rest of it.
        keywords: Share of a batch that is a few weighty words of a passage against it.
        sif: The constant ``a`` of the initial word weight ``a / (a + p(word))``.
        dropout: Share of the words of a question or passage left out at random.
        threads: Threads of torch.
    """

    dim: int = 336
    steps: int = 2_000
    batch: int = 1_024
    rate: float = 0.05
    weight_rate: float = 0.05
    own_scale: float = 1.0
    shared_scale: float = 0.5
    temperature: float = 0.05
    single_source: float = 0.6
    spans: float = 0.2
    keywords: float = 0.1
    sif: float = 3e-4
    dropout: float = 0.1
    threads: int = 2


@dataclass(frozen=True)
class Settings:
    """Everything that decides the weights, apart from the data.

    Attributes:
        weave: What words that mean the same have in each other's direction, from 0 to 1.
    """

    seed: int = 7
    weave: float = 0.5
    vocabulary: VocabularySettings = field(default_factory=VocabularySettings)
    data: DataSettings = field(default_factory=DataSettings)
    fit: FitSettings = field(default_factory=FitSettings)
