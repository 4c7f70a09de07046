"""The assistant's own phrases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.dialogue.turn import HOW_TO_ANSWER
from bot.replies.talking import GOES_ON
from bot.replies.words import Words
from bot.triage.files import ClinicalDataError

FILE = Path("data/replies/en.yml")
CODE = [*Path("bot/replies").glob("*.py"), *Path("bot/dialogue").glob("*.py")]


@pytest.fixture(scope="module")
def words() -> Words:
    return Words.load(FILE)


def test_every_phrase_is_used_and_every_used_phrase_is_there(words):
    source = "\n".join(path.read_text() for path in CODE)
    quoted = set(re.findall(r"""(?<=["'])[a-z_]+(?=["'])""", source))
    built = {f"{about}_check" for about in ("hint", "contradiction", "correction")}
    built |= {f"{intent}_on" for intent in GOES_ON} | {f"unclear_{kind}" for kind in HOW_TO_ANSWER.values()}
    assert set(words.phrases) <= quoted | built
    said = set(re.findall(r'(?:say|words)\(\s*"([a-z_]+)"', source))
    assert said <= set(words.phrases)


def test_placeholders_are_known(words):
    known = {"emergency", "urgent", "crisis", "clinic", "what", "label", "names", "title", "what_to_do", "reasons"}
    known |= {"because", "ruleset", "wishes", "then", "now", "score", "limit"}
    for wordings in words.phrases.values():
        for wording in wordings:
            assert set(re.findall(r"{(\w+)}", wording)) <= known


def test_a_phrase_with_several_wordings_never_repeats_itself(words):
    for name, wordings in words.phrases.items():
        if len(wordings) > 1:
            values = dict.fromkeys(re.findall(r"{(\w+)}", " ".join(wordings)), "x")
            assert words.say(name, 1, **values) != words.say(name, 2, **values)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "words"),
        ("other: 1\n", "words"),
        ("words:\n  greeting: []\n", "greeting"),
        ("words:\n  greeting: x\n", "list"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path, content, told):
    path = tmp_path / "en.yml"
    path.write_text(content)
    with pytest.raises(ClinicalDataError) as error:
        Words.load(path)
    assert "en.yml" in str(error.value)
    assert "line" in str(error.value)


def test_no_sentence_stands_in_two_phrases(words):
    """Else it could come twice in a row though the phrases differ. What holds a {placeholder} differs by that."""
    seen: dict[str, str] = {}
    for name, wordings in words.phrases.items():
        for sentence in {s for wording in wordings for s in re.split(r"(?<=[.?!])\s+", wording)}:
            if len(sentence) > 20 and not re.search(r"\{(label|what_to_do)\}", sentence):
                assert name.startswith("massage") or seen.setdefault(sentence, name) == name, sentence
