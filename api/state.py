"""What lives as long as the application, in one typed place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.clinics.directory import Directory
from api.conversations.turns import TurnRunner
from api.conversations.wakeups import Wakeups
from api.kit.database import Database
from api.kit.limits import Limiter
from api.kit.metrics import Metrics
from api.kit.ports import Assistant, Rasa
from api.kit.settings import Settings
from api.kit.tokens import Tokens


@dataclass
class State:
    """Built by the lifespan in ``api.app``; ``draining`` is set when the process was asked to stop."""

    settings: Settings
    database: Database
    assistant: Assistant
    rasa: Rasa
    tokens: Tokens
    wakeups: Wakeups
    directory: Directory
    runner: TurnRunner
    metrics: Metrics
    limiter: Limiter
    draining: bool = False


async def get_state(request: Request) -> State:
    """The state that the lifespan built (``async``, since FastAPI sends anything else through a thread)."""
    state: State = request.app.state.spinewise
    return state


StateDep = Annotated[State, Depends(get_state)]
