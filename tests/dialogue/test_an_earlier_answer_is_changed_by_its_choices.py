"""A page may let a person pick again from an earlier question; the choices then carry what that question asked."""

from __future__ import annotations

import pytest

from bot.dialogue.inbound import Inbound


def change(talk, message, *labels):
    """Picks these choices of an earlier message anew."""
    asks = message["question"]["asks"]
    sets = [{**c["sets"], "change": asks} for c in message["choices"] if c["label"] in labels]
    assert len(sets) == len(labels)
    inbound = Inbound(intent="pick_option", confidence=1.0, choices=tuple(sets))
    return talk._after(talk.assistant.take_turn(inbound, talk.record))


def asked(talk):
    return next(m for m in talk.messages if m["question"])


@pytest.fixture
def screened(sore_back):
    """Two lists are answered with "none"; returns the talk and the first of them."""
    first = asked(sore_back)
    sore_back.says("none of these").says("none of these")
    return sore_back, first


def test_a_line_ticked_later_is_there_and_the_others_are_not(screened):
    talk, first = screened
    label = next(c["label"] for c in first["choices"] if c["sets"].get("answers", {}).get("bladder_change"))
    change(talk, first, label)
    assert talk.findings["bladder_change"] is True
    assert talk.findings["saddle_numbness"] is False
    assert talk.level == "emergency"


def test_an_alarm_is_taken_back_only_after_one_more_question(sore_back):
    first = asked(sore_back)
    label = first["choices"][0]["label"]
    none = first["choices"][-1]["label"]
    sore_back.picks(label)
    assert sore_back.level == "emergency"
    change(sore_back, first, none)
    assert sore_back.level == "emergency"
    assert sore_back.question["asks"] == ["saddle_numbness"]
    sore_back.says("no")
    assert sore_back.level is None


def test_a_fact_is_replaced_and_the_open_question_stays(talk):
    talk.says("i'm in pain", "describe_complaint").until("region")
    where = asked(talk)
    talk.picks("Neck")
    before = talk.question["id"]
    change(talk, where, "Lower back")
    assert talk.facts["region"] == "lower_back"
    assert talk.question
    assert before != where["question"]["id"]


def test_the_same_answer_again_changes_nothing(screened):
    talk, first = screened
    findings = dict(talk.findings)
    change(talk, first, first["choices"][-1]["label"])
    assert talk.findings == findings
    assert talk.question
