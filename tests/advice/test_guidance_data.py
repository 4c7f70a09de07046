"""Every piece and every answer as a person will read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.advice.guidance import (
    HANDS_ON_TOPICS,
    MAX_ANSWER_LENGTH,
    MAX_LENGTHS,
    STRENGTHS,
    TOPICS,
    Library,
    to_contract,
)
from bot.triage.knowledge import Knowledge
from tests.advice.conftest import CLINICAL

# Medicines, amounts of medicine, and claims that no source carries.
BANNED = (
    r"\d+ ?(mg|mcg|microgram|milligram|tablets?|pills?)\b",
    r"\b(paracetamol|acetaminophen|ibuprofen|naproxen|aspirin|codeine|diazepam|tramadol|gabapentin|diclofenac)\b",
    r"\b(toxins?|detox\w*|lactic acid|endorphins?|oxygen|purif\w+|cleans\w+)\b",
    r"\b(drains?|drained|drainage|flush(es|ed)?) (the |out )?(fluid|swelling|waste)",
    r"\b(cures?|cured|heals?|healed your|guarantee\w*|miracle\w*|proven to (ease|help|relieve|cure))\b",
    r"good for (the |your )?skin",
    r"\b(correct|perfect|ideal|proper|bad|poor) posture",
    r"\byour (own )?fault\b|\byou should have\b|\blazy\b",
    r"\b(swayback|degenerat\w+|wear and tear|out of place|out of alignment|knots? of scar)\b",
    r"\b(color|center|behavior|fiber|program)s?\b",
)
DENIED = (r"\bnot (been |yet )?proven to (ease|help|relieve|cure)",)

ANSWERED = [
    "ask_massage_suitability",
    "ask_massage_technique",
    "ask_massage_kind",
    "ask_massage_frequency",
    "ask_massage_benefits",
    "ask_massage_risks",
    "ask_oils",
    "ask_posture",
    "ask_movement",
    "ask_heat_cold",
    "ask_sleep",
    "ask_stress",
    "ask_lifestyle",
    "ask_cause",
    "ask_what_is_wrong",
    "ask_medicines",
]


def _texts(library: Library) -> dict[str, str]:
    texts = {
        piece.id: " ".join(
            (piece.title, piece.text, piece.dose, piece.evidence, piece.stop_rule, *piece.careful_with.values())
        )
        for piece in library.guidance.values()
    }
    texts.update({answer.id: answer.text for answer in library.information.values()})
    texts.update({f"precaution {finding}": text for finding, text in library.precautions.items()})
    return texts


def _banned_in(text: str) -> list[str]:
    for denied in DENIED:
        text = re.sub(denied, "", text, flags=re.IGNORECASE)
    return [match.group() for pattern in BANNED for match in re.finditer(pattern, text, re.IGNORECASE)]


def _grade(text: str) -> float:
    """Flesch-Kincaid grade with a simple count of syllables (groups of vowels, without a silent e)."""
    words = re.findall(r"[A-Za-z']+", text)
    sentences = max(len(re.findall(r"[.!?:;](?:\s|$)", text)), 1)
    syllables = 0
    for word in words:
        count = len(re.findall(r"[aeiouy]+", word.lower()))
        silent = word.lower().endswith("e") and not word.lower().endswith("le") and count > 1
        syllables += max(count - silent, 1)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_there_is_enough_to_choose_from(library: Library) -> None:
    topics = {topic: [piece for piece in library.guidance.values() if piece.topic == topic] for topic in TOPICS}
    assert len(library.guidance) >= 62
    assert all(len(pieces) >= 2 for pieces in topics.values())
    assert sum(piece.purpose == "cause" for piece in library.guidance.values()) >= 2


def test_nothing_claims_too_much_names_a_medicine_or_blames(library: Library) -> None:
    assert {id: found for id, text in _texts(library).items() if (found := _banned_in(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "Take 400 mg with food.",
        "Ibuprofen may help.",
        "It drains fluid from the muscle.",
        "This will cure your back.",
        "Lavender is good for your skin.",
        "Keep a correct posture.",
        "Massage is proven to ease pain.",
        "It flushes toxins.",
    ],
)
def test_the_list_of_banned_claims_catches_them(text: str) -> None:
    assert _banned_in(text)


def test_texts_are_short_enough_for_a_phone(library: Library) -> None:
    too_long = [
        (piece.id, field)
        for piece in library.guidance.values()
        for field, limit in MAX_LENGTHS.items()
        if len(getattr(piece, field)) > limit
    ]
    assert too_long == []
    assert all(len(answer.text) <= MAX_ANSWER_LENGTH for answer in library.information.values())


def test_a_twelve_year_old_can_read_them(library: Library) -> None:
    pieces = {id: _grade(f"{piece.text} {piece.stop_rule}") for id, piece in library.guidance.items()}
    answers = {id: _grade(answer.text) for id, answer in library.information.items()}
    assert {id: round(grade, 1) for id, grade in {**pieces, **answers}.items() if grade > 8} == {}


def test_no_piece_is_hands_on_above_self_care_or_under_sixteen(library: Library) -> None:
    for piece in library.guidance.values():
        if piece.topic in HANDS_ON_TOPICS:
            assert piece.levels == {"self_care"}
            assert piece.age_min is not None
            assert piece.age_min >= 16


def test_every_piece_says_when_to_stop_and_how_sure_we_are(library: Library) -> None:
    for piece in library.guidance.values():
        assert piece.evidence.startswith(STRENGTHS[piece.strength])
        assert piece.stop_rule
        assert re.search(r"\d|each|every|once|daily|one", piece.dose, re.IGNORECASE), piece.id


def test_pressure_never_goes_over_five_of_ten(library: Library) -> None:
    for piece in library.guidance.values():
        if piece.topic == "massage":
            assert all(int(number) <= 5 for number in re.findall(r"(\d+) out of 10", piece.text)), piece.id


def test_neck_massage_stays_off_the_front_and_sides(library: Library) -> None:
    neck = [
        piece
        for piece in library.guidance.values()
        if piece.topic == "massage" and piece.regions is not None and "neck" in piece.regions
    ]
    assert neck
    for piece in neck:
        assert "front" in piece.text, piece.id
        assert piece.not_with & {"cervical_artery_signs", "arm_pain_or_tingling"}, piece.id


def test_every_finding_that_asks_for_care_has_its_sentence(library: Library, knowledge: Knowledge) -> None:
    asks_for_care = {id for id, finding in knowledge.findings.items() if finding.massage == "with_precautions"}
    assert asks_for_care <= set(library.precautions)


@pytest.mark.parametrize("intent", ANSWERED)
def test_each_general_question_has_a_general_answer(library: Library, intent: str) -> None:
    answer = library.information[intent]
    assert answer.intent == intent
    assert answer.cues == ()
    assert answer.sources


def test_general_answers_have_two_to_seven_sentences(library: Library) -> None:
    counts = {id: len(re.findall(r"[.!?](?:\s|$)", answer.text)) for id, answer in library.information.items()}
    assert {id: count for id, count in counts.items() if not 2 <= count <= 7} == {}


def test_unscreened_answers_never_bring_a_self_massage_technique(library: Library) -> None:
    shown = {piece for answer in library.information.values() for piece in answer.guidance}
    hands_on = {id for id in shown if library.guidance[id].topic == "massage"}
    assert hands_on <= {"massage_visit", "massage_check_benefit", "massage_kinds"}


def test_contract_shape_ends_with_the_stop_rule(library: Library) -> None:
    for piece in library.guidance.values():
        told = to_contract(piece, library.sources)
        assert set(told) == {"id", "topic", "title", "text", "dose", "evidence", "image", "shows", "source"}
        assert told["topic"] in TOPICS
        assert told["text"].endswith(piece.stop_rule)
        assert set(told["source"]) == {"title", "url"}
        assert told["source"]["url"].startswith("https://")


def test_every_picture_is_described_used_and_drawn(library):
    described = set(yaml.safe_load((CLINICAL / "pictures.yml").read_text(encoding="utf-8"))["pictures"])
    drawn = {path.stem for path in Path("api/widget/static/pictures").glob("*.svg")}
    assert {piece.picture for piece in library.guidance.values()} == described
    assert described <= drawn
