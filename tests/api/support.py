"""The application with a small deterministic mind and a Rasa that can be told to misbehave.

Both stand in here only to reach the failure paths of the web layer; whole conversations run the real ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import text

from api.kit.database import Base
from api.kit.ports import Reply
from api.kit.settings import Settings
from api.state import State
from bot.dialogue.assistant import UnknownId
from bot.replies.words import Words
from bot.summary.shapes import Line, Summary

SUMMARY_WORDS = Path("data/replies/summary.en.yml")
SECRET = "a-secret-of-the-tests-that-is-long-enough"


def say(kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "text": text, "choices": [], "question": None, "guidance": [], "sources": [], **more}


def ask(question: str) -> dict[str, Any]:
    choices = [
        {"label": "Yes", "sets": {"findings": {question: True}}},
        {"label": "No", "sets": {"findings": {question: False}}},
    ]
    return say(
        "question",
        f"Is it {question}?",
        choices=choices,
        question={"id": question, "asks": [question], "kind": "yes_no"},
    )


class StubMind:
    """Screens for one word, counts turns in the record, and words everything so that tests can tell it apart."""

    def open(self, country: str, locale: str) -> Reply:
        return Reply([say("info", f"Hello from {country} in {locale}."), ask("first")], {"turns": 0, "findings": {}})

    def screen(self, text: str, record: Any, country: str, choices: Any = ()) -> Reply | None:
        if "ALARM" not in text:
            return None
        return Reply([say("emergency", "Call 999.")], {**record, "level": "emergency"})

    def heeds(self, answered: Any, screened: Any) -> bool:
        return answered.get("asks_about_it", False)

    def triage(self, record: Any) -> dict[str, Any]:
        level = record.get("level")
        return {
            "status": "complete" if level else "asking",
            "level": level,
            "massage": None,
            "findings": record.get("findings", {}),
            "facts": {},
            "reasons": [],
            "ruleset": "stub",
        }

    def summary(self, record: Any, said: Any) -> Summary:
        words = {name: wordings[0] for name, wordings in Words.load(SUMMARY_WORDS).phrases.items()}
        typed = [message["text"] for message in said if (message["role"], message["kind"]) == ("person", "info")]
        return Summary(
            reason=next(iter(typed), None),
            someone_else=False,
            facts=(),
            present=tuple(Line(id, id) for id, answer in record.get("findings", {}).items() if answer is True),
            denied=(),
            unsure=(),
            not_asked=(),
            answers=record.get("findings", {}),
            course={"pain_scores": [], "changes": [], "peg_scores": [], "causes": {}},
            course_lines=(),
            status="asking",
            level=None,
            level_name=words["level_open"],
            massage=None,
            massage_name=words["massage_open"],
            massage_advice="",
            rules=(),
            advice=None,
            guidance=(),
            safety_net="",
            ruleset="stub",
            words=words,
        )

    def assess(self, findings: Any, facts: Any, details: Any = None) -> dict[str, Any]:
        for id in (*findings, *facts):
            if id not in ("fever", "age"):
                raise UnknownId("finding", id)
        return {"triage": self.triage({"findings": dict(findings)}), "next_question": None}

    def unavailable(self, text: str, record: Any, country: str) -> list[dict[str, Any]]:
        return [say("info", f"I cannot assess this now ({country}). In an emergency call for help.")]


@dataclass
class FakeRasa:
    """A server on a real port that speaks the wire format; ``behave`` picks how the next answers go wrong."""

    port: int = 0
    mode: str = "well"
    delay: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    running: int = 0
    most_running: int = 0
    secrets: list[str] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self.gate.set()

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in self._writers:
                writer.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.secrets.append(headers.get("x-spinewise-secret", ""))
                if head.startswith("GET"):
                    await self._send(writer, 200, b"{}")
                    continue
                self.running += 1
                self.most_running = max(self.most_running, self.running)
                try:
                    status, content = await self._answer(json.loads(body))
                finally:
                    self.running -= 1
                if status == 0:
                    break
                await self._send(writer, status, content)
        self._writers.discard(writer)
        writer.close()

    async def _answer(self, asked: dict[str, Any]) -> tuple[int, bytes]:
        self.asked.append(asked)
        await self.gate.wait()
        await asyncio.sleep(self.delay)
        wrong: dict[str, tuple[int, bytes]] = {
            "empty_list": (200, b"[]"),
            "no_messages": (200, b'{"messages": [], "record": {}}'),
            "bad_json": (200, b"{"),
            "no_record": (200, b'{"messages": [{"kind": "info", "text": "x"}]}'),
            "odd_message": (200, b'{"messages": [{"kind": "shout"}], "record": {}}'),
            "error": (500, b"{}"),
            "no_reply": (502, b'{"code": "no_reply"}'),
            "hang_up": (0, b""),
        }
        if self.mode in wrong:
            return wrong[self.mode]
        record = asked["record"]
        said = asked.get("text") or json.dumps(asked.get("choices"))
        turns = record.get("turns", 0) + 1
        record = {**record, "turns": turns}
        for sets in asked.get("choices") or []:
            record["findings"] = {**record.get("findings", {}), **sets["findings"]}
        if self.mode == "asks_about_it":
            record["asks_about_it"] = True
        messages = [say("answer", f"{turns}: {said}"), ask("first" if said == "why?" else f"question_{turns}")]
        return 200, json.dumps({"messages": messages, "record": record}).encode()

    @staticmethod
    async def _send(writer: asyncio.StreamWriter, status: int, content: bytes) -> None:
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)
        await writer.drain()


@dataclass
class Talk:
    """One open conversation, as a client sees it."""

    client: httpx2.AsyncClient
    id: str
    token: str
    opened: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/v1/conversations/{self.id}"

    @property
    def access(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def say(self, text: str | None = None, key: str | None = None, **body: Any) -> httpx2.Response:
        headers = self.access | ({"Idempotency-Key": key} if key else {})
        content = ({"text": text} if text is not None else {}) | body
        return await self.client.post(f"{self.path}/messages", json=content, headers=headers)

    async def history(self, after: int = 0) -> list[dict[str, Any]]:
        response = await self.client.get(f"{self.path}/messages", params={"after": after}, headers=self.access)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    async def get(self, what: str = "", **headers: str) -> httpx2.Response:
        return await self.client.get(f"{self.path}{what}", headers=self.access | headers)

    async def erase(self) -> httpx2.Response:
        return await self.client.delete(self.path, headers=self.access)


@dataclass
class Service:
    """The running application, with what stands behind it."""

    client: httpx2.AsyncClient
    rasa: FakeRasa
    state: State
    settings: Settings

    async def open(self, **body: Any) -> Talk:
        response = await self.client.post(
            "/v1/conversations", json={"clinic": "demo", "locale": "en", "consent": True} | body
        )
        assert response.status_code == 201, response.text
        opened = response.json()
        return Talk(self.client, opened["id"], opened["token"], opened)


def on_disk(folder: Path) -> bytes:
    """The files of an SQLite database, write-ahead log and all."""
    return b"".join(path.read_bytes() for path in folder.glob("*.sqlite*"))


async def dump(service: Service, folder: Path) -> bytes:
    """All that the database holds: every file of SQLite, every row of PostgreSQL with its bytes as they are."""
    if service.state.database.sqlite:
        return on_disk(folder)
    held = b""
    async with service.state.database.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in (await session.execute(text(f"SELECT * FROM {table.name}"))).all():
                held += b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    return held


async def found_in(service: Service, folder: Path, *words: str) -> list[str]:
    """Those of the words that the database holds anywhere, as they are, in hexadecimal or in base64."""
    held = await dump(service, folder)
    return [
        word
        for word in words
        if any(form in held for form in (word.encode(), word.encode().hex().encode(), b64encode(word.encode())))
    ]


async def until(condition: Callable[[], Any]) -> None:
    """Waits until the condition, plain or awaitable, is true; the test's own time limit ends a wait in vain."""
    while True:
        met = condition()
        if inspect.isawaitable(met):
            met = await met
        if met:
            return
        await asyncio.sleep(0.01)


async def arrive(talk: Talk, count: int) -> None:
    """Waits until the conversation has that many messages."""

    async def there() -> bool:
        return len(await talk.history()) >= count

    await until(there)
