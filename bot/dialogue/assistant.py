"""The one door to the mind, for the actions and the API alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.dialogue.hearing import hear, presses
from bot.dialogue.inbound import Inbound, Outcome, defused
from bot.dialogue.mind import Mind, closest, locales
from bot.dialogue.state import DEFAULT_LOCALE, Record, locale_of
from bot.dialogue.taking import fact_fits
from bot.dialogue.turn import take_turn
from bot.dialogue.understanding import understood
from bot.language.reader import Reader
from bot.replies import asking, drafts, opening, pages
from bot.replies.contract import triage_json
from bot.summary.build import summarise
from bot.summary.shapes import Summary
from bot.triage.assessment import Answer, Assessment, FactValue
from bot.triage.knowledge import Knowledge
from bot.triage.tree import decide

DATA = Path("data")


class UnknownId(ValueError):
    """An id that the catalogue doesn't have. ``id`` is the identifier as given."""

    def __init__(self, kind: str, id: str) -> None:
        self.kind, self.id = kind, id
        super().__init__(f"unknown {kind}")


class BadValue(ValueError):
    """A value that does not fit its finding or fact. ``id`` names which."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(f"bad value for {id}")


class Assistant:
    """One loaded mind for each language. Thread-safe: no method changes anything but its own result."""

    def __init__(self, minds: Mapping[str, Mind], data: Path) -> None:
        self._minds = minds
        self._mind = minds[DEFAULT_LOCALE]
        self._data = data
        self._reader: Reader | None = None

    @classmethod
    def load(cls, data: Path = DATA, reading: bool = False) -> Assistant:
        """ClinicalDataError when a data file is broken. ``reading`` loads the reader at once, not later."""
        assistant = cls({locale: Mind.load(data, locale) for locale in locales(data)}, data)
        if reading:
            assistant.reader.read("")
        return assistant

    @property
    def reader(self) -> Reader:
        if self._reader is None:
            self._reader = Reader(self._data / "language")
        return self._reader

    @property
    def ruleset(self) -> str:
        """The version of the clinical rules that every decision is made with."""
        return self._mind.knowledge.ruleset

    @property
    def finding_ids(self) -> tuple[str, ...]:
        """The ids of the catalogue's findings."""
        return tuple(self._mind.knowledge.findings)

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages it speaks, as BCP 47 tags."""
        return tuple(self._minds)

    def open(self, country: str, locale: str = DEFAULT_LOCALE) -> Outcome:
        """The first words of a conversation. ``country``: ISO 3166 code of the clinic; ``locale``: BCP 47 tag."""
        mind = self._minds[closest(locale, self.locales)]
        record = Record(Assessment().with_facts(country=country), locale=mind.locale).with_dialogue(turns=1)
        said = pages.for_pages(mind.knowledge, record.assessment, [opening.greeting(mind, record.assessment)])
        return Outcome(said, record.to_json())

    def _mind_for(self, record: Mapping[str, Any] | None, text: str = "") -> Mind:
        """The mind that speaks the record's language; where there is no record, the text's, if it tells an alarm.

        The words of some alarms are the same in two languages ("meningitis"): the text must be in the language too.
        """
        if not record:
            speaking = (
                mind for mind in self._minds.values()
                if mind.tongue and mind.tongue.alarms_in(text) and mind.tongue.read(text, ()).foreign
            )  # fmt: skip
            return next(speaking, self._mind)
        return self._minds.get(locale_of(record), self._mind)

    def screen(
        self,
        text: str,
        record: Mapping[str, Any] | None,
        country: str = "",
        choices: Sequence[Mapping[str, Any]] = (),
    ) -> Outcome | None:
        """The whole answer when the rules read a new emergency here, else None. Needs no server and no model."""
        mind = self._mind_for(record, text)
        known = replace(Record.from_json(record), locale=mind.locale)
        if country and "country" not in known.assessment.facts:  # no record to be had, but the clinic is known
            known = replace(known, assessment=known.assessment.with_facts(country=country))
        observations = self.reader.read(text).observations if text else ()
        said = Inbound(text=text, observations=observations, choices=tuple(choices))
        inbound = understood(mind, defused(said), known)
        knowledge = mind.knowledge
        heard = hear(knowledge, known, inbound)
        if decide(knowledge, heard.assessment).level != "emergency":
            return None
        new = {f for f, answer in heard.assessment.findings.items() if known.assessment.findings.get(f) != answer}
        if not new & heard.took and decide(knowledge, known.assessment).level == "emergency":
            return None
        return self._turn(mind, inbound, known)

    def heeds(self, answered: Mapping[str, Any] | None, screened: Mapping[str, Any] | None) -> bool:
        """Whether an answer deals with what ``screen`` heard: as an emergency, or asking about just those alarms.

        Or it lets them pass as all but impossible. Both are records of the same message. The rest of the mind may
        know better than the screen, but not forget. Of a "yes" to several signs, which may be any of them for the
        screen, it is to know at least one.
        """
        known, heard = Record.from_json(answered), Record.from_json(screened).assessment
        knowledge = self._mind_for(answered).knowledge
        if decide(knowledge, known.assessment).level == "emergency":
            return True
        taken = known.assessment.findings
        alarms = {id for id, answer in heard.findings.items() if answer is True and presses(knowledge, id)}
        missing = {id for id in alarms if taken.get(id) is not True}
        talk = known.dialogue
        asked = {*talk.hints, *talk.passed, *(talk.pending.asks if talk.pending and talk.pending.about else ())}
        several = [ids for question, ids in heard.some_of.items() if question not in known.assessment.some_of]
        if not all(any(taken.get(id) is True or id in asked for id in ids) for ids in several):
            return False
        return bool(missing or several) and missing <= asked

    def take_turn(self, inbound: Inbound, record: Mapping[str, Any] | None) -> Outcome:
        """One turn of the conversation."""
        mind, known = self._mind_for(record), Record.from_json(record)
        return self._turn(mind, understood(mind, defused(inbound), known), known)

    def _turn(self, mind: Mind, inbound: Inbound, known: Record) -> Outcome:
        outcome = take_turn(mind, inbound, known)
        now = Record.from_json(outcome.record).assessment
        return Outcome(pages.for_pages(mind.knowledge, now, outcome.messages), outcome.record)

    def triage(self, record: Mapping[str, Any] | None) -> dict[str, Any]:
        """Where the conversation stands, in the contract's Triage shape."""
        known, knowledge = Record.from_json(record), self._mind_for(record).knowledge
        return triage_json(knowledge, known, decide(knowledge, known.assessment))

    def summary(self, record: Mapping[str, Any] | None, said: Sequence[Mapping[str, Any]] = ()) -> Summary:
        """The conversation for a clinician; ``said`` are its messages in the contract's shape, ``seq`` order."""
        known = Record.from_json(record)

        def tells(text: str) -> bool:
            return bool(self.reader.read(text).observations)

        mind = self._mind_for(record)
        return summarise(mind, mind.summary_words, known, said, tells)

    def assess(
        self,
        findings: Mapping[str, Any],
        facts: Mapping[str, Any] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The tree for answers given at once: ``{"triage", "next_question"}``. UnknownId, BadValue.

        ``details`` may sharpen findings; one that is not given counts as "no", since its question is not part of the
        catalogue that other systems know. In a conversation it is asked.
        """
        knowledge = self._mind.knowledge
        untold: dict[str, Answer | str] = {detail.id: False for detail in knowledge.details.values() if detail.asked}
        told = {id: _detail(id, value, knowledge) for id, value in (details or {}).items()}
        assessment = Assessment(
            findings={id: _answer(id, value, knowledge.findings, "finding") for id, value in findings.items()},
            facts={id: _fact(id, value, knowledge) for id, value in (facts or {}).items()},
            details={**untold, **told},
        )
        decision = decide(knowledge, assessment)
        triage = triage_json(knowledge, Record(assessment).with_dialogue(complaint=True), decision, stateless=True)
        question = None
        if decision.question:
            question = asking.question_json(knowledge, decision.question.question.id, tuple(decision.question.asks))
            question["text"] = decision.question.question.text
        return {"triage": triage, "next_question": question}

    def unavailable(self, text: str, record: Mapping[str, Any] | None, country: str = "") -> list[dict[str, Any]]:
        """What to say when the assistant cannot work: what to do in an emergency, and that it can't assess now."""
        assessment = Assessment().with_facts(country=country) if country else Record.from_json(record).assessment
        mind = self._mind_for(record, text)
        words = mind.words.say("unavailable", 0, **mind.numbers(assessment))
        return pages.for_pages(mind.knowledge, assessment, [drafts.draft("info", words)])


def _answer(id: str, value: Any, known: Mapping[str, Any], kind: str) -> Answer:
    if id not in known:
        raise UnknownId(kind, id)
    if isinstance(value, bool):
        return value
    if value == "unsure":
        return "unsure"
    raise BadValue(id)


def _detail(id: str, value: Any, knowledge: Knowledge) -> Answer | str:
    detail = knowledge.details.get(id)
    if detail is not None and detail.values:
        if value not in detail.values:
            raise BadValue(id)
        return str(value)
    return _answer(id, value, knowledge.details, "detail")


def _fact(id: str, value: Any, knowledge: Knowledge) -> FactValue:
    fact = knowledge.facts.get(id)
    if fact is None:
        raise UnknownId("fact", id)
    if not fact_fits(fact, value):
        raise BadValue(id)
    checked: FactValue = value
    return checked
