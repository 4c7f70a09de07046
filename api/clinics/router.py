"""The routes of a clinic: its notice for everybody, and, with its API key, how it is set and what was deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.clinics.models import Clinic
from api.clinics.repository import ClinicRepository
from api.clinics.schemas import CLINIC_KEY, ClinicOut, Deletions
from api.clinics.service import ClinicService
from api.kit.database import Session, get_reader
from api.kit.problems import Code, Problem, documented
from api.privacy.ledger import first_broken
from api.privacy.notice import notice
from api.privacy.repository import LedgerRepository
from api.privacy.retention import days_kept
from api.privacy.schemas import NoticeOut
from api.state import StateDep

router = APIRouter(prefix="/v1", tags=["clinics"])

_key = HTTPBearer(auto_error=False, scheme_name="ClinicKey", description="The API key of the clinic's own systems")
Reader = Annotated[Session, Depends(get_reader, scope="function")]


async def clinic_of_key(
    session: Reader, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_key)]
) -> Clinic:
    """The clinic whose API key came with the request; else 401."""
    found = await ClinicService(session).by_api_key(credentials.credentials) if credentials else None
    if found is None:
        raise Problem(Code.UNAUTHORIZED)
    return found


ClinicDep = Annotated[Clinic, Depends(clinic_of_key)]
_ACCESS = documented(Code.UNAUTHORIZED, Code.DATABASE_UNAVAILABLE)


@router.get(
    "/clinics/{key}/notice",
    response_model=NoticeOut,
    responses=documented(Code.CLINIC_NOT_FOUND, Code.INVALID_REQUEST, Code.DATABASE_UNAVAILABLE),
)
async def show_notice(
    key: Annotated[str, Path(pattern=CLINIC_KEY)],
    state: StateDep,
    session: Reader,
    locale: Annotated[str | None, Query(max_length=35)] = None,
) -> JSONResponse:
    """The notice that `consent` in opening a conversation means, for clients without the widget."""
    clinic = await ClinicRepository(session).by_key(key)
    if clinic is None or not clinic.active:
        raise Problem(Code.CLINIC_NOT_FOUND)
    days = days_kept(clinic, state.settings)
    shown = notice(locale or clinic.locale, days)
    content = {
        "version": shown.version,
        "locale": shown.locale,
        "retention_days": days,
        "text": list(shown.text),
        "sha256": shown.hash,
    }
    return JSONResponse(content)


@router.get("/clinic", response_model=ClinicOut, responses=_ACCESS)
async def show_clinic(clinic: ClinicDep, state: StateDep) -> ClinicOut:
    """How the clinic is set."""
    return ClinicOut(
        key=clinic.key,
        name=clinic.name,
        country=clinic.country,
        locale=clinic.locale,
        retention_days=days_kept(clinic, state.settings),
        origins=clinic.origins,
        active=clinic.active,
    )


@router.get("/clinic/deletions", response_model=Deletions, responses=_ACCESS)
async def show_deletions(clinic: ClinicDep, state: StateDep, session: Reader) -> Deletions:
    """The proof that conversations were deleted in time: how many and when, never which."""
    ledger = LedgerRepository(session)
    intact = first_broken(await ledger.all()) is None
    rows = await ledger.of_clinic(clinic.id)
    return Deletions.model_validate(
        {"retention_days": days_kept(clinic, state.settings), "intact": intact, "deletions": rows},
        from_attributes=True,
    )
