"""Loads ``data/clinical/`` and refuses what does not fit together, naming file, line and mend."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path

from bot.triage import checks
from bot.triage.files import ClinicalDataError, Entry, Fields, Read, load, named
from bot.triage.knowledge import Knowledge
from bot.triage.shapes import (
    ALWAYS,
    LEVELS,
    UNKNOWN,
    VERDICTS,
    Choice,
    Clusters,
    Country,
    Derived,
    Detail,
    Fact,
    FactTest,
    Finding,
    Level,
    LevelId,
    LevelRule,
    NotDenied,
    PastLimit,
    Present,
    Question,
    Region,
    Setting,
    Source,
    SpecialPath,
    Verdict,
    Way,
    When,
)

_SCREENS = ("A", "B", "C", "fact")
_KINDS = ("yes_no", "checklist", "choice", "number", "region", "scale")
_FACT_KINDS = ("number", "choice", "yes_no", "country")
_SEXES = ("male", "female")


class Loader:
    """Reads one folder; every method loads one file, later ones check against earlier ones."""

    def __init__(self, folder: Path, read: Read = load) -> None:
        self.folder, self.read = folder, read
        self.sources: dict[str, Source] = {}
        self.facts: dict[str, Fact] = {}
        self.regions: dict[str, Region] = {}
        self.findings: dict[str, Finding] = {}
        self.details: dict[str, Detail] = {}
        self.clusters: dict[str, tuple[str, ...]] = {}
        self.questions: dict[str, Question] = {}
        self.rules: dict[str, LevelRule] = {}
        self.places: dict[str, Entry] = {}
        self.lines: dict[tuple[str, str], Entry] = {}  # question and id that it asks

    def knowledge(self) -> Knowledge:
        """All files of the folder as one checked whole; ClinicalDataError names the first mistake."""
        self._load_sources()
        self._load_facts()
        self._load_regions()
        self._load_findings()
        self._load_details()
        self._load_derived()
        self._load_clusters()
        self._load_questions()
        self._load_rules()
        levels, paths, safety_net = self._load_levels()
        asked_by: dict[str, list[Question]] = {}
        for question in self.questions.values():
            for id in question.asks:
                asked_by.setdefault(id, []).append(question)
        no_alarm = self.rules.pop("no_alarm")
        knowledge = Knowledge(
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
        )
        checks.check(knowledge, self.places, self.lines)
        return knowledge

    # --- single files ---------------------------------------------------------------------------------

    def _load_sources(self) -> None:
        folder = self.folder / "sources"
        files = sorted(folder.glob("*.yml"))
        if not files:
            raise ClinicalDataError(folder, 1, "no file of sources is here", "put the .yml files of sources back")
        for file in files:
            for id, entry in named(file, "sources", self.read):
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
        for id, entry in named(self.folder / "facts.yml", "facts", self.read):
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
        for id, entry in named(self.folder / "regions.yml", "regions", self.read):
            fields = entry.fields(["label", "name", "limit_days", "limit_text"])
            self.regions[id] = Region(
                id=id,
                label=fields["label"].text(),
                name=fields["name"].text(),
                limit_days=fields["limit_days"].integer(),
                limit_text=fields["limit_text"].text(),
            )

    def _load_findings(self) -> None:
        for id, entry in named(self.folder / "findings.yml", "findings", self.read):
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
        for id, entry in named(self.folder / "findings.yml", "findings", self.read):
            fields = Fields(entry, entry.entries())
            implied = self._ids(fields, "no_when_no", self.findings, "finding")
            derived = None
            given = fields.get("derived")
            if given:
                inner = given.fields(["fact"], ["at_least", "above", "below", "is", "if_unknown", "over_no"])
                over_no = inner.get("over_no")
                derived = Derived(self._fact_test(inner), over_no.flag() if over_no else False)
            if implied or derived:
                self.findings[id] = replace(self.findings[id], no_when_no=implied, derived=derived)

    def _load_details(self) -> None:
        for id, entry in named(self.folder / "details.yml", "details", self.read):
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
        for id, entry in named(self.folder / "clusters.yml", "clusters", self.read):
            members = tuple(item.one_of(self.findings, "finding") for item in entry.items())
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
        for id, entry in named(self.folder / "questions.yml", "questions", self.read):
            fields = entry.fields(
                ["screen", "kind", "asks", "text", "again", "why"],
                ["when", "choices", "first", "unit"],
            )
            self._claim(id, entry)
            asks: list[str] = []
            lines: dict[str, When] = {}
            for item in fields["asks"].items():
                if isinstance(item.value, dict):
                    inner = item.fields(["id", "when"])
                    name = inner["id"].one_of({**self.findings, **self.facts}, "finding or fact")
                    lines[name] = self._when(inner["when"])
                else:
                    name = item.one_of({**self.findings, **self.facts}, "finding or fact")
                if name in asks:
                    raise item.error(f"'{name}' is asked twice here", "delete one of the two")
                asks.append(name)
                self.lines[id, name] = item
            if not asks:
                raise fields["asks"].error(f"the question '{id}' asks nothing", "name at least one finding or fact")
            screen = fields["screen"].one_of(_SCREENS, "screen")
            kind = fields["kind"].one_of(_KINDS, "kind of question")
            for name in asks:
                if (screen == "fact") != (name in self.facts) and kind != "choice":
                    raise fields["asks"].error(f"'{name}' does not belong in screen {screen}", "correct the screen")
            when, choices, first = (fields.get(key) for key in ("when", "choices", "first"))
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
        if name in self.findings or self.facts[name].kind == "yes_no":
            return entry.flag()
        fact = self.facts[name]
        return entry.number() if fact.kind == "number" else entry.one_of(fact.values, "value")

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
        for id, entry in named(path, "level_rules", self.read):
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
            return [(Present(entry.one_of({**self.findings, **self.details}, "finding or detail")),)]
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
            return [(NotDenied(fields["not_denied"].one_of(self.details, "detail")),)]
        return [(self._fact_test(entry.fields(["fact"], ["at_least", "above", "below", "is", "if_unknown"])),)]

    def _fact_test(self, fields: Fields) -> FactTest:
        fact = fields["fact"].one_of(self.facts, "fact")
        numbers = {key: given.number() for key in ("at_least", "above", "below") if (given := fields.get(key))}
        words, unknown = fields.get("is"), fields.get("if_unknown")
        if bool(numbers) == bool(words):
            raise fields.of.error(f"the condition on '{fact}' says nothing clear", "give numbers or 'is: [...]'")
        among = tuple(item.one_of(self.facts[fact].values, "value") for item in words.items()) if words else ()
        return FactTest(fact, among=among, if_unknown=unknown.flag() if unknown else True, **numbers)

    # --- levels, paths, countries ---------------------------------------------------------------------

    def _load_levels(self) -> tuple[dict[str, Level], dict[str, SpecialPath], str]:
        path = self.folder / "levels.yml"
        top = self.read(path).fields(["levels", "paths", "safety_net"])
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
        paths: dict[str, SpecialPath] = {}
        for id, entry in top["paths"].entries().items():
            fields = entry.fields(["sources"], ["findings", "levels", "regions", "alone", *texts])
            alone, do_not, named_levels = fields.get("alone"), fields.get("do_not"), fields.get("levels")
            paths[id] = SpecialPath(
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
        for code, entry in named(path, "countries", self.read):
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

    # --- small helpers --------------------------------------------------------------------------------

    def _ids(self, fields: Fields, key: str, known: Mapping[str, object], what: str) -> tuple[str, ...]:
        entry = fields.get(key)
        return tuple(item.one_of(known, what) for item in entry.items()) if entry else ()

    def _regions(self, fields: Fields) -> tuple[str, ...]:
        return self._ids(fields, "regions", {**self.regions, UNKNOWN: None}, "region")

    def _source_ids(self, entry: Entry) -> tuple[str, ...]:
        ids = tuple(item.one_of(self.sources, "source") for item in entry.items())
        if not ids:
            raise entry.error("no source is given", "name at least one id of the files in sources/")
        return ids

    def _need(self, found: Mapping[str, object], file: Path, ids: Iterable[str], what: str) -> None:
        for id in ids:
            if id not in found:
                raise ClinicalDataError(file, 1, f"the {what} '{id}' is missing", "put it back")


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
