"""The messages of practice/ and exam/ are sound: valid labels, nothing in both parts, nothing trained on."""

import pytest
import yaml

from tests.understanding.labelled import PARTS, messages, patients
from tests.understanding.test_training_data import ROOT, all_training, normal

FACTS = {"age", "region", "duration_days", "pain_score", "onset", "daily_life", "stress", "sleep_problem", "side"}


ASKED = {"age", "region", "duration_days", "pain_score"}  # what questions of the tree ask for


def ids_of(file: str, key: str) -> set[str]:
    data = yaml.safe_load((ROOT / "data" / "clinical" / file).read_text("utf-8"))
    rows = data.get(key, data)
    return set(rows) if isinstance(rows, dict) else {row["id"] for row in rows}


@pytest.mark.parametrize("part", PARTS)
def test_labels_are_known(part: str) -> None:
    findings = ids_of("findings.yml", "findings")
    intents = set(yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"])
    for message in messages(part):
        assert {*(message.present or ()), *message.may, *message.absent} <= findings, message
        assert not set(message.absent) & {*(message.present or ()), *message.may}, message
        assert set(message.facts) <= FACTS, message
        assert message.asked is None or message.asked in ASKED, message
        assert message.intent is None or message.intent in intents, message


@pytest.mark.parametrize("part", PARTS)
def test_patients_have_findings_that_exist(part: str) -> None:
    findings = ids_of("findings.yml", "findings")
    for card in patients(part):
        assert {*card["truth"]["findings"], *card.get("has", {})} <= findings, card["id"]
        assert card["denies"], card["id"]


def test_every_message_stands_once_in_one_part() -> None:
    forms = [normal(message.text) for part in PARTS for message in messages(part)]
    assert sorted({form for form in forms if forms.count(form) > 1}) == []


def test_nothing_of_the_exam_is_trained_on() -> None:
    """Replies of up to three words are commonplace: they may stand on both sides."""
    trained = {normal(example.text) for example in all_training()}
    assert [m.text for m in messages("exam") if len(m.text.split()) > 3 and normal(m.text) in trained] == []
