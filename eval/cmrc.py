"""Exact match and F1 as the official CMRC 2018 script counts them.

Cui et al., A Span-Extraction Dataset for Chinese Machine Reading Comprehension, 2019. Published
results of CMRC 2018, DRCD and DuReader are of this kind. Nothing is folded but case, and only the
script's own list of punctuation is removed; :mod:`eval.metrics` has the more lenient forms.

The script cuts text between Chinese characters with NLTK, which needs a model of its own; here
words, numbers and single signs are told apart by a rule. English contractions differ, Chinese text
and numbers do not.
"""

from __future__ import annotations

import re

from eval.metrics import longest_common_run

# The script's list; ``……`` is two characters there and so never equals one.
_PUNCTUATION = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_HAN = re.compile("[\u4e00-\u9fa5]")
_LATIN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d]+(?:['’.][^\W\d]+)*\d*|\w+|\S")


def segment(text: str, *, punctuation: bool = False) -> list[str]:
    """Chinese characters one by one, what stands between them in words; lower case.

    Args:
        text: Any text.
        punctuation: Whether to keep the signs of the script's list.
    """
    segments: list[str] = []
    between = ""
    for character in text.lower().strip():
        listed = character in _PUNCTUATION
        if listed and not punctuation:
            continue
        if listed or _HAN.match(character):
            segments += _LATIN.findall(between)
            segments.append(character)
            between = ""
        else:
            between += character
    return segments + _LATIN.findall(between)


def strip_punctuation(text: str) -> str:
    """Lower case, without the signs of the script's list; white space within stays."""
    return "".join(item for item in text.lower().strip() if item not in _PUNCTUATION)


def exact_match(prediction: str, gold: str) -> float:
    """1 if both are the same without case and the script's punctuation, else 0."""
    return float(strip_punctuation(prediction) == strip_punctuation(gold))


def f1(prediction: str, gold: str) -> float:
    """Harmonic mean of precision and recall by the longest common run of segments, in [0, 1]."""
    left, right = segment(prediction), segment(gold)
    common = longest_common_run(left, right)
    return 2.0 * common / (len(left) + len(right)) if common else 0.0
