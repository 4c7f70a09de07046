"""The guidance and the general answers: plain data, read strictly from ``data/clinical``.

Read: ``guidance/`` (pieces, and ``precautions.yml``), ``pictures.yml`` and ``information/`` (answers to general
questions); the sources they name come with the tree's knowledge. Nothing a person reads stands in this file; every
fact has its source in the data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.triage.files import Entry, Fields, Read, load, named

TOPICS = ("massage", "posture", "movement", "heat_cold", "sleep", "stress", "lifestyle", "oils")
HANDS_ON_TOPICS = frozenset({"massage", "oils"})
PURPOSES = ("relief", "cause")
LEVELS = ("self_care", "check_first")
REGIONS = ("lower_back", "upper_back", "neck", "shoulder", "buttock_or_leg", "whole_back")
DAILY_LIVES = ("desk", "standing", "driving", "manual", "caring", "sport", "mixed")
GOALS = ("is_massage_ok", "massage_tips", "posture_tip", "lifestyle", "what_is_wrong")
SITUATIONS = ("stress", "sleep_problem", "recent", "lasting", "severe", "younger", "older")
STRENGTHS = {
    "strong": "Strong evidence",
    "some": "Some evidence",
    "weak": "Weak evidence",
    "none": "No good evidence, but low risk",
}

YOUNGEST_FOR_MASSAGE = 16  # years; the catalogue's age rule
ANY_PRECAUTION = "any"  # the sentence of precautions.yml for care without a sentence of its own

# Characters. A phone shows about 450 without scrolling; two lines for each of the others.
MAX_LENGTHS = {"title": 60, "text": 450, "dose": 160, "evidence": 200, "stop_rule": 200}
MAX_ANSWER_LENGTH = 650


@dataclass(frozen=True)
class Wording:
    """What a language changes in the checks: how each strength of evidence begins, and the room its texts may take.

    ``room``: times the lengths above. The same text is longer in most languages than in English.
    """

    strengths: Mapping[str, str]
    room: float = 1.0


ENGLISH = Wording(STRENGTHS)

_REQUIRED = (
    "id",
    "topic",
    "title",
    "text",
    "dose",
    "evidence",
    "strength",
    "stop_rule",
    "source",
    "reviewed",
    "regions",
    "daily_life",
    "levels",
    "picture",
)
_OPTIONAL = (
    "purpose",
    "goals",
    "suits",
    "priority",
    "not_with",
    "careful_with",
    "age_min",
    "age_max",
)


class Source(Protocol):
    """Where a statement comes from: its title and its https address."""

    @property
    def title(self) -> str: ...

    @property
    def url(self) -> str: ...


class Known(Protocol):
    """The part of ``bot.triage.knowledge.Knowledge`` that the guidance refers to, each by its id."""

    @property
    def sources(self) -> Mapping[str, Source]: ...

    @property
    def findings(self) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Guidance:
    """One piece of guidance.

    ``regions`` and ``daily_life``: None means all. ``goals`` and ``suits`` raise the piece's score for a goal or a
    situation. ``not_with``: findings that leave the piece out. ``careful_with``: finding -> sentence to add.
    ``age_min``, ``age_max``: years, inclusive. ``cautions``: sentences for this person, set when it is chosen.
    """

    id: str
    topic: str
    purpose: str
    title: str
    text: str
    dose: str
    evidence: str
    strength: str
    stop_rule: str
    source: str
    reviewed: str
    regions: frozenset[str] | None
    daily_life: frozenset[str] | None
    levels: frozenset[str]
    goals: Mapping[str, int]
    suits: Mapping[str, int]
    priority: int
    not_with: frozenset[str]
    careful_with: Mapping[str, str]
    age_min: int | None
    age_max: int | None
    picture: str
    shows: str
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Information:
    """The answer to a general question that is asked without a complaint of one's own.

    ``intent``: the kind of question; the answer whose ``id`` is the intent is the general one. ``cues``: beginnings
    of words that make a narrower answer the right one. ``guidance``: ids of pieces to show with it.
    """

    id: str
    intent: str
    cues: tuple[str, ...]
    text: str
    guidance: tuple[str, ...]
    sources: tuple[str, ...]
    reviewed: str


@dataclass(frozen=True)
class Library:
    """Everything the advice room reads, each by its id and in the order of the files."""

    guidance: Mapping[str, Guidance]
    information: Mapping[str, Information]
    precautions: Mapping[str, str]
    sources: Mapping[str, Source]

    @classmethod
    def load(cls, folder: Path, known: Known, read: Read = load, wording: Wording = ENGLISH) -> Library:
        """The library in ``folder``, checked against what the tree knows; ``read``: how a file is read.

        ClinicalDataError names file, line and mend of the first mistake.
        """
        sources, finding_ids = known.sources, known.findings
        pictures = {name: entry.text() for name, entry in named(folder / "pictures.yml", "pictures", read)}
        pieces: dict[str, Guidance] = {}
        for entry in _listed(folder / "guidance", "guidance", read, skip="precautions.yml"):
            piece = _guidance(entry, sources, finding_ids, pictures, wording)
            if piece.id in pieces:
                raise entry.error(f"the piece '{piece.id}' is there twice", "give one of the two another id")
            pieces[piece.id] = piece
        answers: dict[str, Information] = {}
        general = tuple(_listed(folder / "information", "information", read))
        for entry in general:
            answer = _information(entry, sources, pieces, wording)
            if answer.id in answers:
                raise entry.error(f"the answer '{answer.id}' is there twice", "give one of the two another id")
            answers[answer.id] = answer
        for entry in general:
            intent = entry.entries()["intent"]
            if intent.text() not in answers:
                raise intent.error(
                    f"'{intent.text()}' has no general answer", f"add an answer with 'id: {intent.text()}'"
                )
        precautions = _precautions(read(folder / "guidance" / "precautions.yml"), finding_ids)
        return cls(pieces, answers, precautions, dict(sources))


def to_contract(piece: Guidance, sources: Mapping[str, Source]) -> dict[str, Any]:
    """The piece in the shape of the public contract; ``text`` ends with the cautions and then the stop rule."""
    source = sources[piece.source]
    return {
        "id": piece.id,
        "topic": piece.topic,
        "title": piece.title,
        "text": " ".join((piece.text, *piece.cautions, piece.stop_rule)),
        "dose": piece.dose,
        "evidence": piece.evidence,
        "image": piece.picture,
        "shows": piece.shows,
        "source": {"title": source.title, "url": source.url},
    }


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.yml"))


def _listed(folder: Path, top: str, read: Read, skip: str = "") -> Iterator[Entry]:
    for path in _files(folder):
        if path.name != skip:
            yield from read(path).fields([top])[top].items()


def _precautions(file: Entry, finding_ids: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, entry in file.fields(["precautions"])["precautions"].entries().items():
        if name != ANY_PRECAUTION and name not in finding_ids:
            raise entry.error(f"unknown finding '{name}'", "use an id of the findings")
        found[name] = entry.text()
    if ANY_PRECAUTION not in found:
        raise file.error(f"the sentence '{ANY_PRECAUTION}' is missing", f"add a line '{ANY_PRECAUTION}: ...'")
    return found


def _guidance(
    entry: Entry,
    sources: Collection[str],
    finding_ids: Collection[str],
    pictures: Mapping[str, str],
    wording: Wording,
) -> Guidance:
    fields = entry.fields(_REQUIRED, _OPTIONAL)
    topic = fields["topic"].one_of(TOPICS, "topic")
    strength = fields["strength"].one_of(STRENGTHS, "strength")
    evidence, begins = _short(fields, "evidence", wording), wording.strengths[strength]
    if not evidence.startswith(begins):
        raise fields["evidence"].error(f"the words do not fit the strength '{strength}'", f"begin with '{begins}'")
    levels = _choices(fields["levels"], LEVELS, "level")
    if "self_care" not in levels:
        raise fields["levels"].error("self_care is missing", "add self_care to the levels")
    age_min, age_max = _age(fields, "age_min"), _age(fields, "age_max")
    if age_min is not None and age_max is not None and age_max < age_min:
        raise fields["age_max"].error("age_max is below age_min", "swap or correct the two ages")
    if topic in HANDS_ON_TOPICS:
        if levels != {"self_care"}:
            raise fields["levels"].error("massage and oils are for self_care only", "write 'levels: [self_care]'")
        if age_min is None or age_min < YOUNGEST_FOR_MASSAGE:
            where = fields.get("age_min") or entry
            raise where.error(
                f"massage and oils are never for under {YOUNGEST_FOR_MASSAGE}s",
                f"write 'age_min: {YOUNGEST_FOR_MASSAGE}' or more",
            )
    not_with = _finding_list(fields, finding_ids)
    careful_with = _finding_sentences(fields, finding_ids)
    for finding in sorted(not_with & set(careful_with)):
        raise fields["careful_with"].error(
            f"'{finding}' stands under not_with and careful_with", "keep it in one of the two"
        )
    purpose, priority = fields.get("purpose"), fields.get("priority")
    picture = fields["picture"].one_of(pictures, "picture")
    return Guidance(
        id=fields["id"].text(),
        topic=topic,
        purpose=purpose.one_of(PURPOSES, "purpose") if purpose else "relief",
        title=_short(fields, "title", wording),
        text=_short(fields, "text", wording),
        dose=_short(fields, "dose", wording),
        evidence=evidence,
        strength=strength,
        stop_rule=_short(fields, "stop_rule", wording),
        source=fields["source"].one_of(sources, "source"),
        reviewed=fields["reviewed"].day(),
        regions=_all_or(fields["regions"], REGIONS, "region"),
        daily_life=_all_or(fields["daily_life"], DAILY_LIVES, "daily life"),
        levels=levels,
        goals=_weights(fields, "goals", GOALS, "goal"),
        suits=_weights(fields, "suits", SITUATIONS, "situation"),
        priority=priority.integer() if priority else 0,
        not_with=not_with,
        careful_with=careful_with,
        age_min=age_min,
        age_max=age_max,
        picture=picture,
        shows=pictures[picture],
    )


def _information(
    entry: Entry, sources: Collection[str], pieces: Mapping[str, Guidance], wording: Wording
) -> Information:
    fields = entry.fields(("id", "intent", "text", "sources", "reviewed"), ("cues", "guidance"))
    text, limit = fields["text"].text(), int(MAX_ANSWER_LENGTH * wording.room)
    if len(text) > limit:
        raise fields["text"].error(f"the text has {len(text)} characters", f"shorten it to {limit} or fewer")
    shown = fields.get("guidance")
    return Information(
        id=fields["id"].text(),
        intent=fields["intent"].text(),
        cues=tuple(cue.lower() for cue in fields.texts("cues")),
        text=text,
        guidance=tuple(item.one_of(pieces, "piece of guidance") for item in shown.items()) if shown else (),
        sources=tuple(item.one_of(sources, "source") for item in fields["sources"].items()),
        reviewed=fields["reviewed"].day(),
    )


def _short(fields: Fields, key: str, wording: Wording) -> str:
    text, limit = fields[key].text(), int(MAX_LENGTHS[key] * wording.room)
    if len(text) > limit:
        raise fields[key].error(f"'{key}' has {len(text)} characters", f"shorten it to {limit} or fewer")
    return text


def _choices(entry: Entry, allowed: Collection[str], what: str) -> frozenset[str]:
    return frozenset(item.one_of(allowed, what) for item in entry.items())


def _all_or(entry: Entry, allowed: Collection[str], what: str) -> frozenset[str] | None:
    if entry.value == "all":
        return None
    chosen = _choices(entry, allowed, what)
    if not chosen:
        raise entry.error(f"no {what} is named", "write 'all' or a list")
    return chosen


def _weights(fields: Fields, key: str, allowed: Collection[str], what: str) -> dict[str, int]:
    entry = fields.get(key)
    if entry is None:
        return {}
    for name, weight in entry.entries().items():
        if name not in allowed:
            raise weight.error(f"unknown {what} '{name}'", f"use one of: {', '.join(allowed)}")
    return {name: weight.integer() for name, weight in entry.entries().items()}


def _age(fields: Fields, key: str) -> int | None:
    entry = fields.get(key)
    return entry.integer() if entry else None


def _finding_list(fields: Fields, finding_ids: Collection[str]) -> frozenset[str]:
    entry = fields.get("not_with")
    return _choices(entry, finding_ids, "finding") if entry else frozenset()


def _finding_sentences(fields: Fields, finding_ids: Collection[str]) -> dict[str, str]:
    entry = fields.get("careful_with")
    if entry is None:
        return {}
    for name, sentence in entry.entries().items():
        if name not in finding_ids:
            raise sentence.error(f"unknown finding '{name}'", "use an id of the findings")
    return {name: sentence.text() for name, sentence in entry.entries().items()}
