"""Is massage suitable? The verdict follows from the level and from what speaks against massage itself."""

from __future__ import annotations

from collections.abc import Iterable

from bot.triage.shapes import VERDICTS, LevelId, Verdict


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """The strictest of ``verdicts``; "suitable" when there are none."""
    return min(verdicts, key=VERDICTS.index, default="suitable")


def level_of(verdict: Verdict) -> LevelId:
    """The least urgent level that goes with a verdict: nobody is handed massage tips at check_first or above."""
    return "check_first" if verdict in ("no", "check_first") else "self_care"


def verdict(level: LevelId, against: Iterable[Verdict]) -> Verdict:
    """The verdict at ``level`` given what single findings say ``against`` massage."""
    by_level: dict[LevelId, Verdict] = {
        "emergency": "no",
        "same_day": "no",
        "see_gp": "check_first",
        "check_first": "check_first",
        "self_care": "suitable",
    }
    return strictest((by_level[level], *against))
