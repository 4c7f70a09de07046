"""The summary as a PDF: readable, complete, and not to be broken by any text."""

from __future__ import annotations

import re

import pytest

from bot.summary import pdf
from tests.summary.conftest import ABOUT, HOSTILE, LEVELS, person


def pages(content: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", content))


def told(monkeypatch, summary, part="clinician") -> list[str]:
    """The paragraphs that went into the document, as plain text."""
    kept = []

    def keeping(kind):
        class Kept(kind):
            def __init__(self, text, *given, **named):
                super().__init__(text, *given, **named)
                kept.append(self.getPlainText())

        return Kept

    with monkeypatch.context() as patched:
        for name in ("Paragraph", "_Marked"):
            patched.setattr(pdf, name, keeping(getattr(pdf, name)))
        pdf.render(summary, ABOUT, part)
    return kept


@pytest.mark.parametrize("part", ["clinician", "person", "both"])
@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_an_a4_document_with_a_title(summary_at, level, part):
    content = pdf.render(summary_at(level), ABOUT, part)
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert b"/MediaBox [ 0 0 595.2756 841.8898 ]" in content
    assert b"/DisplayDocTitle true" in content
    assert b"/Lang" in content
    assert 1 <= pages(content) <= 5


@pytest.mark.parametrize("level", LEVELS)
def test_the_clinician_reads_all_of_it(monkeypatch, summary_at, level):
    summary = summary_at(level)
    text = " ".join(told(monkeypatch, summary)).lower()
    for expected in (
        summary.reason,
        summary.level_name,
        summary.massage_name,
        summary.ruleset,
        *(line.name for line in (*summary.present, *summary.denied, *summary.not_asked)),
        *(rule.text for rule in summary.rules),
        *(source.title for rule in summary.rules for source in rule.sources),
        *(fact.shown for fact in summary.facts),
        summary.say("notice"),
    ):
        assert expected.lower() in text


def test_the_person_reads_what_to_do(monkeypatch, summary_at):
    summary = summary_at("same_day")
    text = " ".join(told(monkeypatch, summary, "person"))
    for expected in (summary.advice.title, summary.advice.what_to_do, *summary.advice.do_not, summary.safety_net):
        assert expected in text
    assert "Summary for a clinician" not in text


@pytest.mark.parametrize("fonts", ["found", "brought along", "none"])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_it(monkeypatch, assistant, record_at, text, fonts):
    if fonts != "found":
        monkeypatch.setattr(pdf, "_FOLDERS", ())
    if fonts == "none":
        monkeypatch.setattr(pdf, "TTFont", _no_font)
    pdf._fonts.cache_clear()
    try:
        summary = assistant.summary(record_at("see_gp"), [person(text)])
        assert pages(pdf.render(summary, ABOUT, "both")) >= 2
    finally:
        pdf._fonts.cache_clear()


def _no_font(*given):
    raise pdf.TTFError("no font")


def test_what_cannot_be_shown_is_marked_once_and_explained(monkeypatch, assistant, record_at):
    summary = assistant.summary(record_at("see_gp"), [person("my back 我背痛 我背痛 hurts שלום עולם")])
    text = told(monkeypatch, summary)
    assert "my back […] hurts […]" in text
    assert summary.say("not_shown_note") in text
    plain = told(monkeypatch, assistant.summary(record_at("see_gp"), [person("my back hurts, it’s 4–5 of 10")]))
    assert summary.say("not_shown_note") not in plain
    assert "my back hurts, it’s 4–5 of 10" in plain


def test_markup_in_a_text_stays_text(monkeypatch, assistant, record_at):
    summary = assistant.summary(record_at("see_gp"), [person('<b>bold</b> <img src="file:///etc/passwd"/> & co')])
    assert '<b>bold</b> <img src="file:///etc/passwd"/> & co' in told(monkeypatch, summary)


def test_nothing_said_has_a_summary(assistant):
    assert pages(pdf.render(assistant.summary(None), ABOUT, "both")) >= 2


def test_the_foot_counts_the_pages(assistant, record_at, monkeypatch):
    drawn = []
    monkeypatch.setattr(pdf._Numbered, "drawRightString", lambda self, x, y, text: drawn.append(text))
    content = pdf.render(assistant.summary(record_at("self_care")), ABOUT)
    count = pages(content)
    assert drawn == [f"Page {number} of {count}" for number in range(1, count + 1)]


def test_both_parts_tell_guidance_doubt_course_and_for_whom(monkeypatch, assistant, record_at):
    record = record_at("self_care")
    record["dialogue"] |= {"someone_else": True, "shown": list(assistant._mind.library.guidance)[:1]}
    record["assessment"]["findings"]["cough_worse"] = "unsure"
    course = {"pains": [6, 3], "changes": ["better"], "pegs": [], "causes": {}, "open": {}}
    summary = assistant.summary(record | {"course": course}, [person("my mother has a sore back")])
    clinician, plain = (" ".join(told(monkeypatch, summary, part)) for part in ("clinician", "person"))
    piece = summary.guidance[0]
    doubt = next(line.name for line in summary.unsure if line.id == "cough_worse")
    for text in (clinician, plain):
        assert piece["title"] in text
        assert piece["dose"] in text
        assert doubt in text.lower()
        assert "Pain score (0 to 10): 6, then 3" in text
    assert piece["evidence"] in clinician
    assert summary.say("someone_else") in clinician
    assert summary.say("person_heading_said_for") in plain


def test_an_open_conversation_says_that_it_is_open(monkeypatch, assistant):
    summary = assistant.summary(assistant.open("GB").record)
    assert summary.say("still_open") in told(monkeypatch, summary)
    assert summary.say("person_still_open") in told(monkeypatch, summary, "person")
