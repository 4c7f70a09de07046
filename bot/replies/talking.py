"""Lines that are neither question nor advice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.replies.drafts import Kind, draft
from bot.triage.assessment import Assessment

if TYPE_CHECKING:
    from bot.dialogue.mind import Mind


GOES_ON = ("greet", "thank")  # said in fewer words when a question follows


def line(kind: Kind, text: str) -> dict[str, Any]:
    """One plain message."""
    return draft(kind, text)


def small_talk(mind: Mind, intent: str, assessment: Assessment, turn: int, goes_on: bool) -> dict[str, Any]:
    """One friendly line for whatever is not about the body. ``goes_on``: the question that waits follows it."""
    name = f"{intent}_on" if goes_on and intent in GOES_ON else "greeting_again" if intent == "greet" else intent
    return line("answer", mind.words.say(name, turn, **mind.numbers(assessment)))


def facts_in_words(mind: Mind, assessment: Assessment, facts: Sequence[str]) -> str:
    """ "where it hurts: neck" for each changed fact."""
    knowledge = mind.knowledge
    said = []
    for fact in facts:
        value = str(assessment.facts[fact])
        if fact == "region" and value in knowledge.regions:
            value = knowledge.regions[value].name
        else:
            about = knowledge.facts[fact]
            value = about.values.get(value, f"{value} {about.unit}".strip())
        said.append(f"{knowledge.facts[fact].label.lower()}: {value}")
    return "; ".join(said)
