"""Every sentence a person reads is at US grade 8 or lower."""

from __future__ import annotations

from pathlib import Path

import pytest

from proof.reading import HARDEST, Line, clinical, grade, replies, sentences, too_hard

DATA = Path(__file__).parents[2] / "data"


def _named(lines: list[tuple[float, Line]]) -> list[str]:
    return [f"grade {found:.1f}, {line.place}: {line.text}" for found, line in lines]


def test_the_clinical_data_is_plain() -> None:
    lines = list(clinical(DATA / "clinical"))
    assert len(lines) > 700
    assert _named(list(too_hard(lines))) == []


@pytest.mark.parametrize(
    "key",
    ["label", "name", "reason", "why", "text", "again", "question", "what_to_do", "say_there", "dose", "stop_rule"],
)
def test_every_kind_of_text_is_looked_at(key: str) -> None:
    assert any(line.place.endswith(f" {key}") for line in clinical(DATA / "clinical"))


def test_the_replies_are_plain() -> None:
    assert _named(list(too_hard(replies(DATA / "replies" / "en.yml")))) == []


def test_hard_words_are_noticed() -> None:
    hard = "Progressive neurological deterioration necessitates immediate multidisciplinary hospital evaluation."
    assert grade(hard) > HARDEST
    assert [line.text for _, line in too_hard([Line("here", f"Sit down. {hard}")])] == [f"Sit down. {hard}"]
    assert list(too_hard([Line("a label", "Manipulation")]))
    assert list(too_hard([Line("a label", "Epilepsy")])) == []


def test_a_short_sentence_is_read_with_its_neighbour() -> None:
    assert sentences("Now. Please do not wait to see if it gets better.") == [
        "Now. Please do not wait to see if it gets better."
    ]
