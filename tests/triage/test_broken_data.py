"""A broken clinical file stops the start with file, line and mend."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.triage.__main__ import main
from bot.triage.assessment import Assessment
from bot.triage.files import ClinicalDataError, load
from bot.triage.knowledge import Knowledge
from bot.triage.tree import decide
from tests.triage.conftest import CLINICAL, answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CLINICAL, tmp_path / "clinical"))


# file, text to find (its first place), text instead, part of the problem, part of the mend
FAULTS = [
    ("findings.yml", "level: emergency", "level: urgent", "unknown level 'urgent'", "use one of: emergency"),
    ("findings.yml", "screen: A", "screen: D", "unknown screen 'D'", "A, B, C"),
    (
        "findings.yml",
        "    name: numbness in the saddle area\n",
        "",
        "the field 'name' is missing",
        "add a line 'name",
    ),
    ("findings.yml", "name: numbness", "nmae: numbness", "unknown field 'nmae'", "use one of"),
    (
        "findings.yml",
        "sources: [girft_ces_2023, nhs_back_pain]",
        "sources: [girft]",
        "unknown source 'girft'",
        "use one",
    ),
    (
        "findings.yml",
        "sources: [girft_ces_2023, nhs_back_pain]",
        "sources: []",
        "no source is given",
        "name at least",
    ),
    ("findings.yml", "    strength: alone\n", "", "has no strength", "add 'strength"),
    ("findings.yml", "    level: emergency\n", "", "must have a level", "correct level or strength"),
    ("findings.yml", "reviewed: 2026-11-22", "reviewed: last week", "is not a date", "2026-11-22"),
    (
        "findings.yml",
        "name: numbness in the saddle area",
        "name: [numbness]",
        "where words are needed",
        "write a text",
    ),
    ("findings.yml", "  bladder_change:\n", "  saddle_numbness:\n", "stands here twice", "delete or rename"),
    ("findings.yml", "  bladder_change:\n", "  age:\n", "the id 'age' is used already", "choose another id"),
    (
        "findings.yml",
        '    massage: "no"\n    label: A blood',
        "    label: A blood",
        "is in screen C",
        "give it 'massage' only",
    ),
    ("findings.yml", "regions: [neck, shoulder", "regions: [nekc, shoulder", "unknown region 'nekc'", "use one of"),
    ("findings.yml", "no_when_no: [pregnancy]", "no_when_no: [pregnant]", "unknown finding 'pregnant'", "pregnancy"),
    (
        "findings.yml",
        "{fact: region, is: [upper_back], if_unknown: no}",
        "{fact: region}",
        "says nothing clear",
        "give numbers",
    ),
    ("findings.yml", "over_no: yes", "over_no: perhaps", "where yes or no is needed", "write yes or no"),
    ("findings.yml", "at_least: 8", "at_least: eight", "where a number is needed", "write a number"),
    ("findings.yml", "level: emergency", "level: [", "not readable as YAML", "check spaces"),
    ("details.yml", "parents: [gca_signs]", "parents: []", "has no parent finding", "asked: no"),
    ("details.yml", "  cannot_stand:", "  cannot_sit:", "unknown finding or detail 'cannot_stand'", "cannot_sit"),
    ("clusters.yml", "night_pain", "fever", "'fever' is not a weak finding", "weak findings only"),
    ("clusters.yml", "site: [thoracic_site]", "site: [night_pain]", "stands in 2 clusters", "exactly one cluster"),
    ("clusters.yml", "site: [thoracic_site]", "site: thoracic_site", "where a list is needed", "write a list"),
    ("questions.yml", "asks: [region]", "asks: []", "asks nothing", "name at least one"),
    ("questions.yml", "{id: pregnancy,", "{id: pregnant,", "unknown finding or fact 'pregnant'", "pregnancy"),
    ("questions.yml", "asks: [region]", "asks: [region, region]", "is asked twice", "delete one"),
    (
        "questions.yml",
        "asks: [possible_ectopic,",
        "asks: [onset,",
        "does not belong in screen A",
        "correct the screen",
    ),
    ("questions.yml", "- chest_pain\n", "- calf_swelling\n", "'calf_swelling' is asked twice", "delete one"),
    (
        "questions.yml",
        "      - varicose_veins\n",
        "",
        "no question ever asks 'varicose_veins'",
        "add it to a question",
    ),
    ("questions.yml", "past_limit: yes", "past_limmit: yes", "unknown field 'past_limmit'", "past_limit"),
    ("questions.yml", "age_min: 12", "age_min: twelve", "where a whole number is needed", "write a whole number"),
    ("questions.yml", "not_sex: male", "not_sex: man", "unknown sex 'man'", "male, female"),
    ("questions.yml", "sets: {region: neck}", "sets: {region: nekc}", "unknown value 'nekc'", "neck"),
    ("questions.yml", "sets: {region: neck}", "sets: {age: 3}", "is not asked by this question", "region"),
    ("questions.yml", "sets: {duration_days: 4}", "sets: {duration_days: few}", "where a number is needed", "number"),
    ("questions.yml", "first: useful", "first: perhaps", "unknown word for 'first'", "always, useful"),
    ("questions.yml", "kind: number", "kind: choice", "has no choices", "add 'choices:'"),
    (
        "questions.yml",
        "when: {present: [pregnancy]}",
        "when: {present: [possible_ectopic]}",
        "wait for each other",
        "take",
    ),
    (
        "level_rules.yml",
        "infection_risk, night_pain",
        "infection_risk, pain",
        "unknown finding or detail 'pain'",
        "pain",
    ),
    (
        "questions.yml",
        "{id: inflammatory_pattern, when: {duration_min: 90, began_before: 45}}",
        "{id: inflammatory_pattern, when: {age_min: 60, duration_max: 90, began_before: 45}}",
        "can never be asked by 'low_back_and_leg': pain of at most 90 days at 60 or over cannot",
        "correct its 'when'",
    ),
    (
        "questions.yml",
        "{id: kidney_signs, when: {regions: [lower_back]}}",
        "{id: kidney_signs, when: {regions: [neck]}}",
        "can never be asked by 'low_back_and_leg': the regions exclude each other",
        "correct its 'when'",
    ),
    ("questions.yml", "age_min: 12, age_max: 55", "age_min: 55, age_max: 12", "no age is from 55 to 12", "'when'"),
    ("questions.yml", "when: {duration_max: 4}", "when: {duration_max: 4, duration_min: 9}", "no time is", "'when'"),
    ("questions.yml", "{past_limit: yes}", "{past_limit: yes, duration_max: 9}", "never past a time limit", "'when'"),
    (
        "questions.yml",
        "      - stable_weakness\n",
        "      - fever\n",
        "'general_health' asks it of everyone",
        "delete",
    ),
    ("questions.yml", "asks: [pain_score]", "asks: [stress]", "no rule looks at 'stress'", "delete the question"),
    (
        "questions.yml",
        "    asks: [pain_score]\n",
        "    asks: [pain_score]\n    when: {present: [severe_pain]}\n",
        "wait for each other (severe_pain -> pain_score -> severe_pain)",
        "take one 'when' out of 'how_strong'",
    ),
    (
        "questions.yml",
        "    asks: [age]\n    first: always\n",
        "    asks: [age]\n    first: always\n    when: {present: [inflammatory_pattern]}\n",
        "wait for each other",
        "take one 'when' out",
    ),
    ("level_rules.yml", "{clusters: 3}", "{clusters: 9}", "can never be reached", "from 1 to 4"),
    ("level_rules.yml", "    all: [{clusters: 2}]\n", "", "has no condition", "add a line 'all"),
    ("level_rules.yml", "all: [{clusters: 2}]", "all: []", "empty list", "name at least one"),
    ("level_rules.yml", "    level: see_gp\n", "", "does nothing", "add 'level'"),
    ("level_rules.yml", "  under_16:", "  below_16:", "the rule 'under_16' is missing", "put it back"),
    ("level_rules.yml", "two_clusters:", "fever:", "the id 'fever' is used already", "choose another"),
    ("level_rules.yml", "{fact: age, at_least: 60}", "{fact: age}", "says nothing clear", "give numbers"),
    ("level_rules.yml", "{fact: age, at_least: 60}", "{fact: agee, at_least: 60}", "unknown fact 'agee'", "age"),
    ("level_rules.yml", "not_denied: weakened_immunity", "not_denied: fever", "unknown detail 'fever'", "use one"),
    (
        "level_rules.yml",
        "all: [gca_signs, vision_loss]",
        "all: [gca_signs]",
        "no rule ever uses 'vision_loss'",
        "delete",
    ),
    ("levels.yml", "  same_day:\n", "  today:\n", "unknown level 'today'", "use one of"),
    ("levels.yml", "{emergency} now", "{ambulance} now", "placeholder that is not known", "{emergency}"),
    ("levels.yml", "\npaths:", "\npath:", "unknown field 'path'", "use one of"),
    ("countries.yml", '"000"', "000", "stands without quotes", "write it like"),
    ("countries.yml", "  AU:", "  Australia:", "is no country code", "two capital letters"),
    ("countries.yml", "  unknown:", "  ZZ:", "the country 'unknown' is missing", "put it back"),
    ("countries.yml", "name: Ireland", "name: ~", "nothing where words are needed", "write a text"),
    ("facts.yml", "kind: yes_no", "kind: bool", "unknown kind of fact 'bool'", "yes_no"),
    ("facts.yml", "  age: {", "  years: {", "the fact 'age' is missing", "put it back"),
    ("regions.yml", "limit_days: 42", "limit_days: six weeks", "where a whole number is needed", "whole number"),
    ("ruleset.yml", "ruleset:", "rules_version:", "unknown field 'rules_version'", "ruleset"),
    ("sources/triage.yml", "https://", "http://", "is not a web address", "https://"),
    ("sources/triage.yml", "  nhs_stroke:", "  nhs_back_pain:", "is listed in two files", "delete or rename"),
]


@pytest.mark.parametrize(("file", "old", "new", "problem", "mend"), FAULTS)
def test_a_fault_is_named(folder: Path, file: str, old: str, new: str, problem: str, mend: str) -> None:
    path = folder / file
    text = path.read_text()
    assert old in text, "the test no longer fits the data"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ClinicalDataError) as caught:
        Knowledge.load(folder)
    error = caught.value
    assert problem in error.problem
    assert mend in error.mend
    assert error.line >= 1
    assert error.file.is_relative_to(folder)
    assert str(error).startswith(f"{error.file}, line {error.line}: ")


def test_the_line_is_the_line_of_the_fault(folder: Path) -> None:
    path = folder / "findings.yml"
    lines = path.read_text().splitlines()
    number = next(index for index, line in enumerate(lines) if line == "  fever:") + 2
    lines[number] = "    level: tomorrow"
    path.write_text("\n".join(lines))
    with pytest.raises(ClinicalDataError) as caught:
        Knowledge.load(folder)
    assert (caught.value.file, caught.value.line) == (path, number + 1)


def _delete(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_text("# nothing\n")


def _not_text(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")


def _control(path: Path) -> None:
    path.write_text("facts: \x07")


def _list(path: Path) -> None:
    path.write_text("- a\n- b\n")


@pytest.mark.parametrize("damage", [_delete, _empty, _not_text, _control, _list])
def test_files_that_cannot_be_read_at_all(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder / "facts.yml")
    with pytest.raises(ClinicalDataError) as caught:
        Knowledge.load(folder)
    assert caught.value.file == folder / "facts.yml"


def test_no_sources_at_all(folder: Path) -> None:
    shutil.rmtree(folder / "sources")
    with pytest.raises(ClinicalDataError, match="no file of sources"):
        Knowledge.load(folder)


def test_scalars(tmp_path: Path) -> None:
    file = tmp_path / "x.yml"
    file.write_text("a: 1\nb: 1.5\nc: true\nd: no\ne: '1'\nf:\ng: [1, x]\nh: {i: ~}\n")
    entries = load(file).entries()
    assert [entries[key].value for key in "abcdef"] == [1, 1.5, True, "no", "1", None]
    assert [item.value for item in entries["g"].items()] == [1, "x"]
    assert entries["h"].entries()["i"].value is None
    assert [entries[key].line for key in "abc"] == [1, 2, 3]
    assert not entries["d"].flag()
    fields = load(file).fields("abcdefgh")
    assert "a" in fields
    assert fields.get("f") is None
    assert fields.texts("f") == ()
    assert fields.text("f", "instead") == "instead"
    for wrong in ("g", "h", "f"):
        with pytest.raises(ClinicalDataError, match="where words are needed"):
            entries[wrong].text()
    with pytest.raises(ClinicalDataError, match="named fields are needed"):
        entries["g"].entries()


def test_the_rule_set_version_follows_every_file(folder: Path) -> None:
    before = Knowledge.load(folder).ruleset
    assert before == Knowledge.load(folder).ruleset
    path = folder / "findings.yml"
    path.write_text(path.read_text() + "# a remark\n")
    assert Knowledge.load(folder).ruleset != before


def test_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    assert "Clinical data ok: rule set" in capsys.readouterr().out
    (folder / "facts.yml").unlink()
    assert main([str(folder)]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert "facts.yml, line 1: the file cannot be read" in output.err


def test_command_as_a_process() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot.triage"], cwd=CLINICAL.parents[1], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("Clinical data ok")


def _change(folder: Path, file: str, old: str, new: str) -> Knowledge:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return Knowledge.load(folder)


def test_a_path_may_leave_words_to_its_level(folder: Path) -> None:
    words = "    say_there: Say what happened, when, and where it hurts.\n"
    assert _change(folder, "levels.yml", words, "").paths["neck_injury"].say_there == ""


def test_a_fact_is_asked_when_a_rule_needs_it_even_if_it_does_not_come_first(folder: Path) -> None:
    text = (folder / "questions.yml").read_text()
    (folder / "questions.yml").write_text(text.replace("    first: always\n", ""))
    knowledge = Knowledge.load(folder)
    record = Assessment({"weight_loss": True}, {"region": "lower_back", "duration_days": 3})
    asked = []
    while question := decide(knowledge, record).question:
        asked.append(question.question.id)
        record = answer(record, question, {}, {"age": 66})
    assert "how_old" in asked
    assert decide(knowledge, record).level == "see_gp"


def test_a_question_may_set_a_yes_no_fact(folder: Path) -> None:
    question = (
        "  under_stress:\n    screen: fact\n    kind: choice\n    asks: [stress]\n    first: always\n"
        "    text: Stress?\n    again: Stress?\n    why: It matters.\n"
        "    choices: [{label: 'Yes', sets: {stress: yes}}]\n"
    )
    knowledge = _change(folder, "questions.yml", "  how_long:\n", question + "  how_long:\n")
    assert knowledge.questions["under_stress"].choices[0].sets == {"stress": True}
