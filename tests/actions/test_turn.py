"""Actions carry a turn from Rasa to the mind and back."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import turn
from bot.language.observation import Observation


def tracker(text: str, intent: str, channel: str = "spinewise", **message: Any) -> Tracker:
    latest = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": [], **message}
    events = [{"event": "user", "input_channel": channel}]
    return Tracker("turn-1", {}, latest, events, False, None, {}, "action_listen")


async def run(name: str, latest: Tracker) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    executor = ActionExecutor()
    executor.register_package("actions")
    dispatcher = CollectingDispatcher()
    events = await executor.actions[name](dispatcher, latest, {})
    return dispatcher.messages, events


NUMB = Observation("finding", "saddle_numbness").to_entity()
SIX = ["triage_step", "explain", "correct", "start_again", "inform", "converse"]


def test_there_is_one_action_a_file_with_the_name_of_the_file():
    executor = ActionExecutor()
    executor.register_package("actions")
    names = {
        action.name() for action in (cls() for cls in Action.__subclasses__() if cls.__module__[:8] == "actions.")
    }
    assert names == {f"action_{name}" for name in SIX}


@pytest.mark.parametrize("name", SIX)
async def test_an_alarm_is_heard_whatever_the_action(name):
    messages, events = await run(f"action_{name}", tracker("numb", "greet", entities=[NUMB]))
    reply = messages[0]["custom"]
    assert reply["messages"][0]["kind"] == "emergency"
    assert events[0]["value"] == reply["record"]


async def test_the_record_of_the_message_goes_before_the_slot():
    opened = turn.assistant().open("GB").record
    latest = tracker("my neck hurts", "describe_complaint", metadata={"record": opened})
    messages, _ = await run("action_triage_step", latest)
    assert messages[0]["custom"]["record"]["assessment"]["facts"]["country"] == "GB"


async def test_a_turn_without_an_end_is_given_up(monkeypatch, caplog):
    leave = threading.Event()
    monkeypatch.setattr(turn, "_outcome", lambda _tracker: leave.wait(20))
    monkeypatch.setattr(turn, "SECONDS", 0.05)
    try:
        with pytest.raises(RuntimeError, match="too long"):
            await run("action_converse", tracker("my words", "greet", metadata={"request_id": "7" * 32}))
    finally:
        leave.set()
    assert turn.request_id.get() == "7" * 32
    assert "my words" not in caplog.text


async def test_other_channels_get_plain_text():
    messages, _ = await run("action_triage_step", tracker("ow", "describe_complaint", channel="cmdline"))
    assert "None of these" in messages[-1]["text"]
    assert all(message["custom"] == {} for message in messages)


async def test_a_failure_goes_on_without_the_persons_words(caplog):
    latest = tracker("secret words", "greet", metadata={"record": {"version": 99, "why": "secret words"}})
    with pytest.raises(RuntimeError) as error:
        await run("action_converse", latest)
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None
    assert "secret" not in caplog.text
