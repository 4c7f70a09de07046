"""A message in a language that the reader does not read, put in terms that a turn understands."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.inbound import Inbound
from bot.dialogue.mind import Mind
from bot.dialogue.state import Record
from bot.language.observation import Observation


def understood(mind: Mind, inbound: Inbound, record: Record) -> Inbound:
    """``inbound`` as it is in a language that is read, else what the language's few words make of it.

    English typed in such a conversation is read as ever. What the English reader and the intent classifier made of
    another language's words is left aside, but for plain alarms.
    """
    if mind.tongue is None or inbound.choices or not inbound.text:
        return inbound
    asks = record.dialogue.pending.asks if record.dialogue.pending else ()
    heard = mind.tongue.read(inbound.text, asks)
    if not heard.foreign:
        # "Meningitis" is a word of both languages: of what the English reader named, its reading stands.
        named = {seen.id for seen in inbound.observations}
        more = (seen for seen in heard.observations if seen.id not in named)
        return replace(inbound, observations=(*inbound.observations, *more))
    seen = (*heard.observations, *(o for o in inbound.observations if _is_alarm(mind, o)))
    intent = heard.intent
    if not intent and not heard.short and (wishes := mind.wishes.heard(heard.text)):
        intent = wishes[0][0]
    return Inbound(
        text=heard.text,
        intent=intent,
        confidence=1.0 if intent else 0.0,
        observations=seen,
        foreign=not (heard.short or heard.intent),
    )


def _is_alarm(mind: Mind, seen: Observation) -> bool:
    finding = mind.knowledge.findings.get(seen.id) if seen.kind == "finding" else None
    plain = seen.status == "present" and seen.certainty == "plain" and seen.reader == "rules"
    return plain and finding is not None and finding.level == "emergency"
