"""A conversation in Spanish: by choices, by short answers, and with words that are not understood."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.dialogue.assistant import Assistant
from tests.dialogue.conftest import Talk

ENGLISH = re.compile(r"\b(the|and|your|you|with|pain|if|of|not|is|are|please|call)\b", re.IGNORECASE)
PAIN, NONE = "Tengo dolor o tensión", "Ninguna de estas"


def shown(messages: list[dict[str, Any]]) -> list[str]:
    """Everything of the messages that a person reads; titles of sources are names."""
    texts = []
    for message in messages:
        texts += [message["text"], *(choice["label"] for choice in message["choices"])]
        texts += [
            piece[key] for piece in message["guidance"] for key in ("title", "text", "dose", "evidence", "shows")
        ]
        if message["question"]:
            texts.append(message["question"].get("prompt", ""))
    return texts


def check_is_spanish(talk: Talk) -> None:
    for text in shown(talk.messages):
        assert not ENGLISH.search(text), text


def labels(talk: Talk) -> list[str]:
    return [choice["label"] for message in talk.messages for choice in message["choices"]]


def go_on(talk: Talk, region: str = "Zona lumbar (parte baja de la espalda)") -> Talk:
    """The plainest answer to what is asked."""
    question = talk.question
    assert question is not None
    if question["kind"] == "number":
        return talk.says("41")
    if question["kind"] == "scale":
        return talk.picks("4")
    if question["kind"] == "region":
        return talk.picks(region)
    if question["kind"] == "choice":
        return talk.picks(labels(talk)[0])
    return talk.picks(NONE if NONE in labels(talk) else "No")


def to_advice(talk: Talk) -> Talk:
    talk.picks(PAIN)
    for _ in range(16):
        check_is_spanish(talk)
        if not talk.question:
            break
        go_on(talk)
    return talk


def test_the_opening_says_what_is_understood_and_offers_choices(spanish: Talk) -> None:
    assert "En español entiendo los botones" in spanish.messages[0]["text"]
    assert "112" in spanish.messages[0]["text"]
    assert labels(spanish)[0] == PAIN
    check_is_spanish(spanish)


def test_english_has_no_choices_in_its_opening(assistant: Assistant) -> None:
    opened = assistant.open("GB", "en-GB")
    assert [message["choices"] for message in opened.messages] == [[]]


def test_self_care_is_reached_by_choices(spanish: Talk) -> None:
    to_advice(spanish)
    assert spanish.level == "self_care"
    assert spanish.triage["status"] == "complete"
    assert "Más consejos" in labels(spanish)
    assert [reason["text"] for reason in spanish.triage["reasons"]] == [
        "Ninguna de sus respuestas señala algo que deba revisarse antes."
    ]


@pytest.mark.parametrize(
    "wish", ["¿Me conviene un masaje?", "Postura", "Movimiento y ejercicio", "Calor o frío", "Estrés"]
)
def test_a_general_question_is_answered_and_choices_stay(spanish: Talk, wish: str) -> None:
    spanish.picks(wish)
    check_is_spanish(spanish)
    assert spanish.messages[0]["kind"] == "answer"
    assert PAIN in labels(spanish)
    assert spanish.level is None


@pytest.mark.parametrize(
    "steps",
    [
        ("Más consejos", "Más consejos", "¿Por qué este consejo?"),
        ("Un plan para la semana", "Contar cómo está ahora", "Mejor", "2"),
        ("Un plan para la semana", "Medir cuánto afecta el dolor a mi semana", "6", "5", "4"),
        (
            "Buscar la causa",
            "En un escritorio",
            "Estar sentado mucho tiempo",
            "Moverse",
            "Nada que recuerde",
            "No",
            "Sí",
        ),
        ("Empezar de nuevo", PAIN),
    ],
)
def test_what_follows_the_advice_is_spanish_and_never_ends_without_a_choice(
    spanish: Talk, steps: tuple[str, ...]
) -> None:
    to_advice(spanish)
    for step in steps:
        spanish.picks(step)
        check_is_spanish(spanish)
        assert labels(spanish), step


def test_worse_is_checked_again(spanish: Talk) -> None:
    to_advice(spanish).picks("Un plan para la semana").picks("Contar cómo está ahora").picks("Peor")
    assert spanish.question is not None
    assert spanish.question["id"] == "recheck_new"
    spanish.picks("Fiebre o escalofríos")
    while spanish.question and spanish.triage["status"] == "asking":
        go_on(spanish)
    check_is_spanish(spanish)
    assert spanish.level in ("same_day", "emergency")


def test_an_alarm_by_choice_is_an_emergency_in_spanish(spanish: Talk) -> None:
    spanish.picks(PAIN).picks(labels(spanish)[1])
    assert spanish.level == "emergency"
    message = spanish.messages[0]
    assert message["kind"] == "emergency"
    assert message["text"].startswith("Vaya a un hospital ahora\nLlame al 112 ahora.")
    assert message["calls"] == ["112"]
    check_is_spanish(spanish)


@pytest.mark.parametrize(
    ("country", "number"),
    [("ES", "112"), ("MX", "911"), ("US", "911"), ("GB", "999"), ("XX", "número de emergencias de su zona")],
)
def test_an_alarm_in_words_is_screened_with_the_countrys_number(
    assistant: Assistant, country: str, number: str
) -> None:
    opened = assistant.open(country, "es")
    outcome = assistant.screen("no puedo orinar y me duele la espalda", opened.record, country)
    assert outcome is not None
    assert f"Llame al {number} ahora" in outcome.messages[0]["text"]
    assert assistant.triage(outcome.record)["level"] == "emergency"


def test_an_alarm_in_english_is_screened_too(assistant: Assistant) -> None:
    opened = assistant.open("ES", "es")
    outcome = assistant.screen("back pain and I can't feel it when I wipe", opened.record, "ES")
    assert outcome is not None
    assert "Llame al 112" in outcome.messages[0]["text"]


def test_thoughts_of_suicide_bring_the_crisis_line(assistant: Assistant) -> None:
    opened = assistant.open("ES", "es")
    outcome = assistant.screen("ya no quiero vivir", opened.record, "ES")
    assert outcome is not None
    assert "024" in outcome.messages[0]["text"]
    assert outcome.messages[0]["text"].startswith("Usted importa")


def test_an_alarm_without_a_record_is_answered_in_the_language_it_was_told_in(assistant: Assistant) -> None:
    outcome = assistant.screen("me duele el pecho", None, "MX")
    assert outcome is not None
    assert "Llame al 911" in outcome.messages[0]["text"]
    in_spanish, in_english = (
        assistant.unavailable(text, None, "MX")[0]["text"] for text in ("me duele el pecho", "hi")
    )
    assert in_spanish.startswith("Ahora no puedo valorarlo")
    assert in_english.startswith("I can't assess this")


def test_without_rasa_it_is_said_in_spanish(assistant: Assistant) -> None:
    opened = assistant.open("ES", "es")
    said = assistant.unavailable("hola", opened.record, "ES")[0]["text"]
    assert said.startswith("Ahora no puedo valorarlo")
    assert "112" in said


def test_words_that_are_not_understood_are_told_so_and_the_question_stays(spanish: Talk) -> None:
    spanish.picks(PAIN)
    for _ in range(4):
        spanish.says("pues mire, es una cosa rara que me viene cuando estoy tranquilo en casa")
        assert "112" in spanish.messages[0]["text"]
        assert spanish.question is not None
        assert spanish.question["id"] == "nerves"
        check_is_spanish(spanish)
    assert spanish.level is None
    assert spanish.findings == {}


def test_words_that_are_not_understood_at_the_start_leave_the_choices(spanish: Talk) -> None:
    spanish.says("quisiera contarle una historia larga de mi vida en el pueblo")
    assert "112" in spanish.messages[0]["text"]
    assert PAIN in labels(spanish)


def test_what_the_classifier_made_of_spanish_counts_for_nothing(spanish: Talk) -> None:
    spanish.picks(PAIN).says("esto es muy raro para mi", intent="deny", confidence=0.99)
    assert spanish.question is not None
    assert spanish.question["id"] == "nerves"
    assert spanish.findings == {}


def test_short_answers_carry_a_whole_conversation(spanish: Talk) -> None:
    spanish.says("me duele el cuello desde hace dos semanas")
    assert spanish.facts["region"] == "neck"
    assert spanish.facts["duration_days"] == 14
    for _ in range(14):
        if not spanish.question:
            break
        words = {"number": "cuarenta y uno", "scale": "un 4"}
        spanish.says(words.get(spanish.question["kind"], "ninguna"))
        check_is_spanish(spanish)
    assert spanish.level == "self_care"
    assert spanish.facts["age"] == 41


def test_a_denial_in_the_middle_of_words_is_no_answer_to_a_list(spanish: Talk) -> None:
    spanish.picks(PAIN).says("no, pero me pasa algo raro en los brazos")
    assert spanish.question is not None
    assert spanish.question["id"] == "nerves"
    assert spanish.findings == {}


def test_a_question_in_words_is_answered(spanish: Talk) -> None:
    spanish.says("¿cada cuánto debo darme un masaje?")
    assert "Nadie sabe cuál es el mejor número" in spanish.messages[0]["text"]
    check_is_spanish(spanish)


def test_english_is_understood_and_answered_in_spanish(spanish: Talk) -> None:
    spanish.says("my lower back hurts since yesterday", intent="describe_complaint")
    assert spanish.facts["region"] == "lower_back"
    check_is_spanish(spanish)


def test_somebody_elses_pain_is_asked_about_in_the_same_words(spanish: Talk) -> None:
    spanish.picks("Pregunto por otra persona")
    check_is_spanish(spanish)
    to_advice(spanish)
    assert spanish.level == "self_care"
    assert spanish.assistant.summary(spanish.record, []).someone_else


def test_a_crisis_is_asked_about_kindly_when_it_is_only_hinted_at(spanish: Talk) -> None:
    spanish.picks(PAIN).says("ya no puedo más")
    assert spanish.question is not None
    assert spanish.question["asks"] == ["self_harm"]
    check_is_spanish(spanish)


def test_the_summary_is_in_spanish(spanish: Talk) -> None:
    to_advice(spanish)
    summary = spanish.assistant.summary(spanish.record, [])
    assert summary.locale == "es"
    assert summary.say("title") == "Resumen para un profesional"
    assert summary.advice is not None
    assert summary.advice.title == "Puede cuidarse por su cuenta"
    assert {fact.id: fact.shown for fact in summary.facts}["region"] == "zona lumbar"


def test_starting_again_keeps_the_language(spanish: Talk) -> None:
    to_advice(spanish).picks("Empezar de nuevo")
    assert spanish.record["locale"] == "es"
    assert PAIN in labels(spanish)


def test_a_record_from_before_there_were_languages_is_english(assistant: Assistant) -> None:
    opened = assistant.open("GB", "en")
    old = {key: value for key, value in opened.record.items() if key != "locale"}
    talk = Talk(assistant, old).says("my neck hurts", intent="describe_complaint")
    assert talk.question is not None
    assert "Have you noticed" in talk.messages[-1]["text"]
    assert talk.record["locale"] == "en"


def test_the_stateless_triage_stays_english(assistant: Assistant) -> None:
    answer = assistant.assess({}, {"age": 44, "region": "lower_back"})
    assert answer["next_question"]["text"].startswith("First, the signs")


@pytest.mark.parametrize(
    "text",
    [
        "is meningitis catching?",
        "they gave me a leaflet about sepsis when I left the ward",
        "I'm not suicidal if that's what you mean, just fed up",
    ],
)
def test_a_word_that_both_languages_have_makes_no_spanish_alarm_of_english(assistant: Assistant, text: str) -> None:
    assert assistant.screen(text, None, "GB") is None


def test_what_the_english_reader_read_of_english_in_a_spanish_conversation_stands(
    assistant: Assistant, spanish: Talk
) -> None:
    spanish.says("is meningitis catching?")
    assert spanish.level is None
