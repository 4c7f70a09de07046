"""A word of the language is no slip of an alarm's word."""

from pathlib import Path

import pytest

from bot.language.english import english_words, same_word
from bot.language.lexicon import Lexicon, load_folder
from bot.language.matching import Matcher
from bot.language.reader import Reader

DATA = Path(__file__).parents[2] / "data" / "language"


@pytest.fixture(scope="module")
def words():
    return Matcher(Lexicon(load_folder(DATA))).reader


@pytest.mark.parametrize(
    "word", ["cancel", "election", "important", "levers", "slots", "humour", "public", "tubes", "storm", "pardon"]
)
def test_a_real_word_stays_itself(words, word):
    assert words.mended(word) == [word]


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("questions", "question"),
        ("clicks", "click"),
        ("forearms", "forearm"),
        ("sholder", "shoulder"),
        ("numness", "numbness"),
        ("seatbelt", "seat belt"),
    ],
)
def test_forms_and_slips_are_mended(words, word, plain):
    assert " ".join(words.mended(word)) == plain


@pytest.mark.parametrize(
    "text",
    [
        "can I cancel my slot on Friday, my back is fine",
        "is a mattress important or not important",
        "stood in the election queue with a stiff back",
        "I pull levers all day, stiff shoulders",
        "good sense of humour, bad neck",
    ],
)
def test_no_alarm_hides_in_ordinary_words(reader: Reader, text: str) -> None:
    assert [one.id for one in reader.read(text).observations if one.kind == "finding"] == []


def test_the_list_is_large_and_has_no_common_slips():
    listed = english_words()
    assert len(listed) > 20_000
    assert not {"loosing", "sholder", "teh"} & listed


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("question", "questions", True),
        ("reverse", "reversed", True),
        ("stop", "stopping", True),
        ("carry", "carries", True),
        ("sadly", "saddle", False),
        ("cancel", "cancer", False),
        ("word", "word", False),
        ("public", "pubic", False),
    ],
)
def test_forms_of_one_word(one, other, same):
    assert same_word(one, other) is same
