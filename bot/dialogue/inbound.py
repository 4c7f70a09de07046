"""What comes into a turn and what leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.language.observation import Observation


@dataclass(frozen=True)
class Inbound:
    """One message of a person, already classified and read.

    ``intent`` is "" when nobody classified the message (the emergency screen before Rasa).
    ``choices`` are the ``sets`` of ticked choices, empty for typed text.
    """

    text: str = ""
    intent: str = ""
    confidence: float = 0.0
    observations: tuple[Observation, ...] = ()
    choices: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a turn brings.

    ``messages``: drafts in the contract's Message shape without ``id``, ``seq`` and ``role``, each choice with
    its ``sets``. ``record``: the JSON that must come back with the next turn.
    """

    messages: list[dict[str, Any]]
    record: dict[str, Any]
