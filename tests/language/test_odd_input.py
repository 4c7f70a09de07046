"""Signs, digits and lengths that nobody means: read without a fault, and no fact out of its bounds."""

from datetime import date
from pathlib import Path

import pytest

from bot.language.pipeline import TODAY, build_pipeline, numbers_of, observations_of

DATA = Path(__file__).parents[2] / "data" / "language"
BOUNDS = {"age": 120, "pain_score": 10, "duration_days": 36500}


@pytest.fixture(scope="module")
def nlp():
    return build_pipeline(DATA)


def read(nlp, text, today=date(2026, 11, 23)):
    doc = nlp.make_doc(text)
    doc.user_data[TODAY] = today
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "n't", "'s", "'", "am", "pm", "clock", "the", "1", "of", "not"),
        "my neck ❶❷❸❹ hurts",
        "my neck ፩ st hurts",
        "neck ፩/7 hurts now",
        "neck ٣ weeks",
        "10² days of pain",
        "back ½ a year now",
        f"neck for {'9' * 400} weeks",
        "my neck hurts for 99999999999999999999 weeks now",
        "back pain for 500 years now",
        "1 2 3 4 5 6 7 8 9 0 " * 20,
        "2/52 2/0 0/0 1/12",
        "half half a half of of of 3",
        "since 29 February, since the 31st, since 2099, since December 2026",
    ],
)
@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2028, 2, 29), date(2027, 1, 1), date(2026, 3, 1)])
def test_nothing_breaks_and_every_fact_is_in_its_bounds(nlp, text, today):
    doc = read(nlp, text, today)
    told = [(one.id, one.value) for one in observations_of(doc) if one.id in BOUNDS]
    found, around = numbers_of(doc)
    told += [(one.kind, one.value) for one in found]
    assert len(found) == len(around)
    assert [(fact, value) for fact, value in told if not 0 <= value <= BOUNDS[fact]] == []


@pytest.mark.parametrize(
    ("text", "today", "days"),
    [
        ("started on the 31st of October, sore neck", date(2026, 10, 29), 363),
        ("neck sore since the 31st", date(2026, 3, 1), 29),
        ("neck sore since eid al fitr", date(2026, 11, 23), 247),
        ("neck sore since Eid", date(2026, 4, 10), 20),
        ("neck sore since Eid", date(2026, 11, 23), 180),
    ],
)
def test_days_that_are_not_this_months(nlp, text, today, days):
    told = {one.id: one.value for one in observations_of(read(nlp, text, today))}
    assert told["duration_days"] == days


@pytest.mark.parametrize(
    "text", ["Ganesh here, my neck hurts", "Rakhi here, my back hurts", "Eid mubarak, my neck hurts"]
)
def test_a_name_or_greeting_is_no_time(nlp, text):
    assert "duration_days" not in {one.id for one in observations_of(read(nlp, text))}


@pytest.mark.parametrize(
    ("text", "kind", "not_this"),
    [
        ("I'm 28 weeks pregnant and my back hurts", "age", 28),
        ("temp of 39 and my back hurts", "age", 39),
        ("blood pressure 150 over 90 and back pain", "age", 90),
        ("I smoke 20 a day, back pain", "age", 20),
        ("my backpack weighs 30lbs, sore neck", "age", 30),
        ("back pain after a fall, I am 72", "duration_days", 49),
        ("I meant 3 months, not 3 weeks", "duration_days", 21),
        ("three and a half weeks of it", "duration_days", 3.5),
        ("3 weeks with a sore neck", "age", 3),
    ],
)
def test_what_is_no_candidate(nlp, text, kind, not_this):
    found, _ = numbers_of(read(nlp, text))
    assert not_this not in [one.value for one in found if one.kind == kind]
