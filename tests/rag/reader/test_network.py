"""The reader's network in numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.reader.network import KINDS, LENGTHS, STYLES, Network, Side
from rag.reader.signals import SIGNALS

torch = pytest.importorskip("torch")


def _side(tokens: int, chance: np.random.Generator) -> Side:
    return Side(
        chance.normal(size=(tokens, 64)).astype(np.float32),
        chance.integers(0, 50, (tokens, 2)).astype(np.int32),
        chance.random((tokens, len(SIGNALS))).astype(np.float32),
    )


@pytest.mark.parametrize(("tokens", "asked"), [(1, 1), (3, 2), (40, 9), (LENGTHS + 30, 12)])
def test_equals_torch(tokens: int, asked: int) -> None:
    """The network that answers computes what the one that was trained computes."""
    from rag.reader.train.model import Network as Trained
    from rag.reader.train.model import Sizes

    torch.manual_seed(tokens)
    trained = Trained(Sizes(50, hidden=24, match=16), dropout=0.3).eval()
    for weight in trained.parameters():
        torch.nn.init.normal_(weight, std=0.2)
    chance = np.random.default_rng(tokens)
    told, question = _side(tokens, chance), _side(asked, chance)
    kind, style = tokens % len(KINDS), tokens % len(STYLES)

    def batch(side: Side) -> tuple[object, ...]:
        return (
            torch.from_numpy(side.vectors)[None],
            torch.from_numpy(side.edges.astype(np.int64))[None],
            torch.from_numpy(side.signals)[None],
            torch.ones(1, len(side.edges)),
        )

    with torch.no_grad():
        _, spans, empty = trained(
            batch(told), batch(question), torch.tensor([kind]), torch.tensor([style])
        )
    weights = {name: weight.detach().numpy() for name, weight in trained.named_parameters()}
    (found,) = Network(weights)([(told, question)], kind, style)
    allowed = spans[0].numpy() > -5e3
    np.testing.assert_array_equal(found.spans > -5e3, allowed)
    np.testing.assert_allclose(found.spans[allowed], spans[0].numpy()[allowed], atol=2e-3)
    assert found.empty == pytest.approx(float(empty[0]), abs=2e-3)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=6), st.integers(1, 12), st.integers(0, 99))
def test_texts_have_no_part_in_each_other(sizes: list[int], asked: int, seed: int) -> None:
    """Texts that are read at once get the scores that each gets when it is read by itself."""
    from rag.reader.train.model import Network as Trained
    from rag.reader.train.model import Sizes

    torch.manual_seed(seed)
    trained = Trained(Sizes(50, hidden=24, match=16), dropout=0.3)
    network = Network(
        {name: weight.detach().numpy() for name, weight in trained.named_parameters()}
    )
    chance = np.random.default_rng(seed)
    pairs = [(_side(size, chance), _side(asked, chance)) for size in sizes]
    for pair, together in zip(pairs, network(pairs, 1, 2), strict=True):
        (alone,) = network([pair], 1, 2)
        np.testing.assert_allclose(together.spans, alone.spans, rtol=1e-5, atol=1e-4)
        assert together.empty == pytest.approx(alone.empty, abs=1e-4)


def test_padding_changes_nothing() -> None:
    """In training, what fills up a batch has no part in the scores of a shorter text."""
    from rag.reader.train.model import Network as Trained
    from rag.reader.train.model import Sizes

    torch.manual_seed(3)
    trained = Trained(Sizes(50, hidden=24, match=16), dropout=0.3).eval()
    chance = np.random.default_rng(3)
    told, question = _side(20, chance), _side(5, chance)

    def filled(side: Side, size: int) -> tuple[object, ...]:
        tokens = len(side.edges)
        mask = torch.zeros(1, size)
        mask[:, :tokens] = 1
        parts = []
        for array in (side.vectors, side.edges.astype(np.int64), side.signals):
            whole = np.zeros((1, size, array.shape[1]), array.dtype)
            whole[0, :tokens] = array
            parts.append(torch.from_numpy(whole))
        return (*parts, mask)

    zero = torch.tensor([0])
    with torch.no_grad():
        _, exact, empty = trained(filled(told, 20), filled(question, 5), zero, zero)
        _, padded, other = trained(filled(told, 33), filled(question, 11), zero, zero)
    np.testing.assert_allclose(padded[0, :20, :20].numpy(), exact[0].numpy(), atol=1e-4)
    assert float(other[0]) == pytest.approx(float(empty[0]), abs=1e-4)
