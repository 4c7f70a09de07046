"""Digressions, mixed answers and several wishes, as people really write them."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.processes


def test_everything_said_at_once_is_used_and_never_asked(someone):
    person = someone("I'm 34, lower back, 3 days after gardening, 4/10, no numbness no fever")
    asked = set()
    for _ in range(16):
        if not person.last.question or person.last.triage["status"] == "complete":
            break
        asked |= set(person.last.asks)
        person.says("at a desk" if "daily_life" in person.last.asks else "no")
    assert person.last.level == "self_care"
    assert "saddle_numbness" in asked  # a denial in free text never skips the screen
    assert asked.isdisjoint({"age", "region", "duration_days", "pain_score"})


def test_a_no_with_something_new_is_both(someone):
    person = someone("my lower back aches since monday")
    reply = person.says("nah not really, though I do get tingling in my foot")
    assert reply.triage["findings"]["saddle_numbness"] is False
    assert reply.triage["findings"]["leg_pain_below_knee"] is True
    assert "chest_pain" in reply.asks


def test_all_but_the_third_is_the_third(someone):
    person = someone("stiff shoulder from the gym")
    reply = person.says("no to all but the third")
    assert reply.level == "emergency"
    assert [f for f, answer in reply.triage["findings"].items() if answer] == ["bowel_change"]


def test_why_has_an_answer_each_time_and_the_question_comes_back_in_other_words(someone):
    person = someone("lower back pain for two weeks")
    first = person.says("why do you ask?")
    second = person.says("but why?")
    assert first.question["id"] == second.question["id"]
    assert first.messages[0]["text"] != second.messages[0]["text"]
    assert first.messages[-1]["text"] != second.messages[-1]["text"]


def test_several_general_wishes_the_first_is_met_and_the_others_offered(someone):
    reply = someone("how often should people get a massage, and what oil is best? also how much does it cost?").last
    assert reply.level is None
    assert {"Massage oils", "Prices and booking"} <= set(reply.choices)


def test_wishes_beside_a_complaint_are_offered_at_the_end(someone):
    person = someone("my shoulders are tight from desk work, would a massage help, what pillow should I buy?")
    person.answers({"age": "41", "duration_days": "5 days", "pain_score": "4", "region": "shoulder"})
    assert person.last.level == "self_care"
    assert "Sleep and pillows" in person.last.choices
    assert {card["topic"] for card in person.picks("Sleep and pillows").guidance} == {"sleep"}


def test_an_alarm_in_the_middle_of_a_wish_comes_first(someone):
    reply = someone("what oil should I use for my back massage and what chair, btw i cant feel it when i wipe").last
    assert reply.level == "emergency"
    assert reply.messages[0]["kind"] == "emergency"


def test_a_side_question_does_not_end_the_search_for_a_cause(someone):
    person = someone("my neck aches since 5 days, im 40, pain 4, desk job")
    person.answers({"age": "40", "duration_days": "5 days", "pain_score": "4", "daily_life": "desk"})
    before = person.picks("Find the cause").question
    reply = person.says("what oil should I use?")
    assert reply.guidance
    assert reply.question["id"] == before["id"]


def test_an_insult_after_the_advice_is_no_worse_pain(someone):
    person = someone("my lower back aches since 5 days, im 40, pain 4")
    person.answers({"daily_life": "desk"})
    before = person.last.level
    reply = person.says("you are worse than useless, you stupid bot")
    assert reply.level == before
    assert reply.question is None
