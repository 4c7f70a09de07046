"""How long something has lasted: "since Tuesday", "on and off for 3 years", "a fortnight"."""

from __future__ import annotations

from datetime import date
from typing import Sequence

from bot.language.measures import (
    ALONE,
    SENTENCE_ENDS,
    UNIT_DAYS,
    WEEKDAYS,
    Measure,
    days_ago,
    since_day,
    since_weekday,
    since_weekend,
    text_at,
)
from bot.language.named_days import FEASTS, MONTHS, NAMED_STARTS, last_day, last_of, last_time, named_day
from bot.language.numbers import ORDINALS, number_at, ordinal_at
from bot.language.whole_dates import whole_date
from bot.language.words import Word

PLURAL_ALONE = {
    "days": 3.0,
    "weeks": 21.0,
    "months": 90.0,
    "years": 1095.0,
    "decades": 7300.0,
    "yrs": 1095.0,
    "hours": 0.2,
}
VAGUE = {"couple": 2.0, "few": 3.0, "several": 4.0, "many": 5.0, "half": 0.5, "a": 1.0, "an": 1.0, "some": 3.0}
SINCE = frozenset(
    ["since", "from", "started", "began", "begun", "start", "starting", "after", "happened", "came", "ever", "woke"]
)
BEFORE_LENGTH = frozenset(
    [
        "for",
        "since",
        "past",
        "last",
        "over",
        "about",
        "around",
        "nearly",
        "almost",
        "roughly",
        "approx",
        "approximately",
        "than",
        "only",
        "been",
        "within",
        "under",
        "x",
        "maybe",
        "the",
        "these",
        "those",
        "during",
        "least",
        "up",
        "to",
        "say",
        "like",
        "well",
        "got",
        "started",
        "lasted",
        "lasting",
        "going",
        "part",
        "just",
        "approaching",
        "bad",
    ]
)
AFTER_LENGTH = frozenset(
    [
        "ago",
        "now",
        "back",
        "already",
        "straight",
        "or",
        "plus",
        "so",
        "since",
        "running",
        "solid",
        "today",
        "tomorrow",
        "ish",
        "nonstop",
        "total",
        "altogether",
        "tops",
        "max",
    ]
)
NOT_BEFORE = frozenset(
    ["every", "each", "per", "in", "next", "another", "until", "till", "takes", "aged", "age", "once", "twice"]
)
NOT_AFTER = frozenset(
    [
        "old",
        "pregnant",
        "postpartum",
        "postnatal",
        "shift",
        "shifts",
        "journey",
        "drive",
        "walk",
        "walking",
        "run",
        "flight",
        "course",
        "away",
        "out",
    ]
)
OF_THIS = frozenset(
    ["pain", "this", "it", "agony", "hell", "misery", "neck", "back", "low", "lower", "upper", "shoulder", "sciatica",
     "hip", "buttock", "aching", "hurting", "niggling", "ache", "aches", "soreness", "stiffness", "trouble", "bother",
     "suffering", "discomfort", "torture", "tightness", "grief", "backache", "that"]
)  # fmt: skip
LOCKDOWN = date(2020, 3, 23)
"""The first one, when "since lockdown" and "since covid" began."""
OPENINGS = frozenset(
    ["oh", "well", "honestly", "erm", "um", "literally", "god", "just", "like", "its", "it", "is", "'s"]
)
"""What may stand before the "years" that is a whole reply."""
LIFELONG = frozenset(["child", "kid", "childhood", "birth", "born", "baby", "toddler", "school", "teenager", "teens"])
PART_DAYS = {"early": 5, "start": 1, "beginning": 1, "mid": 15, "middle": 15, "late": 25, "end": 28}
THREE_D = frozenset(["printer", "printing", "print", "printed", "film", "movie", "model", "scan", "glasses", "tv"])
"""What follows the "3d" that is no length of time."""
TIMES_OF_DAY = frozenset(
    ["lunchtime", "lunch", "breakfast", "dinner", "dinnertime", "teatime", "noon", "midday", "midnight", "dawn",
     "bedtime", "supper"]
)  # fmt: skip
PARTS_OF_MONTH = {"start": 1, "beginning": 1, "end": 28}
CAME = frozenset(
    ["went", "was", "hurt", "did", "got", "fell", "gave", "bent", "dived", "dug", "caught", "hit", "tore", "felt",
     "ran",
     "drove", "stood", "played", "bang", "snap", "pop", "ping", "sprang", "slept", "lay", "threw", "swung", "lifted"]
)  # fmt: skip
"""Said right before a weekday, that day is when the pain came."""
RATE_TAILS = frozenset(["for", "minimum", "per", "each", "on", "at", "off", "of"])
CURES = frozenset(["rest", "physio", "exercises", "stretches", "it", "heat", "ice", "painkillers", "tablets"])
DENIALS = frozenset(["not", "no", "never", "hardly", "barely", "without", "worse", "better"])
_MANY_OF = {"days": 5.0, "weeks": 42.0, "months": 150.0, "years": 1825.0}
"""What somebody means who says the word twice, in days: "weeks and weeks"."""
TAKING = frozenset(["take", "takes", "took", "taking", "need", "needs", "needed"])
"""Before hours that are no length of the pain: "takes an hour to get going"."""
RATES = frozenset(["day", "week", "month", "year", "night", "hour"])


def durations(words: Sequence[Word], today: date) -> list[Measure]:
    """How long things have lasted, in days, in the order of the text. ``sure``: said as a length, not just a time."""
    texts = [word.text for word in words]
    found: list[Measure] = []
    place = 0
    while place < len(words):
        back = _week_back(texts, place + 1, today) if texts[place] in ("a", "1") and place + 1 < len(texts) else None
        measure = back or _length(texts, words, place) or _since(texts, words, place, today)
        if measure is not None and measure.end > measure.start:
            found.append(measure)
            place = measure.end
        else:
            place += 1
    return found


def _length(texts: Sequence[str], words: Sequence[Word], place: int) -> Measure | None:
    """ "three and a half months", "6-8 weeks", "a couple of days", "half a year", "for years"."""
    word = texts[place]
    amount: float | None = None
    after = place
    if word in PLURAL_ALONE and len(texts) <= ALONE and (  # noqa: SIM102
        texts[place - 2 : place] == [word, "and"] or all(text in OPENINGS for text in texts[:place])
    ):  # fmt: skip
        if texts[place + 1 : place + 3] != ["and", word]:
            return Measure(PLURAL_ALONE[word] * (2 if text_at(texts, place - 1) == "and" else 1), place, place + 1)
    if word in PLURAL_ALONE and text_at(texts, place - 1) in (
        "for", "many", "several", "last", "past", "of", "been", "over", "in", "since", "now", "some", "lasted"
    ):  # fmt: skip
        again = place + 1 + (text_at(texts, place + 1) in ("maybe", "perhaps", "possibly", "probably", "say"))
        many = number_at(texts, again) if again > place + 1 else None
        if many is not None and word in UNIT_DAYS and many[0] < 60:
            return Measure(many[0] * UNIT_DAYS[word], place, many[1])  # "with the months, maybe five"
        if text_at(texts, place - 1) == "last" and text_at(texts, place + 1) == "of":
            return None  # "the last days of October"
        return Measure(PLURAL_ALONE[word], place, place + 1, vague=text_at(texts, place - 1) == "over")
    if texts[place : place + 3] == ["quite", "a", "while"]:
        return Measure(90.0, place, place + 3, vague=True)
    if texts[place : place + 2] == ["a", "while"] and (
        text_at(texts, place - 1) == "for" or text_at(texts, place + 2) in ("now", "")
    ):
        return Measure(90.0, place, place + 2, vague=True)
    if word == "all" and text_at(texts, place + 1) in ("day", "week", "month", "year"):
        days = {"day": 0.0, "week": 7.0, "month": 30.0, "year": 365.0}[texts[place + 1]]
        return Measure(days, place, place + 2, sure=False, vague=texts[place + 1] == "day")
    if word in ("year", "month", "week", "hour", "day") and texts[place + 1 : place + 4] == ["and", "a", "half"]:
        return Measure(1.5 * UNIT_DAYS[word], place, place + 4)
    if word == "day" and (
        text_at(texts, place - 1) in ("", "is", "on", "now", "its", "'s", "this")
        or SENTENCE_ENDS & set(words[place].before)
    ):
        nth = number_at(texts, place + 1)
        if nth is not None and text_at(texts, nth[1]) not in NOT_AFTER:
            return Measure(nth[0], place, nth[1])
    if ORDINALS.get(word, 0) > 0 and text_at(texts, place + 1) in ("day", "week", "month") and (
        texts[place + 2 : place + 3] != ["of"] or text_at(texts, place + 3) not in MONTHS
    ) and (
        text_at(texts, place + 2) in ("now", "of", "running", "that", "with", "")
        and text_at(texts, place - 1) in ("the", "my", "our", "is", "now", "'s", "")
    ):  # fmt: skip
        return Measure(ORDINALS[word] * UNIT_DAYS[texts[place + 1]], place, min(place + 3, len(texts)))
    if word in ("day", "week", "month", "year") and texts[place + 1 : place + 3] in (["or", "so"], ["or", "two"]):
        return Measure(UNIT_DAYS[word] * (1.5 if texts[place + 2] == "two" else 1), place, place + 3)
    quarters = _quarters(texts, place)
    if quarters is not None:
        return quarters
    number = number_at(texts, place)
    if number is not None:
        amount, after = number
        if texts[after : after + 2] == ["1", "2"] and words[after + 1].before == "/" and not words[after].before:
            amount, after = amount + 0.5, after + 2
        if texts[after : after + 3] == ["and", "a", "bit"]:
            amount, after = amount + 0.2, after + 3
        other_at = after + 1 if text_at(texts, after) in ("to", "or") else after
        dashed = after < len(words) and ("-" in words[after].before or "/" in words[after].before or other_at > after)
        other = number_at(texts, other_at) if dashed else None
        if other is not None and "/" not in words[other_at].before:
            amount, after = (amount + other[0]) / 2, other[1]
        elif (
            after < len(words) and "/" in words[after].before and other is not None and other[0] and other_at == after
        ):
            told = amount > 1 and other[0] == amount + 1  # "2/3 weeks" are two or three
            amount, after = (amount + other[0]) / 2 if told else amount / other[0], other[1]
    elif word in VAGUE:
        amount, after = VAGUE[word], place + 1
        if word in ("a", "an"):
            if text_at(texts, after) in ("couple", "few", "half", "good", "whole", "full", "solid"):
                inner = _length(texts, words, after)
                if inner is not None:
                    return Measure(inner.value, place, inner.end, inner.sure)
                if text_at(texts, after) not in ("good", "whole", "full", "solid"):
                    return None
                after += 1
        elif word == "half" and text_at(texts, after) in ("a", "an"):
            after += 1
        if text_at(texts, after) in ("of", "o", "or"):
            second = number_at(texts, after + 1)
            if text_at(texts, after) == "or" and second is None:
                return None
            after += 1
            if second is not None:
                amount, after = second
        if text_at(texts, after) in ("good", "more"):
            after += 1
    if amount is None:
        lead = text_at(texts, place - 2) if text_at(texts, place - 1) == "a" else text_at(texts, place - 1)
        if word in ("fortnight", "fortnights") and lead not in NOT_BEFORE:
            return Measure(14.0, place, place + 1)
        if word in ("ages", "donkeys", "donkey", "yonks") or (
            word in ("forever", "eternity") and text_at(texts, place - 1) != "take"
        ):
            return Measure(200.0 if word == "ages" else 730.0, place, place + 1, vague=True)
        if word in _MANY_OF and texts[place + 1 : place + 3] == ["and", word]:
            return Measure(_MANY_OF[word], place, place + 3, vague=True)  # "weeks and weeks"
        if texts[place : place + 3] == ["quite", "some", "time"]:
            return Measure(90.0, place, place + 3, vague=True)
        if texts[place : place + 2] == ["long", "time"] and text_at(texts, place + 2) != "ago":
            return Measure(200.0, place, place + 2, vague=True)
        if texts[place : place + 3] in (["all", "my", "life"], ["whole", "adult", "life"]):
            return Measure(10950.0, place, place + 3)
        return None
    parted = after < len(words) and bool((SENTENCE_ENDS | {","}) & set(words[after].before))  # "a 4, month or so"
    unit = "" if parted else text_at(texts, after)
    if unit in ("d", "y") and (number is None or words[after].before or text_at(texts, after + 1) in THREE_D):
        return None
    if unit not in UNIT_DAYS or (unit == "w" and number is None) or (unit in ("weekend", "night") and number is None):
        return None
    end = after + 1
    if texts[end : end + 3] == ["and", "a", "half"]:
        amount, end = amount + 0.5, end + 3
    elif texts[end : end + 2] == ["or", "two"]:
        amount, end = amount + 0.5, end + 2
    elif unit in ("year", "years", "yr", "yrs") and "half" in (text_at(texts, end), text_at(texts, end + 1)) and (
        text_at(texts, end) in ("half", "and")
    ):  # fmt: skip
        amount, end = amount + 0.5, end + 1 + (texts[end] == "and")  # "one year half"
    if UNIT_DAYS[unit] > 1:
        more, end = _smaller_units(texts, words, end, UNIT_DAYS[unit])
        amount += more / UNIT_DAYS[unit]
    if (
        number is None
        and word in ("a", "an")
        and place
        and (texts[place - 1] == "x" or text_at(texts, place - 1) not in BEFORE_LENGTH)
        and text_at(texts, end) not in AFTER_LENGTH
        and texts[place - 2 : place] not in (["part", "of"], ["most", "of"])
        and not _lasting(texts, place, end)
    ):
        return None
    before = text_at(texts, place - 1)
    following = text_at(texts, end)
    unchanged = before == "in" and bool(DENIALS & set(texts[max(0, place - 8) : place]))
    tried = following == "of" and (text_at(texts, end + 1).endswith("ing") or text_at(texts, end + 1) in CURES)
    if (
        (before in NOT_BEFORE and not unchanged)
        or following in NOT_AFTER
        or (following == "of" and text_at(texts, end + 1) not in OF_THIS and not (tried and before == "after"))
    ):
        return None
    if (following in ("a", "per", "each", "every") and text_at(texts, end + 1) in RATES) or (
        unit in ("day", "days", "week", "hours", "year", "month") and following in ("times", "x")
    ):
        return None
    if unit in ("year", "years", "yr", "yrs") and (
        following in ("o", "old") or before in ("am", "is", "im", "turned")
    ):
        return None
    if UNIT_DAYS[unit] < 1 and (following == "to" or TAKING & set(texts[max(0, place - 5) : place])):
        return None  # "takes well over an hour to get going"
    if (
        UNIT_DAYS[unit] < 1
        and before not in BEFORE_LENGTH
        and following not in AFTER_LENGTH
        and (len(texts) > ALONE or place > 1)
    ):
        return None
    if following in ("from", "later", "time") and text_at(texts, end + 1) in ("now", ""):
        return None
    days = amount * UNIT_DAYS[unit]
    if unit.startswith(("hour", "hr", "min")):
        days = round(amount / 24 if unit.startswith("h") else 0.0, 2)
    if word == "one" and unit == "day" and len(texts) > ALONE and (
        before not in BEFORE_LENGTH and following not in AFTER_LENGTH
    ):  # fmt: skip
        return None  # "just there one day"
    sure = (
        before in BEFORE_LENGTH
        or following in AFTER_LENGTH
        or texts[max(0, place - 2) : place] == ["going", "on"]
        or (before == "before" and (place == 1 or bool(words[place - 1].before.strip())))  # "before two weeks I lift"
    )
    return Measure(days, place, end, sure)


def _smaller_units(texts: Sequence[str], words: Sequence[Word], place: int, than: float) -> tuple[float, int]:
    """Days of the smaller units that go on a length, and where they end: the "2 weeks and 9 days" after "a year"."""
    days, end = 0.0, place
    while end < len(texts):
        joined = texts[end] == "and"
        number = number_at(texts, end + joined)
        if number is None:
            break
        mark = words[end + joined].before.strip()
        of_list = mark == "," and _and_after(texts, number[1])
        days_of_unit = UNIT_DAYS.get(text_at(texts, number[1]), 0)
        if (mark and not joined and "&" not in mark and not of_list) or not 1 <= days_of_unit < than:
            break
        if text_at(texts, number[1] + 1) in (*RATES, "a", "ago"):
            break
        than = days_of_unit
        days, end = days + number[0] * than, number[1] + 1
    return days, end


def _and_after(texts: Sequence[str], place: int) -> bool:
    """Whether "and" and a number follow the unit at ``place``."""
    return text_at(texts, place + 1) == "and" and number_at(texts, place + 2) is not None


def _lasting(texts: Sequence[str], place: int, end: int) -> bool:
    """Whether the "a week" at ``place`` is how long something has been: "neck's been sore a week"."""
    if text_at(texts, end) in RATE_TAILS or text_at(texts, end - 1) in ("hour", "day", "minute"):
        return False
    if text_at(texts, place - 1) == "in":
        return bool(DENIALS & set(texts[max(0, place - 8) : place]))
    return bool(
        {"been", "had", "hurt", "hurting", "ached", "aching", "sore"} & set(texts[max(0, place - 5) : place])
    ) and (
        not {"days", "times", "once", "twice", "hours", "nights", "session", "sessions", "weekly"}
        & set(texts[max(0, place - 3) : place])
    )


def _quarters(texts: Sequence[str], place: int) -> Measure | None:
    """ "quarter of a year", "three quarters of a year"."""
    many = texts[place] in ("three", "3") and text_at(texts, place + 1) in ("quarter", "quarters")
    at = place + 1 if many else place
    if not many and texts[place] != "quarter":
        return None
    at += 1
    if texts[at : at + 2] == ["of", "a"] and text_at(texts, at + 2) in ("year", "century"):
        days = 365.0 if texts[at + 2] == "year" else 36500.0
        return Measure(days * (0.75 if many else 0.25), place, at + 3)
    return None


def _since(texts: Sequence[str], words: Sequence[Word], place: int, today: date) -> Measure | None:
    """ "since Tuesday", "since the weekend", "started yesterday", "since 2019", "from this morning"."""
    word = texts[place]
    before = {text_at(texts, place - step) for step in (1, 2, 3, 4)}
    since = bool(before & SINCE)
    pair = f"{word} {text_at(texts, place + 1)}"
    if word in ("yesterday", "today") and text_at(texts, place + 1) in ("week", "fortnight"):
        weeks = 7.0 if texts[place + 1] == "week" else 14.0
        return Measure(weeks + (word == "yesterday"), place, place + 2, True)
    if word == "yesterday" or pair in ("last night", "the other"):
        if pair == "the other" and text_at(texts, place + 2) not in ("day", "night"):
            return None
        days = 3.0 if pair == "the other" else 1.0
        if word == "yesterday" and texts[max(0, place - 2) : place] == ["day", "before"]:
            days = 2.0
        return Measure(days, place, place + (1 if word == "yesterday" else 3 if pair == "the other" else 2), since)
    if word == "today" or pair in ("this morning", "this afternoon", "this evening", "last minute"):
        came = pair == "this morning" and _happened_on(texts, place)
        if pair == "last minute" or not (since or came or len(texts) <= ALONE):
            return None
        return Measure(0.0, place, place + (1 if word == "today" else 2), True)
    clock = number_at(texts, place) if text_at(texts, place - 1) in ("since", "about", "around", "at") else None
    if clock is not None and since and text_at(texts, clock[1]) in ("am", "pm", "o'clock") and "since" in before:
        return Measure(0.0, place, clock[1] + 1, True)
    if word in TIMES_OF_DAY and text_at(texts, place - 1) in ("since", "about", "around", "from") and since:
        return Measure(0.0, place, place + 1, True)
    if pair in ("this month", "the month") and (
        text_at(texts, place - 1) == "of" or (since and text_at(texts, place - 1) in PART_DAYS)
    ):
        part = PART_DAYS.get(text_at(texts, place - 1)) or PART_DAYS.get(text_at(texts, place - 2), 0)
        nth = ordinal_at(texts, place - 2) or ordinal_at(texts, place - 3)
        day = int(nth[0]) if nth and nth[1] == place - 1 else part
        if day > 0 and (since or nth is not None):
            return Measure(float(max(today.day - day, 0)), place, place + 2, True)
    back_week = _week_back(texts, place, today)
    if back_week is not None:
        return back_week
    if pair in ("last week", "last month", "last year", "last weekend", "this week", "this month"):
        days = {"last week": 7.0, "last month": 30.0, "last year": 365.0, "last weekend": 5.0}.get(pair, 3.0)
        if pair == "last year" and text_at(texts, place - 1) in ("over", "the", "past"):
            return None
        return Measure(days, place, place + 2, since)
    early = texts[max(0, place - 5) : place]
    named = named_day(texts, place, today) if word in NAMED_STARTS else None
    looked_back = any(text_at(texts, at) == "since" for at in range(place, len(texts)))
    if named is not None and (
        since or looked_back or text_at(texts, place - 1) in ("after", "about", "on", "at", "the")
    ):
        return Measure(float((today - named[0]).days), place, named[1], since)
    nth = ordinal_at(texts, place)
    if (
        nth is not None and text_at(texts, place - 1) == "the" and 1 <= nth[0] <= 31 and "since" in before
        and (texts[place].isdecimal() or nth[0] > 3) and (nth[1] >= len(words) or bool(words[nth[1]].before.strip()))
    ):  # fmt: skip
        return Measure(since_day(int(nth[0]), today), place, nth[1], True)
    whole = whole_date(texts, words, place, today)
    if whole is not None and (since or _told_since(texts, words, place) or _happened_on_date(texts, words, place)):
        return Measure(days_ago(whole[0], today), place, whole[1], True)
    marked = _marked_date(texts, words, place, today)
    if marked is not None:
        return marked
    dated = _dated(texts, words, place, today)
    if dated is not None and since:
        return dated
    if word in ("lockdown", "pandemic", "covid") and "since" in before:
        return Measure(float((today - LOCKDOWN).days), place, place + 1, True)
    if (
        word in LIFELONG
        and not {"gave", "giving", "given", "had", "having", "first", "second", "third"} & set(early)
        and "since" in early
        and ({"i", "was"} <= set(early) or word in ("childhood", "birth", "school"))
        and text_at(texts, place + 1) not in ("holidays", "holiday", "term", "run", "started", "trip", "reunion")
    ):
        return Measure(10950.0, place, place + 1, True)
    direct = text_at(texts, place - 1) in ("since", "last", "on", "from", "this", "the", "til", "until")
    if word in WEEKDAYS and {"see", "seeing", "appointment", "booked", "appt", "book"} & set(early):
        return None
    told = _happened_on(texts, place) or _marked_day(texts, words, place)
    if word in WEEKDAYS and (since or (direct and len(word) > 3) or (told and len(word) > 3)):
        if word in ("sat", "sun", "mon", "wed") and not direct:
            return None  # "since she sat down"
        days = since_weekday(WEEKDAYS[word], today)
        at = place + 1 + (text_at(texts, place + 1) == "the")
        nth = ordinal_at(texts, at)
        if nth is not None and 3 < nth[0] <= 31:
            return _marked_date(texts, words, at, today, told=True)
        if texts[place + 1 : place + 3] == ["before", "last"]:
            return Measure(days + 7, place, place + 3, True)
        if "week" in texts[place + 1 : place + 2] and text_at(texts, place - 1) == "last":
            days += 7
        return Measure(days, place, place + 1, since or told)
    if word == "weekend" and since and texts[place + 1 : place + 3] == ["before", "last"]:
        return Measure(since_weekday(5, today) + 7, place, place + 3, True)
    if word == "weekend" and since:
        return Measure(since_weekend(today), place, place + 1, True)
    if word in FEASTS and since:
        return Measure(float((today - last_of(FEASTS[word], today)).days), place, place + 1, True)
    if pair == "new year" and since:
        return Measure(float((today - last_time(today, 1, 1)).days), place, place + 2, True)
    if (
        word in ("summer", "winter", "spring", "autumn", "fall")
        and ("since" in before or _began_in(texts, words, place))
        and text_at(texts, place - 1) != "a"
    ):
        month = {"summer": 7, "winter": 1, "spring": 4, "autumn": 10, "fall": 10}[word]
        return Measure(float((today - last_time(today, month, 15)).days), place, place + 1, True)
    if word in MONTHS and text_at(texts, place + 1) == "bank":
        return None  # the bank holiday of that month
    if word in MONTHS and (
        (
            text_at(texts, place - 1) in PART_DAYS
            or texts[max(0, place - 2) : place] in (["middle", "of"], ["days", "of"])
        )
        and (text_at(texts, place + 1) in ("onwards", "onward", "on") or _told_since(texts, words, place))
    ):
        since = True
    if word in MONTHS and "of" in before and (SINCE & set(early) or {"started", "began"} & set(texts)):
        since = True
    if word in MONTHS and (since or text_at(texts, place - 1) in ("in", "last")):
        day = 15
        nth_day = day_of_month(texts, place)
        if nth_day is not None and {"since", "started", "began", "start", "from"} & set(texts):
            since = True  # a whole date, wherever the message says that it began
        near = nth_day or number_at(texts, place - 1) or _joined_number(texts, words, place + 1)
        if near is not None and 1 <= near[0] <= 31:
            day = min(int(near[0]), last_day(MONTHS[word]))
        elif text_at(texts, place - 1) in PART_DAYS:
            day = PART_DAYS[texts[place - 1]]
        elif text_at(texts, place - 1) == "of" and text_at(texts, place - 2) in PARTS_OF_MONTH:
            day = PARTS_OF_MONTH[texts[place - 2]]
        elif text_at(texts, place - 1) == "of" and text_at(texts, place - 2) in ("days", "week") and (
            (part := ORDINALS.get(text_at(texts, place - 3), 0))
        ):  # fmt: skip
            day = 28 if part < 0 else min(28, 7 * part - 3)  # "the second week of November"
        year = number_at(texts, place + 1)
        if year is not None and 1950 <= year[0] <= today.year:
            then = date(int(year[0]), MONTHS[word], 15)
            return Measure(float(max((today - then).days, 0)), place, year[1], since)
        return Measure(float((today - last_time(today, MONTHS[word], day)).days), place, place + 1, since)
    if (
        word.isdecimal()
        and len(word) == 4
        and 1950 <= int(word) <= today.year
        and (
            text_at(texts, place - 1) in ("since", "in", "from")
            or (text_at(texts, place - 1) in ("around", "about") and text_at(texts, place - 2) in ("since", "from"))
        )
    ):
        if text_at(texts, place - 1) == "in" and not since and not _ever_since(texts, place):
            return None
        then = date(int(word), 7, 1)
        return Measure(float(max((today - then).days, 1)), place, place + 1, True)
    if (
        len(word) == 2 and word.isdecimal() and "'" in words[place].before
        and (since or (text_at(texts, place - 1) == "in" and {"from", "old"} & set(texts[:place])))
    ):  # fmt: skip
        century = 2000 if int(word) <= today.year % 100 else 1900
        then = date(century + int(word), 7, 1)
        return Measure(float(max((today - then).days, 1)), place, place + 1, True)
    if pair in ("few mornings", "few nights"):
        return Measure(3.0, place, place + 2, True)
    return None


def _happened_on(texts: Sequence[str], place: int) -> bool:
    """Whether a weekday without "since" is when something came: "seized up saturday", "that was Tuesday"."""
    before = texts[max(0, place - 4) : place]
    if {"next", "until", "till", "til", "by", "every", "each", "before", "for", "will", "is", "going", "appointment",
        "see", "seeing", "book", "booked", "booking", "tomorrow", "coming",
        "today", "its", "thank", "am"} & set(before):  # fmt: skip
        return False
    return any(text in CAME or (text.endswith("ed") and len(text) > 4) for text in before)


def _marked_day(texts: Sequence[str], words: Sequence[Word], place: int) -> bool:
    """ "..., Saturday night, lower back", "on friday, neck not right since": told between marks or looked back on."""
    if text_at(texts, place - 1) in ("next", "until", "till", "by", "every", "for", "appointment", "this", "before"):
        return False
    end = (
        place
        + 1
        + (text_at(texts, place + 1) in ("night", "morning", "afternoon", "arvo", "evening", "teatime", "lunchtime"))
    )
    opens = bool(words[place].before.strip()) or place == 0
    closes = end >= len(words) or bool(words[end].before.strip())
    if opens and closes and len(texts) > ALONE and end > place + 1:
        return True
    return text_at(texts, place - 1) == "on" and any(
        texts[at] == "since" and (at + 1 >= len(texts) or bool(words[at + 1].before.strip()))
        for at in range(end, len(texts))
    )


def _ever_since(texts: Sequence[str], place: int) -> bool:
    return any(
        text_at(texts, at + 1) == "since"
        and (texts[at] in ("ever", "right", "same") or text_at(texts, at + 2) in ("", "then"))
        for at in range(place, len(texts))
    )


def _joined_number(texts: Sequence[str], words: Sequence[Word], place: int) -> tuple[float, int] | None:
    """The number at ``place`` when no mark stands before it: not the "one" of "October, one morning"."""
    return None if place >= len(words) or words[place].before.strip() else number_at(texts, place)


def _told_since(texts: Sequence[str], words: Sequence[Word], place: int) -> bool:
    """Whether the sentence says before ``place`` that something began: "started with freshers, so late September"."""
    return any(
        text in ("since", "started", "began", "begun", "start", "began", "noticed", "came", "from")
        for text, word in zip(texts[:place], words, strict=False)
        if word.sentence == words[place].sentence
    )


def _began_in(texts: Sequence[str], words: Sequence[Word], place: int) -> bool:
    """Whether a season is when it came: "began in the garden in spring", "from spring already"."""
    lead = [text for text in texts[max(0, place - 3) : place] if text not in ("the", "last", "this")][-1:]
    return lead == ["from"] or (
        (lead == ["in"] or text_at(texts, place - 1) in ("last", "this")) and _told_since(texts, words, place)
    )


def _marked_date(
    texts: Sequence[str], words: Sequence[Word], place: int, today: date, told: bool = False
) -> Measure | None:
    """ "on the 15th", "on the second of November", "6 November": a date on which something came; the past one."""
    on = texts[max(0, place - 2) : place] == ["on", "the"] or text_at(texts, place - 1) == "on"
    nth = ordinal_at(texts, place)
    if nth is None and not (text_at(texts, place + 1) in MONTHS and texts[place].isdecimal()):
        return None
    day, end = nth or number_at(texts, place) or (0.0, place)
    month_at = end + (text_at(texts, end) == "of")
    month = (
        MONTHS.get(text_at(texts, month_at))
        if text_at(texts, month_at) not in ("may", "march") or month_at > end
        else None
    )
    opened = not place or bool(words[place].before.strip())
    if not 1 <= day <= 31 or not (told or on or (opened and month)):
        return None
    since = _told_since(texts, words, place) or "since" in texts[end:]
    if not (told or since or _happened_on_date(texts, words, place)):
        return None
    if month is not None:
        then = last_time(today, month, min(int(day), last_day(month)))
        return Measure(days_ago(then, today), place, month_at + 1, since or told)
    if nth is None:
        return None
    return Measure(since_day(int(day), today), place, end, since)


def _happened_on_date(texts: Sequence[str], words: Sequence[Word], place: int) -> bool:
    """Whether the sentence of a date tells what came on it, and nothing still to come."""
    sentence = [text for text, word in zip(texts, words, strict=False) if word.sentence == words[place].sentence]
    if {"next", "appointment", "until", "till", "see", "seeing", "booked", "tests", "due", "coming"} & set(sentence):
        return False
    return any(text in CAME or (text.endswith("ed") and len(text) > 4) for text in sentence)


def _week_back(texts: Sequence[str], place: int, today: date) -> Measure | None:
    """ "a week last Monday", "Sunday week" after "since", "this time last week"."""
    if texts[place : place + 4] == ["this", "time", "last", "week"]:
        return Measure(7.0, place, place + 4, True)
    if texts[place : place + 3] == ["this", "time", "yesterday"]:
        return Measure(1.0, place, place + 3, True)
    if texts[place] in WEEKDAYS and texts[place + 1 : place + 3] in (["week", "ago"], ["fortnight", "ago"]):
        near = since_weekday(WEEKDAYS[texts[place]], today)
        return Measure(near + (7 if texts[place + 1] == "week" else 14), place, place + 3, True)
    weeks = {"week": 7, "fortnight": 14}.get(texts[place])
    at = place + 1 + (text_at(texts, place + 1) in ("last", "on", "past"))
    if weeks and text_at(texts, at) in WEEKDAYS and text_at(texts, place - 1) in ("a", "1") and at < place + 3:
        near = since_weekday(WEEKDAYS[texts[at]], today)
        # "a week on Monday" is yet to come
        return None if texts[at - 1] == "on" else Measure(near + weeks, place - 1, at + 1, True)
    if (
        texts[place] in WEEKDAYS
        and text_at(texts, place + 1) == "week"
        and {"since", "from"} & set(texts[max(0, place - 2) : place])
    ):
        near = since_weekday(WEEKDAYS[texts[place]], today)
        return Measure(near + (7 if near < 7 else 0), place, place + 2, True)
    return None


def day_of_month(texts: Sequence[str], place: int) -> tuple[float, int] | None:
    """The day in "the 3rd of November", "3rd November" and "November the 3rd", by the place of the month."""
    for start in (place - 4, place - 3, place - 2, place + 1, place + 2):
        nth = ordinal_at(texts, start) if start >= 0 else None
        if nth is not None and nth[0] <= 31 and (start > place or nth[1] in (place, place - 1)):
            return nth
    if text_at(texts, place - 1) == "of" and text_at(texts, place - 3) == "day":
        return number_at(texts, place - 2)
    return None


def _dated(texts: Sequence[str], words: Sequence[Word], place: int, today: date) -> Measure | None:
    """ "14/11" and "14/11/26" after "since", day before month."""
    day, month = text_at(texts, place), text_at(texts, place + 1)
    if not (day.isdecimal() and month.isdecimal() and words[place + 1].before.strip() in ("/", ".")):
        return None
    if not (1 <= int(day) <= 28 and 1 <= int(month) <= 12) or (int(month) == 10 and int(day) <= 10):
        return None
    return Measure(float((today - last_time(today, int(month), int(day))).days), place, place + 2, True)
