"""Corrections of earlier answers, and the days after the advice."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.processes


def test_actually_both_legs(someone):
    person = someone("sciatica down my left leg for 3 weeks")
    person.says("no")
    assert person.says("actually both legs").level == "emergency"


def test_a_yes_meant_as_a_no_is_made_sure_of(someone):
    person = someone("lower back ache")
    assert person.says("yes").level == "emergency"
    assert person.says("I meant no").question
    assert person.says("no").level is None


def test_a_number_is_corrected_without_its_name(someone):
    person = someone("lower back ache, I'm 45")
    person.says("no")
    assert person.says("sorry I meant 54").triage["facts"]["age"] == 54


def test_a_dark_phrase_gets_one_kind_question(someone):
    person = someone("this pain makes me want to die")
    assert person.last.asks == ["self_harm"]
    assert person.says("no, just an expression").level is None


def test_coming_back_worse_is_checked_again_and_raises_the_level(someone):
    person = someone("my lower back aches since 5 days, im 40, pain 4")
    person.answers({"daily_life": "desk"})
    assert person.last.level == "self_care"
    assert person.says("hello again, it's worse now").question
    person.says("no")
    assert person.says("6").level == "see_gp"


def test_coming_back_the_same(someone):
    person = someone("my lower back aches since 5 days, im 40, pain 4")
    person.answers({"daily_life": "desk"})
    person.says("same as before")
    reply = person.says("4")
    assert "Pain then: 4" in reply.text
    assert reply.level == "self_care"
