"""Coming back after the advice: better, the same or worse."""

from __future__ import annotations

import pytest


def course(talk):
    return talk.record["course"]


def test_better_asks_the_score_and_tells_then_and_now(advised):
    advised.says("it's better", "report_change")
    assert advised.asks == ["pain_score"]
    assert advised.question["kind"] == "scale"
    assert advised.triage["status"] == "complete"
    advised.says("2")
    assert "4 out of 10" in advised.text
    assert "now: 2" in advised.text
    assert course(advised)["pains"] == (4, 2)
    assert course(advised)["changes"] == ("better",)
    assert advised.level == "self_care"


def test_worse_asks_the_warning_signs_again_in_one_question(advised):
    advised.says("it got worse", "report_change")
    assert advised.question["kind"] == "checklist"
    assert {"saddle_numbness", "bladder_change", "fever"} <= set(advised.asks)
    assert advised.level == "self_care"
    advised.says("no")
    assert advised.asks == ["pain_score"]


def test_much_worse_in_spite_of_own_care_is_seen_by_a_gp(advised):
    advised.says("it got worse", "report_change").says("none of these").says("7")
    assert advised.level == "see_gp"
    assert advised.triage["massage"] == "check_first"
    assert advised.triage["status"] == "complete"
    assert advised.triage["reasons"][0]["rule"] == "much_worse_in_spite_of_care"
    assert any(m["kind"] == "advice" for m in advised.messages)


def test_a_little_worse_stays_with_own_care(advised):
    advised.says("it got worse", "report_change").says("none of these").says("5")
    assert advised.level == "self_care"
    assert "5" in advised.text


def test_a_new_alarm_on_coming_back_is_an_emergency(advised):
    advised.says("worse", "report_change").says("my legs are suddenly weak, both of them", "report_alarm")
    assert advised.level == "emergency"
    assert advised.messages[0]["kind"] == "emergency"


def test_yes_to_the_list_is_taken_at_its_worst_and_asked_which(advised):
    advised.says("worse", "report_change").says("yes")
    assert advised.level == "emergency"
    assert advised.says("numb when I wipe").level == "emergency"


def test_a_ticked_fever_is_seen_today(advised):
    advised.says("worse", "report_change").picks("Fever or shivers")
    assert advised.level in ("same_day", "emergency")
    assert advised.triage["status"] == "complete"


def test_an_answer_that_cannot_be_read_twice_takes_the_careful_way(advised):
    advised.says("worse", "report_change").says("blorp")
    assert advised.level == "self_care"
    assert advised.question["kind"] == "checklist"
    assert advised.says("fnord").level == "emergency"


def test_the_same_before_the_time_limit_waits(advised):
    advised.says("about the same", "report_change").says("4")
    assert advised.level == "self_care"
    assert "6 weeks" in advised.text


@pytest.mark.parametrize("said", ["about the same", "it got worse"])
def test_past_the_time_limit_a_gp_should_look(talk, said):
    talk.says("my lower back is sore, I sit at a desk", "describe_complaint")
    while talk.question:
        plain = {"age": "41", "duration_days": "3 months", "pain_score": "4", "not_improving": "getting better"}
        talk.says(next((plain[a] for a in talk.asks if a in plain), "no"))
    assert talk.level == "self_care"
    talk.says(said, "report_change")
    assert talk.level in ("see_gp", "same_day")
    assert talk.findings["not_improving"] is True


def test_worse_after_see_gp_is_seen_today(talk):
    talk.says("my lower back is sore, I sit at a desk and take steroid tablets for years", "describe_complaint")
    while talk.question:
        plain = {"age": "41", "duration_days": "5 days", "pain_score": "4"}
        talk.says(next((plain[a] for a in talk.asks if a in plain), "no"))
    assert talk.level == "see_gp"
    talk.says("it got worse", "report_change")
    assert talk.level == "same_day"
    assert any(m["kind"] == "advice" for m in talk.messages)


def test_the_same_with_a_number_that_went_up_counts_as_worse(advised):
    advised.says("the same", "report_change").says("8")
    assert advised.question["kind"] == "checklist"
    advised.says("none of these")
    assert advised.level == "see_gp"
    assert advised.question is None


def test_less_pain_never_lowers_the_level(talk):
    talk.says("my upper back is sore, pain 9 out of 10, I sit at a desk", "describe_complaint")
    while talk.question:
        plain = {"age": "41", "duration_days": "5 days", "pain_score": "9"}
        talk.says(next((plain[a] for a in talk.asks if a in plain), "no"))
    level = talk.level
    assert level == "see_gp"
    talk.says("better now", "report_change").says("2")
    assert talk.level == level
    assert talk.facts["pain_score"] == 2


def test_a_report_without_a_direction_is_asked_which(advised):
    advised.says("I did what you said", "report_change")
    assert advised.question["kind"] == "choice"
    advised.picks("Better")
    assert advised.asks == ["pain_score"]


def test_change_and_number_in_one_message(advised):
    advised.says("much better, it's a 1 out of 10 now", "report_change")
    assert course(advised)["pains"] == (4, 1)


def test_a_higher_number_alone_is_a_change_for_the_worse(advised):
    advised.says("it is 7 out of 10 now", "give_number")
    assert advised.question["kind"] == "checklist"
    advised.says("none of these")
    assert advised.level == "see_gp"
    assert course(advised)["pains"] == (4, 7)


def test_a_lower_number_alone_is_a_change_for_the_better(advised):
    advised.says("it is 1 out of 10 now", "give_number")
    assert "now: 1" in advised.text
    assert advised.level == "self_care"


def test_a_corrected_number_is_no_change(advised):
    advised.says("sorry, I meant 2 out of 10", "correct")
    assert course(advised)["changes"] == ()


def test_weeks_later_and_no_better(advised):
    advised.says("it has been 8 weeks now and it is no better", "report_change")
    assert advised.level == "see_gp"


def test_an_unreadable_score_is_asked_once_more_then_let_go(advised):
    advised.says("better", "report_change").says("blorp")
    assert advised.asks == ["pain_score"]
    advised.says("fnord")
    assert advised.question is None
    assert advised.triage["status"] == "complete"


def test_why_is_explained_and_asked_again(advised):
    advised.says("better", "report_change").says("why do you ask?", "ask_why")
    assert advised.messages[0]["kind"] == "answer"
    assert advised.asks == ["pain_score"]


def test_after_see_gp_the_advice_stays_and_is_more_urgent(advised):
    advised.says("it got worse", "report_change").says("none of these").says("7")
    advised.says("still worse", "report_change").says("no").says("7")
    assert advised.level == "see_gp"
    assert "ask to be seen sooner" in advised.text
    advised.says("why this?", "ask_why_advice")
    assert "in spite of your own care" in advised.text


def test_better_after_see_gp_does_not_take_the_visit_back(advised):
    advised.says("it got worse", "report_change").says("none of these").says("7")
    advised.says("better now", "report_change").says("3")
    assert advised.level == "see_gp"
    assert "See a GP" in advised.text


def test_coming_back_twice_keeps_all_scores(advised):
    advised.says("better", "report_change").says("3")
    advised.says("better", "report_change").says("2")
    assert course(advised)["pains"] == (4, 3, 2)
    assert "3 out of 10" in advised.text
