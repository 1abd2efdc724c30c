"""The model card: ``README.md`` beside the weights, written from the record of the run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.train.card import licence

_HEAD = """\
# Yinju 引据: a reranker of gradient-boosted trees over cheap signals

`trees.npz` holds {trees} trees of {nodes:,} nodes ({bytes:,} bytes) that score the first {depth}
candidates of a search by {signals} signals: BM25, coverage of the question's words and of its pairs
of characters, the longest phrase in common, proximity, late interaction and cosines of static word
vectors, of the passage and of its best sentence, title and headings, whether what is asked for (a
number, a date, a person) is there, lengths; each also as a share of the best candidate's.
`index/rerank/signals.py` names them. numpy runs the trees; nothing else is needed.

More of a signal never lowers the score (lengths and what is asked for excepted). The fused score
times {blend} is added to the sum of the trees; a logistic function makes a probability of it.

## How it was made

    {command}

{seconds} s, less what `--work` held from an earlier run, which is not made again: embeddings and
examples take most of an hour on one core. The embedding model that computes the signals of a source
has seen neither it nor sources on its subject: two are trained, each without a part of the sources
({steps} steps each). Each set of questions gives up to three collections: passages as they are, the
one best sentence of each passage, and turned round (the beginning of a passage looks for its
question or heading), so that short and unlike passages are known too. A third model has seen all
sources but {held:.0%} of the questions of each, which are asked then (`known/…`): vectors are to be
trusted less on a subject that they know nothing of, and more on one that they know. Trees are grown
by LightGBM ({objective}). Versions: {versions}. Seed {seed}.

## Figures

nDCG@10 in per cent over the candidates ({depth} a question). On training sources, from trees that
were grown without the fold of the source:

{held_out}
{dev}
## Data

Public sets only; none of their text is in this folder.

{data}
## Limits

- A passage can only be found among the candidates that BM25 and the vectors propose.
- Signals of words and characters know no synonym; word vectors know some.
- The probability is that of a candidate in collections like those above, each of which holds an
  answer to every question; questions that nothing answers score too high.

Licence: Apache-2.0, as the project.
"""


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _held_out(figures: Mapping[str, Mapping[str, float]]) -> str:
    ways = list(figures)
    names = list(figures[ways[0]])
    rows = [[f"`{name}`", *(f"{figures[way][name]:.1f}" for way in ways)] for name in names]
    means = [sum(figures[way].values()) / len(names) for way in ways]
    return _table(["collection", *ways], [*rows, ["mean", *(f"{mean:.1f}" for mean in means)]])


def _dev(figures: Mapping[str, Mapping[str, float]]) -> str:
    if not figures:
        return ""
    ways = list(next(iter(figures.values())))
    rows = [[name, *(f"{row[way]:.1f}" for way in ways)] for name, row in figures.items()]
    return (
        "On the development sets, samples of their questions, with the shipped embedding (settings "
        "were\nchosen on them; none was trained on):\n\n" + _table(["set", *ways], rows)
    )


def render(record: dict[str, Any], signals: int, depth: int) -> str:
    """The card's text.

    Args:
        record: What ``training.json`` holds.
        signals: How many there are.
        depth: Candidates a question.
    """
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    sources = [name for fold in record["folds"] for name in fold["sources"]]
    held = max(fold["questions"] for fold in record["folds"])
    return _HEAD.format(
        **{key: record[key] for key in ("trees", "nodes", "bytes", "command", "seconds", "steps")},
        seed=record["seed"],
        held=held,
        depth=depth,
        signals=signals,
        blend=record["settings"]["blend"],
        objective=record["settings"]["objective"],
        versions=versions,
        held_out=_held_out(record["held_out_ndcg@10"]),
        dev=_dev(record["dev_ndcg@10"]),
        data=_table(["set", "licence"], [[f"`{name}`", licence(name)] for name in sources]),
    )


def save(folder: Path, record: dict[str, Any], signals: int, depth: int) -> None:
    """Write the card beside the weights."""
    (folder / "README.md").write_text(render(record, signals, depth), encoding="utf-8")
