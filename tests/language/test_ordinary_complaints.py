"""An ordinary complaint is no alarm, however its place, side, time and circumstances come together."""

from __future__ import annotations

from itertools import product

import pytest

from bot import fast_yaml
from bot.language.reader import Reader
from tests.language.sentence_tables import ROOT, TODAY

PLACES = (
    "my lower back hurts",
    "stiff neck",
    "shoulder pain",
    "pain in my hip and buttock",
    "my upper back aches",
    "tight shoulders",
    "back pain low down",
    "achy neck and shoulders",
    "my neck is killing me",
    "lumbar ache",
    "pulled muscle in my back",
    "knots in my shoulders",
    "sore between neck and shoulder",
    "backache",
    "my buttock aches",
)
SIDES = ("", "on the right", "on the left side", "on both sides", "on one side", "more left than right")
TIMES = (
    "",
    "for 8 weeks",
    "since Monday",
    "its been 7 weeks",
    "for ten days now",
    "3 months",
    "since this morning",
    "for two years on and off",
    "6 weeks now",
    "4 days ago",
    "five weeks in",
)
MORE = (
    "",
    "after gardening",
    "from sitting at my desk",
    "it is a 5 out of 10",
    "worse when I sit",
    "comes and goes",
    "when I turn my head",
    "I am 35",
    "would a massage help?",
    "no numbness",
    "I sleep badly",
    "a lot of stress at work",
    "I drive all day",
    "nothing else wrong",
)
FINDINGS = fast_yaml.load((ROOT / "data" / "clinical" / "findings.yml").read_text("utf-8"))["findings"]
ALARMS = {id for id, finding in FINDINGS.items() if finding.get("level") in ("emergency", "same_day")}


@pytest.mark.parametrize("place", PLACES)
def test_it_brings_no_alarm_and_no_question_about_one(reader: Reader, place: str) -> None:
    found = {}
    for side, time, more in product(SIDES, TIMES, MORE):
        text = ", ".join(part for part in (f"{place} {side}".strip(), time, more) if part)
        observations = reader.read(text, TODAY).observations
        if seen := [one.id for one in observations if one.id in ALARMS and one.status == "present"]:
            found[text] = seen
    assert found == {}
