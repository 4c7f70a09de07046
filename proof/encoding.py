"""What the loaded rules mean, written a second time and apart from ``bot/triage/tree.py``.

Nothing of the tree's code is used: only the shapes of the rules. So a mistake in either shows as a disagreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

from bot.triage.knowledge import Knowledge
from bot.triage.shapes import Clusters, Condition, FactTest, LevelRule, NotDenied, Present, Way
from proof.logic import Sign, World

CALMEST_FIRST = ("self_care", "check_first", "see_gp", "same_day", "emergency")
LOOSEST_FIRST = ("suitable", "with_precautions", "check_first", "no")
URGENCY = {level: number for number, level in enumerate(CALMEST_FIRST)}
STRICTNESS = {verdict: number for number, verdict in enumerate(LOOSEST_FIRST)}
# The least strict verdict at each urgency, and the least urgent level at each verdict.
_VERDICT_AT = {0: 0, 1: 2, 2: 2, 3: 3, 4: 3}
_LEVEL_AT = {0: 0, 1: 0, 2: 1, 3: 1}


@dataclass(frozen=True)
class Degree[B]:
    """``sure``: there, or taken as there. ``likely``: that, or "not sure" where it counts one level less."""

    likely: B
    sure: B


@dataclass(frozen=True)
class Meaning[B]:
    """``level[n]``: the level is at least that of urgency n; ``massage[n]``: the verdict is at least that strict.

    ``decides``: rule id -> the rule holds and nothing that holds is more urgent or stricter.
    """

    level: dict[int, B]
    massage: dict[int, B]
    decides: dict[str, B]


class Plan:
    """What of the rules holds in every world: their ways, and which ways an escalator may lift."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.ways = [(rule, way) for rule in knowledge.level_rules.values() for way in rule.ways]
        self.raisers = [
            tuple(
                place for place, (raiser, _) in enumerate(self.ways) if raiser.escalates and _lifts(raiser, rule, way)
            )
            for rule, way in self.ways
        ]


def _lifts(raiser: LevelRule, rule: LevelRule, way: Way) -> bool:
    """An escalator lifts what rests on another finding than its own, or on groups of findings."""
    mine = {part.id for part in way if isinstance(part, Present)}
    its = {part.id for each in raiser.ways for part in each if isinstance(part, Present)}
    rests_on_something = mine or any(isinstance(part, Clusters) for part in way)
    return bool(rests_on_something) and not mine & its and not mine & raiser.not_for


class Encoding[B]:
    """The meaning of the rules of ``plan`` in one world."""

    def __init__(self, plan: Plan, world: World[B]) -> None:
        self.plan, self.knowledge, self.world = plan, plan.knowledge, world
        self.present = cache(self._present)
        self._degrees = [self._all([self.condition(part) for part in way]) for _, way in plan.ways]

    def meaning(self) -> Meaning[B]:
        """Level, massage verdict and deciding rules; the level as it stands when nothing is left to ask."""
        levels: dict[int, list[B]] = {urgency: [] for urgency in range(1, 5)}
        against: dict[int, list[B]] = {strictness: [] for strictness in range(1, 4)}
        sets: list[tuple[str, int, int, B]] = []  # rule, urgency, strictness, when
        for place, (rule, _) in enumerate(self.plan.ways):
            if rule.escalates:
                continue
            degree = self._degrees[place]
            strict = STRICTNESS[rule.massage] if rule.massage else 0
            for sure in (True, False):
                own = self._own_urgency(rule, sure)
                holds = degree.sure if sure else degree.likely
                sets.append((rule.id, own, strict, holds))
                for raiser in self.plan.raisers[place] if CALMEST_FIRST[own] in ("see_gp", "same_day") else ():
                    raised = self.world.every([holds, self._degrees[raiser].likely])
                    sets.append((self.plan.ways[raiser][0].id, own + 1, 0, raised))
        for _, urgency, strict, when in sets:
            for step in range(1, urgency + 1):
                levels[step].append(when)
            for step in range(1, strict + 1):
                against[step].append(when)
        level = {step: self.world.some(parts) for step, parts in levels.items()}
        massage = {
            step: self.world.some(
                [*against[step], *(level[urgency] for urgency in range(1, 5) if _VERDICT_AT[urgency] >= step)]
            )
            for step in against
        }
        return Meaning(level, massage, self._deciding(sets, level, massage))

    def _deciding(
        self, sets: list[tuple[str, int, int, B]], level: dict[int, B], massage: dict[int, B]
    ) -> dict[str, B]:
        chances: dict[str, list[B]] = {id: [] for id in self.knowledge.level_rules}
        for id, urgency, strict, when in sets:
            parts = [when]
            parts += [self.world.no(level[urgency + 1])] if urgency < 4 else []
            if not self.knowledge.level_rules[id].level and strict:
                parts += [self.world.no(massage[strict + 1])] if strict < 3 else []
            chances[id].append(self.world.every(parts))
        return {id: self.world.some(parts) for id, parts in chances.items()}

    def _own_urgency(self, rule: LevelRule, sure: bool) -> int:
        """A level that hangs on "not sure" counts one less, but never less than check_first."""
        own = 0
        if rule.level:
            urgency = URGENCY[rule.level]
            own = urgency if sure else max(min(urgency, 1), urgency - 1)
            own = max(own, 1)
        return max(own, _LEVEL_AT[STRICTNESS[rule.massage]] if rule.massage else 0)

    # -- conditions ------------------------------------------------------------------------------------

    def condition(self, part: Condition) -> Degree[B]:
        """How far one condition holds."""
        world = self.world
        if isinstance(part, Present):
            return self.present(part.id)
        if isinstance(part, NotDenied):
            return self._plain(world.no(world.detail(part.id, "no")))
        if isinstance(part, FactTest):
            unclear = [world.unclear(part.fact)] if part.if_unknown else []
            return self._plain(world.some([self.fits(part), *unclear]))
        if isinstance(part, Clusters):
            groups = [self._any([self.present(id) for id in members]) for members in self.knowledge.clusters.values()]
            return self._any([self._all(list(some)) for some in combinations(groups, part.count)])
        return self._plain(self._past_limit())

    def fits(self, test: FactTest) -> B:
        """The fact is known and fits the test."""
        world, parts = self.world, []
        if test.among:
            return world.some([world.word(test.fact, word) for word in test.among])
        limits: tuple[tuple[Sign, float | None], ...] = (
            (">=", test.at_least),
            (">", test.above),
            ("<", test.below),
        )
        parts = [world.number(test.fact, sign, limit) for sign, limit in limits if limit is not None]
        return world.every([world.given(test.fact), *parts])

    def _present(self, id: str) -> Degree[B]:
        world = self.world
        if id in self.knowledge.details:
            return self._plain(world.detail(id, "there"))
        finding = self.knowledge.findings[id]
        denied = world.said(id, "no")
        unsure = world.said(id, "unsure")
        sure = [world.said(id, "yes"), world.every([world.one_of_several(id), world.no(denied)])]
        if finding.derived:
            test, over_no = finding.derived.test, finding.derived.over_no
            follows = [self.fits(test)]
            if test.if_unknown:
                silent = world.no(world.some([denied, unsure]))
                follows.append(world.every([world.unclear(test.fact), silent]))
            sure.append(world.every([world.some(follows), *([] if over_no else [world.no(denied)])]))
        if finding.screen == "B" and finding.strength == "alone":
            return Degree(world.some([*sure, unsure]), world.some(sure))
        return self._plain(world.some([*sure, unsure]))

    def _past_limit(self) -> B:
        world, regions = self.world, self.knowledge.regions.values()
        limits = [region.limit_days for region in regions]
        named = [world.word("region", region.id) for region in regions]
        return world.some(
            [
                world.unclear("duration_days"),
                world.number("duration_days", ">=", max(limits)),
                world.every([world.unclear("region"), world.number("duration_days", ">=", min(limits))]),
                *(
                    world.every([here, world.number("duration_days", ">=", region.limit_days)])
                    for here, region in zip(named, regions, strict=True)
                ),
            ]
        )

    def _plain(self, holds: B) -> Degree[B]:
        return Degree(holds, holds)

    def _all(self, parts: list[Degree[B]]) -> Degree[B]:
        return Degree(
            self.world.every([part.likely for part in parts]), self.world.every([part.sure for part in parts])
        )

    def _any(self, parts: list[Degree[B]]) -> Degree[B]:
        return Degree(
            self.world.some([part.likely for part in parts]), self.world.some([part.sure for part in parts])
        )
