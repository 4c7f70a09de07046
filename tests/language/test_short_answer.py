"""Short replies: yes, no, not sure, none, numbers and picks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.short_answer import read_short_answer, score_in_words


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yep!",
        "yh",
        "ye",
        "aye",
        "yeah i do",
        "it does",
        "kind of",
        "a little",
        "I think so",
        "sometimes",
        "👍",
    ],
)
def test_yes(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.whole) == ("yes", True)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "nah",
        "nope",
        "negative",
        "don't think so",
        "not that I know of",
        "no I haven't",
        "it doesn't",
        "not really, no",
        "no thanks",
    ],
)
def test_no(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.whole) == ("no", True)


@pytest.mark.parametrize(
    "text",
    ["dunno", "idk", "maybe", "not sure", "hard to say", "no idea", "I'm not sure", "can't say", "not sure, maybe"],
)
def test_unsure(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.whole) == ("unsure", True)


@pytest.mark.parametrize(
    "text",
    [
        "none",
        "none of them",
        "None of these.",
        "none of the above",
        "nothing like that",
        "no to all",
        "no, none of that",
        "neither",
    ],
)
def test_none_of_these(text: str) -> None:
    answer = read_short_answer(text)
    assert answer.none_of_these
    assert (answer.polarity, answer.whole) == ("no", True)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("seven", 7),
        ("7/10", 7),
        ("about 7", 7),
        ("7ish", 7),
        ("41 years old", 41),
        ("forty one", 41),
        ("I'm 41", 41),
        ("8 out of ten", 8),
        ("6-7", 6.5),
        ("maybe a 6", 6),
    ],
)
def test_numbers(text: str, number: float) -> None:
    answer = read_short_answer(text)
    assert (answer.number, answer.whole) == (number, True)


@pytest.mark.parametrize(
    ("text", "picks"),
    [
        ("the second one", (2,)),
        ("1 and 3", (1, 3)),
        ("number 2", (2,)),
        ("first and last", (1, -1)),
        ("the first two", (1, 2)),
        ("1, 2 and 4", (1, 2, 4)),
    ],
)
def test_picks(text: str, picks: tuple[int, ...]) -> None:
    answer = read_short_answer(text)
    assert (answer.picks, answer.whole) == (picks, True)


def test_only_and_all() -> None:
    assert read_short_answer("just the second").only
    assert read_short_answer("all of them").all_of_these
    assert read_short_answer("both").all_of_these


def test_a_no_with_more_behind_it_is_not_whole() -> None:
    answer = read_short_answer("no but my calf is huge")
    assert (answer.polarity, answer.whole) == ("no", False)


@pytest.mark.parametrize(
    "text",
    [
        "no pain at night but I lost weight",
        "my back hurts",
        "no numbness",
        "2 weeks",
        "it started after I fell off my bike",
        "",
    ],
)
def test_what_is_no_short_answer(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.whole, answer.picks) == (None, False, ())


@given(st.text(max_size=300))
def test_any_text_is_read_the_same_twice(text: str) -> None:
    assert read_short_answer(text) == read_short_answer(text)


@pytest.mark.parametrize(
    "text", ["ok", "Okay.", "sure", "fine", "right", "got it", "alright", "ok thanks", "k", "cool"]
)
def test_an_acknowledgement_is_a_weak_yes(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.whole, answer.weak) == ("yes", True, True)


@pytest.mark.parametrize("text", ["ok yes", "yeah ok", "yes sure", "correct", "right, yes I do", "yes"])
def test_a_yes_beside_an_acknowledgement_is_not_weak(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.weak) == ("yes", False)


@pytest.mark.parametrize(
    "text", ["hmm", "hmm let me see", "well...", "let me think", "no worries", "no problem", "um", "hold on"]
)
def test_thinking_and_politeness_are_no_answer(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.whole, answer.weak) == (None, False, False)


@pytest.mark.parametrize(
    "text",
    [
        "still not sure",
        "not sure really",
        "I honestly don't know",
        "no clue",
        "no idea",
        "hmm, not sure",
        "not sure mate",
    ],
)
def test_more_ways_of_not_being_sure(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.whole) == ("unsure", True)


@pytest.mark.parametrize(
    "text",
    ["nothing", "nope nothing", "all good", "im fine", "all clear", "not at all", "never", "neither", "ok no",
     "wait no", "no problems at all", "hmm no", "nah im good"],
)  # fmt: skip
def test_more_ways_of_saying_no(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.whole, answer.weak) == ("no", True, False)


def test_a_yes_with_more_behind_it() -> None:
    answer = read_short_answer("yes a bit of numbness")
    assert (answer.polarity, answer.whole) == ("yes", False)
    assert read_short_answer("yes to the first").picks == (1,)
    assert read_short_answer("only the second one").picks == (2,)
    assert read_short_answer("only the second one").only
    assert read_short_answer("the night one").polarity is None
    assert read_short_answer("right shoulder").polarity is None


@pytest.mark.parametrize(
    ("text", "picks", "left_out", "every"),
    [
        ("no to all but the third", (3,), (), False),
        ("none except the last", (-1,), (), False),
        ("none apart from the 2nd one", (2,), (), False),
        ("all except 2", (), (2,), True),
        ("everything but number 4", (), (4,), True),
        ("yes but not the second", (), (2,), True),
        ("all of these apart from 1 and 2", (), (1, 2), True),
        ("1, 2 but not 3", (1, 2), (3,), False),
        ("3 only, not 2", (3,), (2,), False),
    ],
)
def test_all_but_some(text: str, picks: tuple[int, ...], left_out: tuple[int, ...], every: bool) -> None:
    answer = read_short_answer(text)
    assert (answer.picks, answer.left_out, answer.all_of_these, answer.whole) == (picks, left_out, every, True)


@pytest.mark.parametrize("text", ["no, not the third", "all but one", "none, not 3"])
def test_what_is_left_out_is_no_pick(text: str) -> None:
    answer = read_short_answer(text)
    assert not answer.picks
    assert not answer.left_out


@pytest.mark.parametrize("text", ["sometimes I feel like I cannot go on", "a lot of pain in the leg", "always tired"])
def test_a_hedge_that_opens_a_sentence_is_no_yes(text: str) -> None:
    assert read_short_answer(text).polarity is None


@pytest.mark.parametrize("text", ["no, I mean yes", "no wait yes", "no, I do"])
def test_a_yes_that_takes_the_place_of_a_no(text: str) -> None:
    assert read_short_answer(text).polarity == "yes"


def test_a_no_before_something_else_stays_a_no() -> None:
    answer = read_short_answer("no none of that just a bit of tingling in my hands")
    assert (answer.polarity, answer.none_of_these, answer.whole) == ("no", True, False)


def test_nothing_like_that_before_something_else_is_none() -> None:
    answer = read_short_answer("no nothing like that, but I did have a bit of a fever last night")
    assert (answer.polarity, answer.none_of_these, answer.whole) == ("no", True, False)


@pytest.mark.parametrize(
    ("text", "polarity", "none"),
    [
        ("All that, have none.", "no", True),
        ("all of those? none, thank God", "no", True),
        ("doh have that", "no", False),
        ("ALL MY FRIENDS HAD THAT AND THEY ARE DEAD. I DID NOT", None, False),
        ("all of them", "yes", False),
    ],
)
def test_all_before_a_none_and_all_of_others(text: str, polarity: str | None, none: bool) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.none_of_these) == (polarity, none)
    assert answer.all_of_these is (polarity == "yes")


@pytest.mark.parametrize("text", ["Nutten like dat", "nuffink", "none o dem", "nothin like dat", "nun of these"])
def test_a_no_as_it_is_said_elsewhere(text: str) -> None:
    answer = read_short_answer(text)
    assert (answer.polarity, answer.none_of_these, answer.whole) == ("no", True, True)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("mild", 2),
        ("quite mild really", 2),
        ("not too bad", 3),
        ("it's moderate I'd say", 5),
        ("really bad", 8),
        ("bad at the moment", 7),
        ("the worst I've ever had", 10),
        ("no pain now", 0),
        ("bad back", None),
        ("it varies", None),
        ("ok", None),
        ("not mild", None),
    ],
)
def test_how_bad_it_is_in_words(text: str, score: int | None) -> None:
    assert score_in_words(text) == score
