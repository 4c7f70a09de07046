"""What only the learned reader of findings hears: taken where it is sure, else asked about next; never lowered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.inbound import Inbound
from bot.language.observation import Observation

UNHEARD = "zum beispiel ein Kissen unter mir"  # no rule reads anything in it
NUMB, CALF, MILD = "saddle_numbness", "calf_swelling", "lump"


def say(talk, text, *learned, intent="describe_complaint"):
    """A message in which the learned reader alone hears ``learned``."""
    rules = talk.assistant.reader.read(text).observations
    doubts = [Observation("finding", one, certainty="hint", reader="learned") for one in learned]
    outcome = talk.assistant.take_turn(Inbound(text, intent, 0.9, (*rules, *doubts)), talk.record)
    talk.messages, talk.record = outcome.messages, outcome.record
    return talk


def test_it_is_asked_about_next_and_nothing_else(talk):
    say(talk, UNHEARD, NUMB)
    assert talk.asks == [NUMB]
    assert talk.level is None
    assert NUMB not in talk.findings


def test_the_record_says_which_reader_doubted(talk):
    assert say(talk, UNHEARD, NUMB).record["dialogue"]["learned"] == (NUMB,)


@pytest.mark.parametrize(("reply", "level"), [("yes", "emergency"), ("no", None)])
def test_the_answer_decides(talk, reply, level):
    say(talk, UNHEARD, NUMB)
    talk.says(reply)
    assert talk.level == level
    assert talk.asks != [NUMB]


def test_two_doubts_are_asked_one_after_the_other(talk):
    say(talk, UNHEARD, NUMB, CALF)
    talk.says("no")
    assert talk.asks == [CALF]


def test_a_milder_finding_waits_for_its_list(talk):
    say(talk, "my lower back aches", MILD)
    assert talk.asks != [MILD]


def test_what_the_rules_read_plainly_is_taken_at_once(talk):
    say(talk, "I can't feel anything when I wipe", CALF)
    assert talk.level == "emergency"


def test_a_doubt_beside_an_emergency_is_asked_about_when_that_is_taken_back(talk):
    say(talk, "my chest is tight and heavy", NUMB)
    assert talk.level == "emergency"
    assert talk.asks != [NUMB]
    talk.says("I pressed the wrong thing, my chest is fine", "correct")
    talk.says("no, no chest pain", "deny")
    assert talk.asks == [NUMB]
    assert talk.level != "emergency"


def test_a_bare_no_to_the_list_settles_it(sore_back):
    say(sore_back, "no", NUMB, intent="deny")
    assert sore_back.findings[NUMB] is False


def test_a_no_with_more_words_leaves_it_open(sore_back):
    say(sore_back, f"no, {UNHEARD}", NUMB, intent="deny")
    assert NUMB not in sore_back.findings
    assert sore_back.asks == [NUMB]


def test_an_answer_known_is_not_asked_again(sore_back):
    sore_back.says("no")
    say(sore_back, UNHEARD, NUMB)
    assert sore_back.asks != [NUMB]
    assert sore_back.findings[NUMB] is False


def test_what_it_is_sure_of_is_taken_at_once(talk):
    sure = Observation("finding", NUMB, reader="learned")
    outcome = talk.assistant.take_turn(Inbound(UNHEARD, "describe_complaint", 0.9, (sure,)), talk.record)
    talk.messages, talk.record = outcome.messages, outcome.record
    assert talk.findings[NUMB] is True
    assert talk.level == "emergency"


# --- what the rules read plainly and the learned reader finds unlikely --------------------------------------------

PLAIN = "I can't feel anything when I wipe"


def told(talk, text, certainty):
    """A message in which the rules read ``NUMB`` and whatever else, and the readers agree or not."""
    rules = talk.assistant.reader.read(text).observations
    seen = tuple(replace(one, certainty=certainty) if one.id == NUMB else one for one in rules)
    return talk.assistant.take_turn(Inbound(text, "describe_complaint", 0.9, seen), talk.record)


def test_what_is_disputed_is_asked_about_next(talk):
    outcome = told(talk, PLAIN, "disputed")
    talk.messages, talk.record = outcome.messages, outcome.record
    assert talk.asks == [NUMB]
    assert talk.level is None
    assert talk.says("yes").level == "emergency"


def test_said_in_answer_to_just_that_question_it_is_the_answer(talk):
    say(talk, UNHEARD, NUMB)
    assert talk.asks == [NUMB]
    assert told(talk, PLAIN, "disputed").record["assessment"]["findings"][NUMB] is True


def test_what_was_denied_before_is_not_lost_when_it_is_told_after_all(sore_back):
    sore_back.says("no")
    assert sore_back.findings[NUMB] is False
    assert told(sore_back, PLAIN, "disputed").record["assessment"]["findings"][NUMB] is True


@pytest.mark.parametrize(
    ("certainty", "heeded"),
    [("plain", True), ("disputed", True), ("improbable", True), ("faint", False), (None, False)],
)
def test_the_screen_gives_way_only_to_who_has_heard_the_same(talk, certainty, heeded):
    """None: the other reader heard nothing at all."""
    screened = talk.assistant.screen(PLAIN, talk.record, "GB")
    answered = told(talk, PLAIN if certainty else "my lower back aches", certainty)
    assert talk.assistant.heeds(answered.record, screened.record) is heeded


def test_of_two_alarms_both_must_have_been_heard(talk):
    both = f"{PLAIN} and my chest hurts"
    screened = talk.assistant.screen(both, talk.record, "GB")
    assert talk.assistant.heeds(told(talk, PLAIN, "disputed").record, screened.record) is False


@pytest.mark.parametrize(
    ("finding", "text"),
    [("night_pain", "Yes. It is there till the cock crows"), ("pregnancy", "Yes, our first, all is tip top")],
)
def test_a_yes_that_says_which_is_no_yes_to_the_worst(sore_back, finding, text):
    """The screen alone takes the most worrying reading of a "yes"; whoever knows which is meant goes before."""
    sore_back.until(finding)
    assert len(sore_back.asks) > 1
    screened = sore_back.assistant.screen(text, sore_back.record, "GB")
    assert screened is not None
    heard = Observation("finding", finding, reader="learned")
    answered = sore_back.assistant.take_turn(Inbound(text, "affirm", 0.9, (heard,)), sore_back.record)
    assert sore_back.assistant.heeds(answered.record, screened.record) is True
    assert answered.record["assessment"]["findings"][finding] is True
    assert sore_back.assistant.triage(answered.record)["level"] != "emergency"


def test_a_yes_that_does_not_say_which_stays_the_worst(sore_back):
    sore_back.until("pregnancy")
    screened = sore_back.assistant.screen("yes", sore_back.record, "GB")
    unheard = sore_back.assistant.take_turn(Inbound("yes, hm", "out_of_scope", 0.9), sore_back.record)
    assert screened is not None
    assert sore_back.assistant.heeds(unheard.record, screened.record) is (
        sore_back.assistant.triage(unheard.record)["level"] == "emergency"
    )


@pytest.mark.parametrize(("opening", "pregnant"), [("my dad's", False), ("my wife's", True)])
def test_a_man_is_not_pregnant_on_the_word_of_the_learned_reader_alone(talk, opening, pregnant):
    text = f"{opening} lower back is sore after a day at the desk"
    rules = talk.assistant.reader.read(text).observations
    heard = Observation("finding", "pregnancy", reader="learned")
    outcome = talk.assistant.take_turn(Inbound(text, "describe_complaint", 0.9, (*rules, heard)), talk.record)
    assert (outcome.record["assessment"]["findings"].get("pregnancy") is True) is pregnant


def test_a_faint_doubt_raises_no_question_of_its_own(talk):
    outcome = told(talk, PLAIN, "faint")
    assert NUMB not in outcome.record["assessment"]["findings"]
    assert NUMB not in outcome.record["dialogue"].get("hints", [])
    talk.messages, talk.record = outcome.messages, outcome.record
    assert talk.asks != [NUMB]


def test_a_faint_doubt_in_answer_to_just_that_question_is_the_answer(talk):
    say(talk, UNHEARD, NUMB)
    assert talk.asks == [NUMB]
    assert told(talk, PLAIN, "faint").record["assessment"]["findings"][NUMB] is True


# --- what the rules read plainly and the learned reader finds all but impossible -----------------------------------


def test_what_is_improbable_is_neither_taken_nor_asked_about_by_itself(talk):
    outcome = told(talk, PLAIN, "improbable")
    assert NUMB not in outcome.record["assessment"]["findings"]
    assert NUMB not in outcome.record["dialogue"]["hints"]
    assert outcome.record["dialogue"]["passed"] == (NUMB,)
    talk.messages, talk.record = outcome.messages, outcome.record
    assert talk.asks != [NUMB]


def test_its_list_still_asks_about_it(talk):
    outcome = told(talk, f"{PLAIN}, and my lower back hurts", "improbable")
    talk.messages, talk.record = outcome.messages, outcome.record
    talk.until(NUMB)
    assert NUMB in talk.asks


def test_what_was_let_pass_is_forgotten_with_the_next_message(talk):
    talk.record = told(talk, PLAIN, "improbable").record
    assert talk.says("my lower back hurts").record["dialogue"]["passed"] == ()


@pytest.mark.parametrize("before", ["asked", "denied"])
def test_an_improbable_answer_or_change_of_mind_counts(talk, sore_back, before):
    if before == "asked":
        say(talk, UNHEARD, NUMB)
    else:
        talk = sore_back.says("no")
        assert talk.findings[NUMB] is False
    assert told(talk, PLAIN, "improbable").record["assessment"]["findings"][NUMB] is True


def test_of_two_alarms_the_other_is_not_let_pass_with_it(talk):
    both = f"{PLAIN} and my chest hurts"
    screened = talk.assistant.screen(both, talk.record, "GB")
    assert talk.assistant.heeds(told(talk, PLAIN, "improbable").record, screened.record) is False


# --- a second sign beside a plain one, in answer to a list ---------------------------------------------------------


def test_a_second_sign_that_is_doubted_is_asked_about_alone(sore_back):
    sore_back.until("cancer_history")
    assert {"night_pain", "cancer_history"} <= set(sore_back.asks)
    plain = Observation("finding", "night_pain")
    doubt = Observation("finding", "cancer_history", certainty="hint", reader="learned")
    answer = "they took a breast off me in 2016, and at night no position is any good"
    outcome = sore_back.assistant.take_turn(
        Inbound(answer, "describe_complaint", 0.9, (plain, doubt)), sore_back.record
    )
    sore_back.messages, sore_back.record = outcome.messages, outcome.record
    assert sore_back.findings["night_pain"] is True
    assert sore_back.asks == ["cancer_history"]
    assert sore_back.says("yes").findings["cancer_history"] is True


def test_what_is_only_whispered_beside_a_plain_sign_is_a_no(sore_back):
    sore_back.until("cancer_history")
    plain = Observation("finding", "night_pain")
    whisper = Observation("whisper", "cancer_history", value=0.05, reader="learned")
    outcome = sore_back.assistant.take_turn(
        Inbound("at night no position is any good", "describe_complaint", 0.9, (plain, whisper)), sore_back.record
    )
    assert outcome.record["assessment"]["findings"]["cancer_history"] is False
