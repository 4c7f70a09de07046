"""A tracker store that forgets each turn of the web channel at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Dict, Optional, Text

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

TURN_PREFIX = "turn-"


class ForgetfulTrackerStore(InMemoryTrackerStore):
    """Keeps nothing of senders ``turn-...``, and the latest conversations of others (``rasa shell``, ``rasa test``).

    The record of a person lives in the API's database and comes with each turn, so no turn needs the one before it.
    A kept turn would only hold health text in memory. ``max_conversations`` bounds the others.
    """

    def __init__(
        self,
        domain: Optional[Domain],
        event_broker: Optional[EventBroker] = None,
        max_conversations: int = 100,
        **kwargs: Dict[Text, Any],
    ) -> None:
        """``kwargs``: the other settings of ``tracker_store`` in endpoints.yml, unused."""
        super().__init__(domain or Domain.empty(), event_broker)
        self.store: OrderedDict[Text, Text] = OrderedDict()  # type: ignore[assignment]
        self._max_conversations = max_conversations

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The tracker of a conversation, or None; for a turn a new one.

        Its session has begun already, which saves Rasa a session start on each turn. Rasa wraps this store in one
        that makes trackers itself, so this is the place to hand one out.
        """
        if not sender_id.startswith(TURN_PREFIX):
            return await super().retrieve(sender_id)
        tracker = self.init_tracker(sender_id)
        for event in (
            ActionExecuted(ACTION_SESSION_START_NAME),
            SessionStarted(),
            ActionExecuted(ACTION_LISTEN_NAME),
        ):
            tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker unless it is a turn; the least recently saved goes when there are too many."""
        if tracker.sender_id.startswith(TURN_PREFIX):
            return
        await super().save(tracker)
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > self._max_conversations:
            self.store.popitem(last=False)
