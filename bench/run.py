"""`make bench`: what a turn costs, through the public API and, in the same run, through stock Rasa.

Stock Rasa has an environment of its own, the default pipeline and policies, the REST channel and in-memory tracker,
and is trained on the same data/ and domain.yml; the same action server answers both. Nothing is asserted.
`--write` puts the table into bench/results.md as well.
"""

import argparse
import hashlib
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import people
from tools import stack
from tools.supervise import Ended, NotReady, Spec, Supervisor

ROOT = stack.ROOT
HERE = ROOT / "bench"
STOCK_PYTHON = HERE / ".venv-stock" / "bin" / "python"
BUILD = ROOT / "build" / "bench"


@dataclass(frozen=True)
class Load:
    """What some clients at once measured: seconds of each turn, of the whole, and of a turn in the API alone."""

    turns: tuple[float, ...]
    wall: float
    wrong: int
    share: float = 0.0

    def milliseconds(self, percent: int) -> float:
        """A percentile of the turns, in milliseconds."""
        return 1000 * statistics.quantiles(self.turns, n=100, method="inclusive")[percent - 1]

    @property
    def rate(self) -> float:
        """Messages a second."""
        return len(self.turns) / self.wall


@dataclass(frozen=True)
class Figures:
    """One stack: a single client, several clients, and its memory in bytes after both."""

    one: Load
    many: Load
    memory: dict[str, int]
    start: float


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def memory_of(supervisor: Supervisor) -> dict[str, int]:
    """Resident bytes of each process with its children."""
    found = {}
    for name, process in supervisor.processes.items():
        parent = psutil.Process(process.pid)
        found[name] = sum(each.memory_info().rss for each in [parent, *parent.children(recursive=True)])
    return found


def load(jobs: Iterable[Callable[[people.Measured], None]], clients: int) -> tuple[Load, list[list[str]]]:
    """Let `clients` threads work the jobs off; the turns of all, and what was said."""
    waiting, lock = list(jobs)[::-1], threading.Lock()
    results = [people.Measured() for _ in range(clients)]
    errors: list[BaseException] = []

    def work(measured: people.Measured) -> None:
        while True:
            with lock:
                if not waiting:
                    return
                job = waiting.pop()
            try:
                job(measured)
            except (OSError, ValueError, KeyError) as error:
                measured.wrong += 1
                errors.append(error)

    threads = [threading.Thread(target=work, args=(measured,)) for measured in results]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began
    for error in errors[:3]:
        stack.say(f"a conversation broke off: {type(error).__name__}: {error}")
    turns = tuple(second for measured in results for second in measured.seconds)
    if len(turns) < 2:
        raise stack.Unfit("No conversation came about, so there is nothing to measure.")
    said = [words for measured in results for words in measured.said]
    return Load(turns, wall, sum(measured.wrong for measured in results)), said


def run_stack(specs: Sequence[Spec], ready: str, measure: Callable[[], tuple[Load, Load]]) -> Figures:
    """Start processes, measure, read their memory, end them."""
    supervisor = Supervisor(specs, out=None)
    began = time.perf_counter()
    try:
        supervisor.start()
        supervisor.wait_ready(lambda: stack.answers(ready), stack.START_SECONDS)
        start = time.perf_counter() - began
        one, many = measure()
        supervisor.check()
        return Figures(one, many, memory_of(supervisor), start)
    finally:
        supervisor.stop()


def stages(port: int) -> dict[str, tuple[float, float]]:
    """Seconds and number of turns by stage, as the API's metrics have them."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    found = {
        (what, stage): float(value)
        for what, stage, value in re.findall(r'spinewise_turn_seconds_(sum|count){stage="(\w+)"} (\S+)', text)
    }
    return {stage: (found["sum", stage], found["count", stage]) for what, stage in found if what == "sum"}


def own_share(before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]) -> float:
    """Mean seconds of a turn inside the API, Rasa's left out."""

    def seconds(stage: str) -> float:
        return after.get(stage, (0.0, 0.0))[0] - before.get(stage, (0.0, 0.0))[0]

    turns = after["turn"][1] - before.get("turn", (0.0, 0.0))[1]
    return (seconds("accept") + seconds("turn") - seconds("rasa")) / max(turns, 1.0)


def measure_ours(conversations: int, clients: int, said: list[list[str]]) -> Figures:
    """Our three processes, with a new SQLite file; what people said is added to `said`."""
    api, rasa, actions = free_ports(3)
    ports = stack.Ports(api, rasa, actions)
    with tempfile.TemporaryDirectory() as folder:
        added = {"DATABASE_URL": f"sqlite:///{folder}/bench.sqlite", "SPINEWISE_VAR": folder}
        specs = [
            Spec(spec.name, spec.command, spec.folder, {**spec.environ, **added})
            for spec in stack.specs(ports, os.environ)
        ]

        def jobs(count: int) -> list[Callable[[people.Measured], None]]:
            return [partial(people.talk_to_api, api, number) for number in range(count)]

        def measure() -> tuple[Load, Load]:
            load(jobs(len(people.OPENINGS)), 1)  # warm
            before = stages(api)
            one, words = load(jobs(conversations), 1)
            one = replace(one, share=own_share(before, stages(api)))
            said.extend(words)
            many, _ = load(jobs(conversations * 2), clients)
            return one, many

        return run_stack(specs, f"{ports.url}/readyz", measure)


def train_stock() -> Path:
    """The folder with stock Rasa's model, trained again only when its data changed."""
    models, stamp = BUILD / "models", BUILD / "model.sha256"
    files = [ROOT / "domain.yml", HERE / "stock" / "config.yml", ROOT / "requirements" / "bench-stock.txt"]
    for topic in ("nlu", "rules", "stories"):
        files += sorted((ROOT / "data" / topic).rglob("*.yml"))
    digest = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest and any(models.glob("*.tar.gz")):
        return models
    stack.say("Training stock Rasa (DIET and TED, a few minutes)")
    shutil.rmtree(models, ignore_errors=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    command = [str(STOCK_PYTHON), "-m", "rasa", "train", "--domain", "domain.yml", "--out", str(models)]
    command += ["--config", "bench/stock/config.yml", "--data", "data/nlu", "data/rules", "data/stories"]
    environ = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise stack.Unfit(
            "\n".join([*done.stdout.splitlines()[-15:], "Stock Rasa could not be trained (see above)."])
        )
    stamp.write_text(digest)
    stack.say(f"Trained stock Rasa in {time.perf_counter() - began:.0f} s")
    return models


def measure_stock(models: Path, said: Sequence[Sequence[str]], clients: int) -> Figures:
    """Stock Rasa and our action server, with the words that were said to us."""
    rasa, actions = free_ports(2)
    endpoints = BUILD / "endpoints.yml"
    endpoints.write_text(f'action_endpoint:\n  url: "http://localhost:{actions}/webhook"\n')
    command = [str(STOCK_PYTHON), "-m", "rasa", "run", "-m", str(models), "--endpoints", str(endpoints)]
    command += ["--credentials", "bench/stock/credentials.yml", "--port", str(rasa), "--interface", "127.0.0.1"]
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "LOG_LEVEL": "WARNING", "TF_CPP_MIN_LOG_LEVEL": "3"}
    specs = [
        Spec("rasa", command, ROOT, quiet),
        Spec("actions", (str(stack.PYTHON), "-m", "actions"), ROOT, {"ACTIONS_PORT": str(actions)}),
    ]

    def jobs(times: int) -> list[Callable[[people.Measured], None]]:
        return [partial(people.talk_to_rest, rasa, words) for _ in range(times) for words in said]

    def measure() -> tuple[Load, Load]:
        load(jobs(1)[: len(people.OPENINGS)], 1)  # warm
        one, _ = load(jobs(1), 1)
        many, _ = load(jobs(2), clients)
        return one, many

    return run_stack(specs, f"http://127.0.0.1:{rasa}/", measure)


def version(python: Path, package: str) -> str:
    """The version of a package in an environment."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([str(python), "-c", code], capture_output=True, text=True).stdout.strip() or "?"


def table(ours: Figures, stock: Figures | None, clients: int) -> str:
    """A Markdown table; the last column is how many times better ours is."""

    def row(name: str, unit: str, value: Callable[[Figures], float], more_is_better: bool = False) -> str:
        mine = value(ours)
        if stock is None:
            return f"| {name} | {mine:,.1f} {unit} | | |"
        other = value(stock)
        better = mine / other if more_is_better else other / mine
        return f"| {name} | {mine:,.1f} {unit} | {other:,.1f} {unit} | {better:.1f} x |"

    def megabytes(figures: Figures) -> float:
        return sum(figures.memory.values()) / 2**20

    rows = [
        "| | Spinewise, through the API | stock Rasa, REST channel | better by |",
        "|---|---:|---:|---:|",
        row("turn, median, 1 client", "ms", lambda f: f.one.milliseconds(50)),
        row("turn, p95, 1 client", "ms", lambda f: f.one.milliseconds(95)),
        row("messages a second, 1 client", "", lambda f: f.one.rate, True),
        row(f"turn, median, {clients} clients", "ms", lambda f: f.many.milliseconds(50)),
        row(f"turn, p95, {clients} clients", "ms", lambda f: f.many.milliseconds(95)),
        row(f"messages a second, {clients} clients", "", lambda f: f.many.rate, True),
        row("memory of all processes", "MB", megabytes),
        row("start", "s", lambda f: f.start),
    ]
    rows.insert(4, f"| of it the API's own, mean, 1 client | {1000 * ours.one.share:.1f} ms | | |")
    notes = []
    for name, figures in (("Spinewise", ours), ("stock Rasa", stock)):
        if figures is None:
            continue
        parts = ", ".join(f"{part} {size / 2**20:.0f}" for part, size in figures.memory.items())
        turns, wrong = len(figures.one.turns) + len(figures.many.turns), figures.one.wrong + figures.many.wrong
        notes.append(f"- {name}: {turns} turns, {wrong} without an answer; memory in MB: {parts}.")
    notes.append(
        f"- {os.cpu_count()} cores, {platform.machine()}; the clients run on the same machine. jsonschema "
        f"{version(stack.RASA_PYTHON, 'jsonschema')} here"
        + (f", {version(STOCK_PYTHON, 'jsonschema')} in stock Rasa." if stock else ".")
    )
    return "\n".join([*rows, "", *notes])


def main() -> int:
    """Exit code 0 when there was something to measure."""
    parser = argparse.ArgumentParser(description="Measure a turn.")
    parser.add_argument("--conversations", type=int, default=32, help="of one client; twice as many for several")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--ours", action="store_true", help="leave stock Rasa out")
    parser.add_argument("--write", action="store_true", help="write bench/results.md too")
    options = parser.parse_args()
    said: list[list[str]] = []
    try:
        stack.train()
        models = None if options.ours else train_stock()
        stack.say("Measuring Spinewise")
        ours = measure_ours(options.conversations, options.clients, said)
        stock = None
        if models is not None:
            stack.say("Measuring stock Rasa")
            stock = measure_stock(models, said, options.clients)
    except Ended as error:
        stack.fail("\n".join([*error.last, str(error)]))
        return 1
    except (stack.Unfit, NotReady) as error:
        stack.fail(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    result = table(ours, stock, options.clients)
    print(f"\n{result}")
    if options.write:
        (HERE / "results.md").write_text(
            f"# What a turn costs\n\nWritten by `make bench ARGS=--write`.\n\n{result}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
