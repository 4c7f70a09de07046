"""What becomes of the status of a fact: a place that hurts after all, a beginning that goes on, a job given up.

The first reading of a status (``bot.language.status``) is made for findings, where a "no" or "years ago" reaches far;
of a place, a job or how it began people speak in another way.
"""

from __future__ import annotations

from bot.language.matching import Match
from bot.language.observation import Status
from bot.language.status import Cue, Reading

MARKS = frozenset(",.;:()\n")
TURNED = ("stress", "sleep_problem")
"""Yes-or-no facts: denied means the value False."""


class FactStatuses:
    """The facts of one message."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.words = reading.words

    def status(self, match: Match, status: Status) -> Status:
        """How it began, where that goes on: "in 1998 I fell off a horse, sore ever since"; "no fall, it crept up"."""
        if match.entry.id == "daily_life" and status == "past" and (
            self._introduces(match) or all(self._broken(cue) for cue in self.reading.at("past"))
        ):  # fmt: skip
            return "present"
        if match.entry.id in ("region", "side"):
            return self._place_after_all(match, status)
        if match.entry.id != "onset":
            return status
        if status == "past" and self._goes_on():
            return "present"
        if status == "denied" and self._after_a_comma(match):
            return "present"
        return status

    def _back_to_now(self, match: Match) -> bool:
        """Whether "this time" stands between what is past and a place: "a disc in 2010, this time it's the neck"."""
        sentence = self.words[match.start].sentence
        pasts = [cue.end for cue in self.reading.at("past") if cue.end <= match.start]
        return bool(pasts) and any(
            max(pasts) <= cue.start and cue.end <= match.start and self.words[cue.start].sentence == sentence
            for cue in self.reading.at("this_time")
        )

    def without_earlier_places(self, seen: list[tuple[Match, Status]]) -> list[tuple[Match, Status]]:
        """Where "now it's the neck" follows, a place of an earlier sentence is one of then."""
        places = [m for m, status in seen if m.entry.id == "region" and status == "present"]
        moved = [m for m in places if self._is_the_one_now(m)]
        if not moved:
            return seen
        then = {
            id(m)
            for m in places
            if m.entry.value != moved[0].entry.value
            and self.words[m.start].sentence < self.words[moved[0].start].sentence
        }
        return [(m, "past") if id(m) in then else (m, status) for m, status in seen]

    def _is_the_one_now(self, match: Match) -> bool:
        """ "Now I'm 61 it's the neck", "the thing now is the low back"; not "now it's the neck too"."""
        sentence = self.words[match.start].sentence
        lead = match.start - 1
        while lead >= 0 and self.words[lead].text in ("the", "my", "a", "in", "on", "left", "right"):
            lead -= 1
        if lead < 0 or self.words[lead].text not in ("is", "it", "its"):
            return False
        after = {word.text for word in self.words[match.end : match.end + 4] if word.sentence == sentence}
        return not after & {"too", "also", "well"} and any(
            0 <= match.start - cue.end <= 6 and self.words[cue.start].sentence == sentence
            for cue in self.reading.at("this_time")
        )

    def _is_the_other(self, match: Match) -> bool:
        """Whether a place follows a denied one with an "it's" of its own: "it's not the hip it's the low back"."""
        denials = [cue for name in ("no", "not") for cue in self.reading.at(name) if cue.end <= match.start]
        if not denials:
            return False
        last = max(cue.end for cue in denials)
        others = [
            m.end for m in self.reading.matches if m.entry.id == "region" and last <= m.start < m.end <= match.start
        ]
        return bool(others) and any(word.text in ("it", "its") for word in self.words[max(others) : match.start])

    def _goes_on(self) -> bool:
        """Whether what began long ago has stayed: "never right since", not "fine ever since"."""
        return bool(self.reading.at("goes_on_since")) and not self.reading.at("over_since")

    def _place_after_all(self, match: Match, status: Status) -> Status:
        """A place that still hurts, or is meant after all: "not the shoulder as such, more the neck"."""
        if status == "unsure" and any(
            m.entry.id == "onset" and m.entry.value == "unknown" and m.start >= match.end
            for m in self.reading.matches
        ):
            return "present"  # "left shoulder, no idea why"
        if status == "past" and match.entry.id == "region" and self._back_to_now(match):
            return "present"
        moved = bool(self.reading.at("one_of_a_pair") or self.reading.at("other_one"))
        if status == "past" and (self._goes_on() or (moved and match.entry.id == "region")):
            return "present"
        before = match.start - 1
        while before > 0 and self.words[before].filler and before not in self.reading.marked("rather"):
            before -= 1
        if status == "denied" and (before in self.reading.marked("rather") or self._is_the_other(match)):
            return "present"
        aches = any(m.entry.id == "complaint" and 0 <= m.start - match.end <= 1 for m in self.reading.matches)
        if status == "denied" and aches and self._after_a_comma(match):
            return "present"  # "I'm not a morning person, neck is stiff"
        calm = [m for m in self.reading.matches if m.entry.id in TURNED and m.end <= match.start]
        if status == "denied" and self._after_a_comma(match) and any(
            m.start <= cue.start < m.end for m in calm for cue in self.reading.at("no")
        ):  # fmt: skip
            return "present"  # "zero stress, dodgy shoulder"
        return status

    def _broken(self, cue: Cue) -> bool:
        """Whether a mark stands inside a cue: the "years back" of "on the bins for 20 years, back's bad"."""
        return any(MARKS & set(self.words[place].before) for place in range(cue.start + 1, cue.end))

    def _introduces(self, match: Match) -> bool:
        """Whether a job stands alone at the head of a sentence: "Tiler, forty-nine, knees gone years back"."""
        words, start, end = self.words, match.start, match.end
        opens = not start or words[start].sentence != words[start - 1].sentence
        return opens and (end >= len(words) or bool(MARKS & set(words[end].before)))

    def without_other_joints(self, seen: list[tuple[Match, Status]]) -> list[tuple[Match, Status]]:
        """A knee is not the place where a back, neck or shoulder is told too: "Knee, 2 years. But the neck!" """
        joints = self.reading.marked("other_joint")
        places = [m for m, status in seen if is_place(m) and status == "present"]
        if not places:
            return seen
        return [
            (m, status)
            for m, status in seen
            if not (m.entry.id == "region" and m.used <= joints) or any(inside(other, m) for other in places)
        ]

    def without_former_jobs(self, seen: list[tuple[Match, Status]]) -> list[tuple[Match, Status]]:
        """What somebody did before is past where a present life is told too: "ex footballer, in recruitment now"."""
        ends = {cue.end for cue in self.reading.at("former_job")}
        jobs = [match for match, status in seen if match.entry.id == "daily_life" and status == "present"]
        past = {
            id(match)
            for match in jobs
            if match.start in ends
            or (match.start - 1 in ends and self.words[match.start - 1].filler)
            or any(self._gave_way_to(match, later) for later in jobs)
        }
        if len(past) == len(jobs):
            return seen
        return [(match, "past") if id(match) in past else (match, status) for match, status in seen]

    def _gave_way_to(self, match: Match, later: Match) -> bool:
        """Whether a "now" leads from one job to the next: "bricklayer by trade, now office based"."""
        return (
            match.end < later.start
            and self.words[match.start].sentence == self.words[later.start].sentence
            and "now" in [word.text for word in self.words[max(match.end, later.start - 3) : later.start]]
        )

    def _after_a_comma(self, match: Match) -> bool:
        """Whether a mark parts a wording from every denial before it, and no "or" goes on with the list."""
        denials = [
            cue for name in ("no", "not", "no_after") for cue in self.reading.at(name)
            if not set(range(cue.start, cue.end)) & match.used
            and self.words[cue.start].clause == self.words[match.start].clause
        ]  # fmt: skip
        if any(cue.start >= match.start for cue in denials):
            return False
        later = [word.text for word in self.words[match.start :] if word.clause == self.words[match.start].clause]
        return not {"or", "nor"} & set(later) and all(
            any("," in self.words[place].before for place in range(cue.end, match.start + 1)) for cue in denials
        )

    def parted(self, match: Match) -> bool:
        """Whether a mark stands inside a match: "on the left, it hurts" is nothing that has "left it"."""
        return any(MARKS & set(self.words[place].before) for place in range(match.start + 1, match.end))


def is_place(match: Match) -> bool:
    """Whether a match names a back, neck or shoulder, so that its owner is the patient."""
    return match.entry.id == "back_unspecified" or (
        match.entry.id == "region" and match.entry.value != "buttock_or_leg"
    )


def inside(match: Match, other: Match) -> bool:
    """Whether ``match`` lies within ``other``, which is longer."""
    return (
        other.start <= match.start
        and match.end <= other.end
        and (other.end - other.start) > (match.end - match.start)
    )
