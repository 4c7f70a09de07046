"""Every error is a problem with a stable code, never repeats the input, and is in the OpenAPI document."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest

from api.kit.logging import configure
from api.kit.problems import TITLES, Code
from tests.api.conftest import Start
from tests.api.support import Service

CANARY = "zebracanary"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def is_problem(response: Any, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "code"} <= set(problem)
    assert (problem["status"], problem["code"]) == (status, code)
    assert CANARY not in response.text


async def test_addresses_and_methods(service: Service) -> None:
    client = service.client
    is_problem(await client.get(f"/{CANARY}"), 404, "not_found")
    is_problem(await client.get("/v1/conversations/"), 404, "not_found")
    is_problem(await client.put("/v1/conversations", json={CANARY: 1}), 405, "method_not_allowed")
    is_problem(await client.get(f"/v1/conversations/{CANARY}/messages"), 401, "unauthorized")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "bad_request"),
        (f'{{"clinic": "{CANARY}', 400, "bad_request"),
        ('{"a":' * 5000, 400, "bad_request"),
        (f'{{"{CANARY}": 1}}', 422, "invalid_request"),
        (f'{{"clinic": ["{CANARY}"]}}', 422, "invalid_request"),
        (f'{{"clinic": "{CANARY}", "consent": true}}', 404, "clinic_not_found"),
        (f'{{"clinic": "demo", "locale": "{CANARY} x", "consent": true}}', 422, "invalid_request"),
        ('{"clinic": "de\\u0000mo", "consent": true}', 422, "invalid_request"),
        ('{"clinic": "\\ud800", "consent": true}', 422, "invalid_request"),
        ("", 422, "invalid_request"),
        ("\xff\xfe", 400, "bad_request"),
    ],
)
async def test_bodies(service: Service, body: str, status: int, code: str) -> None:
    headers = {"Content-Type": "application/json"}
    response = await service.client.post("/v1/conversations", content=body.encode("latin-1"), headers=headers)
    is_problem(response, status, code)


async def test_a_large_body_is_refused_declared_or_not(service: Service) -> None:
    is_problem(await service.client.post("/v1/triage", content=b"x" * 70_000), 413, "body_too_large")

    async def chunks() -> Any:
        for _ in range(100):
            yield b" " * 1000

    headers = {"Content-Type": "application/json"}
    is_problem(await service.client.post("/v1/triage", content=chunks(), headers=headers), 413, "body_too_large")


async def test_an_error_of_ours_is_a_bare_500(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(service.state.assistant, "triage", broken)
    is_problem(
        await service.client.post("/v1/conversations", json={"clinic": "demo", "consent": True}),
        500,
        "internal_error",
    )


async def test_a_mind_that_breaks_is_an_honest_503_and_no_words_are_logged(
    start: Start, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async with start() as service:
        talk = await service.open()

        def broken(text: str, *_: Any) -> None:
            raise RuntimeError(text)

        monkeypatch.setattr(service.state.assistant, "screen", broken)
        is_problem(await talk.say(CANARY), 503, "assistant_unavailable")
        monkeypatch.setattr(service.state.assistant, "unavailable", broken)
        is_problem(await talk.say(CANARY), 500, "internal_error")
    logged = capfd.readouterr().err
    assert "RuntimeError" in logged
    assert CANARY not in logged


async def test_no_words_reach_the_log_at_any_level(
    start: Start, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start(log_level="debug") as service:
        talk = await service.open()
        await talk.say(f"{CANARY} hello")
        service.rasa.mode = "bad_json"
        await talk.say(f"{CANARY} again")
        await talk.say(f"{CANARY} " + "x" * 2000)
        await service.client.post("/v1/triage", json={"findings": {CANARY: CANARY}})
        await talk.erase()
    logged = capfd.readouterr().err
    assert '"route": "/v1/conversations/{conversation_id}/messages"' in logged
    assert '"request_id"' in logged
    assert CANARY not in logged
    assert talk.id not in logged
    assert talk.token not in logged


def test_other_libraries_tracebacks_lose_their_message(monkeypatch: pytest.MonkeyPatch) -> None:
    import logging

    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    configure("info")
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("asyncio").exception("Task failed")
    assert "ValueError" in stream.getvalue()
    assert CANARY not in stream.getvalue()


async def test_every_answer_carries_security_headers(service: Service) -> None:
    talk = await service.open()
    asking = {"origin": "https://a.example", "access-control-request-method": "POST"}
    answers = [
        await service.client.get(path)
        for path in (
            "/healthz",
            "/metrics",
            "/nowhere",
            "/docs",
            "/openapi.json",
            "/demo",
            "/widget.js",
            "/widget/frame",
        )
    ]
    answers += [
        await service.client.post("/v1/conversations", content="{"),
        await service.client.post("/v1/conversations", content=b"x" * 100_000),
        await service.client.options("/v1/conversations", headers=asking),
        await talk.say("hello"),
        await talk.get("/summary", Accept="text/html"),
        await talk.erase(),
        await talk.say("hello"),
    ]
    assert {answer.status_code for answer in answers} >= {200, 201, 204, 404, 413, 422}
    for answer in answers:
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff", answer.url
        assert headers["referrer-policy"] in ("no-referrer", "strict-origin-when-cross-origin")
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["strict-transport-security"]
        assert headers["cross-origin-resource-policy"] in ("same-origin", "cross-origin")
        assert "server" not in headers
    assert all(re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"]) for answer in answers[:8])


async def test_the_document_names_every_problem_and_says_where(service: Service) -> None:
    document = (await service.client.get("/openapi.json")).json()
    text = json.dumps(document)
    for code, (status, _) in TITLES.items():
        if code not in (Code.NOT_FOUND, Code.METHOD_NOT_ALLOWED):
            assert f"`{code.value}`" in text, code
            assert f'"{status}"' in text
    assert "HTTPValidationError" not in str(document["paths"])
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert "500" in operation["responses"], (method, path)
    names = set(document["components"]["schemas"])
    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= names


async def test_the_page_of_the_api_needs_nothing_from_elsewhere(service: Service) -> None:
    page = await service.client.get("/docs")
    assert page.status_code == 200
    assert "POST /v1/conversations/{conversation_id}/messages" in page.text
    assert "<script" not in page.text
    assert not re.search(r"(src|href)=\"(https?:)?//", page.text)
