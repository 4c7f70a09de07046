"""The decision tree by itself: answers in, level and next question out; nothing is kept."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.kit.problems import IDENTIFIER, Code, Problem, documented
from api.state import StateDep
from api.triage.schemas import TriageAnswer, TriageRequest
from bot.dialogue.assistant import BadValue, UnknownId

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
    except UnknownId as error:
        more: dict[str, Any] = {"id": error.id} if IDENTIFIER.fullmatch(error.id) else {}
        raise Problem(Code.UNKNOWN_ID, **more) from None
    except BadValue as error:  # its id is in the catalogue, so it may be named
        raise Problem(Code.INVALID_REQUEST, errors=[{"field": error.id, "code": "bad_value"}]) from None
    return JSONResponse({"triage": answer["triage"], "next_question": answer["next_question"]})
