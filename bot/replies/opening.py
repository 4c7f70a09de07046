"""The first words of a conversation, and the choices that stand in for free text where that is not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.replies.drafts import choice, draft
from bot.triage.assessment import Assessment

if TYPE_CHECKING:
    from bot.dialogue.mind import Mind

# General questions that the opening offers where somebody can only choose.
WISHES = ("ask_massage_suitability", "ask_posture", "ask_movement", "ask_heat_cold", "ask_sleep", "ask_stress")


def greeting(mind: Mind, assessment: Assessment) -> dict[str, Any]:
    """Who speaks, what for, and what to do in an emergency; where free text is not understood, that too."""
    text = mind.words.say("greeting", 0, **mind.numbers(assessment))
    if mind.tongue is None:
        return draft("info", text)
    return draft("info", f"{text}\n{mind.words.say('only_choices')}", start_choices(mind))


def start_choices(mind: Mind, for_another: bool = False) -> list[dict[str, Any]]:
    """What somebody with no complaint yet can choose; ``for_another``: that they ask for another is known."""
    say, known = mind.words.say, mind.wishes.known
    choices = [choice(say("start_pain"), say="describe_complaint")]
    if not for_another:
        choices.append(choice(say("start_for_another"), say="for_someone_else"))
    return choices + [choice(known[wish].label, say=wish) for wish in WISHES]
