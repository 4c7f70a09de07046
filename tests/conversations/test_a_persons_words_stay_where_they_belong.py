"""A word that only one person ever wrote is looked for everywhere after a run in which much went wrong."""

from __future__ import annotations

import base64
import os
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Stack, request

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
CANARY = "quaggaword"
SKIPPED = {".git", ".venv", ".venv-rasa", ".tools", ".mypy_cache", ".ruff_cache", ".pytest_cache", "__pycache__"}


def forms(word: str) -> list[bytes]:
    """The word as it might be written: plain, capital, hexadecimal, base64 at each of its three offsets."""
    plain = word.encode()
    inside = [base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)]
    return [plain, plain.upper(), plain.hex().encode(), *inside]


def raw(url: str, body: bytes, headers: dict[str, str]) -> int:
    call = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(call, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        answer = error.read()
        assert CANARY.encode() not in answer, answer
        return error.code


def talk_about_everything(stack: Stack) -> None:
    """Says the word in every way that can be answered or refused."""
    person = stack.person()
    person.says(f"my {CANARY} lower back is sore since Monday")
    person.says(f"none of these, {CANARY}")
    person.says(f"/{CANARY}{{'slot': '{CANARY}'}}")
    person.says(f"why do you ask, {CANARY}?")
    person.post({"text": f"{CANARY} again"}, key := str(uuid.uuid4()))
    assert person.post({"text": f"{CANARY} else"}, key).status == 422
    assert person.post({"text": f"{CANARY} " * 300}).status == 422
    assert person.post({"choice": CANARY}).status == 422
    assert person.post({CANARY: CANARY}).status == 422
    headers = {"Authorization": f"Bearer {person.token}", "Content-Type": "application/json"}
    path = f"{person.path}/messages"
    assert raw(path, f'{{"text": "{CANARY}'.encode(), headers) == 400
    assert raw(path, f'{{"text": "{CANARY} \\ud800"}}'.encode(), headers) in (201, 422)
    assert raw(path, b'{"text": "x"}', headers | {"Idempotency-Key": f"{CANARY} !"}) == 422
    assert raw(path, b'{"text": "x"}', headers | {"Authorization": f"Bearer {CANARY}"}) == 401
    assert raw(f"{stack.base_url}/v1/{CANARY}?{CANARY}={CANARY}", b"{}", headers) == 404
    triage = {"findings": {CANARY: True}, "facts": {}}
    assert request("POST", f"{stack.base_url}/v1/triage", triage).status == 422
    alarm = stack.person().says(f"I feel {CANARY} and I cannot pee and my legs are numb")
    assert alarm.level == "emergency"


def test_nobody_else_ever_knows_a_word(stack: Stack) -> None:
    began = time.time()
    talk_about_everything(stack)
    stack.kill("actions")
    try:
        assert stack.person().says(f"{CANARY} while the actions are away").status == 503
    finally:
        stack.start("actions")
        stack.wait_ready()
    stack.kill("rasa")
    try:
        assert stack.person().says(f"{CANARY} while Rasa is away").status == 503
        erased = stack.person()
        erased.says(f"{CANARY} to be erased")
        assert request("DELETE", erased.path, token=erased.token).status == 204
        with urllib.request.urlopen(f"{stack.base_url}/metrics", timeout=30) as response:
            places = {"metrics": response.read()}
        for folder in (stack.logs, ROOT):
            places |= {str(path): path.read_bytes() for path in written(folder, began)}
    finally:
        stack.start("rasa")
        stack.wait_ready()
    assert any(name.endswith("spinewise.sqlite") for name in places)
    assert sum(name.endswith(".log") and len(kept) > 0 for name, kept in places.items()) >= 2
    assert [name for name, kept in places.items() if any(form in kept for form in forms(CANARY))] == []


def written(folder: Path, since: float) -> Iterator[Path]:
    """The files below that were written since then; the tests' own are not."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED]
        for name in names:
            path = Path(place, name)
            if path.is_file() and path.suffix != ".py" and path.stat().st_mtime >= since - 1:
                yield path


def test_a_word_would_be_found_in_every_form(tmp_path: Path) -> None:
    """The search itself works."""
    for number, form in enumerate((CANARY, CANARY.upper(), CANARY.encode().hex())):
        (tmp_path / str(number)).write_text(f"xx{form}xx")
    for shift in range(3):
        (tmp_path / f"b{shift}").write_bytes(base64.b64encode(b"x" * shift + CANARY.encode() + b"yyy"))
    for path in written(tmp_path, 0):
        assert any(form in path.read_bytes() for form in forms(CANARY)), path
