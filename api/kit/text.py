"""``PersonText``: what a person typed, made safe to store, to read and to hand to Rasa.

Rasa takes a message whose first visible character is "/" for a ready-made intent, also behind other kinds of
white space; PostgreSQL refuses NUL; lone surrogates cannot be encoded; characters nobody sees can hide words.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

COMMAND_MARK = "\uff0f"  # the fullwidth slash: looks like one to people, not to Rasa
LONGEST = 2000  # code points
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_LEADING = re.compile(r"\A[\s/]+")
_JOINERS = "\u200c\u200d"  # needed inside emoji and by some scripts, so kept between two characters beyond ASCII
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
# Letters that show as nothing: combining grapheme joiner, Hangul fillers, Khmer inherent vowels, Braille blank
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def _is_dropped(character: str) -> bool:
    if character == "\n":
        return False
    category = unicodedata.category(character)
    if category in ("Cc", "Cs"):
        return True
    if category == "Cf":
        return character not in _VISIBLE_FORMATS and character not in _JOINERS
    point = ord(character)
    return character in _BLANKS or 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE


def _without_stray_joiners(text: str) -> str:
    kept = []
    for index, character in enumerate(text):
        if character in _JOINERS:
            before = text[index - 1] if index else ""
            after = text[index + 1 : index + 2]
            if not (before > "\x7f" and after > "\x7f") or before in _JOINERS or before.isspace() or after.isspace():
                continue
        kept.append(character)
    return "".join(kept)


def _once(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ").replace("\x1f", " ")
    text = "".join(character for character in text if not _is_dropped(character))
    text = _without_stray_joiners(text)
    # What cannot be encoded is gone by now, so that normalising is safe.
    return unicodedata.normalize("NFC", text).strip()


def clean(text: str) -> str:
    """The text without anything invisible or controlling, in NFC, not starting with white space or "/".

    A leading "/" becomes ``COMMAND_MARK``, so that everybody after this knows of the attempt and nobody obeys it.
    Cleaning a cleaned text changes nothing.
    """
    slash = False
    while (cleaner := _once(text)) != text or cleaner.startswith("/"):
        slash = slash or cleaner.startswith("/")
        text = _LEADING.sub("", cleaner)  # all at once: 64 KB of "/ / /" one by one would take minutes
    return COMMAND_MARK + text if slash and text else text


def checked(text: str) -> str:
    """The cleaned text; a validation error ``message_empty`` or ``message_too_long`` otherwise."""
    text = clean(text)
    if not text:
        raise PydanticCustomError("message_empty", "the message has no text")
    if len(text) > LONGEST:
        raise PydanticCustomError("message_too_long", "the message is too long")
    return text


PersonText = Annotated[str, AfterValidator(checked)]
