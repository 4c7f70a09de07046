"""What no single file can show: findings, lines and questions that nobody could ever meet, and circles of waiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from bot.triage.files import Entry
from bot.triage.knowledge import Knowledge
from bot.triage.shapes import ALWAYS, FactTest, PastLimit, Present, Question, When

_DAYS_A_YEAR = 365.25
_ORDER = ("A", "fact", "B", "C")


def check(knowledge: Knowledge, places: Mapping[str, Entry], lines: Mapping[tuple[str, str], Entry]) -> None:
    """ClinicalDataError for the first mistake. ``places``: id -> entry; ``lines``: question and id asked -> entry."""
    _dead_findings(knowledge, places)
    for question in knowledge.questions.values():
        for id in question.asks:
            at = lines.get((question.id, id), places[question.id])
            why = _never(knowledge, question.when, question.lines.get(id, ALWAYS))
            if why:
                raise at.error(f"'{id}' can never be asked by '{question.id}': {why}", "correct its 'when'")
            other = _asked_of_everyone(knowledge, question, id)
            if other:
                raise at.error(
                    f"'{id}' can never be asked by '{question.id}', since '{other}' asks it of everyone",
                    "delete it here, or give the other one a 'when'",
                )
            if id in knowledge.facts and not question.first and id not in _facts_that_decide(knowledge):
                raise at.error(
                    f"the question '{question.id}' can never be asked: no rule looks at '{id}'",
                    "add 'first: always', use the fact in level_rules.yml, or delete the question",
                )
    _circles(knowledge, places)


def _dead_findings(knowledge: Knowledge, places: Mapping[str, Entry]) -> None:
    for finding in knowledge.findings.values():
        follows = finding.derived and finding.derived.test.fact in knowledge.asked_by
        if finding.id not in knowledge.asked_by and not follows:
            raise places[finding.id].error(
                f"no question ever asks '{finding.id}'", "add it to a question in questions.yml or delete it"
            )
    used = {part.id for part in _conditions(knowledge) if isinstance(part, Present)}
    used |= {id for members in knowledge.clusters.values() for id in members}
    used |= {id for when in _whens(knowledge) for id in when.present}
    for id in (*knowledge.findings, *(detail.id for detail in knowledge.details.values() if detail.asked)):
        if id not in used:
            raise places[id].error(f"no rule ever uses '{id}'", "name it in level_rules.yml or delete it")


def _conditions(knowledge: Knowledge) -> Iterator[object]:
    for rule in knowledge.level_rules.values():
        for way in rule.ways:
            yield from way


def _whens(knowledge: Knowledge) -> Iterator[When]:
    for question in knowledge.questions.values():
        yield question.when
        yield from question.lines.values()


def _never(knowledge: Knowledge, question: When, line: When) -> str:
    """Why nobody can fit both conditions; "" when somebody can."""
    both = (question, line)
    places = [set(when.regions) for when in both if when.regions]
    if places and not set.intersection(*places):
        return "the regions exclude each other"
    ages = _span(knowledge, "age", [when.age_min for when in both], [when.age_max for when in both])
    if ages[0] > ages[1]:
        return f"no age is from {ages[0]:g} to {ages[1]:g}"
    days = _span(knowledge, "duration_days", [w.duration_min for w in both], [w.duration_max for w in both])
    if days[0] > days[1]:
        return f"no time is from {days[0]:g} to {days[1]:g} days"
    begun = [when.began_before for when in both if when.began_before is not None]
    if begun and ages[0] - days[1] / _DAYS_A_YEAR >= min(begun):
        return f"pain of at most {days[1]:g} days at {ages[0]:g} or over cannot have begun before {min(begun)}"
    if any(when.past_limit for when in both) and days[1] < min(r.limit_days for r in knowledge.regions.values()):
        return f"at most {days[1]:g} days are never past a time limit"
    return ""


def _span(
    knowledge: Knowledge, fact: str, lowest: list[int | None], highest: list[int | None]
) -> tuple[float, float]:
    bounds = knowledge.facts[fact]
    low = max(number for number in (bounds.low or 0, *lowest) if number is not None)
    high = min(number for number in (bounds.high or float("inf"), *highest) if number is not None)
    return low, high


def _asked_of_everyone(knowledge: Knowledge, question: Question, id: str) -> str:
    """Another question that asks the same of everyone, no later; "" when there is none."""
    for other in knowledge.asked_by[id]:
        always = other.when is ALWAYS and other.lines.get(id, ALWAYS) is ALWAYS
        if always and other.id != question.id and _ORDER.index(other.screen) <= _ORDER.index(question.screen):
            return other.id
    return ""


def _facts_that_decide(knowledge: Knowledge) -> set[str]:
    tests = [part for part in _conditions(knowledge) if isinstance(part, FactTest)]
    tests += [finding.derived.test for finding in knowledge.findings.values() if finding.derived]
    facts = {test.fact for test in tests}
    limits = any(isinstance(part, PastLimit) for part in _conditions(knowledge))
    facts |= {"duration_days", "region"} if limits else set()
    return facts.union(*(_facts_of(when) for when in _whens(knowledge)))


def _facts_of(when: When) -> set[str]:
    """The facts that a condition hangs on."""
    facts = {"region"} if when.regions or when.past_limit else set()
    ages = (when.age_min, when.age_max, when.began_before)
    days = (when.duration_min, when.duration_max, when.began_before)
    facts |= {"age"} if any(number is not None for number in ages) else set()
    return facts | ({"duration_days"} if when.past_limit or any(number is not None for number in days) else set())


def _circles(knowledge: Knowledge, places: Mapping[str, Entry]) -> None:
    """A question that waits for an answer which waits for that same question could never be asked."""
    waits: dict[str, dict[str, str]] = {}  # id -> what its question waits for -> that question
    for question in knowledge.questions.values():
        for id in question.asks:
            for when in (question.when, question.lines.get(id, ALWAYS)):
                # Screen A does not wait for facts: while they are unknown it asks.
                facts = set() if question.screen == "A" else _facts_of(when)
                waits.setdefault(id, {}).update(dict.fromkeys((*when.present, *sorted(facts)), question.id))
    for finding in knowledge.findings.values():
        if finding.derived:
            waits.setdefault(finding.id, {}).setdefault(finding.derived.test.fact, "")

    def visit(id: str, trail: tuple[str, ...]) -> None:
        if id in trail:
            circle = (*trail[trail.index(id) :], id)
            at = next(waits[one][two] for one, two in pairwise(circle) if waits[one][two])
            raise places[at].error(
                f"the questions wait for each other ({' -> '.join(circle)})", f"take one 'when' out of '{at}'"
            )
        if id not in done:
            for other in waits.get(id, ()):
                visit(other, (*trail, id))
            done.add(id)

    done: set[str] = set()
    for id in waits:
        visit(id, ())
