"""The summary as JSON and as a page: their structure, and that no text breaks them."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from api.conversations.summary import FHIR, HTML, JSON, PDF, data, page, written
from tests.summary.conftest import ABOUT, HOSTILE, LEVELS, person

STYLE = "https://clinic.test/v1/conversations/summary.css"
VOID = {"meta", "link", "br"}


class Outline(HTMLParser):
    """Headings in order, all text, and whether every tag is closed where it should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.headings: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not any(name.startswith("on") or name == "style" for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("h1", "h2"):
            self.headings.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.text += text
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings[-1] += text


def test_json_has_its_fields_in_plain_order(summary_at):
    assert list(data(summary_at("see_gp"), ABOUT)) == [
        "reason", "for_someone_else", "facts", "present", "denied", "unsure", "not_asked", "labels", "course",
        "status", "level", "massage", "reasons", "advice", "guidance", "safety_net", "ruleset", "clinic",
        "started_at", "made_at", "messages", "automated", "notice",
    ]  # fmt: skip


def test_a_page_has_its_headings_in_plain_order(summary_at):
    outline = Outline(page(summary_at("see_gp"), ABOUT, "both", STYLE))
    assert outline.headings == [
        "Summary for a clinician", "Reason for contact, in the person's words", "Facts", "Findings present",
        "Not sure", "Denied", "Rules that decided", "What the person was told", "Guidance given", "Not asked",
        "Your summary", "What to do", "Massage", "What you told me", "Why I say this", "When to get help",
    ]  # fmt: skip
    assert outline.open == []


@pytest.mark.parametrize("level", LEVELS)
def test_a_page_tells_what_decided(summary_at, level):
    summary = summary_at(level)
    text = Outline(page(summary, ABOUT, "clinician", STYLE)).text
    for expected in (summary.level_name, summary.massage_name, summary.ruleset, summary.say("notice"), "2026-11-22"):
        assert expected in text
    for rule in summary.rules:
        assert rule.text in text
        assert all(source.title in text for source in rule.sources)


@pytest.mark.parametrize("part", ["clinician", "person", "both"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_page(assistant, record_at, text, part):
    summary = assistant.summary(record_at("emergency"), [person(text)])
    about = ABOUT.__class__(**{**ABOUT.__dict__, "clinic": f"<i>{text}"})
    outline = Outline(page(summary, about, part, f'"><script>{STYLE}'))
    assert outline.open == []
    assert not outline.tags & {"script", "style", "img", "iframe", "form", "i", "b"}
    assert re.sub(r"\s+", "", text) in re.sub(r"\s+", "", outline.text)


@pytest.mark.parametrize("form", [JSON, HTML, PDF, FHIR])
def test_a_conversation_in_the_middle_has_every_form(assistant, form):
    assert written(form, assistant.summary(assistant.open("GB").record), ABOUT, None, STYLE)


def test_a_process_that_nobody_asks_loads_no_library_for_it():
    code = "import sys, api.app; print([n for n in ('reportlab', 'PIL', 'fhir', 'fhir_core') if n in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
