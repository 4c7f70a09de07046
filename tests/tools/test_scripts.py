"""The type check of the widget's scripts: it covers all of them, it can fail, and it says when it cannot run."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from api.widget.assets import STATIC
from tools import scripts

CONFIG = scripts.ROOT / "api/widget/tsconfig.json"


@pytest.fixture(scope="module")
def compiler() -> None:
    reason = scripts.prepare()
    if reason:
        pytest.skip(reason)


def test_every_script_is_checked_strictly(compiler: None) -> None:
    done = subprocess.run([*scripts.command(), "--listFilesOnly"], capture_output=True, text=True, check=True)
    checked = {Path(line).resolve() for line in done.stdout.splitlines()}
    assert {path.resolve() for path in STATIC.rglob("*.js")} <= checked
    options = json.loads(CONFIG.read_text())["compilerOptions"]
    assert options["strict"]
    assert options["checkJs"]
    assert not [path for path in STATIC.rglob("*.js") if "@ts-" in path.read_text()]


def test_a_wrong_type_is_found(compiler: None, tmp_path: Path) -> None:
    shutil.copytree(CONFIG.parent, tmp_path / "widget")
    broken = tmp_path / "widget/static/store.js"
    broken.write_text(broken.read_text() + "\nkeep(1, null);\n")
    project = tmp_path / "widget/tsconfig.json"
    done = subprocess.run(scripts.command(project=project), capture_output=True, text=True)
    assert done.returncode != 0
    assert "store.js" in done.stdout


def test_without_node_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "Node" in (scripts.prepare() or "")


def test_the_lock_has_hashes_and_names_no_registry() -> None:
    text = (scripts.ROOT / "package-lock.json").read_text()
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert "http" not in text
    assert "resolved" not in text
