"""What a page gets beside the words: numbers to tap."""

import pytest

from bot.replies.drafts import draft
from bot.replies.pages import for_pages
from bot.triage.assessment import Assessment
from bot.triage.knowledge import Knowledge

KNOWLEDGE = Knowledge.load()


@pytest.mark.parametrize(
    ("country", "text", "calls"),
    [
        ("GB", "Call 999 now. If you can't cope, call 116 123.", ["999", "116 123"]),
        ("GB", "Call 111 today, at any hour.", ["111"]),
        ("FR", "Call 15 or 112 now.", ["15", "112"]),
        ("FR", "Hold for 15-20 seconds, 15 % of the time, 1.15 or 115 times.", []),
        ("ZA", "Call 112 from a mobile, or 10177.", ["112", "10177"]),
        ("GB", "Call 911.", []),
        ("", "Call your local emergency number.", []),
    ],
)
def test_the_countrys_numbers_in_a_text(country, text, calls):
    assessment = Assessment().with_facts(country=country) if country else Assessment()
    assert for_pages(KNOWLEDGE, assessment, [draft("emergency", text)])[0]["calls"] == calls
