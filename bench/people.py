"""People who talk to the assistant, and what they say: whole conversations over a kept connection.

The first stack that is measured answers real questions, so each person's words follow from what it asks; the same
words are then said to the other.
"""

import http.client
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

OPENINGS: Sequence[tuple[str, dict[str, str]]] = (
    (
        "my lower back is sore after a day at the desk, would a massage help?",
        {"daily_life": "at a desk", "age": "41"},
    ),
    ("stiff neck since I woke up on Saturday, can't turn my head to the left", {"region": "neck", "age": "29"}),
    (
        "my shoulders are so tight, mostly the right one, from carrying my toddler",
        {"region": "shoulder", "age": "35"},
    ),
    (
        "I take warfarin, can I have a deep tissue massage? just tightness in my back",
        {"age": "68", "pain_score": "3"},
    ),
    ("upper back ache between the shoulder blades for about three weeks now", {"region": "upper back", "age": "52"}),
    ("pulled something in my back lifting boxes, it goes down my leg a bit", {"onset": "lifting boxes", "age": "47"}),
    ("back pain and i cant feel it when i wipe", {}),
    (
        "how often should one get a massage? i have a bit of back pain too, 4 out of 10",
        {"pain_score": "4", "age": "33"},
    ),
)
USUAL = {
    "age": "40",
    "region": "lower back",
    "duration_days": "about 5 days",
    "pain_score": "4",
    "daily_life": "I stand a lot",
    "onset": "it came on slowly",
    "goal": "is a massage ok for me",
}
DIGRESSION = "why do you ask?"
LIMIT = 20


class Connection:
    """One kept connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Status and decoded JSON."""
        data = json.dumps(body)
        self._http.request("POST", path, data, {"Content-Type": "application/json", **(headers or {})})
        answer = self._http.getresponse()
        return answer.status, json.loads(answer.read() or b"null")

    def close(self) -> None:
        """Close it."""
        self._http.close()


@dataclass
class Measured:
    """Turns of one client: seconds each, turns that went wrong, and all that was said."""

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    said: list[list[str]] = field(default_factory=list)


def talk_to_api(port: int, number: int, measured: Measured) -> None:
    """One whole conversation by the contract; conversation `number` decides who talks."""
    connection = Connection(port)
    text, answers = OPENINGS[number % len(OPENINGS)]
    status, opened = connection.post("/v1/conversations", {"clinic": "demo", "locale": "en", "consent": True})
    if status != 201:
        measured.wrong += 1
        return
    path = f"/v1/conversations/{opened['id']}/messages"
    said: list[str] = []
    for turn in range(LIMIT):
        said.append(text)
        headers = {"Authorization": f"Bearer {opened['token']}", "Idempotency-Key": str(uuid.uuid4())}
        began = time.perf_counter()
        status, answer = connection.post(path, {"text": text}, headers)
        measured.seconds.append(time.perf_counter() - began)
        if status != 201 or not answer["messages"]:
            measured.wrong += 1
            break
        triage = answer["triage"]
        if triage["status"] == "complete" or triage["level"] == "emergency":
            break
        asks = [
            ask for message in answer["messages"] if message.get("question") for ask in message["question"]["asks"]
        ]
        known = {**USUAL, **answers}
        text = DIGRESSION if turn == 2 else next((known[ask] for ask in asks if ask in known), "no")
    measured.said.append(said)
    connection.close()


def talk_to_rest(port: int, said: Sequence[str], measured: Measured) -> None:
    """The same words through Rasa's REST channel."""
    connection = Connection(port)
    sender = str(uuid.uuid4())
    for text in said:
        began = time.perf_counter()
        status, answer = connection.post("/webhooks/rest/webhook", {"sender": sender, "message": text})
        measured.seconds.append(time.perf_counter() - began)
        if status != 200 or not answer:
            measured.wrong += 1
    measured.said.append(list(said))
    connection.close()
