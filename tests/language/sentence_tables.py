"""Reads the sentence tables of this folder and judges a reading against them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot import fast_yaml
from bot.language.observation import Observation

HERE = Path(__file__).parent / "cases"
ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "data" / "clinical" / "findings.yml"
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Case:
    text: str
    expected: tuple[str, ...]
    topic: str
    held_out: bool


def load(name: str) -> list[Case]:
    """The cases of ``name`` (findings, status, facts), the held-out ones too where there are any."""
    cases = []
    for held_out, path in ((False, HERE / f"{name}.yml"), (True, HERE / "held_out" / f"{name}.yml")):
        if held_out and not path.exists():
            continue
        for topic, lines in fast_yaml.load(path.read_text(encoding="utf-8")).items():
            for line in lines:
                text, _, expected = (line + " ").partition(" | ")
                cases.append(Case(text.strip(), tuple(expected.split()), topic, held_out))
    return cases


def _levels() -> dict[str, str]:
    data: Any = fast_yaml.load(CATALOGUE.read_text(encoding="utf-8"))
    rows = data.get("findings", data)
    if isinstance(rows, dict):
        rows = [{"id": key, **value} for key, value in rows.items()]
    return {row["id"]: row.get("level", "") for row in rows}


LEVELS = _levels()


def missed(case: Case, observations: tuple[Observation, ...]) -> list[str]:
    """What the case expects and the reading lacks."""
    wanting = []
    for item in case.expected:
        name, _, status = item.partition(":")
        own = [o for o in observations if o.id == name and o.kind in ("finding", "detail")]
        taken = any(o.status == "present" and o.certainty == "plain" for o in own)
        if status == "":
            good = taken
        elif status == "may":
            good = True
        elif status == "hint":
            good = any(o.status in ("present", "unsure") for o in own)
        elif status == "quiet":
            good = not taken
        elif status == "denied" or status == "unsure":
            good = any(o.status == status for o in own) and not taken
        else:
            good = any(o.status == status for o in own) and not taken
        if not good:
            wanting.append(item)
    return wanting


def false_alarms(case: Case, observations: tuple[Observation, ...]) -> list[str]:
    """Emergency and same-day findings taken as present that the case does not name as such."""
    named = {item.partition(":")[0] for item in case.expected if item.partition(":")[2] in ("", "hint", "may")}
    return [
        o.id
        for o in observations
        if o.kind == "finding"
        and o.status == "present"
        and o.certainty == "plain"
        and LEVELS.get(o.id) in ("emergency", "same_day")
        and o.id not in named
    ]


def wrong_facts(case: Case, observations: tuple[Observation, ...]) -> list[str]:
    wanting = []
    for item in case.expected:
        name, _, value = item.partition("=")
        own = [o.value for o in observations if o.id == name and o.status == "present"]
        if value.startswith("!"):
            good = value[1:] not in {str(one).lower() for one in own}
        elif not value:
            good = any(o.id == name and o.status == "present" for o in observations)
        elif name in ("duration_days",):
            good = bool(own) and abs(float(str(own[0])) - float(value)) <= max(2.0, 0.15 * float(value))
        elif value.replace(".", "").isdigit():
            good = bool(own) and float(str(own[0])) == float(value)
        else:
            good = any(str(one).lower() in value.split("|") for one in own)
        if not good:
            wanting.append(f"{item} (read {own})")
    return wanting
