"""The data, and the mind that speaks every language."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.assistant import Assistant
from tests.dialogue.conftest import Talk

DATA = Path("data")


@pytest.fixture(scope="session")
def assistant() -> Assistant:
    return Assistant.load(reading=True)


@pytest.fixture
def spanish(assistant: Assistant) -> Talk:
    """Somebody in Spain who has just opened a conversation in Spanish."""
    opened = assistant.open("ES", "es-ES")
    return Talk(assistant, opened.record, opened.messages)
