"""How a complaint went on after the advice: what the re-checks, the PEG score and the search for a cause brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Course:
    """Kept in the record beside the assessment; none of it is a fact of the catalogue.

    ``pains``: 0-10, the one at the first advice first, then one for each re-check. ``changes``: "better", "same" or
    "worse", one for each re-check. ``pegs``: the three answers 0-10 of each PEG score, in the order of the questions.
    ``causes``: question id -> ids of the options chosen. ``open``: answers of the side dialogue that is under way.
    """

    pains: tuple[float, ...] = ()
    changes: tuple[str, ...] = ()
    pegs: tuple[tuple[float, ...], ...] = ()
    causes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: Mapping[str, Any] = field(default_factory=dict)

    def with_open(self, **answers: Any) -> Course:
        return replace(self, open={**self.open, **answers})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Course:
        """The course in ``data``; an empty one for None, as in records from before there was one."""
        if not data:
            return cls()
        return cls(
            pains=tuple(data["pains"]),
            changes=tuple(data["changes"]),
            pegs=tuple(tuple(peg) for peg in data["pegs"]),
            causes={question: tuple(ids) for question, ids in data["causes"].items()},
            open=dict(data["open"]),
        )


def peg_score(answers: tuple[float, ...]) -> float:
    """The PEG score: the mean of its three answers, to one decimal (Krebs and others 2009)."""
    return round(sum(answers) / len(answers), 1)
