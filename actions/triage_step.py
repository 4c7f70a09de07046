"""action_triage_step: takes the next step of the tree."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import take_turn


class TriageStep(Action):
    """Takes the next step of the tree."""

    def name(self) -> str:
        return "action_triage_step"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await take_turn(dispatcher, tracker)
