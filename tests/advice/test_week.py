"""What to try against a likely contributor: only tips that this person may have."""

from __future__ import annotations

from dataclasses import replace

from bot.advice.course import Aftercare
from bot.advice.guidance import Library
from bot.advice.week import to_try
from bot.triage.knowledge import Knowledge
from tests.advice.conftest import CLINICAL, Case


def test_a_tip_that_does_not_suit_gives_way_to_the_next(knowledge: Knowledge, library: Library) -> None:
    care = Aftercare.load(CLINICAL / "course", knowledge, library.guidance)
    asks_first = Case({"age": 41, "region": "neck"}, level="check_first", massage="check_first")
    massage = next(piece.id for piece in library.guidance.values() if piece.topic == "massage")
    contributor = replace(care.contributors[0], guidance=(massage, "stay_active"))
    found = to_try([contributor], library, asks_first.assessment, asks_first.decision)
    assert [piece.id for piece in found] == ["stay_active"]


def test_nothing_to_try_for_whoever_must_be_seen(knowledge: Knowledge, library: Library) -> None:
    care = Aftercare.load(CLINICAL / "course", knowledge, library.guidance)
    seen_first = Case({"age": 41, "region": "neck"}, level="see_gp", massage="check_first")
    assert to_try(care.contributors, library, seen_first.assessment, seen_first.decision) == ()
