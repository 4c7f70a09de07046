"""The pipeline as a whole: robust, deterministic, and the same after a trip to disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.lexicon import LanguageDataError, Lexicon, load_folder
from bot.language.matching import Matcher
from bot.language.observation import Observation
from bot.language.pipeline import build_pipeline, observations_of
from bot.language.reader import Reader
from tests.language.sentence_tables import ROOT, TODAY, load

FOLDER = ROOT / "data" / "language"
READER = Reader(FOLDER)
PIECES = [
    "no",
    "not",
    "numb",
    "down there",
    "my mum",
    ",",
    "?",
    ".",
    "but",
    "7/10",
    "since",
    "2 weeks",
    "can't pee",
    "\u200b",
    "💥",
    "'",
    "if",
    "years ago",
    "-",
]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)))
def test_any_text_is_read_with_valid_places_and_the_same_twice(text: str) -> None:
    first = READER.read(text, TODAY).observations
    assert first == READER.read(text, TODAY).observations
    for one in first:
        assert 0 <= one.start < one.end <= len(text)
        assert Observation.from_entity(one.to_entity()) == one


def test_saved_and_loaded_reads_the_same(tmp_path: Path) -> None:
    build_pipeline(FOLDER).to_disk(tmp_path)
    loaded = spacy.load(tmp_path, disable=["parser"])
    today = date.today()
    for case in load("findings")[:80]:
        assert observations_of(loaded(case.text)) == READER.read(case.text, today).observations


def test_entities_are_set() -> None:
    doc = build_pipeline(FOLDER)("my lower back is 7/10 for two weeks and i cant pee")
    assert {"REGION", "SCORE", "DURATION", "FINDING"} <= {span.label_ for span in doc.ents}


def test_orders_of_the_same_words() -> None:
    for text in ("numb down there", "down there is numb", "down there i feel so numb"):
        assert any(one.id == "saddle_numbness" and one.status == "present" for one in READER.read(text).observations)


def test_every_finding_of_the_catalogue_can_be_read() -> None:
    import yaml

    catalogue = yaml.safe_load((ROOT / "data" / "clinical" / "findings.yml").read_text(encoding="utf-8"))["findings"]
    assert set(catalogue) == set(load_folder(FOLDER)["findings"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sets: {a: [x]}\ncues: {b: ['<nothing>']}", "no set <nothing>"),
        ("cues: {b: ['a &']}", "both sides"),
        ("cues: {b: ['[a']}", "never closed"),
        ("sets: {a: ['<b>'], b: ['<a>']}", "circle"),
        ("findings: {a: {plan: [x]}}", "a"),
        ("other: {a: 1}", "unknown key"),
        ("findings: {a: {plain: [x], of_both: b}}", "no entry"),
        ("fillers: [on]", "quotes"),
    ],
)
def test_broken_data_is_refused_in_words(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "broken.yml").write_text(text, encoding="utf-8")
    with pytest.raises(LanguageDataError, match=says):
        Matcher(Lexicon(load_folder(tmp_path)))
