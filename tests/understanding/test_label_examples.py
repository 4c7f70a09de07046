"""The examples of the learned readers are sound: every message once, known labels, none of them held out."""

from collections import Counter
from functools import cache

import pytest

from bot import fast_yaml
from tests.understanding.labelled import messages
from tests.understanding.test_training_data import HELD_OUT, ROOT, normal
from tests.understanding.test_training_data import examples as nlu_examples

CASES = ROOT / "tests" / "language" / "cases"
FOLDERS = ("finding_examples", "fact_examples", "signal_examples")
NUMBERS = ("age", "pain_score", "duration_days")
LEARNED_FACTS = ("region", "onset", "daily_life", "stress", "sleep_problem")
SIDES = ("left", "right", "both")


@cache
def lines_of(folder: str) -> list[tuple[str, str]]:
    """(label, line) of every example."""
    files = (ROOT / "data" / folder).glob("*.yml")
    topics = [topic for file in files for topic in fast_yaml.load(file.read_text("utf-8")).items()]
    return [(label, line) for label, lines in topics for line in lines.splitlines()]


def examples(folder: str = "finding_examples") -> list[str]:
    return [normal(line.partition(" | ")[0]) for _, line in lines_of(folder)]


def known_labels(folder: str) -> set[str]:
    clinical = ROOT / "data" / "clinical"
    if folder == "finding_examples":
        return set(fast_yaml.load((clinical / "findings.yml").read_text("utf-8"))["findings"])
    if folder == "signal_examples":
        return {"complaint"}
    facts = fast_yaml.load((clinical / "facts.yml").read_text("utf-8"))["facts"]
    values = {"side": SIDES} | {fact: facts[fact].get("values", ["true", "false"]) for fact in LEARNED_FACTS}
    return {f"{fact}={value}" for fact, own in values.items() for value in own}


@cache
def judging() -> frozenset[str]:
    """All that the tests judge by and nobody may train on."""
    found = {normal(message.text) for message in messages("exam")}
    found |= {normal(one.text) for one in nlu_examples(HELD_OUT)}
    for file in CASES.rglob("*.yml"):
        lines = [line for topic in fast_yaml.load(file.read_text("utf-8")).values() for line in topic]
        found |= {normal(str(line).partition(" | ")[0]) for line in lines}
    return frozenset(found)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_message_stands_once(folder: str) -> None:
    assert [text for text, count in Counter(examples(folder)).items() if count > 1] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_label_stands_twice_in_a_file(folder: str) -> None:
    """YAML would keep the last and lose the others without a word."""
    for file in (ROOT / "data" / folder).glob("*.yml"):
        keys = [line for line in file.read_text("utf-8").splitlines() if line.endswith(": |")]
        assert len(keys) == len(set(keys)), file.name


@pytest.mark.parametrize("folder", FOLDERS)
def test_labels_are_known(folder: str) -> None:
    told = {label for key, line in lines_of(folder) for label in (key, *line.partition(" | ")[2].split())}
    assert {label for label in told if not is_number(label)} - {"none"} <= known_labels(folder)


def is_number(label: str) -> bool:
    """Whether a label is that of a fact that is a number, and in its bounds: "age=41", "duration_days=14-21"."""
    fact, _, value = label.partition("=")
    if fact not in NUMBERS:
        return False
    bounds = fast_yaml.load((ROOT / "data" / "clinical" / "facts.yml").read_text("utf-8"))["facts"][fact]
    low, _, high = value.partition("-")
    return bool(bounds["low"] <= float(low) <= float(high or low) <= bounds["high"])


def test_numbers_are_labelled_in_their_own_files_alone() -> None:
    """Where some are labelled all must be, for the reader of numbers takes the others for none."""
    for file in (ROOT / "data" / "fact_examples").glob("*.yml"):
        lines = fast_yaml.load(file.read_text("utf-8")).values()
        some = any(f" {fact}=" in line for line in lines for fact in NUMBERS)
        assert some is file.name.startswith("numbers_"), file.name


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_that_judges_is_trained_on(folder: str) -> None:
    """Replies of up to three words are commonplace: they may stand on both sides."""
    assert [text for text in examples(folder) if text in judging() and len(text.split()) > 3] == []


def test_every_value_of_a_learned_fact_has_many_examples() -> None:
    told = Counter(
        label for key, line in lines_of("fact_examples") for label in (key, *line.partition(" | ")[2].split())
    )
    few = {label for label in known_labels("fact_examples") if told[label] < 40}
    assert few == set()
    assert told["none"] >= 400
