"""From words and matches to observations: status and person of each, facts measured, repeats folded together."""

from __future__ import annotations

from datetime import date
from typing import Iterable, Sequence

from bot.language.bare_scores import bare_scores, segment
from bot.language.durations import WEEKDAYS, Measure, ages, durations, pain_scores, since_age, since_child
from bot.language.matching import Match
from bot.language.observation import Kind, Observation, Status, Value
from bot.language.people import ANIMAL, OTHER, SELF, STRANGER, PeopleReader
from bot.language.score_changes import score_now
from bot.language.status import Reading, StatusReader
from bot.language.whose_age import patient_age
from bot.language.words import Word

SEVERE = 7
"""Points of ten from which a pain that changed is still called severe."""
NEAR = 14
"""Words after a trouble within which "none of them mine" still speaks of it."""
ANSWERED = frozenset(
    ["no", "nope", "nah", "no chance", "no way", "not really", "not a chance", "not at all", "never"]
)
SIDES = {"left": "left", "right": "right", "l": "left", "r": "right", "lhs": "left", "rhs": "right"}
_MARKS = frozenset(",.;:()\n")
_LINKS = frozenset(["and", "but", "then", "from"])
TURNED = ("stress", "sleep_problem")
"""Yes-or-no facts: denied means the value False."""


def observe(words: Sequence[Word], found: Iterable[Match], today: date) -> tuple[Observation, ...]:
    """All observations of one message, in the order of the text."""
    if not words:
        return ()
    reading = Reading.of(words, found)
    return _Observer(reading, today).observations()


class _Observer:
    def __init__(self, reading: Reading, today: date) -> None:
        self.reading = reading
        self.words = reading.words
        self.today = today
        self.statuses = StatusReader(reading)
        self.people = PeopleReader(reading)
        self.result: list[Observation] = []

    def observations(self) -> tuple[Observation, ...]:
        matches = self._kept()
        judged = [
            (
                match,
                self.statuses.status(match),
                SELF if self.statuses.claimed(match) else self.people.of(match),
            )
            for match in matches
        ]
        for_other = self._for_someone_else(judged)
        seen: list[tuple[Match, Status]] = []
        for match, status, person in judged:
            final = self._of_person(match, status, person, for_other)
            seen.append((match, final))
        seen = self._places_after_all(seen, judged)
        taken = {
            match.entry.id
            for match, status in seen
            if status == "present" and match.entry.kind == "finding" and match.group == "plain"
        }
        changed = score_now(self.words)
        for match, status in seen:
            if status == "present" and any(other in taken for other in match.entry.unless):
                continue
            if match.entry.id == "severe_pain" and changed is not None and changed.value < SEVERE:
                status = "past"
            self._note_match(match, status)
        if for_other:
            place = next((m.start for m, _, person in judged if person == OTHER), 0)
            self._note("signal", "for_someone_else", None, "present", "plain", place, place + 1)
        self._bare_sides(judged)
        self._measures(judged, for_other, changed)
        return self._folded()

    def _kept(self) -> list[Match]:
        """Matches without those an exception cancels; no region or work inside a longer one: "bin lorry driver"."""
        exceptions = [match for match in self.reading.matches if match.group == "except"]
        kept: list[Match] = []
        for match in self.reading.matches:
            if match.group in ("except", "figure"):
                continue
            if match.group == "denied" and self.statuses.asks_if_fine(match):
                continue
            if any(
                other.entry == match.entry and other.start < match.end and match.start < other.end
                for other in exceptions
            ):
                continue
            kept.append(match)
        doubts = [match for match in kept if match.group in ("hint", "denied")]
        kept = [
            match for match in kept
            if not (match.group == "plain" and any(_doubts(d, match) for d in doubts))
        ]  # fmt: skip
        sites = [match for match in kept if _is_site(match)]
        works = [match for match in kept if match.entry.id == "daily_life"]
        return [
            match for match in kept
            if not (_is_site(match) and any(_inside(match, other) for other in sites))
            and not (match.entry.id == "daily_life" and any(_inside(match, other) for other in works))
        ]  # fmt: skip

    def _places_after_all(
        self, seen: list[tuple[Match, Status]], judged: Sequence[tuple[Match, Status, str]]
    ) -> list[tuple[Match, Status]]:
        """Places told beside somebody else, where no other is told: "I do everything for mum. Lower back, ..."."""
        places = [(match, status) for match, status in seen if match.entry.id in ("region", "side")]
        if any(match.entry.id == "region" and status in ("present", "denied", "unsure") for match, status in places):
            return seen
        persons = {id(match): person for match, _, person in judged}
        own = any(m.entry.id == "complaint" and s == "present" and persons[id(m)] == SELF for m, s in seen)
        result = []
        for match, status in seen:
            if (
                status == "other_person"
                and match.entry.id in ("region", "side")
                and persons[id(match)] == OTHER
                and not self._told(match)
                and not any(self._covers(cue, match) for cue in self.reading.at("family"))
                and (not own if self._owned(match) else "i" in {word.text for word in self.words})
            ):
                status = "present"
            result.append((match, status))
        return result

    def _owned(self, match: Match) -> bool:
        """Whether a place is said to be somebody's: "her neck", "gran's shoulders"."""
        return any(
            word.text in ("his", "her", "their", "'s", "he", "she")
            for word in self.words[max(0, match.start - 4) : match.end]
        )

    # -- people --------------------------------------------------------------------------------------------

    def _for_someone_else(self, judged: Sequence[tuple[Match, Status, str]]) -> bool:
        """Whether the patient is not the writer: said so, or the only present symptoms are somebody else's."""
        if any(match.entry.id == "for_someone_else" for match, _, _ in judged):
            return True
        if self._only_cared_for(judged):
            return False
        own = other = alarm = False
        for match, status, person in judged:
            entry = match.entry
            if status not in ("present", "unsure") or entry.condition or match.group == "denied":
                continue
            if entry.kind == "finding" or entry.id == "complaint":
                if person == OTHER and not self._told(match):
                    other = True
                    alarm = alarm or (entry.kind == "finding" and match.group == "plain" and not entry.lasting)
                elif person not in (OTHER, ANIMAL, STRANGER):
                    own = True
        return (other and not own) or alarm

    def _only_cared_for(self, judged: Sequence[tuple[Match, Status, str]]) -> bool:
        """Whether somebody ill is only the reason for the writer's work: "my nan is incontinent so I lift her"."""
        cares = self.reading.at("cares")
        if not cares or self.reading.at("acute"):
            return False
        backs = [person for match, _, person in judged if _is_place(match)]
        own = any(
            match.entry.id in ("complaint", "back_unspecified") and status == "present" and person == SELF
            for match, status, person in judged
        )
        return OTHER not in backs and (own or any(self.words[cue.start].text == "so" for cue in cares))

    def _told(self, match: Match, firmly: bool = False) -> bool:
        """The past of somebody else: "my nan had", "died of", "was diagnosed with"; ``firmly``: more than "had"."""
        clause = self.words[match.start].clause
        return any(
            self.words[cue.start].clause == clause
            and cue.start < match.end
            and not set(range(cue.start, cue.end)) & match.used
            and not (self.words[cue.start].text == "had" and self._lasts(cue.start))
            and not (firmly and self.words[cue.start].text in ("had", "lost", "suffered"))
            and not (
                self.words[cue.end - 1].text not in ("had", "lost", "suffered", "died", "used")
                and any("," in self.words[place].before for place in range(cue.end, match.start + 1))
            )
            for cue in self.reading.at("others_past")
        )

    def _lasts(self, place: int) -> bool:
        """Whether a "had" is that of "has had" and "'s had", which goes on."""
        return any(word.text in ("has", "have", "'s") for word in self.words[max(0, place - 2) : place])

    def _of_person(self, match: Match, status: Status, person: str, for_other: bool) -> Status:
        if match.entry.kind == "signal" and match.entry.id != "complaint":
            return status
        if person in (ANIMAL, STRANGER):
            return "other_person" if status in ("present", "unsure", "past") else status
        if (
            person == OTHER
            and status in ("present", "unsure", "past")
            and (not for_other or (self._told(match, firmly=True) and not match.entry.lasting))
        ):
            return "other_person"
        if (
            match.entry.kind == "finding"
            and status in ("present", "unsure", "past")
            and any(
                0 <= cue.start - match.end <= NEAR
                and self.words[cue.start].sentence - self.words[match.end - 1].sentence <= 1
                for cue in self.reading.at("not_mine")
            )
        ):
            return "other_person"
        if any(self._covers(cue, match) for cue in self.reading.at("family")):
            return "other_person"
        return status

    def _covers(self, cue: object, match: Match) -> bool:
        start, end = getattr(cue, "start", 0), getattr(cue, "end", 0)
        return self.words[start].clause == self.words[match.start].clause and end <= match.start + 1

    # -- notes ---------------------------------------------------------------------------------------------

    def _note_match(self, match: Match, status: Status) -> None:
        entry = match.entry
        value: Value = entry.value
        certainty = "hint" if match.group == "hint" or self._softened(match) else "plain"
        if status == "present" and self.statuses.doubtful(match):
            certainty = "hint"
        if entry.id in TURNED and status == "denied":
            value, status = (value is True and self._after_an_answer(match)), "present"
        if entry.kind == "fact" and entry.id == "region" and status == "present" and self._radiated(match):
            return
        self._note(entry.kind, entry.id, value, status, certainty, match.start, match.end)

    def _after_an_answer(self, match: Match) -> bool:
        """Whether only a "no" that answers stands before it: "no chance, up every hour"."""
        end = next((p for p, word in enumerate(self.words) if p and _MARKS & set(word.before)), len(self.words))
        return end <= match.start and " ".join(word.text for word in self.words[:end]) in ANSWERED

    def _softened(self, match: Match) -> bool:
        """Long-standing trouble that is asked for only when new, and legs that are sore after sport: ask first."""
        sentence = self.words[match.start].sentence

        def near(name: str) -> bool:
            return any(self.words[cue.start].sentence == sentence for cue in self.reading.at(name))

        entry = match.entry
        old = entry.new_only and near("longstanding") and not near("new_now")
        return old or (entry.eased_by_sport and near("sport_cause"))

    def _radiated(self, match: Match) -> bool:
        """A place that the pain goes to, not where it is: "from my neck down to my shoulder"."""
        earlier = [
            other
            for other in self.reading.matches
            if _is_site(other)
            and other.end <= match.start
            and other.entry.value != match.entry.value
            and self.words[other.start].sentence == self.words[match.start].sentence
        ]
        if not earlier:
            return False
        places = range(max(0, match.start - 3), match.end)
        return any(cue.start in places or cue.end - 1 in places for cue in self.reading.at("radiates"))

    def _note(
        self, kind: Kind | str, name: str, value: Value, status: Status, certainty: str, start: int, end: int
    ) -> None:
        self.result.append(
            Observation(kind, name, status, value, certainty, self.words[start].start, self.words[end - 1].end)  # type: ignore[arg-type]
        )

    def _bare_sides(self, judged: Sequence[tuple[Match, Status, str]]) -> None:
        """A side between two marks beside a place: "hamstring, right, 12 days", "shoulder (R)"."""
        if not any(match.entry.id == "region" for match, _, _ in judged):
            return
        if any(one.id == "side" and one.status == "present" for one in self.result):
            return
        for place, word in enumerate(self.words):
            side = SIDES.get(word.text)
            follow = self.words[place + 1 : place + 2]
            if side is None or place == 0 or not _MARKS & set(word.before):
                continue
            if not follow or _MARKS & set(follow[0].before) or (follow[0].text == "and" and place):
                self._note("detail", "side", side, "present", "plain", place, place + 1)
                return

    def _measures(
        self, judged: Sequence[tuple[Match, Status, str]], for_other: bool, changed: Measure | None
    ) -> None:
        pain = frozenset(
            place for match, _, _ in judged for place in range(match.start, match.end)
            if match.entry.id == "complaint" or match.entry.id == "severe_pain"
        ) | frozenset(self.reading.marked("pain_word"))  # fmt: skip
        scores = pain_scores(self.words, pain)
        taken = {place for measure in scores for place in range(measure.start, measure.end)}
        scores = sorted(
            [*scores, *bare_scores(self.words, self.reading, taken, any(_tells_of_pain(m) for m, _, _ in judged))],
            key=lambda measure: measure.start,
        )
        told = {place for one in scores for place in range(one.start, one.end)}
        if changed is not None:
            scores = [changed]
        for measure in scores[:1] if len(scores) < 2 else [self._current(scores)]:
            self._note_measure("pain_score", measure)
        age = patient_age(self.words, self.today, for_other, self._of_another(judged))
        old = ages(self.words, self.today)
        if age is not None:
            self._note_measure("age", age)
            old.append(age)
        used = {place for measure in (*scores, *old) for place in range(measure.start, measure.end)}
        lengths = [m for m in durations(self.words, self.today) if m.start not in used]
        lengths = [
            m for m in lengths if m.sure or not told & set(segment(self.words, m.start, m.end, _LINKS))
        ]  # "8 yesterday" is when the score was
        length = since_age(self.words, age.value) if age else None
        length = length or since_child(self.words)
        length = length or self._of_the_pain(lengths, judged)
        if length is not None:
            self._note_measure("duration_days", length)

    def _of_another(self, judged: Sequence[tuple[Match, Status, str]]) -> bool | None:
        """Whether every pain told is somebody else's, None when none is: "mum 72, both her hips seize"."""
        told = [person for match, _, person in judged if _tells_of_pain(match)]
        return all(person == OTHER for person in told) if told else None

    def _current(self, scores: Sequence[Measure]) -> Measure:
        """Of several scores the one said of now, else the highest."""
        near = {one: set(segment(self.words, one.start, one.end, _LINKS)) for one in scores}
        now, other = self.reading.marked("score_now"), self.reading.marked("score_other")
        current = [one for one in scores if near[one] & now]
        if current:
            return ([one for one in current if not near[one] & other] or current)[-1]
        plain = [one for one in scores if not near[one] & other]
        return max(plain or scores, key=lambda measure: measure.value)

    def _of_the_pain(self, lengths: Sequence[Measure], judged: Sequence[tuple[Match, Status, str]]) -> Measure | None:
        """The length that belongs to the complaint, not to a medicine or an illness."""
        conditions = [
            m for m, _, _ in judged
            if (m.entry.condition or m.entry.lasting) and m.entry.id not in ("sex", "frail_or_over_75")
        ]  # fmt: skip
        later = self.reading.marked("not_duration")
        fitting: list[Measure] = []
        for measure in lengths:
            sentence = self.words[measure.start].sentence
            near = [
                m for m in conditions if self.words[m.start].sentence == sentence and -6 < measure.start - m.end < 6
            ]
            if near and not any(
                m.entry.id == "complaint"
                and self.words[m.start].clause == self.words[measure.start].clause
                and abs(m.start - measure.start) < min(abs(n.end - measure.start) for n in near)
                for m, _, _ in judged
            ):
                continue
            if any(place in later for place in range(measure.start - 1, measure.end + 1)):
                continue
            if self._of_a_life(measure, judged):
                continue
            fitting.append(measure)
        sure = [measure for measure in fitting if measure.sure and not measure.vague]
        plain = [measure for measure in fitting if not measure.vague]
        if len(sure) > 1 and 0 < sure[0].value < 1:  # "drove 5 hours on Friday, not right since"
            sure = sure[1:]
        return next(iter(sure or plain or fitting), None)

    def _of_a_life(self, measure: Measure, judged: Sequence[tuple[Match, Status, str]]) -> bool:
        """Whether a length is that of a job, a marriage or a thing: "worked here 15 years, back pain for 2 weeks"."""
        words = self.words
        start, end = measure.start, measure.end
        if words[start].text in WEEKDAYS or words[start].text == "yesterday":
            return False
        while start and not ("," in words[start].before or words[start].clause != words[start - 1].clause):
            if words[start - 1].text == "and":
                break
            start -= 1
        while end < len(words) and not ("," in words[end].before or words[end].clause != words[end - 1].clause):
            if words[end].text == "and":
                break
            end += 1
        if {word.text for word in words[start:end]} & {"since", "started", "began", "ago", "back", "from"}:
            return False
        inside = [m for m, _, _ in judged if start <= m.start < end]
        return (
            any(m.entry.id == "daily_life" for m in inside)
            or any(start <= cue.start < end for cue in self.reading.at("life_length"))
        ) and not any(
            m.entry.id in ("complaint", "back_unspecified", "region") or m.entry.kind == "finding" for m in inside
        )

    def _note_measure(self, name: str, measure: Measure) -> None:
        value = int(measure.value) if measure.value == int(measure.value) else measure.value
        self._note("fact", name, value, "present", "plain", measure.start, measure.end)

    def _folded(self) -> tuple[Observation, ...]:
        """One observation for each id, value and status: plain before hint, then the longest."""
        best: dict[tuple[str, str, Value, Status], Observation] = {}
        for one in self.result:
            key = (one.kind, one.id, one.value, one.status)
            known = best.get(key)
            if known is None or _rank(one) > _rank(known):
                best[key] = one
        return tuple(sorted(best.values(), key=lambda one: (one.start, one.end, one.kind, one.id, str(one.value))))


def _rank(one: Observation) -> tuple[bool, int, int]:
    return (one.certainty == "plain", one.end - one.start, -one.start)


def _is_site(match: Match) -> bool:
    return (match.entry.kind == "fact" and match.entry.id == "region") or (
        match.entry.kind == "signal" and match.entry.id == "back"
    )


def _is_place(match: Match) -> bool:
    """Whether a match names a back, neck or shoulder, so that its owner is the patient."""
    return match.entry.id == "back_unspecified" or (
        match.entry.id == "region" and match.entry.value != "buttock_or_leg"
    )


def _tells_of_pain(match: Match) -> bool:
    """Whether a match is a pain or a place of the body, so that a lone number beside it may be its score."""
    return match.entry.id in ("complaint", "region", "back_unspecified", "onset")


def _doubts(other: Match, match: Match) -> bool:
    """Whether a hint around the match, or a denial at least as long, takes its place."""
    if other.entry != match.entry:
        return False
    if other.group == "hint":
        return _inside(match, other) and match.used <= other.used
    return (other.start, other.end) == (match.start, match.end) or _inside(match, other)


def _inside(match: Match, other: Match) -> bool:
    return (
        other.start <= match.start
        and match.end <= other.end
        and (other.end - other.start) > (match.end - match.start)
    )
