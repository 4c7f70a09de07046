"""A "no" in words of one's own, told from what only has a "no" in it."""

from __future__ import annotations

import pytest

from bot.language.loose_denials import denies_loosely


@pytest.mark.parametrize(
    "text",
    [
        "Nothing whatever of that kind.",
        "graças a deus no",
        "such thing I do not have",
        "wala po, none",
        "this neither",
        "nowt in that line",
        "how is this relevant. no",
        "I looked up half of those words and no",
        "Would that be for older people? I'm fifty-eight, and no.",
        "haven't had that",
    ],
)
def test_turns_everything_down(text: str) -> None:
    assert denies_loosely(text)


@pytest.mark.parametrize(
    "text",
    [
        "not sure",
        "I don't know",
        "no idea",
        "nothing except my leg",
        "no but my calf is huge",
        "why do you ask",
        "none of your questions says what to do when a leg goes numb on the stairs after a long day out",
        "is that not normal?",
        "God forbid",
        "my leg no fit carry me since morning",
        "no feeling round there",
        "no siento nada ahí abajo",
        "can't hold it",
        "na the waist dey worry me",
        "nothing comes out",
        "it's not right down there",
        "it's the third one",
        "",
    ],
)
def test_leaves_everything_else_open(text: str) -> None:
    assert not denies_loosely(text)
