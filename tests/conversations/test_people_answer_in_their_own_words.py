"""People answer and ask in words of their own: through the API, the trained model and the actions."""

from __future__ import annotations

import pytest

NERVES = "saddle_numbness"


@pytest.mark.parametrize(
    "text",
    [
        "God forbid, nothing of that sort",
        "not that I'd notice, thanks",
        "he says no and rolled his eyes",
        "nowt like it",
    ],
)
def test_a_no_in_other_words(someone, text):
    person = someone("my lower back aches since monday")
    assert NERVES in person.last.question["asks"]
    reply = person.says(text)
    assert reply.triage["findings"][NERVES] is False
    assert NERVES not in reply.question["asks"]


def test_as_above_goes_on(someone):
    person = someone("my lower back aches since monday")
    second = person.says("none of that").question["asks"]
    reply = person.says("same answer as last time")
    assert all(reply.triage["findings"][ask] is False for ask in second)


def test_a_sign_told_by_an_example_in_answer_to_its_list(someone):
    person = someone("my lower back aches since monday")
    reply = person.says("only know I've been by the sound in the bowl, can't feel it going")
    assert reply.level == "emergency" or set(reply.question["asks"]) <= {NERVES, "bladder_change", "bowel_change"}


@pytest.mark.parametrize(
    "text",
    [
        "price of the deep tissue for the low back please, I carry trays all day and it's wrecked",
        "which oil for a shoulder like an old gate? mine wants oiling since saturday",
        "can someone just crack my neck, like a robot for five days",
    ],
)
def test_a_complaint_behind_a_wish_is_screened_first(someone, text):
    assert NERVES in someone(text).last.question["asks"]
