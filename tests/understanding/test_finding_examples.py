"""The examples of the learned reader of findings are sound: every message once, none of them held out."""

from collections import Counter

import yaml

from tests.understanding.labelled import messages
from tests.understanding.test_training_data import HELD_OUT, ROOT, normal
from tests.understanding.test_training_data import examples as nlu_examples

CASES = ROOT / "tests" / "language" / "cases"


def examples() -> list[str]:
    files = (ROOT / "data" / "finding_examples").glob("*.yml")
    topics = [lines for file in files for lines in yaml.safe_load(file.read_text("utf-8")).values()]
    return [normal(line.partition(" | ")[0]) for lines in topics for line in lines.splitlines()]


def test_every_message_stands_once() -> None:
    assert [text for text, count in Counter(examples()).items() if count > 1] == []


def test_no_finding_stands_twice_in_a_file() -> None:
    """YAML would keep the last and lose the others without a word."""
    for file in (ROOT / "data" / "finding_examples").glob("*.yml"):
        keys = [line for line in file.read_text("utf-8").splitlines() if line.endswith(": |")]
        assert len(keys) == len(set(keys)), file.name


def test_nothing_that_judges_is_trained_on() -> None:
    """Replies of up to three words are commonplace: they may stand on both sides."""
    judging = {normal(message.text) for message in messages("exam")}
    judging |= {normal(one.text) for one in nlu_examples(HELD_OUT)}
    for file in CASES.rglob("*.yml"):
        lines = [line for topic in yaml.safe_load(file.read_text("utf-8")).values() for line in topic]
        judging |= {normal(str(line).partition(" | ")[0]) for line in lines}
    assert [text for text in examples() if text in judging and len(text.split()) > 3] == []
