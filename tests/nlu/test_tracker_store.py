"""The tracker store that Rasa makes of endpoints.yml."""

from __future__ import annotations

import asyncio

from conftest import ROOT
from rasa.core.agent import Agent
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet

from bot.nlu.tracker_store import ForgetfulTrackerStore

DOMAIN = Domain.load(str(ROOT / "domain.yml"))


def store_of_endpoints() -> TrackerStore:
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    return Agent(domain=DOMAIN, tracker_store=TrackerStore.create(endpoints.tracker_store)).tracker_store


def remember(store: TrackerStore, sender: str, value: str) -> None:
    async def turn() -> None:
        tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
        tracker.update(SlotSet("assessment", value), DOMAIN)
        await store.save(tracker)

    asyncio.run(turn())


def recalled(store: TrackerStore, sender: str) -> object:
    return asyncio.run(store.get_or_create_tracker(sender, append_action_listen=False)).get_slot("assessment")


def test_rasa_uses_it() -> None:
    assert isinstance(store_of_endpoints()._tracker_store, ForgetfulTrackerStore)


def test_a_turn_is_forgotten() -> None:
    store = store_of_endpoints()
    remember(store, "turn-1", "private")
    assert recalled(store, "turn-1") is None
    assert "private" not in str(vars(store._tracker_store))


def test_a_turn_begins_with_its_session_begun() -> None:
    tracker = asyncio.run(store_of_endpoints().get_or_create_tracker("turn-2", append_action_listen=False))
    assert any(isinstance(event, SessionStarted) for event in tracker.events)
    assert [event.action_name for event in tracker.applied_events() if isinstance(event, ActionExecuted)] == [
        "action_listen"
    ]


def test_a_conversation_in_the_terminal_is_kept_and_the_oldest_goes_first() -> None:
    store = ForgetfulTrackerStore(DOMAIN, max_conversations=2)
    for sender in ("a", "b", "a", "c"):
        remember(store, sender, sender)
    assert [recalled(store, sender) for sender in ("a", "b", "c")] == ["a", None, "c"]
