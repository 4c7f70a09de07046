"""A mistake in a data file is named with file, line and mend."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.advice.guidance import Library
from bot.triage.files import ClinicalDataError
from bot.triage.knowledge import Knowledge
from tests.advice.conftest import CLINICAL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("guidance", "information"):
        shutil.copytree(CLINICAL / name, tmp_path / name)
    shutil.copy(CLINICAL / "pictures.yml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("guidance/massage.yml", "source: sherman_2014", "source: a_friend", "unknown source 'a_friend'"),
        ("guidance/massage.yml", "topic: massage", "topic: surgery", "unknown topic 'surgery'"),
        (
            "guidance/massage.yml",
            "picture: massage_table",
            "picture: massage_tabel",
            "unknown picture 'massage_tabel'",
        ),
        ("guidance/massage.yml", "    picture: massage_table\n", "", "the field 'picture' is missing"),
        ("pictures.yml", "walking: A person walks with an easy stride.", "walking: [a, b]", "where words are needed"),
        ("guidance/massage.yml", "- acute_injury", "- acute_injurry", "unknown finding 'acute_injurry'"),
        ("guidance/massage.yml", "age_min: 16", "age_min: 12", "never for under 16s"),
        ("guidance/massage.yml", "    age_min: 16\n", "", "never for under 16s"),
        ("guidance/massage.yml", "levels: [self_care]", "levels: [self_care, check_first]", "for self_care only"),
        ("guidance/massage.yml", "id: massage_kinds", "id: massage_first_course", "is there twice"),
        ("guidance/massage.yml", "strength: weak", "strength: strong", "begin with 'Strong evidence'"),
        ("guidance/massage.yml", "reviewed: 2026-11-22", "reviewed: last week", "is not a date"),
        ("guidance/posture.yml", "regions: [neck,", "regions: [nek,", "unknown region 'nek'"),
        ("guidance/posture.yml", "daily_life: [desk]", "daily_life: [office]", "unknown daily life 'office'"),
        ("guidance/posture.yml", "daily_life: [desk]", "daily_life: []", "no daily life is named"),
        ("guidance/posture.yml", "goals: {posture_tip: 1}", "goals: {sit_up: 1}", "unknown goal 'sit_up'"),
        ("guidance/posture.yml", "suits: {younger: 2}", "suits: {bored: 2}", "unknown situation 'bored'"),
        ("guidance/posture.yml", "levels: [self_care, check_first]", "levels: [check_first]", "self_care is missing"),
        ("guidance/posture.yml", "levels: [self_care, check_first]", "levels: [see_gp]", "unknown level 'see_gp'"),
        ("guidance/posture.yml", "age_max: 55", "age_max: 5", "age_max is below age_min"),
        ("guidance/posture.yml", "title: Your next", f"title: {'Your ' * 15}next", "characters"),
        ("guidance/heat_cold.yml", "      pregnancy:", "      acute_injury:", "under not_with and careful_with"),
        ("guidance/heat_cold.yml", "      pregnancy:", "      pregnant:", "unknown finding 'pregnant'"),
        ("guidance/heat_cold.yml", "stop_rule: Stop", "when_to_stop: Stop", "unknown field 'when_to_stop'"),
        ("guidance/precautions.yml", "  any:", "  anyone:", "unknown finding 'anyone'"),
        (
            "information/everyday.yml",
            "guidance: [posture_change_often]",
            "guidance: [x]",
            "unknown piece",
        ),
        ("information/everyday.yml", "id: ask_sleep", "id: sleep", "'ask_sleep' has no general answer"),
        ("information/everyday.yml", "id: ask_posture_phone", "id: ask_posture_desk", "is there twice"),
        ("information/everyday.yml", "There is no single right", f"{'There is no ' * 60}right", "characters"),
        ("information/everyday.yml", "sources: [hse_screens,", "sources: [nobody,", "unknown source 'nobody'"),
    ],
)
def test_each_mistake_is_named_with_file_and_line(
    folder: Path, knowledge: Knowledge, file: str, old: str, new: str, said: str
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ClinicalDataError) as caught:
        Library.load(folder, knowledge)
    message = str(caught.value)
    assert said in message
    assert path.name in message
    assert caught.value.line > 1
    assert caught.value.mend


def test_the_line_is_the_one_of_the_mistake(folder: Path, knowledge: Knowledge) -> None:
    path = folder / "guidance" / "oils.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if "source: vostinaru_2020" in line)
    lines[number] = lines[number].replace("vostinaru_2020", "unheard_of")
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ClinicalDataError) as caught:
        Library.load(folder, knowledge)
    assert caught.value.line == number + 1


def test_the_general_precaution_must_be_there(folder: Path, knowledge: Knowledge) -> None:
    path = folder / "guidance" / "precautions.yml"
    path.write_text("precautions:\n  pregnancy: Ask your midwife first.\n", encoding="utf-8")
    with pytest.raises(ClinicalDataError, match="the sentence 'any' is missing"):
        Library.load(folder, knowledge)


def test_a_missing_field_names_the_piece(folder: Path, knowledge: Knowledge) -> None:
    path = folder / "guidance" / "oils.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if "id: oil_plain" in line)
    dose = next(n for n, line in enumerate(lines) if n > start and line.startswith("    dose:"))
    path.write_text("\n".join(lines[:dose] + lines[dose + 1 :]), encoding="utf-8")
    with pytest.raises(ClinicalDataError, match="the field 'dose' is missing") as caught:
        Library.load(folder, knowledge)
    assert caught.value.line == start + 1
