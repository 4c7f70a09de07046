"""Choosing guidance for one person: the same answers always bring the same pieces, best first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Protocol

from bot.advice.guidance import ANY_PRECAUTION, HANDS_ON_TOPICS, YOUNGEST_FOR_MASSAGE, Guidance, Information, Library
from bot.triage.assessment import Assessment

MASSAGE_IS_FINE = frozenset({"suitable", "with_precautions"})

RECENT_DAYS = 14
LASTING_DAYS = 42  # the catalogue's six weeks for a back that is not improving
SEVERE_PAIN = 7  # of 10, numeric rating scale convention
OLDER_AGE = 65
YOUNGER_AGE = 30
FRAIL_AGE = 75  # the catalogue's frail_or_over_75

_REGION_FITS = 3
_DAILY_LIFE_FITS = 3
_SAME_TOPIC_AGAIN = 3

_FIRST_SLOTS = (("massage",), ("posture",), ("movement",), ("lifestyle", "stress", "sleep", "heat_cold"))
# Which of the slots above leads, by what the person came for.
_SLOT_ORDER = {
    "posture_tip": (1, 0, 2, 3),
    "lifestyle": (2, 3, 1, 0),
    "what_is_wrong": (3, 2, 1, 0),
}


class Verdict(Protocol):
    """The part of the tree's decision that choosing needs: catalogue level and massage verdict, or None."""

    @property
    def level(self) -> str | None: ...

    @property
    def massage(self) -> str | None: ...


def choose(
    library: Library,
    assessment: Assessment,
    decision: Verdict,
    topics: Collection[str] | None = None,
    exclude: Collection[str] = (),
    limit: int = 3,
) -> tuple[Guidance, ...]:
    """Up to ``limit`` pieces that are allowed for this person, best first, adapted to what they must take care of.

    ``topics``: only these; None for all, then different topics are preferred. ``exclude``: ids already shown.
    Empty at every level but self_care and check_first; massage and oils only at self_care, with a verdict of
    suitable or with_precautions, and never under 16.
    """
    person = _Person(assessment, decision)
    pool = [
        piece
        for piece in library.guidance.values()
        if piece.id not in exclude and (topics is None or piece.topic in topics) and person.may_have(piece)
    ]
    chosen: list[Guidance] = []
    while pool and len(chosen) < limit:
        used = Counter(piece.topic for piece in chosen)
        best = min(pool, key=lambda piece: (_SAME_TOPIC_AGAIN * used[piece.topic] - person.score(piece), piece.id))
        pool.remove(best)
        chosen.append(best)
    return tuple(person.adapt(piece, library) for piece in chosen)


def first_advice(
    library: Library, assessment: Assessment, decision: Verdict, exclude: Collection[str] = (), limit: int = 4
) -> tuple[Guidance, ...]:
    """The first pieces a person gets, the topic of their goal leading.

    One each of massage (where it is fine), posture and movement, and with ``limit`` 4 one more on the cause, daily
    habits, stress, sleep or warmth. ``limit``: 3 or 4.
    """
    picks: list[tuple[Guidance, ...]] = []
    for topics in _FIRST_SLOTS:
        picks.append(choose(library, assessment, decision, topics, exclude, limit=1))
    order = _SLOT_ORDER.get(str(assessment.facts.get("goal")), range(len(picks)))
    # A lower limit drops the last slot, never massage, posture or movement.
    kept = [number for number in order if number < max(limit, 3) or not all(picks[:3])]
    return tuple(piece for number in kept for piece in picks[number])[: max(limit, 1)]


def more(
    library: Library,
    assessment: Assessment,
    decision: Verdict,
    shown: Collection[str],
    topics: Collection[str] | None = None,
    limit: int = 3,
) -> tuple[Guidance, ...]:
    """The next best pieces after those with the ids in ``shown``; empty when there is nothing left."""
    return choose(library, assessment, decision, topics, shown, limit)


def information_for(library: Library, intent: str, text: str = "") -> Information | None:
    """The general answer to a question of this intent; a narrower one where ``text`` names its subject.

    None for an intent without an answer.
    """
    general = library.information.get(intent)
    words = re.findall(r"[a-z]+", text.lower())
    spoken = " " + " ".join(words)
    best, most = general, 0
    for answer in library.information.values():
        matches = sum(f" {cue}" in spoken for cue in answer.cues) if answer.intent == intent else 0
        if matches > most:
            best, most = answer, matches
    return best


class _Person:
    """What choosing needs to know about one person, taken from the record once."""

    def __init__(self, assessment: Assessment, decision: Verdict) -> None:
        facts = assessment.facts
        self.level, self.massage = decision.level, decision.massage
        self.age = _number(facts.get("age"))
        self.region, self.daily_life, self.goal = (facts.get(key) for key in ("region", "daily_life", "goal"))
        self.situations = frozenset(_situations(assessment, self.age))
        # "Not sure", and each of several of which one is there, count as present: leave out rather than harm.
        self.present = {finding for finding, answer in assessment.findings.items() if answer in (True, "unsure")}
        for some in assessment.some_of.values():
            self.present.update(finding for finding in some if assessment.findings.get(finding) is not False)
        if self.age is not None and self.age >= FRAIL_AGE:
            self.present.add("frail_or_over_75")

    def may_have(self, piece: Guidance) -> bool:
        if self.level not in piece.levels or piece.not_with & self.present:
            return False
        if piece.topic in HANDS_ON_TOPICS:
            young = self.age is not None and self.age < YOUNGEST_FOR_MASSAGE
            if self.level != "self_care" or self.massage not in MASSAGE_IS_FINE or young:
                return False
        if self.age is not None:
            if piece.age_min is not None and self.age < piece.age_min:
                return False
            if piece.age_max is not None and self.age > piece.age_max:
                return False
        if piece.regions is not None and self.region not in piece.regions:
            return False
        return piece.daily_life is None or self.daily_life == "mixed" or self.daily_life in piece.daily_life

    def score(self, piece: Guidance) -> int:
        score = piece.priority + piece.goals.get(str(self.goal), 0)
        score += _REGION_FITS if piece.regions is not None else 0
        score += _DAILY_LIFE_FITS if piece.daily_life is not None and self.daily_life in piece.daily_life else 0
        return score + sum(weight for name, weight in piece.suits.items() if name in self.situations)

    def adapt(self, piece: Guidance, library: Library) -> Guidance:
        """The piece with the sentences this person needs on top."""
        cautions = {finding: piece.careful_with[finding] for finding in piece.careful_with if finding in self.present}
        if piece.topic in HANDS_ON_TOPICS:
            for finding, sentence in library.precautions.items():
                if finding in self.present:
                    cautions.setdefault(finding, sentence)
            if self.massage == "with_precautions" and not cautions:
                cautions[ANY_PRECAUTION] = library.precautions[ANY_PRECAUTION]
        return replace(piece, cautions=tuple(cautions[finding] for finding in sorted(cautions)))


def _situations(assessment: Assessment, age: float | None) -> Iterable[str]:
    facts = assessment.facts
    for name in ("stress", "sleep_problem"):
        if facts.get(name) is True:
            yield name
    days, pain = _number(facts.get("duration_days")), _number(facts.get("pain_score"))
    if days is not None and days <= RECENT_DAYS:
        yield "recent"
    if days is not None and days >= LASTING_DAYS:
        yield "lasting"
    if pain is not None and pain >= SEVERE_PAIN:
        yield "severe"
    if age is not None and age < YOUNGER_AGE:
        yield "younger"
    if age is not None and age >= OLDER_AGE:
        yield "older"


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
