"""What the API needs of the others, as types: the mind (``bot.dialogue``) and Rasa."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from bot.summary.shapes import Summary

Record = dict[str, Any]


class OutcomeLike(Protocol):
    """Message drafts, checked or not yet, and the new record of one turn."""

    @property
    def messages(self) -> Sequence[Mapping[str, Any] | MessageDraft]: ...

    @property
    def record(self) -> Record: ...


@dataclass(frozen=True)
class Reply:
    """An answer of the mind, from wherever it came."""

    messages: Sequence[Mapping[str, Any] | MessageDraft]
    record: Record = field(default_factory=dict)


class Assistant(Protocol):
    """The mind, in this process: no server, no model."""

    def open(self, country: str, locale: str) -> OutcomeLike: ...

    def screen(
        self, text: str, record: Record, country: str, choices: Sequence[Mapping[str, Any]] = ()
    ) -> OutcomeLike | None: ...

    def heeds(self, answered: Record, screened: Record) -> bool: ...

    def triage(self, record: Record) -> dict[str, Any]: ...

    def summary(self, record: Record, said: Sequence[Mapping[str, Any]]) -> Summary: ...

    def assess(
        self, findings: Mapping[str, Any], facts: Mapping[str, Any], details: Mapping[str, Any]
    ) -> dict[str, Any]: ...

    def unavailable(self, text: str, record: Record, country: str) -> Sequence[Mapping[str, Any]]: ...


class RasaFailure(Exception):
    """Rasa gave no usable answer; ``reason`` is a short word for logs and metrics."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Rasa(Protocol):
    """Takes one message and the record so far; RasaFailure when no usable answer comes in time."""

    async def text(self, turn: str, text: str, record: Record) -> Reply: ...

    async def choice(self, turn: str, choices: Sequence[Mapping[str, Any]], record: Record) -> Reply: ...

    async def ready(self) -> bool: ...


class ChoiceDraft(BaseModel):
    """A choice as the mind offers it; ``sets`` stays on this side."""

    model_config = ConfigDict(extra="ignore")

    label: str = Field(min_length=1)
    sets: dict[str, Any] = Field(default_factory=dict)


class MessageDraft(BaseModel):
    """A message as the mind words it, before it has an id and a place in the conversation."""

    model_config = ConfigDict(extra="ignore")

    kind: str = Field(pattern="^(info|question|answer|advice|emergency)$")
    text: str = Field(min_length=1)
    choices: list[ChoiceDraft] = Field(default_factory=list)
    question: dict[str, Any] | None = None
    guidance: list[dict[str, Any]] = Field(default_factory=list)
    sources: list[dict[str, Any]] = Field(default_factory=list)
    calls: list[str] = Field(default_factory=list)
