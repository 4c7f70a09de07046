"""Replies to a list in words of one's own: a "no", "as above", or a sign told by an example of daily life."""

from __future__ import annotations

import pytest

from bot.dialogue.inbound import Inbound
from bot.language.observation import Observation
from tests.dialogue.conftest import Talk

NERVES = "saddle_numbness"


def hears(talk: Talk, text: str, *learned: Observation, denying: float = 0.0, intent: str = "nlu_fallback") -> Talk:
    """``text``, with what the learned readers would add."""
    read = talk.assistant.reader.read(text).observations
    inbound = Inbound(text, intent, 0.3, (*read, *learned), denying=denying)
    return talk._after(talk.assistant.take_turn(inbound, talk.record))


def whisper(finding: str, likelihood: float = 0.1) -> Observation:
    return Observation("whisper", finding, value=likelihood, reader="learned")


def doubt(finding: str) -> Observation:
    return Observation("finding", finding, certainty="hint", reader="learned")


@pytest.mark.parametrize("text", ["Nothing whatever of that kind.", "God forbid, no", "such thing I do not have"])
def test_a_no_in_other_words_turns_the_list_down(sore_back: Talk, text: str) -> None:
    assert NERVES in sore_back.asks
    hears(sore_back, text)
    assert sore_back.findings[NERVES] is False
    assert NERVES not in sore_back.asks


def test_what_is_classified_as_turning_down_turns_the_list_down(sore_back: Talk) -> None:
    assert hears(sore_back, "I have been spared that", denying=0.6).findings[NERVES] is False


def test_a_no_in_other_words_leaves_a_suspected_alarm_open(sore_back: Talk) -> None:
    hears(sore_back, "nothing I would call feeling down there", whisper(NERVES), denying=0.9)
    assert sore_back.findings.get(NERVES) is not False
    assert sore_back.asks == [NERVES]


@pytest.mark.parametrize("text", ["as above", "same answer as last time", "like before, no", "ditto"])
def test_as_above_after_a_no_is_a_no(sore_back: Talk, text: str) -> None:
    sore_back.says("no")
    asked = list(sore_back.asks)
    hears(sore_back, text)
    assert all(sore_back.findings[ask] is False for ask in asked)
    assert not sore_back.findings.get("not_improving")


def test_as_above_after_a_yes_is_none(sore_back: Talk) -> None:
    sore_back.until("night_pain").says("the pain all night")
    asked = list(sore_back.asks)
    hears(sore_back, "as above")
    assert not all(sore_back.findings.get(ask) is False for ask in asked)


def test_one_by_one(sore_back: Talk) -> None:
    assert sore_back.says("1 no 2 no 3 no 4 no 5 no 6 no").findings[NERVES] is False


@pytest.mark.parametrize(
    ("text", "told", "other"),
    [
        ("swear down, floor, chair, cushion, it carries on the same till dawn", "night_pain", "weight_loss"),
        ("yes, two belt holes since the summer and I eat like a horse", "weight_loss", "night_pain"),
    ],
)
def test_a_mild_sign_told_by_an_example_is_taken_and_the_rest_is_not_there(
    sore_back: Talk, text: str, told: str, other: str
) -> None:
    sore_back.until("weight_loss")
    hears(sore_back, text, whisper(told))
    assert sore_back.findings[told] is True
    assert sore_back.findings[other] is False


def test_an_alarm_told_by_an_example_is_asked_about_and_taken_when_it_is_said_again(sore_back: Talk) -> None:
    words = "I only know from the sound in the bowl"
    hears(sore_back, words, doubt("bladder_change"))
    assert sore_back.asks == ["bladder_change"]
    assert hears(sore_back, words, whisper("bladder_change")).level == "emergency"


def test_a_part_of_an_alarm_in_answer_to_its_list_is_asked_about(talk: Talk) -> None:
    talk.says("my neck aches after a day at the desk", "describe_complaint").until("meningitis_or_sepsis_signs")
    hears(talk, "just stiff", intent="describe_complaint")
    assert talk.level is None


def test_the_same_words_over_and_over_never_get_the_same_list_for_ever(sore_back: Talk) -> None:
    sore_back.until("night_pain")
    asked = list(sore_back.asks)
    for _ in range(4):
        hears(sore_back, "it is my left side and I stand all day")
    assert sore_back.asks != asked


def test_an_unreadable_list_of_milder_signs_is_no_emergency(sore_back: Talk) -> None:
    sore_back.until("night_pain")
    for text in ("blorp", "fnord", "grmbl"):
        sore_back.says(text)
    assert sore_back.level not in ("emergency", "self_care")
    assert "shingles" not in sore_back.text


def test_a_wish_that_hides_a_complaint_is_screened_first(talk: Talk) -> None:
    likely = Observation("signal", "complaint_likely", reader="learned")
    hears(talk, "which oil for a shoulder like an old gate?", likely, intent="ask_oils")
    assert NERVES in talk.asks


def heard(finding: str) -> Observation:
    """What the learned reader alone is sure of."""
    return Observation("finding", finding, reader="learned")


def test_an_alarm_that_was_denied_and_only_the_learned_reader_hears_is_asked_about(sore_back: Talk) -> None:
    sore_back.says("no").until("weight_loss")
    hears(sore_back, "my right toes scuff on kerbs, left one's fine", heard("bilateral_leg_symptoms"))
    assert sore_back.level != "emergency"
    assert sore_back.asks == ["bilateral_leg_symptoms"]
    assert sore_back.says("yes").level == "emergency"


def test_an_age_that_is_told_decides_what_follows_from_it(sore_back: Talk) -> None:
    hears(sore_back.until("age"), "I am seventy-one", heard("frail_or_over_75"))
    assert not sore_back.findings.get("frail_or_over_75")


def test_no_better_after_some_days_is_no_sign_yet(sore_back: Talk) -> None:
    hears(sore_back.until("weight_loss"), "it has been six days and my strength is the same", heard("not_improving"))
    assert "not_improving" not in sore_back.findings


def test_only_something_harmless_turns_a_milder_list_down_and_leaves_an_alarm_open(sore_back: Talk) -> None:
    asked = list(sore_back.asks)
    assert hears(sore_back, "only the drive home in that seat").asks == asked
    sore_back.says("no").until("weight_loss")
    assert hears(sore_back, "only the drive home in that seat").findings["weight_loss"] is False


def test_what_is_known_is_not_changed_by_the_time_of_a_sign(sore_back: Talk) -> None:
    sore_back.until("duration_days").says("5 days")
    sore_back.until("weight_loss").says("I've lost weight since last year")
    assert sore_back.facts["duration_days"] == 5


def test_a_no_with_a_question_in_it_goes_on(sore_back: Talk) -> None:
    hears(sore_back, "why would I have that lmao no", intent="ask_why_advice")
    assert sore_back.findings[NERVES] is False
    assert sore_back.question


@pytest.mark.parametrize("text", ["nothing really, just a stiff neck and a headache", "no, just a bad headache"])
def test_a_part_of_an_alarm_beside_a_no_is_neither_taken_nor_turned_down(talk: Talk, text: str) -> None:
    alarm = "meningitis_or_sepsis_signs"
    talk.says("my neck aches after a day at the desk", "describe_complaint").until(alarm)
    part = Observation("finding", alarm, certainty="hint")
    inbound = Inbound(text, "none_of_these", 0.9, (part,), denying=0.9)
    talk._after(talk.assistant.take_turn(inbound, talk.record))
    assert talk.findings.get(alarm) is not False
    assert talk.level != "emergency"
    assert talk.asks == [alarm]


def test_not_sure_of_one_sign_that_is_told_leaves_that_one_open_and_no_other(sore_back: Talk) -> None:
    sore_back.until("night_pain")
    asked = list(sore_back.asks)
    assert len(asked) > 2
    hears(sore_back, "Not sure. I think it is there whichever way I lie", doubt("night_pain"), intent="unsure")
    assert sore_back.asks == ["night_pain"]
    assert all(sore_back.findings[ask] is False for ask in asked if ask != "night_pain")
    hears(sore_back, "hard to say, it's there most nights", doubt("night_pain"), intent="unsure")
    assert sore_back.findings["night_pain"] in (True, "unsure")


def test_not_sure_with_words_about_an_alarm_leaves_the_whole_list_open(sore_back: Talk) -> None:
    hears(sore_back, "not sure, it tingles when I sit on the loo", doubt(NERVES), intent="unsure")
    assert sore_back.findings.get(NERVES) is not False
    assert sore_back.findings.get("bowel_change") is not False


def test_a_learned_fact_that_is_only_the_no_to_a_list_is_not_taken(sore_back: Talk) -> None:
    calm = Observation("fact", "stress", value=False, reader="learned")
    hears(sore_back, "haha no, none of them", calm)
    assert "stress" not in sore_back.facts


def test_a_no_by_its_intent_to_a_sign_that_is_heard_all_the_same_is_asked_once_more(sore_back: Talk) -> None:
    hears(sore_back, "it is as you describe. I have none while writing this", doubt(NERVES), intent="none_of_these")
    assert sore_back.asks == [NERVES]
    read = sore_back.assistant.reader.read("rather exact. I have none while writing").observations
    inbound = Inbound("rather exact. I have none while writing", "none_of_these", 0.95, (*read, doubt(NERVES)))
    sore_back._after(sore_back.assistant.take_turn(inbound, sore_back.record))
    assert NERVES not in sore_back.findings
    assert sore_back.asks == [NERVES]
    assert sore_back.says("no").findings[NERVES] is False
