"""Every sentence a person reads is at US grade 8 or lower."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.replies.third_person import ThirdPerson
from bot.triage import reading
from bot.triage.files import ClinicalDataError
from bot.triage.knowledge import Knowledge
from bot.triage.reading import HARDEST, Line, clinical, grade, main, sentences, too_hard, words

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
    assert _named(list(too_hard(words(DATA / "replies" / "en.yml")))) == []


def test_the_summary_for_the_person_is_plain() -> None:
    lines = [line for line in words(DATA / "replies" / "summary.en.yml") if " person_" in line.place]
    assert len(lines) > 10
    assert _named(list(too_hard(lines))) == []


def test_the_widget_is_plain() -> None:
    lines = list(words(DATA.parent / "api" / "widget" / "static" / "locales" / "en.json"))
    assert len(lines) > 20
    assert _named(list(too_hard(lines))) == []


def test_what_is_said_about_somebody_else_is_plain() -> None:
    tell = ThirdPerson.load(DATA / "replies" / "third_person.yml").tell
    said = [*words(DATA / "replies" / "en.yml"), *clinical(DATA / "clinical")]
    turned = [Line(line.place, tell(line.text)) for line in said]
    assert _named(list(too_hard(turned))) == []


def test_hard_words_are_noticed() -> None:
    hard = "Progressive neurological deterioration necessitates immediate multidisciplinary hospital evaluation."
    assert grade(hard) > HARDEST
    assert [line.text for _, line in too_hard([Line("here", f"Sit down. {hard}")])] == [f"Sit down. {hard}"]
    assert list(too_hard([Line("a label", "Manipulation")]))
    assert list(too_hard([Line("a label", "Epilepsy")])) == []


def test_a_short_sentence_is_read_with_its_neighbour() -> None:
    assert sentences("") == []
    assert sentences("Now. Please do not wait to see if it gets better.") == [
        "Now. Please do not wait to see if it gets better."
    ]


# --- at the start -------------------------------------------------------------------------------------------------

HARD = "Immediate multidisciplinary evaluation is necessitated by progressive neurological deterioration."


def _with_a_hard_sentence(folder: Path) -> tuple[Path, int]:
    file = Path(shutil.copytree(DATA / "clinical", folder / "clinical")) / "levels.yml"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith("what_to_do:"))
    lines[at] = f"    what_to_do: {HARD}"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file, at + 1


def test_a_hard_sentence_stops_the_start_with_file_line_and_mend(tmp_path: Path) -> None:
    file, number = _with_a_hard_sentence(tmp_path)
    with pytest.raises(ClinicalDataError) as caught:
        Knowledge.load(file.parent)
    assert (caught.value.file, caught.value.line) == (file, number)
    assert HARD in caught.value.problem
    assert "shorter words" in caught.value.mend


def test_what_was_read_once_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading.check(DATA / "clinical", "a-state", tmp_path / "seals")
    monkeypatch.setattr(reading.subprocess, "run", lambda *args, **kwargs: pytest.fail("read again"))
    reading.check(DATA / "clinical", "a-state", tmp_path / "seals")
    with pytest.raises(pytest.fail.Exception):
        reading.check(DATA / "clinical", "another-state", tmp_path / "seals")


def test_seals_that_cannot_be_kept_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    reading.check(DATA / "clinical", "a-state", tmp_path / "a file" / "seals")


def test_a_reader_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("a: [")
    with pytest.raises(RuntimeError, match="reading grades"):
        reading.check(tmp_path, "a-state", tmp_path / "seals")


def test_the_command_names_the_first_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out == "[]\n"
    file, number = _with_a_hard_sentence(tmp_path)
    assert main([str(file.parent)]) == 0
    assert f'"levels.yml", {number}' in capsys.readouterr().out
