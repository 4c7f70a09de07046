"""The chain of hashes over the ledger of deletions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from api.privacy.models import Deletion

START = "0" * 64


def chained(row: Deletion) -> str:
    """The hash of a row, over all that it says and the hash of the row before."""
    said = [
        row.number,
        row.clinic_id.hex,
        row.clinic_key,
        row.cause,
        row.cutoff.astimezone(UTC).isoformat(),
        row.conversations,
        row.messages,
        row.remaining,
        row.done_at.astimezone(UTC).isoformat(),
        row.previous,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def first_broken(rows: Iterable[Deletion]) -> int | None:
    """The number of the first row that was changed, taken out or put in; None when the ledger is whole."""
    previous = START
    for number, row in enumerate(rows, 1):
        if row.number != number or row.previous != previous or row.hash != chained(row):
            return number
        previous = row.hash
    return None
