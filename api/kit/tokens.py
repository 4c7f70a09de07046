"""Visitor tokens: signed, for one conversation, with all that is needed when the database is away."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import jwt

from api.kit.ids import parse_id
from api.kit.settings import DEFAULT_SECRET, Settings, kept

_ALGORITHM = "HS256"
_ISSUER = "spinewise"
_REMEMBERED = 1024  # tokens, each of a conversation that is likely to go on


class BadToken(Exception):
    """The token is missing, forged, expired or not ours."""


@dataclass(frozen=True)
class Visitor:
    """Who is asking: one conversation of one clinic. ``country`` is an ISO 3166 code."""

    conversation_id: UUID
    clinic_id: UUID
    version: int
    country: str


class Tokens:
    """Signs and reads visitor tokens (JWT, HS256). Of several secrets the first signs and all are accepted."""

    def __init__(self, secrets: Sequence[str], lifetime: float) -> None:
        self._secrets = {_key_id(secret): secret for secret in secrets}
        self._signing = _key_id(secrets[0])
        self._checked = lru_cache(maxsize=_REMEMBERED)(self._check)
        self.lifetime = int(lifetime)

    def sign(self, visitor: Visitor) -> str:
        moment = int(time.time())
        claims = {
            "iss": _ISSUER,
            "sub": str(visitor.conversation_id),
            "cli": str(visitor.clinic_id),
            "ver": visitor.version,
            "cty": visitor.country,
            "iat": moment,
            "exp": moment + self.lifetime,
        }
        return jwt.encode(claims, self._secrets[self._signing], _ALGORITHM, headers={"kid": self._signing})

    def read(self, token: str) -> Visitor:
        """The visitor of a token; BadToken for anything else."""
        visitor, expires = self._checked(token)
        if expires <= time.time():
            raise BadToken
        return visitor

    def _check(self, token: str) -> tuple[Visitor, float]:
        """The visitor and the end of a token's time (seconds since 1970): all that does not change about it."""
        try:
            # A token without a key id is from before there were several.
            kid = jwt.get_unverified_header(token).get("kid", self._signing)
            claims = jwt.decode(
                token,
                self._secrets[kid],
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["exp", "sub", "cli", "ver", "cty"]},
            )
        except (jwt.InvalidTokenError, ValueError, KeyError, TypeError):
            raise BadToken from None
        conversation, clinic = parse_id(claims["sub"]), parse_id(str(claims["cli"]))
        if conversation is None or clinic is None:
            raise BadToken
        return Visitor(conversation, clinic, int(claims["ver"]), str(claims["cty"])), float(claims["exp"])


def new_refresh(clinic_id: UUID) -> str:
    """A secret that gets new tokens of one conversation: its clinic's id, so that it can be found, and 256 bits."""
    return base64.urlsafe_b64encode(clinic_id.bytes + secrets.token_bytes(32)).decode()


def clinic_of_refresh(refresh: str) -> UUID | None:
    """The clinic of a refresh secret, None when it is none."""
    try:
        decoded = base64.b64decode(refresh, altchars=b"-_", validate=True)
    except ValueError:
        return None
    return UUID(bytes=decoded[:16]) if len(decoded) == 48 else None


def _key_id(secret: str) -> str:
    return hashlib.sha256(f"spinewise kid {secret}".encode()).hexdigest()[:8]


def signing_secrets(settings: Settings) -> list[str]:
    """The secrets of the settings; in development one that is made once and kept in ``var/secret``."""
    if settings.token_secrets == [DEFAULT_SECRET]:
        return [kept(settings.var / "secret", lambda: secrets.token_urlsafe(48))]
    return settings.token_secrets
