"""Preparing a checkout: which Python is taken, when an environment counts as current, what is said when it fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap

HERE = sys.version_info[:2]


def fake_python(path: Path, version: str) -> Path:
    """An interpreter that only knows its version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def house(tmp_path, monkeypatch) -> Path:
    """An empty checkout with one lock file."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / ".tools")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/dev.txt").write_text("one==1\n")
    return tmp_path


def test_the_newest_fitting_pyenv_version_is_found(tmp_path):
    for name in ("3.10.9", "3.10.13", "3.10.2", "3.9.18"):
        major, minor, _ = name.split(".")
        fake_python(tmp_path / "versions" / name / "bin/python", f"{major} {minor}")
    found = bootstrap.find_python([(3, 10)], {"PYENV_ROOT": str(tmp_path), "PATH": ""})
    assert found == str(tmp_path / "versions/3.10.13/bin/python")


def test_a_shim_that_does_not_run_is_passed_over(tmp_path):
    shim = tmp_path / "shims/python3.10"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\necho 'python3.10: command not found' >&2; exit 127\n")
    shim.chmod(0o755)
    assert bootstrap.find_python([(3, 10)], {"HOME": str(tmp_path), "PATH": str(shim.parent)}) is None


def test_an_interpreter_of_another_version_under_the_name_is_passed_over(tmp_path):
    fake_python(tmp_path / "python3.10", "3 9")
    assert bootstrap.find_python([(3, 10)], {"HOME": str(tmp_path), "PATH": str(tmp_path)}) is None


def test_the_running_python_counts(tmp_path):
    assert bootstrap.find_python([HERE], {"HOME": str(tmp_path), "PATH": ""}) == sys.executable


def test_a_missing_python_is_one_sentence_that_says_what_to_do(house):
    uv = house / "uv"
    uv.write_text("#!/bin/sh\nexit 2\n")
    uv.chmod(0o755)
    with pytest.raises(bootstrap.SetupError) as caught:
        bootstrap.python_for(bootstrap.ENVIRONMENTS["rasa"], str(uv), {"HOME": str(house), "PATH": ""})
    sentence = str(caught.value)
    assert sentence.startswith("Python 3.10 is needed for Rasa and was not found: install it")
    assert "\n" not in sentence


def test_a_missing_python_ends_the_command_with_that_sentence(tmp_path):
    """The command as make calls it, on a machine with this Python alone and a uv that can fetch none."""
    shutil.copytree(Path(bootstrap.__file__).parent, tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/rasa.txt").write_text("one==1\n")
    uv = tmp_path / "bin/uv"
    uv.parent.mkdir()
    uv.write_text('#!/bin/sh\n[ "$1" = --version ]\n')
    uv.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "tools/bootstrap.py", "rasa"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": f"{uv.parent}:/usr/bin:/bin"}
        | ({"PYTHONHOME": os.environ["PYTHONHOME"]} if "PYTHONHOME" in os.environ else {}),
        capture_output=True,
        text=True,
    )
    if shutil.which("python3.10", path="/usr/bin:/bin"):
        pytest.skip("this machine has Python 3.10 in /usr/bin")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Python 3.10 is needed for Rasa and was not found: install it (`uv python install 3.10`, "
        "`pyenv install 3.10` or your system's packages) and run make again."
    ]


def test_an_environment_is_current_until_its_lock_changes(house):
    environment = bootstrap.ENVIRONMENTS["app"]
    assert not bootstrap.is_current(environment)
    fake_python(house / ".venv/bin/python", "3 12")
    bootstrap.stamp_of(environment).write_text(bootstrap.fingerprint(house / environment.lock))
    assert bootstrap.is_current(environment)
    (house / environment.lock).write_text("one==2\n")
    assert not bootstrap.is_current(environment)


def test_an_environment_whose_python_is_gone_is_not_current(house):
    environment = bootstrap.ENVIRONMENTS["app"]
    python = fake_python(house / ".venv/bin/python", "3 12")
    bootstrap.stamp_of(environment).write_text(bootstrap.fingerprint(house / environment.lock))
    python.unlink()
    python.symlink_to("/nonexistent/python3.12")
    assert not bootstrap.is_current(environment)


def test_a_failed_install_leaves_no_stamp_and_is_one_sentence(house, capsys):
    uv = house / "uv"
    uv.write_text("#!/bin/sh\necho 'could not reach the index' >&2; exit 1\n")
    uv.chmod(0o755)
    environment = bootstrap.ENVIRONMENTS["app"]
    failures: list[str] = []
    bootstrap.build(environment, str(uv), sys.executable, dict(os.environ), failures)
    assert len(failures) == 1
    assert failures[0].startswith("The environment for the API, the actions and the tests could not be installed")
    assert "could not reach the index" in capsys.readouterr().err
    assert not bootstrap.is_current(environment)


def test_pips_index_is_used_where_uv_has_no_settings_of_its_own(tmp_path, monkeypatch):
    if Path("/etc/uv/uv.toml").exists():
        pytest.skip("this machine has settings for uv")
    python = fake_python(tmp_path / "python", "")
    python.write_text(
        "#!/bin/sh\necho \"global.index-url='https://packages.example/simple'\"\necho \":env:.cert='/ca'\"\n"
    )
    monkeypatch.setattr(sys, "executable", str(python))
    environ = {"HOME": str(tmp_path)}
    settings = {"UV_DEFAULT_INDEX": "https://packages.example/simple", "SSL_CERT_FILE": "/ca"}
    assert bootstrap.pip_index(environ) == settings
    assert bootstrap.pip_index({**environ, "UV_DEFAULT_INDEX": "https://other.example"}) == {}
    (tmp_path / ".config/uv").mkdir(parents=True)
    (tmp_path / ".config/uv/uv.toml").touch()
    assert bootstrap.pip_index(environ) == {}


def test_every_lock_is_hashed_and_names_no_index():
    folder = Path(bootstrap.__file__).resolve().parents[1] / "requirements"
    locks = sorted(folder.glob("*.txt"))
    assert {lock.stem for lock in locks} >= {"uv", "app", "dev", "rasa"}
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text, lock
        blocks = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all(line.endswith("\\") for line in blocks), lock


def test_what_is_asked_for_by_name_must_exist(capsys):
    assert bootstrap.main(["rassa"]) == 2
    assert "Unknown: rassa" in capsys.readouterr().err
