"""Types of the widget's scripts, checked by TypeScript from their JSDoc; the widget needs neither Node nor a build.

`python tools/scripts.py` installs the locked compiler into node_modules/ when it is not there, then checks. Exit code
0 when all is well, 1 when not, 2 when it cannot be checked here (one line says why).
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CANNOT = 2


def _stamp(root: Path) -> Path:
    return root / "node_modules" / "spinewise-lock.sha256"


def prepare(root: Path = ROOT) -> str | None:
    """Installs what package-lock.json names; returns why the scripts cannot be checked, or None when they can."""
    npm = shutil.which("npm")
    if not shutil.which("node") or not npm:
        return "the types of the widget's scripts need Node and npm (Debian: apt-get install nodejs npm)"
    wanted = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    stamp = _stamp(root)
    if stamp.exists() and stamp.read_text() == wanted:
        return None
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    if subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL).returncode != 0:
        return "the TypeScript compiler could not be installed: is npm's package registry within reach?"
    stamp.write_text(wanted)
    return None


def command(root: Path = ROOT, project: Path | None = None) -> list[str]:
    """What checks the scripts of a project (a tsconfig.json); run it from anywhere, after `prepare`."""
    project = project or root / "api" / "widget" / "tsconfig.json"
    return ["node", str(root / "node_modules/typescript/bin/tsc"), "--project", str(project)]


def main() -> int:
    """See above."""
    reason = prepare()
    if reason:
        print(reason)
        return CANNOT
    return 1 if subprocess.run(command(), cwd=ROOT).returncode else 0


if __name__ == "__main__":
    sys.exit(main())
