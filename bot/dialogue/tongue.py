"""Short answers, plain words and alarms in a language that the reader does not read.

What it makes of a message is put in the reader's own terms: a short answer in English words, facts and alarms as
observations. The words stand in ``data/locales/<language>/tongue.yml`` and ``alarms.yml``, in lower case and without
accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.language.observation import Certainty, Observation, Status, Value
from bot.triage.files import Entry, Fields, load

_LISTS = ("own", "english", "short", "since", "places", "signals", "intents")
_TONGUE = (*_LISTS, "numbers", "tens", "ordinals", "units", "begins_yes")
_ALARMS = ("denials", "doubts", "not_now", "breaks", "splits", "findings")
_WORD = re.compile(r"\d+(?:[.,]\d+)?|[a-z]+")
_CLAUSE = re.compile(r"[.,;:!?\n()]+")
_GAP = 4  # words that may stand between two parts of an alarm
_DENIAL_REACH = 4  # words before an alarm in which a denial of it may stand
# What the words of each kind become for the reader of short answers.
_ENGLISH = {
    "yes": "yes",
    "weak": "ok",
    "no": "no",
    "unsure": "not sure",
    "none": "none of these",
    "all": "all of these",
    "refuse": "prefer not to say",
    "and": "and",
    "or": "or",
    "to": "to",
    "only": "only",
    "except": "except",
    "filler": "",
}


@dataclass(frozen=True)
class Understood:
    """What was made of a message.

    ``text``: in English words when it was a short answer, else as it was, in lower case and without accents.
    ``intent``: what the whole message is known to be ("" for nothing). ``short``: whether it was read to its end.
    ``foreign``: whether it is in this language at all, and not in English.
    """

    text: str
    observations: tuple[Observation, ...] = ()
    intent: str = ""
    short: bool = False
    foreign: bool = True


@dataclass(frozen=True)
class _Alarm:
    finding: str
    certainty: Certainty
    parts: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Tongue:
    """The words of one language, ready to be looked for."""

    own: frozenset[str]
    english: frozenset[str]
    short: Mapping[tuple[str, ...], str]
    numbers: Mapping[str, int]
    tens: Mapping[str, int]
    ordinals: Mapping[str, str]
    units: Mapping[str, int]
    begins_yes: re.Pattern[str]
    since: re.Pattern[str]
    places: Mapping[str, re.Pattern[str]]
    signals: Mapping[str, re.Pattern[str]]
    intents: Mapping[str, str]
    alarms: tuple[_Alarm, ...]
    denials: frozenset[str]
    doubts: re.Pattern[str]
    not_now: re.Pattern[str]
    breaks: re.Pattern[str]
    splits: re.Pattern[str]

    @classmethod
    def load(cls, folder: Path) -> Tongue:
        """The language in ``folder``. ClinicalDataError names a file that is missing or broken."""
        words = _fields(folder / "tongue.yml", "tongue", _TONGUE)
        alarms = _fields(folder / "alarms.yml", "alarms", _ALARMS)
        short = words["short"].fields(_ENGLISH).entries
        begins_yes = words["begins_yes"]
        try:
            pattern = re.compile(begins_yes.text())
        except re.error:
            raise begins_yes.error("no regular expression", "correct it") from None
        return cls(
            own=frozenset(words["own"].texts()),
            english=frozenset(words["english"].texts()),
            short={tuple(phrase.split()): kind for kind, found in short.items() for phrase in found.texts()},
            numbers=_by_name(words["numbers"], Entry.integer),
            tens=_by_name(words["tens"], Entry.integer),
            ordinals=_by_name(words["ordinals"], Entry.text),
            units=_by_name(words["units"], Entry.integer),
            begins_yes=pattern,
            since=_any(words["since"].texts()),
            places=_by_name(words["places"], _any_of),
            signals=_by_name(words["signals"], _any_of),
            intents={phrase: name for name, found in words["intents"].entries().items() for phrase in found.texts()},
            alarms=tuple(_alarms(alarms["findings"])),
            denials=frozenset(alarms["denials"].texts()),
            **{name: _any_of(alarms[name]) for name in ("doubts", "not_now", "breaks", "splits")},
        )

    def read(self, text: str, asks: Collection[str] = ()) -> Understood:
        """What ``text`` says; ``asks``: ids of the question that waits."""
        plain = fold(text)
        alarms = self.alarms_in(text)
        words = _WORD.findall(plain)
        if not self._is_own(words):
            return Understood(text, alarms, foreign=False)
        intent = self.intents.get(" ".join(words), "")
        if not intent and (english := self._short(words)) is not None:
            told = self._numbers_told(words, asks, whole=True)
            return Understood(english, (*alarms, *told), short=True)
        said = (*alarms, *self._numbers_told(words, asks, whole=False), *self._plain_words(plain))
        if self.begins_yes.match(text.lower()):
            return Understood("yes", said)  # what follows may not be understood: the worrying reading
        # A "no" that is not the whole answer must never be taken for one by the English grammar of short answers.
        return Understood("" if self.denials & set(words) else plain, said, intent, short=bool(intent))

    def _is_own(self, words: Sequence[str]) -> bool:
        """Whether a message is in this language; one that tells neither way is taken to be."""
        english = sum(word in self.english for word in words)
        return english <= sum(word in self.own for word in words)

    # --- short answers ------------------------------------------------------------------------------------------

    def _short(self, words: Sequence[str]) -> str | None:
        """The whole message in English words, or None when it is more than a short answer."""
        said: list[str] = []
        place = 0
        while place < len(words):
            counted = self._number(words, place)
            step, kind = self._phrase(words, place)
            if counted and counted[1] - place >= step:
                said.append(f"{counted[0]:g}")
                place = counted[1]
                if place < len(words) and words[place] in self.units:
                    said.append("years" if self.units[words[place]] == 365 else "units")
                    place += 1
            elif words[place] in self.ordinals and step <= 1:
                said.append(f"the {self.ordinals[words[place]]}")
                place += 1
            elif step:
                said.append(_ENGLISH[kind])
                place += step
            else:
                return None
        return " ".join(word for word in said if word) if any(said) else None

    def _phrase(self, words: Sequence[str], place: int) -> tuple[int, str]:
        for length in range(min(6, len(words) - place), 0, -1):
            kind = self.short.get(tuple(words[place : place + length]))
            if kind:
                return length, kind
        return 0, ""

    def _number(self, words: Sequence[str], place: int) -> tuple[float, int] | None:
        if place >= len(words):
            return None
        word = words[place]
        if word[0].isdigit():
            return float(word.replace(",", ".")), place + 1
        if word in self.tens:
            joined, unit = words[place + 1 : place + 2], words[place + 2 : place + 3]
            if joined and self.short.get((joined[0],)) == "and" and unit and 0 < self.numbers.get(unit[0], 0) < 10:
                return self.tens[word] + self.numbers[unit[0]], place + 3
            return self.tens[word], place + 1
        return (self.numbers[word], place + 1) if word in self.numbers else None

    # --- facts and signals --------------------------------------------------------------------------------------

    def _numbers_told(self, words: Sequence[str], asks: Collection[str], whole: bool) -> tuple[Observation, ...]:
        """How long it has lasted: asked for, or told with a word such as "since"; an age where that is asked."""
        for place in range(len(words)):
            counted = self._number(words, place)
            if not counted or counted[1] >= len(words) or words[counted[1]] not in self.units:
                continue
            days = self.units[words[counted[1]]]
            if "age" in asks and days == 365 and counted[0] == int(counted[0]):
                return (_fact("age", int(counted[0])),)
            before = " ".join(words[max(0, place - 4) : place])
            if ("duration_days" in asks and whole) or self.since.search(before):
                return (_fact("duration_days", counted[0] * days),)
        return ()

    def _plain_words(self, plain: str) -> tuple[Observation, ...]:
        """The place of pain and what is told of it, clause by clause, where nothing is denied."""
        told: list[Observation] = []
        for clause in self._clauses(plain):
            if self.denials & set(clause.split()):
                continue
            told += [_fact("region", id) for id, pattern in self.places.items() if pattern.search(clause)][:1]
            told += [Observation("signal", id) for id, pattern in self.signals.items() if pattern.search(clause)]
        places = [seen for seen in told if seen.kind == "fact"]
        signals = {seen.id for seen in told if seen.kind == "signal"}
        # A place alone ("mi hijo tiene la mochila en el hombro") says nothing of pain.
        return tuple(seen for seen in told if seen not in places or "complaint" in signals)

    # --- alarms -------------------------------------------------------------------------------------------------

    def alarms_in(self, text: str) -> tuple[Observation, ...]:
        """The alarms that ``text`` tells of, each finding once: present, unsure or denied. Whatever the language."""
        found: dict[str, Observation] = {}
        for clause in self._clauses(fold(text)):
            for alarm in self.alarms:
                span = _span(alarm.parts, clause)
                if span is None or self.breaks.search(span.between):
                    continue
                status = self._status(clause, span)
                known = found.get(alarm.finding)
                worse = known is None or _RANK[status] > _RANK[known.status]
                plainer = known is not None and known.status == status and alarm.certainty == "plain"
                if status in _RANK and (worse or plainer):
                    found[alarm.finding] = Observation("finding", alarm.finding, status, certainty=alarm.certainty)
        return tuple(found.values())

    def _clauses(self, plain: str) -> list[str]:
        parts = [part for clause in _CLAUSE.split(plain) for part in self.splits.split(clause)]
        return [" ".join(_WORD.findall(part)) for part in parts if part.strip()]

    def _status(self, clause: str, span: _Span) -> Status:
        if self.not_now.search(clause):
            return "past"
        before = clause[: span.start]
        if self.doubts.search(before):
            return "unsure"
        near = {*before.split()[-_DENIAL_REACH:], *span.between.split()}
        return "denied" if self.denials & near else "present"


_RANK: Mapping[str, int] = {"denied": 0, "unsure": 1, "present": 2}


def fold(text: str) -> str:
    """Lower case without accents; "año" is "ano"."""
    spread = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


@dataclass(frozen=True)
class _Span:
    """Where an alarm stands in a clause: its first character, and the words between its parts."""

    start: int
    between: str


def _span(parts: Sequence[re.Pattern[str]], clause: str) -> _Span | None:
    """Where the parts stand in this order, with few words between; None when they don't."""
    for first in parts[0].finditer(clause):
        end, between = first.end(), ""
        for part in parts[1:]:
            found = part.search(clause, end)
            if found is None or len(clause[end : found.start()].split()) > _GAP:
                break
            between += clause[end : found.start()]
            end = found.end()
        else:
            return _Span(first.start(), between)
    return None


def _part(words: str) -> re.Pattern[str]:
    """ "no_puedo|logr*": phrases with "_" for a space, beginnings of words with "*"."""
    return _any([word.replace("_", " ") for word in words.split("|")])


def _any(phrases: Sequence[str]) -> re.Pattern[str]:
    inner = "|".join(re.escape(p).replace(r"\*", r"[a-z]*") for p in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])(?:{inner or '(?!)'})(?![a-z0-9])")


def _fact(id: str, value: Value) -> Observation:
    return Observation("fact", id, value=value)


def _fields(path: Path, top: str, names: Sequence[str]) -> Fields:
    return load(path).fields([top])[top].fields(names)


def _by_name[T](entry: Entry, read: Callable[[Entry], T]) -> dict[str, T]:
    return {name: read(inner) for name, inner in entry.entries().items()}


def _any_of(entry: Entry) -> re.Pattern[str]:
    return _any(entry.texts())


def _alarms(entry: Entry) -> Iterator[_Alarm]:
    certainties: tuple[Certainty, ...] = ("plain", "hint")
    for finding, given in entry.entries().items():
        fields = given.fields((), certainties)
        for certainty in certainties:
            for pattern in fields.texts(certainty):
                yield _Alarm(finding, certainty, tuple(_part(part) for part in pattern.split()))
