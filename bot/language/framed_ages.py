"""Ages that the words right before or after a number make one: "now 52", "47 going on 90", "about to hit 30".

The words are cues of ``data/language/ages.yml``; what is here is only how they join a number.
"""

from __future__ import annotations

from datetime import date
from typing import Sequence

from bot.language.measures import COUNTED, UNIT_DAYS, Measure
from bot.language.named_days import MONTHS
from bot.language.numbers import number_at, ordinal_at
from bot.language.status import Reading
from bot.language.words import Word

_STOPS = frozenset(",.;:!?()\n")
_REACHED = frozenset(["turned", "hit", "reached", "was", "just"])
_YOUNGEST, _OLDEST = 11, 105
_YEARS = (["years"], ["yrs"], ["yr"])
_LASTING = frozenset(["for", "had", "have"])
_HURTING = ("region", "complaint", "back_unspecified")
_HALF_A_YEAR = 6


def framed_ages(words: Sequence[Word], reading: Reading, today: date) -> list[Measure]:
    """The ages of a message that a cue beside the number tells, in the order of the text."""
    texts = [word.text for word in words]
    frame = _Frame(words, texts, reading)
    found: list[Measure] = []
    place = 0
    while place < len(texts):
        one = _birthday(texts, place) or _born(frame, place, today) or _framed(frame, place, today)
        one = one or _by_trade(frame, place) or _in_years(frame, place)
        if one is not None:
            found.append(one)
            place = one.end
        else:
            place += 1
    return found


class _Frame:
    """The words of a message and where the cues beside an age end and begin."""

    def __init__(self, words: Sequence[Word], texts: Sequence[str], reading: Reading) -> None:
        self.words = words
        self.texts = texts
        self._ends = {
            name: {cue.end for cue in reading.at(name)}
            for name in ("age_lead", "age_coming_lead", "age_past_lead", "born_lead", "age_not", "introduces")
        }
        self._starts = {name: {cue.start for cue in reading.at(name)} for name in ("age_tail", "age_coming_tail")}
        self._tails = {cue.start: cue.end for cue in reading.at("age_coming_tail")}
        trades = [match for match in reading.matches if match.entry.id == "daily_life"]
        self._trade_ends, self._trade_starts = {m.end for m in trades}, {m.start for m in trades}
        self.hurting = min((m.start for m in reading.matches if m.entry.id in _HURTING), default=len(words))
        self.introduced = min((cue.end for cue in reading.at("introduces")), default=len(words))

    def led(self, name: str, place: int) -> bool:
        """Whether a cue ``name`` ends right before ``place``, with no mark between."""
        return place in self._ends[name] and not _STOPS & set(self.words[place].before)

    def followed(self, name: str, place: int) -> bool:
        """Whether a cue ``name`` begins at ``place``, with no mark before it."""
        return place in self._starts[name] and not _STOPS & set(self.words[place].before)

    def tail_end(self, place: int) -> int:
        """Where the day of a birthday to come ends, "66 on Sunday", so that it is no day of the pain."""
        end = self._tails.get(place, place)
        while end < len(self.texts) and end < place + 5 and not self.closes(end):
            if self.texts[end] in MONTHS:
                return end + 1
            end += 1
        return self._tails.get(place, place)

    def trade_ends(self, place: int) -> bool:
        """Whether what somebody does for a living ends right before ``place``."""
        return place in self._trade_ends and not _STOPS & set(self.words[place].before)

    def trade_begins(self, place: int) -> bool:
        return place in self._trade_starts and not _STOPS & set(self.words[place].before)

    def opens(self, place: int) -> bool:
        return place == 0 or bool(_STOPS & set(self.words[place].before))

    def closes(self, place: int) -> bool:
        return place >= len(self.words) or bool((_STOPS | {"-"}) & set(self.words[place].before))

    def counts(self, place: int) -> bool:
        """Whether what stands at ``place`` is counted by the number before it: "52 kilos", "40 minutes", "9:30"."""
        if place >= len(self.words) or _STOPS & set(self.words[place].before):
            return False
        if set("/%°$€£'") & set(self.words[place].before) or self.words[place].before == ":":
            return True
        text = self.texts[place]
        return text in UNIT_DAYS or text in COUNTED or text[0].isdecimal()


def _framed(frame: _Frame, place: int, today: date) -> Measure | None:
    """The age at ``place`` by the cues around it, None when there is none."""
    number = number_at(frame.texts, place)
    if number is None or set("£$€#:") & set(frame.words[place].before.strip(" ")):
        return None
    value, end = number
    if not _YOUNGEST <= value < _OLDEST:
        return None
    whole, said = float(int(value)), frame.led("age_lead", place)
    spoken = frame.texts[max(0, place - 2) : place] in (["i", "am"], ["he", "is"], ["she", "is"])
    tail = frame.followed("age_tail", end)
    if frame.led("age_not", place):
        return None
    if _is_to_come(frame, place, end, today, spoken or said):
        return Measure(whole - 1, place, frame.tail_end(end))
    if frame.led("age_past_lead", place) and value >= 18 and not frame.counts(end):
        return Measure(whole + 1, place, end)
    if frame.led("age_coming_lead", place) and value >= 16 and not frame.counts(end):
        return Measure(whole - 1, place, end)
    if said and (tail or not frame.counts(end)) and not _is_of_many(frame, place):
        return Measure(whole, place, end)
    if value != whole and frame.opens(place) and frame.closes(end):
        return Measure(whole, place, end)
    if tail and (frame.opens(place) or spoken or value != whole):
        return Measure(whole, place, end)
    if _introduced(frame, place, end):
        return Measure(whole, place, end + 1)
    return None


def _by_trade(frame: _Frame, place: int) -> Measure | None:
    """ "Electrician 41, …" and "54 joiner, …" at the beginning; "44 now, …" between two marks."""
    number = number_at(frame.texts, place)
    if number is None or not 16 <= number[0] <= 99 or number[0] != int(number[0]) or frame.counts(number[1]):
        return None
    end = number[1]
    if set("£$€#:") & set(frame.words[place].before):
        return None
    named = (
        0 < place <= 2 and not any(text[0].isdecimal() for text in frame.texts[:place]) and frame.trade_ends(place)
    )
    first = place == 0 and frame.trade_begins(end)
    now = frame.opens(place) and frame.texts[end : end + 1] == ["now"] and frame.closes(end + 1)
    if (named and frame.closes(end)) or first or now:
        return Measure(number[0], place, end + now)
    return None


def _in_years(frame: _Frame, place: int) -> Measure | None:
    """ "… at the weekend, 63 yrs": years between two marks beside another time since when it hurts."""
    number = number_at(frame.texts, place)
    if number is None or not 16 <= number[0] <= 99 or frame.texts[number[1] : number[1] + 1] not in _YEARS:
        return None
    told = "since" in frame.texts[:place] or (
        0 < place <= 4 and place <= frame.hurting and not _LASTING & set(frame.texts[:place])
    )
    if told and place and frame.opens(place) and frame.closes(number[1] + 1):
        return Measure(number[0], place, number[1] + 1)
    return None


def _is_of_many(frame: _Frame, place: int) -> bool:
    """Whether another number stands before the word that leads: "between 6 and 12"."""
    return any(text[0].isdecimal() for text in frame.texts[max(0, place - 2) : place])


def _is_to_come(frame: _Frame, place: int, end: int, today: date, spoken: bool) -> bool:
    """Whether the birthday is still to come: "Seventy on the 30th of December", "48 in December", "66 on Sunday"."""
    if frame.texts[place] in ("on", "in") or not (
        frame.opens(place) or spoken or frame.led("age_coming_lead", place)
    ):
        return False
    if (end < len(frame.texts) and _STOPS & set(frame.words[end].before)) or frame.texts[place - 1] in _REACHED:
        return False
    if frame.followed("age_coming_tail", end):
        return True
    month = _month_after(frame.texts, end)
    return (month is not None and 0 < (month - today.month) % 12 <= _HALF_A_YEAR) or month == today.month


def _month_after(texts: Sequence[str], place: int) -> int | None:
    """The month in "in December", "this December" and "on the 30th of December" at ``place``; None without one."""
    if list(texts[place : place + 1]) in (["in"], ["this"], ["come"]) and len(texts) > place + 1:
        return MONTHS.get(texts[place + 1])
    if list(texts[place : place + 1]) != ["on"]:
        return None
    at = place + 1 + (list(texts[place + 1 : place + 2]) == ["the"])
    nth = ordinal_at(texts, at) or number_at(texts, at)
    if nth is None:
        return None
    at = nth[1] + (list(texts[nth[1] : nth[1] + 1]) == ["of"])
    return MONTHS.get(texts[at]) if at < len(texts) else None


def _born(frame: _Frame, place: int, today: date) -> Measure | None:
    """ "Vintage 1949", "class of 1962": the year somebody was born."""
    text = frame.texts[place]
    if not text.isdecimal() or place not in frame._ends["born_lead"] or len(text) not in (2, 4):
        return None
    year = int(text)
    if len(text) == 2:
        if "'" not in frame.words[place].before:
            return None
        year += 1900 if year > today.year % 100 - 5 else 2000
    if not 1915 < year <= today.year - 3:
        return None
    return Measure(float(today.year - year), place, place + 1)


def _birthday(texts: Sequence[str], place: int) -> Measure | None:
    """ "eleventh birthday was in august", "my 40th birthday is on Friday": as old as that makes one now."""
    nth = ordinal_at(texts, place)
    if nth is None or not 5 <= nth[0] < _OLDEST or list(texts[nth[1] : nth[1] + 1]) != ["birthday"]:
        return None
    before = list(texts[max(0, place - 2) : place])
    if before and "'s" in before[-1:]:
        return None
    rest = texts[nth[1] + 1 : nth[1] + 5]
    coming = bool({"is", "next", "tomorrow", "soon", "coming", "will"} & set(rest)) or "before" in before
    return Measure(nth[0] - coming, place, nth[1] + 1)


def _introduced(frame: _Frame, place: int, end: int) -> bool:
    """ "I am from Poland, 39 years, working": years between two marks after somebody has said who they are."""
    texts = frame.texts
    if texts[end : end + 1] not in (["years"], ["year"]) or place < frame.introduced:
        return False
    return (
        frame.opens(place)
        and frame.closes(end + 1)
        and frame.words[place].sentence == frame.words[frame.introduced - 1].sentence
    )
