"""From words and matches to observations: status and person of each, facts measured, repeats folded together."""

from __future__ import annotations

from datetime import date
from typing import Iterable, Sequence

from bot.language.ages import ages
from bot.language.bare_scores import bare_scores, segment
from bot.language.durations import durations
from bot.language.fact_statuses import MARKS, TURNED, FactStatuses, inside, is_place
from bot.language.life_times import since_age, since_child
from bot.language.loose_durations import loose_duration
from bot.language.matching import NEGATIONS, Match
from bot.language.measures import LONGEST, WEEKDAYS, Measure
from bot.language.observation import Kind, Observation, Status, Value
from bot.language.pain_scores import pain_scores
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
SIDES = {
    "left": "left", "right": "right", "l": "left", "r": "right", "are": "right", "lhs": "left", "rhs": "right",
    "both": "both",
}  # fmt: skip
"""Sides as single words; "are" is how a lone "R" is read."""
OPPOSITE = {"left": "right", "right": "left"}
_NOW = frozenset(["now", "nowadays", "currently", "today", "lately", "recently"])
"""Between somebody's past and what is told of them: "had cancer in 2019 and now complains of his hip"."""
_PAST_VERBS = frozenset(["could", "was", "were", "took", "had", "fell", "lost", "went", "did", "got"])
"""With them a relative's trouble may be long over, unless a word of ``_LATELY`` stands in the sentence."""
_LATELY = _NOW | frozenset(
    ["since", "yesterday", "morning", "tonight", "afternoon", "evening", "night", "week", "weekend", "just", "still",
     "ago", "day", "days", "hours", "hour", "last", "this"]
)  # fmt: skip
_PAIRS = frozenset(["legs", "knees", "thighs", "feet", "ankles", "neither"])
"""Words by which a trouble of legs is one of both: ``Entry.of_both``."""
_LINKS = frozenset(["and", "but", "then", "from"])
_LONG_UNITS = frozenset(["weeks", "months", "years"])
Judged = tuple[Match, Status, str]
"""A match, its status and whose it is."""
WHOLE_WORDINGS = ("onset", "stress", "sleep_problem")
"""Facts of which a wording inside a longer one of another value is not meant: the "stress" of "no stress at all"."""


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
        self.facts = FactStatuses(reading)
        self.people = PeopleReader(reading)
        self.result: list[Observation] = []
        self.stories: list[Match] = []

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
        for_other, self.stories = self._somebody_else(judged)
        seen: list[tuple[Match, Status]] = []
        for match, status, person in judged:
            final = self._of_person(match, self.facts.status(match, status), person, for_other)
            seen.append((match, final))
        seen = self._places_after_all(self.facts.without_former_jobs(seen), judged)
        seen = self.facts.without_earlier_places(self.facts.without_other_joints(seen))
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
        self._without_strain_that_is_over()
        self._bare_sides(judged)
        self._measures(judged, for_other, changed)
        return self._folded()

    def _without_strain_that_is_over(self) -> None:
        """ "Exams are over, so no, I'm not stressed any more": what strained gives way to a later denial by name."""
        own = [one for one in self.result if one.id == "stress" and one.status == "present"]
        denied = [one for one in own if one.value is False and self._names_stress(one)]
        over = [
            one
            for one in own
            if one.value is True and not self._names_stress(one) and any(one.end <= no.start for no in denied)
        ]
        self.result = [one for one in self.result if one not in over]

    def _names_stress(self, one: Observation) -> bool:
        return any(
            word.text.startswith("stress") for word in self.words if one.start <= word.start and word.end <= one.end
        )

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
                other.entry == match.entry
                and other.start < match.end
                and match.start < other.end
                and not (match.entry.id == "side" and self.facts.parted(other))
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
        works = [match for match in self.reading.matches if match.entry.id == "daily_life" and match.group == "plain"]
        told = [match for match in kept if match.entry.id in WHOLE_WORDINGS]
        return [
            match for match in kept
            if not (_is_site(match) and any(inside(match, other) for other in sites))
            and not (match.entry.id == "daily_life" and any(inside(match, other) for other in works))
            and not (match.entry.id in WHOLE_WORDINGS and any(_contradicts(other, match) for other in told))
        ]  # fmt: skip

    def _places_after_all(
        self, seen: list[tuple[Match, Status]], judged: Sequence[Judged]
    ) -> list[tuple[Match, Status]]:
        """Places told beside somebody else, where no other is told: "I do everything for mum. Lower back, ..."."""
        seen = self._back_from_animals(seen, judged)
        places = [(match, status) for match, status in seen if match.entry.id in ("region", "side")]
        if any(match.entry.id == "region" and status in ("present", "denied", "unsure") for match, status in places):
            return seen
        persons = {id(match): person for match, _, person in judged}
        own = any(m.entry.id == "complaint" and s == "present" and persons[id(m)] == SELF for m, s in seen)
        result = []
        rescued: int | None = None
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
                rescued = self.words[match.start].sentence if match.entry.id == "region" else rescued
            elif (
                rescued is not None
                and status == "other_person"
                and match.entry.id in ("onset", "sleep_problem")
                and not self._owned(match)
            ):
                status = "present"  # what is told on after that place: "..., got worse bit by bit. Don't sleep."
            result.append((match, status))
        return result

    def _back_from_animals(
        self, seen: list[tuple[Match, Status]], judged: Sequence[Judged]
    ) -> list[tuple[Match, Status]]:
        """A place or a beginning in the sentence after an animal is the writer's: "pat the dog. Bang, lower back"."""
        persons = {id(match): person for match, _, person in judged}
        animals = {self.words[cue.start].sentence for cue in self.reading.at("animal")}
        return [
            (match, "present")
            if status == "other_person"
            and persons[id(match)] == ANIMAL
            and match.entry.id in ("region", "side", "onset", "daily_life")
            and self.words[match.start].sentence not in animals
            and not self._owned(match)
            and {"i", "my", "me"} & {word.text for word in self.words}
            else (match, status)
            for match, status in seen
        ]

    def _owned(self, match: Match) -> bool:
        """Whether a place is said to be somebody's: "her neck", "gran's shoulders"."""
        return any(
            word.text in ("his", "her", "their", "'s", "he", "she")
            for word in self.words[max(0, match.start - 4) : match.end]
        )

    # -- people --------------------------------------------------------------------------------------------

    def _somebody_else(self, judged: Sequence[Judged]) -> tuple[bool, list[Match]]:
        """Whether the patient is not the writer: said so, or the only present symptoms are somebody else's.

        And the alarms of somebody else that may be long over, in a message with a complaint of the writer's own.
        """
        if any(match.entry.id == "for_someone_else" for match, _, _ in judged):
            return True, []
        if self._only_cared_for(judged):
            return False, []
        own, others = self._symptoms(judged)
        alarms = [m for m in others if m.entry.kind == "finding" and m.group == "plain" and not m.entry.lasting]
        if own and alarms and all(self._once(match) for match in alarms):
            return False, alarms
        return bool(alarms or (others and not own)), []

    def _symptoms(self, judged: Sequence[Judged]) -> tuple[list[Match], list[Match]]:
        """What is there now, or may be: the writer's own, and what somebody else near them has."""
        own: list[Match] = []
        others: list[Match] = []
        for match, status, person in judged:
            entry = match.entry
            if status not in ("present", "unsure") or entry.condition or match.group == "denied":
                continue
            if entry.kind == "finding" or entry.id == "complaint":
                if person == OTHER and not self._told(match):
                    others.append(match)
                elif person not in (OTHER, ANIMAL, STRANGER):
                    own.append(match)
        return own, others

    def _once(self, match: Match) -> bool:
        """Whether what somebody else had may be long over: "Grandpa couldn't hold his water", with no "now" near."""
        sentence = self.words[match.start].sentence
        near = [word.text for word in self.words if word.sentence == sentence]
        lead = [word.text for word in self.words[max(0, match.start - 2) : match.end]]
        return bool(_PAST_VERBS & set(lead)) and not (_LATELY | WEEKDAYS.keys()) & set(near)

    def _only_cared_for(self, judged: Sequence[Judged]) -> bool:
        """Whether somebody ill is only the reason for the writer's work: "my nan is incontinent so I lift her"."""
        cares = self.reading.at("cares")
        if not cares or self.reading.at("acute"):
            return False
        backs = [person for match, _, person in judged if is_place(match)]
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
            and not {"if", "though"} & {word.text for word in self.words[max(0, cue.start - 2) : cue.start]}
            and not (firmly and self.words[cue.start].text in ("had", "lost", "suffered"))
            and not _NOW & {word.text for word in self.words[cue.end : match.start]}
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
            and match not in self.stories
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
        asked = match.group == "hint" or match in self.stories or self._softened(match)
        certainty = "hint" if asked else "plain"
        if status == "present" and self.statuses.doubtful(match):
            certainty = "hint"
        if entry.id == "age" and patient_age(self.words, self.reading, self.today, False, None) is not None:
            return  # a number says it better than "sixth former"
        within = self.words[match.start]
        if entry.id in TURNED and status == "denied" and value is True and within.text in NEGATIONS and (
            MARKS & set(within.before)
        ):  # fmt: skip
            status = "present"  # a list of its own denials: "no appetite, no sleep"
        if entry.id in TURNED and status == "denied":
            value, status = (value is True and self._after_an_answer(match)), "present"
        if entry.kind == "fact" and entry.id == "region" and status == "present" and self._radiated(match):
            return
        self._note(entry.kind, entry.id, value, status, certainty, match.start, match.end)
        told = {self.words[place].text for place in match.used}
        if entry.of_both and status == "present" and certainty == "plain" and not _PAIRS.isdisjoint(told):
            self._note(entry.kind, entry.of_both, value, status, certainty, match.start, match.end)

    def _after_an_answer(self, match: Match) -> bool:
        """Whether only a "no" that answers stands before it: "no chance, up every hour"."""
        end = next((p for p, word in enumerate(self.words) if p and MARKS & set(word.before)), len(self.words))
        return (
            end <= match.start
            and " ".join(word.text for word in self.words[:end]) in ANSWERED
            and not any(end <= cue.start < match.start for name in ("no", "not") for cue in self.reading.at(name))
        )

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

    def _bare_sides(self, judged: Sequence[Judged]) -> None:
        """A side between two marks: "hamstring, right, 12 days", "shoulder (R)", "Left. Low."; or the other one."""
        told = [one for one in self.result if one.id == "side"]
        if self.reading.at("other_one") and told and told[0].value in OPPOSITE:
            cue = self.reading.at("other_one")[0]
            self.result = [one for one in self.result if one.id != "side" or one.end > self.words[cue.start].start]
            self._note("detail", "side", OPPOSITE[str(told[0].value)], "present", "plain", cue.start, cue.end)
            return
        self._bare_low(judged)
        if any(one.status == "present" for one in told):
            return
        if not any(match.entry.id == "region" for match, _, _ in judged):
            self._side_alone()
            return
        for place, word in enumerate(self.words):
            side = SIDES.get(word.text)
            follow = self.words[place + 1 : place + 2]
            if side is None or place == 0 or not MARKS & set(word.before):
                continue
            if not follow or MARKS & set(follow[0].before) or (follow[0].text == "and" and place):
                self._note("detail", "side", side, "present", "plain", place, place + 1)
                return

    def _side_alone(self) -> None:
        """A "left" between two marks in a message that names no place: "two wks. left."."""
        for place, word in enumerate(self.words):
            follow = self.words[place + 1 : place + 2]
            alone = (not follow or MARKS & set(follow[0].before)) and (not place or MARKS & set(word.before))
            if alone and SIDES.get(word.text) and len(self.words) > 1 and (place or word.text == "left"):
                self._note("detail", "side", SIDES[word.text], "present", "plain", place, place + 1)
                return

    def _bare_low(self, judged: Sequence[Judged]) -> None:
        """A "low" between two marks is the lower back where no place is named: "Left. Low. Since Wednesday."."""
        if any(match.entry.id == "region" for match, _, _ in judged):
            return
        for cue in self.reading.at("bare_low"):
            opens = not cue.start or MARKS & set(self.words[cue.start].before)
            closes = cue.end >= len(self.words) or MARKS & set(self.words[cue.end].before)
            if opens and closes:
                self._note("fact", "region", "lower_back", "present", "plain", cue.start, cue.end)
                return

    def _measures(self, judged: Sequence[Judged], for_other: bool, changed: Measure | None) -> None:
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
        childs = since_child(self.words)
        age = patient_age(self.words, self.reading, self.today, for_other, self._of_another(judged), childs)
        old = ages(self.words, self.today)
        if age is not None:
            self._note_measure("age", age)
            old.append(age)
        used = {place for measure in (*scores, *old) for place in range(measure.start, measure.end)}
        lengths = [m for m in durations(self.words, self.today) if m.start not in used]
        lengths = [
            m
            for m in lengths
            if m.sure or self._is_long(m) or not told & set(segment(self.words, m.start, m.end, _LINKS))
        ]  # "8 yesterday" is when the score was
        length = since_age(self.words, age.value) if age else None
        length = length or childs
        length = length or self._of_the_pain(lengths, judged)
        if length is None and not lengths:
            in_pain = any(_tells_of_pain(match) or match.entry.id == "region" for match, _, _ in judged)
            known = {place for one in (*scores, *([age] if age else [])) for place in range(one.start, one.end)}
            length = loose_duration(self.words, self.reading, self.today, known, in_pain)
        if length is not None and length.value <= LONGEST:
            self._note_measure("duration_days", length)

    def _is_long(self, measure: Measure) -> bool:
        """Whether a length is weeks or more by a number, so that it is no time of a score: "8 months 4/10"."""
        return self.words[measure.end - 1].text in _LONG_UNITS and self.words[measure.start].text not in (
            "last",
            "this",
        )

    def _of_another(self, judged: Sequence[Judged]) -> bool | None:
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
        later = [one for one in scores if self._after_a_now(one, scores)]
        if later:
            return later[-1]
        return max(plain or scores, key=lambda measure: measure.value)

    def _after_a_now(self, score: Measure, scores: Sequence[Measure]) -> bool:
        """Whether "now" stands before a score in its sentence and no other between: "right now I kneel, a 1"."""
        sentence = self.words[score.start].sentence
        return any(
            cue.end <= score.start
            and self.words[cue.start].sentence == sentence
            and not any(cue.end <= one.start < score.start for one in scores)
            for cue in self.reading.at("score_now")
        )

    def _of_the_pain(self, lengths: Sequence[Measure], judged: Sequence[Judged]) -> Measure | None:
        """The length that belongs to the complaint, not to a medicine or an illness."""
        conditions = [
            m for m, _, _ in judged
            if (m.entry.condition or m.entry.lasting) and m.entry.id not in ("sex", "frail_or_over_75")
        ]  # fmt: skip
        nights = [m for m, _, _ in judged if m.entry.id == "sleep_problem"]
        lengths = [m for m in lengths if not any(n.start <= m.start and m.end <= n.end for n in nights)]
        later = self.reading.marked("not_duration")
        fitting: list[Measure] = []
        for measure in lengths:
            sentence = self.words[measure.start].sentence
            near = [
                m for m in conditions if self.words[m.start].sentence == sentence and -6 < measure.start - m.end < 6
            ]
            here = self._between_marks(measure)
            if any(is_place(m) and m.start in here for m, _, _ in judged):
                near = []  # "on metformin 4 years, neck since June"
            if near and not any(
                m.entry.id == "complaint"
                and self.words[m.start].clause == self.words[measure.start].clause
                and abs(m.start - measure.start) < min(abs(n.end - measure.start) for n in near)
                for m, _, _ in judged
            ):
                continue
            marked = measure.end < len(self.words) and bool(MARKS & set(self.words[measure.end].before))
            if any(place in later for place in range(measure.start - 1, measure.end + (not marked))):
                continue  # "a week off work for it", but not "since October, every day a little more"
            if self._of_a_life(measure, judged):
                continue
            fitting.append(measure)
        fitting = [measure for measure in fitting if not self._of_something_else(measure, judged)] or fitting
        sure = [measure for measure in fitting if measure.sure and not measure.vague]
        plain = [measure for measure in fitting if not measure.vague]
        if len(plain) > 1 and sure and 0 < sure[0].value < 1:  # "drove 5 hours on Friday, not right since"
            sure = sure[1:]
            plain = [measure for measure in plain if not 0 < measure.value < 1] or plain
        return next(iter(sure or plain or fitting), None)

    def _of_something_else(self, measure: Measure, judged: Sequence[Judged]) -> bool:
        """Whether the sentence of a length has no pain but somebody else, another joint, a job or a year long past.

        Only for where another length is told: "Knee, 2 years. But the neck, since Monday".
        """
        words, sentence = self.words, self.words[measure.start].sentence
        here = [m for m, _, _ in judged if words[m.start].sentence == sentence]
        inside = [place for place, word in enumerate(words) if word.sentence == sentence]
        texts = {words[place].text for place in inside}
        if any(cue.start in inside and cue.start < measure.start for cue in self.reading.at("back_then")):
            return not texts & {"since"}
        opened = [p for p in inside if "(" in words[p].before and p <= measure.start]
        if opened and not any(")" in words[p].before for p in range(opened[-1] + 1, measure.start + 1)):
            return (
                words[opened[-1]].text[0].isdecimal() and opened[-1] < measure.start - 1
            )  # "mum of 3 (6, 4 and 9 months)"
        clause = words[measure.start].clause
        joints = {p for p in self.reading.marked("other_joint") if words[p].clause == clause}
        if joints and not any(is_place(m) and words[m.start].clause == clause for m in here):
            return True
        if self._between_marks(measure) & self.reading.marked("treatment"):
            return True
        own = [m for m, _, person in judged if person == SELF and _tells_of_pain(m)]
        if any(_tells_of_pain(m) and m.entry.id != "onset" and (m in own or not own) for m in here):
            return False
        others = any(cue.start in inside and cue.start < measure.start for cue in self.reading.at("relative"))
        return others or any(
            place in inside for name in ("other_joint", "possession") for place in self.reading.marked(name)
        ) or any(m.entry.id == "daily_life" for m in here)  # fmt: skip

    def _between_marks(self, measure: Measure) -> set[int]:
        """The places from the mark or "and" before a length to the one after it."""
        return set(segment(self.words, measure.start, measure.end, frozenset(["and"])))

    def _of_a_life(self, measure: Measure, judged: Sequence[Judged]) -> bool:
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
        if {word.text for word in words[start:end]} & {"since", "started", "began", "ago", "back", "from", "before"}:
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


def _tells_of_pain(match: Match) -> bool:
    """Whether a match is a pain or a place of the body, so that a lone number beside it may be its score."""
    return match.entry.id in ("complaint", "region", "back_unspecified", "onset")


def _doubts(other: Match, match: Match) -> bool:
    """Whether a hint around the match, or a denial at least as long, takes its place."""
    if other.entry != match.entry:
        return False
    if other.group == "hint":
        return inside(match, other) and match.used <= other.used
    return (other.start, other.end) == (match.start, match.end) or inside(match, other)


def _contradicts(other: Match, match: Match) -> bool:
    """Whether ``other`` holds the words of ``match`` and says another value of the same fact."""
    return other.entry.id == match.entry.id and other.entry.value != match.entry.value and inside(match, other)
