"""One reader for all tables: building it takes seconds, and it never changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language.reader import Reader

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(ROOT / "data" / "language")
