"""Drawings of guidance: from the id that the mind knows to the address that a page can show."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.widget.assets import files


def address(picture: str | None) -> str | None:
    """The path of a drawing on this server, or None when there is no such drawing."""
    name = f"pictures/{picture}.svg"
    return f"/widget/static/{name}" if picture and name in files() else None


def illustrated(guidance: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pieces of guidance in the contract's shape, ``image`` as a path instead of an id."""
    return [{**piece, "image": address(piece.get("image"))} for piece in guidance]
