"""A person agrees to a notice that can be named later, and may take along everything that is kept."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.kit.clock import now
from api.privacy.notice import PARTS, notice
from tests.api.support import Service

# Change the version in api/widget/static/locales/ with the words of the notice, then this hash.
KNOWN = {
    ("1", "en"): "22aecc27785f25c4c8d2e4aadd3cfbc5685786f6cfc4ce77dfdc1ffe0f3fb1dd",
    ("1", "es"): "a6d059577321a62b18ad3ab7fb94720248a3358a6fd1aed9dd6a88609a1ebbfc",
}


async def export(talk: Any) -> dict[str, Any]:
    response = await talk.get("/export")
    assert response.status_code == 200, response.text
    exported: dict[str, Any] = response.json()
    return exported


async def test_the_export_holds_everything(service: Service) -> None:
    talk = await service.open(locale="en-GB")
    await talk.say("hello")
    yes = (await talk.history())[1]["choices"][0]["id"]
    await talk.say(choice=yes)
    exported = await export(talk)
    assert exported["messages"] == await talk.history()
    assert exported["record"]["turns"] == 1
    assert (exported["id"], exported["clinic"]) == (talk.id, "Harbour Physiotherapy")
    active = datetime.fromisoformat(exported["active_at"])
    assert datetime.fromisoformat(exported["deleted_after"]) == active + timedelta(days=30)
    assert active >= datetime.fromisoformat(exported["created_at"])


async def test_only_its_owner_gets_an_export(service: Service) -> None:
    mine, other = await service.open(), await service.open()
    assert (await service.client.get(f"{other.path}/export", headers=mine.access)).status_code == 404
    assert (await service.client.get(f"{other.path}/export")).status_code == 401


async def test_consent_is_kept_with_the_words_agreed_to(service: Service) -> None:
    before = now()
    shown = (await service.client.get("/v1/clinics/demo/notice", params={"locale": "en-GB"})).json()
    talk = await service.open(locale="en-GB", consent_version=shown["version"])
    consent = (await export(talk))["consent"]
    assert (consent["version"], consent["locale"], consent["sha256"]) == ("1", "en", shown["sha256"])
    assert before <= datetime.fromisoformat(consent["at"]).astimezone(UTC) <= now()
    assert hashlib.sha256(json.dumps(shown["text"], ensure_ascii=False).encode()).hexdigest() == shown["sha256"]
    assert "30 days" in " ".join(shown["text"])
    assert shown["retention_days"] == 30


async def test_consent_without_a_version_is_to_the_present_notice(service: Service) -> None:
    consent = (await export(await service.open()))["consent"]
    assert (consent["version"], consent["sha256"]) == ("1", notice("en", 30).hash)


async def test_a_notice_of_the_clinics_own_is_kept_by_its_version(service: Service) -> None:
    consent = (await export(await service.open(consent_version="clinic-7")))["consent"]
    assert (consent["version"], consent["sha256"]) == ("clinic-7", None)


@pytest.mark.parametrize(
    ("key", "expected"), [("nowhere", (404, "clinic_not_found")), ("%00", (422, "invalid_request"))]
)
async def test_there_is_no_notice_of_nobody(service: Service, key: str, expected: tuple[int, str]) -> None:
    response = await service.client.get(f"/v1/clinics/{key}/notice")
    assert (response.status_code, response.json()["code"]) == expected


def test_every_sentence_of_the_consent_screen_is_in_the_notice() -> None:
    """Those that the widget shows as text, not as a button."""
    script = Path("api/widget/static/app.js").read_text()
    words = json.loads(Path("api/widget/static/locales/en.json").read_text())["consent"]
    buttons = {"agree", "decline", "starting", "retry"}
    assert set(PARTS) == set(words) - buttons - {"version"}
    assert all(f'"consent.{part}"' in script for part in PARTS)


@pytest.mark.parametrize(("version", "locale"), KNOWN)
def test_other_words_are_another_version(version: str, locale: str) -> None:
    shown = notice(locale, 30)
    assert (shown.version, shown.hash) == (version, KNOWN[version, locale])
