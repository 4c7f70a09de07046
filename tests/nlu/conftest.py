"""A real Rasa server with the trained model, a small action server beside it, and a way to call the channel."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.environment import prepare

prepare()

ROOT = Path(__file__).resolve().parents[2]
SECRET = "test-secret"
CANARY = "zebracanary"
START_SECONDS = 120
DEADLINE_SECONDS = 2


class Actions(BaseHTTPRequestHandler):
    """Answers as the real actions do, with what it was sent; misbehaves on request."""

    def do_POST(self) -> None:
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        latest = call["tracker"]["latest_message"]
        text = latest.get("text") or ""
        if "SLEEP" in text:
            time.sleep(DEADLINE_SECONDS + 2)
        if "DROP" in text:
            self.close_connection = True
            return None
        if "CRASH" in text:
            return self.answer(500, {"error": text})
        seen = {
            "action": call["next_action"],
            "text": text,
            "intent": latest["intent"]["name"],
            "entities": latest["entities"],
            "channel": call["tracker"]["latest_input_channel"],
            "slots": call["tracker"]["slots"],
            "events": len(call["tracker"]["events"]),
        }
        record = {**(latest["metadata"]["record"]), "turns": latest["metadata"]["record"].get("turns", 0) + 1}
        said = [] if "MUTE" in text else [{"custom": {"messages": [seen], "record": record}}]
        return self.answer(200, {"events": [], "responses": said})

    def do_GET(self) -> None:
        self.answer(200, {"status": "ok"})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


class Server:
    """The running Rasa server."""

    def __init__(self, port: int, log: Path, actions: ThreadingHTTPServer) -> None:
        self.port, self.log, self.actions = port, log, actions

    def call(
        self, route: str, body: Any | None = None, secret: str | None = SECRET, raw: bytes | None = None
    ) -> tuple[int, Any]:
        """Status and body of one call; a body that is not JSON comes as text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"X-Spinewise-Secret": secret} if secret is not None else {}
        content = raw if raw is not None else None if body is None else json.dumps(body).encode()
        connection.request("GET" if content is None else "POST", f"/webhooks/spinewise/{route}", content, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text

    def say(self, text: str, **record: Any) -> tuple[int, Any]:
        return self.call("text", {"turn": "t-1", "text": text, "record": record})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def model() -> Any:
    """The project's language pipeline as Rasa hands it to its components; built once, since that takes seconds."""
    from rasa.nlu.utils.spacy_utils import SpacyModel

    from bot.language.pipeline import build_pipeline

    return SpacyModel(build_pipeline(ROOT / "data" / "language"), "language")


@pytest.fixture(scope="session")
def actions() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Actions)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="session")
def server(actions: ThreadingHTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("rasa")
    credentials, log, port = folder / "credentials.yml", folder / "rasa.log", free_port()
    credentials.write_text(f"bot.nlu.channel.SpinewiseChannel:\n  deadline: {DEADLINE_SECONDS}\n")
    environment = {
        **os.environ,
        "ACTIONS_PORT": str(actions.server_port),
        "RASA_PORT": str(port),
        "SPINEWISE_RASA_SECRET": SECRET,
    }
    command = [sys.executable, "-m", "bot.nlu.server", "run", "--debug", "--credentials", str(credentials)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    running = Server(port, log, actions)
    try:
        ends = time.monotonic() + START_SECONDS
        while True:
            assert process.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < ends, log.read_text()[-3000:]
            try:
                status, body = running.call("ready")
                assert status == 200, body
                break
            except OSError:
                time.sleep(0.5)
        yield running
    finally:
        process.terminate()
        process.wait(20)
