"""The summary of a conversation in every form, through the route."""

from __future__ import annotations

import html
import json
import logging
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from api.conversations.repository import ConversationRepository
from api.conversations.summary import FHIR, HTML, JSON, PDF, STYLE_PATH, choose_media_type
from bot.dialogue.assistant import Assistant
from bot.dialogue.state import Record
from bot.triage.assessment import Assessment
from tests.api.conftest import Start
from tests.api.support import Service, Talk

HOSTILE = '<script>alert(1)</script> "quoted" \U0001f600 我背痛 שלום'
LEVELS: dict[str, dict[str, Any]] = {
    "emergency": {"saddle_numbness": True},
    "same_day": {"fever": True},
    "see_gp": {"cancer_history": True, "night_pain": False},
    "check_first": {"blood_thinners": "unsure"},
    "self_care": {},
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(scope="module")
def mind() -> Assistant:
    return Assistant.load()


async def remember(service: Service, talk: Talk, record: dict[str, Any]) -> None:
    """Makes ``record`` that of the conversation, as if the talk had led to it."""
    visitor = service.state.tokens.read(talk.token)
    async with service.state.database.write() as session:
        repository = ConversationRepository(session, visitor.clinic_id)
        conversation = await repository.conversation(visitor.conversation_id)
        assert conversation is not None
        conversation.record = record
        await repository.save(conversation, "sealed_record")


def at(mind: Assistant, level: str) -> dict[str, Any]:
    answers = dict.fromkeys(mind.finding_ids, False) | LEVELS[level]
    facts = {"age": 44, "region": "lower_back", "duration_days": 10, "pain_score": 4, "country": "GB"}
    facts |= {"daily_life": "desk", "onset": "gradual", "stress": False, "sleep_problem": False}
    return Record(Assessment(answers, facts)).with_dialogue(complaint=True, advised=level).to_json()


async def test_it_says_what_was_said(service: Service) -> None:
    talk = await service.open()
    await talk.say("<b>sore</b> back")
    yes = (await talk.history())[-1]["choices"][0]["id"]
    await talk.say(choice=yes)
    response = await talk.get("/summary")
    assert response.headers["content-type"] == "application/json"
    assert response.headers["vary"] == "Accept, Origin"
    summary = response.json()
    assert summary["reason"] == "<b>sore</b> back"
    assert summary["present"] == ["question_1"]
    assert (summary["denied"], summary["unsure"]) == ([], [])
    assert summary["ruleset"] == "stub"
    assert summary["clinic"] == "Harbour Physiotherapy"
    assert summary["messages"] == 8
    assert summary["automated"] is True
    assert "not a diagnosis" in summary["notice"]


@pytest.mark.parametrize("level", LEVELS)
async def test_every_level_in_every_form(start: Start, mind: Assistant, level: str) -> None:
    async with start(mind) as service:
        talk = await service.open()
        await remember(service, talk, at(mind, level))
        triage = mind.triage(at(mind, level))
        told = (await talk.get("/summary")).json()
        assert (told["level"], told["massage"], told["facts"]) == (level, triage["massage"], triage["facts"])
        answered = dict.fromkeys(told["present"], True) | dict.fromkeys(told["denied"], False)
        assert answered | dict.fromkeys(told["unsure"], "unsure") == triage["findings"]
        assert told["not_asked"] == []
        assert [reason["rule"] for reason in told["reasons"]] == [reason["rule"] for reason in triage["reasons"]]
        assert all(source["url"] for reason in told["reasons"] for source in reason["sources"])
        assert set(told["labels"]) == {*told["present"], *told["denied"], *told["unsure"], *told["facts"]}

        page = await talk.get("/summary", Accept=HTML)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert told["advice"]["what_to_do"] in html.unescape(page.text)
        paper = await talk.get("/summary", Accept=PDF)
        assert paper.headers["content-type"] == PDF
        assert paper.content.startswith(b"%PDF-")
        fhir = await talk.get("/summary", Accept=FHIR)
        assert fhir.headers["content-type"] == FHIR
        risk = Bundle.model_validate_json(fhir.content).entry[1].resource
        assert risk.prediction[0].outcome.coding[0].code == level


async def test_nothing_said_has_a_summary_in_every_form(start: Start, mind: Assistant) -> None:
    async with start(mind) as service:
        talk = await service.open()
        told = (await talk.get("/summary")).json()
        assert (told["reason"], told["level"], told["status"]) == (None, None, "asking")
        assert len(told["not_asked"]) == len(mind.finding_ids)
        for form in (HTML, PDF, FHIR):
            assert (await talk.get("/summary", Accept=form)).status_code == 200


async def test_an_emergency_that_was_written_is_the_reason(start: Start, mind: Assistant) -> None:
    async with start(mind) as service:
        talk = await service.open()
        words = "my back hurts and I have gone numb between my legs"
        answer = await talk.say(words)
        assert answer.json()["triage"]["level"] == "emergency"
        told = (await talk.get("/summary")).json()
        assert (told["reason"], told["level"]) == (words, "emergency")
        assert "saddle_numbness" in told["present"]


@pytest.mark.parametrize("form", [JSON, HTML, PDF, FHIR])
async def test_any_text_passes_through_every_form(start: Start, mind: Assistant, form: str) -> None:
    async with start(mind) as service:
        talk = await service.open()
        await talk.say(f"numb between my legs {HOSTILE}")
        response = await talk.get("/summary", Accept=form)
        assert response.status_code == 200
        if form == HTML:
            assert "<script>" not in response.text
            assert "&lt;script&gt;" in response.text
        elif form != PDF:
            assert "<script>" in json.dumps(response.json())


async def test_the_page_holds_nothing_inline_and_its_style_can_be_had(service: Service) -> None:
    talk = await service.open()
    page = await talk.get("/summary", Accept=HTML)
    policy = page.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "<style" not in page.text
    assert " style=" not in page.text
    assert f'href="http://test{STYLE_PATH}"' in page.text  # whole, for a page that is opened from a blob
    style = await service.client.get(STYLE_PATH)
    assert style.headers["content-type"].startswith("text/css")
    assert "@media print" in style.text
    assert "url(" not in style.text
    again = await service.client.get(STYLE_PATH, headers={"If-None-Match": style.headers["etag"]})
    assert again.status_code == 304


async def test_whose_part_it_is(start: Start, mind: Assistant) -> None:
    async with start(mind) as service:
        talk = await service.open()
        await remember(service, talk, at(mind, "self_care"))
        pages = {
            part: (await talk.get(f"/summary?for={part}" if part else "/summary", Accept=HTML)).text
            for part in ("", "clinician", "person", "both")
        }
        assert ["Rules that decided" in page for page in pages.values()] == [True, True, False, True]
        assert ["What you told me" in page for page in pages.values()] == [True, False, True, True]
        assert pages["person"].count("<h1") == 1
        assert (await talk.get("/summary?for=person", Accept=PDF)).content.startswith(b"%PDF-")
        wrong = await talk.get("/summary?for=nobody", Accept=HTML)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("accept", ["application/xml", "application/fhir+xml", "image/*", "*/*;q=0"])
async def test_what_cannot_be_given_is_406(service: Service, accept: str) -> None:
    talk = await service.open()
    response = await talk.get("/summary", Accept=accept)
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("form", [JSON, HTML, PDF, FHIR])
async def test_only_its_own_token_opens_it(service: Service, form: str) -> None:
    mine, other = await service.open(), await service.open()
    path = f"{other.path}/summary"
    foreign = await service.client.get(path, headers=mine.access | {"Accept": form})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "conversation_not_found")
    bare = await service.client.get(path, headers={"Accept": form})
    assert (bare.status_code, bare.json()["code"]) == (401, "unauthorized")
    await other.erase()
    gone = await other.get("/summary", Accept=form)
    assert gone.status_code == 404


async def test_nothing_of_it_reaches_a_log(
    start: Start, mind: Assistant, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with start(mind, log_level="debug") as service:
        talk = await service.open()
        await talk.say("numb between my legs, MARMALADE")
        for form in (JSON, HTML, PDF, FHIR):
            assert (await talk.get("/summary", Accept=form)).status_code == 200
    written = "".join(capfd.readouterr()) + caplog.text
    assert '"request"' in written
    for word in ("MARMALADE", "saddle", "numb", talk.token):
        assert word not in written


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/html", HTML),
        ("text/*", HTML),
        ("application/*", JSON),
        ("application/pdf", PDF),
        ("application/fhir+json", FHIR),
        ("application/fhir+json; fhirVersion=4.3", FHIR),
        ("application/json;q=0.2, text/html;q=0.9", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("application/xml, */*;q=0.1", JSON),
        ("application/json;q=0, text/html", HTML),
        ("*/*;q=0", None),
        ("application/xml", None),
        ("nonsense", None),
        ("text/html;q=nonsense", None),
    ],
)
def test_the_accept_header_chooses(accept: str, given: str | None) -> None:
    assert choose_media_type(accept) == given
