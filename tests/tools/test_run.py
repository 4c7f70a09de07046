"""`make run`: what it refuses to start with, and how it ends. Fake processes stand for the three real ones."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import stack

ROOT = Path(__file__).resolve().parents[2]
API = """
import http.server, os
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die":
            os._exit(7)
        self.send_response(200); self.end_headers(); self.wfile.write(b"{}")
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""
IDLE = "import time; print('up', flush=True); time.sleep(600)"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout with the real tools, and stand-ins for all they start."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for package, code in {"api": API, "actions": IDLE, "bot.nlu.server": IDLE, "bot.triage": ""}.items():
        folder = tmp_path / package.replace(".", "/")
        folder.mkdir(parents=True)
        (folder / "__main__.py").write_text(code)
        for part in (folder, *folder.parents):
            if part == tmp_path:
                break
            (part / "__init__.py").touch()
    (tmp_path / "tools" / "train.py").write_text("print('The model is up to date.')")
    for name in (".venv", ".venv-rasa"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "python").symlink_to(sys.executable)
    return tmp_path


def environ(**ports: int) -> dict[str, str]:
    chosen = {"PORT": free_port(), "RASA_PORT": free_port(), "ACTIONS_PORT": free_port(), **ports}
    return {**os.environ, **{name: str(port) for name, port in chosen.items()}}


def start(house: Path, settings: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "tools/run.py"]
    return subprocess.Popen(
        command, cwd=house, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def lines_until(process: subprocess.Popen[str], wanted: str) -> list[str]:
    """Lines up to the one that holds `wanted`; the process is killed if it never comes."""
    guard = threading.Timer(60, process.kill)
    guard.start()
    lines = []
    try:
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if wanted in line:
                return lines
    finally:
        guard.cancel()
    pytest.fail(f"{wanted!r} never came:\n" + "\n".join(lines))


@pytest.mark.parametrize("name", ["PORT", "RASA_PORT", "ACTIONS_PORT"])
def test_a_taken_port_is_one_sentence_and_nothing_starts(house, taken, name):
    done = subprocess.run(
        [sys.executable, "tools/run.py"], cwd=house, env=environ(**{name: taken}), capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == f"Port {taken} is taken; set {name} to another one.\n"
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT must be a number from 1 to 65535, and is 'eighty'."),
        ({"RASA_PORT": "70000"}, "RASA_PORT must be a number from 1 to 65535, and is '70000'."),
        ({"PORT": "9000", "ACTIONS_PORT": "9000"}, "Port 9000 is wanted twice; set ACTIONS_PORT to another one."),
    ],
)
def test_ports_that_make_no_sense_are_refused(settings, sentence):
    with pytest.raises(stack.Unfit) as caught:
        stack.Ports.from_environ(settings)
    assert str(caught.value) == sentence


def test_ports_not_set_are_the_documented_ones():
    assert stack.Ports.from_environ({"PORT": ""}) == stack.Ports(8000, 5005, 5055)


def test_a_broken_clinical_file_ends_the_start_with_the_loaders_sentence(house):
    sentence = "data/clinical/rules.yml:12: unknown finding 'fevr'; did you mean 'fever'?"
    (house / "bot/triage/__main__.py").write_text(f"raise SystemExit({sentence!r})")
    done = subprocess.run([sys.executable, "tools/run.py"], cwd=house, env=environ(), capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == sentence + "\n"


def test_a_failed_training_ends_the_start(house):
    (house / "tools/train.py").write_text("raise SystemExit('Training failed: no space left')")
    done = subprocess.run([sys.executable, "tools/run.py"], cwd=house, env=environ(), capture_output=True, text=True)
    assert done.returncode == 1
    assert "Training failed: no space left" in done.stderr


@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM])
def test_ready_is_said_once_and_a_signal_ends_all(house, ask):
    settings = environ()
    process = start(house, settings)
    lines = lines_until(process, "Spinewise is ready")
    assert lines[-1] == f"Spinewise is ready: http://127.0.0.1:{settings['PORT']}/demo"
    process.send_signal(ask)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Spinewise is ready" not in rest
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{settings['PORT']}/", timeout=2)


def test_when_one_process_dies_all_end_and_it_is_named(house):
    settings = environ()
    process = start(house, settings)
    lines_until(process, "Spinewise is ready")
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{settings['PORT']}/die", timeout=5)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert rest.splitlines()[-1] == "The api process ended with code 7, so all were stopped."


def test_api_and_rasa_share_a_secret_that_actions_do_not_get_and_no_two_starts_share():
    first, second = (stack.specs(stack.Ports(), {}) for _ in range(2))
    secrets = {spec.name: spec.environ["SPINEWISE_RASA_SECRET"] for spec in first}
    assert secrets["api"] == secrets["rasa"] != ""
    assert secrets["actions"] == ""
    assert secrets["api"] != second[0].environ["SPINEWISE_RASA_SECRET"]
    assert not any(secrets["api"] in argument for spec in first for argument in spec.command)
