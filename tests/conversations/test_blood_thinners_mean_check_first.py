from __future__ import annotations

import pytest

pytestmark = pytest.mark.processes

OPENING = "I take warfarin, can I have a deep tissue massage?"
FACTS = {
    "age": "58",
    "region": "upper back",
    "duration_days": "2 weeks",
    "pain_score": "3",
    "daily_life": "mostly standing",
}


def test_the_advice_is_to_check_first_and_says_why(someone):
    person = someone(OPENING)
    last = person.answers(FACTS)
    assert last.level == "check_first"
    assert last.triage["massage"] == "check_first"
    assert "blood_thinners" in {f for reason in last.triage["reasons"] for f in reason["findings"]}
    assert "blood" in last.text.lower()
    assert "massage" not in {piece["topic"] for piece in last.guidance}


def test_it_takes_at_most_six_questions_after_screen_a(someone):
    person = someone(OPENING)
    person.answers(FACTS)
    asked = [m["question"]["asks"] for m in person.history().messages if m["role"] == "assistant" and m["question"]]
    screen_a = [asks for asks in asked if {"saddle_numbness", "chest_pain", "major_trauma", "pregnancy"} & set(asks)]
    assert len(screen_a) <= 4
    assert len(asked) - len(screen_a) <= 6
