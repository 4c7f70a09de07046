"""Alive, able to answer, and how it goes."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from api.kit.database import DatabaseDown
from api.kit.problems import documented
from api.state import StateDep

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    """Whether a message can be answered, part by part."""

    ready: bool
    database: bool
    rasa: bool
    draining: bool


@router.get("/healthz", response_class=PlainTextResponse, responses=documented())
async def healthz() -> PlainTextResponse:
    """The process is up."""
    return PlainTextResponse("ok\n")


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "A message could not be assessed now"}, **documented()},
)
async def readyz(state: StateDep) -> JSONResponse:
    """A message can be answered: database and Rasa are there, and the process is not stopping."""
    try:
        await state.database.ping()
        database = True
    except DatabaseDown:
        database = False
    rasa = await state.rasa.ready()
    ready = database and rasa and not state.draining
    body = Readiness(ready=ready, database=database, rasa=rasa, draining=state.draining)
    return JSONResponse(body.model_dump(), status_code=200 if ready else 503)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus"}, **documented()},
)
async def metrics(state: StateDep) -> Response:
    """Figures for Prometheus."""
    return Response(state.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
