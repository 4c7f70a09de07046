"""What happens to a conversation in one transaction. Nothing here commits: whoever opened the transaction does."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from api.clinics.models import Clinic
from api.conversations.models import Choice, Conversation, Message, Turn, TurnStatus
from api.conversations.repository import UNFINISHED, ConversationRepository
from api.conversations.schemas import MessageRequest
from api.kit.clock import now
from api.kit.crypto import Safe
from api.kit.database import Session
from api.kit.ids import new_choice_token, new_id
from api.kit.ports import MessageDraft, OutcomeLike, Record
from api.kit.problems import Code, Problem
from api.widget.pictures import illustrated

_DRAFTS = TypeAdapter(list[MessageDraft])


class Gone(Exception):
    """The conversation was erased while the turn ran."""


class LeaseLost(Exception):
    """Somebody else has taken the turn; what was to be stored must be rolled back."""


@dataclass(frozen=True)
class Claim:
    """A turn that this process may run until ``lease_until``, with all that running it needs.

    ``choices`` are the ``sets`` of the ticked choices, None for a typed text. ``safe`` seals the answer.
    """

    clinic_id: UUID
    conversation_id: UUID
    turn_id: UUID
    fence: int
    attempts: int
    text: str
    choices: list[dict[str, Any]] | None
    record: Record
    country: str
    safe: Safe = field(repr=False)


@dataclass(frozen=True)
class Consent:
    """What the person agreed to. ``hash``: SHA-256 of its words, None when they are not ours."""

    version: str
    locale: str
    hash: str | None


@dataclass(frozen=True)
class Accepted:
    """A stored message. ``claim`` is set when the turn may run at once, ``answer`` when it already ran."""

    turn_id: UUID
    record: Record
    claim: Claim | None = None
    answer: dict[str, Any] | None = None


def message_json(message: Message) -> dict[str, Any]:
    """A message in the contract's shape."""
    return {
        "id": str(message.id),
        "seq": message.seq,
        "role": message.role,
        "kind": message.kind,
        "text": message.text,
        "choices": message.payload.get("choices", []),
        "question": message.payload.get("question"),
        "guidance": illustrated(message.payload.get("guidance", [])),
        "sources": message.payload.get("sources", []),
        "calls": message.payload.get("calls", []),
        "at": message.created_at.isoformat(timespec="seconds"),
    }


def unstored_json(drafts: Sequence[Mapping[str, Any] | MessageDraft]) -> list[dict[str, Any]]:
    """Messages that no database took: without a place in the conversation and without choices."""
    return [
        {
            "id": str(new_id()),
            "seq": 0,
            "role": "assistant",
            "kind": draft.kind,
            "text": draft.text,
            "choices": [],
            "question": None,
            "guidance": illustrated(draft.guidance),
            "sources": draft.sources,
            "calls": draft.calls,
        }
        for draft in _DRAFTS.validate_python(list(drafts))
    ]


def _canonical(request: MessageRequest) -> str:
    """A message request in one way of writing, to tell a repeat from another message under the same key."""
    return json.dumps([request.text, list(request.picked), request.change], ensure_ascii=True)


class ConversationService:
    """The conversations of one clinic, inside the caller's transaction."""

    def __init__(self, session: Session, clinic_id: UUID, *, lease: float, queue_limit: int) -> None:
        self._repository = ConversationRepository(session, clinic_id)
        self._clinic_id = clinic_id
        self._lease = timedelta(seconds=lease)
        self._queue_limit = queue_limit

    async def open(
        self, clinic: Clinic, locale: str, consent: Consent, outcome: OutcomeLike, refresh: str
    ) -> tuple[Conversation, list[dict[str, Any]]]:
        """A new conversation with the assistant's first messages; of ``refresh`` only a keyed hash is kept."""
        moment = now()
        id = new_id()
        safe, wrapped = self._repository.new_safe(id)
        drafts = _DRAFTS.validate_python(list(outcome.messages))
        rows, choices = self._replies(id, 0, drafts)
        conversation = Conversation(
            id=id,
            locale=locale,
            country=clinic.country,
            record=outcome.record,
            consent_version=consent.version,
            consent_locale=consent.locale,
            consent_at=moment,
            consent_hash=consent.hash,
            token_version=1,
            refresh_hash=safe.fingerprint("refresh", refresh),
            last_seq=len(rows),
            active_at=moment,
            created_at=moment,
            **{"open_from": 0, "open_question": None, **_opened_by(drafts, complete=False)},
        )
        await self._repository.open(conversation, wrapped)
        await self._repository.insert(*rows)
        await self._repository.insert(*choices)
        return conversation, [message_json(row) for row in rows]

    async def accept(
        self, conversation_id: UUID, token_version: int, request: MessageRequest, key: str | None
    ) -> Accepted:
        """Stores the person's message and its turn, or finds the turn that this key already made.

        Problems: conversation_not_found, unauthorized, idempotency_key_reused, unknown_choice, choice_closed,
        too_many_messages.
        """
        moment = now()
        conversation = _checked(await self._repository.with_next_message(conversation_id, moment), token_version)
        safe = await self._repository.safe(conversation_id)
        assert safe is not None  # it came with the conversation
        digest = safe.fingerprint("request", _canonical(request))
        turns = await self._repository.unfinished_or_keyed(conversation_id, key)
        unfinished = [turn for turn in turns if turn.status in UNFINISHED]
        known = next((turn for turn in turns if key is not None and turn.idempotency_key == key), None)
        if known is not None:
            conversation.last_seq -= 1  # there is no new message after all
            await self._repository.save(conversation, "last_seq")
            return await self._again(conversation, known, unfinished, digest)
        picked = await self._picked(conversation, request, unfinished) if request.picked else []
        sets = [choice.sets for choice in picked]
        if request.change:
            asks = await self._asked_by(picked[0])
            sets = [{**each, "change": asks} for each in sets]
        if len(unfinished) > self._queue_limit:
            raise Problem(Code.TOO_MANY_MESSAGES, headers={"Retry-After": "5"})
        text = request.text if request.text is not None else ", ".join(choice.label for choice in picked)
        kind = "answer" if picked else "info"
        message = self._message(conversation_id, conversation.last_seq, "person", kind, text, {})
        if picked and picked[0].question_id:
            message.payload = {"answers": picked[0].question_id}
        turn = Turn(
            id=new_id(),
            conversation_id=conversation_id,
            message_id=message.id,
            seq=message.seq,
            status=TurnStatus.ACCEPTED,
            idempotency_key=key,
            request_hash=digest,
            choices=sets or None,
            question_id=picked[0].question_id if picked else None,
            fence=0,
            attempts=0,
        )
        claim = None if unfinished else self._take(turn, text, conversation.record, conversation.country, safe)
        await self._repository.insert(message)
        await self._repository.insert(turn)
        return Accepted(turn.id, conversation.record, claim)

    async def claim(self, conversation_id: UUID, moment: datetime) -> Claim | None:
        """The conversation's next turn, if none is running or the one that was has lost its lease."""
        conversation = await self._repository.conversation(conversation_id, lock=True)
        if conversation is None:
            return None
        turn = await self._repository.running(conversation_id)
        if turn is None:
            turn = await self._repository.next_accepted(conversation_id)
        elif turn.lease_until is not None and turn.lease_until >= moment:
            return None
        if turn is None:
            return None
        return await self._claimed(turn, conversation.record, conversation.country)

    async def finish(
        self, claim: Claim, outcome: OutcomeLike, triage: dict[str, Any], *, failed: bool
    ) -> tuple[dict[str, Any], Claim | None]:
        """Stores the replies and the new record; the answer and the next turn to run.

        LeaseLost: the turn is no longer ours. Gone: the conversation was erased.
        """
        drafts = _DRAFTS.validate_python(list(outcome.messages))
        changes: dict[str, Any] = {}
        if not failed:
            complete = triage.get("status") == "complete"
            changes = {"record": outcome.record, **_opened_by(drafts, complete=complete)}
        before = await self._repository.advance(claim.conversation_id, claim.safe, len(drafts), changes)
        if before is None:
            raise Gone
        rows, choices = self._replies(claim.conversation_id, before, drafts)
        answer: dict[str, Any] = {"messages": [message_json(row) for row in rows], "triage": triage}
        status = TurnStatus.FAILED if failed else TurnStatus.DONE
        ours, following = await self._repository.finish(
            claim.conversation_id, claim.turn_id, claim.fence, status, answer, now()
        )
        if not ours:
            raise LeaseLost
        await self._repository.insert(*rows)
        await self._repository.insert(*choices)
        if following is None:
            return answer, None
        return answer, await self._claimed(following, claim.record if failed else outcome.record, claim.country)

    async def renew(self, claims: Sequence[Claim]) -> None:
        """Those of the turns that are still ours are so for the length of another lease."""
        held = [(claim.turn_id, claim.fence) for claim in claims]
        await self._repository.renew(held, now() + self._lease)

    async def history(
        self, conversation_id: UUID, token_version: int, after: int = 0
    ) -> tuple[Conversation, list[dict[str, Any]]]:
        conversation = await self._conversation(conversation_id, token_version)
        messages = await self._repository.messages(conversation_id, after)
        return conversation, [message_json(message) for message in messages]

    async def refreshed(self, conversation_id: UUID, refresh: str) -> Conversation:
        """The conversation that this refresh secret belongs to; a wrong one is as unknown as no conversation."""
        conversation = await self._repository.conversation(conversation_id)
        safe = await self._repository.safe(conversation_id)
        if conversation is None or conversation.refresh_hash is None or safe is None:
            raise Problem(Code.CONVERSATION_NOT_FOUND)
        if not hmac.compare_digest(conversation.refresh_hash, safe.fingerprint("refresh", refresh)):
            raise Problem(Code.CONVERSATION_NOT_FOUND)
        return conversation

    async def ended(self, turn_ids: Sequence[UUID]) -> dict[UUID, Turn | None]:
        """Those of the turns that are answered, and None for each that is gone with its conversation."""
        states = await self._repository.states(turn_ids)
        over = [id for id in turn_ids if states.get(id) not in UNFINISHED]
        return {id: await self._repository.turn(id) if id in states else None for id in over}

    async def erase(self, conversation_id: UUID, token_version: int) -> None:
        await self._conversation(conversation_id, token_version, lock=True)
        await self._repository.erase(conversation_id)

    async def _conversation(self, conversation_id: UUID, token_version: int, *, lock: bool = False) -> Conversation:
        return _checked(await self._repository.conversation(conversation_id, lock=lock), token_version)

    async def _again(
        self, conversation: Conversation, known: Turn, unfinished: Sequence[Turn], digest: str
    ) -> Accepted:
        """The same key once more: its answer, its running turn, or, if it failed, another try of the same message."""
        if not hmac.compare_digest(known.request_hash, digest):
            raise Problem(Code.IDEMPOTENCY_KEY_REUSED)
        turn = await self._repository.turn(known.id)
        assert turn is not None  # nothing has changed in this transaction
        if turn.status == TurnStatus.DONE:
            return Accepted(turn.id, conversation.record, answer=turn.response)
        claim = None
        if turn.status == TurnStatus.FAILED:
            changes = any("change" in sets for sets in turn.choices or ())  # of a question that is closed anyway
            if turn.question_id and not changes and turn.question_id != conversation.open_question:
                raise Problem(Code.CHOICE_CLOSED)
            turn.status = TurnStatus.ACCEPTED
            turn.attempts = 0
            turn.response = None
            if not unfinished:
                claim = await self._claimed(turn, conversation.record, conversation.country)
        return Accepted(turn.id, conversation.record, claim)

    async def _picked(
        self, conversation: Conversation, request: MessageRequest, unfinished: Sequence[Turn]
    ) -> list[Choice]:
        ids = request.picked
        choices = list(await self._repository.choices(conversation.id, ids))
        if len(choices) != len(ids) or len({choice.message_id for choice in choices}) != 1:
            raise Problem(Code.UNKNOWN_CHOICE)
        first = choices[0]
        if request.change:
            return choices
        is_open = first.message_seq >= conversation.open_from > 0 or (
            first.question_id is not None and first.question_id == conversation.open_question
        )
        # A question whose answer is on its way counts as answered: the second tap of a double tap.
        if not is_open or any(turn.question_id and turn.question_id == first.question_id for turn in unfinished):
            raise Problem(Code.CHOICE_CLOSED)
        return choices

    async def _asked_by(self, choice: Choice) -> list[str]:
        """The ids that the question of a choice asked; a choice that answers no question cannot be changed."""
        message = await self._repository.message(choice.message_id)
        question = message.payload.get("question") if message else None
        if not question:
            raise Problem(Code.CHOICE_CLOSED)
        return list(question["asks"])

    async def _claimed(self, turn: Turn, record: Record, country: str) -> Claim:
        message = await self._repository.message(turn.message_id)
        safe = await self._repository.safe(turn.conversation_id)
        assert message is not None  # a turn dies with its message
        assert safe is not None  # and with its key
        return self._take(turn, message.text, record, country, safe)

    def _take(self, turn: Turn, text: str, record: Record, country: str, safe: Safe) -> Claim:
        turn.status = TurnStatus.RUNNING
        turn.fence += 1
        turn.attempts += 1
        turn.lease_until = now() + self._lease
        return Claim(
            clinic_id=self._clinic_id,
            conversation_id=turn.conversation_id,
            turn_id=turn.id,
            fence=turn.fence,
            attempts=turn.attempts,
            text=text,
            choices=turn.choices,
            record=record,
            country=country,
            safe=safe,
        )

    def _replies(
        self, conversation_id: UUID, before: int, drafts: Sequence[MessageDraft]
    ) -> tuple[list[Message], list[Choice]]:
        """The rows of an answer; ``before``: the last ``seq`` so far."""
        rows: list[Message] = []
        choices: list[Choice] = []
        for seq, draft in enumerate(drafts, before + 1):
            row = self._message(conversation_id, seq, "assistant", draft.kind, draft.text, {})
            own = [
                Choice(
                    id=new_choice_token(),
                    conversation_id=conversation_id,
                    message_id=row.id,
                    message_seq=row.seq,
                    question_id=draft.question["id"] if draft.question else None,
                    position=position,
                    label=choice.label,
                    sets=choice.sets,
                )
                for position, choice in enumerate(draft.choices)
            ]
            row.payload = {
                "choices": [{"id": choice.id, "label": choice.label} for choice in own],
                "question": draft.question,
                "guidance": draft.guidance,
                "sources": draft.sources,
                "calls": draft.calls,
            }
            rows.append(row)
            choices += own
        return rows, choices

    @staticmethod
    def _message(
        conversation_id: UUID, seq: int, role: str, kind: str, text: str, payload: dict[str, Any]
    ) -> Message:
        return Message(
            id=new_id(),
            conversation_id=conversation_id,
            seq=seq,
            role=role,
            kind=kind,
            text=text,
            payload=payload,
            created_at=now(),
        )


def _checked(conversation: Conversation | None, token_version: int) -> Conversation:
    """The conversation, if there is one and the visitor's token is still good for it."""
    if conversation is None:
        raise Problem(Code.CONVERSATION_NOT_FOUND)
    if conversation.token_version != token_version:
        raise Problem(Code.UNAUTHORIZED)
    return conversation


def _opened_by(drafts: Sequence[MessageDraft], *, complete: bool) -> dict[str, Any]:
    """Which choices may be picked from now on: those of this answer, or of the question it asks again.

    Changes to a conversation: ``open_question`` and, counted from the answer's first message as 1, ``open_from``.
    """
    questions = [draft.question["id"] for draft in drafts if draft.question]
    offering = [number for number, draft in enumerate(drafts, 1) if draft.choices]
    changes: dict[str, Any] = {}
    if questions or complete:
        changes["open_question"] = questions[-1] if questions else None
        changes["open_from"] = len(drafts) + 1
    if offering:
        changes["open_from"] = offering[0]
    return changes
