"""The second of the two people this is built for."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.processes


@pytest.mark.parametrize(
    "opening",
    [
        "back pain and I can't feel it when I wipe",
        "back pain and i cant feel it when i wipe",
        "my back hurts and since this morning both my legs have gone numb",
        "sore neck but also my chest feels tight and i'm sweating",
    ],
)
def test_one_message_is_enough(someone, opening):
    reply = someone(opening).last
    assert reply.level == "emergency"
    assert reply.triage["massage"] == "no"
    assert reply.triage["status"] == "complete"
    assert reply.messages[0]["kind"] == "emergency"
    assert "999" in reply.messages[0]["text"]
    assert reply.guidance == []


def test_an_alarm_in_the_middle_of_the_questions_is_heard(someone):
    person = someone("my neck is stiff from the computer")
    person.says("no")
    assert person.says("no, but I can't hold my pee since yesterday").level == "emergency"


def test_a_plain_yes_to_several_alarms_is_taken_at_its_worst(someone):
    person = someone("my lower back aches")
    assert "saddle_numbness" in person.last.asks
    reply = person.says("yes")
    assert reply.level == "emergency"
    assert reply.messages[0]["kind"] == "emergency"


def test_a_later_no_does_not_lower_it(someone):
    person = someone("back pain and I can't feel it when I wipe")
    assert person.says("no").level == "emergency"
    assert person.says("no numbness, all fine").level == "emergency"


def test_a_correction_is_confirmed_before_it_is_believed(someone):
    person = someone("my lower back aches")
    person.picks(next(label for label in person.last.choices if "umb" in label))
    assert person.last.level == "emergency"
    asked = person.says("sorry, I ticked the wrong one")
    assert asked.level == "emergency"
    assert asked.question["kind"] == "yes_no"
    assert person.picks("No").level is None


def test_words_that_only_sound_like_an_alarm_are_no_emergency(someone):
    assert someone("my back is killing me after gardening").last.level is None
    assert someone("I laughed so much I nearly wet myself, anyway my shoulders are tight").last.level is None


def test_dark_words_get_one_kind_question(someone):
    reply = someone("this back pain makes me want to die").last
    assert reply.level is None
    assert reply.asks == ["self_harm"]


def test_a_crisis_names_the_crisis_line(someone):
    reply = someone("my back hurts all the time and I want to end my life").last
    assert reply.level == "emergency"
    assert "116 123" in reply.text
