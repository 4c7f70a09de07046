"""When training counts as stale, and how it fails."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from tools.train import fingerprint, is_fresh, model_name, remove_older, source_files


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for path in (
        "data/nlu/greet.yml",
        "data/language/x.yml",
        "data/clinical/x.yml",
        "domain.yml",
        "bot/nlu/a.py",
        "bot/api.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("a: 1\n")
    return tmp_path


@pytest.mark.parametrize("path", ["data/nlu/greet.yml", "data/language/x.yml", "domain.yml", "bot/nlu/a.py"])
def test_a_change_of_what_the_model_is_made_of_makes_it_stale(checkout: Path, path: str) -> None:
    before = fingerprint(checkout)
    (checkout / path).write_text("a: 2\n")
    assert fingerprint(checkout) != before


def test_another_change_does_not(checkout: Path) -> None:
    before = fingerprint(checkout)
    (checkout / "bot/api.py").write_text("a: 2\n")
    (checkout / "bot/nlu/__pycache__").mkdir()
    (checkout / "bot/nlu/__pycache__/a.pyc").write_text("")
    assert fingerprint(checkout) == before


def test_a_moved_line_between_two_files_is_a_change(checkout: Path) -> None:
    before = fingerprint(checkout)
    (checkout / "domain.yml").rename(checkout / "config.yml")
    assert fingerprint(checkout) != before


def test_it_is_fresh_only_with_model_pipeline_and_note(checkout: Path) -> None:
    print_ = fingerprint(checkout)
    models = checkout / "models"
    (models / "language").mkdir(parents=True)
    assert not is_fresh(checkout, print_)
    (models / "fingerprint.json").write_text(json.dumps({"fingerprint": print_, "model": model_name(print_)}))
    (models / model_name(print_)).write_text("")
    assert not is_fresh(checkout, print_)
    (models / "language" / "meta.json").write_text("{}")
    assert is_fresh(checkout, print_)
    assert not is_fresh(checkout, "0" * 64)


def test_the_model_before_the_latest_is_kept_and_older_ones_go(checkout: Path) -> None:
    models = checkout / "models"
    models.mkdir()
    for age, name in enumerate(("spinewise-new.tar.gz", "spinewise-b.tar.gz", "spinewise-c.tar.gz")):
        (models / name).write_text("")
        import os

        os.utime(models / name, (1000 - age, 1000 - age))
    remove_older(checkout, "new")
    assert sorted(m.name for m in models.iterdir()) == ["spinewise-b.tar.gz", "spinewise-new.tar.gz"]


def test_broken_language_data_ends_in_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    for path in source_files(ROOT):
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    (tmp_path / "bot/__init__.py").write_text("")
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/train.py", tmp_path / "tools/train.py")
    for broken in (tmp_path / "data/language").rglob("*.yml"):
        broken.write_text("a: [\n")
    done = subprocess.run(
        [sys.executable, "tools/train.py"], cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("Training failed: ")
    assert not (tmp_path / "models" / "fingerprint.json").exists()


def test_a_change_of_rules_or_words_needs_no_training(checkout: Path) -> None:
    before = fingerprint(checkout)
    (checkout / "data/clinical/x.yml").write_text("changed: true\n")
    assert fingerprint(checkout) == before
