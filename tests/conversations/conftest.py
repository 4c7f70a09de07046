"""Whole conversations through the real API, the real Rasa with a trained model, and the real actions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.running import Person, Stack


@pytest.fixture
def person(stack: Stack) -> Person:
    """Somebody who has just agreed to the terms."""
    return stack.person()


@pytest.fixture
def someone(stack: Stack) -> Callable[[str], Person]:
    """Somebody new who opens with the given words."""

    def arrive(opening: str) -> Person:
        arrived = stack.person()
        arrived.says(opening)
        return arrived

    return arrive
