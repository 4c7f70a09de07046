"""The words of the summary: all used, all there, and plain where the person reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import textstat

from bot.replies.words import Words
from bot.triage.shapes import LEVELS, VERDICTS
from tests.summary.conftest import FACTS

FILE = Path("data/replies/summary.en.yml")
USERS = [*Path("bot/summary").glob("*.py"), Path("api/conversations/summary.py"), *Path("api").rglob("summary.html")]


@pytest.fixture(scope="module")
def words() -> Words:
    return Words.load(FILE)


def test_every_word_is_used_and_has_one_wording(words):
    source = "\n".join(path.read_text() for path in USERS)
    quoted = set(re.findall(r"""["']([a-z_]+)["']""", source))
    built = {f"level_{level}" for level in (*LEVELS, "open")} | {
        f"massage_{verdict}" for verdict in (*VERDICTS, "open")
    }
    built |= {f"value_{value}" for value in ("male", "female", "left", "right", "both")}
    built |= {f"course_{kind}" for kind in ("pain_scores", "changes", "peg_scores")}
    built |= {"days", "weeks", "months", "years"}
    built |= {f"person_{part}{kin}" for part in ("no", "unsure", "heading_said") for kin in ("", "_for")}
    assert set(words.phrases) <= quoted | built
    said = set(re.findall(r'(?:\bsay\(|\bwords\[)\s*"([a-z_]+)"\s*[,)\]]', source))
    assert said | built <= set(words.phrases)
    assert all(len(wordings) == 1 for wordings in words.phrases.values())


def test_values_of_details_and_the_country_have_their_words(assistant, words):
    values = {value for detail in assistant._mind.knowledge.details.values() for value in detail.values}
    assert {f"value_{value}" for value in values} <= set(words.phrases)
    assert set(FACTS) <= set(assistant._mind.knowledge.facts)


def test_the_person_reads_grade_8_or_lower(words):
    for name, wordings in words.phrases.items():
        text = wordings[0]
        if name.startswith("person_") and "{" not in text and len(text.split()) > 5:
            assert textstat.flesch_kincaid_grade(text) <= 8, name
