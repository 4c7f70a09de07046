"""The recorded figures (recorded.yml) and what has become worse since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

RECORDED = Path(__file__).with_name("recorded.yml")
# Figures of which less is better; of all others more is.
LESS_IS_BETTER = (
    "false_alarms",
    "needless_doubts",
    "in_scope_loss",
    "under_triage",
    "over_triage",
    "unfinished",
    "questions_median",
    "questions_max",
    "too_many_questions",
)
# A reader alone may give way to the other: only what the assistant makes of both is held.
ALONE = re.compile(r"\.(rules|learned)\.")
HEAD = """\
# What `make evaluate ARGS=--record` measured. tests/evaluation fails when a figure is worse than here by more than
# the tolerance, which leaves room for a retrained model that falls the other way on a message or two.
"""


def load() -> dict[str, Any]:
    """``{"tolerance": {"share", "questions"}, "figures": {name: number}}``."""
    data: dict[str, Any] = yaml.safe_load(RECORDED.read_text("utf-8"))
    return data


def save(figures: Mapping[str, float]) -> None:
    """Record these figures with the tolerance that stands."""
    held = {name: round(value, 4) for name, value in sorted(figures.items()) if not ALONE.search(name)}
    data = {"tolerance": load()["tolerance"], "figures": held}
    RECORDED.write_text(HEAD + yaml.safe_dump(data, sort_keys=False), "utf-8")


def worse(figures: Mapping[str, float], recorded: Mapping[str, Any]) -> list[str]:
    """A line for each recorded figure that has become worse or is not measured any more."""
    lines = []
    for name, before in recorded["figures"].items():
        if name not in figures:
            lines.append(f"{name} was {before} and is not measured any more")
            continue
        last = name.rpartition(".")[2]
        tolerance = recorded["tolerance"]["questions" if last.startswith("questions") else "share"]
        loss = figures[name] - before if last in LESS_IS_BETTER else before - figures[name]
        if loss > tolerance + 1e-4:  # recorded figures are rounded
            lines.append(f"{name} was {before} and is {figures[name]:.4f} (tolerance {tolerance})")
    return lines
