"""The summary in the forms that a client may ask for: which one it wants, and how each is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.summary.shapes import About, Line, Part, Summary, sentence

JSON = "application/json"
HTML = "text/html"
PDF = "application/pdf"
FHIR = "application/fhir+json"
OFFERED = (JSON, HTML, PDF, FHIR)
STYLE_PATH = "/v1/conversations/summary.css"

# Nothing but the style sheet: no script, no picture, no form, nothing from elsewhere.
PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_FOLDER = Path(__file__).parent / "templates"
_PAGES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters["sentence"] = sentence


def about(conversation: str, clinic: str, started_at: datetime, made_at: datetime, messages: int) -> About:
    """What the summary is of; times are in UTC."""
    seconds = "seconds"
    return About(
        conversation, clinic, started_at.isoformat(timespec=seconds), made_at.isoformat(timespec=seconds), messages
    )


def data(summary: Summary, about: About) -> dict[str, Any]:
    """The summary as JSON: findings and facts by the ids of the catalogue, their names in ``labels``."""
    lines = (*summary.present, *summary.denied, *summary.unsure, *summary.not_asked)
    advice = summary.advice
    return {
        "reason": summary.reason,
        "for_someone_else": summary.someone_else,
        "facts": {fact.id: fact.value for fact in summary.facts if fact.value != "unknown"},
        "present": _ids(summary.present),
        "denied": _ids(summary.denied),
        "unsure": _ids(summary.unsure),
        "not_asked": _ids(summary.not_asked),
        "labels": {line.id: line.name for line in lines} | {fact.id: fact.name for fact in summary.facts},
        "course": dict(summary.course),
        "status": summary.status,
        "level": summary.level,
        "massage": summary.massage,
        "reasons": [
            {
                "rule": rule.id,
                "findings": list(rule.findings),
                "text": rule.text,
                "source": "; ".join(source.title for source in rule.sources),
                "sources": [{"title": s.title, "url": s.url, "year": s.year} for s in rule.sources],
            }
            for rule in summary.rules
        ],
        "advice": None
        if advice is None
        else {
            "title": advice.title,
            "what_to_do": advice.what_to_do,
            "how_soon": advice.how_soon,
            "say_there": advice.say_there,
            "do_not": list(advice.do_not),
        },
        "guidance": [dict(piece) for piece in summary.guidance],
        "safety_net": summary.safety_net,
        "ruleset": summary.ruleset,
        "clinic": about.clinic,
        "started_at": about.started_at,
        "made_at": about.made_at,
        "messages": about.messages,
        "automated": True,
        "notice": summary.say("notice"),
    }


def _ids(lines: Sequence[Line]) -> list[str]:
    return [line.id for line in lines]


def page(summary: Summary, about: About, part: Part, style: str) -> str:
    """The summary as a page to print; everything in it is escaped. ``style`` is the address of the style sheet."""
    return _PAGES.get_template("summary.html").render(
        summary=summary, say=summary.say, about=about, part=part, style=style
    )


def written(media_type: str, summary: Summary, about: About, part: Part | None, style: str) -> bytes:
    """The summary in one of the ``OFFERED`` forms. ``part`` None: both in a page, the clinician's in a PDF.

    PDF and FHIR load their libraries with the first one that is wanted, so that a process nobody asks stays small.
    """
    if media_type == HTML:
        return page(summary, about, part or "both", style).encode()
    if media_type == PDF:
        from bot.summary import pdf

        return pdf.render(summary, about, part or "both")
    if media_type == FHIR:
        from bot.summary import fhir

        return _json(fhir.checked(fhir.bundle(summary, about)))
    return _json(data(summary, about))


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


@cache
def style_sheet() -> tuple[bytes, str]:
    """The page's style sheet and its entity tag."""
    body = (_FOLDER / "summary.css").read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def choose_media_type(accept: str, offered: Iterable[str] = OFFERED) -> str | None:
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
