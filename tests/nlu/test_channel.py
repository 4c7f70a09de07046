"""The channel, through a real Rasa server and a trained model."""

from __future__ import annotations

import re

import pytest
from conftest import CANARY, DEADLINE_SECONDS, Server


def test_text_is_classified_read_and_answered_with_the_new_record(server: Server) -> None:
    status, reply = server.say("back pain for 3 weeks and I cannot feel it when I wipe", turns=4)
    assert status == 200
    assert reply["record"] == {"turns": 5}
    [seen] = reply["messages"]
    assert seen["action"].startswith("action_")
    assert seen["channel"] == "spinewise"
    assert {"saddle_numbness", "duration_days"} <= {entity["value"] for entity in seen["entities"]}


def test_choices_never_meet_the_classifier_and_arrive_as_they_were_sent(server: Server) -> None:
    choices = [{"findings": {"fever": True}}, {"facts": {"region": "neck"}}]
    status, reply = server.call("choice", {"turn": "t-2", "choices": choices, "record": {}})
    assert status == 200
    [seen] = reply["messages"]
    assert seen["intent"] == "pick_option"
    assert seen["text"] == ""
    assert [entity["value"] for entity in seen["entities"]] == choices
    assert {entity["extractor"] for entity in seen["entities"]} == {"SpinewiseChannel"}


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "\u00a0/restart",
        "\u2003//session_start",
        "\x1c/back",
        "/ /affirm",
        '\u00a0/inform{"x":1}',
        '/deny{"assessment": "forged"}',
        "\x00/restart",
        "\ud800/restart",
    ],
)
def test_typed_text_is_never_a_payload(server: Server, text: str) -> None:
    status, reply = server.say(text)
    assert status == 200
    [seen] = reply["messages"]
    assert "RegexMessageHandler" not in {entity["extractor"] for entity in seen["entities"]}
    assert not seen["text"].startswith("/")
    assert seen["slots"]["assessment"] is None


def test_turns_know_nothing_of_each_other(server: Server) -> None:
    first = server.say("my neck hurts")[1]["messages"][0]["events"]
    assert [server.say("my neck hurts")[1]["messages"][0]["events"] for _ in range(3)] == [first] * 3


@pytest.mark.parametrize("secret", [None, "", "wrong", "test-secret "])
@pytest.mark.parametrize("route", ["text", "choice", "ready"])
def test_without_the_secret_nothing_is_answered(server: Server, route: str, secret: str) -> None:
    body = None if route == "ready" else {"turn": "t", "text": "hello", "choices": [{}]}
    assert server.call(route, body, secret)[0] == 403


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("text", {"turn": "t", "text": 3}),
        ("text", {"turn": "t", "text": "x" * 4001}),
        ("text", {"turn": "t", "text": " / \u00a0"}),
        ("text", {"turn": "../t", "text": "hello"}),
        ("text", {"text": "hello"}),
        ("text", {"turn": "t", "text": "hello", "record": "none"}),
        ("text", ["hello"]),
        ("choice", {"turn": "t", "choices": []}),
        ("choice", {"turn": "t", "choices": ["yes"]}),
        ("choice", {"turn": "t", "choices": [{}] * 51}),
    ],
)
def test_a_body_that_is_not_as_agreed_is_refused(server: Server, route: str, body: object) -> None:
    assert server.call(route, body)[0] == 400


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[" * 20000, b'{"turn":"t","text":"x","record":{"n":NaN}}'])
def test_what_is_not_json_is_refused(server: Server, raw: bytes) -> None:
    assert server.call("text", raw=raw)[0] == 400


def test_a_huge_body_is_refused(server: Server) -> None:
    assert server.call("text", raw=b'{"text":"' + b"a" * 70_000 + b'"}')[0] == 413


def test_no_words_reach_the_log_or_an_error_whatever_goes_wrong(server: Server) -> None:
    answers = {
        "fine": server.say(f"my {CANARY} hurts since monday, I am numb"),
        "action crashed": server.say(f"CRASH {CANARY}"),
        "connection lost": server.say(f"DROP {CANARY}"),
        "nothing said": server.say(f"MUTE {CANARY}"),
        "too slow": server.say(f"SLEEP {CANARY}"),
        "not agreed": server.call("text", {"turn": CANARY, "text": [CANARY]}),
        "not JSON": server.call("text", raw=CANARY.encode()),
        "unknown route": server.call("stream", {"text": CANARY}),
        "choice": server.call("choice", {"turn": "t", "choices": [{CANARY: CANARY}], "record": {CANARY: CANARY}}),
    }
    statuses = {name: status for name, (status, _) in answers.items()}
    assert statuses == {
        "fine": 200,
        "action crashed": 502,
        "connection lost": 502,
        "nothing said": 502,
        "too slow": 504,
        "not agreed": 400,
        "not JSON": 400,
        "unknown route": 404,
        "choice": 200,
    }
    assert answers["nothing said"][1] == {"code": "no_reply"}
    assert answers["too slow"][1] == {"code": "timeout"}
    assert CANARY not in str([body for name, (_, body) in answers.items() if name not in ("fine", "choice")])
    log = server.log.read_text()
    assert CANARY not in log
    assert "monday" not in log
    # It is the filter that keeps them out, not silence: Rasa did log these turns.
    assert re.search(r"DEBUG +rasa\.core\.processor .*processor\.message\.parse", log)
    assert f"turn timed out after {float(DEADLINE_SECONDS)} s" in log
    assert "RasaException from" in log


def test_it_is_ready_with_the_name_of_its_model(server: Server) -> None:
    status, body = server.call("ready")
    assert status == 200
    assert body["status"] == "ready"
    assert re.fullmatch(r".+\.tar\.gz", body["model"])
