"""Reads ``proof/demands.yml``: what the rules must reach, as small records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from bot.triage.knowledge import Knowledge
from bot.triage.shapes import UNKNOWN, LevelId, Verdict

FILE = Path(__file__).parent / "demands.yml"
Range = tuple[float, float]
_RANGES = {"ages": "age", "days": "duration_days", "pain_score": "pain_score"}
_WIDEST: Mapping[str, Range] = {"age": (0, 120), "duration_days": (0, 36500), "pain_score": (0, 10)}


@dataclass(frozen=True)
class People:
    """Everyone with these findings or details, in one of these regions, with numbers in these ranges.

    ``not_sure``: the finding of ``has`` that is answered "not sure". ``said``: taken only when the person says so.
    ``not_denied``: details without a "no".
    """

    has: tuple[str, ...]
    regions: tuple[str, ...] = ()
    ranges: tuple[tuple[str, Range], ...] = ()
    not_sure: str | None = None
    said: tuple[str, ...] = ()
    not_denied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Demand:
    """These people must reach at least ``level``, and a massage verdict at least as strict as ``massage``."""

    people: People
    level: LevelId
    massage: Verdict


@dataclass(frozen=True)
class Demands:
    """``least``: never calmer. ``most``: with nothing else, never more urgent. ``due``: finding -> whom to ask."""

    least: tuple[Demand, ...]
    most: tuple[Demand, ...]
    due: Mapping[str, People]
    longest_walk: int

    @classmethod
    def load(cls, knowledge: Knowledge, file: Path = FILE) -> Demands:
        """The demands in ``file``. ValueError names an id that the rules do not know, or a finding without one."""
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=_YesIsAWord)  # noqa: S506 - plain data, own file
        alarms: Mapping[str, Any] = data["alarms"]
        massage: Mapping[str, Any] = data["massage"]
        ordinary = {_RANGES[key]: tuple(value) for key, value in data["ordinary"].items() if key in _RANGES}
        least: list[Demand] = []
        most: list[Demand] = []
        due: dict[str, People] = {}
        for id, line in alarms.items():
            people = due[id] = _people((id, *line.get("with", ())), line)
            least.append(Demand(people, line["yes"], "suitable"))
            least.append(Demand(_people(people.has, line, not_sure=id), line["not_sure"], "suitable"))
            for answer in ("yes", "not_sure"):
                alone = _people((id,), {}, id if answer == "not_sure" else None)
                most.append(Demand(_on(alone, data["ordinary"]["regions"], ordinary), line[answer], "no"))
        for id, line in massage.items():
            people = due[id] = _people((id,), line)
            for unsure in (None, id):
                least.append(Demand(_people((id,), line, unsure), "self_care", line["verdict"]))
        for line in data["together"]:
            people = _people(tuple(line["with"]), line)
            least.append(Demand(people, line["level"], line.get("massage", "suitable")))
        for line in data["quiet"]:
            people = _on(_people(tuple(line["with"]), line), data["ordinary"]["regions"], ordinary)
            most.append(Demand(people, line["level"], "no"))
        _check(knowledge, least + most, {*alarms, *massage})
        return cls(tuple(least), tuple(most), due, int(data["longest_walk"]))


def numbers(people: People) -> dict[str, Range]:
    """The range of each number, the widest where none is given."""
    return {**_WIDEST, **dict(people.ranges)}


class _YesIsAWord(yaml.SafeLoader):
    """Plain YAML without yes/no as truth values."""


_YesIsAWord.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in pairs if tag != "tag:yaml.org,2002:bool"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _people(has: tuple[str, ...], line: Mapping[str, Any], not_sure: str | None = None) -> People:
    ranges = tuple((fact, (line[key][0], line[key][1])) for key, fact in _RANGES.items() if key in line)
    regions, said, not_denied = (tuple(line.get(key, ())) for key in ("regions", "said", "not_denied"))
    return People(has, regions, ranges, not_sure, said, not_denied)


def _on(people: People, regions: list[str], ordinary: Mapping[str, Any]) -> People:
    ranges = {**ordinary, **dict(people.ranges)}
    return replace(people, regions=people.regions or tuple(regions), ranges=tuple(ranges.items()))


def _check(knowledge: Knowledge, demands: list[Demand], single: set[str]) -> None:
    known = {*knowledge.findings, *knowledge.details}
    for demand in demands:
        for id in demand.people.has:
            if id not in known:
                raise ValueError(f"{FILE.name} names '{id}', which is no finding or detail")
        for region in demand.people.regions:
            if region not in knowledge.regions and region != UNKNOWN:
                raise ValueError(f"{FILE.name} names '{region}', which is no region")
    for finding in knowledge.findings.values():
        if (finding.level or finding.massage) and finding.id not in single:
            raise ValueError(f"{FILE.name} demands nothing of '{finding.id}': add it under alarms or massage")
