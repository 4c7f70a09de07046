"""Third person throughout: questions, advice, cards and general answers."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.processes

SECOND = re.compile(r"\b(your|yourself|are you|have you|do you|if you|when you|where you)\b", re.IGNORECASE)
TO_THE_WRITER = re.compile(
    r"if you (tell me|would rather|cannot reach|are not their|see someone|like, a person)", re.I
)


def spoken(reply) -> list[str]:
    texts = [message["text"] for message in reply.messages]
    texts += [card[part] for card in reply.guidance for part in ("title", "text", "dose")]
    return [TO_THE_WRITER.sub("", text) for text in texts]


def test_from_the_first_question_to_the_last_tip(someone):
    person = someone("it's for my mum, she's 82, her neck has been stiff since sunday")
    answers = {"daily_life": "a bit of everything", "pain_score": "4"}
    for _ in range(16):
        assert not [text for text in spoken(person.last) if SECOND.search(text)]
        if person.last.triage["status"] == "complete":
            break
        person.says(next((answers[ask] for ask in person.last.asks if ask in answers), "no"))
    assert person.last.level == "self_care"
    assert person.last.guidance
    for wish in ("more tips", "what oil should she use?", "why this advice?", "a plan for the week"):
        assert not [text for text in spoken(person.says(wish)) if SECOND.search(text)], wish


def test_a_child_is_for_a_parent_and_gets_no_massage_advice(someone):
    person = someone("my 9 year old's neck hurts")
    person.answers({})
    assert person.last.level == "see_gp"
    assert person.last.triage["massage"] == "no"
    assert "guardian" in person.last.text
    assert not [card for card in person.says("how do I massage it?").guidance if card["topic"] == "massage"]
