"""`make test` and `make lint`: every check in turn, then what was skipped and why, then one line of sums.

Each check that is not pytest counts as one test. All run even when one fails; the exit code is 1 if any did.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import scripts, stack

ROOT = stack.ROOT
BUILD = ROOT / "build"
PYTHON, RASA_PYTHON = str(stack.PYTHON), str(stack.RASA_PYTHON)
NO_TESTS_COLLECTED = 5
# Rooms whose tests drive processes, servers and a browser: they mostly wait, so the others run beside them.
SERVED = ("tests/api", "tests/browser", "tests/conversations", "tests/faults")
BANDIT = ("api", "actions", "bot", "tools", "-ll")  # from medium severity on; what is meant is marked at its line


@dataclass
class Sums:
    """What passed, failed and was skipped, and the reasons of the skips with their number."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The closing line that CI reads."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def count(self, name: str, good: bool) -> None:
        """Count a check that is not pytest."""
        if good:
            self.passed += 1
        else:
            self.failed += 1
            self.broken.append(name)

    def skip(self, reason: str) -> None:
        """Count a check that cannot run here."""
        self.skipped += 1
        self.reasons[reason] += 1

    def add_junit(self, name: str, report: Path, code: int) -> None:
        """Add a pytest run by its report; a run that broke without one counts as one failure."""
        if not report.exists():
            self.count(name, code == NO_TESTS_COLLECTED)
            return
        before = self.failed
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by our own pytest # nosec B314
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            elif skip is not None:
                self.skipped += 1
                self.reasons[skip.get("message") or "no reason given"] += 1
            else:
                self.passed += 1
        if code not in (0, NO_TESTS_COLLECTED) and self.failed == before:
            self.failed += 1  # an error outside any test, for example in collection
        if self.failed > before:
            self.broken.append(name)


@dataclass(frozen=True)
class Check:
    """A command run from the root; with `report` it is a pytest run. `prepare` may say why it cannot run here.

    `beside`: runs while the checks after it do, one such check after another; its output is shown when it has ended.
    """

    name: str
    command: Sequence[str]
    report: str | None = None
    prepare: Callable[[], str | None] | None = None
    beside: bool = False


def lint() -> list[Check]:
    """Checks that run none of the project's code."""
    return [
        Check("style (ruff)", (PYTHON, "-m", "ruff", "check", "-q", ".")),
        Check("format (ruff)", (PYTHON, "-m", "ruff", "format", "-q", "--check", ".")),
        Check("types (mypy)", (PYTHON, "-m", "mypy"), beside=True),
        Check("types of the widget's scripts (TypeScript)", scripts.command(), prepare=scripts.prepare),
        Check("who may import whom (import-linter)", (str(ROOT / ".venv/bin/lint-imports"), "--no-cache")),
        Check("security (bandit)", (PYTHON, "-m", "bandit", "-q", "-r", *BANDIT)),
    ]


def tests(arguments: Sequence[str]) -> list[Check]:
    """Checks of data and model, and the tests of both environments."""
    rasa = (RASA_PYTHON, "-m", "bot.nlu.server", "data", "validate", "--fail-on-warnings")
    model = [
        Check("clinical data", (PYTHON, "-m", "bot.triage")),
        Check("model", (RASA_PYTHON, "tools/train.py", "--if-stale")),
        Check("Rasa's data validation", rasa, beside=True),
    ]
    in_rasa = (RASA_PYTHON, "-m", "pytest", "-c", "tests/nlu/pytest.ini", "--rootdir", ".", "tests/nlu")
    nlu = Check("tests of the Rasa environment", in_rasa, "rasa.xml")
    pytest = (PYTHON, "-m", "pytest", "--ignore=tests/nlu")
    if arguments:
        return [*model, nlu, Check("tests", (*pytest, *arguments), "app.xml")]
    others = (*pytest, *(f"--ignore={room}" for room in SERVED), "-o", "cache_dir=build/pytest_others")
    return [
        *model,
        # Queued before the tests of the Rasa environment, so that both lanes are as long.
        Check("tests of the other rooms", others, "others.xml", beside=True),
        nlu,
        Check("tests with processes and browser", (PYTHON, "-m", "pytest", *SERVED), "served.xml"),
    ]


def run(checks: Sequence[Check]) -> Sums:
    """Run all, showing their output as it comes, and that of the checks beside them when each has ended."""
    BUILD.mkdir(exist_ok=True)
    sums = Sums()
    beside: list[tuple[Check, Future[tuple[int, float]]]] = []
    with ThreadPoolExecutor(1) as lane:
        for check in checks:
            reason = check.prepare() if check.prepare else None
            if reason:
                sums.skip(reason)
                print(f"\n== {check.name}\n-- {check.name}: skipped, {reason}", flush=True)
            elif check.beside:
                beside.append((check, lane.submit(_execute, check, _output(check))))
            else:
                print(f"\n== {check.name}", flush=True)
                _add(sums, check, *_execute(check, None))
        for check, ended in beside:
            outcome = ended.result()
            print(f"\n== {check.name}\n{_output(check).read_text('utf-8', 'replace')}", flush=True)
            _add(sums, check, *outcome)
    return sums


def _output(check: Check) -> Path:
    """The file for the output of a check that runs beside others."""
    return BUILD / f"{re.sub(r'[^a-z]+', '-', check.name.lower())}.log"


def _execute(check: Check, output: Path | None) -> tuple[int, float]:
    """Exit code and seconds; the output goes to a file, or is shown as it comes."""
    command = list(check.command)
    if check.report is not None:
        report = BUILD / check.report
        report.unlink(missing_ok=True)
        command += [f"--junitxml={report}", "-o", "junit_family=xunit1"]
    began = time.monotonic()
    with contextlib.ExitStack() as opened:
        into = None if output is None else opened.enter_context(output.open("wb"))
        environ = {"RASA_TELEMETRY_ENABLED": "false", **os.environ}
        code = subprocess.run(command, cwd=ROOT, env=environ, stdout=into, stderr=into).returncode
    return code, time.monotonic() - began


def _add(sums: Sums, check: Check, code: int, seconds: float) -> None:
    if check.report is None:
        sums.count(check.name, code == 0)
    else:
        sums.add_junit(check.name, BUILD / check.report, code)
    good = code in (0, NO_TESTS_COLLECTED) if check.report else code == 0
    print(f"-- {check.name}: {'ok' if good else 'FAILED'}, {seconds:.0f} s", flush=True)


def main() -> int:
    """Exit code 0 when nothing failed."""
    parser = argparse.ArgumentParser(description="Run every check and test.")
    parser.add_argument("--lint", action="store_true", help="only the checks that run none of the code")
    parser.add_argument("pytest", nargs="*", help="arguments for the pytest of the main environment")
    options = parser.parse_args()
    try:
        sums = run(lint() if options.lint else lint() + tests(options.pytest))
    except KeyboardInterrupt:
        return 130
    print()
    for reason, number in sums.reasons.most_common():
        print(f"skipped {number} x {reason.removeprefix('Skipped: ')}")
    for name in sums.broken:
        print(f"failed: {name}")
    print(sums.line(), flush=True)
    return 1 if sums.failed else 0


if __name__ == "__main__":
    sys.exit(main())
