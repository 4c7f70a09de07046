"""Ids and opaque tokens."""

from __future__ import annotations

import secrets
import string
from uuid import UUID, uuid4

_ALPHABET = string.ascii_letters + string.digits
CHOICE_LENGTH = 12


def new_id() -> UUID:
    """A random id (UUID 4)."""
    return uuid4()


def new_choice_token() -> str:
    """12 letters and digits (71 bits): short enough for every channel's button, not to be guessed."""
    number = secrets.randbelow(
        len(_ALPHABET) ** CHOICE_LENGTH
    )  # at once: each letter of its own is a call of the system
    letters = []
    for _ in range(CHOICE_LENGTH):
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


def parse_id(text: str) -> UUID | None:
    """The id in a text, None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
