"""The three real processes for tests: API, Rasa with a trained model, action server; and a person."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tools import stack as parts
from tools.supervise import Spec

READY_SECONDS = 240  # a busy machine takes its time to load a model


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@dataclass
class Stack:
    """The running processes. Each can be killed and started again on its own."""

    ports: parts.Ports
    specs: Mapping[str, Spec]
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return self.ports.url

    def start(self, name: str) -> None:
        spec = self.specs[name]
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                list(spec.command),
                cwd=spec.folder,
                env={**os.environ, **spec.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not parts.answers(f"{self.base_url}/readyz"):
            for name, process in self.processes.items():
                if process.poll() is not None:
                    pytest.fail(f"the {name} process ended:\n{self.log(name)[-2000:]}")
            if time.monotonic() > deadline:
                pytest.fail("not ready:\n" + "\n".join(f"{n}: {self.log(n)[-800:]}" for n in self.specs))
            time.sleep(0.1)

    def stop(self) -> None:
        for name in list(self.processes):
            process = self.processes.pop(name)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def log(self, name: str) -> str:
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def person(self, locale: str = "en") -> Person:
        return Person.arrives(self.base_url, locale)


@dataclass
class Reply:
    """What came back for one message."""

    status: int
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body.get("messages", []))

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.messages)

    @property
    def triage(self) -> dict[str, Any]:
        return dict(self.body["triage"])

    @property
    def level(self) -> str | None:
        return self.triage["level"]

    @property
    def question(self) -> dict[str, Any] | None:
        asked = [message["question"] for message in self.messages if message["question"]]
        return asked[-1] if asked else None

    @property
    def asks(self) -> list[str]:
        return list(self.question["asks"]) if self.question else []

    @property
    def choices(self) -> dict[str, str]:
        """Choice ids by label, of the last message that has any."""
        offered = [message["choices"] for message in self.messages if message["choices"]]
        return {choice["label"]: choice["id"] for choice in offered[-1]} if offered else {}

    @property
    def guidance(self) -> list[dict[str, Any]]:
        return [piece for message in self.messages for piece in message.get("guidance") or []]


def request(
    method: str, url: str, body: Any = None, token: str = "", headers: Mapping[str, str] | None = None
) -> Reply:
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    if token:
        call.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(call, timeout=30) as response:
            return Reply(response.status, json.loads(response.read() or b"{}"))
    except urllib.error.HTTPError as error:
        return Reply(error.code, json.loads(error.read() or b"{}"))


@dataclass
class Person:
    """Someone who talks to the assistant through the public API."""

    base_url: str
    id: str
    token: str
    last: Reply

    @classmethod
    def arrives(cls, base_url: str, locale: str = "en") -> Person:
        opened = request(
            "POST", f"{base_url}/v1/conversations", {"clinic": "demo", "locale": locale, "consent": True}
        )
        assert opened.status == 201, opened
        return cls(base_url, opened.body["id"], opened.body["token"], opened)

    @property
    def path(self) -> str:
        return f"{self.base_url}/v1/conversations/{self.id}"

    def post(self, body: Mapping[str, Any], key: str | None = None) -> Reply:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        self.last = request("POST", f"{self.path}/messages", body, self.token, headers)
        return self.last

    def says(self, text: str) -> Reply:
        return self.post({"text": text})

    def picks(self, *labels: str) -> Reply:
        ids = [self.last.choices[label] for label in labels]
        return self.post({"choice": ids[0]} if len(ids) == 1 else {"choices": ids})

    def answers(self, answers: Mapping[str, str], otherwise: str = "no", limit: int = 20) -> Reply:
        """Answer each question by what it asks, until the advice has been given."""
        for _ in range(limit):
            if self.last.triage["status"] == "complete" or not self.last.question:
                return self.last
            self.says(next((answers[ask] for ask in self.last.asks if ask in answers), otherwise))
            assert self.last.status == 201, self.last
        return self.last

    def history(self) -> Reply:
        return request("GET", f"{self.path}/messages?after=0", token=self.token)


@contextlib.contextmanager
def running(
    folder: Path, added: Mapping[str, Mapping[str, str]], ports: parts.Ports | None = None
) -> Iterator[Stack]:
    """The three processes with their logs in ``folder``; ``added`` is the environment of each, by its name."""
    if os.environ.get("SPINEWISE_KEEP_MODEL") != "1":  # set while data is being edited
        parts.train()
    ports = ports or parts.Ports(*free_ports(3))
    environ = {**os.environ, "SPINEWISE_RASA_SECRET": "for-tests-only-" + uuid.uuid4().hex}
    specs = {
        spec.name: Spec(spec.name, spec.command, spec.folder, {**spec.environ, **added.get(spec.name, {})})
        for spec in parts.specs(ports, environ)
    }
    begun = Stack(ports, specs, folder)
    for name in specs:
        begun.start(name)
    try:
        begun.wait_ready()
        yield begun
    finally:
        begun.stop()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The three processes with a fresh SQLite database, shared by all tests of a run."""
    folder = tmp_path_factory.mktemp("stack")
    with running(folder, {"api": {"DATABASE_URL": f"sqlite:///{folder / 'spinewise.sqlite'}"}}) as begun:
        yield begun
