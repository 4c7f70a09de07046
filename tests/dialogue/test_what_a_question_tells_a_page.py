"""Beside its words a question says how many are about left, and what a body map needs."""

from __future__ import annotations


def test_how_many_are_left_goes_down_to_one(sore_back):
    left = []
    while sore_back.question:
        left.append(sore_back.question["left"])
        sore_back.says({"age": "41", "duration_days": "5 days", "pain_score": "4"}.get(sore_back.asks[0], "no"))
    assert left[0] <= 16
    assert left == sorted(left, reverse=True)
    assert left[-1] == 1


def test_the_places_of_a_body_map_stand_in_the_order_of_the_choices(talk):
    talk.says("i'm in pain", "describe_complaint").until("region")
    assert talk.question["kind"] == "region"
    asked = next(m for m in talk.messages if m["question"])
    assert talk.question["values"] == [choice["sets"]["answers"]["region"] for choice in asked["choices"]]
    assert "lower_back" in talk.question["values"]
