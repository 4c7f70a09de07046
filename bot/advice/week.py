"""From one person's tips: a plan for a week, and what to try against a likely contributor."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.advice.choose import Verdict, choose
from bot.advice.course import Aftercare, Contributor, Slot
from bot.advice.guidance import Guidance, Library
from bot.triage.assessment import Assessment


def week(
    care: Aftercare, library: Library, assessment: Assessment, decision: Verdict, shown: Collection[str]
) -> tuple[tuple[Slot, Guidance], ...]:
    """The tip for each line of the week: one already given where there is one, else the best that fits."""
    lines: list[tuple[Slot, Guidance]] = []
    for slot in care.slots:
        used = {piece.id for _, piece in lines}
        new = {id for id in library.guidance if id not in shown}
        found: tuple[Guidance, ...] = ()
        for topic in slot.topics:
            found = found or choose(library, assessment, decision, (topic,), used | new, limit=1)
        for topic in slot.topics:
            found = found or choose(library, assessment, decision, (topic,), used, limit=1)
        lines += [(slot, piece) for piece in found]
    return tuple(lines)


def contributors(
    care: Aftercare, answers: Mapping[str, Collection[str]], assessment: Assessment, limit: int = 3
) -> tuple[Contributor, ...]:
    """What the answers speak for, most points first. ``answers``: question id -> ids of the options chosen."""
    told: dict[str, Collection[str]] = {id: {"yes"} if v is True else {str(v)} for id, v in assessment.facts.items()}
    told.update(answers)
    points = {c.id: sum(bool(c.when[name] & set(told.get(name, ()))) for name in c.when) for c in care.contributors}
    likely = [c for c in care.contributors if points[c.id] >= c.need]
    return tuple(sorted(likely, key=lambda c: -points[c.id])[:limit])


def to_try(
    found: Collection[Contributor], library: Library, assessment: Assessment, decision: Verdict, limit: int = 2
) -> tuple[Guidance, ...]:
    """For each contributor the first of its tips that this person may have."""
    pieces: list[Guidance] = []
    for contributor in found:
        for id in contributor.guidance:
            others = {other for other in library.guidance if other != id}
            allowed = choose(library, assessment, decision, None, others | {piece.id for piece in pieces}, limit=1)
            if allowed:
                pieces += allowed
                break
    return tuple(pieces[:limit])
