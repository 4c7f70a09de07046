"""The sentence tables: what people write and what must be read, tuned and held out."""

from __future__ import annotations

import pytest

from bot.language.reader import Reader
from tests.language.sentence_tables import LEVELS, TODAY, Case, false_alarms, load, missed, wrong_facts

CASES = [
    case
    for name in (
        "findings",
        "status",
        "second_round",
        "third_round",
        "fourth_round",
        "fifth_round",
        "sixth_round",
        "sixth_round_calm",
        "alarms_behind_figures",
    )
    for case in load(name)
]
FACTS = [
    *load("facts"),
    *load("second_round_facts"),
    *load("fifth_round_facts"),
    *load("sixth_round_facts"),
    *load("seventh_round_facts"),
    *load("eighth_round_facts"),
    *load("ninth_round_facts"),
]


def _report(reader: Reader, cases: list[Case], emergencies: bool) -> tuple[float, list[str]]:
    wanted, lost = 0, []
    for case in cases:
        missing = missed(case, reader.read(case.text, TODAY).observations)
        for item in case.expected:
            name, _, status = item.partition(":")
            if emergencies and (status or LEVELS[name] != "emergency"):
                continue
            wanted += 1
            if item in missing:
                lost.append(f"{case.text!r}: {item}")
    return 1 - len(lost) / wanted, lost


@pytest.mark.parametrize(("held_out", "least"), [(False, 0.995), (True, 0.92)])
def test_plain_emergencies_are_taken_at_their_word(reader: Reader, held_out: bool, least: float) -> None:
    recall, lost = _report(reader, [case for case in CASES if case.held_out == held_out], emergencies=True)
    assert recall >= least, lost


@pytest.mark.parametrize(("held_out", "least"), [(False, 0.99), (True, 0.915)])
def test_every_expected_finding_has_its_status(reader: Reader, held_out: bool, least: float) -> None:
    share, lost = _report(reader, [case for case in CASES if case.held_out == held_out], emergencies=False)
    assert share >= least, lost


@pytest.mark.parametrize(("held_out", "most"), [(False, 0.01), (True, 0.03)])
def test_few_false_alarms(reader: Reader, held_out: bool, most: float) -> None:
    cases = [case for case in CASES if case.held_out == held_out]
    wrong = {
        case.text: alarms
        for case in cases
        if (alarms := false_alarms(case, reader.read(case.text, TODAY).observations))
    }
    assert len(wrong) / len(cases) <= most, wrong


@pytest.mark.parametrize(("held_out", "least"), [(False, 0.98), (True, 0.92)])
def test_facts(reader: Reader, held_out: bool, least: float) -> None:
    cases = [case for case in FACTS if case.held_out == held_out]
    wrong = {
        case.text: lost for case in cases if (lost := wrong_facts(case, reader.read(case.text, TODAY).observations))
    }
    wanted = sum(len(case.expected) for case in cases)
    assert 1 - sum(map(len, wrong.values())) / wanted >= least, wrong


def test_the_tables_name_only_known_findings() -> None:
    for case in CASES:
        for item in case.expected:
            assert item.partition(":")[0] in LEVELS, case.text
