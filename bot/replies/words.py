"""The assistant's own phrases, from ``data/replies/en.yml`` or its translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.triage.files import Read, load


@dataclass(frozen=True)
class Words:
    """Phrases by name, each with one or more wordings."""

    phrases: Mapping[str, Sequence[str]]

    @classmethod
    def load(cls, path: Path, read: Read = load) -> Words:
        """ClinicalDataError when the file is missing, or an entry is not a list of texts."""
        entries = read(path).fields(required=("words",))["words"].entries()
        phrases = {}
        for name, entry in entries.items():
            phrases[name] = entry.texts()
            if not phrases[name]:
                raise entry.error(f"'{name}' has no wording", "give it at least one")
        return cls(phrases)

    def say(self, name: str, turn: int = 0, **values: str) -> str:
        """The wording of ``name`` whose turn it is, so that the same one never comes twice in a row."""
        wordings = self.phrases[name]
        return wordings[turn % len(wordings)].format_map(values)

    def join(self, parts: Sequence[str]) -> str:
        """ "oils", "oils and sleep", "oils, sleep and posture"."""
        *first, last = parts
        return f"{', '.join(first)} {self.phrases['and'][0]} {last}" if first else last
