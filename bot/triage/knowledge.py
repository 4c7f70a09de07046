"""The clinical knowledge of ``data/clinical/``: loaded once, checked whole, never changed afterwards.

What a clinician signs lives in the data files; these modules only give it a shape (``shapes.py``) and refuse
what does not fit together (``loader.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.triage import reading
from bot.triage.files import Read, load
from bot.triage.shapes import (
    ALWAYS,
    LEVELS,
    UNKNOWN,
    VERDICTS,
    Choice,
    Clusters,
    Condition,
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
    paths: Mapping[str, SpecialPath]
    safety_net: str
    countries: Mapping[str, Country]
    # Worked out from the above, for speed: the questions that ask an id.
    asked_by: Mapping[str, tuple[Question, ...]]

    @classmethod
    def load(cls, folder: Path = Path("data/clinical"), read: Read = load) -> Knowledge:
        """The knowledge in ``folder``; ClinicalDataError names the first mistake, or too hard a sentence.

        ``read``: how a file is read, in English or translated; rules and ids are the same either way.
        """
        from bot.triage.loader import Loader  # here, since the loader builds this very class

        knowledge = Loader(Path(folder), read).knowledge()
        reading.check(Path(folder), knowledge.ruleset)
        return knowledge

    def country(self, code: str | None) -> Country:
        """The numbers of a country; those for an unknown one when the code is None or not listed."""
        return self.countries.get((code or UNKNOWN).upper(), self.countries[UNKNOWN])


__all__ = [
    "ALWAYS",
    "LEVELS",
    "UNKNOWN",
    "VERDICTS",
    "Choice",
    "Clusters",
    "Condition",
    "Country",
    "Derived",
    "Detail",
    "Fact",
    "FactTest",
    "Finding",
    "Knowledge",
    "Level",
    "LevelId",
    "LevelRule",
    "NotDenied",
    "PastLimit",
    "Present",
    "Question",
    "Region",
    "Setting",
    "Source",
    "SpecialPath",
    "Verdict",
    "Way",
    "When",
]
