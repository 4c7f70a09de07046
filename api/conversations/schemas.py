"""The public shapes of the contract."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from api.clinics.schemas import CLINIC_KEY
from api.kit.text import PersonText

ChoiceId = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Level = Literal["emergency", "same_day", "see_gp", "check_first", "self_care"]
Verdict = Literal["no", "check_first", "with_precautions", "suitable"]


class Strict(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class OpenRequest(Strict):
    """Opens a conversation; nothing is kept before consent."""

    clinic: str = Field(pattern=CLINIC_KEY, examples=["demo"])
    locale: str | None = Field(
        default=None,
        description="Without it, the clinic's",
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=16,
    )
    consent: StrictBool = Field(
        default=False, description="The person agreed to the notice, see `/v1/clinics/{key}/notice`"
    )
    consent_version: str | None = Field(
        default=None,
        max_length=32,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="Of the notice that was shown, where it was not the present one of this service",
    )


class MessageRequest(Strict):
    """What the person says: exactly one of text, choice and choices.

    With `change`, the choices are those of an earlier question, which is answered anew.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "my lower back is sore"}, {"choice": "q3ZkT0aPx7Lm"}]},
    )

    text: PersonText | None = None
    choice: ChoiceId | None = None
    choices: Annotated[list[ChoiceId], Field(min_length=1, max_length=30)] | None = None
    change: bool = False

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(part is not None for part in (self.text, self.choice, self.choices)) != 1:
            raise PydanticCustomError("exactly_one_of", "exactly one of text, choice and choices")
        if self.change and self.text is not None:
            raise PydanticCustomError("change_needs_choice", "only choices change an earlier answer")
        return self

    @property
    def picked(self) -> tuple[str, ...]:
        """The ids of the choices, each once; empty for a typed text."""
        return tuple(dict.fromkeys(self.choices or ([self.choice] if self.choice else [])))


class ChoiceOut(BaseModel):
    """A button or tick; `id` is opaque and means something on the server only."""

    id: str
    label: str


class Question(BaseModel):
    """What is asked; `asks` lists the finding or fact ids that it covers."""

    model_config = ConfigDict(extra="allow")

    id: str
    asks: list[str]
    kind: Literal["yes_no", "checklist", "choice", "number", "region", "scale"]


class Source(BaseModel):
    """Where a statement comes from."""

    model_config = ConfigDict(extra="allow")

    title: str
    url: str | None = None


class Guidance(BaseModel):
    """One piece of guidance."""

    model_config = ConfigDict(extra="allow")

    id: str
    topic: Literal["massage", "posture", "movement", "heat_cold", "sleep", "stress", "lifestyle", "oils"]
    title: str
    text: str
    dose: str | None = None
    evidence: str | None = None
    image: str | None = None
    source: Source | None = None


class MessageOut(BaseModel):
    """One message; `seq` counts from 1 without gaps (0: could not be stored, see 503)."""

    id: str
    seq: int
    role: Literal["assistant", "person"]
    kind: Literal["info", "question", "answer", "advice", "emergency"]
    text: str
    choices: list[ChoiceOut]
    question: Question | None
    guidance: list[Guidance]
    sources: list[Source]
    calls: list[str] = Field(default_factory=list, description="Telephone numbers in the text, for a page to dial.")
    at: str | None = Field(default=None, description="When it was stored, ISO 8601 in UTC.")


class Reason(BaseModel):
    """A rule that decided, and on which findings."""

    model_config = ConfigDict(extra="allow")

    rule: str
    findings: list[str]
    text: str
    source: Any = None


class Triage(BaseModel):
    """How urgent it is, as far as that is known."""

    model_config = ConfigDict(extra="allow")

    status: Literal["asking", "complete"]
    level: Level | None
    massage: Verdict | None
    findings: dict[str, bool | Literal["unsure"]]
    facts: dict[str, Any]
    reasons: list[Reason]
    ruleset: str


class Answer(BaseModel):
    """What the assistant says to one message."""

    messages: list[MessageOut]
    triage: Triage


class Opened(Answer):
    """A new conversation; `token` goes into the `Authorization` header of everything else."""

    id: str
    token: str
    expires_in: int = Field(description="Seconds for which the token is good")
    refresh: str = Field(description="Secret that gets a new token of this conversation; only a hash of it is kept")


class RefreshRequest(Strict):
    """Asks for a new token."""

    refresh: str = Field(min_length=1, max_length=100)


class Refreshed(BaseModel):
    """A new token of the same conversation."""

    token: str
    expires_in: int


class SourcedReason(Reason):
    """A rule that decided, with its sources one by one."""

    sources: list[Source]


class Advice(BaseModel):
    """What the level means for the person."""

    title: str
    what_to_do: str
    how_soon: str
    say_there: str
    do_not: list[str]


class Course(BaseModel):
    """How it went on after the advice, oldest first; scores are 0 to 10."""

    pain_scores: list[float]
    changes: list[str]
    peg_scores: list[float]
    causes: dict[str, list[str]]


class Summary(BaseModel):
    """What a clinician needs, in plain order.

    `reason` is the person's first words about it. `present`, `denied`, `unsure` and `not_asked` hold ids of findings
    and of details that sharpen them; `labels` says what each id is called.
    """

    reason: str | None
    for_someone_else: bool
    facts: dict[str, Any]
    present: list[str]
    denied: list[str]
    unsure: list[str]
    not_asked: list[str]
    labels: dict[str, str]
    course: Course
    status: Literal["asking", "complete"]
    level: Level | None
    massage: Verdict | None
    reasons: list[SourcedReason]
    advice: Advice | None
    guidance: list[Guidance]
    safety_net: str
    ruleset: str
    clinic: str
    started_at: str
    made_at: str
    messages: int
    automated: bool
    notice: str
