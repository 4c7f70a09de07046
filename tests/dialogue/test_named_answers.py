"""Answers that name a choice by its place or by a word of its label, and corrections that name what they correct."""

from __future__ import annotations

import pytest

from bot.dialogue import naming


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("no to all but the third", "bowel_change"),
        ("none apart from the 2nd one", "bladder_change"),
        ("none of these, just the pee thing", "bladder_change"),
    ],
)
def test_all_but_one_is_that_one(sore_back, text, finding):
    sore_back.says(text)
    assert sore_back.level == "emergency"
    assert [f for f, answer in sore_back.findings.items() if answer] == [finding]


def test_all_but_the_third_leaves_the_third_out(sore_back):
    sore_back.says("all except the third")
    assert sore_back.findings["bowel_change"] is False
    assert sore_back.findings["saddle_numbness"] is True


def test_one_choice_named_by_a_word_of_its_label(sore_back):
    sore_back.says("no")
    sore_back.says("yes the calf one")
    assert sore_back.findings["calf_swelling"] is True
    assert sore_back.level == "same_day"


def test_a_denied_word_of_a_label_names_nothing(sore_back):
    sore_back.says("no")
    sore_back.says("no, not the calf one")
    assert not sore_back.findings.get("calf_swelling")


@pytest.mark.parametrize("text", ["actually both legs", "oh wait, about the pee thing, yes"])
def test_a_correction_that_names_an_alarm_denied_before(sore_back, text):
    sore_back.says("no")
    sore_back.says(text, "correct")
    assert sore_back.level == "emergency"


def test_a_number_corrected_without_its_name(talk):
    talk.says("my lower back aches and I am 45", "describe_complaint").says("no")
    talk.says("sorry I meant 54", "correct")
    assert talk.facts["age"] == 54
    assert "54" in talk.text


def test_a_correction_from_no_to_yes_is_not_asked_about_again(sore_back):
    sore_back.until("cancer_history").says("no")
    sore_back.says("actually I did have breast cancer in 2014", "correct")
    assert sore_back.findings["cancer_history"] is True
    assert "cancer_history" not in sore_back.asks


@pytest.mark.parametrize(
    ("text", "region"), [("back", None), ("lower", "lower_back"), ("my neck", "neck"), ("middle back", "upper_back")]
)
def test_a_bare_place_is_a_complaint(talk, text, region):
    talk.says(text, "out_of_scope", 0.4)
    assert "saddle_numbness" in talk.asks
    assert talk.facts.get("region") == region


@pytest.mark.parametrize(("text", "region"), [("middle left", "upper_back"), ("lower", "lower_back"), ("3", "neck")])
def test_the_place_by_a_word_of_its_choice(talk, text, region):
    talk.says("back pain", "describe_complaint").until("region").says(text)
    assert talk.facts["region"] == region


def test_a_day_named_in_small_talk_is_no_duration(sore_back):
    sore_back.says("how are you today?", "out_of_scope")
    assert "duration_days" not in sore_back.facts


def test_a_sentence_that_opens_with_sometimes_is_no_yes(sore_back):
    sore_back.says("sometimes I wonder what to cook")
    assert sore_back.level is None


def test_yes_stands_where_no_denial_does():
    assert naming.agrees("oh, about the calf, yes")
    assert not naming.agrees("yes but not the calf")


def test_the_last_one_is_the_last_sign(sore_back):
    sore_back.says("the last one")
    assert sore_back.findings["sudden_leg_weakness"] is True


@pytest.mark.parametrize(
    ("text", "fact"),
    [("no, but I had a fever last night", "duration_days"), ("not sure about the calf", "region")],
)
def test_a_fact_about_a_sign_is_not_about_the_complaint(talk, text, fact):
    talk.says("my back aches", "describe_complaint").says("no").says(text)
    assert fact not in talk.facts


def test_getting_better_is_kept_though_something_else_was_asked(talk):
    talk.says("I'm 44 and my neck has been stiff for a year", "describe_complaint").until("fever")
    talk.says("it is getting better", "report_change")
    assert talk.findings["not_improving"] is False


@pytest.mark.parametrize("text", ["prefer not to say", "skip", "none of your business"])
def test_a_fact_may_be_kept_to_oneself(sore_back, text):
    sore_back.until("age").says(text)
    assert "age" not in sore_back.asks
    assert "age" not in sore_back.facts


def test_a_refusal_is_no_answer_to_a_sign(sore_back):
    sore_back.says("skip")
    assert sore_back.level is None
    assert "saddle_numbness" in sore_back.asks


def test_not_sure_about_one_of_them(sore_back):
    sore_back.says("no")
    sore_back.says("not sure about the calf")
    assert sore_back.findings["calf_swelling"] == "unsure"
    assert "chest_pain" in sore_back.asks


def test_i_meant_no_takes_back_the_last_yes_and_answers_nothing_else(sore_back):
    sore_back.says("yes")
    assert sore_back.level == "emergency"
    sore_back.says("I meant no", "correct")
    assert sore_back.question
    assert sore_back.says("no").level is None


def test_i_meant_no_is_no_answer_to_the_next_question(sore_back):
    sore_back.until("cancer_history").says("yes, I had breast cancer").says("I meant no", "correct")
    assert sore_back.findings["cancer_history"] is False
    assert "cough_worse" not in sore_back.findings


@pytest.mark.parametrize(
    "text",
    [
        "haha no, I'm just being a drama queen, none of them",
        "no, just feeling sorry for myself",
        "just the same as ever, no",
        "no only came to ask about oils",
    ],
)
def test_a_light_word_of_a_label_names_nothing(text):
    labels = {
        "cardiac_features": "This pain comes with sweating, feeling sick, being short of breath or feeling faint",
        "not_improving": "The same, or no better than when it came",
    }
    assert naming.pointed_at(labels, text) == ()
