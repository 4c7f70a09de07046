"""The first of the two people this is built for."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.processes

OPENING = "my lower back is sore after a day at the desk, would a massage help?"
FACTS = {
    "age": "41",
    "duration_days": "about 5 days",
    "pain_score": "4",
    "daily_life": "at a desk",
    "region": "lower back",
}


def test_it_ends_in_self_care_with_massage_and_posture_guidance(someone):
    person = someone(OPENING)
    assert person.last.triage["status"] == "asking"
    assert person.last.level is None
    assert person.last.guidance == []

    last = person.answers(FACTS)

    assert last.level == "self_care"
    assert last.triage["status"] == "complete"
    assert last.triage["massage"] == "suitable"
    assert {"massage", "posture"} <= {piece["topic"] for piece in last.guidance}
    assert all(piece["dose"] and piece["source"]["url"].startswith("https://") for piece in last.guidance)
    assert "999" in last.text  # the safety net of every exit, with the clinic's own number


def test_nothing_already_said_is_asked(someone):
    person = someone(OPENING)
    asked = set(person.last.asks)
    while person.last.question and person.last.triage["status"] == "asking":
        asked |= set(person.last.asks)
        person.says(next((FACTS[ask] for ask in person.last.asks if ask in FACTS), "no"))
    assert asked.isdisjoint({"region", "daily_life", "goal"})


def test_it_takes_at_most_ten_questions(someone):
    person = someone(OPENING)
    person.answers(FACTS)
    questions = [m for m in person.history().messages if m["role"] == "assistant" and m["question"]]
    assert person.last.triage["status"] == "complete"
    assert len(questions) <= 10


def test_it_can_be_answered_by_buttons_alone(someone):
    person = someone(OPENING)
    for _ in range(16):
        if person.last.triage["status"] == "complete":
            break
        choices = person.last.choices
        if "None of these" in choices:
            person.picks("None of these")
        elif "No" in choices:
            person.picks("No")
        elif person.last.question["kind"] == "scale":
            person.picks("4")
        elif choices:
            person.picks(next(iter(choices)))
        else:
            person.says("41")
        assert person.last.status == 201
    assert person.last.level == "self_care"


def test_more_tips_follow_on_asking_and_none_comes_twice(someone):
    person = someone(OPENING)
    first = {piece["id"] for piece in person.answers(FACTS).guidance}
    more = person.picks("More tips")
    assert more.guidance
    assert first.isdisjoint({piece["id"] for piece in more.guidance})
