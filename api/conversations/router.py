"""The routes of a conversation."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.clinics.repository import ClinicRepository
from api.conversations import summary
from api.conversations.events import EVENT, EventStream
from api.conversations.schemas import (
    Answer,
    MessageRequest,
    Opened,
    OpenRequest,
    Refreshed,
    RefreshRequest,
    Summary,
)
from api.conversations.service import Consent, ConversationService, Gone
from api.kit.clock import now
from api.kit.database import DatabaseDown, Session, get_reader, get_session
from api.kit.ids import parse_id
from api.kit.limits import address_of
from api.kit.logging import log
from api.kit.origins import is_own, remember_clinic
from api.kit.problems import Code, Problem, documented
from api.kit.tokens import BadToken, Visitor, clinic_of_refresh, new_refresh
from api.privacy.notice import notice
from api.privacy.retention import days_kept
from api.privacy.schemas import Export
from api.state import State, StateDep
from bot.summary.shapes import Part

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_bearer = HTTPBearer(auto_error=False, description="The token that opening the conversation gave")
Writer = Annotated[Session, Depends(get_session, scope="function")]
Reader = Annotated[Session, Depends(get_reader, scope="function")]


async def visitor_of(
    request: Request,
    conversation_id: str,
    state: StateDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Visitor:
    """The visitor, if the token is good and of the conversation in the address; else 401 or 404."""
    if credentials is None:
        raise Problem(Code.UNAUTHORIZED)
    try:
        visitor = state.tokens.read(credentials.credentials)
    except BadToken:
        raise Problem(Code.UNAUTHORIZED) from None
    remember_clinic(request.scope, visitor.clinic_id)
    if parse_id(conversation_id) != visitor.conversation_id:
        raise Problem(Code.CONVERSATION_NOT_FOUND)
    return visitor


VisitorDep = Annotated[Visitor, Depends(visitor_of)]
_ACCESS = (Code.UNAUTHORIZED, Code.CONVERSATION_NOT_FOUND, Code.DATABASE_UNAVAILABLE, Code.INVALID_REQUEST)


def service(state: State, session: Session, visitor: Visitor) -> ConversationService:
    """The visitor's clinic's conversations in this session."""
    settings = state.settings
    return ConversationService(session, visitor.clinic_id, lease=settings.lease, queue_limit=settings.queue_limit)


@router.post(
    "",
    status_code=201,
    response_model=Opened,
    responses=documented(
        Code.BAD_REQUEST,
        Code.ORIGIN_NOT_ALLOWED,
        Code.CLINIC_NOT_FOUND,
        Code.BODY_TOO_LARGE,
        Code.CONSENT_REQUIRED,
        Code.INVALID_REQUEST,
        Code.DATABASE_UNAVAILABLE,
    ),
)
async def open_conversation(request: Request, opening: OpenRequest, state: StateDep, session: Writer) -> JSONResponse:
    """Opens a conversation with a clinic, once the person has agreed."""
    await state.limiter.check(openings_by_address=address_of(request.scope))
    if not opening.consent:
        raise Problem(Code.CONSENT_REQUIRED)
    clinic = await ClinicRepository(session).by_key(opening.clinic)
    if clinic is None or not clinic.active:
        raise Problem(Code.CLINIC_NOT_FOUND)
    remember_clinic(request.scope, clinic.id)
    if not is_own(request.headers) and not clinic.admits(request.headers["origin"]):
        raise Problem(Code.ORIGIN_NOT_ALLOWED)
    await state.limiter.check(openings_by_clinic=str(clinic.id))
    settings = state.settings
    locale = opening.locale or clinic.locale
    shown = notice(locale, days_kept(clinic, settings))
    version = opening.consent_version or shown.version
    consent = Consent(version, shown.locale, shown.hash if version == shown.version else None)
    outcome = state.assistant.open(clinic.country, locale)
    conversations = ConversationService(session, clinic.id, lease=settings.lease, queue_limit=settings.queue_limit)
    refresh = new_refresh(clinic.id)
    conversation, messages = await conversations.open(clinic, locale, consent, outcome, refresh)
    visitor = Visitor(conversation.id, clinic.id, conversation.token_version, clinic.country)
    content = {
        "id": str(conversation.id),
        "token": state.tokens.sign(visitor),
        "expires_in": state.tokens.lifetime,
        "refresh": refresh,
        "messages": messages,
        "triage": state.assistant.triage(conversation.record),
    }
    return JSONResponse(content, status_code=201)


@router.post(
    "/{conversation_id}/token",
    response_model=Refreshed,
    responses=documented(
        Code.BAD_REQUEST,
        Code.CONVERSATION_NOT_FOUND,
        Code.BODY_TOO_LARGE,
        Code.INVALID_REQUEST,
        Code.DATABASE_UNAVAILABLE,
    ),
)
async def refresh_token(
    conversation_id: str, request: RefreshRequest, state: StateDep, session: Reader
) -> JSONResponse:
    """A new token for the secret that opening the conversation gave, also after the old token has run out."""
    id, clinic_id = parse_id(conversation_id), clinic_of_refresh(request.refresh)
    if id is None or clinic_id is None:
        raise Problem(Code.CONVERSATION_NOT_FOUND)
    settings = state.settings
    conversations = ConversationService(session, clinic_id, lease=settings.lease, queue_limit=settings.queue_limit)
    conversation = await conversations.refreshed(id, request.refresh)
    visitor = Visitor(id, clinic_id, conversation.token_version, conversation.country)
    return JSONResponse({"token": state.tokens.sign(visitor), "expires_in": state.tokens.lifetime})


@router.post(
    "/{conversation_id}/messages",
    status_code=201,
    response_model=Answer,
    responses={
        202: {
            "model": Answer,
            "description": "Stored, and still being answered: no messages yet; `Location` is the event stream",
            "headers": {"Location": {"schema": {"type": "string"}}},
        },
        **documented(
            Code.BAD_REQUEST,
            Code.UNAUTHORIZED,
            Code.CONVERSATION_NOT_FOUND,
            Code.CHOICE_CLOSED,
            Code.BODY_TOO_LARGE,
            Code.INVALID_REQUEST,
            Code.MESSAGE_EMPTY,
            Code.MESSAGE_TOO_LONG,
            Code.UNKNOWN_CHOICE,
            Code.IDEMPOTENCY_KEY_REUSED,
            Code.TOO_MANY_MESSAGES,
            Code.RATE_LIMITED,
            Code.ASSISTANT_UNAVAILABLE,
        ),
    },
)
async def say(
    request: Request,
    message: MessageRequest,
    visitor: VisitorDep,
    state: StateDep,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> JSONResponse:
    """Says one thing and answers it.

    With the same `Idempotency-Key` the same answer comes back and nothing runs twice. A turn that ended in 503
    may be tried again with its key: the message is not stored a second time.
    """
    if idempotency_key is not None and not _KEY.fullmatch(idempotency_key):
        raise Problem(Code.INVALID_REQUEST, errors=[{"field": "header.idempotency-key", "code": "string_pattern"}])
    runner, settings = state.runner, state.settings
    began = time.monotonic()
    try:
        await state.limiter.check(
            messages_by_address=address_of(request.scope),
            messages_by_conversation=str(visitor.conversation_id),
            messages_by_clinic=str(visitor.clinic_id),
        )
        with state.metrics.stage.labels("accept").time():
            accepted = await runner.accept(visitor, message, idempotency_key, settings.accept_budget)
        if accepted.answer is not None:
            return JSONResponse(accepted.answer, status_code=201)
        state.wakeups.wake(visitor.conversation_id)
        with state.metrics.stage.labels("turn").time():
            left = settings.turn_budget - (time.monotonic() - began)
            result = await runner.result(visitor.clinic_id, accepted.turn_id, accepted.claim, left)
    except DatabaseDown as down:
        log.error("message not stored", stage="accept", reason=str(down))
        result = runner.honest(message.text or "", {}, visitor.country)
    except Gone:
        raise Problem(Code.CONVERSATION_NOT_FOUND) from None
    except Problem as problem:
        if problem.code in (Code.RATE_LIMITED, Code.TOO_MANY_MESSAGES) and message.text:
            problem.more |= runner.alarm(message.text, visitor.country)  # no limit silences an alarm
        raise
    if result is None:
        content = {"messages": [], "triage": state.assistant.triage(accepted.record)}
        location = f"/v1/conversations/{visitor.conversation_id}/events"
        return JSONResponse(content, status_code=202, headers={"Location": location})
    if result.failed:
        raise Problem(Code.ASSISTANT_UNAVAILABLE, headers={"Retry-After": "5"}, **result.answer)
    return JSONResponse(result.answer, status_code=201)


@router.get("/{conversation_id}/messages", response_model=Answer, responses=documented(*_ACCESS))
async def history(
    visitor: VisitorDep,
    state: StateDep,
    session: Reader,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Only messages with a higher `seq`")] = 0,
) -> JSONResponse:
    """What both sides said, in order."""
    conversation, messages = await service(state, session, visitor).history(
        visitor.conversation_id, visitor.version, after
    )
    return JSONResponse({"messages": messages, "triage": state.assistant.triage(conversation.record)})


@router.get(
    "/{conversation_id}/events",
    response_class=Response,
    responses={
        200: {"content": {"text/event-stream": {"schema": EVENT}}, "description": "Server-Sent Events"},
        **documented(*_ACCESS),
    },
)
async def event_stream(
    visitor: VisitorDep,
    state: StateDep,
    last_event_id: Annotated[str | None, Header(description="The last `seq` that was seen")] = None,
) -> EventStream:
    """Every message as an event, from the one after `Last-Event-ID` on."""
    after = int(last_event_id) if last_event_id and re.fullmatch(r"[0-9]{1,9}", last_event_id) else 0
    async with state.database.read() as session:  # closed before the stream begins
        await service(state, session, visitor).history(visitor.conversation_id, visitor.version, 2**31 - 1)
    return EventStream(state, visitor.clinic_id, visitor.conversation_id, after)


@router.get("/summary.css", include_in_schema=False)
async def summary_style(request: Request) -> Response:
    """The style sheet of the summary page."""
    body, tag = summary.style_sheet()
    headers = {"Cache-Control": "public, max-age=300", "ETag": tag, "Cross-Origin-Resource-Policy": "cross-origin"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/css", headers=headers)


@router.get(
    "/{conversation_id}/summary",
    response_model=Summary,
    responses={
        200: {
            "content": {
                summary.HTML: {"schema": {"type": "string"}},
                summary.PDF: {"schema": {"type": "string", "format": "binary"}},
                summary.FHIR: {"schema": {"type": "object"}},
            },
            "description": "The summary in the form that `Accept` asks for; as FHIR an R4B Bundle",
        },
        **documented(*_ACCESS, Code.NOT_ACCEPTABLE),
    },
)
async def clinician_summary(
    request: Request,
    visitor: VisitorDep,
    state: StateDep,
    part: Annotated[
        Part | None, Query(alias="for", description="Whose part of the page or PDF; without it, both")
    ] = None,
) -> Response:
    """The summary for a clinician and, on a page or PDF, the same in plain words for the person."""
    media_type = summary.choose_media_type(request.headers.get("accept", ""))
    if media_type is None:
        raise Problem(Code.NOT_ACCEPTABLE)
    async with state.database.read() as session:  # closed before the writing begins
        conversation, messages = await service(state, session, visitor).history(
            visitor.conversation_id, visitor.version
        )
        clinic = await ClinicRepository(session).by_id(visitor.clinic_id)
    about = summary.about(
        str(conversation.id), clinic.name if clinic else "", conversation.created_at, now(), len(messages)
    )
    style = str(request.base_url).rstrip("/") + summary.STYLE_PATH
    record = conversation.record

    def make() -> bytes:
        return summary.written(media_type, state.assistant.summary(record, messages), about, part, style)

    # A PDF takes some 50 ms, and the first of its kind loads a library: not on the event loop.
    body = await asyncio.to_thread(make)
    headers = {"Vary": "Accept"}
    if media_type == summary.HTML:
        headers["Content-Security-Policy"] = summary.PAGE_POLICY
    if media_type == summary.PDF:
        headers["Content-Disposition"] = 'inline; filename="summary.pdf"'
    return Response(body, media_type=media_type, headers=headers)


@router.get("/{conversation_id}/export", response_model=Export, responses=documented(*_ACCESS))
async def export(visitor: VisitorDep, state: StateDep, session: Reader) -> JSONResponse:
    """Everything that is kept of the conversation, for the person to take along."""
    conversation, messages = await service(state, session, visitor).history(visitor.conversation_id, visitor.version)
    clinic = await ClinicRepository(session).by_id(visitor.clinic_id)
    assert clinic is not None  # the conversation would be gone with it
    days = timedelta(days=days_kept(clinic, state.settings))
    content = {
        "id": str(conversation.id),
        "clinic": clinic.name,
        "locale": conversation.locale,
        "country": conversation.country,
        "created_at": conversation.created_at.isoformat(),
        "active_at": conversation.active_at.isoformat(),
        "deleted_after": (conversation.active_at + days).isoformat(),
        "consent": {
            "version": conversation.consent_version,
            "locale": conversation.consent_locale,
            "at": conversation.consent_at.isoformat(),
            "sha256": conversation.consent_hash,
        },
        "messages": messages,
        "triage": state.assistant.triage(conversation.record),
        "record": conversation.record,
    }
    return JSONResponse(content, headers={"Content-Disposition": 'attachment; filename="conversation.json"'})


@router.delete("/{conversation_id}", status_code=204, responses=documented(*_ACCESS))
async def erase(visitor: VisitorDep, state: StateDep) -> Response:
    """Erases the conversation with everything that belongs to it."""
    async with state.runner.service(visitor.clinic_id) as conversations:
        await conversations.erase(visitor.conversation_id, visitor.version)
    state.wakeups.wake(visitor.conversation_id)
    await state.database.scrub()
    return Response(status_code=204)
