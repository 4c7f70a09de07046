"""Denial, doubt, time, person and figure of speech: the status of each match, clause by clause.

The cues are patterns of ``data/language/cues.yml``; what is here is only how far a cue reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Sequence

from bot.language.matching import Match
from bot.language.observation import Status
from bot.language.words import Word

_NEW = frozenset(["like", "before", "till", "until", "looked", "checked", "seen", "examined", "treated", "scanned"])
"""After a "never" that speaks of a first time, or of a doctor not yet seen."""
_WELL = frozenset(
    ["fine", "ok", "okay", "good", "better", "well", "gone", "normal", "all", "recovered", "back", "cured"]
)
"""After a "now" that tells of what is over, not of a trouble."""
REACH = 7
"""Words that may stand between a cue and what it speaks of, list items not counted."""


@dataclass(frozen=True)
class Cue:
    """A cue of the kind ``name`` in the words ``start`` to ``end`` (exclusive)."""

    name: str
    start: int
    end: int


@dataclass
class Reading:
    """The words of a message with its matches apart from its cues."""

    words: Sequence[Word]
    matches: list[Match]
    cues: dict[str, list[Cue]]

    @classmethod
    def of(cls, words: Sequence[Word], found: Iterable[Match]) -> Reading:
        matches: list[Match] = []
        cues: dict[str, list[Cue]] = {}
        for match in found:
            if match.entry.kind == "cue":
                cues.setdefault(match.entry.id, []).append(Cue(match.entry.id, match.start, match.end))
            else:
                matches.append(match)
        voids = cues.get("pseudo", [])
        for name, known in cues.items():
            if name in ("no", "not", "no_after"):
                cues[name] = [c for c in known if not any(v.start <= c.start and c.end <= v.end for v in voids)]
            elif name in ("unsure", "unsure_after", "past", "still"):
                cues[name] = [c for c in known if not any(_holds(v, c) for v in voids)]
        return cls(words, matches, cues)

    def at(self, name: str) -> list[Cue]:
        return self.cues.get(name, [])

    def marked(self, name: str) -> set[int]:
        return {place for cue in self.at(name) for place in range(cue.start, cue.end)}


def _holds(wide: Cue, cue: Cue) -> bool:
    """Whether ``cue`` is only a part of the words of ``wide``: the "no idea" of "had no idea"."""
    return wide.start <= cue.start and cue.end <= wide.end and wide.end - wide.start > cue.end - cue.start


def _one_trouble(one: Match | None, other: Match) -> bool:
    """Whether two matches read the same words as the same finding."""
    return one is not None and one.entry == other.entry and one.start < other.end and other.start < one.end


class StatusReader:
    """Gives each match its status; made anew for each message, so it holds nothing afterwards."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.words = reading.words
        self._ends = reading.marked("scope_end")
        self._subjects = reading.marked("subject")
        self._verbs = reading.marked("clause_verb")
        self._list = reading.marked("list_word")
        self._states = reading.marked("state_word")
        self._covered: set[int] = set()
        self._stated = [m for m in reading.matches if m.entry.kind == "finding" and m.group in ("plain", "hint")]
        for match in reading.matches:
            if match.entry.kind in ("finding", "detail"):
                self._covered |= match.used
        self._before: dict[int, Match | None] = {}
        self._segments = self._cut()

    # -- segments ------------------------------------------------------------------------------------------

    def _cut(self) -> list[int]:
        """A number for each word that rises where a new statement begins: after a comma or "and" with a subject."""
        numbers: list[int] = []
        current = 0
        for place, word in enumerate(self.words):
            if place:
                previous = self.words[place - 1]
                fresh = word.clause != previous.clause
                if (
                    (
                        place in self._subjects
                        and ("," in word.before or previous.text in ("and", "so", "then", "plus"))
                    )
                    or (word.text in ("now", "today", "currently") and previous.text in ("and", "but"))
                    or (
                        place in self._ends
                        and word.text
                        in (
                            "because",
                            "since",
                            "so",
                            "then",
                            "when",
                            "while",
                            "after",
                            "cos",
                        )
                    )
                ):
                    fresh = True
                current += fresh
            numbers.append(current)
        return numbers

    def _open(self, start: int, match: Match, verb: bool = False) -> bool:
        """Whether a cue ending at ``start`` still holds at the match: no new statement, no stop word, not too far.

        ``verb``: the cue negates a verb, which after a comma or "and" says nothing: "won't go, fever".
        """
        end = match.start
        if end < start:
            return False
        if self.words[start - 1].clause != self.words[end].clause:
            return False
        distance = 0
        if any(":" in self.words[place].before for place in range(start + 1, end + 1)):
            return False
        for place in range(start, end):
            if place in self._ends:
                return False
            if place not in self._covered and not self.words[place].filler and place not in self._list:
                distance += 1
        if distance > REACH:
            return False
        comma = next(
            (p for p in range(start, end + 1) if "," in self.words[p].before or self.words[p].text == "and"), None
        )
        if comma is None:
            return True
        later = range(comma, end)
        if any(place in self._subjects or place in self._verbs for place in later):
            return False
        closes = any(
            self.words[p].text in ("or", "nor") for p in range(start, len(self.words)) if self._same(start, p)
        )
        if verb and not closes and self._other_verb(start, comma):
            return False
        return closes or not any(place in self._states for place in range(end, match.end))

    def _other_verb(self, start: int, stop: int) -> bool:
        """Whether what follows a "not" is neither a trouble nor a word that leads to one."""
        first = next((p for p in range(start, stop) if not self.words[p].filler), None)
        return first is not None and first not in self._covered and first not in self._list

    def _same(self, one: int, other: int) -> bool:
        return self.words[one].clause == self.words[other].clause

    # -- the questions -------------------------------------------------------------------------------------

    def status(self, match: Match) -> Status:
        """Figure, then other uses, then denial, doubt and time."""
        if match.group == "figure" or self._figure(match):
            return "figure"
        if not self.asked(match) and self._hypothetical(match) and not self.owned(match):
            return "hypothetical"
        if match.group == "denied":
            return "present" if self._turned_round(match) else "denied"
        if self._denied(match):
            return "denied"
        if self._unsure(match):
            return "unsure"
        if not match.entry.lasting:
            return self._time(match)
        return "present"

    def _figure(self, match: Match) -> bool:
        return any(
            other.group == "figure"
            and other.start < match.end
            and match.start < other.end
            and (other.entry == match.entry or match.used <= other.used)  # "drowsy, cold hands" is no cold shoulder
            for other in self.reading.matches
        ) or any(
            cue.start < match.end and match.start < cue.end and not match.used.issuperset(range(cue.start, cue.end))
            for cue in self.reading.at("figure")
        )

    def _free(self, cue: Cue, match: Match) -> bool:
        """Whether the cue is no part of what the finding's own pattern names ("can't feel")."""
        return not any(place in match.used for place in range(cue.start, cue.end))

    def _forward(self, name: str, match: Match) -> bool:
        for cue in self.reading.at(name):
            if not self._free(cue, match):
                continue
            if match.start < cue.start < match.end and not self._says_else(cue, match):
                if name != "not" or self._reaches(cue, match):
                    return True
            elif cue.end <= match.start and self._open(cue.end, match, name == "not"):
                return True
        return False

    def _reaches(self, cue: Cue, match: Match) -> bool:
        """Whether a denial inside a match denies a part of it: not in "sleepy, does not drink, has fever"."""
        if self._twice(cue):
            return False
        following = next((place for place in range(cue.end, match.end) if place in match.used), None)
        if following is None:
            return True
        return not any("," in self.words[place].before for place in range(cue.end + 1, following + 1))

    def _twice(self, cue: Cue) -> bool:
        """Whether a denial only doubles one before it: "can't walk without gasping", "no strength in neither leg"."""
        word = self.words[cue.start].text
        if word not in ("without", "neither", "nor", "nothing", "none", "no"):
            return False
        earlier = [
            self.words[place].text
            for place in range(max(0, cue.start - 9 if word == "without" else cue.start - 4), cue.start)
            if self._same(place, cue.start)
        ]
        if word == "without":
            return bool({"cannot", "not", "never", "unable", "hardly"} & set(earlier))
        return bool({"not", "cannot", "no", "never"} & set(earlier)) and "," not in self.words[cue.start].before and (
            word in ("neither", "nothing", "none") or "cannot" in earlier or "not" in earlier
        ) and "or" not in earlier  # fmt: skip

    def _says_else(self, cue: Cue, match: Match) -> bool:
        """Whether a cue inside a match belongs to another trouble: "legs feel not mine and won't move"."""
        return any(cue.start in other.used and match.end - 1 not in other.used for other in self._stated)

    def _denied(self, match: Match) -> bool:
        for cue in self.reading.at("no"):
            if not self._free(cue, match) or self._twice(cue):
                continue
            if match.start < cue.start < match.end:
                if self._reaches(cue, match):
                    return True
                continue
            if cue.end <= match.start and not self._stands_alone(cue) and not self._answers(cue):
                if self.words[cue.start].text == "no" and self._subject_follows(cue):
                    continue
                if self._open(cue.end, match):
                    return True
        if self._forward("not", match):
            return True
        if any(cue.start < match.start and match.end <= cue.end for cue in self.reading.at("mistick")):
            return True
        if self._excepted(match):
            return False
        return self._after("no_after", match) or any(
            self._answers(cue) and _one_trouble(self._last_before(cue), match) for cue in self.reading.at("no")
        )

    def _excepted(self, match: Match) -> bool:
        """Whether a "no" that follows is of all but this: "apart from the tight chest all no"."""
        return any(
            0 <= match.start - cue.end <= 2 and self._same(cue.start, match.start)
            for cue in self.reading.at("excepted")
        )

    def _turned_round(self, match: Match) -> bool:
        """Whether words of all being well are negated themselves, "I can't pee fine": inside, or right in front."""
        for cue in (*self.reading.at("no"), *self.reading.at("not")):
            if not self._free(cue, match) or self.words[cue.start].text in ("nah", "nope"):
                continue
            if match.start < cue.start < match.end:
                return True
            gap = range(cue.end, match.start)
            if (
                cue.end <= match.start
                and not self._stands_alone(cue)
                and self._same(cue.start, match.start)
                and all(self.words[p].filler or p in self._list for p in gap)
                and not any("," in self.words[p].before for p in [*gap, match.start])
            ):
                return True
        return False

    def _stands_alone(self, cue: Cue) -> bool:
        """ "No, ..." as an answer: a mark follows at once."""
        return cue.end >= len(self.words) or bool(set(self.words[cue.end].before) & set(",.;!?\n"))

    def _closes(self, cue: Cue) -> bool:
        """Whether nothing follows the cue that it could open: "never" in "chest pain, never", not in "never felt"."""
        return self._stands_alone(cue) or self.words[cue.end].text in ("and", "but", "though", "or", "so")

    def _subject_follows(self, cue: Cue) -> bool:
        """ "No I can't ...": an answer without its comma."""
        return cue.end in self._subjects or self.words[cue.end].text in ("cannot", "but", "just", "only")

    def _answers(self, cue: Cue) -> bool:
        """ "fever no, numbness yes" and "Fever? No.": the "no" looks back."""
        last = self._last_before(cue)
        if last is None or "," in self.words[cue.start].before:
            return False
        if self._stands_alone(cue):
            return True
        following = self.words[cue.end].text
        return following in ("and", "but", "though") or (
            cue.end in self._covered
            and any(
                word.text in ("yes", "yeah", "yep")
                for word in self.words[cue.end :]
                if word.sentence == self.words[cue.end].sentence
            )
        )

    def _last_before(self, cue: Cue) -> Match | None:
        """The finding that ends right before the cue."""
        if cue.start in self._before:
            return self._before[cue.start]
        best: Match | None = None
        first = cue.start
        while first and (self.words[first - 1].filler or first - 1 in self._list):
            first -= 1
        for match in self.reading.matches:
            if first <= match.end <= cue.start and match.entry.kind in ("finding", "detail"):  # noqa: SIM102
                if best is None or match.end - match.start > best.end - best.start:
                    best = match
        self._before[cue.start] = best = self._near_enough(best, cue)
        return best

    def _near_enough(self, best: Match | None, cue: Cue) -> Match | None:
        """``best`` unless it stands in another sentence that was no question."""
        if best is None:
            return None
        gap = self.words[cue.start].sentence - self.words[best.end - 1].sentence
        if gap > 1 or (gap == 1 and "?" not in self.words[best.end - 1].after):
            return None
        return best

    def _after(self, name: str, match: Match) -> bool:
        """A cue that follows: "fever is gone", "numbness: not at all"."""
        for cue in self.reading.at(name):
            asked = (
                "?" in self.words[match.end - 1].after
                and self.words[cue.start].sentence == self.words[match.end - 1].sentence + 1
            )
            if name == "no_after" and cue.end - cue.start == 1 and not self._closes(cue):
                continue
            if self.words[cue.start].text == "never" and not asked and self._new(cue):
                continue
            if cue.start >= match.end and self._free(cue, match) and (asked or self._same(match.end - 1, cue.start)):
                between = range(match.end, cue.start)
                if (  # noqa: SIM102
                    all(self.words[p].filler or p in self._list or p in self._covered for p in between)
                    and len(between) <= REACH
                ):
                    if not any(p in self._ends for p in between):
                        return True
        return False

    def _new(self, cue: Cue) -> bool:
        """Whether a "never" says that something is new, or unseen: "never had one like it", "never got looked at"."""
        return not _NEW.isdisjoint(word.text for word in self.words[cue.end : cue.end + 5])

    def _unsure(self, match: Match) -> bool:
        return self._forward("unsure", match) or self._after("unsure_after", match)

    def asked(self, match: Match) -> bool:
        """ "What if I can't pee?", "should I be worried about ...?": perhaps so, and to be asked about."""
        return any(
            cue.end <= match.start + 1 and self._conditional(cue, match)
            for cue in self.reading.at("asked")
            if self._same(cue.start, match.start)
        )

    def doubtful(self, match: Match) -> bool:
        """Whether what is present should still be asked about: a question of the writer's, or weeks ago unchecked."""
        if self._of_the_world(match):
            return True
        if any(
            cue.start < match.end and match.start < cue.end and not self._own_between(cue.start + 1, match.end)
            for cue in self.reading.at("known_of")
        ):
            return True
        if match.entry.kind == "finding" and any(
            cue.start < match.end
            and match.start <= cue.end
            and match.start - cue.start <= 1
            and not self._own_between(cue.start, match.end)
            and not any("," in self.words[place].before for place in range(cue.start + 1, cue.end))
            for cue in self.reading.at("worked_on")
        ):
            return True
        if self.asked(match):
            asks = [cue for cue in self.reading.at("asked") if cue.end <= match.start + 1]
            return any(self.words[cue.start].text == "what" or not self._own(cue, match) for cue in asks)
        return match.entry.until_checked and bool(self.reading.at("weeks_past")) and not self.reading.at("unchecked")

    def _of_the_world(self, match: Match) -> bool:
        """Whether the sentence asks in general, of nobody: "which nerve makes your foot drop?"."""
        if match.entry.kind != "finding":
            return False
        number = self.words[match.start].sentence
        places = [place for place, word in enumerate(self.words) if word.sentence == number]
        asides = self.reading.marked("aside")
        first = next((place for place in places if place not in asides), None)
        if not any(cue.start == first for cue in self.reading.at("question_start")):
            return False
        people = self.reading.marked("self_word") | self.reading.marked("relative")
        return not any(place in people or self.words[place].text in ("this", "these") for place in places)

    def _own(self, cue: Cue, match: Match) -> bool:
        """Whether the writer speaks of themselves after the cue: "what is this numbness in my legs"."""
        return any(
            self.words[place].text in ("i", "my", "me", "this", "mine")
            for place in range(cue.end, match.end)
            if place not in match.used
        )

    def _own_between(self, start: int, end: int) -> bool:
        """Whether what is worked on is somebody's own: "massage my numb legs", not "massage numb legs"."""
        return any(self.words[place].text in ("my", "this", "his", "her", "these") for place in range(start, end))

    def asks_if_fine(self, match: Match) -> bool:
        """Whether a denial is only a question: the "is that normal" of "numb down there, is that normal"."""
        return any(cue.start < match.end and match.start < cue.end for cue in self.reading.at("is_it_fine"))

    def owned(self, match: Match) -> bool:
        """Whether what was asked about is then said to be so: "they asked about numbness and yes I have that"."""
        sentence = self.words[match.end - 1].sentence
        for cue in self.reading.at("owns"):
            between = {word.text for word in self.words[match.end : cue.end + 1]}
            if (
                match.end <= cue.start <= match.end + REACH
                and self.words[cue.start].sentence - sentence <= 1
                and self.words[cue.start - 1].text
                not in ("if", "whether", "do", "should", "think", "suppose", "when")
                and not between & {"no", "not", "never", "none", "if"}
            ):
                return True
        return False

    def claimed(self, match: Match) -> bool:
        """Whether the writer says yes for themselves to what somebody else only asked about."""
        following = {word.text for word in self.words[match.end : match.end + REACH]}
        return "i" in following and self._hypothetical(match) and self.owned(match)

    def _hypothetical(self, match: Match) -> bool:
        sentence = self.words[match.start].sentence
        for cue in self.reading.at("general"):
            if (
                self._free(cue, match)
                and cue.end <= match.start
                and self._same(cue.start, match.start)
                and self._conditional(cue, match)
                and not self._own(cue, match)
            ):
                return True
        for cue in self.reading.at("general"):
            if match.end <= cue.start and self._same(match.start, cue.start) and cue.end >= len(self.words) - 1:
                text = self.words[cue.start].text
                if text in ("is", "are") and cue.start - match.end <= 3:
                    return True
        for cue in self.reading.at("imagined"):
            if cue.start < match.end and self._same(cue.start, match.start):
                return True
        for cue in self.reading.at("hypothetical"):
            if cue.start in match.used or self.words[cue.start].sentence != sentence or self._as_it_is(cue):
                continue
            if cue.start < match.end and match.start < cue.end:
                return True
            if cue.end <= match.start and self._conditional(cue, match):
                return True
        return False

    def _as_it_is(self, cue: Cue) -> bool:
        """A word of doubt that tells what is: "as if they were lead", "can't feel the difference between"."""
        text = " ".join(word.text for word in self.words[cue.start : cue.end])
        before = [word.text for word in self.words[max(0, cue.start - 4) : cue.start]]
        follow = self.words[cue.end].text if cue.end < len(self.words) else ""
        if text.startswith("if"):
            return before[-1:] == ["as"]
        if text.startswith("difference"):
            return not {"not", "cannot", "no", "never", "hardly"}.isdisjoint(before)
        if text.startswith("apparently"):
            return follow in ("i", "my", "he", "she", "am")
        return text == "i heard" and follow in ("it", "a", "my")

    def _conditional(self, cue: Cue, match: Match) -> bool:
        between = range(cue.end, match.start)
        if len(between) > 14:
            return False
        for place in [*between, match.start]:
            if self.words[place].clause != self.words[cue.start].clause:
                return False
            if place > cue.end and place in self._subjects and "," in self.words[place].before:
                return False
        return not any(
            self.words[place].text in ("because", "as", "since", "cos", "my", "i") and place > cue.end
            for place in between
        )

    def _time(self, match: Match) -> Status:
        """Past when it is over; something over since a few days is still asked about."""
        segment = {self._segments[place] for place in range(match.start, match.end)}
        near = segment | {number - 1 for number in segment if self._empty(number - 1)}
        sentence = self.words[match.start].sentence

        onset = self.reading.marked("onset_word")

        def within(name: str, numbers: set[int]) -> bool:
            return any(
                self._segments[cue.end - 1] in numbers
                and not (name == "past" and ({cue.start - 1, cue.start - 2} & onset or self._told_on(cue, match)))
                and not (name == "past" and self._gives_way(cue, match))
                and self._free(cue, match)
                and self.words[cue.start].sentence == sentence
                for cue in self.reading.at(name)
            )

        last = max(segment)
        after = near | {last + 1} if self._empty(last + 1) and not self._named(last + 1) else near
        if within("still", after):
            return "present"
        recent = within("recent", near)
        if within("past", near) and not recent:
            return "present" if match.entry.until_checked and self.reading.at("unchecked") else "past"
        for cue in self.reading.at("resolved"):
            if self._not_so(cue):
                continue
            if cue.start >= match.start and self._segments[cue.start] - last <= 1 and self._free(cue, match):  # noqa: SIM102
                if self.words[cue.start].sentence - self.words[match.end - 1].sentence <= 1:
                    later = [
                        other
                        for other in self.reading.matches
                        if other.entry.kind == "finding"
                        and match.end <= other.start
                        and other.end <= cue.start
                        and self._segments[other.start] not in segment
                    ]
                    if not later:
                        return "present" if match.entry.fleeting else "unsure" if recent else "past"
        return "present"

    def _gives_way(self, cue: Cue, match: Match) -> bool:
        """Whether what was leads to what is: "like I used to", "a scan last year, now …"."""
        before = [word.text for word in self.words[max(0, cue.start - 4) : cue.start]]
        texts = [word.text for word in self.words[cue.start : cue.end]]
        if texts[:1] == ["used"] and {"like", "than", "as"} & set(before):
            return True
        if texts == ["previously"] and cue.end < len(self.words) and self.words[cue.end].text in ("no", "never"):
            return True
        if texts[-1:] == ["ago"] and "since" in before:
            return True
        return match.start <= cue.start and any(
            self.words[place].text in ("now", "today", "tonight")
            and not (place + 1 < len(self.words) and self.words[place + 1].text in _WELL)
            for place in range(cue.end, match.end)
        )

    def _told_on(self, cue: Cue, match: Match) -> bool:
        """Whether a "used to" after a mark is of what follows: "just the Eliquis, my heart used to skip"."""
        if self.words[cue.start].text != "used" or cue.start < match.end:
            return False
        it = {"it", "them", "that", "those", "one", "this"} & {
            word.text for word in self.words[cue.end : cue.end + 3]
        }
        return not it and any("," in self.words[place].before for place in range(match.end, cue.start + 1))

    def _not_so(self, cue: Cue) -> bool:
        """Whether an end is denied or only hoped for: "has not worn off", "should have passed"."""
        lead = {word.text for word in self.words[max(0, cue.start - 3) : cue.start]}
        return bool(lead & {"not", "never", "should", "would", "until", "till", "hopefully"})

    def _named(self, segment: int) -> bool:
        """Whether a segment speaks of a trouble of its own."""
        return any(
            self._segments[match.start] == segment
            for match in self.reading.matches
            if match.entry.id == "complaint" or match.entry.kind == "finding"
        )

    def _empty(self, segment: int) -> bool:
        """Whether a segment only sets the time: "in 2015, I had ..."."""
        places = [place for place, number in enumerate(self._segments) if number == segment]
        return bool(places) and not any(place in self._covered for place in places) and len(places) <= 5
