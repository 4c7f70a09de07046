"""What the solver is asked of the rules: each check yields the faults it finds, with the smallest example."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import batched, chain, combinations, cycle, product
from typing import Any

import z3  # type: ignore[import-untyped]

from bot.triage.assessment import Answer, Assessment, FactValue
from bot.triage.knowledge import Knowledge
from bot.triage.shapes import UNKNOWN, LevelRule, Present
from bot.triage.tree import decide
from proof.demands import Demand, Demands, People, numbers
from proof.encoding import CALMEST_FIRST, LOOSEST_FIRST, STRICTNESS, URGENCY, Encoding, Meaning, Plan
from proof.logic import Anyone, Many, Record, World
from proof.words import Fault, in_words, smallest

DRAWN_RECORDS = 1000  # for the comparison with the real code, beside the covering ones
_AT_ONCE = 1000
COMPARED_FORMULAS = 12  # of these, also put to the solver's own formulas


class Rules:
    """The rules as formulas over everyone, made once and shared by all checks."""

    def __init__(self, knowledge: Knowledge, demands: Demands) -> None:
        self.knowledge, self.demands = knowledge, demands
        self.bounds = {id: (fact.low or 0, fact.high or 0) for id, fact in knowledge.facts.items()}
        self.person = Anyone("person", self.bounds)
        self.plan = Plan(knowledge)
        meaning = Encoding(self.plan, self.person).meaning()
        self._solver = z3.Solver()
        self.meaning = named(meaning, "before", self._solver)

    # -- the checks ------------------------------------------------------------------------------------

    def agree_with_the_code(self, seed: int = 1, count: int = DRAWN_RECORDS) -> Iterator[Fault]:
        """The encoding and ``decide()`` say the same of every pair of findings in every setting, and of many more."""
        draw = random.Random(seed)  # noqa: S311 - the same records at each run
        some = [drawn(self.knowledge, draw) for _ in range(count)]
        for record in some[:COMPARED_FORMULAS]:
            if self._formula_differs(record):
                words = in_words(self.knowledge, record, "{}, massage {}".format(*self.verdict(record)))
                yield Fault("The formulas mean what the encoding means", words)
                return
        for record, (level, massage) in self._with_verdicts(chain(some, covering(self.knowledge))):
            decision = decide(self.knowledge, record)
            if (decision.level or "self_care", decision.massage or massage) != (level, massage):
                small = smallest(record, self._differs)
                decision = decide(self.knowledge, small)
                meant = "{}, massage {}".format(*self.verdict(small))
                said = in_words(self.knowledge, small, decision.level or "self_care", decision.massage)
                yield Fault("The code does what the rules say", f"{said}, but the rules mean {meant}")
                return

    def reach_what_is_demanded(self) -> Iterator[Fault]:
        """Nobody who has what a demand names ends calmer, or with a looser massage verdict."""
        breaches = [
            self.person.every(
                [who(self.knowledge, demand.people, self.person), _below(self.person, self.meaning, demand)]
            )
            for demand in self.demands.least
        ]
        if self._solve([z3.Or(*breaches)]) is None:
            return
        for demand, breach in zip(self.demands.least, breaches, strict=True):  # the plainest demand first
            model = self._solve([breach])
            if model is None:
                continue

            def fails(record: Assessment, demand: Demand = demand) -> bool:
                world = Record(record)
                meaning = Encoding(self.plan, world).meaning()
                return who(self.knowledge, demand.people, world) and _below(world, meaning, demand)

            small = smallest(self.person.record(model), fails)
            level, massage = self.verdict(small)
            wanted = f"at least {demand.level}"
            wanted += f" and massage {demand.massage}" if demand.massage != "suitable" else ""
            words = in_words(self.knowledge, small, level, massage)
            yield Fault(f"An alarm reaches its level ({wanted})", words)
            return

    def never_alarm_without_cause(self) -> Iterator[Fault]:
        """With nothing else there, nobody is sent further than the demand says."""
        breaches = []
        for demand in self.demands.most:
            above = URGENCY[demand.level] + 1
            if above <= 4:
                parts = [who(self.knowledge, demand.people, self.person, only=True), self.meaning.level[above]]
                breaches.append((demand, self.person.every(parts)))
        model = self._solve([z3.Or(*(formula for _, formula in breaches))])
        if model is None:
            return
        record = self.person.record(model)
        for demand, _ in breaches:

            def fails(record: Assessment, demand: Demand = demand) -> bool:
                world = Record(record)
                level, _ = self.verdict(record)
                there = who(self.knowledge, demand.people, world, only=True)
                return there and URGENCY[level] > URGENCY[demand.level]

            if fails(record):
                small = smallest(record, fails)
                words = in_words(self.knowledge, small, *self.verdict(small))
                yield Fault(f"No alarm without cause (at most {demand.level})", words)
                return

    def keep_their_own_level(self) -> Iterator[Fault]:
        """A finding that sets a level by itself reaches it whatever else is said: its own entry says so."""
        for finding in self.knowledge.findings.values():
            if not finding.level:
                continue
            soft = finding.screen == "B"
            for answer in ("yes", "unsure"):
                urgency = URGENCY[finding.level]
                wanted = max(1, urgency - 1) if soft and answer == "unsure" else urgency
                said = self.person.said(finding.id, answer)
                model = self._solve([said, z3.Not(self.meaning.level[wanted])])
                if model is None:
                    continue

                def fails(
                    record: Assessment, id: str = finding.id, answer: str = answer, wanted: int = wanted
                ) -> bool:
                    says = Record(record).said(id, answer)  # type: ignore[arg-type]
                    return says and URGENCY[self.verdict(record)[0]] < wanted

                small = smallest(self.person.record(model), fails)
                words = in_words(self.knowledge, small, *self.verdict(small))
                yield Fault(f"An alarm reaches its level (at least {CALMEST_FIRST[wanted]})", words)
                return

    def keep_massage_to_self_care(self) -> Iterator[Fault]:
        """Massage with precautions or freely is for self-care only."""
        model = self._solve([self.meaning.level[1], z3.Not(self.meaning.massage[2])])
        if model is not None:
            words = in_words(self.knowledge, self.person.record(model), "check_first or above, with massage tips")
            yield Fault("Massage only at self-care", words)

    def never_grow_calmer(self) -> Iterator[Fault]:
        """Finding more, or turning "no" into "not sure" or "yes", never lowers the level nor loosens the verdict."""
        worse = Anyone("worse", self.bounds, facts=self.person)
        after = named(Encoding(self.plan, worse).meaning(), "after", self._solver)
        before, world = self.meaning, self.person
        order = []
        for id in self.knowledge.findings:
            yes, unsure, no = (self.person.said(id, answer) for answer in ("yes", "unsure", "no"))
            yes2, unsure2, no2 = (worse.said(id, answer) for answer in ("yes", "unsure", "no"))
            silent, silent2 = z3.Not(z3.Or(yes, unsure, no)), z3.Not(z3.Or(yes2, unsure2, no2))
            order += [
                z3.Implies(yes, yes2),
                z3.Implies(unsure, z3.Or(unsure2, yes2)),
                z3.Implies(silent2, silent),
                z3.Implies(no2, no),
                z3.Implies(self.person.one_of_several(id), worse.one_of_several(id)),
            ]
        for id in self.knowledge.details:
            order += [
                z3.Implies(self.person.detail(id, "there"), worse.detail(id, "there")),
                z3.Implies(worse.detail(id, "no"), self.person.detail(id, "no")),
                z3.Implies(
                    z3.Not(z3.Or(worse.detail(id, "there"), worse.detail(id, "no"))),
                    z3.Not(z3.Or(world.detail(id, "there"), world.detail(id, "no"))),
                ),
            ]
        lower = [z3.And(before.level[step], z3.Not(after.level[step])) for step in before.level]
        looser = [z3.And(before.massage[step], z3.Not(after.massage[step])) for step in before.massage]
        model = self._solve([*order, z3.Or(*lower, *looser)], worse)
        if model is None:
            return
        small, more = self._one_step(world.record(model), worse.record(model))
        first = in_words(self.knowledge, small, *self.verdict(small))
        yield Fault("More alarms never calm", f"{first}; but {in_words(self.knowledge, more, *self.verdict(more))}")

    def never_calm_with_time_or_pain(self) -> Iterator[Fault]:
        """A longer time or a higher score, all else the same, never lowers the level nor loosens the verdict."""
        worse = Anyone("later", self.bounds)
        after = named(Encoding(self.plan, worse).meaning(), "later", self._solver)
        same = [self.person._flags[key] == flag for key, flag in worse._flags.items()]
        grows = [worse._numbers[fact] >= self.person._numbers[fact] for fact in ("duration_days", "pain_score")]
        same.append(worse._numbers["age"] == self.person._numbers["age"])
        lower = [z3.And(self.meaning.level[step], z3.Not(after.level[step])) for step in after.level]
        looser = [z3.And(self.meaning.massage[step], z3.Not(after.massage[step])) for step in after.massage]
        model = self._solve([*same, *grows, z3.Or(*lower, *looser)], worse)
        if model is not None:
            first, then = (
                in_words(self.knowledge, r, *self.verdict(r))
                for r in (self.person.record(model), worse.record(model))
            )
            yield Fault("More time or pain never calms", f"{first}; but {then}")

    def have_no_dead_rule(self) -> Iterator[Fault]:
        """For every rule there is somebody for whom it decides."""
        for id, decides in self.meaning.decides.items():
            if self._solve([decides]) is None:
                yield Fault("Every rule can decide", f"nothing a person can answer makes '{id}' decide")
                return

    # -- helpers ---------------------------------------------------------------------------------------

    def verdict(self, record: Assessment) -> tuple[str, str]:
        """Level and massage verdict that the rules mean for one record, when nothing is left to ask."""
        return next(self.verdicts([record]))

    def verdicts(self, records: Sequence[Assessment]) -> Iterator[tuple[str, str]]:
        """The same for each of many records."""
        meaning = Encoding(self.plan, Many(records)).meaning()
        for place in range(len(records)):
            level = max((step for step, bits in meaning.level.items() if bits >> place & 1), default=0)
            massage = max((step for step, bits in meaning.massage.items() if bits >> place & 1), default=0)
            yield CALMEST_FIRST[level], LOOSEST_FIRST[massage]

    def _with_verdicts(self, records: Iterable[Assessment]) -> Iterator[tuple[Assessment, tuple[str, str]]]:
        for several in batched(records, _AT_ONCE):
            yield from zip(several, self.verdicts(several), strict=True)

    def _differs(self, record: Assessment) -> bool:
        decision = decide(self.knowledge, record)
        level, massage = self.verdict(record)
        return (decision.level or "self_care", decision.massage or massage) != (level, massage)

    def _formula_differs(self, record: Assessment) -> bool:
        level, massage = self.verdict(record)
        at = {step: URGENCY[level] >= step for step in self.meaning.level}
        strict = {step: STRICTNESS[massage] >= step for step in self.meaning.massage}
        wrong = z3.Or(
            *(self.meaning.level[step] != at[step] for step in at),
            *(self.meaning.massage[step] != strict[step] for step in strict),
        )
        return self._solve([*_exactly(self.person, record), wrong]) is not None

    def _one_step(self, record: Assessment, worse: Assessment) -> tuple[Assessment, Assessment]:
        """The first single change on the way from one record to the worse one that calms, made small."""
        changes: list[tuple[str, str, object]] = []
        changes += [
            ("findings", id, value) for id, value in worse.findings.items() if record.findings.get(id) != value
        ]
        changes += [("details", id, value) for id, value in worse.details.items() if record.details.get(id) != value]
        for kind, id, value in changes:
            after = _changed(record, kind, id, value)
            if self._calms(record, after):
                was = getattr(record, kind).get(id)

                def fails(
                    small: Assessment, kind: str = kind, id: str = id, value: object = value, was: object = was
                ) -> bool:
                    same = getattr(small, kind).get(id) == was
                    return same and self._calms(small, _changed(small, kind, id, value))

                small = smallest(record, fails)
                return small, _changed(small, kind, id, value)
            record = after
        return record, worse

    def _calms(self, before: Assessment, after: Assessment) -> bool:
        (level, massage), (level2, massage2) = self.verdict(before), self.verdict(after)
        return URGENCY[level2] < URGENCY[level] or STRICTNESS[massage2] < STRICTNESS[massage]

    def _solve(self, formulas: list[z3.BoolRef], *others: Anyone) -> z3.ModelRef | None:
        """Somebody of whom all of this holds, or None."""
        solver = self._solver
        for world in (self.person, *others):
            solver.add(*world.rules)  # new since the last question
            world.rules.clear()
        solver.push()
        try:
            solver.add(*formulas)
            answer = solver.check()
            if answer == z3.unknown:
                raise RuntimeError(f"the solver gave up: {solver.reason_unknown()}")
            return solver.model() if answer == z3.sat else None
        finally:
            solver.pop()


def named(meaning: Meaning[z3.BoolRef], name: str, solver: z3.Solver) -> Meaning[z3.BoolRef]:
    """The same with a variable for each formula, so that the solver takes each formula in once."""

    def variable(kind: str, key: object, formula: z3.BoolRef) -> z3.BoolRef:
        made = z3.Bool(f"{name}.{kind}.{key}")
        solver.add(made == formula)
        return made

    return Meaning(
        {step: variable("level", step, formula) for step, formula in meaning.level.items()},
        {step: variable("massage", step, formula) for step, formula in meaning.massage.items()},
        meaning.decides,
    )


def checks(rules: Rules) -> Mapping[str, Callable[[], Iterator[Fault]]]:
    """All checks by what they hold, the cheapest first."""
    return {
        "an alarm reaches its own level whatever else is said": rules.keep_their_own_level,
        "every demand is reached": rules.reach_what_is_demanded,
        "nothing alarms without cause": rules.never_alarm_without_cause,
        "massage only at self-care": rules.keep_massage_to_self_care,
        "more alarms never calm": rules.never_grow_calmer,
        "more time or pain never calms": rules.never_calm_with_time_or_pain,
        "no rule is dead": rules.have_no_dead_rule,
        "the code does what the rules say": rules.agree_with_the_code,
    }


def who[B](knowledge: Knowledge, people: People, world: World[B], only: bool = False) -> B:
    """The person is one of these people; ``only``: and has nothing else that any rule looks at."""
    parts: list[B] = []
    for id in people.has:
        if id in knowledge.details:
            parts.append(world.detail(id, "there"))
        else:
            parts.append(world.said(id, "unsure" if id == people.not_sure else "yes"))
    if people.regions:
        here = [world.unclear("region")] if UNKNOWN in people.regions else []
        here += [world.word("region", region) for region in people.regions if region != UNKNOWN]
        if only or any(_needs_region(knowledge, rule_id) for rule_id in people.has):
            parts.append(world.some(here))
    parts += [world.no(world.detail(id, "no")) for id in people.not_denied]
    ranges = numbers(people) if only else dict(people.ranges)
    for fact, (low, high) in ranges.items():
        parts += [world.number(fact, ">=", low), world.number(fact, "<=", high)]
    if only:
        for id in knowledge.findings:
            if id not in people.has:
                parts += [world.no(world.said(id, "yes")), world.no(world.said(id, "unsure"))]
            parts.append(world.no(world.one_of_several(id)))
        parts += [world.no(world.detail(id, "there")) for id in knowledge.details if id not in people.has]
    return world.every(parts)


def _needs_region(knowledge: Knowledge, id: str) -> bool:
    """Whether a demand on this finding hangs on the region (a time limit, or an age for back pain)."""
    return id in ("not_improving", "weight_loss")


def _below[B](world: World[B], meaning: Meaning[B], demand: Demand) -> B:
    """Calmer than the demand, or looser on massage."""
    parts = []
    if demand.level != "self_care":
        parts.append(world.no(meaning.level[URGENCY[demand.level]]))
    if demand.massage != "suitable":
        parts.append(world.no(meaning.massage[STRICTNESS[demand.massage]]))
    return world.some(parts)


def _exactly(world: Anyone, record: Assessment) -> list[z3.BoolRef]:
    """The record as formulas on every variable there is."""
    plain = Record(record)
    found: list[z3.BoolRef] = []
    for kind, id, value in list(world._flags):
        flag = world._flags[kind, id, value]
        if kind == "finding":
            holds = plain.said(id, value)  # type: ignore[arg-type]
        elif kind == "several":
            holds = plain.one_of_several(id)
        elif kind == "detail":
            holds = plain.detail(id, value)  # type: ignore[arg-type]
        elif kind == "word":
            holds = plain.word(id, value)
        else:
            holds = plain.given(id) if value == "given" else plain.unclear(id)
        found.append(flag == holds)
    for fact, variable in world._numbers.items():
        if plain.given(fact):
            found.append(variable == record.facts[fact])
    return found


def _changed(record: Assessment, kind: str, id: str, value: object) -> Assessment:
    changed: dict[str, Any] = {kind: {**getattr(record, kind), id: value}}
    return replace(record, **changed)


def drawn(knowledge: Knowledge, draw: random.Random) -> Assessment:
    """A record drawn at random: few or many findings, all facts known, unclear or missing."""
    share = draw.choice((0.02, 0.06, 0.3))
    answers: tuple[Answer, ...] = (True, "unsure")
    findings: dict[str, Answer] = {}
    for id in knowledge.findings:
        chance = draw.random()
        if chance < share:
            findings[id] = draw.choice(answers)
        elif chance < 0.6:
            findings[id] = False
    details: dict[str, Answer | str] = {
        id: draw.choice((True, False, "unsure")) for id in knowledge.details if draw.random() < share * 2
    }
    facts: dict[str, FactValue] = {}
    edges = {"age": (15, 16, 44, 60, 70, 71, 75, 76), "duration_days": (13, 14, 20, 21, 41, 42), "pain_score": (7, 8)}
    for id, near in edges.items():
        kind = draw.random()
        if kind < 0.2:
            continue
        high = min(knowledge.facts[id].high or 0, 2000)
        facts[id] = UNKNOWN if kind < 0.3 else draw.choice(near) if kind < 0.7 else draw.randint(0, int(high))
    if draw.random() < 0.85:
        facts["region"] = draw.choice((*knowledge.regions, UNKNOWN))
    several = tuple(draw.sample(list(knowledge.findings), 2)) if draw.random() < 0.1 else ()
    return Assessment(findings, facts, details, {"general_health": several} if several else {})


# Settings at every edge that a rule knows: region, age, days, pain score (None: not told).
_SETTINGS: tuple[tuple[str | None, FactValue | None, FactValue | None, FactValue | None], ...] = (
    ("lower_back", 41, 5, 4),
    ("lower_back", 15, 42, 8),
    ("upper_back", 60, 41, 7),
    ("neck", 75, 21, None),
    ("shoulder", 71, 14, 8),
    ("buttock_or_leg", 16, UNKNOWN, 7),
    ("whole_back", UNKNOWN, 42, 9),
    (UNKNOWN, 76, 13, UNKNOWN),
    (None, None, None, None),
)


def covering(knowledge: Knowledge) -> Iterator[Assessment]:
    """Every pair of findings in every setting, every detail beside every finding, every three that count together.

    The answers (yes, not sure) and whether the rest was denied or never asked go round, so that each pair meets each.
    """
    settings = [_facts_of(setting) for setting in _SETTINGS]
    answers = cycle(product((True, "unsure"), (True, "unsure"), (True, False)))
    for one, two in combinations(knowledge.findings, 2):
        for facts in settings:
            first, second, denied = next(answers)
            yield _record(knowledge, {one: first, two: second}, {}, facts, denied)
        next(answers)  # the next pair begins with other answers
    round_ = cycle(product(settings[::5], (True, False, "unsure"), (True, "unsure")))
    for detail in (detail.id for detail in knowledge.details.values() if not detail.values):
        for id in knowledge.findings:
            for _ in range(3):
                facts, told, answer = next(round_)
                yield _record(knowledge, {id: answer}, {detail: told}, facts, True)
    quiet = [id for id, finding in knowledge.findings.items() if finding.strength in ("weak", "risk")]
    quiet += [id for rule in knowledge.level_rules.values() if rule.escalates for id in _named_in(rule, knowledge)]
    for three, facts in zip(combinations(dict.fromkeys(quiet), 3), cycle(settings), strict=False):
        yield _record(knowledge, dict.fromkeys(three, True), {}, facts, True)


def _facts_of(setting: Sequence[FactValue | None]) -> dict[str, FactValue]:
    names = ("region", "age", "duration_days", "pain_score")
    return {name: value for name, value in zip(names, setting, strict=True) if value is not None}


def _named_in(rule: LevelRule, knowledge: Knowledge) -> list[str]:
    parts = (part for way in rule.ways for part in way)
    return [part.id for part in parts if isinstance(part, Present) and part.id in knowledge.findings]


def _record(
    knowledge: Knowledge,
    findings: Mapping[str, Answer],
    details: Mapping[str, Answer | str],
    facts: Mapping[str, FactValue],
    denied: bool,
) -> Assessment:
    rest: dict[str, Answer] = dict.fromkeys(knowledge.findings, False) if denied else {}
    return Assessment({**rest, **findings}, facts, details)


__all__ = ["Rules", "checks", "covering", "drawn", "who"]
