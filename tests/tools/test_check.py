"""The sums at the end of `make test`."""

import sys

import pytest

from tools import check

SUITE = """
import pytest
def test_good(): pass
def test_bad(): assert False
@pytest.mark.skip(reason="needs a PostgreSQL server")
def test_left_out(): pass
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "BUILD", tmp_path / "build")
    return tmp_path


def pytest_check(house, text):
    (house / "test_suite.py").write_text(text)
    return check.Check("suite", (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"), "suite.xml")


def test_all_are_summed_and_the_reason_of_a_skip_is_kept(house):
    checks = [
        check.Check("good", (sys.executable, "-c", "")),
        check.Check("bad", (sys.executable, "-c", "raise SystemExit(1)")),
        pytest_check(house, SUITE),
    ]
    sums = check.run(checks)
    assert sums.line() == "2 passed, 2 failed, 1 skipped"
    assert sums.reasons == {"needs a PostgreSQL server": 1}
    assert sums.broken == ["bad", "suite"]


def test_a_suite_that_cannot_be_collected_fails(house):
    assert check.run([pytest_check(house, "import nothing_of_this_name")]).failed == 1


def test_a_suite_that_breaks_off_without_a_report_fails(house):
    assert check.run([pytest_check(house, "import os\nos._exit(1)")]).failed == 1


def test_a_report_of_an_earlier_run_is_not_counted(house):
    assert check.run([pytest_check(house, "def test_good(): pass")]).passed == 1
    assert check.run([pytest_check(house, "import os\nos._exit(1)")]).passed == 0


def test_a_check_that_cannot_run_here_is_skipped_and_says_why(house):
    sums = check.run([check.Check("types", (sys.executable, "-c", "raise SystemExit(1)"), prepare=lambda: "no Node")])
    assert sums.line() == "0 passed, 0 failed, 1 skipped"
    assert sums.reasons == {"no Node": 1}
    needed = check.Check("types", (sys.executable, "-c", "raise SystemExit(1)"), prepare=lambda: None)
    assert check.run([needed]).failed == 1


def test_a_check_beside_others_runs_while_they_do_and_is_summed_and_shown(house, capfd):
    wait = "import pathlib, sys, time\nwhile not pathlib.Path('there').exists(): time.sleep(0.01)\n"
    checks = [
        check.Check("waits", (sys.executable, "-c", f"{wait}print('at last'); sys.exit(3)"), beside=True),
        check.Check("goes on", (sys.executable, "-c", "open('there', 'w').close()")),
    ]
    sums = check.run(checks)
    assert (sums.line(), sums.broken) == ("1 passed, 1 failed, 0 skipped", ["waits"])
    assert "at last" in capfd.readouterr().out


def test_every_room_of_tests_is_run_once_whether_served_or_not():
    commands = [one.command for one in check.tests(()) if one.report in ("served.xml", "others.xml")]
    others, served = sorted(commands, key=lambda command: "tests/api" in command)
    assert {f"--ignore={room}" for room in check.SERVED} <= set(others)
    assert set(check.SERVED) <= set(served)
    assert [one.report for one in check.tests(("-k", "x"))][-1] == "app.xml"
