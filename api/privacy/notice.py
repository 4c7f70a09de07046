"""The notice that a person agrees to before the first message: its version and the hash of its words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache

from api.widget.assets import choose_locale, words

# In the order in which they are shown; the buttons are no part of the notice.
PARTS = (
    "heading",
    "what",
    "not_doctor",
    "emergency_title",
    "emergency",
    "kept_title",
    "kept",
    "kept_days",
    "browser",
)


@dataclass(frozen=True)
class Notice:
    """``text``: its sentences in the order shown; ``hash``: SHA-256 of them as JSON, hexadecimal."""

    version: str
    locale: str
    text: tuple[str, ...]
    hash: str


@cache
def notice(locale: str, days: int) -> Notice:
    """The notice in the closest language there is, for a clinic that keeps conversations for ``days``."""
    language = choose_locale(locale)
    said = words(language)["consent"]
    text = tuple(str(said[part]).replace("{days}", str(days)) for part in PARTS)
    digest = hashlib.sha256(json.dumps(text, ensure_ascii=False).encode()).hexdigest()
    return Notice(str(said["version"]), language, text, digest)
