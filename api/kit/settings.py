"""Settings from the environment: prefix ``SPINEWISE_``, except the names that other programs set too."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self

from limits import parse
from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_SECRET = "change-me"  # noqa: S105 -- a marker that is refused below, not a secret
ROOT = Path(__file__).resolve().parents[2]
Limit = Literal[
    "requests_by_address",
    "openings_by_address",
    "openings_by_clinic",
    "messages_by_address",
    "messages_by_conversation",
    "messages_by_clinic",
]
# Roomy, since a whole hospital may share one address; a person types some six messages a minute.
RATES: dict[Limit, str] = {
    "requests_by_address": "1200/minute",
    "openings_by_address": "120/hour",
    "openings_by_clinic": "3000/hour",
    "messages_by_address": "600/minute",
    "messages_by_conversation": "40/minute",
    "messages_by_clinic": "6000/minute",
}


class Settings(BaseSettings):
    """Everything that may differ between two installations. Times are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="SPINEWISE_", env_ignore_empty=True, populate_by_name=True, extra="ignore"
    )

    environment: Literal["development", "production"] = Field(
        default="development", validation_alias=AliasChoices("SPINEWISE_ENV", "SPINEWISE_ENVIRONMENT")
    )
    host: str = "127.0.0.1"
    port: int = Field(default=8000, validation_alias=AliasChoices("PORT", "SPINEWISE_PORT"), ge=0, le=65535)
    rasa_port: int = Field(
        default=5005, validation_alias=AliasChoices("RASA_PORT", "SPINEWISE_RASA_PORT"), ge=1, le=65535
    )
    rasa_url: str = ""
    rasa_secret: SecretStr = SecretStr(DEFAULT_SECRET)
    # One or more, separated by commas: the first signs, all are accepted.
    token_secret: SecretStr = SecretStr(DEFAULT_SECRET)
    # Master keys of the encryption at rest, "id:base64 of 32 bytes", separated by commas: the first seals.
    keys: SecretStr = SecretStr("")
    database_url: str = Field(default="", validation_alias=AliasChoices("DATABASE_URL", "SPINEWISE_DATABASE_URL"))
    # Only wakes event streams and shares rate limits between processes; nothing depends on it.
    redis_url: str = Field(default="", validation_alias=AliasChoices("REDIS_URL", "SPINEWISE_REDIS_URL"))
    var: Path = ROOT / "var"
    data: Path = ROOT / "data"

    token_lifetime: float = 1800.0
    # Of clinics that set no number of their own; days after the person's last message.
    retention_days: int = Field(default=30, ge=1)
    purge_every: float = 3600.0
    # How old what this process knows of the clinics may be: their origins and retention.
    clinics_refresh: float = 10.0
    # Deadlines nest: action 3 < Rasa < turn, so that whoever waits outside always outlives whoever works inside.
    rasa_timeout: float = 8.0
    turn_budget: float = 9.5
    accept_budget: float = 9.0  # the part of it that storing the message may take; the rest is for saying so
    lease: float = 4.0  # renewed while the turn runs: after a crash it is free this soon, not after the longest turn
    sweep_every: float = 1.0
    turn_attempts: int = 3
    queue_limit: int = 5
    body_limit: int = 64 * 1024  # 2,000 characters take 24 KB when each is written as two \u escapes
    body_seconds: float = 10.0
    body_depth: int = 16
    head_limit: int = 32 * 1024
    head_seconds: float = 10.0
    unread_seconds: float = 30.0  # how long nothing of an answer may be taken before its connection is broken
    events_heartbeat: float = 15.0
    events_poll: float = 2.0
    events_lifetime: float = 600.0
    drain: float = 0.0  # how long a stopping process still takes requests, for a load balancer to notice
    # Addresses or networks of reverse proxies, with commas; X-Forwarded-* of anybody else is not read.
    trusted_proxies: str = ""
    rate_limits: Literal["on", "off"] | None = None  # None: on in production
    rates: dict[Limit, str] = Field(default_factory=dict)  # only those that differ from ``RATES``
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for part in filter(None, (each.strip() for each in value.split(","))):
            ip_network(part, strict=False)  # ValueError names what is wrong
        return value

    @field_validator("rates")
    @classmethod
    def _rates(cls, value: dict[Limit, str]) -> dict[Limit, str]:
        for rate in value.values():
            parse(rate)
        return value

    @model_validator(mode="after")
    def _no_default_secret_in_public(self) -> Self:
        if self.environment == "production":
            given = {"token_secret": self.token_secrets, "rasa_secret": [self.rasa_secret.get_secret_value()]}
            for name, values in given.items():
                if any(value == DEFAULT_SECRET or len(value) < 32 for value in values):
                    raise ValueError(
                        f"SPINEWISE_{name.upper()} must be set to 32 or more characters outside development"
                    )
            if not self.keys.get_secret_value():
                raise ValueError("SPINEWISE_KEYS must be set outside development; `spinewise keys new` makes one")
        return self

    @property
    def token_secrets(self) -> list[str]:
        """The secrets of visitor tokens; the first signs."""
        return [secret.strip() for secret in self.token_secret.get_secret_value().split(",")]

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy address with the driver that this project uses."""
        if not self.database_url:
            return f"sqlite:///{self.var / 'spinewise.sqlite'}"
        scheme, _, rest = self.database_url.partition("://")
        drivers = {
            "postgres": "postgresql+asyncpg",
            "postgresql": "postgresql+asyncpg",
            "sqlite+aiosqlite": "sqlite",  # as it was written before
        }
        return f"{drivers.get(scheme, scheme)}://{rest}"

    @property
    def limited(self) -> bool:
        """Whether rates are limited."""
        return self.environment == "production" if self.rate_limits is None else self.rate_limits == "on"

    @property
    def rasa(self) -> str:
        """Where Rasa answers, without a slash at the end."""
        return (self.rasa_url or f"http://127.0.0.1:{self.rasa_port}").rstrip("/")


def kept(path: Path, make: Callable[[], str]) -> str:
    """A secret that is made once and kept in a file only this account can read; for development."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and linked whole, so that another process that starts now never reads half of it.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(make())
            os.link(name, path)
        except FileExistsError:
            pass  # another process was first
        finally:
            os.unlink(name)
    return path.read_text().strip()
