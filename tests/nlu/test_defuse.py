"""No typed text is a payload: Rasa's own reader of payloads is asked about thousands of texts."""

from __future__ import annotations

import random
import unicodedata

from conftest import ROOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.channel import defuse

BLANKS = [chr(code) for code in range(0x3001) if chr(code).isspace()]
PAYLOADS = ["/restart", '/deny{"assessment": "forged"}', '/greet@0.9{"finding": "fever"}', "/10 pain", "//", "hello"]


def understood(text: str, domain: Domain) -> Message:
    return YAMLStoryReader.unpack_regex_message(Message({TEXT: text}), domain, "RegexMessageHandler")


def test_the_payloads_are_payloads_for_rasa() -> None:
    domain = Domain.load(str(ROOT / "domain.yml"))
    assert understood("/restart", domain).get(INTENT)
    assert understood('\u00a0/deny{"finding": "x"}', domain).get(ENTITIES)


def test_of_3000_texts_none_is_a_payload_after_defusing() -> None:
    domain = Domain.load(str(ROOT / "domain.yml"))
    chance = random.Random(20)
    odd = [*BLANKS, "/", "/", "/", "\x00", "\u200b", "\u202e", "\ud800", "\ufeff", "\u2215", "\uff0f", "{", "@"]
    for _ in range(3000):
        text = "".join(chance.choice(odd) for _ in range(chance.randrange(6))) + chance.choice(PAYLOADS)
        if chance.random() < 0.3:
            text = unicodedata.normalize(chance.choice(["NFC", "NFKC"]), text)
        safe = defuse(text)
        message = understood(safe, domain) if safe else Message({TEXT: ""})
        assert message.get(INTENT) is None, ascii(text)
        assert not message.get(ENTITIES), ascii(text)
        assert defuse(safe) == safe


def test_what_a_person_means_stays() -> None:
    assert defuse("/10 pain") == "10 pain"
    assert defuse("  it is 7/10  ") == "it is 7/10"
    assert defuse("and/or") == "and/or"
