"""A scripted patient in a conversation: opens, answers by what is asked, and stops when the advice has been given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import fast_yaml

CARDS = Path(__file__).with_name("patients.yml")
LIMIT = 20


@dataclass(frozen=True)
class Turned:
    """What a turn shows of itself, whichever way it was run."""

    triage: Mapping[str, Any]
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Played:
    """How a conversation went."""

    level: str | None
    massage: str | None
    status: str
    questions: int
    asked: tuple[tuple[str, ...], ...]


def cards() -> list[dict[str, Any]]:
    """All patients."""
    listed: list[dict[str, Any]] = fast_yaml.load(CARDS.read_text())["patients"]
    return listed


def answer(card: Mapping[str, Any], asks: tuple[str, ...], place: int = 0) -> str:
    """What this patient says to a question that asks these ids; ``place`` counts questions, for ways to say no."""
    told = [words for finding, words in card.get("has", {}).items() if finding in asks]
    told += [words for fact, words in card["facts"].items() if fact in asks]
    denies = card.get("denies", ("no",))
    return ", and ".join(told) or str(denies[place % len(denies)])


def play(card: Mapping[str, Any], say: Callable[[str], Turned]) -> Played:
    """One conversation from the opening to the advice; what a digression makes it ask again is not counted."""
    turned = say(card["opening"])
    asked: list[tuple[str, ...]] = []
    digressions = dict(card.get("digressions", {}))
    while turned.triage["status"] != "complete" and turned.asks and len(asked) < LIMIT:
        if (aside := digressions.pop(len(asked) + 1, None)) is not None:
            turned = say(aside)
            continue
        asked.append(turned.asks)
        turned = say(answer(card, turned.asks, len(asked) - 1))
    triage = turned.triage
    return Played(triage["level"], triage["massage"], triage["status"], len(asked), tuple(asked))


def shortfalls(card: Mapping[str, Any], played: Played) -> list[str]:
    """What is wrong with how it went, in words; empty when nothing is."""
    wrong = []
    if played.level not in card["levels"]:
        wrong.append(f"level {played.level}, expected {' or '.join(card['levels'])}")
    if card.get("massage", played.massage) != played.massage:
        wrong.append(f"massage {played.massage}, expected {card['massage']}")
    if played.questions > card.get("questions", 14):
        wrong.append(f"{played.questions} questions, at most {card.get('questions', 14)}")
    if played.status != "complete":
        wrong.append(f"status {played.status}")
    return wrong
