"""A conversation begins with consent and belongs to one clinic and one token."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.api.support import Service


async def test_it_opens_with_the_assistants_words(service: Service) -> None:
    talk = await service.open(locale="en-GB")
    first, second = talk.opened["messages"]
    assert first["text"] == "Hello from GB in en-GB."
    assert (first["seq"], second["seq"]) == (1, 2)
    assert first["role"] == "assistant"
    assert [set(choice) for choice in second["choices"]] == [{"id", "label"}] * 2
    assert all(10 <= len(choice["id"]) <= 12 for choice in second["choices"])
    assert talk.opened["triage"]["level"] is None
    assert await talk.history() == [first, second]


@pytest.mark.parametrize("consent", [False, None])
async def test_without_consent_nothing_begins(service: Service, consent: bool | None) -> None:
    body = {"clinic": "demo", "locale": "en"} | ({} if consent is None else {"consent": consent})
    response = await service.client.post("/v1/conversations", json=body)
    assert (response.status_code, response.json()["code"]) == (422, "consent_required")


async def test_consent_is_a_plain_true(service: Service) -> None:
    response = await service.client.post("/v1/conversations", json={"clinic": "demo", "consent": "yes"})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")


async def test_an_unknown_clinic_is_not_found(service: Service) -> None:
    response = await service.client.post("/v1/conversations", json={"clinic": "nowhere", "consent": True})
    assert (response.status_code, response.json()["code"]) == (404, "clinic_not_found")


async def test_no_token_and_a_bad_token_are_401(service: Service) -> None:
    talk = await service.open()
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}, {"Authorization": talk.token}):
        for method, path in (
            ("POST", f"{talk.path}/messages"), ("GET", f"{talk.path}/messages"), ("GET", f"{talk.path}/events"),
            ("GET", f"{talk.path}/summary"), ("DELETE", talk.path),
        ):  # fmt: skip
            body = {"text": "hi"} if method == "POST" else None
            response = await service.client.request(method, path, json=body, headers=headers)
            assert (response.status_code, response.json()["code"]) == (401, "unauthorized"), (method, path, headers)
            assert response.headers["www-authenticate"] == "Bearer"


async def test_foreign_and_unknown_conversations_are_the_same_404(service: Service) -> None:
    mine, other = await service.open(), await service.open()
    answers = []
    for id in (other.id, str(uuid4()), "not-an-id"):
        response = await service.client.get(f"/v1/conversations/{id}/messages", headers=mine.access)
        assert response.status_code == 404
        answers.append(response.json())
    assert answers[0] == answers[1] == answers[2]
    posted = await service.client.post(f"{other.path}/messages", json={"text": "hi"}, headers=mine.access)
    assert posted.status_code == 404
    assert len(await other.history()) == 2
