"""Whole conversations with the tree: honest people, in every place and at every age that matters, answer to the end.

Everybody with one alarm, with what a demand names, and with two findings at once is tried; people with many answers
are drawn. Steps that conversations share are decided once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from bot.triage.assessment import Answer, Assessment, FactValue
from bot.triage.knowledge import Knowledge
from bot.triage.shapes import UNKNOWN, Verdict
from bot.triage.tree import Decision, QuestionAsked, decide
from proof.demands import Demand, Demands, People, Range, numbers
from proof.encoding import STRICTNESS, URGENCY
from proof.words import Fault, in_words

DRAWN_PEOPLE = 250
_CLIMBERS = 3  # people from whom the longest walk is looked for
_LONGEST = ((30, 60), (52, 60), (72, 400))  # ages and days of the people in it: pregnancy, after fifty, thin bones
_AGES = (8, 16, 41, 55, 80)
_ORDINARY: Mapping[str, FactValue] = {
    "age": 41,
    "duration_days": 10,
    "pain_score": 4,
    "onset": "gradual",
}


@dataclass(frozen=True)
class Person:
    """What is true of one person: they answer with it, and "no" to all else. ``said``: told before any question."""

    findings: Mapping[str, Answer]
    details: Mapping[str, Answer | str]
    facts: Mapping[str, FactValue]
    said: tuple[str, ...] = ()

    def start(self) -> Assessment:
        return Assessment(
            {id: self.findings[id] for id in self.said if id in self.findings},
            {},
            {id: self.details[id] for id in self.said if id in self.details},
        )

    def answer(self, knowledge: Knowledge, record: Assessment, asked: QuestionAsked) -> Assessment:
        findings, facts, details = dict(record.findings), dict(record.facts), dict(record.details)
        for id in asked.asks:
            if id in knowledge.facts:
                facts[id] = self.facts.get(id, UNKNOWN)
            elif id in knowledge.details:
                details[id] = self.details.get(id, False)
            else:
                findings[id] = self.findings.get(id, self._follows(knowledge, id))
        return replace(record, findings=findings, facts=facts, details=details)

    def _follows(self, knowledge: Knowledge, id: str) -> bool:
        """An honest answer to a line that says the same as one of their facts."""
        derived = knowledge.findings[id].derived
        return derived is not None and derived.test.fits(self.facts.get(derived.test.fact))

    def record(self) -> Assessment:
        """All that is true of them, for the words of a fault."""
        return Assessment(self.findings, self.facts, self.details)


@dataclass
class Seen:
    """What the walks met: rules that held at an end, questions that were put, the longest walk."""

    rules: set[str] = field(default_factory=set)
    questions: set[str] = field(default_factory=set)
    longest: int = 0
    last: int = 0
    walks: int = 0


class Walks:
    """All walks over one rule set; ``only`` narrows the people to those with one of these findings."""

    def __init__(self, knowledge: Knowledge, demands: Demands, only: Collection[str] | None = None) -> None:
        self.knowledge, self.demands, self.only = knowledge, demands, only
        self.seen = Seen()
        self._decided: dict[tuple[object, ...], Decision] = {}

    # -- the checks ------------------------------------------------------------------------------------

    def find_everyone(self) -> Iterator[Fault]:
        """Who has what a demand names is asked for it and ends at its level at least."""
        for demand in self.demands.least:
            for person in people(self.knowledge, demand.people, self.only):
                yield from self.walk(person, demand)

    def find_two_at_once(self) -> Iterator[Fault]:
        """Two findings never hide each other."""
        first: dict[str, Demand] = {}
        for demand in self.demands.least:
            simple = len(demand.people.has) == 1 and "pain_score" not in dict(demand.people.ranges)
            if simple and not demand.people.not_sure:
                first.setdefault(demand.people.has[0], demand)
        least = [demand for id, demand in first.items() if id in self.knowledge.findings]
        for turn, (one, two) in enumerate(combinations(least, 2)):
            person = both(self.knowledge, one.people, two.people, turn)
            if person and (self.only is None or {one.people.has[0], two.people.has[0]} & set(self.only)):
                worse = max(one, two, key=lambda demand: URGENCY[demand.level])
                stricter = max(one, two, key=lambda demand: STRICTNESS[demand.massage])
                # Where an alarm, or another reason to ask first, comes before it, the strictest is not looked for.
                both_strict = min(STRICTNESS[one.massage], STRICTNESS[two.massage]) >= STRICTNESS["check_first"]
                massage: Verdict = "check_first" if both_strict else stricter.massage
                massage = massage if worse.level == "self_care" else "suitable"
                yield from self.walk(person, replace(worse, massage=massage))

    def end_however_long(self) -> Iterator[Fault]:
        """Whoever is asked most comes to an end in time.

        Everyone with up to two findings that open a further question is tried, and from the longest of these walks on
        one finding more, as long as that makes it longer. Others only raise the level, which closes questions.
        """
        for region in (*self.knowledge.regions, UNKNOWN):
            for age, days in _LONGEST:
                facts: dict[str, FactValue] = {"age": age, "region": region, "duration_days": days, "pain_score": 7}
                for details in (False, True):
                    yield from self._grow(Person({}, dict.fromkeys(self.knowledge.details, details), facts))

    def _grow(self, person: Person) -> Iterator[Fault]:
        faults: list[Fault] = []

        def length(*has: str) -> int:
            faults.extend(self.walk(replace(person, findings=dict.fromkeys(has, True))))
            return self.seen.last

        openers = self._openers()
        found = {has: length(*has) for many in (0, 1, 2) for has in combinations(openers, many)}
        for has in sorted(found, key=found.__getitem__)[-_CLIMBERS:]:
            best, longest = has, found[has]
            while more := [(length(*best, id), (*best, id)) for id in openers if id not in best]:
                if max(more)[0] <= longest:
                    break
                longest, best = max(more)
        yield from faults

    def _openers(self) -> list[str]:
        """Findings whose presence can bring a question that others are not asked."""
        ids = [id for question in self.knowledge.questions.values() for id in question.when.present]
        ids += [id for q in self.knowledge.questions.values() for when in q.lines.values() for id in when.present]
        ids += [id for members in self.knowledge.clusters.values() for id in members]
        return [id for id in dict.fromkeys(ids) if id in self.knowledge.findings]

    def end_for_anyone(self, seed: int = 1, count: int = DRAWN_PEOPLE) -> Iterator[Fault]:
        """People with many answers, drawn at random, come to an end as well."""
        draw = random.Random(seed)  # noqa: S311 - the same people at each run
        ids = list(self.knowledge.findings)
        asked = [id for id, detail in self.knowledge.details.items() if detail.asked]
        for _ in range(count):
            some = draw.sample(ids, draw.choice((1, 2, 3, 4, 8)))
            mild = [id for id in some if draw.random() < 0.3 or self.knowledge.findings[id].screen != "A"]
            facts: dict[str, FactValue] = {
                "age": draw.choice((*range(5, 95, 5), 52, 55, UNKNOWN)),
                "region": draw.choice((*self.knowledge.regions, UNKNOWN)),
                "duration_days": draw.choice((2, 10, 16, 30, 50, 200, 2000, UNKNOWN)),
                "pain_score": draw.choice((2, 5, 8, UNKNOWN)),
            }
            answers: tuple[Answer, ...] = (True, "unsure")
            details: dict[str, Answer | str] = {id: True for id in asked if draw.random() < 0.2}
            findings = {id: draw.choice(answers) for id in mild}
            yield from self.walk(Person(findings, details, facts))

    def never_skip_screen_a(self) -> Iterator[Fault]:
        """One unanswered line of screen A, all else "no": not self-care, wherever it hurts and whatever the age."""
        for id, due in self.demands.due.items():
            finding = self.knowledge.findings.get(id)
            if finding is None or finding.screen != "A" or (self.only is not None and id not in self.only):
                continue
            asked_of = due.regions or (*self.knowledge.regions, UNKNOWN)
            for region in (*asked_of, None):
                for age in (*_between(numbers(due)["age"]), UNKNOWN, None):
                    record = self._all_no_but(id, region, age, {other for other in due.has if other != id})
                    decision = self.decide(record)
                    if decision.status == "complete" and decision.level == "self_care":
                        words = in_words(self.knowledge, Assessment(facts=record.facts), "self_care")
                        yield Fault(f"'{finding.name}' unanswered is never self-care", words)

    def meet_every_rule(self) -> Iterator[Fault]:
        """Every question is put to somebody and every rule holds at some end. Asked last, of all walks so far."""
        for id in self.knowledge.questions:
            if id not in self.seen.questions:
                yield Fault("Every question is reached", f"nobody was ever asked '{id}'")
        for id in (*self.knowledge.level_rules, self.knowledge.no_alarm.id):
            if id not in self.seen.rules:
                yield Fault("Every rule is reached", f"no conversation ended with '{id}'")

    # -- one walk --------------------------------------------------------------------------------------

    def walk(self, person: Person, demand: Demand | None = None) -> Iterator[Fault]:
        """One conversation to its end; the faults it shows."""
        record, put = person.start(), 0
        decision = self.decide(record)
        urgency = URGENCY[decision.level or "self_care"]
        while decision.question and put <= self.demands.longest_walk:  # one too many is enough to know
            asked = decision.question
            answered = person.answer(self.knowledge, record, asked)
            if answered == record:
                yield self._fault("Every question brings an answer", person, f"'{asked.question.id}' again")
                return
            record, put = answered, put + 1
            self.seen.questions.add(asked.question.id)
            decision = self.decide(record)
            now = URGENCY[decision.level or "self_care"]
            if now < urgency:
                yield self._fault("A level never goes down", person, str(decision.level))
            urgency = now
        self.seen.walks += 1
        self.seen.last, self.seen.longest = put, max(self.seen.longest, put)
        self.seen.rules.update(reason.rule for reason in decision.reasons)
        if put > self.demands.longest_walk:
            many = f"asked more than {self.demands.longest_walk} questions"
            yield self._fault(f"Every walk ends in at most {self.demands.longest_walk} questions", person, many)
            return
        level, massage = decision.level or "self_care", decision.massage or "suitable"
        if demand and URGENCY[level] < URGENCY[demand.level]:
            yield self._fault(f"Who has it is found (at least {demand.level})", person, level)
        if demand and STRICTNESS[massage] < STRICTNESS[demand.massage]:
            yield self._fault(f"Who has it is found (massage {demand.massage})", person, f"massage {massage}")
        if level == "self_care":
            for id in self._skipped(person, record):
                name = self.knowledge.findings[id].name
                yield self._fault("Self-care only after all of screen A", person, f"self_care without '{name}'")

    def decide(self, record: Assessment) -> Decision:
        key = (*(frozenset(part.items()) for part in (record.findings, record.facts, record.details)),)
        if key not in self._decided:
            self._decided[key] = decide(self.knowledge, record)
        return self._decided[key]

    def _skipped(self, person: Person, record: Assessment) -> Iterator[str]:
        """Findings of screen A that were due for this person and never answered."""
        for id, due in self.demands.due.items():
            finding = self.knowledge.findings.get(id)
            if finding is None or finding.screen != "A" or id in record.findings:
                continue
            if any(record.findings.get(other) is False for other in finding.no_when_no):
                continue
            low, high = numbers(due)["age"]
            age = person.facts.get("age")
            old_enough = isinstance(age, str) or age is None or low <= age <= high
            if old_enough and (not due.regions or person.facts.get("region", UNKNOWN) in due.regions):
                yield id

    def _all_no_but(self, id: str, region: str | None, age: FactValue | None, there: set[str]) -> Assessment:
        facts = {**_ORDINARY, **({"region": region} if region else {})}
        facts.pop("age")
        if age is not None:
            facts["age"] = age
        rest: dict[str, Answer] = {other: other in there for other in self.knowledge.findings if other != id}
        # Pregnancy alone would hold the level up, and a "no" to it answers the signs that hang on it.
        hangs_on = self.knowledge.findings[id].no_when_no
        rest = {other: answer for other, answer in rest.items() if other not in hangs_on}
        return Assessment(rest, facts)

    def _fault(self, promise: str, person: Person, got: str) -> Fault:
        facts = {id: value for id, value in person.facts.items() if _ORDINARY.get(id) != value or id == "age"}
        return Fault(promise, in_words(self.knowledge, replace(person.record(), facts=facts), got))


def checks(walks: Walks) -> Mapping[str, Callable[[], Iterator[Fault]]]:
    """All walks by what they hold, in the order to run them."""
    return {
        "screen A unanswered is never self-care": walks.never_skip_screen_a,
        "who has an alarm is asked for it and found": walks.find_everyone,
        "two findings at once never hide each other": walks.find_two_at_once,
        "even the longest walk ends in time": walks.end_however_long,
        "every walk ends": walks.end_for_anyone,
        "every question and every rule is reached": walks.meet_every_rule,
    }


def people(knowledge: Knowledge, who: People, only: Collection[str] | None = None) -> Iterator[Person]:
    """The people of a demand: each of its places, at the ages that matter."""
    if only is not None and not set(who.has) & set(only):
        return
    ranges = numbers(who)
    for place in who.regions or (*knowledge.regions, UNKNOWN):
        for age in _between(ranges["age"]):
            for days in _ends(who, "duration_days"):
                yield _person(knowledge, who, {"region": place, "age": age, "duration_days": days})


def both(knowledge: Knowledge, one: People, two: People, turn: int) -> Person | None:
    """Somebody with both, at a place and age that fit both, or None; ``turn`` varies the place."""
    everywhere = (*knowledge.regions, UNKNOWN)
    places = [place for place in one.regions or everywhere if place in (two.regions or everywhere)]
    low, high = (pick(numbers(one)["age"][end], numbers(two)["age"][end]) for end, pick in ((0, max), (1, min)))
    days = _ends(one, "duration_days")[0] if dict(one.ranges).get("duration_days") else _ends(two, "duration_days")[0]
    span = numbers(one)["duration_days"], numbers(two)["duration_days"]
    if not places or low > high or any(not first <= days <= last for first, last in span):
        return None
    age = 41 if low <= 41 <= high else int(low)
    joined = replace(one, has=tuple(dict.fromkeys((*one.has, *two.has))), ranges=())
    return _person(knowledge, joined, {"region": places[turn % len(places)], "age": age, "duration_days": days})


def _person(knowledge: Knowledge, who: People, facts: Mapping[str, FactValue]) -> Person:
    score = dict(who.ranges).get("pain_score")
    findings: dict[str, Answer] = {
        id: "unsure" if id == who.not_sure else True for id in who.has if id in knowledge.findings
    }
    details: dict[str, Answer | str] = {id: True for id in who.has if id in knowledge.details}
    return Person(
        findings,
        details,
        {**_ORDINARY, **facts, **({"pain_score": int(score[0])} if score else {})},
        who.said,
    )


def _between(ages: Range) -> tuple[int, ...]:
    """Ages of the range that matter: both ends of a bounded one, and the ordinary ones in it."""
    low, high = int(ages[0]), int(ages[1])
    ends = {end for end in (low, high) if end not in (0, 120)}
    return tuple(sorted(ends | {age for age in _AGES if low <= age <= high}))


def _ends(who: People, fact: str) -> tuple[int, ...]:
    span = dict(who.ranges).get(fact)
    ordinary = _ORDINARY[fact]
    assert isinstance(ordinary, int)
    return (int(span[0]),) if span else (ordinary,)
