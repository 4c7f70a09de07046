from __future__ import annotations

import uuid

import pytest

from tests.running import Stack

pytestmark = pytest.mark.processes


def test_rasa_killed_between_two_messages(stack: Stack):
    person = stack.person()
    person.says("my lower back is sore after a day at the desk")
    pending = person.last.question
    stack.kill("rasa")
    try:
        key = str(uuid.uuid4())
        failed = person.post({"text": "no"}, key)
        assert failed.status == 503
        assert failed.body["code"] == "assistant_unavailable"
        assert "999" in failed.text

        alarm = stack.person().says("I have back pain and can't feel it when I wipe")
        assert alarm.level == "emergency"
    finally:
        stack.start("rasa")
        stack.wait_ready()
    answered = person.post({"text": "no"}, key)
    assert answered.status == 201
    assert answered.triage["facts"]["region"] == "lower_back"
    assert answered.question["id"] != pending["id"]
    said = [m["text"] for m in person.history().messages if m["role"] == "person"]
    assert said == ["my lower back is sore after a day at the desk", "no"]


def test_actions_killed_between_two_messages(stack: Stack):
    person = stack.person()
    person.says("my neck is stiff")
    stack.kill("actions")
    try:
        failed = person.says("no")
        assert failed.status == 503
        assert failed.body["code"] == "assistant_unavailable"
    finally:
        stack.start("actions")
        stack.wait_ready()
    assert person.says("no").status == 201
