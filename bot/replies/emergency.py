"""The emergency message: unmistakable, short, with the number first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.replies.contract import sources_of
from bot.replies.drafts import draft
from bot.replies.levels import words_of
from bot.triage.assessment import Assessment
from bot.triage.tree import Decision

if TYPE_CHECKING:
    from bot.dialogue.mind import Mind


def message(mind: Mind, decision: Decision, assessment: Assessment) -> dict[str, Any]:
    """What to do now, what to say there, what not to do, and what made us say so."""
    words = words_of(mind, decision, assessment)
    text = f"{words.title}\n{words.paragraph()}" if words.title else words.paragraph()
    if not words.alone and (because := because_of(mind, decision, assessment)):
        text += "\n" + because
    return draft("emergency", text, sources=sources_of(mind.knowledge, decision))


GOING = ("thank", "goodbye", "affirm", "greet")


@dataclass(frozen=True)
class Told:
    """What the person said after the emergency message: something ``new`` that is wrong, or just an ``intent``."""

    new: bool
    intent: str


def reminder(mind: Mind, decision: Decision, assessment: Assessment, turn: int, told: Told) -> dict[str, Any]:
    """The same again in fewer and other words, for whoever goes on talking."""
    words, numbers = words_of(mind, decision, assessment), mind.numbers(assessment)
    if words.path == "self_harm":
        return draft("emergency", mind.words.say("crisis_again", turn, **numbers))
    name = "emergency_already" if told.new else "emergency_go" if told.intent in GOING else "emergency_again"
    return draft("emergency", mind.words.say(name, turn, what_to_do=words.what_to_do, **numbers))


def because_of(mind: Mind, decision: Decision, assessment: Assessment) -> str:
    """What made us say so: told outright, at least one of several, or left unsure; "" when only facts did."""
    ids = dict.fromkeys(f for reason in decision.reasons for f in reason.findings if f in mind.knowledge.findings)
    some = {f for several in assessment.some_of.values() for f in several if assessment.findings.get(f) is not True}
    unsure = {f for f in ids if assessment.findings.get(f) == "unsure"} - some
    said = []
    for name, group in (
        ("because", [f for f in ids if f not in some and f not in unsure]),
        ("because_some", [f for f in ids if f in some]),
        ("because_unsure", [f for f in ids if f in unsure]),
    ):
        if group:
            said.append(mind.words.say(name, names="; ".join(mind.knowledge.findings[f].name for f in group)))
    return " ".join(said)
