"""Every error as RFC 9457 problem+json with a stable code, and never a word of what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
IDENTIFIER = re.compile(r"[a-z_]{1,64}")


class Code(StrEnum):
    """Stable codes that a client may rely on; what each means is in ``TITLES``."""

    BAD_REQUEST = "bad_request"
    UNAUTHORIZED = "unauthorized"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    NOT_FOUND = "not_found"
    CLINIC_NOT_FOUND = "clinic_not_found"
    CONVERSATION_NOT_FOUND = "conversation_not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_ACCEPTABLE = "not_acceptable"
    REQUEST_TOO_SLOW = "request_too_slow"
    CHOICE_CLOSED = "choice_closed"
    BODY_TOO_LARGE = "body_too_large"
    HEAD_TOO_LARGE = "head_too_large"
    INVALID_REQUEST = "invalid_request"
    CONSENT_REQUIRED = "consent_required"
    MESSAGE_EMPTY = "message_empty"
    MESSAGE_TOO_LONG = "message_too_long"
    UNKNOWN_CHOICE = "unknown_choice"
    UNKNOWN_ID = "unknown_id"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    TOO_MANY_MESSAGES = "too_many_messages"
    RATE_LIMITED = "rate_limited"
    INTERNAL_ERROR = "internal_error"
    ASSISTANT_UNAVAILABLE = "assistant_unavailable"
    DATABASE_UNAVAILABLE = "database_unavailable"


TITLES: Mapping[Code, tuple[int, str]] = {
    Code.BAD_REQUEST: (400, "The request could not be read"),
    Code.UNAUTHORIZED: (401, "A valid token of this conversation, or key of this clinic, is needed"),
    Code.ORIGIN_NOT_ALLOWED: (403, "The clinic does not allow this web page to use its assistant"),
    Code.NOT_FOUND: (404, "There is nothing at this address"),
    Code.CLINIC_NOT_FOUND: (404, "There is no such clinic"),
    Code.CONVERSATION_NOT_FOUND: (404, "There is no such conversation"),
    Code.METHOD_NOT_ALLOWED: (405, "This address does not take that method"),
    Code.NOT_ACCEPTABLE: (406, "None of the accepted media types can be given"),
    Code.REQUEST_TOO_SLOW: (408, "The request took too long to arrive"),
    Code.CHOICE_CLOSED: (409, "That question is closed"),
    Code.BODY_TOO_LARGE: (413, "The request is too large"),
    Code.INVALID_REQUEST: (422, "The request is not in the expected form"),
    Code.CONSENT_REQUIRED: (422, "A conversation needs consent"),
    Code.MESSAGE_EMPTY: (422, "The message has no text"),
    Code.MESSAGE_TOO_LONG: (422, "The message is longer than 2,000 characters"),
    Code.UNKNOWN_CHOICE: (422, "There is no such choice in this conversation"),
    Code.UNKNOWN_ID: (422, "An id is not in the catalogue"),
    Code.IDEMPOTENCY_KEY_REUSED: (422, "The idempotency key was used with another body"),
    Code.TOO_MANY_MESSAGES: (429, "Too many messages are waiting for an answer"),
    Code.RATE_LIMITED: (429, "Too many requests; please wait a little"),
    Code.HEAD_TOO_LARGE: (431, "The head of the request is too large"),
    Code.INTERNAL_ERROR: (500, "Something went wrong on our side"),
    Code.ASSISTANT_UNAVAILABLE: (503, "The assistant cannot assess anything at the moment"),
    Code.DATABASE_UNAVAILABLE: (503, "The service cannot reach its records at the moment"),
}

_BY_STATUS = {
    401: Code.UNAUTHORIZED,
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    406: Code.NOT_ACCEPTABLE,
    413: Code.BODY_TOO_LARGE,
    422: Code.INVALID_REQUEST,
    408: Code.REQUEST_TOO_SLOW,
    429: Code.RATE_LIMITED,
}


class ProblemFault(BaseModel):
    """One field that is not as expected."""

    field: str = Field(description="Path of the field, for example `body.text`")
    code: str = Field(description="What is wrong with it")


class ProblemBody(BaseModel):
    """RFC 9457. `type` is a stable address of the kind of problem, `code` its short name."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: Code
    errors: list[ProblemFault] | None = None


class Problem(Exception):
    """An expected failure with its code; ``more`` is added to the body and never holds what a person wrote."""

    def __init__(self, code: Code, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(code.value)
        self.code = code
        self.headers = dict(headers or {})
        self.more = more


def body(code: Code, status: int | None = None, **more: Any) -> dict[str, Any]:
    """The JSON of a problem."""
    own_status, title = TITLES[code]
    return {
        "type": f"urn:spinewise:problem:{code.value}",
        "title": title,
        "status": status or own_status,
        "code": code.value,
        **more,
    }


def response(
    code: Code, *, status: int | None = None, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """The answer for a problem; ``status`` differs from the code's own where the framework chose it."""
    content = body(code, status, **more)
    headers = dict(headers or {})
    if code is Code.UNAUTHORIZED:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return JSONResponse(content, status_code=content["status"], headers=headers, media_type=MEDIA_TYPE)


def documented(*codes: Code) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may end in these problems."""
    by_status: dict[int | str, list[Code]] = {}
    for code in (*codes, Code.INTERNAL_ERROR):
        by_status.setdefault(TITLES[code][0], []).append(code)
    return {status: _described(same) for status, same in by_status.items()}


def document_shell(operation: dict[str, Any], *, rated: bool) -> None:
    """Adds to an operation of the OpenAPI document what may be answered before its route is asked.

    By ``api.kit.shell``, and by ``api.kit.connections`` below it.
    """
    codes = [Code.BAD_REQUEST, Code.REQUEST_TOO_SLOW, Code.HEAD_TOO_LARGE]
    if rated:
        codes.append(Code.RATE_LIMITED)
    if "requestBody" in operation:
        codes.append(Code.BODY_TOO_LARGE)
    for code in codes:
        responses, status = operation["responses"], str(TITLES[code][0])
        if code.value not in responses.get(status, {}).get("description", ""):
            added = _described([code])
            if status in responses:
                added["description"] = f"{responses[status]['description']}; {added['description']}"
            responses[status] = added


def _described(codes: Sequence[Code]) -> dict[str, Any]:
    return {
        "description": "; ".join(f"`{code.value}`: {TITLES[code][1]}" for code in codes),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
    }


def install(app: FastAPI) -> None:
    """Answers every error the framework or a route raises with a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def answer(problem: Problem) -> JSONResponse:
    """The answer for a problem that was raised."""
    return response(problem.code, headers=problem.headers, **problem.more)


async def _problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return answer(error)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code = _BY_STATUS.get(status, Code.INTERNAL_ERROR if status >= 500 else Code.BAD_REQUEST)
    return response(code, status=status, headers=error.headers)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    kinds = {fault["type"] for fault in faults}
    if kinds == {"json_invalid"}:
        return response(Code.BAD_REQUEST)
    code = next((code for code in Code if code.value in kinds), Code.INVALID_REQUEST)
    listed = [{"field": _path(fault), "code": fault["type"]} for fault in faults[:20]]
    return response(code, errors=listed)


def _path(fault: Mapping[str, Any]) -> str:
    """Where the fault is; names that a client made up are left out, since they may hold anything."""
    location = fault["loc"][:-1] if fault["type"] == "extra_forbidden" else fault["loc"]
    return ".".join(str(part) if isinstance(part, int) or IDENTIFIER.fullmatch(part) else "?" for part in location)
