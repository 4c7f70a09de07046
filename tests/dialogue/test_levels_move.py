"""The level rises with what is said, and goes down only by a confirmed correction."""

from __future__ import annotations


def test_a_later_no_changes_nothing(sore_back):
    sore_back.says("I can't feel it when I wipe", "report_alarm")
    assert sore_back.level == "emergency"
    for text in ("no", "no numbness", "it's fine"):
        assert sore_back.says(text).level == "emergency"


def test_an_emergency_is_not_said_twice_in_the_same_words(sore_back):
    sore_back.says("I can't feel it when I wipe", "report_alarm")
    first = sore_back.says("can I have a massage then?", "ask_massage_suitability").text
    second = sore_back.says("just a light one?", "ask_massage_suitability").text
    assert first != second
    assert all(m["guidance"] == [] for m in sore_back.messages)


def test_taking_an_alarm_back_is_confirmed(sore_back):
    sore_back.says("I can't feel it when I wipe", "report_alarm")
    sore_back.says("sorry, I meant no", "correct")
    assert sore_back.level == "emergency"
    assert sore_back.asks == ["saddle_numbness"]
    sore_back.says("no")
    assert sore_back.level is None
    assert sore_back.findings["saddle_numbness"] is False


def test_a_confirmed_alarm_stays(sore_back):
    sore_back.says("I can't feel it when I wipe", "report_alarm")
    sore_back.says("start again", "start_again")
    assert sore_back.asks == ["saddle_numbness"]
    assert sore_back.says("yes").level == "emergency"


def test_a_massage_condition_sets_its_level_at_once(sore_back):
    sore_back.says("no, but I take warfarin", "deny")
    assert sore_back.level == "check_first"
    assert sore_back.triage["massage"] == "check_first"


def test_worse_after_the_advice_reopens_it(sore_back):
    sore_back.to_the_end()
    assert sore_back.triage["status"] == "complete"
    sore_back.says("now I have a fever with it", "report_change")
    assert sore_back.asks == ["fever"]
    sore_back.says("yes")
    assert sore_back.level == "same_day"
    assert sore_back.triage["status"] == "complete"


def test_a_no_that_turns_into_a_yes_is_believed_and_asked_about(sore_back):
    sore_back.until("blood_clot").says("also I have a fever now", "describe_complaint")
    assert sore_back.findings["fever"] is True
    assert sore_back.asks == ["fever"]
    sore_back.says("yes")
    assert sore_back.level == "same_day"


def test_under_sixteen_gets_no_massage(talk):
    talk.says("I'm 14 and my upper back hurts from my school bag", "describe_complaint")
    while talk.question:
        plain = {
            "age": "14",
            "duration_days": "5 days",
            "pain_score": "3",
            "daily_life": "desk",
            "region": "upper back",
        }
        talk.says(next((plain[a] for a in talk.asks if a in plain), "no"))
    assert talk.level == "see_gp"
    assert talk.triage["massage"] == "no"
    assert "parent" in talk.text.lower()


def test_when_it_got_worse_is_not_when_it_began(sore_back):
    sore_back.until("blood_clot").says("no").says("no")
    assert sore_back.level == "self_care"
    began = sore_back.facts["duration_days"]
    sore_back.says("it got worse since yesterday", "report_change")
    assert sore_back.facts["duration_days"] == began


def test_thanks_go_to_the_writer(talk):
    talk.says("my mum's lower back is sore from the garden, she is 50", "describe_complaint").until("blood_clot")
    for _ in range(4):
        talk.says("no")
    assert talk.level is not None
    assert "themselves" not in talk.says("no").text
