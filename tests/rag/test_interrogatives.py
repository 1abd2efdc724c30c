"""What asks in English questions."""

from __future__ import annotations

import pytest

from rag.interrogatives import asked, asks_yes_or_no


@pytest.mark.parametrize(
    "question",
    [
        "What is the price?",
        "What is the monthly price of Plus?",
        "What's the rate in May?",
        "What is the age limit for it?",
        "What was the fine?",
        "What is the price range?",
        "What is the minimum deposit per room",
        "What price do they ask?",
    ],
)
def test_amounts_are_asked_for(question: str) -> None:
    """What price is asked for a number, as 多少 asks for one."""
    assert "多少" in asked(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is fine-tuning?",
        "What is reinforcement fine-tuning?",
        "What is rate limiting?",
        "What is the share button?",
        "What is the rate-limit policy?",
        "What is fine for them?",
        "Which fine-tuning is offered?",
    ],
)
def test_what_only_begins_like_an_amount_is_none(question: str) -> None:
    """A number would be told for what is asked to be explained."""
    assert "多少" not in asked(question)


@pytest.mark.parametrize("verb", ["Is", "May", "Might", "must", "Shall", "Am", "Had", "Would"])
def test_a_question_that_begins_with_its_verb_asks_for_yes_or_no(verb: str) -> None:
    """So that it is put as one in Chinese."""
    assert asks_yes_or_no(f"{verb} I come?")


@pytest.mark.parametrize(
    "question", ["What may I do?", "Mayor of it?", "May 7 is when?", "Amount of it?"]
)
def test_any_other_does_not(question: str) -> None:
    """Nor a word that only begins as a verb does."""
    assert not asks_yes_or_no(question)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is reinforcement learning?", "reinforcement learning 是什么"),
        ("What's a token?", "token 是什么"),
        ("What are scaling laws", "scaling laws 是什么"),
    ],
)
def test_a_term_is_asked_for_its_meaning(question: str, told: str) -> None:
    """是什么 behind a term asks for what it means, 什么 before it for one of its kind."""
    assert asked(question) == told


@pytest.mark.parametrize(
    "question",
    [
        "What is the price?",
        "What is the capital of France?",
        "What is its age?",
        "What is new in it?",
    ],
)
def test_what_is_asked_of_a_thing_is_no_term(question: str) -> None:
    """An attribute, or an amount, is asked for as such."""
    assert "是什么" not in asked(question)
