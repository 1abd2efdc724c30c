"""The reader's network in torch, as it is trained; :mod:`rag.reader.network` runs it in numpy."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from rag.reader.network import DILATIONS, KINDS, LENGTHS, STYLES
from rag.reader.signals import SIGNALS

_NOTHING = -1e4


@dataclass(frozen=True)
class Sizes:
    """Of the network's layers."""

    characters: int
    words: int = 64
    character: int = 48
    hidden: int = 96
    match: int = 64


class Dropout(nn.Module):
    """Dropout of the same units at every token (Gal & Ghahramani 2016): nearly free."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, states: Tensor) -> Tensor:
        """States of shape ``(batch, tokens, units)``."""
        if not self.training:
            return states
        kept = torch.full((states.shape[0], 1, states.shape[2]), 1 - self.share)
        return states * (kept.bernoulli() / (1 - self.share))


class GatedConvolution(nn.Module):
    """A residual convolution of width three with a gate (Dauphin et al. 2017), normalised first."""

    def __init__(self, hidden: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(hidden)
        self.kernel = nn.Linear(3 * hidden, 2 * hidden)
        self.dilation = dilation
        self.dropout = Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States of shape ``(batch, tokens, hidden)``, mask ``(batch, tokens, 1)``."""
        size, step = states.shape[1], self.dilation
        inner = functional.pad(self.norm(states) * mask, (0, 0, step, step))
        joined = torch.cat([inner[:, at : at + size] for at in (0, step, 2 * step)], dim=2)
        news: Tensor = self.dropout(functional.glu(self.kernel(joined), dim=2))
        return states + news


class Network(nn.Module):
    """Question and text to a score of every span of the text, and of there being no answer."""

    def __init__(self, sizes: Sizes, dropout: float) -> None:
        super().__init__()
        hidden, match = sizes.hidden, sizes.match
        self.characters = nn.Embedding(sizes.characters, sizes.character, padding_idx=0)
        inputs = sizes.words + 2 * sizes.character + len(SIGNALS)
        self.enter = nn.Linear(inputs, hidden)
        self.first = GatedConvolution(hidden, 1, dropout)
        self.second = GatedConvolution(hidden, 2, dropout)
        self.seek = nn.Linear(hidden, match)
        self.pool = nn.Linear(hidden, 1)
        self.kinds = nn.Embedding(len(KINDS), hidden)
        self.styles = nn.Embedding(len(STYLES), hidden)
        self.fuse = nn.Linear(4 * hidden + len(SIGNALS), hidden)
        self.stack = nn.ModuleList(GatedConvolution(hidden, d, dropout) for d in DILATIONS)
        self.leave = nn.LayerNorm(hidden)
        self.bend = nn.Linear(hidden, 2 * hidden)
        self.edges = nn.Linear(hidden, 2)
        self.begin = nn.Linear(hidden, match)
        self.end = nn.Linear(hidden, match)
        self.lengths = nn.Embedding(LENGTHS, 1)
        self.empty = nn.Linear(2 * hidden, 1)
        self.check = nn.Linear(3 * hidden, match)
        self.weigh = nn.Linear(4 * hidden + match, match)
        self.doubt = nn.Linear(match, 1)
        self.dropout = Dropout(dropout)
        self.drop_input = Dropout(0.2)
        nn.init.zeros_(self.lengths.weight)
        nn.init.zeros_(self.bend.weight)
        nn.init.zeros_(self.bend.bias)
        nn.init.zeros_(self.doubt.weight)
        nn.init.zeros_(self.doubt.bias)

    def forward(
        self, told: tuple[Tensor, ...], asked: tuple[Tensor, ...], kinds: Tensor, styles: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of starts and ends, of spans, and of no answer.

        Returns:
            Shapes ``(batch, tokens, 2)``, ``(batch, tokens, tokens)`` and ``(batch,)``.
        """
        here, there = told[3][:, :, None], asked[3][:, :, None]
        text, question = self._encode(told, here), self._encode(asked, there)
        likeness = self.seek(text) @ self.seek(question).transpose(1, 2) / 8
        likeness = likeness.masked_fill(there.transpose(1, 2) == 0, _NOTHING)
        found = likeness.softmax(dim=2) @ question
        pooled = self.pool(question).masked_fill(there == 0, _NOTHING).softmax(dim=1)
        wanted = (pooled * question).sum(dim=1) + self.kinds(kinds) + self.styles(styles)
        spread = wanted[:, None].expand_as(text)
        joined = torch.cat([text, found, text * found, text * spread, told[2]], dim=2)
        states = functional.silu(self.fuse(self.dropout(joined))) + spread
        for layer in self.stack:
            states = layer(states, here)
        scale, shift = self.bend(wanted)[:, None].chunk(2, dim=2)
        states = self.dropout(self.leave(states) * (1 + scale) + shift)
        edges = self.edges(states).masked_fill(here == 0, _NOTHING)
        top = states.masked_fill(here == 0, _NOTHING).amax(dim=1)
        seen = likeness.masked_fill(here == 0, _NOTHING).softmax(dim=1).transpose(1, 2) @ text
        lacks = self._lacks(question, seen, there)
        answer = (edges.softmax(dim=1).transpose(1, 2) @ states).flatten(1)
        told_all = self.weigh(torch.cat([top, wanted, answer, lacks], dim=1))
        empty = self.empty(torch.cat([top, wanted], dim=1)) + self.doubt(functional.silu(told_all))
        return edges, self._spans(states, edges), empty[:, 0]

    def _lacks(self, question: Tensor, seen: Tensor, there: Tensor) -> Tensor:
        """What of the question has no counterpart in the text, the most of each unit."""
        checked = self.check(torch.cat([question, seen, question * seen], dim=2))
        most: Tensor = functional.silu(checked).masked_fill(there == 0, _NOTHING).amax(dim=1)
        return most

    def _encode(self, side: tuple[Tensor, ...], mask: Tensor) -> Tensor:
        vectors, edges, signals, _ = side
        characters = self.characters(edges).flatten(2)
        given = torch.cat([self.drop_input(torch.cat([vectors, characters], dim=2)), signals], 2)
        states = functional.silu(self.enter(given))
        encoded: Tensor = self.second(self.first(states, mask), mask)
        return encoded

    def _spans(self, states: Tensor, edges: Tensor) -> Tensor:
        size = states.shape[1]
        together = self.begin(states) @ self.end(states).transpose(1, 2) / 8
        places = torch.arange(size)
        apart = places[None] - places[:, None]
        lengths = self.lengths(apart.clamp(0, LENGTHS - 1))[:, :, 0]
        scores: Tensor = edges[:, :, :1] + edges[:, :, 1].unsqueeze(1) + together + lengths
        return scores.masked_fill((apart < 0) | (apart >= LENGTHS), _NOTHING)


def loss_of(edges: Tensor, spans: Tensor, empty: Tensor, right: Tensor, aside: float) -> Tensor:
    """Negative log of the probability of all right spans, or of no answer where there is none.

    Where an answer stands several times any place will do (Clark & Gardner 2018). Starts and ends
    by themselves are learnt beside, which helps at the beginning.

    Args:
        edges: As the network gives them.
        spans: As the network gives them.
        empty: As the network gives it.
        right: 1 for each right span, shape ``(batch, tokens, tokens)``.
        aside: How much starts and ends by themselves count.
    """
    every = torch.cat([spans.flatten(1), empty[:, None]], dim=1)
    without = (right.flatten(1).sum(dim=1, keepdim=True) == 0).to(right.dtype)
    chosen = torch.cat([right.flatten(1), without], dim=1)
    loss = _negative_log(every, chosen)
    answered = without[:, 0] == 0
    for number, place in ((0, 2), (1, 1)):
        marks = (right.sum(dim=place) > 0).to(right.dtype)
        side = _negative_log(edges[:, :, number][answered], marks[answered])
        loss = loss + aside * side * answered.float().mean()
    return loss


def _negative_log(scores: Tensor, right: Tensor) -> Tensor:
    if not len(scores):
        return scores.sum()
    among = scores.masked_fill(right == 0, _NOTHING * 2).logsumexp(dim=1)
    return (scores.logsumexp(dim=1) - among).mean()
