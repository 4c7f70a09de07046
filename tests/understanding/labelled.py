"""Reads the labelled messages and patients of practice/ and exam/."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import fast_yaml

HERE = Path(__file__).parent
PARTS = ("practice", "exam")


@dataclass(frozen=True)
class Message:
    """One message with what is known of it; ``present`` is None where findings are not labelled."""

    text: str
    topic: str
    file: str
    present: tuple[str, ...] | None = None
    may: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    intent: str | None = None
    asked: str | None = None  # the fact that a question just asked for


def messages(part: str) -> list[Message]:
    """Every message of ``practice`` or ``exam``."""
    found = []
    for path in sorted((HERE / part).glob("*.yml")):
        if path.stem == "patients":
            continue
        for topic, rows in fast_yaml.load(path.read_text(encoding="utf-8")).items():
            for row in rows:
                given: dict[str, Any] = {
                    key: tuple(value) if key in ("present", "may", "absent") else value for key, value in row.items()
                }
                found.append(Message(topic=topic, file=path.stem, **given))
    return found


def patients(part: str) -> list[dict[str, Any]]:
    """The scripted patients of ``practice`` or ``exam``."""
    listed: list[dict[str, Any]] = fast_yaml.load((HERE / part / "patients.yml").read_text("utf-8"))["patients"]
    return listed
