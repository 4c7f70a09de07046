"""What would have changed a decision: the answers of which a "yes" would have led to a more urgent level."""

from __future__ import annotations

from bot.triage.assessment import Assessment
from bot.triage.knowledge import Knowledge
from bot.triage.shapes import LEVELS, LevelId
from bot.triage.tree import decide, relevant


def would_raise(knowledge: Knowledge, assessment: Assessment) -> dict[LevelId, tuple[str, ...]]:
    """Level -> findings that were denied, or not asked though they make sense here, and would have led to it.

    Levels more urgent than the present one only, the most urgent first; what was denied comes before what was not
    asked.
    """
    now = decide(knowledge, assessment).level or "self_care"
    denied: dict[LevelId, list[str]] = {level: [] for level in LEVELS[: LEVELS.index(now)]}
    unasked: dict[LevelId, list[str]] = {level: [] for level in denied}
    for id in knowledge.findings:
        answer = assessment.findings.get(id)
        if answer not in (None, False):
            continue
        if answer is None and not any(relevant(knowledge, q, assessment, id) for q in knowledge.asked_by.get(id, ())):
            continue
        level = decide(knowledge, assessment.with_findings(**{id: True})).level
        if level in denied:
            (unasked if answer is None else denied)[level].append(id)
    return {level: (*denied[level], *unasked[level]) for level in denied if denied[level] or unasked[level]}
