"""Optional traces, with OTEL_EXPORTER_OTLP_ENDPOINT set: names, times and outcomes, never content."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_tracer: Tracer | None = None


def configure() -> Callable[[], None]:
    """Begins to send traces if an address is set for them; what ends it. The libraries load only then."""
    global _tracer
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return lambda: None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "spinewise-api"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("spinewise")
    return provider.shutdown


@contextmanager
def span(name: str, found: dict[str, str | int] | None = None) -> Generator[None]:
    """A span around the block; ``found`` is read at its end. An exception's message is left out."""
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as current:
        try:
            yield
        finally:
            current.set_attributes(found or {})
