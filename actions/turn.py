"""What every action does: latest message and record in, one turn of the mind, messages and record out."""

from __future__ import annotations

import asyncio
import logging
import traceback
from contextvars import ContextVar
from functools import cache
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.answering import ANSWER_INTENTS
from bot.dialogue.assistant import Assistant
from bot.dialogue.inbound import Inbound, Outcome
from bot.language.observation import Observation

log = logging.getLogger("spinewise.actions")

CHANNEL = "spinewise"
SECONDS = 3.0  # Rasa waits five for an action, and the API eight for Rasa
# Of the turn at work, for the log; the API and Rasa log the same.
request_id: ContextVar[str] = ContextVar("request_id", default="")
SLOT = "assessment"


@cache
def assistant() -> Assistant:
    """The one assistant of this process; loaded at start, so that broken data stops it there."""
    return Assistant.load()


def inbound_from(tracker: Tracker) -> Inbound:
    """The latest message as the mind takes it in."""
    message = tracker.latest_message
    entities = message.get("entities") or []
    intent = message.get("intent") or {}
    observations = [Observation.from_entity(entity) for entity in entities]
    ranking = {one["name"]: float(one["confidence"]) for one in message.get("intent_ranking") or []}
    return Inbound(
        text=message.get("text") or "",
        intent=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0.0),
        observations=tuple(seen for seen in observations if seen is not None),
        choices=tuple(entity["value"] for entity in entities if entity.get("entity") == "choice"),
        denying=sum(ranking.get(name, 0.0) for name, says in ANSWER_INTENTS.items() if says == "no"),
    )


def record_from(tracker: Tracker) -> dict[str, Any] | None:
    """The record that came with the message, or else the slot (``rasa shell``, ``rasa test``)."""
    metadata = tracker.latest_message.get("metadata") or {}
    record: dict[str, Any] | None = metadata.get("record") or tracker.get_slot(SLOT)
    return record


async def take_turn(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict[str, Any]]:
    """One turn, said on the channel the message came from. RuntimeError when it fails or takes too long."""
    metadata = tracker.latest_message.get("metadata") or {}
    request_id.set(str(metadata.get("request_id") or ""))
    assistant()  # loaded by now, except in a test or a shell, where loading is no part of the turn
    # In a thread, so that a turn without an end holds up neither the others nor the answer that it failed.
    try:
        async with asyncio.timeout(SECONDS):
            outcome = await asyncio.to_thread(_outcome, tracker)
    except TimeoutError:
        log.error("turn took longer than %s s", SECONDS)
        raise RuntimeError("turn took too long") from None
    if tracker.get_latest_input_channel() == CHANNEL:
        dispatcher.utter_message(json_message={"messages": outcome.messages, "record": outcome.record})
    else:
        _say_plainly(dispatcher, outcome)
    return [SlotSet(SLOT, outcome.record)]


def _outcome(tracker: Tracker) -> Outcome:
    try:
        return assistant().take_turn(inbound_from(tracker), record_from(tracker))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        log.error("turn failed: %s at %s:%s", type(error).__name__, where.name, where.lineno)
        # The error's own text may hold what a person wrote, so it goes no further.
        raise RuntimeError("turn failed") from None


def _say_plainly(dispatcher: CollectingDispatcher, outcome: Outcome) -> None:
    """Plain text, for Rasa's own channels; choices are typed there."""
    for message in outcome.messages:
        labels = [choice["label"] for choice in message["choices"]]
        listed = "\n" + " / ".join(labels) if labels else ""
        dispatcher.utter_message(text=message["text"] + listed)
