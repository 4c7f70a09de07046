"""What Spinewise consists of when it runs: three processes, their ports, and what must be right before they start."""

import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.supervise import Spec

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
START_SECONDS = 300.0


class Unfit(Exception):
    """Something that must be mended before the start; the message is one sentence."""


@dataclass(frozen=True)
class Ports:
    """Where the three processes listen."""

    api: int = 8000
    rasa: int = 5005
    actions: int = 5055

    NAMES = {"api": "PORT", "rasa": "RASA_PORT", "actions": "ACTIONS_PORT"}  # noqa: RUF012 - a constant, not a field

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Ports":
        """Read PORT, RASA_PORT and ACTIONS_PORT; Unfit when one is no port or two are the same."""
        default = cls()
        values: dict[str, int] = {}
        for field, name in cls.NAMES.items():
            text = environ.get(name) or str(getattr(default, field))
            if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
                raise Unfit(f"{name} must be a number from 1 to 65535, and is {text!r}.")
            if int(text) in values.values():
                raise Unfit(f"Port {text} is wanted twice; set {name} to another one.")
            values[field] = int(text)
        return cls(**values)

    @property
    def url(self) -> str:
        """Address of the API on this machine, without a slash at the end."""
        return f"http://127.0.0.1:{self.api}"


def check_ports(ports: Ports) -> None:
    """Unfit when a port is taken or may not be used."""
    for field, name in Ports.NAMES.items():
        port = getattr(ports, field)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except PermissionError:
                raise Unfit(f"Port {port} may not be used by this account; set {name} to one above 1023.") from None
            except OSError:
                raise Unfit(f"Port {port} is taken; set {name} to another one.") from None


def check_data(python: Path = PYTHON, root: Path = ROOT) -> None:
    """Unfit, with the loader's own sentence, when the clinical files do not make sense."""
    done = subprocess.run([str(python), "-m", "bot.triage"], cwd=root, capture_output=True, text=True)
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise Unfit(lines[-1] if lines else "The clinical files could not be read (`python -m bot.triage`).")


def train(arguments: Sequence[str] = ("--if-stale",)) -> None:
    """Train the model when what it is made from has changed; Unfit when that fails."""
    command = [str(RASA_PYTHON), "tools/train.py", *arguments]
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        raise Unfit("The model could not be trained; the lines above say why.")


def specs(ports: Ports, environ: Mapping[str, str]) -> tuple[Spec, ...]:
    """The three processes. API and Rasa share a secret made anew at each start unless one is set."""
    secret = environ.get("SPINEWISE_RASA_SECRET") or secrets.token_urlsafe(32)
    shared = {
        "PORT": str(ports.api),
        "RASA_PORT": str(ports.rasa),
        "ACTIONS_PORT": str(ports.actions),
        "SPINEWISE_RASA_SECRET": secret,
    }
    without_secret = {**shared, "SPINEWISE_RASA_SECRET": ""}
    rasa = [str(RASA_PYTHON), "-m", "bot.nlu.server", "run", "--port", str(ports.rasa), "--interface", "127.0.0.1"]
    rasa += ["-m", "models", "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    # glibc gives freed memory back sooner: 767 MB instead of 825 for Rasa after 40 messages (measured).
    thrift = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "65536", "MALLOC_MMAP_THRESHOLD_": "65536"}
    return (
        Spec("api", (str(PYTHON), "-m", "api"), ROOT, shared),
        Spec("rasa", rasa, ROOT, {"LOG_LEVEL": "WARNING", **thrift, **shared}),
        Spec("actions", (str(PYTHON), "-m", "actions"), ROOT, without_secret),
    )


def answers(url: str, seconds: float = 2.0) -> bool:
    """Whether the address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as response:  # noqa: S310 - our own http address # nosec B310
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def say(text: str) -> None:
    """One progress line, at once."""
    print(text, flush=True)


def fail(text: str) -> None:
    """One sentence for the person who has to mend something."""
    print(text, file=sys.stderr, flush=True)
