"""Somebody writes for another person: questions, advice and alarms speak of "them"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.dialogue.mind import Mind
from bot.replies.third_person import ThirdPerson
from bot.triage.files import ClinicalDataError

FILE = Path("data/replies/third_person.yml")
SECOND = re.compile(r"\b(you|your|yourself)\b", re.IGNORECASE)
# What is said to the one who writes.
TO_THE_WRITER = re.compile(
    r"thank you|you told me( of| that)?|you can tell me|you tell me|you can (call|ask)|if you cannot reach|if you see"
    r"|you have asked|earlier you said|you mentioned|you wrote|i understand you|you would (rather|think)|glad you ask"
    r"|you'll get|if you are not their|if you tell me|you may want",
    re.IGNORECASE,
)
WRONG = re.compile(
    r"\b((?<!let )them (are|have|can|had|bleed|do)|(fits?|suits|for|with|near|of|to|take|warn|wakes|tells?) they\b)"
    r"|\bdo not \w+ themselves|\bthey (is|has|does|was)\b|(?<!are )\bthey[.?:]",
    re.IGNORECASE,
)


@pytest.fixture
def mother(talk):
    return talk.says("I'm asking for my mother, her lower back is sore", "for_someone_else")


def clinical_texts() -> list[str]:
    knowledge = Mind.load(Path("data")).knowledge
    texts = [t for q in knowledge.questions.values() for t in (q.text, q.again, q.why, *(c.label for c in q.choices))]
    texts += [t for f in knowledge.findings.values() for t in (f.label, f.name, f.reason, f.why)]
    texts += [rule.reason for rule in knowledge.level_rules.values()]
    for words in (*knowledge.levels.values(), *(p for p in knowledge.paths.values() if not p.alone)):
        texts += [words.title, words.what_to_do, words.how_soon, words.say_there, *words.do_not]
    return [*texts, knowledge.safety_net]


def test_questions_speak_of_them(mother):
    seen = 0
    while mother.question and seen < 16:
        question = next(m for m in mother.messages if m["question"])
        for text in (question["text"], question["question"]["prompt"], *(c["label"] for c in question["choices"])):
            assert not SECOND.search(TO_THE_WRITER.sub("", text)), text
            assert not WRONG.search(text), text
        plain = {"age": "71", "duration_days": "5 days", "pain_score": "4", "daily_life": "a bit of everything"}
        mother.says(next((plain[a] for a in mother.asks if a in plain), "no"))
        seen += 1
    assert seen > 3
    assert mother.level == "self_care"
    cards = [card[part] for m in mother.messages for card in m["guidance"] for part in ("title", "text", "dose")]
    assert cards
    for text in (*(m["text"] for m in mother.messages), *cards):
        assert not SECOND.search(TO_THE_WRITER.sub("", text)), text


def test_an_emergency_tells_the_helper_what_to_do(mother):
    mother.says("she can't feel it when she wipes", "report_alarm")
    text = mother.messages[0]["text"]
    assert mother.messages[0]["kind"] == "emergency"
    assert "Call 999 now." in text
    assert "Stay with them" in text
    assert "Do not let them drive." in text
    assert not re.search(r"\byourself\b", text)


def test_thoughts_of_self_harm_stay_with_the_one_who_writes(mother):
    mother.says("I want to kill myself", "report_alarm")
    text = mother.messages[0]["text"]
    assert "You do not have to carry it alone." in text
    assert "do not leave them alone" in text


def test_the_plan_and_the_cause_are_about_them(mother):
    while mother.question:
        plain = {"age": "71", "duration_days": "5 days", "pain_score": "4", "daily_life": "a bit of everything"}
        mother.says(next((plain[a] for a in mother.asks if a in plain), "no"))
    mother.picks("Find the cause")
    while mother.question:
        assert not SECOND.search(TO_THE_WRITER.sub("", mother.text)), mother.text
        mother.says("nothing")
    assert "their days" in mother.text


def test_without_somebody_else_nothing_changes(sore_back):
    assert "Have you noticed" in sore_back.text


def test_small_talk_is_still_with_the_one_who_writes(mother):
    mother.says("thanks", "thank")
    assert "they" not in mother.messages[0]["text"].lower()


def test_starting_again_is_about_oneself(mother):
    mother.says("start again", "start_again")
    mother.says("my neck is stiff", "describe_complaint")
    assert "Have you noticed" in mother.text


@pytest.mark.parametrize("text", clinical_texts())
def test_every_clinical_sentence_can_be_turned(text):
    turned = ThirdPerson.load(FILE).tell(text)
    assert not SECOND.search(TO_THE_WRITER.sub("", turned)), turned
    assert not WRONG.search(turned), turned


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("Does any of these fit you, even a little?", "Does any of these fit them, even a little?"),
        ("If you are in danger, call.", "If they are in danger, call."),
        ("Your back is made to bend.", "Their back is made to bend."),
        ("Thank you for telling me.", "Thank you for telling me."),
        ("Is it so for you: sore?", "Is it so for them: sore?"),
        ("Youth is young.", "Youth is young."),
    ],
)
def test_turning(text, turned):
    assert ThirdPerson.load(FILE).tell(text) == turned


def told_of_another() -> list[str]:
    library = Mind.load(Path("data")).for_another.library
    texts = [t for g in library.guidance.values() for t in (g.text, g.dose, g.stop_rule, *g.careful_with.values())]
    texts += [g.title for g in library.guidance.values()] + [i.text for i in library.information.values()]
    return [*texts, *library.precautions.values()]


@pytest.mark.parametrize("text", told_of_another())
def test_every_tip_and_answer_is_told_of_them(text):
    assert not SECOND.search(TO_THE_WRITER.sub("", text)), text
    assert not WRONG.search(text), text
    orders = ThirdPerson.load(FILE).instructions.begins
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        found = orders.match(sentence)
        assert not found or found["verb"].lower() in ("tell", "call"), sentence


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sit well back, then breathe out.", "They sit well back, then breathe out."),
        ("If it hurts, stop.", "If it hurts, they should stop."),
        ("Do not jerk it; let it hang.", "They should not jerk it; they let it hang."),
        ("Last, squeeze your hands.", "Last, they squeeze your hands."),
        ("It fades, so use the time.", "It fades, so they use the time."),
        ("Rest comes first.", "Rest comes first."),
        ("Slow turns keep a neck moving.", "Slow turns keep a neck moving."),
        ("If something hurts, tell me.", "If something hurts, tell me."),
    ],
)
def test_instructions_get_somebody_who_follows_them(text, told):
    assert ThirdPerson.load(FILE).instructions.tell(text) == told


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Set up your desk", "Setting up your desk"),
        ("Squeeze and let go", "Squeezing and letting go"),
        ("Warmth for tight muscles", "Warmth for tight muscles"),
        ("If you like a scent, keep it weak", "If you like a scent, they should keep it weak"),
    ],
)
def test_titles_name_what_they_do(title, told):
    assert ThirdPerson.load(FILE).instructions.title(title) == told


@pytest.mark.parametrize(
    "text", ["my 9 year old's neck hurts", "our 6 year old has a sore back", "my 15yo hurt her back"]
)
def test_a_child_is_somebody_else(talk, text):
    talk.says(text, "describe_complaint")
    assert "they noticed" in talk.text
    talk.to_the_end()
    assert "If you are not their parent or guardian" in talk.text


def test_a_child_who_writes_is_asked_for_a_parent(talk):
    talk.says("I'm 12 and my neck hurts", "describe_complaint")
    assert "parent or guardian" in talk.text
    talk.to_the_end()
    assert talk.level == "see_gp"
    assert all(card["topic"] != "massage" for m in talk.messages for card in m["guidance"])


def test_general_answers_and_tips_on_asking_are_about_them(talk):
    talk.says("it's for my mother", "for_someone_else")
    talk.says("how should she sit at a desk?", "ask_posture")
    for text in (talk.text, *(card["text"] for m in talk.messages for card in m["guidance"])):
        assert not SECOND.search(TO_THE_WRITER.sub("", text)), text


def test_a_broken_file_is_named(tmp_path):
    path = tmp_path / "third_person.yml"
    path.write_text("third_person:\n  keep: []\n")
    with pytest.raises(ClinicalDataError, match="third_person"):
        ThirdPerson.load(path)


def test_a_baby_is_the_patient_and_not_pregnant(talk):
    talk.says("my baby is 8 weeks old and her neck is stiff")
    assert talk.facts["age"] == 0
    assert "pregnancy" not in talk.findings
    assert talk.level == "see_gp"


@pytest.mark.parametrize(("age", "asked"), [(12, False), (13, True), (40, True)])
def test_a_child_is_not_asked_of_sex(talk, age, asked):
    talk.says(f"i'm {age} years old and my lower back is sore")
    talk.until("saddle_numbness")
    assert ("sexual_function_change" in talk.asks) is asked
