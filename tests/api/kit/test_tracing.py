"""Traces: none unless an address is set for them, and never a word of anybody in them."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.kit import tracing
from tests.api.support import Service

CANARY = "zebracanary"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def test_off_unless_an_address_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    tracing.configure()()
    assert tracing._tracer is None


def test_on_when_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_tracer", None)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    end = tracing.configure()
    assert tracing._tracer is not None
    end()


async def test_a_turn_by_stage_without_content(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    talk = await service.open()
    await talk.say(f"{CANARY} one")
    service.rasa.mode = "bad_json"
    await talk.say(f"{CANARY} two")
    finished = spans.get_finished_spans()
    assert [span.name for span in finished].count("rasa") == 2
    assert {span.name for span in finished} == {"request", "screen", "rasa", "store"}
    requests = [dict(span.attributes or {}) for span in finished if span.name == "request"]
    assert [each["status"] for each in requests] == [201, 201, 503]
    told = "".join(span.to_json() for span in finished)
    assert CANARY not in told
    assert talk.id not in told
