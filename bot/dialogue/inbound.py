"""What comes into a turn and what leaves it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.language.observation import Observation


@dataclass(frozen=True)
class Inbound:
    """One message of a person, already classified and read.

    ``intent`` is "" when nobody classified the message (the emergency screen before Rasa).
    ``choices`` are the ``sets`` of ticked choices, empty for typed text. ``denying``: how likely (0-1) the message
    turns down one thing or several, whichever intent is the likeliest.
    """

    text: str = ""
    intent: str = ""
    confidence: float = 0.0
    observations: tuple[Observation, ...] = ()
    choices: tuple[Mapping[str, Any], ...] = ()
    # Typed in a language of which only a few words are understood, with more words than those.
    foreign: bool = False
    denying: float = 0.0


# What the API puts in place of a leading "/": the text tried to be a command.
COMMAND_MARK = "\uff0f"
_PAYLOAD = re.compile(rf"{COMMAND_MARK}\s*[\w.-]+\s*\{{")


def defused(inbound: Inbound) -> Inbound:
    """``inbound`` without what a text that tries to be a command must not do.

    Its intent counts for nothing ("/restart" restarts nothing), and a payload ("/inform{...}") says nothing. The
    words of any other text with a slash before it are still read: it may be somebody in need with a clumsy thumb.
    """
    if inbound.choices or not inbound.text.startswith(COMMAND_MARK):
        return inbound
    if _PAYLOAD.match(inbound.text):
        return Inbound(text=COMMAND_MARK)
    return replace(inbound, intent="", confidence=0.0, denying=0.0)


@dataclass(frozen=True)
class Outcome:
    """What a turn brings.

    ``messages``: drafts in the contract's Message shape without ``id``, ``seq`` and ``role``, each choice with
    its ``sets``. ``record``: the JSON that must come back with the next turn.
    """

    messages: list[dict[str, Any]]
    record: dict[str, Any]
