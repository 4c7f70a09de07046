"""Whose body a match speaks of: the writer's, the one they write for, or somebody else's."""

from __future__ import annotations

from typing import Sequence

from bot.language.matching import Match
from bot.language.status import Reading
from bot.language.words import Word

SELF, OTHER, PRONOUN, ANIMAL, STRANGER = "self", "other", "pronoun", "animal", "stranger"
_THINGS = frozenset(
    ["legs", "feet", "knees", "hips", "calves", "thighs", "ankles", "toes", "shins", "hamstrings", "buttocks",
     "glutes", "hands", "fingers", "arms", "wrists", "elbows", "shoulders", "blades", "traps", "muscles", "joints",
     "eyes", "bits", "ribs", "discs", "nerves", "exercises", "stretches", "stairs", "steps", "painkillers", "tablets",
     "pills", "meds", "shoes", "chairs", "seats", "beds", "pillows", "boxes", "bags", "shifts", "hours", "knots",
     "spasms", "pains", "aches", "twinges", "cramps", "headaches", "symptoms", "pins", "needles", "massages"]
)  # fmt: skip
"""Parts of the writer's body and things of their day, for which "they" may stand."""
_OF_MANY = frozenset(["they", "them", "their"])
_KINDS = {"self_word": SELF, "other_pronoun": PRONOUN, "relative": OTHER, "animal": ANIMAL, "stranger": STRANGER}


class PeopleReader:
    """Who is spoken of at each word; made anew for each message."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.words: Sequence[Word] = reading.words
        self._who = self._focus()

    def _focus(self) -> list[str]:
        """For each word the person last named before or at it."""
        marks: dict[int, tuple[int, str]] = {}
        for name, kind in _KINDS.items():
            for cue in self.reading.at(name):
                if kind in (OTHER, PRONOUN, ANIMAL) and any(
                    v.start < cue.end and cue.start < v.end for v in self.reading.at("not_relative")
                ):
                    continue
                known = marks.get(cue.end - 1)
                if known is None or cue.start <= known[0]:
                    marks[cue.end - 1] = (cue.start, kind)
        inside = {
            place
            for cue in (*self.reading.at("relative"), *self.reading.at("animal"), *self.reading.at("stranger"))
            for place in range(cue.start, cue.end - 1)
        }
        # "I lift her": the writer goes on about themselves
        inside |= {
            place for place in self.reading.marked("cares") if self.words[place].text in ("him", "her", "them", "his")
        }
        focus: list[str] = []
        current, person, since = SELF, SELF, -1
        crowd = False
        for place in range(len(self.words)):
            mark = marks.get(place)
            if current == STRANGER and self.words[place].sentence > since:
                # a stranger is spoken of to the end of the sentence, and on where the next names them
                current, crowd = SELF, True
            if crowd and current == SELF and mark is not None and mark[1] == PRONOUN:
                current = STRANGER
                since = self.words[place].sentence
            if mark is not None and place not in inside:
                if mark[1] == PRONOUN:
                    # "he asks where the dog is. He has a fever": in a new sentence no longer the dog
                    if current == ANIMAL and person == OTHER and self.words[place].sentence > since:
                        current = OTHER
                    current = OTHER if current == SELF and not self._is_of_things(place) else current
                else:
                    current = mark[1]
                    since = self.words[place].sentence
                if current in (SELF, OTHER):
                    person = current
            focus.append(current)
        return focus

    def _is_of_things(self, place: int) -> bool:
        """Whether a "they" stands for no person: "my legs ache and they feel numb", "exercises? They hurt"."""
        of_them = place > 0 and self.words[place - 1].text == "of"  # "the two of them are paining me"
        return self.words[place].text in _OF_MANY and (
            of_them
            or any(
                word.text in _THINGS and self.words[place].sentence - word.sentence <= 1
                for word in self.words[:place]
            )
        )

    def of(self, match: Match) -> str:
        """``self``, ``other``, ``animal`` or ``stranger``: the last person named at or inside the match."""
        whole = self._who[match.end - 1] if match.end else SELF
        if whole in (ANIMAL, STRANGER) and self._doer(match):
            return self._who[match.start - 1] if match.start else SELF
        first = self._who[match.start]
        return first if whole == ANIMAL or match.entry.id == "daily_life" else whole

    def _doer(self, match: Match) -> bool:
        """Whether the animal or the crowd is part of what happened to the writer: "horse sat on me"."""
        return any(
            match.start <= cue.start and set(range(cue.start, cue.end)) <= match.used
            for name in ("animal", "stranger")
            for cue in self.reading.at(name)
        ) and any(
            self.words[place].text in ("me", "everyone", "everybody")
            for place in range(match.start, min(match.end + 2, len(self.words)))
        )
