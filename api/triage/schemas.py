"""The shapes of the stateless assessment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from api.conversations.schemas import Question, Strict, Triage

Id = Annotated[str, Field(max_length=64)]
FindingAnswer = StrictBool | Literal["unsure"]
Number = Annotated[StrictFloat, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Whole = Annotated[StrictInt, Field(ge=-(10**9), le=10**9)]
Word = Annotated[StrictStr, Field(max_length=64)]
FactValue = StrictBool | Whole | Number | Word


class TriageRequest(Strict):
    """Findings, facts and details by the ids of the catalogue; what is left out was never answered."""

    findings: dict[Id, FindingAnswer] = Field(default_factory=dict, max_length=200)
    facts: dict[Id, FactValue] = Field(default_factory=dict, max_length=50)
    details: dict[Id, FactValue] = Field(default_factory=dict, max_length=200)


class TriageAnswer(BaseModel):
    """The assessment, and what would be asked next (null when nothing is)."""

    triage: Triage
    next_question: Question | None
