"""A message against what is already known: which answers, facts and corrections it brings.

Order of trust for an answer to the pending question: a ticked choice, what was read in the text (a named finding
beats a "no" around it), the closed grammar of short answers, and last the classified intent when it is sure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.dialogue import naming
from bot.dialogue.answering import URGENT, answer_pending, ask_again, denies_by_intent, labels_of, settled
from bot.dialogue.inbound import Inbound
from bot.dialogue.state import Pending, Record
from bot.dialogue.taking import Taking, fact_fits
from bot.language.loose_denials import denies_loosely, tells_only
from bot.language.observation import Observation
from bot.language.short_answer import ShortAnswer, read_short_answer
from bot.triage.assessment import Answer, Assessment, FactValue
from bot.triage.knowledge import Knowledge
from bot.triage.shapes import UNKNOWN
from bot.triage.tree import relevant

COMPLAINT_INTENT = 0.5
ECHO = 3  # words; of longer ones `bot.nlu.learned_numbers` tells which number is meant
LIKELY_NO = 0.5  # of all intents together that turn something down
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
FAINT = ("faint", "improbable")
"""Certainties that bring no question of their own."""
DISPUTED = ("disputed", "improbable")
"""Those of which the worse reading counts once the finding was answered."""
HANDS_ON_INTENTS = {"ask_massage_technique", "ask_massage_kind", "ask_massage_frequency", "ask_oils"}
UPSET_INTENTS = {"abuse", "complain"}
COURSE_SIGNALS = {"worse", "same", "improving"}
TELLING_FACTS = {"daily_life", "duration_days", "pain_score", "onset"}
_BIRTHDAY = re.compile(r"\b(?:turned|turning|birthday|born|bday)\b", re.IGNORECASE)
OF_A_DENIAL = {("stress", False), ("onset", UNKNOWN)}
"""What the learned reader makes of "no, none" and of "not sure", said to a list of signs."""
PERSONAL_SIGNALS = {"complaint", "back_unspecified"}


@dataclass(frozen=True)
class Heard:
    """What one message brought.

    ``answered``: the pending question needs no second asking. ``again``: a screen B question was answered "not sure"
    for the first time. ``unclear``: nothing in the message could be used. ``retract``: alarms the person wants to
    take back, to be confirmed. ``doubted``: the hints that the learned reader alone heard. ``recalled``:
    alarms denied before that it alone hears now. ``contradicts``: findings now said to be there after a "no".
    ``changed``: facts that replaced others. ``passed``: what the rules are sure of and the learned reader finds all
    but impossible, so that it counts for nothing.
    """

    assessment: Assessment
    answered: bool = False
    again: bool = False
    unclear: bool = False
    took: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    recalled: tuple[str, ...] = ()
    retract: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    complaint: bool = False
    signals: frozenset[str] = frozenset()
    correcting: bool = False
    say: str = ""  # an intent chosen by a button


def hear(knowledge: Knowledge, record: Record, inbound: Inbound) -> Heard:
    """Everything ``inbound`` says, taken into a new assessment. Pure."""
    if inbound.choices:
        return _hear_choices(knowledge, record, inbound.choices)
    return _hear_text(knowledge, record, inbound)


# --- choices ------------------------------------------------------------------------------------------------------


def _hear_choices(knowledge: Knowledge, record: Record, choices: Iterable[Mapping[str, Any]]) -> Heard:
    choices = tuple(choices)
    if any("change" in sets for sets in choices):
        return _hear_change(knowledge, record, choices)
    pending = record.dialogue.pending
    taking, say = Taking(), ""
    none_of_these = False
    for sets in choices:
        say = say or str(sets.get("say", ""))
        none_of_these = none_of_these or bool(sets.get("none"))
        for id, value in sets.get("answers", {}).items():
            taking.put(knowledge, id, value)
    if say:
        return Heard(record.assessment, say=say, complaint=say in COMPLAINT_INTENTS and not record.dialogue.advised)
    again = False
    if pending:
        taking.settled.update(pending.asks)
        if none_of_these or taking.findings:
            for ask in pending.asks:
                if ask in knowledge.findings:
                    taking.findings.setdefault(ask, False)  # what was not ticked is a "no"
        again = ask_again(knowledge, record, pending, taking)
    return replace(_finish(knowledge, record, taking), answered=not again, again=again)


def _hear_change(knowledge: Knowledge, record: Record, choices: Iterable[Mapping[str, Any]]) -> Heard:
    """An earlier question answered anew; ``change`` holds what it asked. What is not ticked now is a "no"."""
    taking, asks = Taking(), set[str]()
    retract: list[str] = []
    for sets in choices:
        asks.update(sets["change"])
        for id, value in sets.get("answers", {}).items():
            taking.put(knowledge, id, value)
    for ask in sorted(asks & knowledge.findings.keys()):
        if taking.findings.setdefault(ask, False) is False and record.assessment.findings.get(ask):
            _lower(knowledge, ask, taking, retract)
    changed = tuple(fact for fact, value in taking.facts.items() if record.assessment.facts.get(fact) != value)
    heard = _finish(knowledge, record, taking)
    return replace(heard, contradicts=(), retract=tuple(retract), changed=changed, correcting=True)


# --- text ---------------------------------------------------------------------------------------------------------


def _hear_text(knowledge: Knowledge, record: Record, inbound: Inbound) -> Heard:
    pending = record.dialogue.pending
    inbound = _without_echoes(knowledge, record, inbound)
    short = read_short_answer(inbound.text)
    signals = frozenset(o.id for o in inbound.observations if o.kind == "signal" and o.status == "present")
    if (inbound.intent in UPSET_INTENTS and not _tells_of_pain(inbound)) or (pending and short.again):
        signals -= COURSE_SIGNALS  # "you are worse than useless", "same as before": of the talk, not of the pain
    correcting = inbound.intent == "correct" or "correction" in signals
    taking = Taking()
    hints: list[str] = []  # read by the rules, but not plainly
    doubts: list[str] = []  # heard by the learned reader alone, or a part of an alarm on the list that was put
    recalled: list[str] = []  # the same of what was denied before
    retract: list[str] = []
    _take_findings(knowledge, record, inbound, correcting, taking, hints, doubts, recalled, retract)
    changed = _take_facts(knowledge, record, inbound, signals, correcting, taking)
    _take_course(knowledge, record, signals, taking)
    _drop_too_soon(knowledge, record, inbound, taking)
    _drop_ruled_out(knowledge, record, inbound, taking)
    again = False
    if pending:
        whispers = _whispers(inbound)
        suspects, possible = tuple(dict.fromkeys((*doubts, *whispers))), tuple(doubts)
        doubts += [ask for ask in whispers if ask in pending.asks and ask not in doubts][:1]
        likely_no = not correcting and _sounds_like_no(knowledge, record, inbound, short)
        answer_pending(knowledge, pending, inbound, short, signals, taking, suspects, likely_no, possible)
        if pending.question in record.assessment.some_of and pending.question in taking.some_of:
            del taking.some_of[pending.question]
            taking.settled.difference_update(pending.asks)  # "yes" to several once more says no more than before
        again = ask_again(knowledge, record, pending, taking)
        _drop_length_of_life(pending, inbound.text, taking)
    if correcting and not settled(pending, taking):
        told = set(taking.facts)
        _reopen(knowledge, record, inbound, taking)
        _take_back(knowledge, record, inbound, short, taking, retract)
        changed += tuple(fact for fact in taking.facts if fact not in told)
    doubted = _weigh(knowledge, record, short, doubts, taking, denies_by_intent(inbound))
    complaint = _complains(inbound, signals, taking)
    if not complaint and not pending and not record.dialogue.complaint:
        complaint = _names_only_a_place(knowledge, inbound.text, taking)
    heard = _finish(knowledge, record, taking)
    answered = pending is not None and settled(pending, taking) and not again
    new = heard.assessment != record.assessment
    used = new or bool(hints or doubted or recalled or retract)
    return replace(
        heard,
        answered=answered,
        again=again,
        unclear=pending is not None and not used and not again,
        hints=tuple(dict.fromkeys(h for h in (*hints, *doubted) if h not in taking.findings)),
        doubted=doubted,
        passed=_passed(inbound, {*hints, *doubted, *taking.findings}),
        recalled=tuple(recalled),
        retract=tuple(retract),
        changed=changed,
        complaint=complaint,
        signals=signals,
        correcting=correcting,
    )


def _without_echoes(knowledge: Knowledge, record: Record, inbound: Inbound) -> Inbound:
    """A word or two in answer to the question for a fact: what the learned reader makes of them beside it is no news.

    "Kidneys" tells where it hurts, "it varies" how bad it is. What may be urgent it still hears.
    """
    pending = record.dialogue.pending
    asks = pending.asks if pending else ()
    if not asks or set(asks) - knowledge.facts.keys() or len(inbound.text.split()) > ECHO:
        return inbound
    kept = [
        seen
        for seen in inbound.observations
        if seen.id in asks
        or presses(knowledge, seen.id)
        or (seen.reader != "learned" and (seen.id, seen.value) != ("daily_life", "mixed"))
    ]
    return replace(inbound, observations=tuple(kept))


def _take_findings(
    knowledge: Knowledge,
    record: Record,
    inbound: Inbound,
    correcting: bool,
    taking: Taking,
    hints: list[str],
    doubts: list[str],
    recalled: list[str],
    retract: list[str],
) -> None:
    pending = record.dialogue.pending
    asks = set(pending.asks) if pending else set()
    possible = {seen.id for seen in inbound.observations if seen.reader == "learned"}
    for seen in inbound.observations:
        mere = seen.certainty in (*FAINT, "hint") and len(asks) > 1 and presses(knowledge, seen.id)
        if seen.kind == "detail" and seen.status == "present" and _is_news(seen, record):
            taking.details[seen.id] = True if seen.value is None else _detail_value(seen)
        if seen.kind != "finding" or seen.id not in knowledge.findings:
            continue
        known = record.assessment.findings.get(seen.id)
        if seen.reader == "learned" and seen.certainty == "hint":
            doubts.append(seen.id)
        elif seen.reader == "learned" and known is False and presses(knowledge, seen.id) and seen.id not in asks:
            # "The left one's fine" is not both legs: asked about, where the rules would be believed.
            recalled.append(seen.id)
        elif seen.reader == "learned" and _follows_from_answer(knowledge, seen.id, asks):
            continue
        elif seen.status == "present" and mere and seen.id in asks and seen.id not in possible and inbound.intent:
            doubts.append(seen.id)  # "just stiff", said to a list with an alarm of which stiffness is a part
        elif seen.status == "present" and (
            seen.certainty == "plain" or seen.id in asks or (seen.certainty in DISPUTED and known is not None)
        ):
            taking.findings[seen.id] = True
        elif seen.status == "present" or (seen.status == "unsure" and seen.id not in asks):
            if known is None and seen.certainty not in FAINT:
                hints.append(seen.id)  # a finding already answered is not asked about again for a mere hint
        elif seen.status == "unsure":
            taking.findings.setdefault(seen.id, "unsure")
        elif seen.status == "denied":
            if seen.id in asks:
                taking.findings.setdefault(seen.id, False)
            elif known in (True, "unsure"):
                if correcting:
                    _lower(knowledge, seen.id, taking, retract)
            elif knowledge.findings[seen.id].screen != "A":
                # A denied alarm in free text is no reason to skip its screen A question.
                taking.findings.setdefault(seen.id, False)


def _passed(inbound: Inbound, used: Collection[str]) -> tuple[str, ...]:
    """What the rules are sure of, the learned reader finds all but impossible, and nothing else made count."""
    improbable = (o.id for o in inbound.observations if o.status == "present" and o.certainty == "improbable")
    return tuple(dict.fromkeys(id for id in improbable if id not in used))


def _follows_from_answer(knowledge: Knowledge, finding: str, asks: set[str]) -> bool:
    """Whether a finding follows from the fact that was asked for, and from nothing else in the answer: "I am 71"."""
    derived = knowledge.findings[finding].derived
    return derived is not None and derived.test.fact in asks


def _whispers(inbound: Inbound) -> list[str]:
    """Findings that the learned reader thinks possible, no more; the likeliest first."""
    heard = [seen for seen in inbound.observations if seen.kind == "whisper"]
    return [seen.id for seen in sorted(heard, key=lambda seen: -float(seen.value or 0.0))]


def _sounds_like_no(knowledge: Knowledge, record: Record, inbound: Inbound, short: ShortAnswer) -> bool:
    """ "Nothing whatever of that kind", or "as above" after a "no"."""
    if short.again and _denied_so_far(knowledge, record):
        return True
    milder = record.dialogue.pending is not None and not any(
        knowledge.findings[ask].screen == "A" for ask in record.dialogue.pending.asks if ask in knowledge.findings
    )
    return inbound.denying >= LIKELY_NO or denies_loosely(inbound.text) or (milder and tells_only(inbound.text))


def _denied_so_far(knowledge: Knowledge, record: Record) -> bool:
    """Whether the last list was turned down: that of the last answer, or else those of screen A."""
    known = record.assessment.findings
    last = [ask for ask in (record.dialogue.answered or ("", ()))[1] if ask in knowledge.findings]
    asked = last or [id for id in known if knowledge.findings[id].screen == "A"]
    return bool(asked) and not record.assessment.some_of and all(known.get(ask) is False for ask in asked)


def presses(knowledge: Knowledge, finding: str) -> bool:
    """Whether a mere hint is worth a question of its own; milder things come up in their own list."""
    return finding in knowledge.findings and knowledge.findings[finding].level in URGENT


def _weigh(
    knowledge: Knowledge, record: Record, short: ShortAnswer, doubts: list[str], taking: Taking, denies: bool
) -> tuple[str, ...]:
    """Which findings that only the learned reader heard, and is not sure of, are to be asked about.

    Said in answer to exactly that question, with no "no", it is the answer; ``denies``: the message is classified as
    one. A "no" to a list that has it, with more words than the "no", leaves it open.
    """
    pending = record.dialogue.pending
    known = record.assessment.findings
    asked: list[str] = []
    for finding in doubts:
        if known.get(finding) is not None or not presses(knowledge, finding):
            continue
        answer = taking.findings.get(finding)
        if pending and pending.asks == (finding,):
            if answer is None and short.polarity is None and not denies:
                taking.findings[finding] = True
                taking.settled.add(finding)
        elif answer is None or (answer is False and not short.whole):
            taking.findings.pop(finding, None)
            asked.append(finding)
    return tuple(asked)


def _is_news(seen: Observation, record: Record) -> bool:
    """The learned reader fills in, and overrules no detail that was told."""
    return seen.reader == "rules" or seen.id not in record.assessment.details


def _detail_value(seen: Observation) -> Answer | str:
    return seen.value if isinstance(seen.value, bool | str) else True


def _lower(knowledge: Knowledge, finding: str, taking: Taking, retract: list[str]) -> None:
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
    taking: Taking,
) -> tuple[str, ...]:
    pending = record.dialogue.pending
    asks = set(pending.asks) if pending else set()
    of_signs = bool(pending and pending.asks) and not asks & knowledge.facts.keys()
    seen: dict[str, list[FactValue]] = {}
    for o in inbound.observations:
        if o.reader == "learned" and record.assessment.facts.get(o.id, UNKNOWN) != UNKNOWN:
            number = o.id in knowledge.facts and knowledge.facts[o.id].kind == "number"
            if not (number and (correcting or o.id in asks)):
                continue  # it fills in, and overrules nothing that was told
        if o.reader == "learned" and of_signs and (o.id, o.value) in OF_A_DENIAL:
            continue
        if o.kind == "fact" and o.status in ("present", "unsure") and o.value is not None:
            seen.setdefault(o.id, []).append(o.value)
    if goal := GOAL_OF_INTENT.get(inbound.intent):
        seen.setdefault("goal", []).insert(0, goal)
    changed = []
    for fact, values in seen.items():
        known = record.assessment.facts.get(fact)
        if known not in (None, UNKNOWN) and of_signs and not correcting and fact != "goal":
            continue  # "since yesterday it burns" says nothing of how long the back has hurt
        last = fact in asks or fact == "pain_score"  # "an 8 at first, but a 4 now"
        value = _one_of(fact, values, last)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not fact_fits(knowledge.facts[fact], value):
            continue
        if fact not in asks and not correcting and _is_of_something_else(fact, value, record, inbound, signals):
            continue
        if known is None or known == UNKNOWN or fact in asks:
            taking.facts[fact] = value
        elif value != known and (fact != "region" or correcting or _begins_anew(record, signals)):
            taking.facts[fact] = value
            if record.dialogue.complaint:
                changed.append(fact)
    return tuple(changed)


def _one_of(fact: str, values: list[FactValue], last: bool) -> FactValue:
    """The value of ``fact`` that holds of several told; ``last``: the latest does."""
    if fact == "region":
        return _one_region(values)
    if fact == "onset":
        return _one_onset(values)
    if fact == "daily_life":
        return next((value for value in values if value != "sport"), values[0])  # a job before what is done for fun
    return values[-1] if last else values[0]


def _one_onset(values: list[FactValue]) -> FactValue:
    """How it began, of several tellings: "no idea why" says less than any other, and "bang" more than its effort."""
    told = [value for value in values if value != UNKNOWN] or values
    return "sudden" if told[0] == "after_activity" and "sudden" in told else told[0]


def _is_of_something_else(
    fact: str, value: FactValue, record: Record, inbound: Inbound, signals: frozenset[str]
) -> bool:
    """Whether a fact that was not asked for is about a sign or small talk in the message, not about the complaint."""
    statuses = {o.status for o in inbound.observations if o.kind == "finding" and o.id != "not_improving"}
    statuses |= {o.status for o in inbound.observations if o.id == fact == "region" and o.status == "unsure"}
    beside = record.dialogue.complaint and "complaint" not in signals
    if fact == "region":  # "my legs are fine", "not sure about the calf"
        return beside and bool(statuses & {"denied", "unsure"}) and "present" not in statuses
    if fact != "duration_days":
        return False
    if _is_of_a_change(record, signals, record.assessment.facts.get(fact), value):
        return True
    if beside and "present" in statuses:  # "I had a fever last night"
        return True
    began = {"since", "started", "began", "ago", "only", "woke"} & set(inbound.text.lower().split())
    return value == 0 and not began and not _tells_of_pain(inbound)  # "how are you today?"


def _is_of_a_change(record: Record, signals: frozenset[str], known: object, value: FactValue) -> bool:
    """ "Worse since yesterday" after the advice says when it changed, not when it began; pain gets no younger."""
    if not isinstance(known, int | float) or not isinstance(value, int | float):
        return False
    return value < known and bool(record.dialogue.advised) and bool(signals & COURSE_SIGNALS)


def _tells_of_pain(inbound: Inbound) -> bool:
    return any(o.kind == "finding" or o.id in {"region", *PERSONAL_SIGNALS} for o in inbound.observations)


def _take_course(knowledge: Knowledge, record: Record, signals: frozenset[str], taking: Taking) -> None:
    """ "It's getting better", told before it was asked for, where the question for it would make sense."""
    talk, known = record.dialogue, "not_improving" in record.assessment.findings
    if known or not talk.complaint or talk.advised or not signals & COURSE_SIGNALS:
        return
    if _is_time_for_the_course(knowledge, record, taking):
        taking.findings.setdefault("not_improving", bool(signals & {"worse", "same"}))


def _drop_too_soon(knowledge: Knowledge, record: Record, inbound: Inbound, taking: Taking) -> None:
    """ "No better" of six days is no sign yet: what the learned reader alone hears of it waits for its question."""
    read = {seen.reader for seen in inbound.observations if seen.id == "not_improving" and seen.kind == "finding"}
    pending = record.dialogue.pending
    asked = pending is not None and "not_improving" in pending.asks
    if read == {"learned"} and not asked and not _is_time_for_the_course(knowledge, record, taking):
        taking.findings.pop("not_improving", None)


def _drop_ruled_out(knowledge: Knowledge, record: Record, inbound: Inbound, taking: Taking) -> None:
    """A child is not pregnant, and a man or a woman of 71 is not on the word of the learned reader alone."""
    read = {
        o.id for o in inbound.observations if o.kind == "finding" and o.reader == "rules" and o.status == "present"
    }
    after = replace(
        record.assessment,
        details={**record.assessment.details, **taking.details},
        facts={**record.assessment.facts, **taking.facts},
    )
    age = after.facts.get("age")
    for finding in [id for id, answer in taking.findings.items() if answer is True]:
        for question in knowledge.asked_by.get(finding, ()):
            line = question.lines.get(finding)
            if line is None or not line.not_sex or relevant(knowledge, question, after, finding):
                continue
            too_young = isinstance(age, int | float) and age < (line.age_min or 0)
            if too_young or finding not in read:  # "my baby is 8 weeks old and her neck is stiff": the mother's
                taking.findings.pop(finding, None)


def _drop_length_of_life(pending: Pending, text: str, taking: Taking) -> None:
    """ "46 years" and "I turned 50 last week", said when asked for the age, tell no time of the pain."""
    age, length = taking.facts.get("age"), taking.facts.get("duration_days")
    if "age" in pending.asks and isinstance(age, int) and (length == 365 * age or _BIRTHDAY.search(text)):
        taking.facts.pop("duration_days", None)


def _is_time_for_the_course(knowledge: Knowledge, record: Record, taking: Taking) -> bool:
    """Whether the pain has lasted so long that it makes sense to ask if it gets better."""
    after = replace(record.assessment, facts={**record.assessment.facts, **taking.facts})
    return any(relevant(knowledge, one, after, "not_improving") for one in knowledge.asked_by["not_improving"])


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


# --- corrections --------------------------------------------------------------------------------------------------


def _reopen(knowledge: Knowledge, record: Record, inbound: Inbound, taking: Taking) -> None:
    """A correction that names something denied before by words of its label ("actually both legs"): it is there."""
    denied = [f for f, answer in record.assessment.findings.items() if answer is False and f not in taking.findings]
    labels = labels_of(knowledge, denied)
    named = naming.repeated(labels, inbound.text)
    if not named and naming.agrees(inbound.text):
        named = naming.pointed_at(labels, inbound.text)
    for finding in named:
        taking.findings[finding] = True


def _take_back(
    knowledge: Knowledge,
    record: Record,
    inbound: Inbound,
    short: ShortAnswer,
    taking: Taking,
    retract: list[str],
) -> None:
    """ "I meant no", "sorry, wrong button": the last answered question, or any alarm that stands."""
    if taking.findings or retract or set(taking.facts) - {"region"}:
        return
    if short.number is not None and short.whole:
        _correct_number(knowledge, record, short.number, taking)
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


def _correct_number(knowledge: Knowledge, record: Record, number: float, taking: Taking) -> None:
    """ "Sorry, I meant 54": the number that was asked for last, or the only one known that it can stand for."""
    last = (record.dialogue.answered or ("", ()))[1]
    known = [fact for fact in ("age", "pain_score") if isinstance(record.assessment.facts.get(fact), int | float)]
    candidates = [fact for fact in known if fact in last] or [
        fact for fact in known if fact_fits(knowledge.facts[fact], number)
    ]
    if len(candidates) == 1 and fact_fits(knowledge.facts[candidates[0]], number):
        taking.facts[candidates[0]] = round(number)


# --- putting it together ------------------------------------------------------------------------------------------


def _finish(knowledge: Knowledge, record: Record, taking: Taking) -> Heard:
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


def _still_some_of(knowledge: Knowledge, record: Record, taking: Taking) -> dict[str, tuple[str, ...]]:
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


def _names_only_a_place(knowledge: Knowledge, text: str, taking: Taking) -> bool:
    """Whether the message is a bare answer to "where does it hurt?" ("back", "lower"); takes the place it names."""
    where = next(question for question in knowledge.questions.values() if question.asks == ("region",))
    labels = {str(option.sets["region"]): option.label for option in where.choices}
    if not naming.only_of(labels, text):
        return False
    if place := naming.bare(labels, text):
        taking.facts.setdefault("region", place)
    return True


def _complains(inbound: Inbound, signals: frozenset[str], taking: Taking) -> bool:
    """Whether the message is about a complaint of the person's own, and not a question in general."""
    if "complaint" in signals or any(answer is True for answer in taking.findings.values()):
        return True
    if inbound.intent in COMPLAINT_INTENTS and inbound.confidence >= COMPLAINT_INTENT:
        return True
    if "complaint_likely" in signals and inbound.intent != "out_of_scope":
        return True
    personal = bool(signals & PERSONAL_SIGNALS) or "region" in taking.facts
    if inbound.intent.startswith("ask_") and "region" in taking.facts and "duration_days" in taking.facts:
        return True  # "can someone crack my neck, like a robot for five days"
    if inbound.intent in HANDS_ON_INTENTS and personal and taking.facts.keys() & TELLING_FACTS:
        return True  # "I'm a hairdresser and by Friday my neck is ... which massage?" tells of oneself
    return inbound.intent == "ask_massage_suitability" and personal
