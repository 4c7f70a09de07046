"""The summary for a clinician, as JSON and as a page."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

from api.conversations.summary import HTML, JSON, choose_media_type, headings, page
from api.kit.settings import ROOT
from tests.api.support import Service

DATA = ROOT / "data"


async def test_it_says_what_was_said(service: Service) -> None:
    talk = await service.open()
    await talk.say("<b>sore</b> back")
    yes = (await talk.history())[-1]["choices"][0]["id"]
    await talk.say(choice=yes)
    response = await talk.get("/summary")
    assert response.headers["content-type"] == "application/json"
    summary = response.json()
    assert summary["reason"] == "<b>sore</b> back"
    assert summary["present"] == ["question_1"]
    assert (summary["denied"], summary["unsure"]) == ([], [])
    assert summary["ruleset"] == "stub"
    assert summary["clinic"] == "Harbour Physiotherapy"


async def test_the_page_escapes_everything(service: Service) -> None:
    talk = await service.open()
    await talk.say("<script>alert(1)</script>")
    response = await talk.get("/summary", Accept="text/html")
    assert response.headers["content-type"].startswith("text/html")
    assert "<script>" not in response.text
    assert "&lt;script&gt;" in response.text
    assert "script-src" not in response.headers["content-security-policy"]


def test_every_heading_of_the_data_file_is_printed_and_filled_in() -> None:
    bare = {"clinic": "C", "started_at": "T", "reason": None, "level": None, "massage": None, "status": "asking"}
    bare |= {"reasons": [], "present": [], "unsure": [], "denied": [], "facts": {}, "guidance": [], "ruleset": "R"}
    full = bare | {"reasons": [{"text": "Because", "rule": "one"}], "status": "complete"}
    pages = page(bare, DATA) + page(full, DATA)
    for name, words in headings(DATA).items():
        for part in re.split(r"\{\w+\}", words):
            assert str(escape(part)) in pages, name
    assert "{" not in re.sub(r"<style>.*?</style>", "", pages, flags=re.DOTALL)


@pytest.mark.parametrize("accept", ["application/pdf", "application/fhir+json", "image/*"])
async def test_what_cannot_be_given_is_406(service: Service, accept: str) -> None:
    talk = await service.open()
    response = await talk.get("/summary", Accept=accept)
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/html", HTML),
        ("text/*", HTML),
        ("application/json;q=0.2, text/html;q=0.9", HTML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("application/pdf, */*;q=0.1", JSON),
        ("application/json;q=0, text/html", HTML),
        ("*/*;q=0", None),
        ("application/pdf", None),
        ("nonsense", None),
        ("text/html;q=nonsense", None),
    ],
)
def test_the_accept_header_chooses(accept: str, given: str | None) -> None:
    assert choose_media_type(accept) == given
