"""Requests made from the whole OpenAPI document, valid and not: never a 5xx, nothing that it does not say."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.kit.ports import Reply
from api.kit.settings import Settings
from bot.dialogue.assistant import Assistant
from bot.dialogue.inbound import Inbound
from bot.language.reader import Reader
from tests.running import free_ports, request

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_number = itertools.count()


class MindAsRasa:
    """The real mind in Rasa's place, without a classifier: answers whatever it is told."""

    def __init__(self) -> None:
        self.mind = Assistant.load(data=Path("data"), reading=True)
        self._reader = Reader(Path("data/language"))

    async def text(self, turn: str, text: str, record: Any) -> Reply:
        seen = tuple(self._reader.read(text).observations)
        return self._reply(Inbound(text=text, intent="inform", confidence=0.9, observations=seen, choices=()), record)

    async def choice(self, turn: str, choices: Sequence[Mapping[str, Any]], record: Any) -> Reply:
        inbound = Inbound(text="", intent="pick_option", confidence=1.0, observations=(), choices=tuple(choices))
        return self._reply(inbound, record)

    async def ready(self) -> bool:
        return True

    def _reply(self, inbound: Inbound, record: Any) -> Reply:
        outcome = self.mind.take_turn(inbound, record)
        return Reply(outcome.messages, outcome.record)


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a real port, since what a client sees counts."""
    folder = tmp_path_factory.mktemp("fuzz")
    rasa = MindAsRasa()
    database = f"sqlite:///{folder / 'fuzz.sqlite'}"
    given = Settings(database_url=database, var=folder, events_lifetime=0.01, log_level="error")
    port = free_ports(1)[0]
    app = create_app(given, assistant=rasa.mind, rasa=rasa)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def document(base_url: str) -> Any:
    return schemathesis.openapi.from_url(f"{base_url}/openapi.json")


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_document_names(document: Any, base_url: str, mode: GenerationMode) -> None:
    for found in document.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def ask(case: Any) -> None:
            if "conversation_id" in (case.path_parameters or {}):
                opened = request("POST", f"{base_url}/v1/conversations", {"clinic": "demo", "consent": True}).body
                if next(_number) % 4:  # else somebody else's id, and mostly none at all
                    case.path_parameters["conversation_id"] = opened["id"]
                if next(_number) % 5:
                    case.headers["Authorization"] = f"Bearer {opened['token']}"
            case.call_and_validate(checks=CHECKS)

        try:
            ask()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label  # some take nothing that could be wrong
