"""The shapes of the clinical knowledge: plain frozen records, one for each kind of entry in ``data/clinical/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

LevelId = Literal["emergency", "same_day", "see_gp", "check_first", "self_care"]
Verdict = Literal["no", "check_first", "with_precautions", "suitable"]
LEVELS: tuple[LevelId, ...] = ("emergency", "same_day", "see_gp", "check_first", "self_care")
VERDICTS: tuple[Verdict, ...] = ("no", "check_first", "with_precautions", "suitable")
UNKNOWN = "unknown"  # a fact that was asked twice and stayed unclear

Setting = bool | int | float | str


@dataclass(frozen=True)
class Source:
    """Where a claim comes from. ``year`` of publication or last known revision; ``reviewed`` by us, YYYY-MM-DD."""

    id: str
    title: str
    url: str
    year: int
    reviewed: str


@dataclass(frozen=True)
class Derived:
    """A finding that follows from a fact: ``test`` on the fact, and whether it wins over a plain "no"."""

    test: FactTest
    over_no: bool


@dataclass(frozen=True)
class Finding:
    """One finding of the catalogue. ``level`` and ``strength`` are None in screen C.

    ``label`` stands in a checklist, ``name`` inside a sentence, ``reason`` is shown when it decides, ``why``
    when a person asks why. ``no_when_no``: findings whose "no" answers this one too.
    """

    id: str
    screen: str
    level: LevelId | None
    strength: str | None
    massage: Verdict | None
    regions: tuple[str, ...]
    label: str
    name: str
    reason: str
    why: str
    source_ids: tuple[str, ...]
    reviewed: str
    no_when_no: tuple[str, ...] = ()
    derived: Derived | None = None


@dataclass(frozen=True)
class Detail:
    """A qualifier that sharpens one of its ``parents``. ``values`` empty: a yes/no; else one of these words.

    ``asked``: whether the tree may ask it; the others are only taken when said.
    """

    id: str
    parents: tuple[str, ...]
    label: str
    question: str
    again: str
    why: str
    reason: str
    asked: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """One fact: ``kind`` number, choice, yes_no or country; ``values`` id -> lay label for a choice."""

    id: str
    kind: str
    label: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Region:
    """A site of pain. ``limit_days``: days without getting better after which a GP or physio should look."""

    id: str
    label: str
    name: str
    limit_days: int
    limit_text: str


@dataclass(frozen=True)
class Choice:
    """One answer to choose: ``sets`` maps fact, finding or detail ids to the value it stands for."""

    label: str
    sets: Mapping[str, Setting]


@dataclass(frozen=True)
class When:
    """What must hold for a question, or for one line of a checklist, to make sense. All of it, where given.

    ``present``: at least one of these findings or details is there. ``began_before``: age in years at the start
    of the pain. ``duration_min`` and ``duration_max`` in days, both inclusive. ``past_limit``: the pain lasts at
    least the time limit of its region.
    """

    regions: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    not_sex: str | None = None
    duration_min: int | None = None
    duration_max: int | None = None
    began_before: int | None = None
    past_limit: bool = False
    present: tuple[str, ...] = ()


ALWAYS = When()


@dataclass(frozen=True)
class Question:
    """One question. ``asks``: the ids it covers in the order they are listed; ``lines``: conditions of single ids.

    ``again``: other words for the second time. ``first``: "always" or "useful" for fact questions in the opening
    run, "" else.
    """

    id: str
    screen: str
    kind: str
    asks: tuple[str, ...]
    text: str
    again: str
    why: str
    when: When = ALWAYS
    lines: Mapping[str, When] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    first: str = ""
    unit: str = ""
    order: int = 0


@dataclass(frozen=True)
class Present:
    """True when the finding or detail ``id`` is there."""

    id: str


@dataclass(frozen=True)
class FactTest:
    """True when the fact fits: ``at_least``, ``above``, ``below`` for numbers, ``among`` for words."""

    fact: str
    at_least: float | None = None
    above: float | None = None
    below: float | None = None
    among: tuple[str, ...] = ()
    if_unknown: bool = True

    def fits(self, value: object) -> bool:
        if self.among:
            return value in self.among
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )


@dataclass(frozen=True)
class NotDenied:
    """True unless the person said "no" to the detail ``id``."""

    id: str


@dataclass(frozen=True)
class PastLimit:
    """True when the pain has lasted at least the time limit of its region."""


@dataclass(frozen=True)
class Clusters:
    """True when weak findings of at least ``count`` different clusters are there."""

    count: int


Condition = Present | NotDenied | FactTest | PastLimit | Clusters
Way = tuple[Condition, ...]


@dataclass(frozen=True)
class LevelRule:
    """Any one of ``ways`` (all conditions of it) fires the rule: it sets ``level`` or ``massage``, or escalates.

    ``not_for``: findings that an escalator leaves alone. Rules of single findings carry the finding's own id.
    """

    id: str
    ways: tuple[Way, ...]
    reason: str
    source_ids: tuple[str, ...]
    level: LevelId | None = None
    massage: Verdict | None = None
    escalates: bool = False
    not_for: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Level:
    """What a level means for the person. Texts may hold ``{emergency}``, ``{urgent}`` and ``{crisis}``."""

    id: LevelId
    rank: int
    title: str
    what_to_do: str
    how_soon: str
    say_there: str
    do_not: tuple[str, ...]


@dataclass(frozen=True)
class SpecialPath:
    """Words that replace a level's own where one of ``findings`` (or ``under_16``) decided.

    Paths are tried in the order of the file; an empty text means the level's own. ``alone``: said before
    anything else and without scoring.
    """

    id: str
    findings: tuple[str, ...]
    levels: tuple[str, ...]
    regions: tuple[str, ...]
    alone: bool
    title: str
    what_to_do: str
    how_soon: str
    say_there: str
    do_not: tuple[str, ...]
    source_ids: tuple[str, ...]


@dataclass(frozen=True)
class Country:
    """Numbers to call. ``code`` is ISO 3166 alpha-2, or ``unknown``; None where no number is sure."""

    code: str
    name: str
    emergency: str
    urgent: str | None
    crisis: str | None
    crisis_name: str | None
    source_ids: tuple[str, ...]
    note: str
