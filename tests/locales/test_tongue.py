"""The few Spanish words that are understood: short answers, plain facts and emergencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import fast_yaml
from bot.dialogue.tongue import Tongue
from bot.language.reader import Reader
from bot.language.short_answer import read_short_answer
from bot.triage.files import ClinicalDataError
from bot.triage.knowledge import Knowledge

FOLDER = Path("data/locales/es")
TABLE: dict[str, list[tuple[str, list[str]]]] = fast_yaml.load(
    (Path(__file__).parent / "spanish_alarms.yml").read_text(encoding="utf-8")
)
ROWS = [(kind, sentence, ids) for kind, rows in TABLE.items() for sentence, ids in rows]


@pytest.fixture(scope="module")
def tongue() -> Tongue:
    return Tongue.load(FOLDER)


def heard(tongue: Tongue, text: str) -> dict[str, str]:
    """Finding -> present, hint, unsure or denied."""
    return {
        seen.id: "hint" if (seen.status, seen.certainty) == ("present", "hint") else seen.status
        for seen in tongue.alarms_in(text)
    }


def test_the_table_is_large_and_has_no_sentence_twice() -> None:
    assert len(ROWS) >= 80
    assert len({sentence.lower() for _, sentence, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("kind", "sentence", "ids"), ROWS, ids=[sentence for _, sentence, _ in ROWS])
def test_an_alarm_is_heard(tongue: Tongue, kind: str, sentence: str, ids: list[str]) -> None:
    said = heard(tongue, sentence)
    if kind == "nothing":
        assert {id for id, status in said.items() if status != "denied"} == set()
    else:
        assert {id for id, status in said.items() if status == kind} == set(ids)


@pytest.mark.parametrize("sentence", [s for kind, s, _ in ROWS if kind in ("present", "hint", "unsure")])
def test_an_alarm_is_heard_without_accents_marks_and_capitals(tongue: Tongue, sentence: str) -> None:
    bare = sentence.upper().translate(str.maketrans("ÁÉÍÓÚÜ", "AEIOUU"))
    assert heard(tongue, bare) == heard(tongue, sentence) != {}


@pytest.mark.parametrize(("kind", "sentence", "ids"), ROWS, ids=[sentence for _, sentence, _ in ROWS])
def test_the_english_reader_makes_no_alarm_of_spanish(
    reader: Reader, tongue: Tongue, kind: str, sentence: str, ids: list[str]
) -> None:
    plain = {
        seen.id
        for seen in reader.read(sentence).observations
        if (seen.kind, seen.status, seen.certainty) == ("finding", "present", "plain")
    }
    assert plain <= set(ids)
    assert tongue.read(sentence).foreign


def test_every_alarm_is_a_finding_that_presses() -> None:
    findings = Knowledge.load().findings
    alarms = fast_yaml.load((FOLDER / "alarms.yml").read_text(encoding="utf-8"))["alarms"]["findings"]
    for id in alarms:
        assert findings[id].level in ("emergency", "same_day"), id
    emergencies = {id for id, finding in findings.items() if finding.screen == "A" and finding.level == "emergency"}
    # Those that are left out are asked of everybody and have no plain lay statement of their own.
    assert emergencies - set(alarms) == {"cardiac_features", "possible_ectopic"}


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("sí", "yes"),
        ("Si", "yes"),
        ("sí, claro", "yes"),
        ("así es", "yes"),
        ("no", "no"),
        ("NO", "no"),
        ("no, para nada", "no"),
        ("no sé", "unsure"),
        ("no lo sé, la verdad", "unsure"),
        ("quizás", "unsure"),
        ("ninguna", "no"),
        ("ninguna de estas, gracias", "no"),
        ("no, ninguna", "no"),
        ("nada de eso", "no"),
        ("sí, desde ayer por la tarde", "yes"),
    ],
)
def test_a_short_answer_is_read(tongue: Tongue, text: str, polarity: str) -> None:
    assert read_short_answer(tongue.read(text).text).polarity == polarity


@pytest.mark.parametrize(
    "text",
    [
        "no, pero me duele mucho la pierna",
        "no puedo decirlo bien porque a veces me pasa",
        "si me muevo me duele",
        "no creo que sea eso lo que me pasa en la pierna",
    ],
)
def test_more_than_a_short_answer_is_no_answer(tongue: Tongue, text: str) -> None:
    assert read_short_answer(tongue.read(text).text).polarity is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("un 7", 7),
        ("siete", 7),
        ("8 de 10", 8),
        ("treinta y cinco", 35),
        ("tengo 45 años", 45),
        ("cuarenta y dos años", 42),
        ("cero", 0),
        ("más o menos un 6", 6),
        ("6,5", 6.5),
    ],
)
def test_a_number_is_read(tongue: Tongue, text: str, number: float) -> None:
    assert read_short_answer(tongue.read(text).text).number == number


@pytest.mark.parametrize(
    ("text", "picks"),
    [
        ("la segunda", (2,)),
        ("la primera y la tercera", (1, 3)),
        ("2 y 4", (2, 4)),
        ("la última", (-1,)),
        ("el número 3", (3,)),
        ("solo la cuarta", (4,)),
    ],
)
def test_choices_are_picked_by_their_place(tongue: Tongue, text: str, picks: tuple[int, ...]) -> None:
    assert read_short_answer(tongue.read(text).text).picks == picks


@pytest.mark.parametrize(
    ("text", "asks", "facts"),
    [
        ("dos semanas", ("duration_days",), {"duration_days": 14}),
        ("hace 3 meses", ("duration_days",), {"duration_days": 90}),
        ("un dolor de cuello desde hace diez días", (), {"duration_days": 10, "region": "neck"}),
        ("me duele la zona lumbar", (), {"region": "lower_back"}),
        ("me duele toda la espalda", (), {"region": "whole_back"}),
        ("tengo una contractura en el hombro", (), {"region": "shoulder"}),
        ("45 años", ("age",), {"age": 45}),
        ("no me duele el cuello", (), {}),
        ("mi hijo lleva la mochila en el hombro", (), {}),
    ],
)
def test_plain_facts_are_read(tongue: Tongue, text: str, asks: tuple[str, ...], facts: dict[str, Any]) -> None:
    assert {seen.id: seen.value for seen in tongue.read(text, asks).observations if seen.kind == "fact"} == facts


@pytest.mark.parametrize("text", ["my lower back hurts", "I can't pee", "not sure", "chest pain", "none of these"])
def test_english_stays_english(tongue: Tongue, text: str) -> None:
    heard = tongue.read(text)
    assert (heard.foreign, heard.text) == (False, text)


@pytest.mark.parametrize("name", ["tongue.yml", "alarms.yml"])
@pytest.mark.parametrize("content", ["", "other: 1", "tongue: [1]\nalarms: [1]", "tongue: {}\nalarms: {}"])
def test_a_broken_file_is_named(tmp_path: Path, name: str, content: str) -> None:
    for file in FOLDER.glob("*.yml"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / name).write_text(content)
    with pytest.raises(ClinicalDataError):
        Tongue.load(tmp_path)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()
