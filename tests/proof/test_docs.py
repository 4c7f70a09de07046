"""The generated pages are those that the data makes, and the safety case names real tests."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from tools import docs

ROOT = Path(__file__).parents[2]


def test_the_generated_pages_are_fresh() -> None:
    made = docs.files(ROOT / "data" / "clinical")
    stale = [name for name, text in made.items() if (docs.FOLDER / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run 'make docs'"


def test_the_drawing_is_whole() -> None:
    drawing = ElementTree.fromstring((docs.FOLDER / "tree.svg").read_text(encoding="utf-8"))
    assert len(drawing.findall(".//{http://www.w3.org/2000/svg}rect")) > 20


def test_the_safety_case_refers_to_tests_that_exist() -> None:
    text = (ROOT / "docs" / "safety-case.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| H\d+ ", line)]
    assert len(rows) >= 25
    for row in rows:
        held_by = row.rstrip(" |").rsplit("|", 1)[1]
        named = re.findall(r"`([\w/.]+\.py)(?:::(\w+))?`", held_by)
        assert named, f"no test holds: {row}"
        for file, test in named:
            path = ROOT / file
            assert path.exists(), f"{file} is not there"
            assert not test or f"def {test}(" in path.read_text(encoding="utf-8"), f"{test} is not in {file}"
