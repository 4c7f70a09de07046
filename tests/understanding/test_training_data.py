"""The training and held-out messages are sound: valid, unique, enough of each, and nothing on both sides."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from bot import fast_yaml

ROOT = Path(__file__).parents[2]
LOOKUPS = ROOT / "data" / "nlu" / "lookups.yml"
TRAINING = [path for path in sorted((ROOT / "data" / "nlu").glob("*.yml")) if path != LOOKUPS]
HELD_OUT = Path(__file__).parent / "nlu_test.yml"

FREQUENT = {
    "describe_complaint",
    "report_alarm",
    "ask_massage_suitability",
    "ask_posture",
    "affirm",
    "deny",
    "out_of_scope",
}
RARE = {
    "report_change", "ask_massage_technique", "ask_massage_kind", "ask_massage_frequency", "ask_massage_benefits",
    "ask_massage_risks", "ask_oils", "ask_movement", "ask_heat_cold", "ask_sleep", "ask_stress", "ask_lifestyle",
    "ask_cause", "ask_what_is_wrong", "ask_medicines", "ask_prices_booking", "ask_human", "ask_about_bot",
    "ask_privacy", "delete_my_data", "ask_why", "ask_why_advice", "ask_more", "correct", "start_again",
    "for_someone_else", "unsure", "none_of_these", "pick_option", "give_number", "greet", "thank", "goodbye",
    "complain", "abuse",
}  # fmt: skip


class Example(NamedTuple):
    file: str
    intent: str
    text: str


def examples(path: Path) -> Iterator[Example]:
    """Every example of one Rasa file, as written."""
    for block in fast_yaml.load(path.read_text(encoding="utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            assert line.startswith("- "), f"{path.name}: {line!r} does not begin with '- '"
            yield Example(path.name, block["intent"], line[2:].strip())


def normal(text: str) -> str:
    """Two messages with the same normal form are the same message: case, signs and spacing do not count."""
    words = re.findall(r"[^\W_]+", text.lower().replace("'", "").replace("’", ""))
    return " ".join(words) or text.strip()


@cache
def all_training() -> list[Example]:
    return [example for path in TRAINING for example in examples(path)]


def repeated(messages: list[Example]) -> list[list[Example]]:
    by_form: dict[str, list[Example]] = {}
    for message in messages:
        by_form.setdefault(normal(message.text), []).append(message)
    return [same for same in by_form.values() if len(same) > 1]


@pytest.mark.parametrize("path", [*TRAINING, HELD_OUT], ids=lambda path: path.name)
def test_file_is_in_rasas_format(path: Path) -> None:
    content = fast_yaml.load(path.read_text(encoding="utf-8"))
    assert set(content) == {"version", "nlu"}
    assert content["version"] == "3.1"
    assert all(set(block) == {"intent", "examples"} for block in content["nlu"])
    assert list(examples(path))


def test_word_lists_are_in_rasas_format() -> None:
    lists = fast_yaml.load(LOOKUPS.read_text(encoding="utf-8"))["nlu"]
    assert all(set(block) == {"lookup", "examples"} for block in lists)
    names = [block["lookup"] for block in lists]
    assert len(set(names)) == len(names)
    for block in lists:
        words = [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
        assert len(words) == len(block["examples"].splitlines()) == len(set(words)), block["lookup"]


def test_intents_are_the_known_ones() -> None:
    assert {example.intent for example in all_training()} == FREQUENT | RARE
    assert {example.intent for example in examples(HELD_OUT)} == FREQUENT | RARE


def test_every_training_message_stands_once() -> None:
    assert repeated(all_training()) == []


def test_every_held_out_message_stands_once() -> None:
    assert repeated(list(examples(HELD_OUT))) == []


def test_no_held_out_message_is_trained_on() -> None:
    trained = {normal(example.text) for example in all_training()}
    assert [example for example in examples(HELD_OUT) if normal(example.text) in trained] == []


def test_enough_of_each_intent() -> None:
    count = Counter(example.intent for example in all_training())
    assert {intent: count[intent] for intent in FREQUENT if count[intent] < 150} == {}
    assert {intent: count[intent] for intent in RARE if count[intent] < 40} == {}
    held_out = Counter(example.intent for example in examples(HELD_OUT))
    assert {intent: held_out[intent] for intent in FREQUENT | RARE if held_out[intent] < 5} == {}


def test_no_example_carries_marks_or_reads_as_a_command() -> None:
    """Square brackets would be read by Rasa as entities, and a leading slash as an intent."""
    messages = [*all_training(), *examples(HELD_OUT)]
    assert [m for m in messages if re.search(r"[\[\]{}]", m.text) or m.text.startswith("/") or not m.text] == []


def test_messages_are_not_one_template_filled_in() -> None:
    """No intent leans on one opening: at most 6 % of its examples (and at least 8) begin with the same four words."""
    for intent in FREQUENT | RARE:
        texts = [normal(example.text).split() for example in all_training() if example.intent == intent]
        opening, times = (
            Counter(" ".join(words[:4]) for words in texts if len(words) > 4).most_common(1)[0]
            if any(len(words) > 4 for words in texts)
            else ("", 0)
        )
        assert times <= max(8, 0.06 * len(texts)), (intent, opening, times)
