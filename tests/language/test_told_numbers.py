"""Every number and time of a message is a candidate for what it may tell; nothing is decided yet."""

from datetime import date
from pathlib import Path

import pytest

from bot.language.lexicon import Lexicon, load_folder
from bot.language.matching import Matcher
from bot.language.observing import observe
from bot.language.status import Reading
from bot.language.surroundings import surroundings
from bot.language.told_numbers import Candidate, candidates

DATA = Path(__file__).parents[2] / "data" / "language"
MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Lexicon(load_folder(DATA)))


def found(matcher: Matcher, text: str) -> list[Candidate]:
    words = matcher.reader.read(text)
    return candidates(words, Reading.of(words, matcher.find(words)), MONDAY)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("neck since Thursday", 4),
        ("hurt it last Sunday", 8),
        ("the Saturday before last", 9),
        ("2 Sundays ago", 8),
        ("upper back, month now", 30),
        ("lower back x 2/52", 14),
        ("third week of it", 21),
        ("week two of this", 14),
        ("three mornings running", 3),
        ("since 3 o clock", 0),
        ("began oct 31", 23),
        ("last week of June", 150),
        ("since Dussehra", 34),
        ("sore since Eid", 180),
        ("in 2019", 2702),
        ("at 30 it began, I'm 41", 4015),
        ("a week, no, nearer two", 14),
        ("three mondays back", 21),
        ("3 weeks come Wednesday", 19),
        ("six weeks last Friday", 45),
        ("it started tonight with the bins", 0),
    ],
)
def test_times_in_many_wordings(matcher, text, days):
    assert days in [one.value for one in found(matcher, text) if one.kind == "duration_days"]


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("dad of two, 38, pain a solid 6", "age", {2, 38, 6}),
        ("dad of two, 38, pain a solid 6", "pain_score", {2, 6}),
        ("the right one, or the left one", "pain_score", set()),
        ("no numbers at all", "age", set()),
        ("half way up the scale", "pain_score", {5}),
        ("sevenish, low down", "pain_score", {7}),
    ],
)
def test_numbers_may_be_ages_and_scores(matcher, text, kind, values):
    assert {one.value for one in found(matcher, text) if one.kind == kind} == values


def test_words_around_a_number_are_told_with_their_place(matcher):
    words = matcher.reader.read("my mum is 82, my neck hurts")
    seen = matcher.find(words)
    of = candidates(words, Reading.of(words, seen), MONDAY)
    around = surroundings(words, of, observe(words, seen, MONDAY))
    age = next(things for one, things in zip(of, around, strict=True) if one.kind == "age")
    assert "age person they" in age
    assert "age mark after ," in age
    assert not any("82" in thing for thing in age)


def test_a_message_of_numbers_alone_is_no_trouble(matcher):
    text = " ".join(str(number) for number in range(400))
    assert len(found(matcher, text)) < 2000
