"""What somebody who means harm tries: odd tokens, headers and bodies, keys of others, races."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from uuid import uuid4

import jwt
import pytest

from tests.api.conftest import Start
from tests.api.support import SECRET, FakeRasa, Service, Talk, arrive, until


def part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


HEAD = part(b'{"alg":"HS256","typ":"JWT"}')
TOKENS = {
    "deep head": f"{part(b'[' * 20_000)}.e30.x",
    "deep claims": f"{HEAD}.{part(b'[' * 20_000)}.x",
    "deep object": part(b'{"a":' * 5_000) + ".e30.x",
    "key id is a list": part(b'{"alg":"HS256","kid":[1]}') + ".e30.x",
    "key id is an object": part(b'{"alg":"HS256","kid":{}}') + ".e30.x",
    "head is a number": part(b"1") + ".e30.x",
    "head is null": part(b"null") + ".e30.x",
    "critical": part(b'{"alg":"HS256","crit":["x"]}') + ".e30.x",
    "long number": part(b'{"alg":"HS256","kid":' + b"9" * 5000 + b"}") + ".e30.x",
    "four parts": "a.b.c.d",
    "no parts": "...",
    "not UTF-8": part(b"\xff\xfe") + ".e30.x",
}


SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@SQLITE
async def test_an_odd_token_is_a_bad_token(service: Service) -> None:
    talk = await service.open()
    for name, token in TOKENS.items():
        talk.token = token
        answer = await talk.get("/messages")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), name


def forged(talk: Talk, **claims: Any) -> str:
    plain = jwt.decode(talk.token, options={"verify_signature": False})
    head = jwt.get_unverified_header(talk.token)
    return jwt.encode(plain | claims, SECRET, "HS256", headers={"kid": head["kid"]})


async def test_even_with_the_signing_secret_every_claim_counts(service: Service) -> None:
    talk = await service.open()
    good = talk.token
    for claims in (
        {"ver": 2},
        {"ver": 0},
        {"cli": str(uuid4())},
        {"sub": str(uuid4())},
        {"iss": "other"},
        {"exp": 1},
    ):
        talk.token = good
        talk.token = forged(talk, **claims)
        for answer in (
            await talk.get("/messages"),
            await talk.get("/events"),
            await talk.say("hello"),
            await talk.erase(),
        ):
            assert answer.status_code in (401, 404), claims
    talk.token = good
    assert len(await talk.history()) == 2


TRIAGE = (
    '{"findings": {}, "facts": {"age": NaN}}',
    '{"findings": {}, "facts": {"age": Infinity}}',
    '{"findings": {}, "facts": {"age": 1e999}}',
    '{"findings": {}, "facts": {"age": ' + "9" * 4000 + "}}",
    '{"findings": {}, "facts": {"age": ' + "9" * 5000 + "}}",
    '{"findings": {}, "facts": {"age": "\\ud800"}}',
    '{"findings": {"\\ud800": true}, "facts": {}}',
    '{"findings": {"fever": "\\u0000"}, "facts": {}}',
    '{"findings": {"fever": true, "fever": false}, "facts": {}}',
)
MESSAGES = (
    '{"text": "a", "text": "b"}',
    '{"text": NaN}',
    '{"text": "a", "change": 1}',
    '{"choice": "\\ud800"}',
    '{"choice": "\\u0000"}',
    '{"choices": ["\\u0000"]}',
    '{"choices": ["a\\u0000b", "x"]}',
    '{"choices": [' + '"a",' * 9_000 + '"a"]}',
)


async def test_odd_json_is_answered_or_refused(service: Service) -> None:
    talk = await service.open()
    headers = talk.access | {"Content-Type": "application/json"}
    for path, bodies in (("/v1/triage", TRIAGE), (f"{talk.path}/messages", MESSAGES)):
        for body in bodies:
            answer = await service.client.post(path, content=body, headers=headers)
            assert answer.status_code in (200, 201, 400, 422), (body[:60], answer.text)
            json.loads(answer.text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


HOSTS = ("[", 'a"><script>alert(1)</script>', "a/../b", "x:y:z", "\xe9vil", " ", "a@b", "")


@SQLITE
async def test_a_strange_host_neither_breaks_a_page_nor_gets_into_it(service: Service) -> None:
    talk = await service.open()
    for host in HOSTS:
        headers = {"Host": host.encode("latin-1"), "Accept": "text/html"}
        for path in (f"{talk.path}/summary", "/demo", "/widget.js", "/widget/frame", "/docs"):
            answer = await service.client.get(path, headers=talk.access | headers)
            assert answer.status_code < 500, (host, path)
            assert "<script>alert" not in answer.text


ODD_HEADERS = (
    ("X-Request-Id", "a\r\nSet-Cookie: x=1"),
    ("X-Request-Id", "1" * 5000),
    ("Origin", "https://evil.example\r\nX: y"),
    ("Origin", "null"),
    ("Origin", "https://["),
    ("Idempotency-Key", "a\r\nb"),
    ("Last-Event-ID", "\u0663"),
    ("Last-Event-ID", "9" * 400),
    ("Accept", "text/html;q=" + "9" * 400),
    ("Accept", "," * 5000),
    ("Accept", ";;;q=q=q"),
    ("Content-Length", "\xb2"),
    ("Content-Length", "-1"),
    ("X-Forwarded-For", "1.1.1.1\r\n, x"),
)


@SQLITE
async def test_odd_headers_go_nowhere(start: Start) -> None:
    async with start(events_lifetime=0.001) as service:
        talk = await service.open()
        for name, value in ODD_HEADERS:
            odd = {name: value.encode("latin-1", "ignore") or value.encode()}
            for answer in (
                await talk.get("/messages", **odd),
                await talk.get("/events", **odd),
                await talk.get("/summary", **odd),
                await service.client.post(
                    f"{talk.path}/messages", content=b'{"choice": "x"}', headers=talk.access | odd
                ),
            ):
                assert answer.status_code < 500, (name, value[:40])
                assert "set-cookie" not in answer.headers
                assert not any("\n" in each for each in answer.headers.values())


async def test_a_key_under_two_bodies_at_once_is_one_of_them(service: Service) -> None:
    talk, key = await service.open(), str(uuid4())
    answers = await asyncio.gather(*(talk.say(f"words {n % 2}", key) for n in range(8)))
    codes = {a.status_code for a in answers}
    assert codes == {201, 422}
    assert len(service.rasa.asked) == 1
    assert len([m for m in await talk.history() if m["role"] == "person"]) == 1


async def test_a_key_on_two_processes_at_once_runs_once(start: Start, rasa: FakeRasa) -> None:
    async with start() as one, start() as two:
        talk, key = await one.open(), str(uuid4())
        other = Talk(two.client, talk.id, talk.token, talk.opened)
        rasa.delay = 0.05
        answers = await asyncio.gather(*((talk, other)[n % 2].say("hello", key) for n in range(8)))
        assert {a.status_code for a in answers} == {201}
        assert len({a.text for a in answers}) == 1
        assert len(rasa.asked) == 1
        assert len(await talk.history()) == 5


async def test_a_failed_turn_tried_again_from_two_tabs_at_once_is_answered_once(service: Service) -> None:
    talk, key = await service.open(), str(uuid4())
    service.rasa.mode = "error"
    assert (await talk.say("hello", key)).status_code == 503
    service.rasa.mode, service.rasa.delay = "well", 0.05
    answers = await asyncio.gather(*(talk.say("hello", key) for _ in range(5)))
    assert {(a.status_code, a.text) for a in answers} == {(201, answers[0].text)}
    assert len(service.rasa.asked) == 2


async def test_a_change_that_failed_is_tried_again_with_its_key(service: Service) -> None:
    talk, key = await service.open(), str(uuid4())
    choices = {c["label"]: c["id"] for c in talk.opened["messages"][-1]["choices"]}
    assert (await talk.say(choice=choices["Yes"])).status_code == 201
    service.rasa.mode = "error"
    assert (await talk.say(key=key, choice=choices["No"], change=True)).status_code == 503
    service.rasa.mode = "well"
    assert (await talk.say(key=key, choice=choices["No"], change=True)).status_code == 201
    assert service.rasa.asked[-1]["choices"][0]["findings"] == {"first": False}


async def test_two_tabs_tap_two_answers_of_one_question(start: Start, rasa: FakeRasa) -> None:
    async with start() as one, start() as two:
        talk = await one.open()
        other = Talk(two.client, talk.id, talk.token, talk.opened)
        yes, no = (choice["id"] for choice in talk.opened["messages"][-1]["choices"])
        rasa.delay = 0.05
        answers = await asyncio.gather(talk.say(choice=yes), other.say(choice=no))
        assert sorted(a.status_code for a in answers) == [201, 409]
        assert len(rasa.asked) == 1


async def test_erased_twice_at_once_and_while_it_is_read(service: Service) -> None:
    talk = await service.open()
    await talk.say("hello")
    answers = await asyncio.gather(
        talk.erase(), talk.get("/messages"), talk.erase(), talk.get("/export"), talk.get("/summary"), talk.say("x")
    )
    assert all(a.status_code in (200, 201, 204, 404) for a in answers), [a.text for a in answers]
    assert sum(a.status_code == 204 for a in answers) == 1
    assert (await talk.get("/messages")).status_code == 404


async def test_erased_with_messages_in_the_queue(service: Service) -> None:
    talk = await service.open()
    service.rasa.gate.clear()
    asking = [asyncio.create_task(talk.say(f"m{n}", str(uuid4()))) for n in range(4)]
    await until(lambda: service.rasa.running)
    await arrive(talk, 6)
    assert (await talk.erase()).status_code == 204
    service.rasa.gate.set()
    for answer in await asyncio.gather(*asking):
        assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")
    assert len(service.rasa.asked) == 1


async def test_erased_while_its_failed_turn_is_tried_again(service: Service) -> None:
    talk, key = await service.open(), str(uuid4())
    service.rasa.mode = "error"
    await talk.say("hello", key)
    service.rasa.mode = "well"
    service.rasa.gate.clear()
    again = asyncio.create_task(talk.say("hello", key))
    await until(lambda: service.rasa.running)
    await talk.erase()
    service.rasa.gate.set()
    assert (await again).status_code == 404
