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
    r"|you'll get|if you are not their",
    re.IGNORECASE,
)
WRONG = re.compile(
    r"\b(them (are|have|can|had|bleed|do)|(fit|fits|suits|for|with|near|of|to|take|warn|wakes|tells?) they\b)"
    r"|\bthey (is|has|does|was)\b|(?<!are )\bthey[.?:]",
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
    advice = [m["text"].partition("\n\n")[0] for m in mother.messages]
    assert not SECOND.search(TO_THE_WRITER.sub("", "\n".join(advice))), advice


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


def test_a_broken_file_is_named(tmp_path):
    path = tmp_path / "third_person.yml"
    path.write_text("third_person:\n  keep: []\n")
    with pytest.raises(ClinicalDataError, match="third_person"):
        ThirdPerson.load(path)
