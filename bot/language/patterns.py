"""The pattern language of ``data/language``, and how it is read.

numb down there         these words, in this order; small words such as "my" or "really" may stand between
<leg>                   any member of the set "leg"
[leg|legs|both <leg>]   any of these
word?                   may be missing (also ``<leg>?`` and ``[a|b]?``)
numb*                   any word that begins with "numb"
..  or  ...             up to three, or up to seven, other words of the same clause
A & B                   both in one clause, in either order, at most eight words (small ones not counted) apart
A && B                  the same, but a "but" or a full stop may stand between
A @ B                   A, where B stands anywhere in the message; only A is the place that was read
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product

GAPS = {"..": 3, "...": 7}
_PLAIN = re.compile(r"<[a-z_]+>\??|\.{2,3}(?=\s|$)|&&?|@|[^\s\[\]<>&|@]+")


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why and how to mend it."""


@dataclass(frozen=True)
class Piece:
    """A set name, with how many other words may stand before it."""

    name: str
    gap: int = 0


Run = tuple[Piece, ...]


@dataclass(frozen=True)
class Pattern:
    """One or several runs of pieces; several are looked for in either order."""

    runs: tuple[Run, ...]
    names: tuple[str, ...]
    """All set names of the runs."""
    wide: bool = False
    """Whether the runs may stand in different clauses."""
    given: tuple[Run, ...] = ()
    """Runs that must stand somewhere in the message."""

    @cached_property
    def needs(self) -> frozenset[str]:
        """The names without which the pattern cannot be found."""
        return frozenset(self.names)


def parse(text: str) -> list[Pattern]:
    """The patterns that ``text`` stands for: one, or several where parts may be missing."""
    tokens = _tokens(text)
    groups: list[list[str]] = [[]]
    own = 0
    for piece in tokens:
        if piece in ("&", "&&", "@"):
            if own and piece != "@":
                raise PatternError(f"{text!r}: & must stand in front of every @")
            own = own or len(groups) * (piece == "@")
            groups.append([])
        else:
            groups[-1].append(piece)
    if any(not group for group in groups):
        raise PatternError(f"{text!r}: & and @ need something on both sides")
    wide = "&&" in tokens
    return [
        _pattern(choice, wide, own or len(groups)) for choice in product(*(_runs(group, text) for group in groups))
    ]


def _pattern(runs: tuple[Run, ...], wide: bool, own: int) -> Pattern:
    return Pattern(runs[:own], tuple(piece.name for run in runs for piece in run), wide, runs[own:])


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        if text[place] == "[":
            end = _closing(text, place) + 1
            end += text[end : end + 1] == "?"
            tokens.append(text[place:end])
        else:
            found = _PLAIN.match(text, place)
            if found is None:
                raise PatternError(
                    f"cannot read {text!r} from {text[place:]!r} on: use words, <sets>, [a|b], .., ... and &"
                )
            tokens.append(found.group())
            end = found.end()
        place = end
    if not tokens:
        raise PatternError("an empty pattern matches nothing; remove it")
    return tokens


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "[") - (text[place] == "]")
        if depth == 0:
            return place
    raise PatternError(f"cannot read {text!r}: a [ is never closed")


def alternatives(name: str) -> list[str]:
    """The alternatives of "[a|b <c>|[d|e] f]"."""
    parts, depth, last = [], 0, 1
    for place in range(1, len(name) - 1):
        depth += (name[place] == "[") - (name[place] == "]")
        if name[place] == "|" and depth == 0:
            parts.append(name[last:place].strip())
            last = place + 1
    return [*parts, name[last:-1].strip()]


def _runs(tokens: list[str], text: str) -> list[Run]:
    """All runs of one group, each optional piece in and out; neighbouring plain words become one phrase."""
    choices: list[list[str]] = []
    for piece in tokens:
        optional = piece not in GAPS and piece.endswith("?") and len(piece) > 1
        choices.append([piece[:-1], ""] if optional else [piece])
    runs = [_run([piece for piece in choice if piece]) for choice in product(*choices)]
    if not all(runs):
        raise PatternError(f"{text!r}: at least one piece must not be optional")
    return runs


def _run(tokens: list[str]) -> Run:
    pieces: list[Piece] = []
    words: list[str] = []
    gap = words_gap = 0
    for piece in [*tokens, ""]:
        if piece and piece not in GAPS and piece[0] not in "<[":
            if not words:
                words_gap, gap = gap, 0
            words.append(piece)
            continue
        if words:
            pieces.append(Piece("=" + " ".join(words), words_gap if pieces else 0))
            words = []
        if piece in GAPS:
            gap = GAPS[piece]
        elif piece:
            pieces.append(Piece(piece[1:-1] if piece[0] == "<" else piece, gap if pieces else 0))
            gap = 0
    return tuple(pieces)
