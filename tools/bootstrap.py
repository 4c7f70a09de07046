"""Prepare a checkout: find or install uv, find both Pythons, make both environments from their hashed locks.

Runs on any Python from 3.8 with the standard library only; `make` calls it first. When the locks are as they were
at the last run it returns at once. Each failure is one sentence on stderr and exit code 1.

    python3 tools/bootstrap.py          both environments
    python3 tools/bootstrap.py app      only .venv (or: rasa, only .venv-rasa)
    python3 tools/bootstrap.py lock     compile requirements/*.in to hashed locks again
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

try:
    import fcntl
except ImportError:  # Windows: two runs at once are then not kept apart
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
Version = Tuple[int, int]


class SetupError(Exception):
    """Something a person has to mend; the message is one sentence that says how."""


class Environment(NamedTuple):
    """One virtual environment: its folder, its lock file and the Python versions it may use, best first."""

    name: str
    folder: str
    lock: str
    versions: Tuple[Version, ...]
    purpose: str


ENVIRONMENTS = {
    "app": Environment(
        "app", ".venv", "requirements/dev.txt", ((3, 12), (3, 13)), "the API, the actions and the tests"
    ),
    "rasa": Environment("rasa", ".venv-rasa", "requirements/rasa.txt", ((3, 10),), "Rasa"),
    "bench": Environment(
        "bench", "bench/.venv-stock", "requirements/bench-stock.txt", ((3, 10),), "stock Rasa in the benchmark"
    ),
}
DEFAULT = ("app", "rasa")
# What each lock is compiled from, and for which Python.
LOCKS = (
    ("uv", "3.8", True),
    ("app", "3.12", True),
    ("dev", "3.12", True),
    ("rasa", "3.10", False),
    ("bench-stock", "3.10", False),
)


def say(text: str) -> None:
    """Print one progress line at once."""
    print(text, flush=True)


def dotted(version: Version) -> str:
    """(3, 12) as "3.12"."""
    return ".".join(str(part) for part in version)


# ---------------------------------------------------------------- Python


def version_of(python: str) -> Optional[Version]:
    """Major and minor version of an interpreter, or None when it does not run (a pyenv shim without a version)."""
    code = "import sys, venv; print('%d %d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    parts = done.stdout.split()
    return (int(parts[0]), int(parts[1])) if done.returncode == 0 and len(parts) == 2 else None


def candidates(version: Version, environ: Dict[str, str]) -> List[str]:
    """Interpreters that may be of that version: pyenv's folders first, then PATH, then this one."""
    pyenv = Path(environ.get("PYENV_ROOT") or Path(environ.get("HOME", "/nonexistent")) / ".pyenv") / "versions"
    number = dotted(version)
    folders = [found for found in pyenv.glob(number + ".*") if found.name.split(".")[-1].isdigit()]
    folders.sort(key=lambda folder: int(folder.name.split(".")[-1]), reverse=True)
    found = [str(folder / "bin" / "python") for folder in folders]
    found += [name for name in (shutil.which("python" + number, path=environ.get("PATH")),) if name]
    if sys.version_info[:2] == version:
        found.append(sys.executable)
    return found


def find_python(versions: Sequence[Version], environ: Dict[str, str]) -> Optional[str]:
    """The first interpreter of one of these versions on this machine, or None."""
    for version in versions:
        for python in candidates(version, environ):
            if version_of(python) == version:
                return python
    return None


def python_for(environment: Environment, uv: str, environ: Dict[str, str]) -> str:
    """An interpreter for an environment, fetched by uv when the machine has none; SetupError when that fails too."""
    python = find_python(environment.versions, environ)
    if python:
        return python
    number = dotted(environment.versions[0])
    known = subprocess.run(
        [uv, "python", "find", "--no-config", "--managed-python", "--no-python-downloads", number],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environ,
        cwd=str(ROOT),
    )
    if known.returncode == 0:
        return known.stdout.decode().strip()
    if environ.get("UV_PYTHON_DOWNLOADS") not in ("never", "manual"):
        say(f"Python {number} for {environment.purpose}: not on this machine, fetching it")
        fetched = subprocess.run(
            [uv, "python", "install", "--no-bin", number],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,
            cwd=str(ROOT),
        )
        if fetched.returncode == 0:
            return python_for(environment, uv, {**environ, "UV_PYTHON_DOWNLOADS": "never"})
    raise SetupError(
        f"Python {number} is needed for {environment.purpose} and was not found: install it "
        f"(`uv python install {number}`, `pyenv install {number}` or your system's packages) and run make again."
    )


# ---------------------------------------------------------------- uv


def runs(command: Sequence[str]) -> bool:
    """Whether `command --version` works."""
    try:
        done = subprocess.run(
            [*command, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, cwd=str(ROOT)
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def find_uv(environ: Dict[str, str]) -> Optional[str]:
    """A uv that works: on PATH, in .tools/, or beside this Python as a package."""
    found = [shutil.which("uv", path=environ.get("PATH")), str(TOOLS / "uv" / "bin" / "uv")]
    try:
        import uv  # type: ignore[import-not-found]

        found.append(uv.find_uv_bin())
    except (ImportError, OSError):
        pass
    for path in found:
        if path and runs([path]):
            return path
    return None


def install_uv(environ: Dict[str, str]) -> str:
    """Install the pinned uv into .tools/uv from its hashed lock, with this Python's own venv and pip."""
    say("uv: not found, installing it into .tools/")
    folder = TOOLS / "uv"
    shutil.rmtree(str(folder), ignore_errors=True)
    python = sys.executable
    if subprocess.run([python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL).returncode != 0:
        raise SetupError(
            "This Python cannot make virtual environments: install its venv module (on Debian and Ubuntu "
            "`apt install python3-venv`) or uv, and run make again."
        )
    lock = str(ROOT / "requirements" / "uv.txt")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    steps = (
        [python, "-m", "venv", str(folder)],
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock],
    )
    for step in steps:
        done = subprocess.run(step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environ, cwd=str(ROOT))
        if done.returncode != 0:
            print(last_lines(done.stdout.decode(errors="replace")), file=sys.stderr)
            shutil.rmtree(str(folder), ignore_errors=True)
            raise SetupError(
                "uv could not be installed (see above): check that pip can reach its package index, "
                "or install uv yourself and run make again."
            )
    return str(folder / "bin" / "uv")


def pip_index(environ: Dict[str, str]) -> Dict[str, str]:
    """uv's settings for the index that pip is configured for, where uv has no settings of its own."""
    home = Path(environ.get("HOME", "/nonexistent"))
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    own = any(environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE"))
    if own or (config / "uv" / "uv.toml").exists() or Path("/etc/uv/uv.toml").exists():
        return {}
    asked = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environ,
    )
    settings: Dict[str, str] = {}
    for line in done.stdout.decode(errors="replace").splitlines():
        key, _, value = line.partition("=")
        name = key.rsplit(".", 1)[-1]
        if name in asked:
            settings[asked[name]] = value.strip().strip("'\"")
    return settings


# ---------------------------------------------------------------- environments


def last_lines(text: str, count: int = 15) -> str:
    """The end of a tool's output, for a person to read."""
    return "\n".join(text.strip().splitlines()[-count:])


def fingerprint(lock: Path) -> str:
    """What the stamp of an environment holds: the digest of its lock file."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def stamp_of(environment: Environment) -> Path:
    """The stamp lies inside the environment: who deletes the one deletes the other."""
    return ROOT / environment.folder / "spinewise-lock.sha256"


def is_current(environment: Environment) -> bool:
    """Whether the environment was made from its lock file as it is now, and its Python still runs."""
    stamp, python = stamp_of(environment), ROOT / environment.folder / "bin" / "python"
    try:
        return stamp.read_text() == fingerprint(ROOT / environment.lock) and python.exists()
    except OSError:
        return False


def build(environment: Environment, uv: str, python: str, environ: Dict[str, str], failures: List[str]) -> None:
    """Make one environment and install exactly its lock; the reason of a failure goes into `failures`."""
    folder = ROOT / environment.folder
    environ = {**environ, "VIRTUAL_ENV": str(folder)}
    steps: List[List[str]] = []
    if version_of(str(folder / "bin" / "python")) not in environment.versions:
        shutil.rmtree(str(folder), ignore_errors=True)
        steps.append([uv, "venv", "-q", "--no-project", "--python", python, str(folder)])
    stamp_of(environment).unlink() if stamp_of(environment).exists() else None
    steps.append([uv, "pip", "sync", "-q", "--require-hashes", str(ROOT / environment.lock)])
    for step in steps:
        done = subprocess.run(step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environ, cwd=str(ROOT))
        if done.returncode != 0:
            print(last_lines(done.stdout.decode(errors="replace")), file=sys.stderr, flush=True)
            failures.append(
                f"The environment for {environment.purpose} could not be installed (see above): check that the "
                "package index can be reached and that the disk has 3 GB left, then run make again."
            )
            return
    stamp_of(environment).write_text(fingerprint(ROOT / environment.lock))


def prepare(names: Sequence[str], environ: Dict[str, str]) -> None:
    """Bring the named environments up to their locks, side by side, telling how far it is."""
    stale = [ENVIRONMENTS[name] for name in names if not is_current(ENVIRONMENTS[name])]
    if not stale:
        return
    TOOLS.mkdir(exist_ok=True)
    uv = find_uv(environ) or install_uv(environ)
    environ = {**environ, **pip_index(environ), "UV_NO_PROGRESS": "1"}
    environ.pop("VIRTUAL_ENV", None)
    pythons = [python_for(environment, uv, environ) for environment in stale]
    failures: List[str] = []
    running = []
    began = time.monotonic()
    for environment, python in zip(stale, pythons):
        count = sum(1 for line in (ROOT / environment.lock).open() if line[:1].isalnum())
        say(f"{environment.folder}: installing {count} packages for {environment.purpose}")
        thread = threading.Thread(target=build, args=(environment, uv, python, environ, failures), daemon=True)
        thread.start()
        running.append((environment, thread))
    told = began
    while running:
        for environment, thread in list(running):
            thread.join(0.1)
            if not thread.is_alive():
                running.remove((environment, thread))
                if not failures:
                    say(f"{environment.folder}: ready after {time.monotonic() - began:.0f} s")
        if running and time.monotonic() - told >= 10:
            told = time.monotonic()
            names_left = " and ".join(environment.folder for environment, _ in running)
            say(f"still installing {names_left} ({told - began:.0f} s)")
    if failures:
        raise SetupError(failures[0])


def compile_locks(environ: Dict[str, str]) -> None:
    """Compile every requirements/*.in again; versions already locked stay unless the .in file forbids them."""
    uv = find_uv(environ) or install_uv(environ)
    for name, version, universal in LOCKS:
        source, lock = f"requirements/{name}.in", f"requirements/{name}.txt"
        if not (ROOT / source).exists():
            continue
        say(f"{lock} from {source}")
        command = [uv, "pip", "compile", "-q", "--generate-hashes", "--no-emit-index-url", "--no-header"]
        command += ["--python-version", version] + (["--universal"] if universal else [])
        if subprocess.run([*command, source, "-o", lock], cwd=str(ROOT), env=environ).returncode != 0:
            raise SetupError(f"{lock} could not be compiled (see above).")


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when all asked for is ready."""
    environ = dict(os.environ)
    names = list(arguments) or list(DEFAULT)
    unknown = [name for name in names if name not in ENVIRONMENTS and name != "lock"]
    if unknown:
        print(
            "Unknown: {}. Choose from {}, lock.".format(", ".join(unknown), ", ".join(ENVIRONMENTS)), file=sys.stderr
        )
        return 2
    if names != ["lock"] and all(is_current(ENVIRONMENTS[name]) for name in names if name != "lock"):
        return 0
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "setup.lock").open("w") as held:
        if fcntl is not None:
            fcntl.flock(held, fcntl.LOCK_EX)  # two makes at once: the second waits, then finds all done
        try:
            if "lock" in names:
                compile_locks(environ)
            prepare([name for name in names if name != "lock"], environ)
        except SetupError as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("Stopped; run make again to go on.", file=sys.stderr)
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
