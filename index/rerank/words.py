"""Signals of the question's words and characters in the candidates' text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.asked import EXPECTED
from index.rerank.lines import Lines, Numbers
from index.rerank.question import Floats, Question

_WITHIN = 20.0  # characters; a word that follows so far away counts half
_DIAGONAL = 1 << 32


def word_signals(question: Question, lines: Lines) -> dict[str, Floats]:
    """What the question's terms say for each passage.

    Terms are looked for as strings, so that nothing need be cut into words. Weights are idf.

    Returns:
        Columns of shape ``(passages,)``, in [0, 1]: ``coverage`` by the passage with what stands
        above it, ``line_coverage`` by its best sentence, ``above`` by title, headings and context,
        ``proximity``: the coverage, a word counting less the further it is from the first;
        and ``asked``, 1 or -1 if the best sentence holds or lacks what the question asks for
        (a number, a date, a person, ...), 0 if that cannot be told.
    """
    total = max(float(question.weights.sum()), 1e-9)
    shares = question.weights / total
    terms, positions = _occurrences(question, lines)
    at_line = lines.line_of(positions)
    met = np.zeros((len(lines.starts), len(shares)), bool)
    met[at_line, terms] = True
    by_line = weighed(met, shares)
    by_line[lines.first] = 0
    best = _best_rows(by_line, lines)
    whole = np.logical_or.reduceat(met, lines.first, axis=0) if len(met) else met
    return {
        "coverage": weighed(whole, shares),
        "line_coverage": by_line[best],
        "above": weighed(met[lines.first], shares),
        "proximity": _proximity(terms, positions, lines.passage[at_line], shares, lines.passages),
        "asked": _asked(question, lines, best),
    }


def pair_signals(question: Question, lines: Lines) -> dict[str, Floats]:
    """What neighbouring characters of the question say for each passage.

    A pair weighs what its weightier character does, and that what the weightiest term over it does.

    Returns:
        Columns of shape ``(passages,)``, in [0, 1]: ``pairs`` and ``rare_pairs``, the share that
        the passage has, counted and weighed; ``line_pairs``, weighed, of its best sentence;
        ``phrase``: weight of the longest run of characters that the question and it share.
    """
    weights = question.character_weights()
    names, of_pair, slots = _pairs_of(question.folded)
    if not len(names):
        nothing = np.zeros(lines.passages, np.float32)
        return dict.fromkeys(("pairs", "rare_pairs", "line_pairs", "phrase"), nothing)
    pair_weights = np.zeros(len(names), np.float32)
    both = np.maximum(weights[:-1], weights[1:])
    np.maximum.at(pair_weights, slots, both[of_pair])
    rare = pair_weights / max(float(pair_weights.sum()), 1e-9)
    positions, found = _find_pairs(question.folded, names, lines.points)
    at_line = lines.line_of(positions)
    met = np.zeros((len(lines.starts), len(names)), bool)
    met[at_line, found] = True
    by_line = weighed(met, rare)
    by_line[lines.first] = 0
    whole = np.logical_or.reduceat(met, lines.first, axis=0)
    runs = _longest_runs(positions, found, of_pair, slots, weights, lines.passage[at_line], lines)
    return {
        "pairs": whole.mean(axis=1, dtype=np.float32),
        "rare_pairs": weighed(whole, rare),
        "line_pairs": by_line[_best_rows(by_line, lines)],
        "phrase": (runs / max(float(weights.sum()), 1e-9)).astype(np.float32),
    }


def weighed(met: NDArray[np.bool_] | Floats, shares: Floats) -> Floats:
    """The sum of the shares of what each row has; BLAS would warn of numbers it does not use."""
    sums: Floats = np.einsum("ij,j->i", met, shares, dtype=np.float32)
    return sums


def _occurrences(question: Question, lines: Lines) -> tuple[Numbers, Numbers]:
    """Number of the term and position of every place where one stands."""
    places = [_places(term, lines.text) for term in question.terms]
    counts = np.fromiter(map(len, places), np.int64, len(places))
    flat = np.concatenate([np.zeros(0, np.int64), *places])
    return np.repeat(np.arange(len(places)), counts), flat


def _places(term: str, text: str) -> Numbers:
    """Where a term stands; Latin letters and digits only as a whole word."""
    if not term:
        return np.zeros(0, np.int64)
    between = np.fromiter(map(len, text.split(term)), np.int64)
    found: Numbers = np.cumsum(between[:-1] + len(term)) - len(term)
    if not term.isascii():
        return found
    ends = (found + len(term)).tolist()
    parted = [
        not (_joins(text[at - 1 : at]) or _joins(text[end : end + 1]))
        for at, end in zip(found.tolist(), ends, strict=True)
    ]
    whole: Numbers = found[np.array(parted, bool)]
    return whole


def _joins(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _best_rows(by_line: Floats, lines: Lines) -> Numbers:
    """The best line of each passage, the first of equal ones."""
    order = np.lexsort((np.arange(len(by_line)), -by_line, lines.passage))
    best: Numbers = order[lines.first]
    return best


def _proximity(
    terms: Numbers, positions: Numbers, passage: Numbers, shares: Floats, passages: int
) -> Floats:
    """The best start in each passage: every term counts by how soon it follows."""
    reached = np.zeros(len(positions), np.float32)
    far = np.iinfo(np.int64).max // 2
    for term, share in enumerate(shares):
        mine = terms == term
        own, of = positions[mine], passage[mine]
        after = np.searchsorted(own, positions)
        own, of = np.append(own, far), np.append(of, -1)
        gap = np.where(of[after] == passage, own[after] - positions, far)
        reached += share * (_WITHIN / (_WITHIN + gap)).astype(np.float32)
    best = np.zeros(passages, np.float32)
    np.maximum.at(best, passage, reached)
    return best


def _asked(question: Question, lines: Lines, best: Numbers) -> Floats:
    pattern = EXPECTED.get(question.kind)
    found = np.zeros(lines.passages, np.float32)
    if pattern is None:
        return found
    ends = np.append(lines.starts[1:] - 1, len(lines.text))
    for number, line in enumerate(best):
        held = pattern.search(lines.text, int(lines.starts[line]), int(ends[line]))
        found[number] = 1.0 if held else -1.0
    return found


def _pairs_of(folded: str) -> tuple[list[str], Numbers, Numbers]:
    """The distinct pairs of a text; where each pair stands, and which of the distinct it is."""
    numbers: dict[str, int] = {}
    at, slot = [], []
    for position in range(len(folded) - 1):
        pair = folded[position : position + 2]
        if pair.isalnum():
            at.append(position)
            slot.append(numbers.setdefault(pair, len(numbers)))
    return list(numbers), np.array(at, np.int64), np.array(slot, np.int64)


def _find_pairs(
    folded: str, names: list[str], points: NDArray[np.uint32]
) -> tuple[Numbers, Numbers]:
    """Position and number of every pair of the question in some text, by two looks in a table."""
    letters = {letter: number for number, letter in enumerate(dict.fromkeys(folded), 1)}
    known = np.zeros(0x110000, np.uint8)
    known[[ord(letter) for letter in letters]] = list(letters.values())
    table = np.full(1 << 16, -1, np.int64)
    for number, pair in enumerate(names):
        table[letters[pair[0]] << 8 | letters[pair[1]]] = number
    codes = known[points].astype(np.uint16)
    positions = np.flatnonzero((codes[:-1] > 0) & (codes[1:] > 0))
    found = table[codes[positions] << 8 | codes[positions + 1]]
    return positions[found >= 0], found[found >= 0]


def _longest_runs(
    positions: Numbers,
    found: Numbers,
    of_pair: Numbers,
    slots: Numbers,
    weights: Floats,
    passage: Numbers,
    lines: Lines,
) -> Floats:
    """Weight of the weightiest common run of characters of the question and each passage.

    A run is a row of pairs that lie on one diagonal of (place in the text, place in the question).
    """
    order = np.argsort(slots, kind="stable")
    firsts = np.searchsorted(slots[order], np.arange(slots.max(initial=0) + 2))
    often = (firsts[1:] - firsts[:-1])[found]
    hits = np.repeat(np.arange(len(found)), often)
    within = np.arange(len(hits)) - np.repeat(np.cumsum(often) - often, often)
    asked = of_pair[order[firsts[found][hits] + within]]
    told = positions[hits]
    key = (told - asked + len(weights)) * _DIAGONAL + told
    order = np.argsort(key)
    key, asked, of = key[order], asked[order], passage[hits[order]]
    longest = np.zeros(lines.passages, np.float64)
    if len(key):
        begins = np.flatnonzero(np.append(True, np.diff(key) != 1))
        ends = np.append(begins[1:], len(key)) - 1
        sums = np.append(0.0, np.cumsum(weights, dtype=np.float64))
        np.maximum.at(longest, of[begins], sums[asked[ends] + 2] - sums[asked[begins]])
    return longest.astype(np.float32)
