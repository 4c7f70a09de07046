"""Encryption at rest: AES-256-GCM under a data key of each conversation, wrapped by a master key of a key ring.

Whoever deletes the wrapped data key has deleted the conversation, wherever copies of its rows still are. Every value
is bound to its place (clinic, conversation, table, column, row): moved anywhere else it does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.kit.settings import Settings, kept

KEY_BYTES = 32
_NONCE_BYTES = 12  # NIST SP 800-38D; random, since a key seals far fewer than 2^32 values
_VERSION = b"\x01"
_WRAPPED_VERSION = "v1"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class CannotOpen(Exception):
    """A value that was changed, moved, or sealed with another key."""


class UnknownKey(CannotOpen):
    """A data key was wrapped with a master key that is not in the ring; the message is its id."""


class Safe:
    """Seals and opens JSON values with one data key, for one owner (``clinic|conversation``)."""

    def __init__(self, key: bytes, owner: str) -> None:
        self._cipher = AESGCM(key)
        self._owner = owner
        self._fingerprint_key = hmac.digest(key, b"fingerprint", "sha256")

    def seal(self, place: str, value: Any) -> bytes:
        """The value as version, nonce and ciphertext; ``place`` is ``table.column|row``."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, self._bound(place))

    def open(self, place: str, sealed: bytes) -> Any:
        """The value again; CannotOpen when it is not from this place."""
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _VERSION or len(nonce) < _NONCE_BYTES:
            raise CannotOpen(place)
        try:
            return json.loads(self._cipher.decrypt(nonce, ciphertext, self._bound(place)))
        except InvalidTag:
            raise CannotOpen(place) from None

    def fingerprint(self, purpose: str, text: str) -> str:
        """A keyed hash (HMAC-SHA256, hexadecimal) that nobody can compute or compare without the data key."""
        return hmac.new(self._fingerprint_key, f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()

    def _bound(self, place: str) -> bytes:
        return f"spinewise|{self._owner}|{place}".encode()


class KeyRing:
    """Master keys by id. The first wraps new data keys; all unwrap. A wrapped key is ``v1|kid|nonce|ciphertext``."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("there is no key")
        for kid, key in keys.items():
            if not _KEY_ID.fullmatch(kid):
                raise ValueError("a key id has 1 to 32 letters, digits, - or _")
            if len(key) != KEY_BYTES:
                raise ValueError(f"key {kid} must be {KEY_BYTES} bytes in base64")
        self.active = next(iter(keys))
        self._ciphers = {kid: AESGCM(key) for kid, key in keys.items()}

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """A ring from ``kid:base64,kid2:base64``; ValueError says what is wrong and never repeats a key."""
        keys: dict[str, bytes] = {}
        for part in text.split(","):
            kid, colon, encoded = part.strip().partition(":")
            if not colon:
                raise ValueError("keys are written as id:base64, separated by commas")
            if kid in keys:
                raise ValueError(f"key id {kid} is there twice" if _KEY_ID.fullmatch(kid) else "an id is there twice")
            try:
                keys[kid] = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
            except (binascii.Error, ValueError):
                keys[kid] = b""
        return cls(keys)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all master keys of the ring."""
        return frozenset(self._ciphers)

    def new_safe(self, owner: str) -> tuple[Safe, str]:
        """A safe with a new data key, and that key wrapped for storing."""
        key = AESGCM.generate_key(bit_length=8 * KEY_BYTES)
        return Safe(key, owner), self._wrap(owner, key)

    def safe(self, owner: str, wrapped: str) -> Safe:
        """The safe of a stored data key; UnknownKey or CannotOpen."""
        return Safe(self._unwrap(owner, wrapped), owner)

    def rewrap(self, owner: str, wrapped: str) -> str:
        """The same data key, wrapped with the active master key."""
        return self._wrap(owner, self._unwrap(owner, wrapped))

    def _wrap(self, owner: str, key: bytes) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = self._ciphers[self.active].encrypt(nonce, key, _bound_key(owner))
        return "|".join((_WRAPPED_VERSION, self.active, _text(nonce), _text(ciphertext)))

    def _unwrap(self, owner: str, wrapped: str) -> bytes:
        version, kid, *rest = wrapped.split("|")
        if version != _WRAPPED_VERSION or len(rest) != 2:
            raise CannotOpen("data key")
        if kid not in self._ciphers:
            raise UnknownKey(kid)
        nonce, ciphertext = (base64.urlsafe_b64decode(part) for part in rest)
        try:
            return self._ciphers[kid].decrypt(nonce, ciphertext, _bound_key(owner))
        except InvalidTag:
            raise CannotOpen("data key") from None


def wrapped_by(kid: str) -> str:
    """How every data key begins that this master key wrapped."""
    return f"{_WRAPPED_VERSION}|{kid}|"


def owner_of(clinic_id: object, conversation_id: object) -> str:
    """The owner of a conversation's values."""
    return f"{clinic_id}|{conversation_id}"


def new_master_key(kid: str) -> str:
    """A random master key as it is written in the settings."""
    return f"{kid}:{base64.b64encode(AESGCM.generate_key(bit_length=8 * KEY_BYTES)).decode()}"


def key_ring(settings: Settings) -> KeyRing:
    """The ring of the settings; in development one key that is made once and kept in ``var/keys``."""
    given = settings.keys.get_secret_value()
    return KeyRing.parse(given or kept(settings.var / "keys", lambda: new_master_key("local")))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _bound_key(owner: str) -> bytes:
    return f"spinewise|{owner}|data_keys.wrapped".encode()
