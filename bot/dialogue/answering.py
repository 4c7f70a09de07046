"""A message as the answer to the question that waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from bot.dialogue import naming
from bot.dialogue.inbound import Inbound
from bot.dialogue.state import Pending, Record
from bot.dialogue.taking import Taking
from bot.language.short_answer import ShortAnswer, loose_number, score_in_words
from bot.triage.assessment import Answer, FactValue
from bot.triage.knowledge import Knowledge, Question
from bot.triage.shapes import UNKNOWN

# Below this an intent alone is no answer to a screening question (a wrong "no" hides an alarm).
SURE_INTENT = 0.8
URGENT = ("emergency", "same_day")
ANSWER_INTENTS: Mapping[str, Literal["yes", "no", "unsure"]] = {
    "affirm": "yes",
    "deny": "no",
    "none_of_these": "no",
    "unsure": "unsure",
}


def answer_pending(
    knowledge: Knowledge,
    pending: Pending,
    inbound: Inbound,
    short: ShortAnswer,
    signals: frozenset[str],
    taking: Taking,
    suspects: Sequence[str] = (),
    likely_no: bool = False,
    doubted: Sequence[str] = (),
) -> None:
    """Put into ``taking`` what the message answers of ``pending``.

    ``suspects``: findings that the learned reader thinks possible, the likeliest first; ``doubted``: those of them
    that are likely enough to be asked about. ``likely_no``: it sounds like a "no", which holds where no sign that was
    asked for is suspected.
    """
    asked_facts = [ask for ask in pending.asks if ask in knowledge.facts]
    asked_findings = [ask for ask in pending.asks if ask not in knowledge.facts]
    question = knowledge.questions.get(pending.question)
    for fact in asked_facts:
        _answer_fact(fact, question, inbound, short, taking)
    if asked_findings:
        suspected = [ask for ask in suspects if ask in asked_findings and not taking.has(ask)]
        _answer_findings(
            knowledge, pending, asked_findings, inbound, short, signals, taking, suspected, likely_no, doubted
        )


def _answer_fact(fact: str, question: Question | None, inbound: Inbound, short: ShortAnswer, taking: Taking) -> None:
    if fact in taking.facts:
        taking.settled.add(fact)
        return
    number = short.number
    if fact == "age" and number is not None and 0 < number < 120:
        taking.facts["age"] = int(number)
    elif fact == "pain_score" and number is not None and 0 <= number <= 10:
        taking.facts["pain_score"] = round(number)
    elif question and question.kind in ("choice", "region") and _points(short, fact):
        pick = short.picks[0]
        options = question.choices
        if pick == -1 or 1 <= pick <= len(options):
            chosen = options[pick - 1 if pick > 0 else -1].sets
            if fact in chosen:
                taking.facts[fact] = chosen[fact]
    elif question and question.choices and (named := _option_named(fact, question, inbound.text)) is not None:
        taking.facts[fact] = named
    elif fact == "pain_score" and (score := score_in_words(inbound.text)) is not None:
        taking.facts["pain_score"] = score
    elif short.refused or (short.polarity == "unsure" and short.whole and fact not in ("age", "region")):
        taking.facts[fact] = UNKNOWN
    elif fact in ("age", "pain_score") and (loose := loose_number(inbound.text, fact)) is not None:
        taking.facts[fact] = round(loose)
    if fact in taking.facts:
        taking.settled.add(fact)


def _points(short: ShortAnswer, fact: str) -> bool:
    """Whether the reply points at an option: "the second one"; a bare "2" to the question for a time may be days."""
    return bool(short.picks) and (fact != "duration_days" or short.number is None)


def _option_named(fact: str, question: Question, text: str) -> FactValue | None:
    """The value of the option that the words of the reply belong to ("middle left": the middle back)."""
    labels = {str(place): choice.label for place, choice in enumerate(question.choices) if fact in choice.sets}
    place = naming.bare(labels, text)
    return question.choices[int(place)].sets[fact] if place else None


def _answer_findings(
    knowledge: Knowledge,
    pending: Pending,
    asks: list[str],
    inbound: Inbound,
    short: ShortAnswer,
    signals: frozenset[str],
    taking: Taking,
    suspected: Sequence[str],
    likely_no: bool,
    doubted: Sequence[str],
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
    told_apart = len(asks) == 1 and hears(inbound, asks[0]) and denies_by_intent(inbound)
    if polarity is None and not short.none_of_these and inbound.confidence >= SURE_INTENT and not named:
        # "Rather exact. It comes with climbing. I have none now": the readers disagree, so it is asked once more.
        polarity = None if told_apart else ANSWER_INTENTS.get(inbound.intent)
    if short.weak:
        polarity = None  # "ok" and "fine" may only say that the question was read
    if likely_no and polarity is None and not named and not suspected and not short.weak:
        polarity = "no"
    any_present = any(taking.is_present(ask) for ask in named)
    careful = any(_screen(knowledge, ask) == "A" for ask in asks)
    picked = _picked(asks, short)
    pointed = () if named or short.whole else naming.pointed_at(labels_of(knowledge, rest), inbound.text)
    if pointed and suspected and not set(pointed) & set(suspected):
        pointed = ()  # "beside the spine" is no shock down the spine

    def settle(ids: list[str], value: Answer) -> None:
        for id in ids:
            taking.put(knowledge, id, value)
        taking.settled.update(ids)

    if picked is not None:
        settle(picked, True)
        settle([ask for ask in rest if ask not in picked], False)
    elif pointed:
        settle(list(pointed), "unsure" if naming.doubts(inbound.text) else True)
        if polarity == "no" or not careful:
            settle([ask for ask in rest if ask not in pointed], False)
    elif short.none_of_these or polarity == "no":
        settle(rest, False)
    elif polarity == "unsure" and (short.whole or named):  # "hmm, let me see" is thinking, not an answer
        settle(rest, "unsure")
    elif polarity == "unsure" and suspected and not careful:
        settle([suspected[0]], "unsure")  # "not sure, it's there whichever way I lie": of which is told as well
        settle([ask for ask in rest if ask != suspected[0]], False)
    elif polarity == "yes" and (len(asks) == 1 or (short.all_of_these and short.whole)):
        settle(rest, True)
    elif polarity == "yes" and suspected and not named and not short.whole:
        settle([suspected[0]], True)  # "yes, almonds and hazelnuts": which of them is told in the same breath
        if not careful:
            settle([ask for ask in rest if ask != suspected[0]], False)
    elif polarity == "yes" and pending.about:
        taking.settled.update(rest)  # not to be taken back after all: what was known of each stays
    elif polarity == "yes" and not named:
        # "Yes" to several: the most worrying reading until the person says which.
        taking.some_of[pending.question] = tuple(rest)
        taking.settled.update(rest)
    elif named and (short.only or (any_present and not careful)):
        # "Try every position. They took off a breast in 2016": beside what is plain, a second sign may be told.
        second = [] if short.only else [ask for ask in doubted if ask in rest and _screen(knowledge, ask) == "B"]
        settle(second, "unsure")
        settle([ask for ask in rest if ask not in second], False)
    elif suspected and polarity is None and knowledge.findings[suspected[0]].level not in URGENT:
        # Words that are no "no", in answer to a list: the sign that they are likeliest to tell of. An urgent one is
        # asked about on its own.
        settle([suspected[0]], True)
        settle([ask for ask in rest if ask != suspected[0]], False)
    # Else, in screen A or after a bare denial of one item, the unnamed items stay open and are asked once more.


def hears(inbound: Inbound, finding: str) -> bool:
    """Whether the learned reader hears ``finding`` in the message, surely or not."""
    return any(o.kind == "finding" and o.id == finding and o.reader == "learned" for o in inbound.observations)


def denies_by_intent(inbound: Inbound) -> bool:
    """Whether the message is classified as a "no", surely enough to be an answer."""
    return inbound.confidence >= SURE_INTENT and ANSWER_INTENTS.get(inbound.intent) == "no"


def _screen(knowledge: Knowledge, id: str) -> str:
    return knowledge.findings[id].screen if id in knowledge.findings else "detail"


def _picked(asks: list[str], short: ShortAnswer) -> list[str] | None:
    """Findings picked by their place in the list, or all but some; [] for "none of these"; None when none were."""
    if not (short.picks or short.left_out) or not short.whole or len(asks) == 1:
        return None
    if any(pick > len(asks) + 1 for pick in (*short.picks, *short.left_out)):
        return None

    def at(picks: tuple[int, ...]) -> list[str]:
        """ "The last one" is the last finding: "none of these" behind them has no number."""
        places = [len(asks) if pick == -1 else pick for pick in picks]
        return [asks[place - 1] for place in places if place <= len(asks)]

    if short.picks:
        return at(short.picks)
    return [ask for ask in asks if ask not in at(short.left_out)]


def labels_of(knowledge: Knowledge, ids: Iterable[str]) -> dict[str, str]:
    """The labels of findings and details by id."""
    labels = {id: finding.label for id, finding in knowledge.findings.items()}
    labels |= {id: detail.label for id, detail in knowledge.details.items()}
    return {id: labels[id] for id in ids if id in labels}


def ask_again(knowledge: Knowledge, record: Record, pending: Pending, taking: Taking) -> bool:
    """True for the first "not sure" to a screen B question: it is put once more in other words."""
    if pending.question in record.assessment.asked_again or pending.about:
        return False
    unsure = [ask for ask in pending.asks if taking.findings.get(ask) == "unsure" and _screen(knowledge, ask) == "B"]
    for ask in unsure:
        del taking.findings[ask]
        taking.settled.discard(ask)
    return bool(unsure)


def settled(pending: Pending | None, taking: Taking) -> bool:
    """Whether everything that ``pending`` asks has its answer now."""
    return pending is not None and bool(pending.asks) and set(pending.asks) <= taking.settled
