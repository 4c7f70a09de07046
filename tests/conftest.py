"""Fixtures for all rooms. ``tests/nlu`` runs in the Rasa environment, see ``tests/nlu/pytest.ini``."""

from __future__ import annotations

from tests.running import stack

__all__ = ["stack"]

collect_ignore = ["nlu"]
