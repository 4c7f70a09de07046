"""Attributes of rows that are stored only encrypted."""

from __future__ import annotations

from typing import Any, Self, cast, overload

from api.kit.crypto import Safe

PREFIX = "sealed_"


class SealedRow:
    """A row with ``Secret`` attributes, each stored in the column ``sealed_<name>``.

    A row that the database gave needs ``unlock`` before a secret is read; a new one is sealed by ``sealed_values``.
    """

    __tablename__: str
    id: Any

    def unlock(self, safe: Safe) -> Self:
        """Gives the row the safe of its conversation: what is set from now on is sealed at once."""
        self.__dict__["_safe"] = safe
        return self

    def sealed_values(self, safe: Safe) -> dict[str, bytes | None]:
        """What to store of the secrets that were set, by column."""
        plain: dict[str, Any] = self.__dict__.get("_plain", {})
        return {PREFIX + name: self.seal(safe, name, value) for name, value in plain.items()}

    def seal(self, safe: Safe, name: str, value: Any) -> bytes | None:
        return None if value is None else safe.seal(self._place(name), value)

    def reveal(self, name: str) -> Any:
        """The value of a secret as it is stored."""
        sealed = getattr(self, PREFIX + name)
        return None if sealed is None else self.__dict__["_safe"].open(self._place(name), sealed)

    def _place(self, name: str) -> str:
        return place(self.__tablename__, name, self.id)


def place(table: str, name: str, row: object) -> str:
    """Where a secret belongs, so that it opens nowhere else."""
    return f"{table}.{PREFIX}{name}|{row}"


class Secret[T]:
    """An attribute of a ``SealedRow``: any JSON value, None as NULL. Set it whole, never change it inside."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...

    @overload
    def __get__(self, row: SealedRow, owner: type) -> T: ...

    def __get__(self, row: SealedRow | None, owner: type) -> Self | T:
        if row is None:
            return self
        plain = row.__dict__.setdefault("_plain", {})
        if self._name not in plain:
            plain[self._name] = row.reveal(self._name)
        return cast(T, plain[self._name])

    def __set__(self, row: SealedRow, value: T) -> None:
        row.__dict__.setdefault("_plain", {})[self._name] = value
        if (safe := row.__dict__.get("_safe")) is not None:
            setattr(row, PREFIX + self._name, row.seal(safe, self._name, value))
