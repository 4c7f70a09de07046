"""What a person typed becomes safe to store, to read and to hand to Rasa, and stays what they said."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.kit import text
from api.kit.text import LONGEST, PersonText, clean

# Characters that tricks are made of, more often than chance would bring them.
TRICKY = st.sampled_from(
    "/ \t\n\r\x00\x0b\x0c\x1c\x1f\x85\u00a0\u2003\u2028\u200b\u200c\u200d\u202e\u2066\ufeff\ud800\udfff\ufffe"
    "{}a\u0301é\U0001f9d1\U000e0041\u3164"
)
TEXT = st.text(alphabet=st.one_of(TRICKY, st.characters()), max_size=60)
MODEL: TypeAdapter[str] = TypeAdapter(PersonText)


@given(TEXT)
@example("/ /x")
@example("\u200b/\u200d/x")
@example('\u00a0/inform{"x":1}')
@example("e\u200d\u0301")
@example("\u0344\u200d/")
def test_nothing_starts_like_a_payload_and_cleaning_twice_is_cleaning_once(raw: str) -> None:
    cleaned = clean(raw)
    assert not cleaned.startswith("/")
    assert not cleaned[:1].isspace()
    assert cleaned == cleaned.strip()
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("my lower back is sore", "my lower back is sore"),
        ("  /restart", "\uff0frestart"),
        ("\u2003//\u00a0/ 10 pain", "\uff0f10 pain"),
        ("line one\r\nline two", "line one\nline two"),
        ("nu\u200bmb\x00 legs", "numb legs"),
        ("cafe\u0301", "café"),
        ("7/10 and 1/2", "7/10 and 1/2"),
        ("fine \U0001f469\u200d\u2695\ufe0f", "fine \U0001f469\u200d\u2695\ufe0f"),
        ("can\u2019t pee", "can\u2019t pee"),
        ("abc\u202edef", "abcdef"),
        ("میخواهم", "میخواهم"),
    ],
)
def test_what_was_said_survives(raw: str, said: str) -> None:
    assert clean(raw) == said


@pytest.mark.parametrize(
    "raw", ["", "   ", "///", "\u200b\u200d", "\x00", " / / ", "\ud83d", "\ufeff\u2060", "\u3164"]
)
def test_a_text_of_nothing_is_empty(raw: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MODEL.validate_python(raw)
    assert caught.value.errors()[0]["type"] == "message_empty"


def test_length_counts_code_points_of_what_is_left() -> None:
    assert MODEL.validate_python("  " + "\U0001f600" * LONGEST + "\n")
    with pytest.raises(ValidationError) as caught:
        MODEL.validate_python("a" * (LONGEST + 1))
    assert caught.value.errors()[0]["type"] == "message_too_long"


@pytest.mark.parametrize(
    "unit", ["/ ", "/\u200d", "\u00a0/", "\u0301", "e\u200d\u0301", "\u0344\u200d/", "{x}", "\ud800/"]
)
def test_as_much_as_a_request_can_hold_is_cleaned_in_a_few_passes(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = 0
    plain = text._once

    def counted(raw: str) -> str:
        nonlocal passes
        passes += 1
        return plain(raw)

    monkeypatch.setattr(text, "_once", counted)
    clean(unit * 30_000 + "x")
    assert passes < 10


@given(TEXT)
def test_what_it_lets_through_can_neither_be_a_template_nor_break_json(raw: str) -> None:
    cleaned = clean(raw)
    assert json.loads(json.dumps(cleaned)) == cleaned
    assert cleaned.count("{") == raw.count("{")  # braces are only characters: nothing fills them in
