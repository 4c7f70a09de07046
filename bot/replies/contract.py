"""Decisions in the shapes of the public contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.triage.knowledge import Knowledge
from bot.triage.tree import Decision

if TYPE_CHECKING:
    from bot.dialogue.state import Record


def sources_of(knowledge: Knowledge, decision: Decision) -> list[dict[str, str]]:
    """Title and address of every source that the decision rests on, each once."""
    ids = dict.fromkeys(source for reason in decision.reasons for source in reason.source_ids)
    return [{"title": knowledge.sources[id].title, "url": knowledge.sources[id].url} for id in ids]


def triage_json(knowledge: Knowledge, record: Record, decision: Decision, stateless: bool = False) -> dict[str, Any]:
    """The contract's Triage.

    In a conversation it is "complete" once advice was given for the level that holds now, and level and massage stay
    null as long as there is no complaint (general questions).
    """
    assessment, talk = record.assessment, record.dialogue
    unsaid = not stateless and talk.advised != (decision.level or "")
    open_question = decision.status == "asking" or unsaid
    findings = dict(assessment.findings)
    for ids in assessment.some_of.values():
        findings.update({finding: findings.get(finding, "unsure") for finding in ids})
    counts = talk.complaint or bool(decision.reasons)
    return {
        "status": "asking" if open_question or not counts else "complete",
        "level": decision.level if counts else None,
        "massage": decision.massage if counts else None,
        "findings": findings,
        "facts": {id: value for id, value in assessment.facts.items() if value != "unknown"},
        "reasons": [
            {
                "rule": reason.rule,
                "findings": list(reason.findings),
                "text": reason.text,
                "source": "; ".join(knowledge.sources[id].title for id in reason.source_ids),
            }
            for reason in decision.reasons
        ],
        "ruleset": knowledge.ruleset,
        **({"pain_scores": list(record.course.pains)} if record.course.pains else {}),
    }
