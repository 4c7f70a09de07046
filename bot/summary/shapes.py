"""The summary as plain frozen records; every text in it is ready to be read, none is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.triage.assessment import Answer, FactValue

Part = Literal["both", "clinician", "person"]


@dataclass(frozen=True)
class Line:
    """A finding or detail: its id, what it is called, and a remark on the answer ("" for none)."""

    id: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Fact:
    """A fact, or a detail with a value: ``value`` as recorded, ``shown`` with its unit."""

    id: str
    name: str
    value: FactValue
    shown: str


@dataclass(frozen=True)
class Source:
    """Where a rule comes from."""

    title: str
    url: str
    year: int


@dataclass(frozen=True)
class Rule:
    """A rule that decided: ``text`` for the person, and the findings that made it hold by id and by name."""

    id: str
    text: str
    findings: tuple[str, ...]
    names: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Advice:
    """What the level means for the person, numbers filled in."""

    title: str
    what_to_do: str
    how_soon: str
    say_there: str
    do_not: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """One conversation at one moment.

    ``reason``: the person's words, None when nothing was said. ``answers``: the findings and details as answered,
    for machines. ``course``: how it went on after the advice, as JSON; ``course_lines`` the same in words.
    ``level``, ``massage`` and ``advice`` are None as long as nothing set them. ``guidance``: the pieces that were
    given, in the public contract's shape. ``words``: the headings and labels to show it with, in the language
    ``locale``.
    """

    reason: str | None
    someone_else: bool
    facts: tuple[Fact, ...]
    present: tuple[Line, ...]
    denied: tuple[Line, ...]
    unsure: tuple[Line, ...]
    not_asked: tuple[Line, ...]
    answers: Mapping[str, Answer]
    course: Mapping[str, Any]
    course_lines: tuple[Line, ...]
    status: Literal["asking", "complete"]
    level: str | None
    level_name: str
    massage: str | None
    massage_name: str
    massage_advice: str
    rules: tuple[Rule, ...]
    advice: Advice | None
    guidance: tuple[Mapping[str, Any], ...]
    safety_net: str
    ruleset: str
    words: Mapping[str, str]
    locale: str = "en"

    @property
    def own_facts(self) -> tuple[Fact, ...]:
        """The facts that the person told: the country is the clinic's, and what they came for they know."""
        return tuple(fact for fact in self.facts if fact.id not in ("country", "goal"))

    def say(self, name: str, **values: object) -> str:
        """The wording of ``name`` with ``values`` in their places."""
        return self.words[name].format_map(values)


@dataclass(frozen=True)
class About:
    """What the summary is of: the conversation's id (a UUID), the clinic's name, and ISO 8601 times with offset."""

    conversation: str
    clinic: str
    started_at: str
    made_at: str
    messages: int

    @property
    def started(self) -> str:
        """``started_at`` to the minute, as people write it."""
        return _minute(self.started_at)

    @property
    def made(self) -> str:
        return _minute(self.made_at)


def sentence(text: str) -> str:
    """``text`` with a capital at its start."""
    return text[:1].upper() + text[1:]


def _minute(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC"
