"""Tokens are for one conversation and cannot be forged; secrets have no defaults outside development."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from pydantic import ValidationError

from api.kit.crypto import new_master_key
from api.kit.settings import Settings
from api.kit.tokens import BadToken, Tokens, Visitor, signing_key

KEY = "k" * 40


def visitor() -> Visitor:
    return Visitor(uuid4(), uuid4(), 1, "GB")


def test_a_token_says_what_was_signed() -> None:
    given = visitor()
    assert Tokens(KEY, 60).read(Tokens(KEY, 60).sign(given)) == given


def test_an_old_token_is_bad() -> None:
    with pytest.raises(BadToken):
        Tokens(KEY, 60).read(Tokens(KEY, -1).sign(visitor()))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é"])
def test_rubbish_is_bad(token: str) -> None:
    with pytest.raises(BadToken):
        Tokens(KEY, 60).read(token)


def test_another_key_is_bad() -> None:
    with pytest.raises(BadToken):
        Tokens(KEY, 60).read(Tokens("o" * 40, 60).sign(visitor()))


def test_an_unsigned_token_is_bad() -> None:
    claims = jwt.decode(Tokens(KEY, 60).sign(visitor()), options={"verify_signature": False})
    with pytest.raises(BadToken):
        Tokens(KEY, 60).read(jwt.encode(claims, "", algorithm="none"))


@pytest.mark.parametrize("claim", ["exp", "sub", "cli", "ver", "cty"])
def test_a_token_without_a_claim_is_bad(claim: str) -> None:
    claims = jwt.decode(Tokens(KEY, 60).sign(visitor()), options={"verify_signature": False})
    del claims[claim]
    with pytest.raises(BadToken):
        Tokens(KEY, 60).read(jwt.encode(claims, KEY, algorithm="HS256"))


def test_development_makes_its_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path / "var")
    key = signing_key(settings)
    assert len(key) >= 32
    assert signing_key(settings) == key
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
        ("sqlite:///x.sqlite", "sqlite+aiosqlite:///x.sqlite"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
    ],
)
def test_a_database_address_gets_the_async_driver(given: str, used: str) -> None:
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
