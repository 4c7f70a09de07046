"""The clinical knowledge of ``data/clinical/``: loaded once, checked whole, never changed afterwards.

What a clinician signs lives in the data files; this module only gives it a shape and refuses what does not
fit together, naming file, line and mend (``ClinicalDataError``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Literal

from bot.triage.files import ClinicalDataError, Entry, Fields, load, named

LevelId = Literal["emergency", "same_day", "see_gp", "check_first", "self_care"]
Verdict = Literal["no", "check_first", "with_precautions", "suitable"]
LEVELS: tuple[LevelId, ...] = ("emergency", "same_day", "see_gp", "check_first", "self_care")
VERDICTS: tuple[Verdict, ...] = ("no", "check_first", "with_precautions", "suitable")
UNKNOWN = "unknown"  # a fact that was asked twice and stayed unclear

_SCREENS = ("A", "B", "C", "fact")
_KINDS = ("yes_no", "checklist", "choice", "number", "region", "scale")
_FACT_KINDS = ("number", "choice", "yes_no", "country")
_SEXES = ("male", "female")

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
    run, "" else. ``guidance``: asked only to choose guidance, at the end. ``low`` and ``high`` bound a number.
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
    guidance: bool = False
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
class Path_:
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


@dataclass(frozen=True)
class Knowledge:
    """Everything the tree knows, by id, in the order of the files."""

    ruleset: str
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    regions: Mapping[str, Region]
    findings: Mapping[str, Finding]
    details: Mapping[str, Detail]
    clusters: Mapping[str, tuple[str, ...]]
    questions: Mapping[str, Question]
    level_rules: Mapping[str, LevelRule]
    no_alarm: LevelRule
    levels: Mapping[str, Level]
    paths: Mapping[str, Path_]
    safety_net: str
    countries: Mapping[str, Country]
    # Worked out from the above, for speed.
    asked_by: Mapping[str, tuple[Question, ...]]
    children: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, folder: Path = Path("data/clinical")) -> Knowledge:
        """The knowledge in ``folder``; ClinicalDataError names the first mistake found."""
        return _Loader(Path(folder)).knowledge()

    def country(self, code: str | None) -> Country:
        """The numbers of a country; those for an unknown one when the code is None or not listed."""
        return self.countries.get((code or UNKNOWN).upper(), self.countries[UNKNOWN])


class _Loader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: dict[str, Source] = {}
        self.facts: dict[str, Fact] = {}
        self.regions: dict[str, Region] = {}
        self.findings: dict[str, Finding] = {}
        self.details: dict[str, Detail] = {}
        self.clusters: dict[str, tuple[str, ...]] = {}
        self.questions: dict[str, Question] = {}
        self.rules: dict[str, LevelRule] = {}
        self.places: dict[str, Entry] = {}

    def knowledge(self) -> Knowledge:
        self._load_sources()
        self._load_facts()
        self._load_regions()
        self._load_findings()
        self._load_details()
        self._load_derived()
        self._load_clusters()
        self._load_questions()
        self._load_rules()
        self._check_dead_findings()
        self._check_cycles()
        levels, paths, safety_net = self._load_levels()
        asked_by: dict[str, list[Question]] = {}
        for question in self.questions.values():
            for id in question.asks:
                asked_by.setdefault(id, []).append(question)
        children: dict[str, list[str]] = {}
        for detail in self.details.values():
            for parent in detail.parents:
                children.setdefault(parent, []).append(detail.id)
        no_alarm = self.rules.pop("no_alarm")
        return Knowledge(
            ruleset=self._ruleset(),
            sources=self.sources,
            facts=self.facts,
            regions=self.regions,
            findings=self.findings,
            details=self.details,
            clusters=self.clusters,
            questions=self.questions,
            level_rules=self.rules,
            no_alarm=no_alarm,
            levels=levels,
            paths=paths,
            safety_net=safety_net,
            countries=self._load_countries(),
            asked_by={id: tuple(questions) for id, questions in asked_by.items()},
            children={id: tuple(details) for id, details in children.items()},
        )

    # --- single files ---------------------------------------------------------------------------------

    def _load_sources(self) -> None:
        folder = self.folder / "sources"
        files = sorted(folder.glob("*.yml"))
        if not files:
            raise ClinicalDataError(folder, 1, "no file of sources is here", "put the .yml files of sources back")
        for file in files:
            for id, entry in named(file, "sources"):
                if id in self.sources:
                    raise entry.error(f"the source '{id}' is listed in two files", "delete or rename one of the two")
                fields = entry.fields(["title", "url", "year", "reviewed"])
                self.sources[id] = Source(
                    id=id,
                    title=fields["title"].text(),
                    url=_url(fields["url"]),
                    year=fields["year"].integer(),
                    reviewed=fields["reviewed"].day(),
                )

    def _load_facts(self) -> None:
        for id, entry in named(self.folder / "facts.yml", "facts"):
            fields = entry.fields(["kind", "label"], ["unit", "low", "high", "values"])
            low, high, values = fields.get("low"), fields.get("high"), fields.get("values")
            self._claim(id, entry)
            self.facts[id] = Fact(
                id=id,
                kind=fields["kind"].one_of(_FACT_KINDS, "kind of fact"),
                label=fields["label"].text(),
                unit=fields.text("unit"),
                low=low.number() if low else None,
                high=high.number() if high else None,
                values={key: value.text() for key, value in values.entries().items()} if values else {},
            )
        self._need(self.facts, self.folder / "facts.yml", ("age", "region", "duration_days", "pain_score"), "fact")

    def _load_regions(self) -> None:
        for id, entry in named(self.folder / "regions.yml", "regions"):
            fields = entry.fields(["label", "name", "limit_days", "limit_text"])
            self.regions[id] = Region(
                id=id,
                label=fields["label"].text(),
                name=fields["name"].text(),
                limit_days=fields["limit_days"].integer(),
                limit_text=fields["limit_text"].text(),
            )

    def _load_findings(self) -> None:
        for id, entry in named(self.folder / "findings.yml", "findings"):
            fields = entry.fields(
                ["screen", "label", "name", "reason", "why", "sources", "reviewed"],
                ["level", "strength", "massage", "regions", "no_when_no", "derived"],
            )
            self._claim(id, entry)
            screen = fields["screen"].one_of(("A", "B", "C"), "screen")
            level, strength, massage = fields.get("level"), fields.get("strength"), fields.get("massage")
            if screen == "C" and (level or strength or not massage):
                raise entry.error(f"'{id}' is in screen C", "give it 'massage' only, no level and no strength")
            if screen != "C" and not strength:
                raise entry.error(f"'{id}' has no strength", "add 'strength: alone', 'weak' or 'risk'")
            power = strength.one_of(("alone", "weak", "risk"), "strength") if strength else None
            if (power == "alone") != (level is not None):
                raise entry.error(
                    f"'{id}' must have a level when its strength is alone, and only then", "correct level or strength"
                )
            self.findings[id] = Finding(
                id=id,
                screen=screen,
                level=_level(level) if level else None,
                strength=power,
                massage=_verdict(massage) if massage else None,
                regions=self._regions(fields),
                label=fields["label"].text(),
                name=fields["name"].text(),
                reason=fields["reason"].text(),
                why=fields["why"].text(),
                source_ids=self._source_ids(fields["sources"]),
                reviewed=fields["reviewed"].day(),
            )

    def _load_derived(self) -> None:
        """Second pass, since these fields name other findings and facts."""
        for id, entry in named(self.folder / "findings.yml", "findings"):
            fields = Fields(entry, entry.entries())
            implied = self._ids(fields, "no_when_no", self.findings, "finding")
            derived = None
            given = fields.get("derived")
            if given:
                inner = given.fields(["fact"], ["at_least", "above", "below", "is", "if_unknown", "over_no"])
                over_no = inner.get("over_no")
                derived = Derived(self._fact_test(inner), over_no.flag() if over_no else False)
            if implied or derived:
                self.findings[id] = _replace(self.findings[id], no_when_no=implied, derived=derived)

    def _load_details(self) -> None:
        for id, entry in named(self.folder / "details.yml", "details"):
            fields = entry.fields(["parents", "label", "question", "why"], ["again", "asked", "reason", "values"])
            self._claim(id, entry)
            asked = fields.get("asked")
            parents = self._ids(fields, "parents", self.findings, "finding")
            is_asked = asked.flag() if asked else True
            if is_asked and not parents:
                raise entry.error(f"the detail '{id}' has no parent finding", "name one, or add 'asked: no'")
            self.details[id] = Detail(
                id=id,
                parents=parents,
                label=fields["label"].text(),
                question=fields["question"].text(),
                again=fields.text("again", fields["question"].text()),
                why=fields["why"].text(),
                reason=fields.text("reason"),
                asked=is_asked,
                values=fields.texts("values"),
            )

    def _load_clusters(self) -> None:
        for id, entry in named(self.folder / "clusters.yml", "clusters"):
            members = tuple(self._known(item, self.findings, "finding") for item in entry.items())
            for member, item in zip(members, entry.items(), strict=True):
                if self.findings[member].strength != "weak":
                    raise item.error(f"'{member}' is not a weak finding", "clusters hold weak findings only")
            self.clusters[id] = members
        for finding in self.findings.values():
            held = [id for id, members in self.clusters.items() if finding.id in members]
            if finding.strength == "weak" and len(held) != 1:
                raise self.places[finding.id].error(
                    f"the weak finding '{finding.id}' stands in {len(held)} clusters",
                    "list it in exactly one cluster",
                )

    # --- questions ------------------------------------------------------------------------------------

    def _load_questions(self) -> None:
        for id, entry in named(self.folder / "questions.yml", "questions"):
            fields = entry.fields(
                ["screen", "kind", "asks", "text", "again", "why"],
                ["when", "choices", "first", "guidance", "unit"],
            )
            self._claim(id, entry)
            asks: list[str] = []
            lines: dict[str, When] = {}
            for item in fields["asks"].items():
                if isinstance(item.value, dict):
                    inner = item.fields(["id", "when"])
                    name = self._known(inner["id"], {**self.findings, **self.facts}, "finding or fact")
                    lines[name] = self._when(inner["when"])
                else:
                    name = self._known(item, {**self.findings, **self.facts}, "finding or fact")
                if name in asks:
                    raise item.error(f"'{name}' is asked twice here", "delete one of the two")
                asks.append(name)
            if not asks:
                raise fields["asks"].error(f"the question '{id}' asks nothing", "name at least one finding or fact")
            screen = fields["screen"].one_of(_SCREENS, "screen")
            kind = fields["kind"].one_of(_KINDS, "kind of question")
            for name in asks:
                if (screen == "fact") != (name in self.facts) and kind != "choice":
                    raise fields["asks"].error(f"'{name}' does not belong in screen {screen}", "correct the screen")
            when, choices, guidance, first = (fields.get(key) for key in ("when", "choices", "guidance", "first"))
            if kind in ("choice", "region") and choices is None:
                raise entry.error(f"the question '{id}' has no choices", "add 'choices:' with label and sets")
            self.questions[id] = Question(
                id=id,
                screen=screen,
                kind=kind,
                asks=tuple(asks),
                text=fields["text"].text(),
                again=fields["again"].text(),
                why=fields["why"].text(),
                when=self._when(when) if when else ALWAYS,
                lines=lines,
                choices=self._choices(choices, asks) if choices else (),
                first=first.one_of(("always", "useful"), "word for 'first'") if first else "",
                guidance=guidance.flag() if guidance else False,
                unit=fields.text("unit"),
                order=len(self.questions),
            )
        for detail in self.details.values():
            if detail.asked:
                self._add_detail_question(detail)

    def _add_detail_question(self, detail: Detail) -> None:
        screen = self.findings[detail.parents[0]].screen
        self._claim(f"detail_{detail.id}", self.places[detail.id])
        self.questions[f"detail_{detail.id}"] = Question(
            id=f"detail_{detail.id}",
            screen=screen,
            kind="yes_no",
            asks=(detail.id,),
            text=detail.question,
            again=detail.again,
            why=detail.why,
            when=When(present=detail.parents),
            order=len(self.questions),
        )

    def _choices(self, entry: Entry, asks: list[str]) -> tuple[Choice, ...]:
        choices = []
        for item in entry.items():
            fields = item.fields(["label", "sets"])
            sets: dict[str, Setting] = {}
            for name, value in fields["sets"].entries().items():
                if name not in asks:
                    raise value.error(f"'{name}' is not asked by this question", f"set one of: {', '.join(asks)}")
                sets[name] = self._setting(name, value)
            choices.append(Choice(fields["label"].text(), sets))
        return tuple(choices)

    def _setting(self, name: str, entry: Entry) -> Setting:
        if name in self.findings:
            return entry.flag()
        fact = self.facts[name]
        if fact.kind == "number":
            return entry.number()
        if fact.kind == "yes_no":
            return entry.flag()
        return entry.one_of(fact.values, "value")

    def _when(self, entry: Entry) -> When:
        names = ("age_min", "age_max", "duration_min", "duration_max", "began_before")
        fields = entry.fields([], ["regions", "not_sex", "past_limit", "present", *names])
        numbers = {name: given.integer() for name in names if (given := fields.get(name))}
        sex, past = fields.get("not_sex"), fields.get("past_limit")
        return When(
            regions=self._regions(fields),
            not_sex=sex.one_of(_SEXES, "sex") if sex else None,
            past_limit=past.flag() if past else False,
            present=self._ids(fields, "present", {**self.findings, **self.details}, "finding or detail"),
            **numbers,
        )

    # --- rules ----------------------------------------------------------------------------------------

    def _load_rules(self) -> None:
        for finding in self.findings.values():
            if finding.level or finding.massage:
                self.rules[finding.id] = LevelRule(
                    id=finding.id,
                    ways=((Present(finding.id),),),
                    reason=finding.reason,
                    source_ids=finding.source_ids,
                    level=finding.level,
                    massage=finding.massage,
                )
        path = self.folder / "level_rules.yml"
        for id, entry in named(path, "level_rules"):
            fields = entry.fields(["reason", "sources"], ["level", "massage", "escalates", "all", "not_for"])
            self._claim(id, entry)
            level, massage, escalates = fields.get("level"), fields.get("massage"), fields.get("escalates")
            if (level or massage) is None and escalates is None:
                raise entry.error(f"the rule '{id}' does nothing", "add 'level', 'massage' or 'escalates'")
            conditions = fields.get("all")
            if conditions is None and id != "no_alarm":
                raise entry.error(f"the rule '{id}' has no condition", "add a line 'all: [...]'")
            self.rules[id] = LevelRule(
                id=id,
                ways=self._ways(conditions) if conditions else (),
                reason=fields["reason"].text(),
                source_ids=self._source_ids(fields["sources"]),
                level=_level(level) if level else None,
                massage=_verdict(massage) if massage else None,
                escalates=escalates.flag() if escalates else False,
                not_for=frozenset(self._ids(fields, "not_for", self.findings, "finding")),
            )
        self._need(self.rules, path, ("no_alarm", "under_16"), "rule")

    def _ways(self, entry: Entry) -> tuple[Way, ...]:
        """The list as alternatives of plain conjunctions: "any" inside "all" is multiplied out."""
        options = [self._options(item) for item in entry.items()]
        if not options:
            raise entry.error("the rule has an empty list of conditions", "name at least one")
        return tuple(tuple(dict.fromkeys(sum(parts, ()))) for parts in product(*options))

    def _options(self, entry: Entry) -> list[Way]:
        if not isinstance(entry.value, dict):
            return [(Present(self._known(entry, {**self.findings, **self.details}, "finding or detail")),)]
        fields = entry.fields(
            [],
            [
                "any",
                "all",
                "fact",
                "at_least",
                "above",
                "below",
                "is",
                "if_unknown",
                "clusters",
                "past_limit",
                "not_denied",
            ],
        )
        if "any" in fields:
            return [way for item in fields["any"].items() for way in self._options(item)]
        if "all" in fields:
            return list(self._ways(fields["all"]))
        if "clusters" in fields:
            count = fields["clusters"].integer()
            if not 1 <= count <= len(self.clusters):
                raise fields["clusters"].error(
                    f"{count} clusters can never be reached", f"write a number from 1 to {len(self.clusters)}"
                )
            return [(Clusters(count),)]
        if "past_limit" in fields:
            return [(PastLimit(),)]
        if "not_denied" in fields:
            return [(NotDenied(self._known(fields["not_denied"], self.details, "detail")),)]
        return [(self._fact_test(entry.fields(["fact"], ["at_least", "above", "below", "is", "if_unknown"])),)]

    def _fact_test(self, fields: Fields) -> FactTest:
        fact = self._known(fields["fact"], self.facts, "fact")
        numbers = {key: given.number() for key in ("at_least", "above", "below") if (given := fields.get(key))}
        words, unknown = fields.get("is"), fields.get("if_unknown")
        if bool(numbers) == bool(words):
            raise fields.of.error(f"the condition on '{fact}' says nothing clear", "give numbers or 'is: [...]'")
        among = tuple(item.one_of(self.facts[fact].values, "value") for item in words.items()) if words else ()
        return FactTest(fact, among=among, if_unknown=unknown.flag() if unknown else True, **numbers)

    # --- levels, paths, countries ---------------------------------------------------------------------

    def _load_levels(self) -> tuple[dict[str, Level], dict[str, Path_], str]:
        path = self.folder / "levels.yml"
        top = load(path).fields(["levels", "paths", "safety_net"])
        texts = ["title", "what_to_do", "how_soon", "say_there", "do_not"]
        levels: dict[str, Level] = {}
        for id, entry in top["levels"].entries().items():
            fields = entry.fields(["rank", *texts])
            if id not in LEVELS:
                raise entry.error(f"unknown level '{id}'", f"use one of: {', '.join(LEVELS)}")
            levels[id] = Level(
                id=id,
                rank=fields["rank"].integer(),
                title=fields["title"].text(),
                what_to_do=_words(fields["what_to_do"]),
                how_soon=_words(fields["how_soon"]),
                say_there=_words(fields["say_there"]),
                do_not=tuple(_words(item) for item in fields["do_not"].items()),
            )
        self._need(levels, path, LEVELS, "level")
        paths: dict[str, Path_] = {}
        for id, entry in top["paths"].entries().items():
            fields = entry.fields(["sources"], ["findings", "levels", "regions", "alone", *texts])
            alone, do_not, named_levels = fields.get("alone"), fields.get("do_not"), fields.get("levels")
            paths[id] = Path_(
                id=id,
                findings=self._ids(fields, "findings", {**self.findings, **self.rules}, "finding or rule"),
                levels=tuple(_level(item) for item in named_levels.items()) if named_levels else LEVELS,
                regions=self._regions(fields),
                alone=alone.flag() if alone else False,
                title=fields.text("title"),
                what_to_do=_words(fields.get("what_to_do")),
                how_soon=_words(fields.get("how_soon")),
                say_there=_words(fields.get("say_there")),
                do_not=tuple(_words(item) for item in do_not.items()) if do_not else (),
                source_ids=self._source_ids(fields["sources"]),
            )
        return levels, paths, _words(top["safety_net"])

    def _load_countries(self) -> dict[str, Country]:
        path = self.folder / "countries.yml"
        countries: dict[str, Country] = {}
        for code, entry in named(path, "countries"):
            if code != UNKNOWN and not (len(code) == 2 and code.isascii() and code.isupper()):
                raise entry.error(f"'{code}' is no country code", "use two capital letters such as GB, or 'unknown'")
            fields = entry.fields(["name", "emergency", "sources"], ["urgent", "crisis", "crisis_name", "note"])
            urgent, crisis = fields.get("urgent"), fields.get("crisis")
            countries[code] = Country(
                code=code,
                name=fields["name"].text(),
                emergency=_number(fields["emergency"]),
                urgent=_number(urgent) if urgent else None,
                crisis=_number(crisis) if crisis else None,
                crisis_name=fields.text("crisis_name") or None,
                source_ids=self._source_ids(fields["sources"]),
                note=fields.text("note"),
            )
        self._need(countries, path, (UNKNOWN,), "country")
        return countries

    def _ruleset(self) -> str:
        entry = load(self.folder / "ruleset.yml").fields(["ruleset"], ["changed", "note"])["ruleset"]
        digest = hashlib.sha256()
        for file in sorted(self.folder.rglob("*.yml")):
            digest.update(file.relative_to(self.folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
        return f"{entry.text()}+{digest.hexdigest()[:12]}"

    # --- checks ---------------------------------------------------------------------------------------

    def _claim(self, id: str, entry: Entry) -> None:
        """Facts, findings, details, questions and rules share one space of names."""
        if id in self.places:
            other = self.places[id]
            raise entry.error(
                f"the id '{id}' is used already ({other.file.name}, line {other.line})", "choose another id"
            )
        self.places[id] = entry

    def _check_dead_findings(self) -> None:
        asked = {id for question in self.questions.values() for id in question.asks}
        for finding in self.findings.values():
            if finding.id not in asked and not (finding.derived and finding.derived.test.fact in asked):
                raise self.places[finding.id].error(
                    f"no question ever asks '{finding.id}'", "add it to a question in questions.yml or delete it"
                )
        used = {
            condition.id
            for rule in self.rules.values()
            for way in rule.ways
            for condition in way
            if isinstance(condition, Present)
        } | {id for members in self.clusters.values() for id in members}
        whens = [question.when for question in self.questions.values()]
        whens += [when for question in self.questions.values() for when in question.lines.values()]
        used |= {id for when in whens for id in when.present}
        for id in (*self.findings, *(detail.id for detail in self.details.values() if detail.asked)):
            if id not in used:
                raise self.places[id].error(f"no rule ever uses '{id}'", "name it in level_rules.yml or delete it")

    def _check_cycles(self) -> None:
        """A question that waits for a finding which waits for that same question could never be asked."""
        waits: dict[str, set[str]] = {}
        for question in self.questions.values():
            for id in question.asks:
                when = question.lines.get(id, ALWAYS)
                waits.setdefault(id, set()).update(question.when.present, when.present)

        def visit(id: str, trail: tuple[str, ...]) -> None:
            if id in trail:
                circle = " -> ".join((*trail[trail.index(id) :], id))
                raise self.places[id].error(f"the questions wait for each other ({circle})", "take one 'present' out")
            for other in sorted(waits.get(id, ())):
                visit(other, (*trail, id))

        for id in waits:
            visit(id, ())

    # --- small helpers --------------------------------------------------------------------------------

    def _known(self, entry: Entry, known: Mapping[str, object], what: str) -> str:
        return entry.one_of(known, what)

    def _ids(self, fields: Fields, key: str, known: Mapping[str, object], what: str) -> tuple[str, ...]:
        entry = fields.get(key)
        return tuple(self._known(item, known, what) for item in entry.items()) if entry else ()

    def _regions(self, fields: Fields) -> tuple[str, ...]:
        return self._ids(fields, "regions", {**self.regions, UNKNOWN: None}, "region")

    def _source_ids(self, entry: Entry) -> tuple[str, ...]:
        ids = tuple(self._known(item, self.sources, "source") for item in entry.items())
        if not ids:
            raise entry.error("no source is given", "name at least one id of the files in sources/")
        return ids

    def _need(self, found: Mapping[str, object], file: Path, ids: Iterable[str], what: str) -> None:
        for id in ids:
            if id not in found:
                raise ClinicalDataError(file, 1, f"the {what} '{id}' is missing", "put it back")


def _replace(finding: Finding, *, no_when_no: tuple[str, ...], derived: Derived | None) -> Finding:
    return Finding(**{**finding.__dict__, "no_when_no": no_when_no, "derived": derived})


def _level(entry: Entry) -> LevelId:
    return LEVELS[LEVELS.index(entry.one_of(LEVELS, "level"))]


def _verdict(entry: Entry) -> Verdict:
    return VERDICTS[VERDICTS.index(entry.one_of(VERDICTS, "massage verdict"))]


def _url(entry: Entry) -> str:
    text = entry.text()
    if not text.startswith("https://"):
        raise entry.error(f"'{text}' is not a web address", "write the full address, beginning with https://")
    return text


def _number(entry: Entry) -> str:
    """A telephone number as written; unquoted, 000 would lose its zeros."""
    if isinstance(entry.value, int):
        raise entry.error("the telephone number stands without quotes", 'write it like "000"')
    return entry.text()


def _words(entry: Entry | None) -> str:
    """A text whose only placeholders are the numbers of a country and the time limit of a region."""
    if entry is None:
        return ""
    text = entry.text()
    try:
        text.format(emergency="", urgent="", crisis="", limit="")
    except (KeyError, IndexError, ValueError):
        raise entry.error(
            "the text holds a placeholder that is not known", "use only {emergency}, {urgent}, {crisis} and {limit}"
        ) from None
    return text
