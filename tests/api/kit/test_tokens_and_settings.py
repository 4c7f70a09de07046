"""Tokens are for one conversation and cannot be forged; secrets have no defaults outside development."""

from __future__ import annotations

import time
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from pydantic import ValidationError

from api.kit.crypto import new_master_key
from api.kit.settings import Settings
from api.kit.tokens import BadToken, Tokens, Visitor, clinic_of_refresh, new_refresh, signing_secrets

KEY = "k" * 40


def visitor() -> Visitor:
    return Visitor(uuid4(), uuid4(), 1, "GB")


def test_a_token_says_what_was_signed() -> None:
    given = visitor()
    assert Tokens([KEY], 60).read(Tokens([KEY], 60).sign(given)) == given


def test_an_old_token_is_bad() -> None:
    with pytest.raises(BadToken):
        Tokens([KEY], 60).read(Tokens([KEY], -1).sign(visitor()))


def test_a_token_that_was_good_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens([KEY], 60)
    token = tokens.sign(visitor())
    assert tokens.read(token) == tokens.read(token)
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(BadToken):
        tokens.read(token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é"])
def test_rubbish_is_bad(token: str) -> None:
    with pytest.raises(BadToken):
        Tokens([KEY], 60).read(token)


def test_another_key_is_bad() -> None:
    with pytest.raises(BadToken):
        Tokens([KEY], 60).read(Tokens(["o" * 40], 60).sign(visitor()))


def test_an_unsigned_token_is_bad() -> None:
    claims = jwt.decode(Tokens([KEY], 60).sign(visitor()), options={"verify_signature": False})
    with pytest.raises(BadToken):
        Tokens([KEY], 60).read(jwt.encode(claims, "", algorithm="none"))


@pytest.mark.parametrize("claim", ["exp", "sub", "cli", "ver", "cty"])
def test_a_token_without_a_claim_is_bad(claim: str) -> None:
    claims = jwt.decode(Tokens([KEY], 60).sign(visitor()), options={"verify_signature": False})
    del claims[claim]
    with pytest.raises(BadToken):
        Tokens([KEY], 60).read(jwt.encode(claims, KEY, algorithm="HS256"))


def test_a_new_secret_signs_while_the_old_one_is_still_accepted() -> None:
    old = Tokens([KEY], 60).sign(visitor())
    both = Tokens(["n" * 40, KEY], 60)
    assert both.read(old)
    assert Tokens(["n" * 40], 60).read(both.sign(visitor()))
    with pytest.raises(BadToken):
        Tokens(["n" * 40], 60).read(old)


def test_a_token_from_before_key_ids_is_still_read() -> None:
    claims = jwt.decode(Tokens([KEY], 60).sign(visitor()), options={"verify_signature": False})
    assert Tokens([KEY], 60).read(jwt.encode(claims, KEY, algorithm="HS256"))


def test_a_refresh_secret_names_its_clinic_and_cannot_be_guessed() -> None:
    clinic = uuid4()
    one, other = new_refresh(clinic), new_refresh(clinic)
    assert one != other
    assert clinic_of_refresh(one) == clinic_of_refresh(other) == clinic
    assert [clinic_of_refresh(wrong) for wrong in ("", "x", "é", one[:-4])] == [None] * 4


def test_of_several_token_secrets_none_may_be_weak() -> None:
    given = {"environment": "production", "rasa_secret": KEY, "keys": new_master_key("a")}
    assert Settings(**given, token_secret=f"{KEY},{'o' * 40}").token_secrets == [KEY, "o" * 40]
    with pytest.raises(ValidationError, match="TOKEN_SECRET"):
        Settings(**given, token_secret=f"{KEY},short")


def test_development_makes_its_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path / "var")
    (key,) = signing_secrets(settings)
    assert len(key) >= 32
    assert signing_secrets(settings) == [key]
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("missing", ["token_secret", "rasa_secret", "keys"])
def test_production_refuses_a_default_secret(missing: str) -> None:
    secrets = {"token_secret": KEY, "rasa_secret": KEY, "keys": new_master_key("a")}
    assert Settings(environment="production", **secrets)
    del secrets[missing]
    with pytest.raises(ValidationError, match=missing.upper()):
        Settings(environment="production", **secrets)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("sqlite:///x.sqlite", "sqlite:///x.sqlite"),
        ("sqlite+aiosqlite:///x.sqlite", "sqlite:///x.sqlite"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_a_database_address_gets_the_driver_of_this_project(given: str, used: str) -> None:
    assert Settings(database_url=given).database == used


def test_the_environment_sets_the_shared_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9001")
    monkeypatch.setenv("RASA_PORT", "9002")
    monkeypatch.setenv("SPINEWISE_RASA_SECRET", "s")
    settings = Settings()
    assert (settings.port, settings.rasa, settings.rasa_secret.get_secret_value()) == (
        9001,
        "http://127.0.0.1:9002",
        "s",
    )
