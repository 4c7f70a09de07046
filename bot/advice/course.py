"""What happens after the advice, as data: checking again, the PEG score, the week plan, finding the cause.

Read strictly from ``data/clinical/course/``; ClinicalDataError names file, line and mend of the first mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.advice.guidance import TOPICS
from bot.triage.files import Entry, Fields, Read, load

KINDS = ("scale", "choice", "yes_no", "checklist")


class Known(Protocol):
    """The part of ``Knowledge`` that these files refer to, each by its id."""

    @property
    def sources(self) -> Mapping[str, Any]: ...

    @property
    def findings(self) -> Mapping[str, Any]: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...

    @property
    def regions(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Option:
    """One answer: ``cues`` are beginnings of words that mean it in free text."""

    id: str
    label: str
    cues: tuple[str, ...]


@dataclass(frozen=True)
class SideQuestion:
    """A question beside the tree. ``fact``: the catalogue fact it asks, "" when there is none."""

    id: str
    kind: str
    fact: str
    text: str
    again: str
    why: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Contributor:
    """Something that may add to the pain. ``when``: question or fact id -> answers that count one point each."""

    id: str
    when: Mapping[str, frozenset[str]]
    need: int
    text: str
    guidance: tuple[str, ...]


@dataclass(frozen=True)
class Slot:
    """One line of the week: ``when`` in words, and the topics of the tip, the first that has one first."""

    when: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Aftercare:
    """All of it. ``flows``: name of a side dialogue -> its questions in order; ``cues``: words that ask for it.

    ``new_signs``: region -> findings asked again when it is worse. ``rise``: points from which it is much worse.
    ``peg_change``: the share of a PEG score that counts as a change.
    """

    questions: Mapping[str, SideQuestion]
    flows: Mapping[str, tuple[str, ...]]
    cues: Mapping[str, tuple[str, ...]]
    new_signs: Mapping[str, tuple[str, ...]]
    rise: float
    peg_change: float
    peg_source: str
    contributors: tuple[Contributor, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def load(cls, folder: Path, known: Known, guidance: Mapping[str, Any], file: Read = load) -> Aftercare:
        """The aftercare in ``folder``, checked against what the tree and the guidance know.

        ``file``: how a file is read.
        """
        questions: dict[str, SideQuestion] = {}
        flows: dict[str, tuple[str, ...]] = {}

        def read(name: str, required: list[str]) -> Fields:
            fields = file(folder / f"{name}.yml").fields([name])[name].fields(["questions", *required])
            found = {id: _question(id, entry, known) for id, entry in fields["questions"].entries().items()}
            questions.update(found)
            flows[name] = tuple(found)
            return fields

        recheck = read("recheck", ["rise", "new_signs"])
        peg = read("peg", ["source", "reviewed", "change", "cues"])
        cause = read("cause", ["cues", "contributors"])
        plan = file(folder / "plan.yml").fields(["plan"])["plan"].fields(["cues", "slots"])
        peg["reviewed"].day()
        signs = {}
        for region, entry in recheck["new_signs"].fields(known.regions).entries.items():
            signs[region] = tuple(item.one_of(known.findings, "finding") for item in entry.items())
        return cls(
            questions=questions,
            flows=flows,
            cues={"plan": plan["cues"].texts(), "peg": peg["cues"].texts(), "cause": cause["cues"].texts()},
            new_signs=signs,
            rise=recheck["rise"].number(),
            peg_change=peg["change"].number(),
            peg_source=peg["source"].one_of(known.sources, "source"),
            contributors=tuple(
                _contributor(id, entry, questions, known, guidance)
                for id, entry in cause["contributors"].entries().items()
            ),
            slots=tuple(_slot(entry) for entry in plan["slots"].items()),
        )

    def flow_of(self, question: str) -> str:
        """The side dialogue that a question belongs to; "" for a question of the tree."""
        return next((name for name, ids in self.flows.items() if question in ids), "")


def _question(id: str, entry: Entry, known: Known) -> SideQuestion:
    fields = entry.fields(["kind", "text", "again", "why"], ["fact", "options"])
    fact, options = fields.get("fact"), fields.get("options")
    kind = fields["kind"].one_of(KINDS, "kind of question")
    if (kind == "choice") != (options is not None):
        raise entry.error(f"'{id}' is of the kind {kind}", "give a choice its 'options', and no other kind")
    return SideQuestion(
        id=id,
        kind=kind,
        fact=fact.one_of(known.facts, "fact") if fact else "",
        text=fields["text"].text(),
        again=fields["again"].text(),
        why=fields["why"].text(),
        options=tuple(_option(name, given) for name, given in options.entries().items()) if options else (),
    )


def _option(id: str, entry: Entry) -> Option:
    fields = entry.fields(["label", "cues"])
    return Option(id, fields["label"].text(), fields["cues"].texts())


def _contributor(
    id: str, entry: Entry, questions: Mapping[str, SideQuestion], known: Known, guidance: Mapping[str, Any]
) -> Contributor:
    fields = entry.fields(["when", "text", "guidance"], ["need"])
    when: dict[str, frozenset[str]] = {}
    for name, given in fields["when"].entries().items():
        if name in questions:
            allowed = [option.id for option in questions[name].options]
        elif name in known.facts:
            allowed = [*known.facts[name].values, "yes"]
        else:
            raise given.error(f"unknown question or fact '{name}'", f"use one of: {', '.join(questions)}")
        when[name] = frozenset(item.one_of(allowed, "answer") for item in given.items())
    need = fields.get("need")
    return Contributor(
        id=id,
        when=when,
        need=need.integer() if need else 1,
        text=fields["text"].text(),
        guidance=tuple(item.one_of(guidance, "piece of guidance") for item in fields["guidance"].items()),
    )


def _slot(entry: Entry) -> Slot:
    fields = entry.fields(["when", "topics"])
    return Slot(fields["when"].text(), tuple(item.one_of(TOPICS, "topic") for item in fields["topics"].items()))
