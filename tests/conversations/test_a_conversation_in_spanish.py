"""The same conversations in Spanish, by choices and by the few words that are understood."""

from __future__ import annotations

import re

import pytest

from tests.running import Person, Stack, request

pytestmark = pytest.mark.processes

PAIN, NONE = "Tengo dolor o tensión", "Ninguna de estas"
ENGLISH = re.compile(r"\b(the|and|your|you|with|pain|if|of|not|is|are|please|call)\b", re.IGNORECASE)


@pytest.fixture
def person(stack: Stack) -> Person:
    """Somebody whose page is in the Spanish of Mexico."""
    return stack.person("es-MX")


def check_is_spanish(person: Person) -> None:
    for message in person.last.messages:
        for text in (message["text"], *(choice["label"] for choice in message["choices"])):
            assert not ENGLISH.search(text), text
        for piece in message["guidance"]:
            assert not ENGLISH.search(" ".join(piece[key] for key in ("title", "text", "dose", "evidence"))), piece
    for reason in person.last.triage["reasons"]:
        assert not ENGLISH.search(reason["text"]), reason


def go_on(person: Person) -> None:
    choices, question = person.last.choices, person.last.question
    assert question is not None
    if NONE in choices:
        person.picks(NONE)
    elif "No" in choices:
        person.picks("No")
    elif question["kind"] == "scale":
        person.picks("4")
    elif choices:
        person.picks(next(iter(choices)))
    else:
        person.says("cuarenta y uno")
    assert person.last.status == 201, person.last
    check_is_spanish(person)


def to_advice(person: Person) -> Person:
    person.picks(PAIN)
    for _ in range(16):
        if person.last.triage["status"] == "complete":
            break
        go_on(person)
    return person


def test_self_care_is_reached_by_choices(person: Person) -> None:
    check_is_spanish(person)
    to_advice(person)
    assert person.last.level == "self_care"
    assert {"massage", "posture"} <= {piece["topic"] for piece in person.last.guidance}
    assert "999" in person.last.text  # the demo clinic is in the United Kingdom
    for step in ("Más consejos", "¿Por qué este consejo?"):
        person.picks(step)
        check_is_spanish(person)


def test_an_emergency_is_reached_by_a_choice(person: Person) -> None:
    person.picks(PAIN)
    person.picks(next(label for label in person.last.choices if label.startswith("Problemas nuevos para empezar")))
    assert person.last.level == "emergency"
    assert person.last.messages[0]["kind"] == "emergency"
    assert "Llame al 999 ahora" in person.last.text
    check_is_spanish(person)


def test_an_emergency_is_heard_in_spanish_words(person: Person) -> None:
    person.says("me duele la espalda y no siento nada al limpiarme")
    assert person.last.level == "emergency"
    assert person.last.triage["findings"]["saddle_numbness"] is True
    assert "Llame al 999 ahora" in person.last.text


def test_words_that_are_not_understood_lose_nothing(person: Person) -> None:
    person.picks(PAIN)
    person.picks(NONE)
    asked = person.last.asks
    person.says("mire usted, lo mío viene de lejos y es difícil de contar")
    assert person.last.status == 201
    assert person.last.asks == asked
    assert "999" in person.last.text
    check_is_spanish(person)
    person.says("ninguna")
    assert person.last.asks != asked


def test_the_summary_is_in_spanish(person: Person) -> None:
    to_advice(person)
    told = request("GET", f"{person.path}/summary", token=person.token).body
    assert told["advice"]["title"] == "Puede cuidarse por su cuenta"
    assert told["labels"]["epilepsy"] == "epilepsia"


def test_the_stateless_triage_is_untouched(stack: Stack) -> None:
    answer = request("POST", f"{stack.base_url}/v1/triage", {"findings": {"saddle_numbness": True}, "facts": {}})
    assert answer.body["triage"]["level"] == "emergency"
    assert answer.body["triage"]["reasons"][0]["text"].startswith("New numbness")
