"""Logs without people's words, whatever the level, the logger or the handler.

Rasa 3.6 writes messages, entities, slots and whole trackers into its logs, at DEBUG and at ERROR, as text, as
structlog events and inside tracebacks. So nothing of a log call passes by default: ``keep()`` replaces the factory
of log records, ahead of every handler there is or will be. What remains is where the call was made, its level, the
event's name when it looks like one, and the types of exceptions. Messages of ``bot.nlu`` itself pass, without
tracebacks, since they are written to hold no text.

Nobody has said anything before the server is up, so start-up keeps its full messages: ``keep()`` is called by the
channel when the server has started and again by each request.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import warnings
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

OWN_LOGGERS = "bot.nlu."
# A code-given name such as "processor.message.parse"; a message of a person has blanks or no dot between words.
_EVENT = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_]*){1,5}\Z")
# Of the turn at work; the API and the action server log the same id.
request_id: ContextVar[str] = ContextVar("request_id", default="")
_plain_factory = logging.getLogRecordFactory()


def keep() -> None:
    """From now on nothing but places, levels, event names and exception types reaches a log. May be called again."""
    if logging.getLogRecordFactory() is _discreet_record:
        return
    logging.setLogRecordFactory(_discreet_record)
    warnings.showwarning = _discreet_warning  # type: ignore[assignment]
    sys.excepthook = _discreet_exception
    sys.unraisablehook = lambda raised: _discreet_exception(raised.exc_type, raised.exc_value, raised.exc_traceback)
    threading.excepthook = lambda raised: _discreet_exception(
        raised.exc_type,
        raised.exc_value,
        raised.exc_traceback,  # type: ignore[arg-type]
    )


def _discreet_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = _plain_factory(*args, **kwargs)
    words = [f"{record.funcName}:{record.lineno}"]
    if record.name.startswith(OWN_LOGGERS):
        words = [record.getMessage()]
    elif event := _event_name(record.msg):
        words.append(event)
    if record.exc_info and record.exc_info[0]:
        words.append(_raised(record.exc_info[1], record.exc_info[2]))
    if request := request_id.get():
        words.append(f"request_id={request}")
    record.msg = " ".join(words)
    record.args = ()
    record.exc_info = record.exc_text = record.stack_info = None
    return record


def _event_name(message: object) -> Optional[str]:
    """The name of a structlog event, which arrives here as rendered JSON."""
    if not isinstance(message, str) or not message.startswith("{"):
        return None
    try:
        event = json.loads(message).get("event")
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, str) and _EVENT.match(event) else None


def _raised(error: Optional[BaseException], traceback: Optional[TracebackType]) -> str:
    """The types along the chain of causes and the innermost place, never an exception's message."""
    place = ""
    while traceback:
        code = traceback.tb_frame.f_code
        place = f" at {Path(code.co_filename).name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    types = []
    while error is not None and len(types) < 5:
        types.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    return " from ".join(types) + place


def _discreet_warning(
    message: object, category: type[Warning], filename: str, lineno: int, *_rest: object, **_named: object
) -> None:
    logging.getLogger(f"{OWN_LOGGERS}warnings").warning("%s at %s:%s", category.__name__, Path(filename).name, lineno)


def _discreet_exception(
    kind: type[BaseException], error: Optional[BaseException], traceback: Optional[TracebackType]
) -> None:
    print(_raised(error, traceback) if error else kind.__name__, file=sys.stderr)
