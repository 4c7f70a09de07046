"""Legs that give way are a trouble of both legs, one that does is not."""

import pytest

from bot.language.reader import Reader
from tests.language.sentence_tables import TODAY


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("my legs just folded under me in the kitchen this morning", True),
        ("all of a sudden both legs are weak", True),
        ("neither leg will hold me since lunch", True),
        ("her knees keep buckling since yesterday", True),
        ("my left leg gave way on the stairs this morning", False),
        ("suddenly my right leg is weak", False),
    ],
)
def test_weak_legs_are_both(reader: Reader, text: str, both: bool) -> None:
    present = {one.id for one in reader.read(text, TODAY).observations if one.status == "present"}
    assert "sudden_leg_weakness" in present
    assert ("bilateral_leg_symptoms" in present) is both
