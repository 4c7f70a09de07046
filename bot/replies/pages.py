"""What a page needs beside the words of a message: numbers to tap, and how many questions are about left."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.triage.assessment import Assessment
from bot.triage.knowledge import Knowledge
from bot.triage.tree import estimate_questions_left

# As the country data write them: digits in groups, "112 or 999", "112 from a mobile, or 10177".
_NUMBER = re.compile(r"\+?\d[\d ]*\d")
# A number to call, not a part of another one, a span of time or a share.
_APART = r"(?<![\d.,+-]){}(?!\d|\s?%|[.,]\d|\s?[-–]\s?\d)"


def for_pages(
    knowledge: Knowledge, assessment: Assessment, messages: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The drafts with ``calls``, the country's numbers in the text in its order, and tree questions with ``left``.

    ``left`` is about how many questions are still to come, this one included.
    """
    return [
        {**message, "calls": _calls(knowledge, assessment, message["text"]), **_left(knowledge, assessment, message)}
        for message in messages
    ]


def _calls(knowledge: Knowledge, assessment: Assessment, text: str) -> list[str]:
    country = knowledge.country(str(assessment.facts.get("country", "")))
    lines = (country.emergency, country.urgent, country.crisis)
    known = {number for line in lines for number in _NUMBER.findall(line or "")}
    places = {number: re.search(_APART.format(re.escape(number)), text) for number in known}
    return [number for _, number in sorted((place.start(), number) for number, place in places.items() if place)]


def _left(knowledge: Knowledge, assessment: Assessment, message: Mapping[str, Any]) -> dict[str, Any]:
    question = message["question"]
    if not question or question["id"] not in knowledge.questions:
        return {}
    return {"question": {**question, "left": estimate_questions_left(knowledge, assessment)}}
