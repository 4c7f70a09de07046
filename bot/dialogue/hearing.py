"""A message against what is already known: which answers, facts and corrections it brings.

Order of trust for an answer to the pending question: a ticked choice, what was read in the text (a named finding
beats a "no" around it), the closed grammar of short answers, and last the classified intent when it is sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.dialogue.inbound import Inbound
from bot.dialogue.state import Pending, Record
from bot.language.observation import Observation
from bot.language.short_answer import ShortAnswer, read_short_answer
from bot.triage.assessment import Answer, Assessment, FactValue
from bot.triage.knowledge import Knowledge, Question

# Below this an intent alone is no answer to a screening question (a wrong "no" hides an alarm).
SURE_INTENT = 0.8
COMPLAINT_INTENT = 0.5
ANSWER_INTENTS: Mapping[str, Literal["yes", "no", "unsure"]] = {
    "affirm": "yes",
    "deny": "no",
    "none_of_these": "no",
    "unsure": "unsure",
}
GOAL_OF_INTENT = {
    "ask_massage_suitability": "is_massage_ok",
    "ask_massage_technique": "massage_tips",
    "ask_massage_kind": "massage_tips",
    "ask_massage_frequency": "massage_tips",
    "ask_posture": "posture_tip",
    "ask_lifestyle": "lifestyle",
    "ask_what_is_wrong": "what_is_wrong",
}
COMPLAINT_INTENTS = {"describe_complaint", "report_alarm", "report_change"}
HANDS_ON_INTENTS = {"ask_massage_technique", "ask_massage_kind", "ask_massage_frequency", "ask_oils"}
COURSE_SIGNALS = {"worse", "same", "improving"}
TELLING_FACTS = {"daily_life", "duration_days", "pain_score", "onset"}
PERSONAL_SIGNALS = {"complaint", "back_unspecified"}
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Heard:
    """What one message brought.

    ``answered``: the pending question needs no second asking. ``again``: a screen B question was answered "not sure"
    for the first time. ``unclear``: nothing in the message could be used. ``retract``: alarms the person wants to
    take back, to be confirmed. ``contradicts``: findings now said to be there after a "no". ``changed``: facts that
    replaced others.
    """

    assessment: Assessment
    answered: bool = False
    again: bool = False
    unclear: bool = False
    took: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()
    retract: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    complaint: bool = False
    signals: frozenset[str] = frozenset()
    say: str = ""  # an intent chosen by a button


@dataclass
class _Taking:
    """Answers on their way into an assessment."""

    findings: dict[str, Answer] = field(default_factory=dict)
    facts: dict[str, FactValue] = field(default_factory=dict)
    details: dict[str, Answer | str] = field(default_factory=dict)
    some_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)  # ids of the pending question that got an answer

    def put(self, knowledge: Knowledge, id: str, value: Any) -> None:
        """File one answer under finding, detail or fact, whichever ``id`` is."""
        if id in knowledge.findings:
            self.findings[id] = value
        elif id in knowledge.details:
            self.details[id] = value
        else:
            self.facts[id] = value

    def has(self, id: str) -> bool:
        return id in self.findings or id in self.details

    def is_present(self, id: str) -> bool:
        return self.findings.get(id, self.details.get(id)) is True


def hear(knowledge: Knowledge, record: Record, inbound: Inbound) -> Heard:
    """Everything ``inbound`` says, taken into a new assessment. Pure."""
    if inbound.choices:
        return _hear_choices(knowledge, record, inbound.choices)
    return _hear_text(knowledge, record, inbound)


# --- choices ------------------------------------------------------------------------------------------------------


def _hear_choices(knowledge: Knowledge, record: Record, choices: Iterable[Mapping[str, Any]]) -> Heard:
    pending = record.dialogue.pending
    taking, say = _Taking(), ""
    none_of_these = False
    for sets in choices:
        say = say or str(sets.get("say", ""))
        none_of_these = none_of_these or bool(sets.get("none"))
        for id, value in sets.get("answers", {}).items():
            taking.put(knowledge, id, value)
    if say:
        return Heard(record.assessment, say=say)
    again = False
    if pending:
        taking.settled.update(pending.asks)
        if none_of_these or taking.findings:
            for ask in pending.asks:
                if ask in knowledge.findings:
                    taking.findings.setdefault(ask, False)  # what was not ticked is a "no"
        again = _ask_again(knowledge, record, pending, taking)
    return replace(_finish(knowledge, record, taking), answered=not again, again=again)


# --- text ---------------------------------------------------------------------------------------------------------


def _hear_text(knowledge: Knowledge, record: Record, inbound: Inbound) -> Heard:
    pending = record.dialogue.pending
    short = read_short_answer(inbound.text)
    signals = frozenset(o.id for o in inbound.observations if o.kind == "signal" and o.status == "present")
    correcting = inbound.intent == "correct" or "correction" in signals
    taking = _Taking()
    hints: list[str] = []
    retract: list[str] = []
    _take_findings(knowledge, record, inbound, correcting, taking, hints, retract)
    changed = _take_facts(knowledge, record, inbound, signals, correcting, taking)
    again = False
    if pending:
        _answer_pending(knowledge, record, pending, inbound, short, signals, taking)
        again = _ask_again(knowledge, record, pending, taking)
    if correcting and not _settled(pending, taking):
        _take_back(knowledge, record, inbound, short, taking, retract)
    heard = _finish(knowledge, record, taking)
    answered = pending is not None and _settled(pending, taking) and not again
    used = bool(taking.findings or taking.facts or taking.details or taking.some_of or hints or retract)
    return replace(
        heard,
        answered=answered,
        again=again,
        unclear=pending is not None and not used and not again,
        hints=tuple(dict.fromkeys(h for h in hints if h not in taking.findings)),
        retract=tuple(retract),
        changed=changed,
        complaint=_complains(inbound, signals, taking),
        signals=signals,
    )


def _settled(pending: Pending | None, taking: _Taking) -> bool:
    return pending is not None and bool(pending.asks) and set(pending.asks) <= taking.settled


def _take_findings(
    knowledge: Knowledge,
    record: Record,
    inbound: Inbound,
    correcting: bool,
    taking: _Taking,
    hints: list[str],
    retract: list[str],
) -> None:
    pending = record.dialogue.pending
    asks = set(pending.asks) if pending else set()
    for seen in inbound.observations:
        if seen.kind == "detail" and seen.status == "present":
            taking.details[seen.id] = True if seen.value is None else _detail_value(seen)
        if seen.kind != "finding" or seen.id not in knowledge.findings:
            continue
        known = record.assessment.findings.get(seen.id)
        if seen.status == "present" and (seen.certainty == "plain" or seen.id in asks):
            taking.findings[seen.id] = True
        elif seen.status == "present" or (seen.status == "unsure" and seen.id not in asks):
            if known is None:
                hints.append(seen.id)  # a finding already answered is not asked about again for a mere hint
        elif seen.status == "unsure":
            taking.findings.setdefault(seen.id, "unsure")
        elif seen.status == "denied":
            if known in (True, "unsure"):
                if correcting and seen.id not in asks:
                    _lower(knowledge, seen.id, taking, retract)
            elif seen.id in asks or knowledge.findings[seen.id].screen != "A":
                # A denied alarm in free text is no reason to skip its screen A question.
                taking.findings.setdefault(seen.id, False)


def _detail_value(seen: Observation) -> Answer | str:
    return seen.value if isinstance(seen.value, bool | str) else True


def _lower(knowledge: Knowledge, finding: str, taking: _Taking, retract: list[str]) -> None:
    """A correction: a screen A alarm is confirmed first, anything else is taken back at once."""
    if knowledge.findings[finding].screen == "A":
        retract.append(finding)
    else:
        taking.findings[finding] = False


def _take_facts(
    knowledge: Knowledge,
    record: Record,
    inbound: Inbound,
    signals: frozenset[str],
    correcting: bool,
    taking: _Taking,
) -> tuple[str, ...]:
    pending = record.dialogue.pending
    asks = set(pending.asks) if pending else set()
    seen: dict[str, list[FactValue]] = {}
    for o in inbound.observations:
        if o.kind == "fact" and o.status in ("present", "unsure") and o.value is not None:
            seen.setdefault(o.id, []).append(o.value)
    if goal := GOAL_OF_INTENT.get(inbound.intent):
        seen.setdefault("goal", []).insert(0, goal)
    changed = []
    for fact, values in seen.items():
        known = record.assessment.facts.get(fact)
        value = _one_region(values) if fact == "region" else values[-1] if fact in asks else values[0]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if fact == "duration_days" and _is_of_a_change(record, signals, known, value):
            continue
        if known is None or known == UNKNOWN or fact in asks:
            taking.facts[fact] = value
        elif value != known and (fact != "region" or correcting or _begins_anew(record, signals)):
            taking.facts[fact] = value
            if record.dialogue.complaint:
                changed.append(fact)
    return tuple(changed)


def _is_of_a_change(record: Record, signals: frozenset[str], known: object, value: FactValue) -> bool:
    """ "Worse since yesterday" after the advice says when it changed, not when it began; pain gets no younger."""
    if not isinstance(known, int | float) or not isinstance(value, int | float):
        return False
    return value < known and bool(record.dialogue.advised) and bool(signals & COURSE_SIGNALS)


def _begins_anew(record: Record, signals: frozenset[str]) -> bool:
    """Whether a place named now is the place of the complaint, and not one more beside it."""
    talk = record.dialogue
    return not talk.complaint or (bool(talk.advised) and "complaint" in signals)


def _one_region(values: list[FactValue]) -> FactValue:
    """One region for several named ones: the first, unless the neck or shoulder and the lower back both hurt."""
    named = list(dict.fromkeys(values))
    if {"lower_back", "whole_back"} & set(named) and {"neck", "shoulder", "upper_back"} & set(named):
        return "whole_back"
    if "lower_back" in named:
        return "lower_back"
    return named[0]


# --- the pending question -----------------------------------------------------------------------------------------


def _answer_pending(
    knowledge: Knowledge,
    record: Record,
    pending: Pending,
    inbound: Inbound,
    short: ShortAnswer,
    signals: frozenset[str],
    taking: _Taking,
) -> None:
    asked_facts = [ask for ask in pending.asks if ask in knowledge.facts]
    asked_findings = [ask for ask in pending.asks if ask not in knowledge.facts]
    question = knowledge.questions.get(pending.question)
    for fact in asked_facts:
        _answer_fact(fact, question, inbound, short, taking)
    if asked_findings:
        _answer_findings(knowledge, pending, asked_findings, inbound, short, signals, taking)


def _answer_fact(fact: str, question: Question | None, inbound: Inbound, short: ShortAnswer, taking: _Taking) -> None:
    if fact in taking.facts:
        taking.settled.add(fact)
        return
    number = short.number
    if fact == "age" and number is not None and 0 < number < 120:
        taking.facts["age"] = int(number)
    elif fact == "pain_score" and number is not None and 0 <= number <= 10:
        taking.facts["pain_score"] = round(number)
    elif question and question.kind in ("choice", "region") and short.picks and fact != "duration_days":
        pick = short.picks[0]
        options = question.choices
        if pick == -1 or 1 <= pick <= len(options):
            chosen = options[pick - 1 if pick > 0 else -1].sets
            if fact in chosen:
                taking.facts[fact] = chosen[fact]
    elif short.polarity == "unsure" and short.whole and fact not in ("age", "region"):
        taking.facts[fact] = UNKNOWN
    if fact in taking.facts:
        taking.settled.add(fact)


def _answer_findings(
    knowledge: Knowledge,
    pending: Pending,
    asks: list[str],
    inbound: Inbound,
    short: ShortAnswer,
    signals: frozenset[str],
    taking: _Taking,
) -> None:
    if "not_improving" in asks and "not_improving" not in taking.findings:
        if "improving" in signals:
            taking.findings["not_improving"] = False
        elif signals & {"worse", "same"}:
            taking.findings["not_improving"] = True
    named = [ask for ask in asks if taking.has(ask)]
    rest = [ask for ask in asks if not taking.has(ask)]
    taking.settled.update(named)
    polarity = short.polarity
    if polarity is None and not short.none_of_these and inbound.confidence >= SURE_INTENT and not named:
        polarity = ANSWER_INTENTS.get(inbound.intent)
    if short.weak:
        polarity = None  # "ok" and "fine" may only say that the question was read
    any_present = any(taking.is_present(ask) for ask in named)
    careful = any(_screen(knowledge, ask) == "A" for ask in asks)
    picked = _picked(asks, short)

    def settle(ids: list[str], value: Answer) -> None:
        for id in ids:
            taking.put(knowledge, id, value)
        taking.settled.update(ids)

    if picked is not None:
        settle(picked, True)
        settle([ask for ask in rest if ask not in picked], False)
    elif short.none_of_these or polarity == "no":
        settle(rest, False)
    elif polarity == "unsure" and (short.whole or named):  # "hmm, let me see" is thinking, not an answer
        settle(rest, "unsure")
    elif polarity == "yes" and (len(asks) == 1 or (short.all_of_these and short.whole)):
        settle(rest, True)
    elif polarity == "yes" and not named:
        # "Yes" to several: the most worrying reading until the person says which.
        taking.some_of[pending.question] = tuple(rest)
        taking.settled.update(rest)
    elif named and (short.only or (any_present and not careful)):
        settle(rest, False)
    # Else, in screen A or after a bare denial of one item, the unnamed items stay open and are asked once more.


def _screen(knowledge: Knowledge, id: str) -> str:
    return knowledge.findings[id].screen if id in knowledge.findings else "detail"


def _picked(asks: list[str], short: ShortAnswer) -> list[str] | None:
    """Findings picked by their place in the list; [] for the "none of these" behind them; None when none were."""
    if not short.picks or not short.whole or len(asks) == 1:
        return None
    if any(pick > len(asks) + 1 for pick in short.picks):
        return None
    places = [len(asks) + 1 if pick == -1 else pick for pick in short.picks]
    return [asks[place - 1] for place in places if place <= len(asks)]


def _ask_again(knowledge: Knowledge, record: Record, pending: Pending, taking: _Taking) -> bool:
    """True for the first "not sure" to a screen B question: it is put once more in other words."""
    if pending.question in record.assessment.asked_again or pending.about:
        return False
    unsure = [ask for ask in pending.asks if taking.findings.get(ask) == "unsure" and _screen(knowledge, ask) == "B"]
    for ask in unsure:
        del taking.findings[ask]
        taking.settled.discard(ask)
    return bool(unsure)


# --- corrections --------------------------------------------------------------------------------------------------


def _take_back(
    knowledge: Knowledge,
    record: Record,
    inbound: Inbound,
    short: ShortAnswer,
    taking: _Taking,
    retract: list[str],
) -> None:
    """ "I meant no", "sorry, wrong button": the last answered question, or any alarm that stands."""
    if taking.findings or taking.facts or retract:
        return
    last = [ask for ask in (record.dialogue.answered or ("", ()))[1] if ask in knowledge.findings]
    if short.polarity == "yes" and last:
        if len(last) == 1:
            taking.findings[last[0]] = True
        else:
            question = record.dialogue.answered[0] if record.dialogue.answered else ""
            taking.some_of[question] = tuple(last)
        return
    known = record.assessment.findings
    standing = [ask for ask in last if known.get(ask) in (True, "unsure")] or [
        ask for ask, answer in known.items() if answer in (True, "unsure") and knowledge.findings[ask].screen == "A"
    ]
    for ids in record.assessment.some_of.values():
        standing += [ask for ask in ids if ask not in standing]
    for finding in standing:
        _lower(knowledge, finding, taking, retract)


# --- putting it together ------------------------------------------------------------------------------------------


def _finish(knowledge: Knowledge, record: Record, taking: _Taking) -> Heard:
    before = record.assessment
    contradicts = tuple(
        finding
        for finding, answer in taking.findings.items()
        if answer is True and before.findings.get(finding) is False
    )
    some_of = _still_some_of(knowledge, record, taking)
    # A "yes" to several takes the place of an earlier "no" to each of them.
    several = {id for ids in taking.some_of.values() for id in ids}
    findings = {id: answer for id, answer in before.findings.items() if answer is not False or id not in several}
    for finding, answer in taking.findings.items():
        known = findings.get(finding)
        asked = record.dialogue.pending is not None and finding in record.dialogue.pending.asks
        sticky = knowledge.findings[finding].screen == "A" and known in (True, "unsure")
        about = record.dialogue.pending.about if record.dialogue.pending else ""
        if answer is False and sticky and not (asked and about == "correction"):
            continue  # a later "no" never lowers a screen A answer
        findings[finding] = answer
    after = replace(
        before,
        findings=findings,
        facts={**before.facts, **taking.facts},
        details={**before.details, **taking.details},
        some_of=some_of,
    )
    took = frozenset(taking.findings) | frozenset(taking.facts) | frozenset(taking.details)
    return Heard(after, took=took, contradicts=contradicts)


def _still_some_of(knowledge: Knowledge, record: Record, taking: _Taking) -> dict[str, tuple[str, ...]]:
    """The unspecified "yes" answers that stand: one is over once the person says which, not by a "no" to all."""
    some_of = dict(record.assessment.some_of)
    correcting = record.dialogue.pending is not None and record.dialogue.pending.about == "correction"
    for question, ids in record.assessment.some_of.items():
        answers = [taking.findings.get(finding) for finding in ids]
        if any(answer in (True, "unsure") for answer in answers):
            del some_of[question]
        elif answers and all(answer is False for answer in answers):
            if correcting or knowledge.findings[ids[0]].screen != "A":
                del some_of[question]
            else:
                for finding in ids:
                    del taking.findings[finding]
    some_of.update(taking.some_of)
    return some_of


def _complains(inbound: Inbound, signals: frozenset[str], taking: _Taking) -> bool:
    """Whether the message is about a complaint of the person's own, and not a question in general."""
    if "complaint" in signals or any(answer is True for answer in taking.findings.values()):
        return True
    if inbound.intent in COMPLAINT_INTENTS and inbound.confidence >= COMPLAINT_INTENT:
        return True
    personal = bool(signals & PERSONAL_SIGNALS) or "region" in taking.facts
    if inbound.intent in HANDS_ON_INTENTS and personal and taking.facts.keys() & TELLING_FACTS:
        return True  # "I'm a hairdresser and by Friday my neck is ... which massage?" tells of oneself
    return inbound.intent == "ask_massage_suitability" and personal
