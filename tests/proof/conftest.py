"""The sound knowledge and its demands, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.triage.knowledge import Knowledge
from proof.demands import Demands

CLINICAL = Path(__file__).parents[2] / "data" / "clinical"


@pytest.fixture(scope="session")
def sound() -> Knowledge:
    return Knowledge.load(CLINICAL)


@pytest.fixture(scope="session")
def demands(sound: Knowledge) -> Demands:
    return Demands.load(sound)
