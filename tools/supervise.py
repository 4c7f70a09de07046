"""Start several processes, tell their logs apart, and end all of them together. Standard library only.

Knows nothing of Spinewise: `stack.py` says what to start.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TextIO

COLOURS = (36, 35, 33, 32, 34)
STOP_SECONDS = 10.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Spec:
    """One process: the name before its lines, its command, folder, and what it adds to the environment."""

    name: str
    command: Sequence[str]
    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)


class Ended(Exception):
    """A process ended by itself; the message is a sentence that names it, `last` the end of its output."""

    def __init__(self, name: str, code: int, last: Sequence[str]) -> None:
        how = f"with code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
        super().__init__(f"The {name} process ended {how}, so all were stopped.")
        self.name = name
        self.last = tuple(last)


class NotReady(Exception):
    """All processes run, but the stack does not answer within its time."""


def _bind_to_parent() -> Callable[[], None] | None:
    """A hook for the child that has the kernel end it when this process is killed outright (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    term = int(signal.SIGTERM)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, term, 0, 0, 0) and None


class Supervisor:
    """Runs processes side by side, each in its own process group but in this session.

    `out` gets every line with the process's name before it; None keeps only the last lines in memory, which
    `Ended.last` then carries.
    """

    def __init__(
        self, specs: Sequence[Spec], out: TextIO | None = sys.stdout, stop_seconds: float = STOP_SECONDS
    ) -> None:
        self.specs = tuple(specs)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._out = out
        self._stop_seconds = stop_seconds
        self._width = max((len(spec.name) for spec in specs), default=0)
        self._lock = threading.Lock()
        self._last: dict[str, deque[str]] = {spec.name: deque(maxlen=20) for spec in specs}
        self._readers: list[threading.Thread] = []
        self._stopping = False

    def start(self) -> None:
        """Start all at once. Call from the main thread: the children end when the thread that made them does."""
        hook = _bind_to_parent()
        for number, spec in enumerate(self.specs):
            try:
                process = subprocess.Popen(
                    list(spec.command),
                    cwd=spec.folder,
                    env={**os.environ, "PYTHONUNBUFFERED": "1", **spec.environ},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    process_group=0,  # Ctrl-C reaches only the supervisor, which then stops them in good order
                    preexec_fn=hook,
                )
            except OSError as error:
                raise Ended(spec.name, 127, [str(error)]) from error
            self.processes[spec.name] = process
            reader = threading.Thread(target=self._forward, args=(spec.name, process.stdout, number), daemon=True)
            reader.start()
            self._readers.append(reader)

    def wait_ready(self, is_ready: Callable[[], bool], seconds: float, every: float = 0.5) -> None:
        """Return once `is_ready()` is true; Ended when a process goes first, NotReady after `seconds`."""
        began = time.monotonic()
        told = began
        while True:
            self.check()
            if is_ready():
                return
            now = time.monotonic()
            if now - began > seconds:
                raise NotReady(f"Not ready after {seconds:.0f} s, so all were stopped; the lines above may say why.")
            if now - told >= 10:
                told = now
                self._write(f"still starting ({now - began:.0f} s)\n")
            time.sleep(every)

    def check(self) -> None:
        """Ended when one of the processes is no longer there."""
        if self._stopping:
            return
        for name, process in self.processes.items():
            code = process.poll()
            if code is not None:
                self._drain(1.0)
                raise Ended(name, code, self._last[name])

    def watch(self) -> None:
        """Stay until one process ends, which raises Ended."""
        while not self._stopping:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """End all: SIGTERM to each group, SIGKILL to what is left after the time for it. May be called again."""
        self._stopping = True
        deadline = time.monotonic() + self._stop_seconds
        for process in self.processes.values():
            if process.poll() is None:
                self._signal(process, signal.SIGTERM)
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in self.processes.values():
            self._signal(process, signal.SIGKILL)  # also workers that outlived their parent
            process.wait()
        self._drain(1.0)

    @staticmethod
    def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)

    def _drain(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for reader in self._readers:
            if not self.processes or reader.is_alive():
                reader.join(max(0.0, min(0.2, deadline - time.monotonic())))

    def _forward(self, name: str, pipe: IO[bytes] | None, number: int) -> None:
        if pipe is None:
            return
        prefix = f"{name:<{self._width}} | "
        if self._out is not None and self._out.isatty():
            prefix = f"\033[{COLOURS[number % len(COLOURS)]}m{prefix}\033[0m"
        with pipe:
            for raw in pipe:
                line = raw.decode(errors="replace").rstrip("\r\n")
                self._last[name].append(line)
                self._write(f"{prefix}{line}\n")

    def _write(self, text: str) -> None:
        if self._out is None:
            return
        with self._lock, contextlib.suppress(OSError, ValueError):  # a closed terminal must not stop the work
            self._out.write(text)
            self._out.flush()
