"""Intents, facts and whole conversations against their labels."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.compare_nlu import macro_f1
from bot.dialogue.state import Pending, Record
from bot.triage.knowledge import Knowledge
from evaluation.material import ROOT
from evaluation.pipeline import COUNTRY, Pipeline
from tests.patients.play import Played, Turned, play
from tests.understanding.labelled import Message

OTHER = "out_of_scope"
LEVELS = ("emergency", "same_day", "see_gp", "check_first", "self_care")


@dataclass(frozen=True)
class Guess:
    """A message, and what the model thinks it is."""

    message: Message
    said: str
    confidence: float


def guesses(pipeline: Pipeline, messages: Iterable[Message]) -> list[Guess]:
    """Every message with an intent, classified."""
    found = []
    for message in messages:
        if message.intent:
            intent = pipeline.model.parse(message.text)["intent"]
            found.append(Guess(message, str(intent["name"]), float(intent["confidence"])))
    return found


def intent_figures(found: Sequence[Guess]) -> dict[str, float | None]:
    """Accuracy, macro-F1, how much of what is not for us is caught, and how much that is for us is lost to that."""
    rows = [(one.message.intent or "", one.said, one.confidence) for one in found]
    outside = [said == OTHER for meant, said, _ in rows if meant == OTHER]
    inside = [said == OTHER for meant, said, _ in rows if meant != OTHER]
    return {
        "macro_f1": macro_f1(rows),
        "accuracy": statistics.mean(meant == said for meant, said, _ in rows),
        "out_of_scope_recall": statistics.mean(outside),
        "in_scope_loss": statistics.mean(inside),
    }


def confusion(found: Sequence[Guess]) -> Counter[tuple[str, str]]:
    """How often each intent (first) was taken for each (second)."""
    return Counter((one.message.intent or "", one.said) for one in found)


def fits(expected: Any, taken: Any, fact: str) -> bool:
    """Whether a fact as taken is what the label says: any of a list, near enough, or (None) not taken."""
    if isinstance(expected, Mapping):
        return isinstance(taken, int | float) and expected["from"] <= taken <= expected["to"]
    if isinstance(expected, list):
        return any(fits(one, taken, fact) for one in expected)
    if expected is None:
        return taken is None
    if fact == "duration_days" and isinstance(taken, int | float) and not isinstance(taken, bool):
        return bool(abs(taken - expected) <= max(2.0, 0.15 * expected))
    return bool(taken == expected and isinstance(taken, bool) == isinstance(expected, bool))


def facts_taken(pipeline: Pipeline) -> Callable[[Message], Mapping[str, Any]]:
    """What the assistant takes of a message: facts and the side."""
    questions = {
        ask: question.id
        for question in Knowledge.load(ROOT / "data" / "clinical").questions.values()
        for ask in question.asks
    }

    def taken(message: Message) -> Mapping[str, Any]:
        record = Record()
        if message.asked:
            record = record.with_dialogue(pending=Pending(questions[message.asked], (message.asked,)))
        after = pipeline.assistant.take_turn(pipeline.inbound(message.text), record.to_json()).record["assessment"]
        return {**after["facts"], **after["details"]}

    return taken


@dataclass
class Facts:
    """How many labelled facts were taken as they should, and which were not."""

    wanted: Counter[str]
    found: Counter[str]
    missed: list[tuple[str, Any, Any, Message]]  # fact, expected, taken

    def share(self) -> float:
        """Share of the labelled facts that were right."""
        return self.found.total() / self.wanted.total()


def facts(messages: Iterable[Message], taken: Callable[[Message], Mapping[str, Any]]) -> Facts:
    """Every labelled fact against what is ``taken`` from the message."""
    sums = Facts(Counter(), Counter(), [])
    for message in messages:
        if not message.facts:
            continue
        got = taken(message)
        for fact, expected in message.facts.items():
            sums.wanted[fact] += 1
            if fits(expected, got.get(fact), fact):
                sums.found[fact] += 1
            else:
                sums.missed.append((fact, expected, got.get(fact), message))
    return sums


@dataclass(frozen=True)
class Visit:
    """A scripted patient and how the conversation went. ``verdict``: right, under, over or unfinished."""

    card: Mapping[str, Any]
    played: Played
    verdict: str


def visit(pipeline: Pipeline, card: Mapping[str, Any]) -> Visit:
    """One conversation by free text from the opening to the advice."""
    record: Mapping[str, Any] = pipeline.assistant.open(COUNTRY).record

    def say(text: str) -> Turned:
        nonlocal record
        outcome = pipeline.turn(text, record)
        record = outcome.record
        asked = [message["question"]["asks"] for message in outcome.messages if message["question"]]
        return Turned(pipeline.assistant.triage(record), tuple(asked[-1]) if asked else ())

    played = play(card, say)
    return Visit(card, played, verdict(card["levels"], played))


def verdict(levels: Sequence[str], played: Played) -> str:
    """right, under (less urgent than any level that is right), over, or unfinished."""
    if played.status != "complete" or played.level is None:
        return "unfinished"
    if played.level in levels:
        return "right"
    urgency = LEVELS.index(played.level)
    return "over" if urgency < min(LEVELS.index(level) for level in levels) else "under"


def patient_figures(visits: Sequence[Visit]) -> dict[str, float | None]:
    """Levels and massage verdicts right, under- and over-triage, and the questions it took."""
    questions = [one.played.questions for one in visits]
    judged = [one for one in visits if "massage" in one.card]
    return {
        "level_right": statistics.mean(one.verdict == "right" for one in visits),
        "under_triage": statistics.mean(one.verdict == "under" for one in visits),
        "over_triage": statistics.mean(one.verdict == "over" for one in visits),
        "unfinished": statistics.mean(one.verdict == "unfinished" for one in visits),
        "massage_right": statistics.mean(one.card["massage"] == one.played.massage for one in judged),
        "questions_median": statistics.median(questions),
        "questions_max": max(questions),
        "too_many_questions": statistics.mean(one.played.questions > one.card.get("questions", 14) for one in visits),
    }
