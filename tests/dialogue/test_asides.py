"""Questions back, small talk, wishes and general questions."""

from __future__ import annotations

import pytest


def test_why_explains_and_asks_again(sore_back):
    asked = sore_back.asks
    sore_back.says("why do you ask?", "ask_why")
    assert sore_back.messages[0]["kind"] == "answer"
    assert sore_back.asks == asked


@pytest.mark.parametrize("intent", ["thank", "out_of_scope", "ask_about_bot", "ask_prices_booking", "ask_privacy"])
def test_small_talk_gets_a_line_and_the_question_again(sore_back, intent):
    asked = sore_back.asks
    sore_back.says("something else entirely", intent)
    assert len(sore_back.messages) == 2
    assert sore_back.asks == asked
    assert sore_back.level is None


def test_a_wish_waits_until_the_screen_is_through(sore_back):
    sore_back.says("which oil should I use?", "ask_oils")
    assert all(not m["guidance"] for m in sore_back.messages)
    assert sore_back.question


def test_a_wish_that_waited_is_met_at_the_end(sore_back):
    sore_back.says("which oil should I use?", "ask_oils")
    sore_back.to_the_end()
    topics = {g["topic"] for m in sore_back.messages for g in m["guidance"]}
    assert {"massage", "posture", "oils"} <= topics


def test_a_general_question_is_answered_unscreened(talk):
    talk.says("how often do people have a massage?", "ask_massage_frequency")
    assert talk.question is None
    assert talk.level is None
    assert "999" in talk.text


def test_a_complaint_of_ones_own_brings_the_screen_before_massage_advice(talk):
    talk.says("is a massage right for my sore back?", "ask_massage_suitability")
    assert "saddle_numbness" in talk.asks
    assert all(not m["guidance"] for m in talk.messages)


def test_correcting_the_place(sore_back):
    sore_back.says("actually it's my neck", "correct")
    assert sore_back.facts["region"] == "neck"
    assert "neck" in sore_back.text


def test_start_again(sore_back):
    sore_back.says("no")
    sore_back.says("start again", "start_again")
    assert sore_back.facts == {"country": "GB"}
    assert sore_back.findings == {}


def test_why_this_advice_names_what_decided_and_its_source(talk):
    talk.says("I take warfarin and my shoulder is tight, is a massage ok?", "ask_massage_suitability")
    while talk.question:
        plain = {
            "age": "50",
            "duration_days": "5 days",
            "pain_score": "3",
            "daily_life": "desk",
            "region": "shoulder",
        }
        talk.says(next((plain[a] for a in talk.asks if a in plain), "no"))
    assert talk.level == "check_first"
    talk.picks("Why this advice?")
    assert "blood" in talk.text.lower()
    assert talk.messages[0]["sources"]


def test_a_dark_hint_gets_one_kind_question(talk):
    talk.says("this back pain makes me want to die", "describe_complaint")
    assert talk.asks == ["self_harm"]
    assert talk.level is None
    talk.says("yes")
    assert talk.level == "emergency"
    assert "116 123" in talk.text


def test_a_record_survives_its_journey_as_json(sore_back, assistant):
    import json

    sore_back.record = json.loads(json.dumps(sore_back.record))
    assert sore_back.says("no").question


def test_a_place_named_in_a_general_question_is_not_the_complaints(talk):
    talk.says("can you crack my neck?", "ask_massage_risks")
    talk.says("my shoulder is stiff", "describe_complaint")
    assert talk.facts["region"] == "shoulder"


def test_hello_after_the_greeting_is_answered_in_other_words(talk, assistant):
    greeting = assistant.open("GB").messages[0]["text"]
    assert talk.says("hi", "greet").text != greeting


def test_why_this_advice_says_what_would_have_changed_it(advised):
    advised.picks("Why this advice?")
    text = advised.messages[0]["text"]
    assert "would have changed it" in text
    assert "Get emergency help now: for example" in text
    assert "Be seen today: for example" in text
    assert len(text) < 1100


@pytest.mark.parametrize(
    "text",
    [
        "my neck is like concrete, any massage I can do myself?",
        "I'm a hairdresser, what massage can I do on my neck and shoulders?",
    ],
)
def test_a_massage_wish_that_tells_of_oneself_is_screened_first(talk, text):
    talk.says(text, "ask_massage_technique")
    assert "saddle_numbness" in talk.asks
    assert all(not m["guidance"] for m in talk.messages)


def test_how_to_massage_in_general_is_answered_at_once(talk):
    talk.says("how do people massage their own shoulders?", "ask_massage_technique")
    assert talk.question is None


def test_somebody_who_only_talks_beside_a_question_of_fact_is_not_asked_for_ever(sore_back):
    while sore_back.asks != ["age"]:
        sore_back.says("no")
    fact = sore_back.asks
    put = 1
    while sore_back.asks == fact and put < 9:
        sore_back.says("hello hello", intent="greet")
        put += sore_back.asks == fact
    assert sore_back.asks != fact
    assert put == 4


def test_a_list_of_alarms_is_asked_however_long_they_talk_beside_it(sore_back):
    alarms = sore_back.asks
    for _ in range(9):
        sore_back.says("hello hello", intent="greet")
    assert sore_back.asks == alarms
    assert not sore_back.findings


def test_yes_to_a_whole_list_again_and_again_is_taken_the_careful_way(sore_back):
    while sore_back.question and "cough_worse" not in sore_back.asks:
        sore_back.says("41" if sore_back.asks == ["age"] else "no")
    listed, put = sore_back.asks, 1
    while sore_back.question and sore_back.asks == listed and put < 9:
        sore_back.says("oh yes it does")
        put += sore_back.asks == listed
    assert 2 <= put <= 4
    assert sore_back.asks != listed
