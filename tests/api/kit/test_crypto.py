"""Sealed values open only in their place and only with their key; master keys can be exchanged."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.kit.crypto import CannotOpen, KeyRing, Safe, UnknownKey, key_ring, new_master_key, wrapped_by
from api.kit.settings import Settings

OLD, NEW = b"o" * 32, b"n" * 32
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_what_is_sealed_opens_again(value: Any) -> None:
    safe = Safe(OLD, "clinic|talk")
    assert safe.open("messages.text|1", safe.seal("messages.text|1", value)) == value


def test_nothing_of_it_can_be_read_and_no_two_are_the_same() -> None:
    safe = Safe(OLD, "clinic|talk")
    once, again = safe.seal("p", "my back hurts"), safe.seal("p", "my back hurts")
    assert once != again
    assert b"back" not in once
    assert len(once) == 1 + 12 + len(json.dumps("my back hurts")) + 16


@pytest.mark.parametrize(
    "elsewhere",
    [
        (Safe(OLD, "clinic|talk"), "messages.sealed_text|2"),
        (Safe(OLD, "clinic|talk"), "messages.sealed_kind|1"),
        (Safe(OLD, "clinic|other"), "messages.sealed_text|1"),
        (Safe(OLD, "other|talk"), "messages.sealed_text|1"),
        (Safe(NEW, "clinic|talk"), "messages.sealed_text|1"),
    ],
)
def test_a_value_opens_only_where_it_belongs(elsewhere: tuple[Safe, str]) -> None:
    safe, place = elsewhere
    sealed = Safe(OLD, "clinic|talk").seal("messages.sealed_text|1", "x")
    with pytest.raises(CannotOpen):
        safe.open(place, sealed)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, by: int) -> None:
    safe = Safe(OLD, "clinic|talk")
    sealed = bytearray(safe.seal("p", "my back hurts"))
    sealed[at % len(sealed)] ^= by
    with pytest.raises(CannotOpen):
        safe.open("p", bytes(sealed))


def test_rubbish_does_not_open() -> None:
    for rubbish in (b"", b"\x01", b"\x01" + b"x" * 11, b"plain text"):
        with pytest.raises(CannotOpen):
            Safe(OLD, "clinic|talk").open("p", rubbish)


def test_a_new_master_key_takes_over_and_the_old_one_can_go() -> None:
    safe, wrapped = KeyRing({"old": OLD}).new_safe("clinic|talk")
    sealed = safe.seal("p", "x")
    both = KeyRing({"new": NEW, "old": OLD})
    again = both.rewrap("clinic|talk", wrapped)
    assert wrapped.startswith(wrapped_by("old"))
    assert again.startswith(wrapped_by("new"))
    assert KeyRing({"new": NEW}).safe("clinic|talk", again).open("p", sealed) == "x"
    with pytest.raises(UnknownKey, match="old"):
        KeyRing({"new": NEW}).safe("clinic|talk", wrapped)


def test_a_data_key_serves_its_own_conversation_only() -> None:
    ring = KeyRing({"old": OLD})
    _, wrapped = ring.new_safe("clinic|talk")
    for owner in ("clinic|other", "other|talk"):
        with pytest.raises(CannotOpen):
            ring.safe(owner, wrapped)
    with pytest.raises(CannotOpen):
        KeyRing({"old": NEW}).safe("clinic|talk", wrapped)
    with pytest.raises(CannotOpen):
        ring.safe("clinic|talk", "v9|old|a|b")


def test_a_fingerprint_needs_the_key() -> None:
    one, other = Safe(OLD, "clinic|talk"), Safe(NEW, "clinic|talk")
    seen = one.fingerprint("request", "yes")
    assert seen == one.fingerprint("request", "yes")
    assert seen not in (one.fingerprint("refresh", "yes"), other.fingerprint("request", "yes"))


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_ring_is_read_from_the_settings(encode: Any) -> None:
    awkward = b"\xfb\xff" * 16
    ring = KeyRing.parse(f"2026b:{encode(awkward).decode()}, 2026a:{encode(OLD).decode()}")
    assert (ring.active, ring.ids) == ("2026b", {"2026a", "2026b"})
    safe, wrapped = KeyRing({"2026b": awkward}).new_safe("o")
    assert ring.safe("o", wrapped).open("p", safe.seal("p", 1)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "secretsecret",
        "a:",
        "a:secretsecret",
        "a b:" + "c" * 44,
        "a:%%%",
        ",".join([new_master_key("a")] * 2),
    ],
)
def test_a_wrong_ring_is_refused_without_repeating_it(wrong: str) -> None:
    with pytest.raises(ValueError) as refused:
        KeyRing.parse(wrong)
    assert "secretsecret" not in str(refused.value)


def test_development_makes_its_master_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path / "var")
    _, wrapped = key_ring(settings).new_safe("o")
    assert key_ring(settings).safe("o", wrapped)
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["keys"]
    assert (tmp_path / "var" / "keys").stat().st_mode & 0o077 == 0
