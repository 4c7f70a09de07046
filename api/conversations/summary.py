"""The summary for a clinician, from the record and the messages that were sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

JSON = "application/json"
HTML = "text/html"

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def summarise(
    triage: Mapping[str, Any], messages: Sequence[Mapping[str, Any]], clinic: str, started_at: str
) -> dict[str, Any]:
    """The summary as JSON; ``messages`` are all of the conversation in the contract's shape."""
    findings = triage["findings"]
    guidance = {piece["id"]: piece for message in messages for piece in message["guidance"]}
    said = (message["text"] for message in messages if message["role"] == "person" and message["kind"] == "info")
    return {
        "reason": next(said, None),
        "level": triage["level"],
        "massage": triage["massage"],
        "status": triage["status"],
        "present": [id for id, answer in findings.items() if answer is True],
        "denied": [id for id, answer in findings.items() if answer is False],
        "unsure": [id for id, answer in findings.items() if answer == "unsure"],
        "facts": triage["facts"],
        "reasons": triage["reasons"],
        "guidance": list(guidance.values()),
        "ruleset": triage["ruleset"],
        "clinic": clinic,
        "started_at": started_at,
        "messages": len(messages),
    }


@cache
def headings(data: Path) -> dict[str, str]:
    """The fixed words of the page, from ``replies/summary.en.yml`` in the data folder."""
    words: dict[str, str] = yaml.safe_load((data / "replies" / "summary.en.yml").read_text("utf-8"))["summary"]
    return words


def page(summary: Mapping[str, Any], data: Path) -> str:
    """The summary as a page to print; everything in it is escaped."""
    return _PAGES.get_template("summary.html").render(summary=summary, words=headings(data))


def choose_media_type(accept: str, offered: Iterable[str] = (JSON, HTML)) -> str | None:
    """The offered type that an Accept header likes best, the first for no preference, None if it takes none."""
    if not accept.strip():
        return next(iter(offered))
    best: tuple[float, str] | None = None
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    for media_type in offered:
        fitting = [entry for entry in ranges if _fits(entry[0], media_type)]
        if not fitting:
            continue
        # The most specific range decides about a type.
        quality = max(fitting, key=lambda entry: (entry[0] != "*/*", not entry[0].endswith("/*")))[1]
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, media_type)
    return best[1] if best else None


def _range(part: str) -> tuple[str, float]:
    media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return media_type, quality


def _fits(wanted: str, media_type: str) -> bool:
    return wanted in ("*/*", media_type) or (wanted.endswith("/*") and media_type.startswith(wanted[:-1]))
