"""Alive, ready and measured."""

from __future__ import annotations

import pytest

from tests.api.support import Service


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_alive(service: Service) -> None:
    await service.rasa.stop()
    assert (await service.client.get("/healthz")).status_code == 200


async def test_ready_with_database_and_rasa(service: Service) -> None:
    response = await service.client.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (200, True)


async def test_not_ready_without_rasa(service: Service) -> None:
    await service.rasa.stop()
    response = await service.client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": True, "rasa": False, "draining": False}


async def test_not_ready_once_asked_to_stop(service: Service) -> None:
    service.state.draining = True
    assert (await service.client.get("/readyz")).status_code == 503
    assert (await service.client.get("/healthz")).status_code == 200


async def test_figures_carry_no_ids_and_no_words(service: Service) -> None:
    talk = await service.open()
    await talk.say("zebracanary")
    await talk.say("ALARM zebracanary")
    service.rasa.mode = "error"
    await talk.say("zebracanary")
    await service.client.get("/zebracanary")
    response = await service.client.get("/metrics")
    assert response.status_code == 200
    text = response.text
    assert 'spinewise_turns_total{outcome="answered"} 1.0' in text
    assert 'spinewise_turns_total{outcome="screened"} 1.0' in text
    assert 'spinewise_turns_total{outcome="unavailable"} 1.0' in text
    assert 'spinewise_levels_total{level="emergency"} 2.0' in text
    assert 'spinewise_emergencies_total{seen_by="guard"} 1.0' in text
    assert "spinewise_guard_overrides_total 1.0" in text
    assert "spinewise_fallbacks_total 0.0" in text
    assert 'spinewise_rasa_failures_total{reason="status_500"} 1.0' in text
    assert 'spinewise_turn_seconds_count{stage="rasa"} 3.0' in text
    assert 'route="/v1/conversations/{conversation_id}/messages",status="201"' in text
    assert "zebracanary" not in text
    assert talk.id not in text
