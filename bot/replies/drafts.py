"""Message drafts: the contract's Message without what the API adds (``id``, ``seq``, ``role``, choice ids)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Kind = Literal["info", "question", "answer", "advice", "emergency"]
Choice = Mapping[str, Any]


def choice(label: str, **sets: Any) -> dict[str, Any]:
    """One button: its label and what choosing it says."""
    return {"label": label, "sets": sets}


def draft(
    kind: Kind,
    text: str,
    choices: Sequence[Choice] = (),
    question: Mapping[str, Any] | None = None,
    guidance: Sequence[Mapping[str, Any]] = (),
    sources: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """A message draft as plain JSON."""
    return {
        "kind": kind,
        "text": text.strip(),
        "choices": [dict(c) for c in choices],
        "question": dict(question) if question else None,
        "guidance": [dict(piece) for piece in guidance],
        "sources": [dict(source) for source in sources],
    }
