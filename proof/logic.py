"""One encoding, three ways to read it: as formulas for the solver, or as plain truth values for one record or many.

A ``Logic`` joins truths, a ``World`` answers what is known of a person. ``B`` is a z3
formula, a bool, or an int of many bools.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any, Literal, Protocol

import z3  # type: ignore[import-untyped]

from bot.triage.assessment import Answer, Assessment, FactValue
from bot.triage.shapes import UNKNOWN

Said = Literal["yes", "no", "unsure"]
Sign = Literal[">=", ">", "<", "<="]
Bounds = Mapping[str, tuple[float, float]]

_COMPARE: Mapping[Sign, Callable[[Any, Any], Any]] = {
    ">=": lambda value, limit: value >= limit,
    ">": lambda value, limit: value > limit,
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
}
_SAID: Mapping[Said, Answer] = {"yes": True, "no": False, "unsure": "unsure"}


class World[B](Protocol):
    """What is known of one person, and how to join it."""

    def every(self, parts: Iterable[B]) -> B: ...
    def some(self, parts: Iterable[B]) -> B: ...
    def no(self, part: B) -> B: ...
    def said(self, id: str, answer: Said) -> B: ...
    def one_of_several(self, id: str) -> B: ...
    def detail(self, id: str, answer: Literal["there", "no"]) -> B: ...
    def given(self, fact: str) -> B: ...
    def unclear(self, fact: str) -> B: ...
    def number(self, fact: str, sign: Sign, limit: float) -> B: ...
    def word(self, fact: str, word: str) -> B: ...


class Record:
    """The world of one real record, in plain truth values."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self._several = {id for ids in assessment.some_of.values() for id in ids}

    def every(self, parts: Iterable[bool]) -> bool:
        return all(parts)

    def some(self, parts: Iterable[bool]) -> bool:
        return any(parts)

    def no(self, part: bool) -> bool:
        return not part

    def said(self, id: str, answer: Said) -> bool:
        return self.assessment.findings.get(id) == _SAID[answer]

    def one_of_several(self, id: str) -> bool:
        return id in self._several

    def detail(self, id: str, answer: Literal["there", "no"]) -> bool:
        value = self.assessment.details.get(id)
        return value is False if answer == "no" else value is not None and value is not False

    def given(self, fact: str) -> bool:
        return self.assessment.facts.get(fact) not in (None, UNKNOWN)

    def unclear(self, fact: str) -> bool:
        return self.assessment.facts.get(fact) == UNKNOWN

    def number(self, fact: str, sign: Sign, limit: float) -> bool:
        value = self.assessment.facts.get(fact)
        return isinstance(value, int | float) and bool(_COMPARE[sign](value, limit))

    def word(self, fact: str, word: str) -> bool:
        return self.assessment.facts.get(fact) == word


class Many:
    """The world of many real records at once: a truth is a number whose bit n speaks of record n."""

    def __init__(self, records: Sequence[Assessment]) -> None:
        self._all = (1 << len(records)) - 1
        self._singles = [Record(record) for record in records]

    def every(self, parts: Iterable[int]) -> int:
        return reduce(int.__and__, parts, self._all)

    def some(self, parts: Iterable[int]) -> int:
        return reduce(int.__or__, parts, 0)

    def no(self, part: int) -> int:
        return self._all ^ part

    def said(self, id: str, answer: Said) -> int:
        return self._bits(lambda single: single.said(id, answer))

    def one_of_several(self, id: str) -> int:
        return self._bits(lambda single: single.one_of_several(id))

    def detail(self, id: str, answer: Literal["there", "no"]) -> int:
        return self._bits(lambda single: single.detail(id, answer))

    def given(self, fact: str) -> int:
        return self._bits(lambda single: single.given(fact))

    def unclear(self, fact: str) -> int:
        return self._bits(lambda single: single.unclear(fact))

    def number(self, fact: str, sign: Sign, limit: float) -> int:
        return self._bits(lambda single: single.number(fact, sign, limit))

    def word(self, fact: str, word: str) -> int:
        return self._bits(lambda single: single.word(fact, word))

    def _bits(self, holds: Callable[[Record], bool]) -> int:
        return int("".join("1" if holds(single) else "0" for single in reversed(self._singles)) or "0", 2)


class Anyone:
    """The world of every possible person: a variable for each answer, made when it is first looked at.

    ``facts``: another world to share facts with, so that two people differ in their answers only.
    """

    def __init__(self, name: str, bounds: Bounds, facts: Anyone | None = None) -> None:
        self.name = name
        self.bounds = bounds
        self._facts = facts or self
        self._flags: dict[tuple[str, str, str], z3.BoolRef] = {}
        self._numbers: dict[str, z3.ArithRef] = {}
        self.rules: list[z3.BoolRef] = []  # what holds of every person, such as one answer to a question

    def every(self, parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
        return z3.And(*parts)

    def some(self, parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
        return z3.Or(*parts)

    def no(self, part: z3.BoolRef) -> z3.BoolRef:
        return z3.Not(part)

    def said(self, id: str, answer: Said) -> z3.BoolRef:
        return self._flag("finding", id, answer, ("yes", "no", "unsure"))

    def one_of_several(self, id: str) -> z3.BoolRef:
        return self._flag("several", id, "named", ("named",))

    def detail(self, id: str, answer: Literal["there", "no"]) -> z3.BoolRef:
        return self._flag("detail", id, answer, ("there", "no"))

    def given(self, fact: str) -> z3.BoolRef:
        return self._facts._flag("fact", fact, "given", ("given", "unclear"))

    def unclear(self, fact: str) -> z3.BoolRef:
        return self._facts._flag("fact", fact, "unclear", ("given", "unclear"))

    def number(self, fact: str, sign: Sign, limit: float) -> z3.BoolRef:
        world = self._facts
        if fact not in world._numbers:
            value = world._numbers[fact] = z3.Real(f"{world.name}.{fact}")
            low, high = world.bounds[fact]
            world.rules += [value >= low, value <= high]
        return z3.And(world.given(fact), _COMPARE[sign](world._numbers[fact], limit))

    def word(self, fact: str, word: str) -> z3.BoolRef:
        world = self._facts
        mine = world._flag("word", fact, word, (word,))
        others = [flag for (kind, id, other), flag in world._flags.items() if (kind, id) == ("word", fact)]
        world.rules += [z3.Not(z3.And(mine, other)) for other in others if other is not mine]
        return z3.And(world.given(fact), mine)

    def _flag(self, kind: str, id: str, value: str, values: tuple[str, ...]) -> z3.BoolRef:
        if (kind, id, value) not in self._flags:
            made = [z3.Bool(f"{self.name}.{kind}.{id}.{each}") for each in values]
            self._flags.update({(kind, id, each): flag for each, flag in zip(values, made, strict=True)})
            if len(made) > 1:
                self.rules.append(z3.AtMost(*made, 1))
        return self._flags[kind, id, value]

    def record(self, model: z3.ModelRef) -> Assessment:
        """The person of a solution, with only what the solution had to fix."""

        def holds(kind: str, id: str, value: str) -> bool:
            world = self._facts if kind in ("fact", "word") else self
            flag = world._flags.get((kind, id, value))
            return flag is not None and z3.is_true(model[flag])

        findings: dict[str, Answer] = {}
        details: dict[str, Answer | str] = {}
        facts: dict[str, FactValue] = {}
        several: list[str] = []
        for kind, id, value in {**self._facts._flags, **self._flags}:
            if not holds(kind, id, value):
                continue
            if kind == "finding":
                findings[id] = _SAID["yes" if value == "yes" else "no" if value == "no" else "unsure"]
            elif kind == "detail":
                details[id] = value == "there"
            elif kind == "several":
                several.append(id)
            elif kind == "fact" and value == "unclear":
                facts[id] = UNKNOWN
            elif kind == "word" and holds("fact", id, "given"):
                facts[id] = value
        for fact, variable in self._facts._numbers.items():
            if holds("fact", fact, "given"):
                number = Fraction(str(model.eval(variable, model_completion=True).as_fraction()))
                facts[fact] = int(number) if number.denominator == 1 else float(number)
        return Assessment(findings, facts, details, {"several": tuple(several)} if several else {})
