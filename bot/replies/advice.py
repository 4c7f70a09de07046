"""What a person gets at the end of the questions, on a wish afterwards, and when they ask in general."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.advice.choose import choose, first_advice, information_for, more
from bot.advice.guidance import Guidance, to_contract
from bot.replies.contract import sources_of
from bot.replies.drafts import choice, draft
from bot.replies.emergency import because_of
from bot.replies.levels import safety_net, words_of
from bot.triage.assessment import Assessment
from bot.triage.changes import would_raise
from bot.triage.tree import Decision

if TYPE_CHECKING:
    from bot.dialogue.mind import Mind
    from bot.dialogue.state import Record

TOPICS = {
    "ask_massage_technique": ("massage",),
    "ask_massage_kind": ("massage",),
    "ask_massage_frequency": ("massage",),
    "ask_oils": ("oils",),
    "ask_posture": ("posture",),
    "ask_movement": ("movement",),
    "ask_heat_cold": ("heat_cold",),
    "ask_sleep": ("sleep",),
    "ask_stress": ("stress",),
    "ask_lifestyle": ("lifestyle",),
    "ask_cause": ("lifestyle", "posture"),
}
HANDS_ON = {"massage", "oils"}
INFORMATION_FIRST = {"ask_massage_benefits", "ask_massage_risks", "ask_what_is_wrong", "ask_medicines"}
NO_GUIDANCE_LEVELS = {"emergency", "same_day"}
PIECES_ON_WISH = 3
CHANGES_NAMED = 3  # findings named for each level that was not reached


def final(mind: Mind, decision: Decision, record: Record, turn: int) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The advice for the level that was reached, and the ids of the guidance in it."""
    assessment = record.assessment
    drafts = [_level(mind, decision, assessment)]
    pieces = _first_pieces(mind, decision, record)
    if pieces:
        lead = "guidance_lead" if decision.level == "self_care" else "guidance_lead_gentle"
        drafts.append(_guidance(mind, mind.words.say(lead, turn), pieces))
    asked = [wish for wish in record.dialogue.wishes[:1] if wish in INFORMATION_FIRST]
    if asked and decision.level not in NO_GUIDANCE_LEVELS:
        drafts.append(information(mind, asked[0], assessment, turn, with_guidance=False, with_net=False))
    net = safety_net(mind, assessment) + "\n" + mind.words.say("come_back", turn)
    drafts.append(draft("info", net, choices=next_choices(mind, bool(pieces))))
    return drafts, tuple(piece.id for piece in pieces)


def _first_pieces(mind: Mind, decision: Decision, record: Record) -> tuple[Guidance, ...]:
    assessment, shown = record.assessment, record.dialogue.shown
    # Three things at first, the rest on asking; a fourth only for whoever wants to know more than what to do.
    limit = 4 if assessment.facts.get("goal") in ("lifestyle", "what_is_wrong") else 3
    pieces = first_advice(mind.library, assessment, decision, shown, limit) or first_advice(
        mind.library, assessment, decision, limit=limit
    )
    wished = [topic for wish in record.dialogue.wishes[:1] for topic in TOPICS.get(wish, ())]
    have = {piece.topic for piece in pieces}
    for topic in dict.fromkeys(wished):
        if topic not in have:
            known = (*shown, *(piece.id for piece in pieces))
            pieces += choose(mind.library, assessment, decision, (topic,), known, limit=1)
    return pieces


def _level(mind: Mind, decision: Decision, assessment: Assessment) -> dict[str, Any]:
    words = words_of(mind, decision, assessment)
    own_care = decision.level == "self_care"
    parts = [words.title, words.what_to_do if own_care else words.paragraph()]
    if not own_care:
        parts.append(because_of(mind, decision, assessment))
    parts.append(massage_words(mind, decision))
    return draft("advice", "\n".join(part for part in parts if part), sources=sources_of(mind.knowledge, decision))


def massage_words(mind: Mind, decision: Decision) -> str:
    """The massage verdict with its reasons, in plain words; "" when there is none yet."""
    say = mind.words.say
    reasons = massage_reasons(mind, decision)
    if decision.massage == "suitable":
        return f"{say('massage_suitable')} {say('evidence_note')}"
    if decision.massage == "with_precautions":
        cautions = [mind.library.precautions[f] for f in reasons if f in mind.library.precautions]
        return say("massage_with_precautions", reasons=(" ".join(cautions) or _names(mind, reasons)).rstrip("."))
    if decision.massage is None:
        return ""
    text = say("massage_check_first" if decision.massage == "check_first" else "massage_no")
    if reasons:
        text += " " + say("massage_reason", reasons=_names(mind, reasons))
    return text


def massage_reasons(mind: Mind, decision: Decision) -> list[str]:
    """Ids of the findings that speak against a massage without limits."""
    findings = mind.knowledge.findings
    ids = dict.fromkeys(f for reason in decision.reasons for f in reason.findings)
    return [f for f in ids if f in findings and findings[f].massage]


def _names(mind: Mind, findings: Iterable[str]) -> str:
    return "; ".join(mind.knowledge.findings[f].name for f in findings)


def _guidance(mind: Mind, lead: str, pieces: Sequence[Guidance]) -> dict[str, Any]:
    """Pieces as cards; the text after the first blank line says the same for channels without cards."""
    cards = [to_contract(piece, mind.library.sources) for piece in pieces]
    return draft("advice", f"{lead}\n\n{_listed(cards)}", guidance=cards)


def _listed(cards: Sequence[Mapping[str, Any]]) -> str:
    """Cards as numbered lines."""
    lines = []
    for number, card in enumerate(cards, 1):
        stop = "" if card["title"].endswith(("?", "!", ".")) else "."
        lines.append(f"{number}. {card['title']}{stop} {card['text']} {card['dose']}")
    return "\n".join(lines)


def next_choices(mind: Mind, tips: bool, again: bool = False) -> list[dict[str, Any]]:
    """What can be asked for after the advice. ``tips``: whether there are any; ``again``: how it is now as well."""
    say = mind.words.say
    choices = [choice(say("choice_recheck"), say="report_change")] if again else []
    choices += [choice(say("choice_more"), say="ask_more")] if tips else []
    if tips:
        choices += [choice(say("choice_plan"), say="ask_plan"), choice(say("choice_cause"), say="find_cause")]
    return [
        *choices,
        choice(say("choice_why"), say="ask_why_advice"),
        choice(say("choice_restart"), say="start_again"),
    ]


def on_wish(
    mind: Mind, intent: str, decision: Decision, record: Record, turn: int, text: str = ""
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """An answer to a wish of somebody who has had their advice, and the ids of the guidance in it."""
    say = mind.words.say
    title = words_of(mind, decision, record.assessment).title
    topics = TOPICS.get(intent)
    if decision.level in NO_GUIDANCE_LEVELS:
        return draft("answer", say("guidance_not_now", turn, title=title)), ()
    if intent == "ask_massage_suitability":
        return draft("answer", massage_words(mind, decision), sources=sources_of(mind.knowledge, decision)), ()
    if intent in INFORMATION_FIRST:
        return information(mind, intent, record.assessment, turn, text=text, with_guidance=False, with_net=False), ()
    if topics and set(topics) <= HANDS_ON and decision.level != "self_care":
        return draft("answer", massage_words(mind, decision)), ()
    pieces = more(mind.library, record.assessment, decision, record.dialogue.shown, topics)
    if topics and (named := _named(mind, intent, text, record, decision, topics)):
        pieces = (named, *(piece for piece in pieces if piece.id != named.id))[:PIECES_ON_WISH]
    if not pieces and topics:
        pieces = choose(mind.library, record.assessment, decision, topics)  # said before, but asked for again
    if not pieces:
        return draft("answer", say("guidance_no_more", turn)), ()
    lead = say("guidance_topic" if topics else "guidance_more", turn)
    return _guidance(mind, lead, pieces), tuple(piece.id for piece in pieces)


def _named(
    mind: Mind, intent: str, text: str, record: Record, decision: Decision, topics: tuple[str, ...]
) -> Guidance | None:
    """The tip for what the question names ("pillow"), if this person may have it and has not had it."""
    found = information_for(mind.library, intent, text)
    if not found or not found.cues:
        return None
    allowed = choose(
        mind.library, record.assessment, decision, topics, record.dialogue.shown, limit=len(mind.library.guidance)
    )
    return next((piece for piece in allowed if piece.id in found.guidance), None)


def information(
    mind: Mind,
    intent: str,
    assessment: Assessment,
    turn: int,
    text: str = "",
    with_guidance: bool = True,
    with_net: bool = True,
) -> dict[str, Any]:
    """The answer to a general question, with the safety line. ``text``: the question, to find the narrower answer."""
    found = information_for(mind.library, intent, text)
    numbers = mind.numbers(assessment)
    if found is None:
        return draft("answer", mind.words.say("unclear_free", turn))
    pieces = [mind.library.guidance[id] for id in found.guidance] if with_guidance else []
    cards = [to_contract(piece, mind.library.sources) for piece in pieces]
    sources = [mind.library.sources[id] for id in found.sources]
    body = f"{found.text}\n{mind.words.say('safety_line', turn, **numbers)}" if with_net else found.text
    listed = _listed(cards)
    return draft(
        "answer",
        f"{body}\n\n{listed}" if listed else body,
        guidance=cards,
        sources=[{"title": source.title, "url": source.url} for source in sources],
    )


def _changes(mind: Mind, assessment: Assessment) -> list[str]:
    """One line for each more urgent level with a few findings that would have led to it."""
    lines = []
    for level, ids in would_raise(mind.knowledge, assessment).items():
        names = "; ".join(mind.knowledge.findings[id].name for id in ids[:CHANGES_NAMED])
        title = mind.knowledge.levels[level].title
        lines.append("• " + mind.words.say("would_have_been", title=title, names=names))
    return lines


def explanation(mind: Mind, decision: Decision, assessment: Assessment, turn: int) -> dict[str, Any]:
    """Why this advice: what decided, by which rule and source, and that a correction would change it."""
    say = mind.words.say
    because = because_of(mind, decision, assessment)
    if because or decision.level != "self_care":
        reasons = " ".join(reason.text for reason in decision.reasons)
        text = say("why_advice", because=because, reasons=reasons)
    else:
        text = say("why_advice_clear")
    if changes := _changes(mind, assessment):
        text += "\n" + "\n".join((say("would_have_changed"), *changes))
    text += "\n" + say("would_change") + " " + say("rule_set", ruleset=mind.knowledge.ruleset)
    return draft("answer", text, sources=sources_of(mind.knowledge, decision))
