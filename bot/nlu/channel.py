"""The one way into Rasa from the API: text and choices on two typed routes, nothing kept, errors as errors.

Rasa's own REST channel answers 200 with an empty list when anything fails, lets typed text carry an intent and slots
("/inform{...}"), and has no authentication. See docs/architecture.md for the wire.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
import re
import time
from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple

import aiohttp
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.nlu import discretion
from bot.nlu.tracker_store import TURN_PREFIX, ForgetfulTrackerStore

logger = logging.getLogger(__name__)

SECRET_VARIABLE = "SPINEWISE_RASA_SECRET"  # noqa: S105 - the name, not the secret
SECRET_HEADER = "X-Spinewise-Secret"  # noqa: S105
REQUEST_ID_HEADER = "X-Request-Id"
MAX_BODY_BYTES = 64 * 1024
MAX_TEXT_CHARACTERS = 4000
MAX_CHOICES = 50
DEADLINE_SECONDS = 7.5  # below the eight that the API waits, so that the API hears of it
ACTIONS_CHECK_SECONDS = 2.0
_TURN = re.compile(r"[A-Za-z0-9-]{1,64}\Z")
_REQUEST_ID = re.compile(r"[0-9a-f-]{32,36}\Z")
_NOT_SAID = re.compile("[\x00\ud800-\udfff]")

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class BadRequest(Exception):
    """A body that is not what the wire says; the message names the field and repeats nothing of it."""


def defuse(text: str) -> str:
    """``text`` without what could make Rasa read it as a payload: leading white space and slashes.

    Rasa strips white space (all of Unicode's) and takes a leading "/" as an intent, so both go until nothing changes.
    """
    text = _NOT_SAID.sub("", text)
    while True:
        shorter = text.strip().lstrip("/")
        if shorter == text:
            return text
        text = shorter


class RecordOutput(CollectingOutputChannel):
    """Collects the ``{"messages", "record"}`` that actions utter, and drops everything else."""

    def __init__(self) -> None:
        """Nothing said yet."""
        super().__init__()
        self.reply: Optional[Dict[str, Any]] = None

    @classmethod
    def name(cls) -> str:
        """The name that actions see as the channel."""
        return SpinewiseChannel.name()

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Take the custom JSON of one utterance; messages add up, the last record counts."""
        said = message.get("custom")
        if not isinstance(said, dict) or not isinstance(said.get("messages"), list):
            return
        earlier = self.reply["messages"] if self.reply else []
        self.reply = {"messages": earlier + said["messages"], "record": said.get("record")}


class SpinewiseChannel(InputChannel):
    """Routes ``/webhooks/spinewise/text``, ``/choice`` and ``/ready``."""

    def __init__(self, secret: Optional[str], deadline: float = DEADLINE_SECONDS) -> None:
        """``secret``: what callers must send in ``X-Spinewise-Secret``; None lets anyone in (development alone)."""
        self._secret = secret.encode() if secret else None
        self._deadline = deadline

    @classmethod
    def name(cls) -> str:
        """The channel's part of the address."""
        return "spinewise"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> SpinewiseChannel:
        """The channel of credentials.yml (``deadline`` in seconds); the secret comes from the environment.

        RasaException when there is no secret outside development.
        """
        secret = os.environ.get(SECRET_VARIABLE)
        if not secret:
            if os.environ.get("SPINEWISE_ENV") != "development":
                raise RasaException(
                    f"{SECRET_VARIABLE} is not set: set it to the API's value, or SPINEWISE_ENV=development."
                )
            logger.warning("%s is not set: anyone who reaches this port can use it (development)", SECRET_VARIABLE)
        return cls(secret, float((credentials or {}).get("deadline", DEADLINE_SECONDS)))

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes; ``on_new_message`` hands a message to Rasa's agent."""
        routes = Blueprint("spinewise_channel")

        async def set_limits(app: Sanic, _loop: Any) -> None:
            app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
            app.config.FALLBACK_ERROR_FORMAT = "json"

        async def begin_discretion(_app: Sanic, _loop: Any) -> None:
            discretion.keep()

        routes.listener("before_server_start")(set_limits)
        routes.listener("after_server_start")(begin_discretion)

        @routes.route("/text", methods=["POST"])
        async def text(request: Request) -> HTTPResponse:
            return await self._turn(request, on_new_message, _text_message)

        @routes.route("/choice", methods=["POST"])
        async def choice(request: Request) -> HTTPResponse:
            return await self._turn(request, on_new_message, _choice_message)

        @routes.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            discretion.keep()
            if not self._admits(request):
                return _error(403, "forbidden")
            return await _readiness(request.app)

        return routes

    async def _turn(
        self,
        request: Request,
        on_new_message: OnNewMessage,
        message_of: Callable[[Dict[str, Any], RecordOutput], UserMessage],
    ) -> HTTPResponse:
        discretion.keep()
        if not self._admits(request):
            return _error(403, "forbidden")
        discretion.request_id.set(_request_id(request))
        if len(request.body) > MAX_BODY_BYTES:
            return _error(413, "too_large")
        output = RecordOutput()
        try:
            message = message_of(_body(request.body), output)
        except BadRequest as problem:
            return _error(400, "bad_request", str(problem))
        if _loaded_model(request.app) is None:
            return _error(503, "no_model")
        try:
            began = time.monotonic()
            await asyncio.wait_for(on_new_message(message), self._deadline)
            logger.info("turn took %.0f ms", (time.monotonic() - began) * 1000)
        except asyncio.TimeoutError:
            logger.error("turn timed out after %s s", self._deadline)
            return _error(504, "timeout")
        except Exception as error:
            # The type alone: an exception's message may hold the person's words.
            logger.error("turn failed: %s", type(error).__name__)
            return _error(500, "failed")
        if output.reply is None:
            logger.error("turn ended without a reply: is the action server up?")
            return _error(502, "no_reply")
        return json_response(output.reply)

    def _admits(self, request: Request) -> bool:
        if self._secret is None:
            return True
        given = request.headers.get(SECRET_HEADER, "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._secret)


def _request_id(request: Request) -> str:
    """The id under which the API logs this turn; one that is no plain id is left out."""
    given = request.headers.get(REQUEST_ID_HEADER, "")
    return given if _REQUEST_ID.match(given) else ""


def _body(raw: bytes) -> Dict[str, Any]:
    try:
        body = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("the body is not an object")
    return body


def _no_constant(_name: str) -> None:
    raise ValueError("NaN and infinities are not JSON")


def _turn_and_metadata(body: Dict[str, Any]) -> Tuple[str, Dict[str, Any]]:
    turn, record = body.get("turn"), body.get("record")
    if not isinstance(turn, str) or not _TURN.match(turn):
        raise BadRequest("turn must be an id of letters, digits and hyphens")
    if record is not None and not isinstance(record, dict):
        raise BadRequest("record must be an object")
    # The action server reads the request's id out of the metadata, since Rasa passes no headers on.
    return TURN_PREFIX + turn, {"turn": turn, "record": record or {}, "request_id": discretion.request_id.get()}


def _text_message(body: Dict[str, Any], output: RecordOutput) -> UserMessage:
    sender, metadata = _turn_and_metadata(body)
    text = body.get("text")
    if not isinstance(text, str):
        raise BadRequest("text must be a string")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise BadRequest(f"text is longer than {MAX_TEXT_CHARACTERS} characters")
    text = defuse(text)
    if not text:
        raise BadRequest("text is empty")
    return UserMessage(text, output, sender, input_channel=SpinewiseChannel.name(), metadata=metadata)


def _choice_message(body: Dict[str, Any], output: RecordOutput) -> UserMessage:
    """A message that is understood already: it never meets the classifier, so a label can mean only what it sets."""
    sender, metadata = _turn_and_metadata(body)
    choices = body.get("choices")
    if not isinstance(choices, list) or not 1 <= len(choices) <= MAX_CHOICES:
        raise BadRequest(f"choices must be a list of 1 to {MAX_CHOICES}")
    if not all(isinstance(sets, dict) for sets in choices):
        raise BadRequest("each choice must be an object")
    entities: List[Dict[str, Any]] = [
        {"entity": "choice", "value": sets, "start": 0, "end": 0, "extractor": "SpinewiseChannel"} for sets in choices
    ]
    understood = {"text": "", "intent": {"name": "pick_option", "confidence": 1.0}, "entities": entities}
    return UserMessage(
        "", output, sender, parse_data=understood, input_channel=SpinewiseChannel.name(), metadata=metadata
    )


def _loaded_model(app: Sanic) -> Optional[str]:
    """The name of the model that answers, or None."""
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        return None
    return str(agent.processor.model_filename)


async def _readiness(app: Sanic) -> HTTPResponse:
    """200 when a message can be answered; 503 with the part that is missing."""
    model = _loaded_model(app)
    if model is None:
        return _error(503, "no_model")
    # Rasa wraps the store of endpoints.yml, and puts another in its place without a word if it cannot import it.
    if not isinstance(getattr(app.ctx.agent.tracker_store, "_tracker_store", None), ForgetfulTrackerStore):
        return _error(503, "wrong_tracker_store")
    endpoint = app.ctx.agent.action_endpoint
    if endpoint is None or not endpoint.url:
        return _error(503, "no_actions")
    address = endpoint.url.rsplit("/", 1)[0] + "/health"
    try:
        timeout = aiohttp.ClientTimeout(total=ACTIONS_CHECK_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as answer:
            if answer.status != 200:
                return _error(503, "no_actions")
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
        return _error(503, "no_actions")
    return json_response({"status": "ready", "model": model})


def _error(status: int, code: str, detail: Optional[str] = None) -> HTTPResponse:
    return json_response({"code": code, **({"detail": detail} if detail else {})}, status=status)
