"""What the launcher adds to Rasa's command line."""

from __future__ import annotations

import pytest
from conftest import ROOT
from rasa.core.utils import AvailableEndpoints

from bot.nlu.server import arguments, heed_actions_url


@pytest.mark.parametrize("command", ["run", "shell"])
def test_a_server_listens_on_loopback_at_the_port_of_the_environment(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASA_PORT", "6100")
    monkeypatch.delenv("RASA_INTERFACE", raising=False)
    assert arguments([command]) == [command, "--port", "6100", "--interface", "127.0.0.1"]
    assert arguments([command, "-p", "1", "-i", "::1"]) == [command, "-p", "1", "-i", "::1"]


@pytest.mark.parametrize("given", [["train"], ["data", "validate"], ["run", "actions"], ["shell", "nlu"], []])
def test_other_commands_stay_as_they_are(given: list[str]) -> None:
    assert arguments(given) == given


def test_the_environment_moves_the_action_server(monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(ROOT / "endpoints.yml")
    original = AvailableEndpoints.__dict__["read_endpoints"]
    monkeypatch.setattr(AvailableEndpoints, "read_endpoints", original)
    assert AvailableEndpoints.read_endpoints(path).action.url == "http://localhost:5055/webhook"
    monkeypatch.setenv("ACTIONS_PORT", "6155")
    heed_actions_url()
    assert AvailableEndpoints.read_endpoints(path).action.url == "http://127.0.0.1:6155/webhook"
