"""Several wishes in one message: alarms first, then the first wish, the others remembered and offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.wishes import Wishes


@pytest.fixture(scope="module")
def wishes() -> Wishes:
    return Wishes.load(Path("data/replies/wishes.yml"))


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (
            "would a massage help, what pillow should I buy and should I use heat or ice?",
            ["ask_massage_suitability", "ask_sleep", "ask_heat_cold"],
        ),
        (
            "how often should people get a massage, and what oil is best? also how much does it cost?",
            ["ask_massage_frequency", "ask_oils", "ask_prices_booking"],
        ),
        ("can you tell me about exercises, posture and sleep?", ["ask_movement", "ask_posture", "ask_sleep"]),
        ("what oil should I use for my massage and also what chair", ["ask_oils", "ask_posture"]),
        ("it hurts when I sleep and when I run", []),
        ("I work at a desk, I sleep badly, and I take ibuprofen", []),
    ],
)
def test_wishes_are_heard_in_the_order_of_the_words(wishes, text, heard):
    assert [intent for intent, _ in wishes.heard(text)] == heard


def test_a_message_of_two_thousand_letters_is_read_at_once(wishes):
    assert wishes.heard("and what about, " * 125) == ()


def test_the_first_general_wish_is_met_and_the_others_are_offered(talk):
    talk.says("how often should people get a massage, and what oil is best? how much is it?", "ask_massage_frequency")
    assert talk.messages[0]["kind"] == "answer"
    assert [c["label"] for c in talk.messages[-1]["choices"]] == ["Massage oils", "Prices and booking"]
    assert "massage oils and prices" in talk.text
    talk.says("yes please", "affirm")
    assert "oil" in talk.messages[0]["text"].lower()
    assert [c["label"] for c in talk.messages[-1]["choices"]] == ["Prices and booking"]
    talk.picks("Prices and booking")
    assert not any(m["choices"] for m in talk.messages)


def test_wishes_named_in_so_many_words_are_met_although_the_classifier_wavers(talk):
    talk.says("how often should one get a massage, and what oil is best?", "ask_massage_frequency", confidence=0.5)
    assert talk.messages[0]["kind"] == "answer"
    assert [c["label"] for c in talk.messages[-1]["choices"]] == ["Massage oils"]


def test_an_offer_can_be_declined(talk):
    talk.says("what oil is best and which pillow?", "ask_oils").says("no thanks", "deny")
    assert not any(m["choices"] for m in talk.messages)
    assert talk.says("yes", "affirm").messages[0]["kind"] == "info"


def test_wishes_beside_a_complaint_are_offered_with_the_advice(talk):
    talk.says(
        "my shoulders are tight, would a massage help, what pillow should I buy and should I use heat or ice?",
        "describe_complaint",
    )
    assert all(not m["guidance"] for m in talk.messages)
    talk.to_the_end()
    assert talk.level == "self_care"
    assert (
        "You also asked about sleep and pillows and heat and cold" in talk.text or "your question about" in talk.text
    )
    assert [c["label"] for c in talk.messages[-1]["choices"]][:2] == ["Sleep and pillows", "Heat or cold"]
    talk.picks("Heat or cold")
    assert {g["topic"] for m in talk.messages for g in m["guidance"]} == {"heat_cold"}


def test_an_alarm_beside_wishes_comes_first(talk):
    talk.says("what oil is best and what chair, by the way I can't feel it when I wipe", "ask_oils")
    assert talk.level == "emergency"
    assert [m["kind"] for m in talk.messages] == ["emergency"]


def test_hands_on_wishes_are_not_offered_when_a_professional_must_be_asked(talk):
    talk.says("I take warfarin, my neck is stiff. can I use heat, and what oil should I use?", "ask_heat_cold")
    talk.to_the_end()
    assert talk.level == "check_first"
    assert "Massage oils" not in [c["label"] for m in talk.messages for c in m["choices"]]
