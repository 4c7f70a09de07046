"""The decision tree by itself: answers in, level and next question out; nothing is kept."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.kit.problems import IDENTIFIER, Code, Problem, documented
from api.state import StateDep
from api.triage.schemas import TriageAnswer, TriageRequest

router = APIRouter(prefix="/v1/triage", tags=["triage"])


@router.post(
    "",
    response_model=TriageAnswer,
    responses=documented(Code.BAD_REQUEST, Code.BODY_TOO_LARGE, Code.INVALID_REQUEST, Code.UNKNOWN_ID),
)
async def assess(request: TriageRequest, state: StateDep) -> JSONResponse:
    """Assesses findings and facts without a conversation."""
    try:
        answer: dict[str, Any] = state.assistant.assess(request.findings, request.facts, request.details)
    except ValueError as error:
        # Both of the mind's refusals are ValueErrors that name the id; only BadValue knew it.
        named = _named(error)
        if type(error).__name__ == "UnknownId":
            raise Problem(Code.UNKNOWN_ID, **({"id": named} if named else {})) from None
        raise Problem(Code.INVALID_REQUEST, errors=[{"field": named or "?", "code": "bad_value"}]) from None
    return JSONResponse({"triage": answer["triage"], "next_question": answer["next_question"]})


def _named(error: ValueError) -> str | None:
    """The id, when it looks like one; anything else may be what a person wrote."""
    named = getattr(error, "id", None)
    return named if isinstance(named, str) and IDENTIFIER.fullmatch(named) else None
