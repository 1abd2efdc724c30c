"""Documents that are nearly the same."""

from __future__ import annotations

import random

import pytest

from corpus.duplicates import near_duplicates, searchable, shingles
from corpus.errors import SettingsError
from corpus.load import make_document
from corpus.records import Document

WORDS = ["我们", "公司", "会议", "讨论", "安全", "生产", "计划", "检查", "设备", "记录", "合同"]


def text(seed: int, length: int = 400) -> str:
    rng = random.Random(seed)
    return "".join(rng.choice(WORDS) + rng.choice("，。 ") for _ in range(length))


def documents(*texts: str) -> list[Document]:
    return [make_document(raw, f"{index}.md") for index, raw in enumerate(texts)]


def exact(one: Document, two: Document) -> float:
    """The slow way: sets of strings."""
    words = [searchable(item) for item in (one, two)]
    first, second = ({line[at : at + 5] for at in range(len(line) - 4)} for line in words)
    return len(first & second) / len(first | second)


def test_a_changed_copy_is_found_with_its_similarity() -> None:
    """The share told is that of the sets compared one by one, not an estimate."""
    original = text(1)
    known = documents(original, text(2), original.replace("合同", "协议", 5), text(3))
    (pair,) = near_duplicates(known)
    assert (pair.first, pair.second) == ("0.md", "2.md")
    assert pair.similarity == pytest.approx(exact(known[0], known[2]), abs=0.0001)


def test_every_pair_above_the_threshold_is_found() -> None:
    """Hashing proposes what comparing all with all would find."""
    rng = random.Random(5)
    texts = []
    for seed in range(12):
        base = text(seed, 200)
        for _ in range(3):
            at = rng.randrange(len(base))
            texts.append(base[:at] + text(rng.randrange(999), rng.randrange(25)) + base[at:])
    known = documents(*texts)
    found = {(pair.first, pair.second) for pair in near_duplicates(known)}
    expected = {
        (one.source, two.source)
        for index, one in enumerate(known)
        for two in known[index + 1 :]
        if exact(one, two) >= 0.8
    }
    assert len(expected) > 12
    assert found == expected


def test_width_script_and_punctuation_make_no_difference() -> None:
    """The traditional copy of a text is the same text."""
    known = documents("请把会议记录发给张经理，谢谢！", "請把會議記錄發給張經理， 謝謝。")
    assert near_duplicates(known)[0].similarity == 1


def test_what_is_marked_is_not_compared() -> None:
    """The same promotion under two texts does not make them alike."""
    tail = "\n\n" + "\n\n".join(["扫码关注我们的公众号"] * 3)
    assert near_duplicates(documents(text(1, 20) + tail, text(2, 20) + tail)) == []


@pytest.mark.parametrize("short", ["短", "一二三四", "一二三四五"])
def test_short_texts_are_compared_too(short: str) -> None:
    """A text shorter than a run is one run."""
    assert len(shingles(short)) == 1
    assert len(near_duplicates(documents(short, short))) == 1
    assert len(shingles("")) == 0


@pytest.mark.parametrize("threshold", [0, 1.5])
def test_a_similarity_out_of_range_is_refused(threshold: float) -> None:
    """Nothing is nearly the same as everything."""
    with pytest.raises(SettingsError, match=r"use 0\.1 to 1"):
        near_duplicates([], threshold)
