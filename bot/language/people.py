"""Whose body a match speaks of: the writer's, the one they write for, or somebody else's."""

from __future__ import annotations

from typing import Sequence

from bot.language.matching import Match
from bot.language.status import Reading
from bot.language.words import Word

SELF, OTHER, PRONOUN, ANIMAL = "self", "other", "pronoun", "animal"


class PeopleReader:
    """Who is spoken of at each word; made anew for each message."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.words: Sequence[Word] = reading.words
        self._who = self._focus()

    def _focus(self) -> list[str]:
        """For each word the person last named before or at it."""
        marks: dict[int, tuple[int, str]] = {}
        for name in ("self_word", "other_pronoun", "relative", "animal"):
            kind = {"self_word": SELF, "other_pronoun": PRONOUN, "relative": OTHER, "animal": ANIMAL}[name]
            for cue in self.reading.at(name):
                if kind == OTHER and any(
                    v.start < cue.end and cue.start < v.end for v in self.reading.at("not_relative")
                ):
                    continue
                known = marks.get(cue.end - 1)
                if known is None or cue.start <= known[0]:
                    marks[cue.end - 1] = (cue.start, kind)
        inside = {
            place
            for cue in (*self.reading.at("relative"), *self.reading.at("animal"))
            for place in range(cue.start, cue.end - 1)
        }
        focus: list[str] = []
        current = SELF
        named = False
        for place in range(len(self.words)):
            mark = marks.get(place)
            if mark is not None and place not in inside:
                if mark[1] == PRONOUN:
                    current = current if current in (OTHER, ANIMAL) else OTHER
                else:
                    current = mark[1]
                    named = named or current == OTHER
            focus.append(current)
        return focus

    def of(self, match: Match) -> str:
        """``self``, ``other`` or ``animal``: the last person named at or inside the match."""
        whole = self._who[match.end - 1] if match.end else SELF
        first = self._who[match.start]
        return first if whole == ANIMAL else whole
