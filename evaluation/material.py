"""What is judged on: messages with their labels, from the held-out parts of the tests."""

from __future__ import annotations

from pathlib import Path

from bot import fast_yaml
from tests.language import sentence_tables
from tests.understanding.labelled import Message
from tests.understanding.test_training_data import examples

ROOT = Path(__file__).resolve().parent.parent
NLU_TEST = ROOT / "tests" / "understanding" / "nlu_test.yml"
FINDINGS = frozenset(fast_yaml.load((ROOT / "data/clinical/findings.yml").read_text("utf-8"))["findings"])
FACTS = frozenset(fast_yaml.load((ROOT / "data/clinical/facts.yml").read_text("utf-8"))["facts"])


def tables() -> list[Message]:
    """The held-out sentence tables of the language room as labelled messages."""
    found = []
    for path in sorted((sentence_tables.HERE / "held_out").glob("*.yml")):
        for case in sentence_tables.load(path.stem):
            if case.held_out:
                found.append(_message(case, path.stem))
    return found


def _message(case: sentence_tables.Case, file: str) -> Message:
    labels: dict[str, list[str]] = {"": [], "may": [], "absent": []}
    for item in case.expected:
        name, _, status = item.partition(":")
        if name in FINDINGS:
            labels["may" if status in ("may", "hint", "unsure") else "absent" if status else ""].append(name)
    facts: dict[str, object] = {}
    for name, _, value in (item.partition("=") for item in case.expected):
        if value and (name in FACTS or name == "side"):
            options = [fast_yaml.load(option) for option in value.split("|")]
            facts[name] = options if len(options) > 1 else options[0]
    about_facts = any("=" in item for item in case.expected)
    present = None if about_facts and not labels[""] else tuple(labels[""])
    absent = tuple(name for name in labels["absent"] if name not in labels[""])
    return Message(case.text, case.topic, file, present, tuple(labels["may"]), absent, facts)


def nlu_test() -> list[Message]:
    """The held-out messages of `rasa test nlu`."""
    return [Message(one.text, one.intent, "nlu_test", intent=one.intent) for one in examples(NLU_TEST)]
