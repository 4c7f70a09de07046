"""Whatever people say, no sentence comes twice in a row, and every reply says something."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dialogue.conftest import Talk

SAID = [
    ("no", "deny"),
    ("yes", "affirm"),
    ("not sure", "unsure"),
    ("none", "none_of_these"),
    ("2", "give_number"),
    ("44", "give_number"),
    ("why?", "ask_why"),
    ("why this advice?", "ask_why_advice"),
    ("thanks", "thank"),
    ("hello", "greet"),
    ("bye", "goodbye"),
    ("what's the weather like?", "out_of_scope"),
    ("who are you?", "ask_about_bot"),
    ("is this private?", "ask_privacy"),
    ("how much is it?", "ask_prices_booking"),
    ("can I talk to a person?", "ask_human"),
    ("delete it all", "delete_my_data"),
    ("you are useless", "abuse"),
    ("this is no good", "complain"),
    ("more tips", "ask_more"),
    ("what pillow is best?", "ask_sleep"),
    ("which oil?", "ask_oils"),
    ("how should I sit?", "ask_posture"),
    ("is massage ok for me?", "ask_massage_suitability"),
    ("what is wrong with me?", "ask_what_is_wrong"),
    ("my lower back aches", "describe_complaint"),
    ("my neck is stiff since monday", "describe_complaint"),
    ("it is worse now", "report_change"),
    ("it is better", "report_change"),
    ("about the same", "report_change"),
    ("make me a plan for the week", "ask_more"),
    ("find the cause", "ask_cause"),
    ("peg score", "ask_more"),
    ("actually it is my shoulder", "correct"),
    ("I meant no", "correct"),
    ("start again", "start_again"),
    ("it's for my mum", "for_someone_else"),
    ("I can't feel my inner thighs", "report_alarm"),
    ("I feel hopeless", "describe_complaint"),
    ("blorp", "nlu_fallback"),
    ("zzz qqq", "nlu_fallback"),
]
# What has to be said again: the lines of a list, numbers to call, and what was found out.
MAY_COME_AGAIN = re.compile(r"^(\d+\. |• )|\b999\b|116 123|^(Thank you|OK|Got it|Thanks)")


def sentences(message: dict) -> list[str]:
    text = message["text"].partition("\n\n")[0] if message["guidance"] else message["text"]
    lines = [line for line in text.split("\n") if not MAY_COME_AGAIN.search(line)]
    return [s for line in lines for s in re.split(r"(?<=[.?!])\s+", line) if len(s) > 14]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(turns=st.lists(st.sampled_from(SAID), min_size=4, max_size=24))
def test_no_sentence_comes_twice_in_a_row(assistant, turns):
    talk = Talk(assistant, assistant.open("GB").record)
    before: set[str] = set()
    levels: set[str | None] = set()
    for text, intent in [("my lower back aches", "describe_complaint"), *turns]:
        talk.says(text, intent)
        assert talk.messages, text
        assert len([m for m in talk.messages if m["question"]]) <= 1, text
        now = {s for m in talk.messages for s in sentences(m)}
        levels.add(talk.level)
        if talk.level not in ("emergency", "same_day"):
            assert not now & before, (text, now & before)
        before = now


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(turns=st.lists(st.sampled_from(SAID), min_size=2, max_size=20))
def test_what_was_answered_is_not_asked_again(assistant, turns):
    talk = Talk(assistant, assistant.open("GB").record)
    for text, intent in turns:
        known = set(talk.findings) | set(talk.facts) if intent not in ("correct", "start_again") else set()
        open_before = set(talk.asks)
        was = talk.question
        talk.says(text, intent)
        if talk.level == "emergency" or not talk.question or talk.question["id"].endswith(("_check", "_new")):
            continue
        if talk.record["course"]["open"] or (was and was["id"] == talk.question["id"]):
            continue
        again = (set(talk.asks) & known) - open_before
        assert not again, (text, again)
