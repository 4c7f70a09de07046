"""The decision tree: what is known of a person in, level and next question out. Pure and deterministic.

The level is the most urgent of all rules that hold, so more findings never lower it. Questions are asked while
an answer can still change the level or the massage verdict, the most decisive first; screen A comes before
everything and is never skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

from bot.triage.assessment import Assessment, FactValue
from bot.triage.knowledge import Knowledge
from bot.triage.massage import level_of, strictest, verdict
from bot.triage.shapes import (
    ALWAYS,
    LEVELS,
    UNKNOWN,
    Clusters,
    Condition,
    FactTest,
    LevelId,
    LevelRule,
    NotDenied,
    PastLimit,
    Present,
    Question,
    Verdict,
    Way,
    When,
)

_RANK = {level: rank for rank, level in enumerate(LEVELS)}  # 0 is the most urgent
_STEPS_UP: tuple[LevelId, ...] = ("see_gp", "same_day")
_Promise = tuple[int, int]  # rank of the level that an answer could help to reach, answers still needed for it
_MASSAGE_ONLY: tuple[LevelId, ...] = ("check_first", "self_care")


class Truth(IntEnum):
    """How far a condition holds. "And" is the least of several, "or" the greatest."""

    NO = 0
    OPEN = 1  # not known, and still to be found out
    UNSURE = 2  # "not sure" to a screen B finding: counts one level lower
    YES = 3


@dataclass(frozen=True)
class Reason:
    """A rule that holds: its id, the findings that made it hold, words for the person, and its sources."""

    rule: str
    findings: tuple[str, ...]
    text: str
    source_ids: tuple[str, ...]


@dataclass(frozen=True)
class QuestionAsked:
    """A question and the ids of it that are still to be asked, in the order to list them."""

    question: Question
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """``level`` is None while asking and nothing has set one; ``massage`` is None as long as ``level`` is."""

    status: Literal["asking", "complete"]
    level: LevelId | None
    massage: Verdict | None
    reasons: tuple[Reason, ...]
    question: QuestionAsked | None


def decide(knowledge: Knowledge, assessment: Assessment) -> Decision:
    """The decision for what is known so far. Total: any record of known ids gets one."""
    view = _View(knowledge, assessment)
    level = view.level
    question = None if level == "emergency" else _next_question(view)
    if question is None and level is None:
        level = "self_care"
    massage = verdict(level, view.against_massage) if level else None
    status: Literal["asking", "complete"] = "asking" if question else "complete"
    return Decision(status, level, massage, view.reasons(level), question)


def relevant(knowledge: Knowledge, question: Question, assessment: Assessment, id: str = "") -> bool:
    """Whether the question, or its line ``id``, makes sense for this person, whether or not it is worth asking."""
    return _View(knowledge, assessment).asks(question, id) == Truth.YES


def remaining_asks(knowledge: Knowledge, question: Question, assessment: Assessment) -> tuple[str, ...]:
    """The ids of a question that make sense for this person and have no answer yet."""
    return _View(knowledge, assessment).remaining(question)


def estimate_questions_left(knowledge: Knowledge, assessment: Assessment) -> int:
    """How many questions are left if no further finding is there: walks the tree with plain answers."""
    facts: dict[str, FactValue] = {
        "age": 40,
        "region": "lower_back",
        "duration_days": 10,
        "pain_score": 4,
    }
    count = 0
    while (asked := decide(knowledge, assessment).question) and count < len(knowledge.questions):
        count += 1
        some_of = {id: asks for id, asks in assessment.some_of.items() if id != asked.question.id}
        assessment = replace(assessment, some_of=some_of)
        for id in asked.asks:
            if id in knowledge.facts:
                assessment = assessment.with_facts(**{id: facts.get(id, UNKNOWN)})
            elif id in knowledge.details:
                assessment = assessment.with_details(**{id: False})
            else:
                assessment = assessment.with_findings(**{id: False})
    return count


# --- choosing the next question ---------------------------------------------------------------------------


def _next_question(view: _View) -> QuestionAsked | None:
    return _which_of_several(view) or _opening(view) or _most_decisive(view) or _massage(view)


def _which_of_several(view: _View) -> QuestionAsked | None:
    """A "yes" to several at once is taken as the worst of them; next the person is asked which."""
    for id, several in view.assessment.some_of.items():
        question = view.knowledge.questions.get(id)
        asks = tuple(ask for ask in several if ask not in view.assessment.findings)
        if question and asks:
            return QuestionAsked(question, asks)
    return None


def _opening(view: _View) -> QuestionAsked | None:
    """Screen A and the facts that shape it, in the order of the file."""
    for question in view.knowledge.questions.values():
        screen_a = question.screen == "A" and question.asks[0] in view.knowledge.findings
        if screen_a or question.first == "always":
            asks = view.remaining(question)
        elif question.first == "useful":
            asks = view.remaining(question) if question.id in view.worth_asking else ()
        else:
            continue
        if asks:
            return QuestionAsked(question, asks)
    return None


def _most_decisive(view: _View) -> QuestionAsked | None:
    """Of the questions that can still raise the level, the one that can raise it furthest."""
    worth = view.worth_asking
    if not worth:
        return None
    best = min(worth, key=lambda id: (*min(worth[id].values()), view.knowledge.questions[id].order))
    question = view.knowledge.questions[best]
    return QuestionAsked(question, tuple(ask for ask in question.asks if ask in worth[best]))


def _massage(view: _View) -> QuestionAsked | None:
    """Screen C: only without an alarm, and only until something says that a professional must be asked."""
    if view.level not in (None, *_MASSAGE_ONLY):
        return None
    known = strictest(view.against_massage)
    for rule, way, truth in view.ways:
        if rule.massage == "no" and truth == Truth.OPEN and known != "no":
            for condition in way:
                if isinstance(condition, Present) and condition.id in view.knowledge.details:
                    for question in view.knowledge.asked_by[condition.id]:
                        if view.when(question.when, question) == Truth.YES:
                            return QuestionAsked(question, (condition.id,))
    if view.level is not None:
        return None
    for question in view.knowledge.questions.values():
        if question.screen == "C" and question.asks[0] in view.knowledge.findings:
            asks = view.remaining(question)
            if asks:
                return QuestionAsked(question, asks)
    return None


# --- what holds -------------------------------------------------------------------------------------------


class _View:
    """One assessment seen through the knowledge; everything is worked out once."""

    def __init__(self, knowledge: Knowledge, assessment: Assessment) -> None:
        self.knowledge = knowledge
        self.assessment = assessment
        self.facts = assessment.facts
        self._some = {id for several in assessment.some_of.values() for id in several}
        self._truths: dict[str, Truth] = {}
        self._whens: dict[tuple[int, bool], Truth] = {}
        self.ways: list[tuple[LevelRule, Way, Truth]] = [
            (rule, way, min(map(self.holds, way))) for rule in knowledge.level_rules.values() for way in rule.ways
        ]
        self._fired = [(rule, way, _level_of(rule, truth)) for rule, way, truth in self.ways if truth >= Truth.UNSURE]
        self._raisers = [rule for rule, _, _ in self._fired if rule.escalates]
        self.against_massage: list[Verdict] = [rule.massage for rule, _, _ in self._fired if rule.massage]
        self.level = self._level()
        self._worth: dict[str, dict[str, _Promise]] | None = None

    # -- conditions ------------------------------------------------------------------------------------

    def holds(self, condition: Condition) -> Truth:
        if isinstance(condition, Present):
            return self.present(condition.id)
        if isinstance(condition, FactTest):
            return self._fact_fits(condition)
        if isinstance(condition, NotDenied):
            return Truth.NO if self.assessment.details.get(condition.id) is False else Truth.YES
        if isinstance(condition, PastLimit):
            return self._past_limit()
        return self._clusters(condition.count)

    def present(self, id: str) -> Truth:
        """How far a finding or detail is there."""
        truth = self._truths.get(id)
        if truth is None:
            truth = self._detail(id) if id in self.knowledge.details else self._finding(id)
            self._truths[id] = truth
        return truth

    def _detail(self, id: str) -> Truth:
        value = self.assessment.details.get(id)
        if value is None:
            return Truth.OPEN if self._can_be_asked(id) else Truth.NO
        return Truth.NO if value is False else Truth.YES

    def _finding(self, id: str) -> Truth:
        finding = self.knowledge.findings[id]
        value = self.assessment.findings.get(id)
        if value is True or (id in self._some and value is not False):
            return Truth.YES
        to_come = Truth.NO
        if finding.derived and (value is not False or finding.derived.over_no):
            follows = self._fact_fits(finding.derived.test)
            known = self.facts.get(finding.derived.test.fact) != UNKNOWN
            if follows == Truth.YES and (known or value is None):
                return Truth.YES
            to_come = Truth.OPEN if follows == Truth.OPEN and value is None else Truth.NO
        if value == "unsure":
            return Truth.UNSURE if finding.screen == "B" and finding.strength == "alone" else Truth.YES
        if value is False or any(self._denied(other) for other in finding.no_when_no):
            return Truth.NO
        return Truth.OPEN if self._can_be_asked(id) else to_come

    def _denied(self, id: str) -> bool:
        return self.assessment.findings.get(id) is False and id not in self._some

    def _can_be_asked(self, id: str) -> bool:
        return any(self.asks(question, id) != Truth.NO for question in self.knowledge.asked_by.get(id, ()))

    def _fact_fits(self, test: FactTest) -> Truth:
        value = self.facts.get(test.fact)
        if value is None:
            return Truth.OPEN if self._can_be_asked(test.fact) else Truth.NO
        if value == UNKNOWN:
            return Truth.YES if test.if_unknown else Truth.NO
        return Truth.YES if test.fits(value) else Truth.NO

    def _number(self, fact: str) -> float | None:
        """The number, None when it was never given, infinity when it was asked and stayed unclear."""
        value = self.facts.get(fact)
        if value is None:
            return None
        return float("inf") if isinstance(value, str) else float(value)

    def _past_limit(self) -> Truth:
        days = self._number("duration_days")
        if days is None:
            return Truth.OPEN
        limits = [region.limit_days for region in self.knowledge.regions.values()]
        place = self.facts.get("region")
        if place in self.knowledge.regions:
            limits = [self.knowledge.regions[str(place)].limit_days]
        if days >= max(limits) or (place is not None and days >= min(limits)):
            return Truth.YES
        return Truth.NO if days < min(limits) else Truth.OPEN

    def _clusters(self, count: int) -> Truth:
        best = [max(self.present(id) for id in members) for members in self.knowledge.clusters.values()]
        return sorted(best, reverse=True)[count - 1]

    # -- relevance -------------------------------------------------------------------------------------

    def asks(self, question: Question, id: str) -> Truth:
        """Whether the question, and its line ``id``, makes sense: NO, YES, or OPEN while something is unknown."""
        line = question.lines.get(id)
        whole = self.when(question.when, question)
        return whole if line is None else min(whole, self.when(line, question))

    def when(self, when: When, question: Question) -> Truth:
        if when is ALWAYS:
            return Truth.YES
        key = id(when), question.screen == "A"  # the same conditions are looked at for every line of a question
        truth = self._whens.get(key)
        if truth is None:
            truth = self._whens[key] = min(truth for truth, _ in self._parts(when, question.screen == "A"))
        return truth

    def _parts(self, when: When, screen_a: bool) -> Iterator[tuple[Truth, tuple[str, ...]]]:
        """Each condition with the ids it hangs on. Screen A asks rather once too often: unknown counts as yes."""
        unknown = Truth.YES if screen_a else Truth.OPEN
        yield Truth.YES, ()
        if when.regions:
            place = self.facts.get("region")
            yield (unknown if place is None else _truth(place in when.regions)), ("region",)
        age, days = self._number("age"), self._number("duration_days")
        # An age or a time that stayed unclear (infinity) never rules a question out.
        if when.age_min is not None or when.age_max is not None:
            low, high = when.age_min or 0, float("inf") if when.age_max is None else when.age_max
            yield (unknown if age is None else _truth(low <= age <= high or age == float("inf"))), ("age",)
        if when.not_sex:
            yield _truth(self.assessment.details.get("sex") != when.not_sex), ()
        if when.duration_min is not None or when.duration_max is not None:
            low, high = when.duration_min or 0, float("inf") if when.duration_max is None else when.duration_max
            fits = days is not None and (low <= days <= high or days == float("inf"))
            yield (unknown if days is None else _truth(fits)), ("duration_days",)
        if when.began_before is not None:
            if age is None or days is None:
                yield unknown, ("age", "duration_days")
            else:
                yield _truth(float("inf") in (age, days) or age - days / 365.25 < when.began_before), ()
        if when.past_limit:
            yield self._past_limit(), ("duration_days", "region")
        if when.present:
            best = max(self.present(id) for id in when.present)
            yield (Truth.YES if best >= Truth.UNSURE else best), when.present

    def remaining(self, question: Question) -> tuple[str, ...]:
        """The ids of the question without an answer, as far as they make sense now."""
        return tuple(id for id in question.asks if self._unanswered(id) and self.asks(question, id) == Truth.YES)

    def _unanswered(self, id: str) -> bool:
        if id in self.knowledge.facts:
            return self.facts.get(id) is None
        return self.present(id) == Truth.OPEN

    # -- the level -------------------------------------------------------------------------------------

    def _level(self) -> LevelId | None:
        levels = [level for _, _, level in self._fired if level]
        levels += [_up(level) for rule, way, level in self._fired if level and self._is_raised(rule, way, level)]
        best = min(levels, key=_RANK.__getitem__, default=None)
        return None if best == "self_care" else best

    def _is_raised(self, rule: LevelRule, way: Way, level: LevelId) -> bool:
        return any(_raises(raiser, rule, way, level) for raiser in self._raisers)

    def reasons(self, level: LevelId | None) -> tuple[Reason, ...]:
        """The rules that hold, the most urgent first."""
        ranks: dict[str, int] = {}
        findings: dict[str, dict[str, None]] = {}

        def add(rule: LevelRule, rank: int, way: Way) -> None:
            ranks[rule.id] = min(rank, ranks.get(rule.id, rank))
            findings.setdefault(rule.id, {}).update(dict.fromkeys(self._findings_of(way)))

        for rule, way, own in self._fired:
            if not rule.escalates:
                add(rule, _RANK[own or "self_care"], way)
            for raiser, raiser_way, _ in self._fired:
                if own and _raises(raiser, rule, way, own):
                    add(raiser, _RANK[_up(own)], (*raiser_way, *way))
        rules = self.knowledge.level_rules
        ordered = [
            Reason(id, tuple(findings[id]), rules[id].reason, rules[id].source_ids)
            for id in sorted(ranks, key=ranks.__getitem__)
        ]
        if level == "self_care" and not ordered:
            none = self.knowledge.no_alarm
            ordered = [Reason(none.id, (), none.reason, none.source_ids)]
        return tuple(ordered)

    def _findings_of(self, way: Way) -> tuple[str, ...]:
        """The findings, never details, that make a way hold."""
        ids: list[str] = []
        for condition in way:
            if isinstance(condition, Present) and condition.id in self.knowledge.findings:
                ids.append(condition.id)
            elif isinstance(condition, Clusters):
                members = (id for group in self.knowledge.clusters.values() for id in group)
                ids += [id for id in members if self.present(id) >= Truth.UNSURE]
        return tuple(ids)

    # -- what is worth asking --------------------------------------------------------------------------

    @property
    def worth_asking(self) -> dict[str, dict[str, _Promise]]:
        """Question id -> id to ask -> the most urgent level its answer could help to reach, and how directly."""
        if self._worth is None:
            self._worth = {}
            now = _RANK[self.level or "self_care"]
            for rule, way, truth in self.ways:
                if truth != Truth.OPEN:
                    continue
                if rule.escalates:
                    raised = [
                        _RANK[_up(own)] for other, its, own in self._fired if own and _raises(rule, other, its, own)
                    ]
                    rank = min(raised, default=now)
                else:
                    unsure = any(self.holds(condition) == Truth.UNSURE for condition in way)
                    level = _level_of(rule, Truth.UNSURE if unsure else Truth.YES)
                    if level is None:
                        continue
                    rank = _RANK[_up(level) if self._is_raised(rule, way, level) else level]
                if rank < now:
                    # A rule that waits for one answer goes before one that waits for two, or for a raised risk.
                    steps = sum(self.holds(condition) == Truth.OPEN for condition in way) + rule.escalates
                    for condition in way:
                        self._note(condition, (rank, steps), self._worth)
        return self._worth

    def _note(self, condition: Condition, promise: _Promise, worth: dict[str, dict[str, _Promise]]) -> None:
        if self.holds(condition) != Truth.OPEN:
            return
        if isinstance(condition, Present):
            self._note_id(condition.id, promise, worth)
        elif isinstance(condition, FactTest):
            self._note_id(condition.fact, promise, worth)
        elif isinstance(condition, PastLimit):
            for fact in ("duration_days", "region"):
                self._note_id(fact, promise, worth)
        else:  # clusters: any weak finding of a cluster that has none yet
            for members in self.knowledge.clusters.values():
                if max(self.present(id) for id in members) == Truth.OPEN:
                    for id in members:
                        self._note_id(id, promise, worth)

    def _note_id(self, id: str, promise: _Promise, worth: dict[str, dict[str, _Promise]]) -> None:
        """Notes the question that asks ``id``, or what must be asked before that question makes sense."""
        if not self._unanswered(id):
            return
        finding = self.knowledge.findings.get(id)
        if finding and finding.derived:
            self._note_id(finding.derived.test.fact, promise, worth)
        for question in self.knowledge.asked_by.get(id, ()):
            if question.screen == "C":
                continue
            sense = self.asks(question, id)
            if sense == Truth.YES:
                asks = worth.setdefault(question.id, {})
                asks[id] = min(promise, asks.get(id, promise))
            elif sense == Truth.OPEN:
                for when in (question.when, question.lines.get(id, ALWAYS)):
                    for truth, ids in self._parts(when, question.screen == "A"):
                        for other in ids if truth == Truth.OPEN else ():
                            self._note_id(other, promise, worth)


def _truth(holds: bool) -> Truth:
    return Truth.YES if holds else Truth.NO


def _up(level: LevelId) -> LevelId:
    return LEVELS[max(_RANK[level] - 1, 0)]


def _level_of(rule: LevelRule, truth: Truth) -> LevelId | None:
    """The level a rule sets by itself: one lower when it hangs on a "not sure", but never below check_first."""
    levels: list[LevelId] = []
    if rule.level:
        rank = _RANK[rule.level] + (truth == Truth.UNSURE)
        levels.append(LEVELS[min(rank, _RANK["check_first"])])
    if rule.massage and level_of(rule.massage) != "self_care":
        levels.append(level_of(rule.massage))
    return min(levels, key=_RANK.__getitem__, default=None)


def _raises(raiser: LevelRule, rule: LevelRule, way: Way, level: LevelId) -> bool:
    """Whether an escalator lifts this rule: one of another finding, which has reached see_gp or same_day."""
    if not raiser.escalates or level not in _STEPS_UP:
        return False
    own = {condition.id for its in raiser.ways for condition in its if isinstance(condition, Present)}
    found = {condition.id for condition in way if isinstance(condition, Present)}
    groups = any(isinstance(condition, Clusters) for condition in way)
    return (bool(found) or groups) and not found & own and not found & raiser.not_for


__all__ = [
    "Decision",
    "QuestionAsked",
    "Reason",
    "Truth",
    "decide",
    "estimate_questions_left",
    "relevant",
    "remaining_asks",
]
