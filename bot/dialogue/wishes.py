"""Several wishes in one message: what is asked for, in the order of the words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.triage.files import Read, load

_PARTS = re.compile(r"(?<=[.!?;])\s+|\n+")
_SPACES = re.compile(r"[^\S\n]+")
_CLAUSES = re.compile(r", ?| - |\b(?:and|also|plus|or|then|but|btw)\b")
_LEAD = re.compile(r"^(?:(?:so|please|well|hi|hello|hey|ok|oh|maybe|also|and|my question is|i was|just)\s+)+")
_SHORT = 4  # words of a part that goes on with the wish before it: "..., and pillows?"


@dataclass(frozen=True)
class Wish:
    """``label``: on a button; ``about``: after "you also asked about"; ``cues``: beginnings of words that name it."""

    label: str
    about: str
    cues: re.Pattern[str]


@dataclass(frozen=True)
class Wishes:
    """The wishes that can be told apart, by the intent that stands for them, narrow ones first."""

    known: Mapping[str, Wish]
    asking: re.Pattern[str]

    @classmethod
    def load(cls, path: Path, read: Read = load) -> Wishes:
        """ClinicalDataError when the file is missing or broken."""
        fields = read(path).fields(required=("wishes", "asking"))
        known = {}
        for intent, entry in fields["wishes"].entries().items():
            own = entry.fields(required=("label", "about", "cues"))
            known[intent] = Wish(own["label"].text(), own["about"].text(), _beginnings(own["cues"].texts()))
        return cls(known, re.compile(rf"(?:{_beginnings(fields['asking'].texts()).pattern})"))

    def heard(self, text: str) -> tuple[tuple[str, str], ...]:
        """(intent, the words that ask) for each wish in ``text``, each intent once, in the order of the words."""
        found: dict[str, str] = {}
        for part in _PARTS.split(_SPACES.sub(" ", text.lower().replace("\u2019", "'"))):
            asked = False
            for clause in _CLAUSES.split(part):
                words = _LEAD.sub("", clause.strip())
                goes_on = asked and len(words.split()) <= _SHORT
                asked = bool(self.asking.match(words)) or words.endswith("?") or goes_on
                intent = self._topic(words) if asked else ""
                if intent:
                    found.setdefault(intent, words)
        return tuple(found.items())

    def _topic(self, words: str) -> str:
        return next((intent for intent, wish in self.known.items() if wish.cues.search(words)), "")


def _beginnings(cues: tuple[str, ...] | list[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(cue) for cue in sorted(cues, key=len, reverse=True)) + ")")
