"""Visitor tokens: signed, for one conversation, with all that is needed when the database is away."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from uuid import UUID

import jwt

from api.kit.ids import parse_id
from api.kit.settings import DEFAULT_SECRET, Settings, kept

_ALGORITHM = "HS256"
_ISSUER = "spinewise"


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
    """Signs and reads visitor tokens (JWT, HS256)."""

    def __init__(self, secret: str, lifetime: float) -> None:
        self.secret = secret
        self._lifetime = lifetime

    def sign(self, visitor: Visitor) -> str:
        moment = int(time.time())
        claims = {
            "iss": _ISSUER,
            "sub": str(visitor.conversation_id),
            "cli": str(visitor.clinic_id),
            "ver": visitor.version,
            "cty": visitor.country,
            "iat": moment,
            "exp": moment + int(self._lifetime),
        }
        return jwt.encode(claims, self.secret, algorithm=_ALGORITHM)

    def read(self, token: str) -> Visitor:
        """The visitor of a token; BadToken for anything else."""
        try:
            claims = jwt.decode(
                token,
                self.secret,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["exp", "sub", "cli", "ver", "cty"]},
            )
        except (jwt.InvalidTokenError, ValueError):
            raise BadToken from None
        conversation, clinic = parse_id(claims["sub"]), parse_id(str(claims["cli"]))
        if conversation is None or clinic is None:
            raise BadToken
        return Visitor(conversation, clinic, int(claims["ver"]), str(claims["cty"]))


def signing_key(settings: Settings) -> str:
    """The key from the settings; in development one that is made once and kept in ``var/secret``."""
    given = settings.token_secret.get_secret_value()
    if given != DEFAULT_SECRET:
        return given
    return kept(settings.var / "secret", lambda: secrets.token_urlsafe(48))
