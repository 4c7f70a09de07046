"""Logs with an allow-list of fields: what is not named here cannot reach a log, and health text is not named."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import structlog

REQUEST_ID_HEADER = "X-Request-Id"
FIELDS = frozenset(
    {
        "event", "level", "timestamp", "logger",
        "request_id", "method", "route", "status", "ms", "code", "error", "where",
        "stage", "reason", "attempt", "count", "port", "database", "revision", "clinic", "ready",
    }
)  # fmt: skip


def _only_allowed(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in fields.items() if name in FIELDS}


class QuietFormatter(logging.Formatter):
    """Other libraries' records: their message, and of an exception only its kind and place, never its text."""

    def formatException(self, ei: Any) -> str:
        return describe(ei[1])["error"] + " at " + describe(ei[1])["where"]

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        return super().format(record)


def describe(error: BaseException | None) -> dict[str, str]:
    """Kind and place of an error; its message may hold what a person wrote and is left out."""
    if error is None:
        return {"error": "none", "where": "unknown"}
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "unknown"
    return {"error": type(error).__name__, "where": where}


def request_id() -> str:
    """The id under which this request, or the turn it brought, is logged here and in the other processes."""
    bound = structlog.contextvars.get_contextvars().get("request_id")
    return bound if isinstance(bound, str) else uuid4().hex


def configure(level: str) -> None:
    """Sets up structlog and the standard library's logging, on standard error."""
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(lambda record: not record.getMessage().startswith("Traceback"))  # whole, with its message
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))


log = structlog.get_logger()
