"""Several processes that start, speak and end together."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.supervise import Ended, NotReady, Spec, Supervisor

FOREVER = "import time; time.sleep(600)"
STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf', flush=True)
time.sleep(600)
"""


def spec(name: str, code: str, folder: Path, **environ: str) -> Spec:
    return Spec(name, (sys.executable, "-c", code), folder, environ)


def wait_for(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def test_each_line_carries_the_name_of_its_process(tmp_path):
    out = io.StringIO()
    supervisor = Supervisor(
        [spec("api", f"print('one'); {FOREVER}", tmp_path), spec("actions", f"print('two'); {FOREVER}", tmp_path)],
        out,
    )
    supervisor.start()
    try:
        wait_for(lambda: "one" in out.getvalue() and "two" in out.getvalue())
    finally:
        supervisor.stop()
    assert "api     | one\n" in out.getvalue()
    assert "actions | two\n" in out.getvalue()


def test_when_one_ends_by_itself_the_sentence_names_it_and_none_is_left(tmp_path):
    supervisor = Supervisor(
        [spec("api", FOREVER, tmp_path), spec("rasa", "print('no model'); raise SystemExit(3)", tmp_path)],
        io.StringIO(),
    )
    supervisor.start()
    with pytest.raises(Ended, match=r"^The rasa process ended with code 3, so all were stopped\.$") as caught:
        supervisor.watch()
    supervisor.stop()
    assert caught.value.last == ("no model",)
    assert all(is_gone(process.pid) for process in supervisor.processes.values())


def test_a_process_killed_from_outside_is_named_with_the_signal(tmp_path):
    supervisor = Supervisor([spec("api", FOREVER, tmp_path)], None)
    supervisor.start()
    os.kill(supervisor.processes["api"].pid, signal.SIGKILL)
    with pytest.raises(Ended, match="api process ended by SIGKILL"):
        supervisor.watch()
    supervisor.stop()


def test_a_command_that_does_not_exist_ends_the_others_too(tmp_path):
    supervisor = Supervisor([spec("api", FOREVER, tmp_path), Spec("rasa", ("/nonexistent/python",), tmp_path)], None)
    with pytest.raises(Ended, match="rasa"):
        supervisor.start()
    supervisor.stop()
    assert is_gone(supervisor.processes["api"].pid)


def test_who_ignores_the_request_to_end_is_killed(tmp_path):
    out = io.StringIO()
    supervisor = Supervisor([spec("api", STUBBORN, tmp_path)], out, stop_seconds=0.3)
    supervisor.start()
    wait_for(lambda: "deaf" in out.getvalue())
    supervisor.stop()
    assert supervisor.processes["api"].returncode == -signal.SIGKILL


def test_workers_of_a_process_end_with_it(tmp_path):
    out = io.StringIO()
    code = (
        f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {FOREVER!r}]); print(p.pid); p.wait()"
    )
    supervisor = Supervisor([spec("api", code, tmp_path)], out)
    supervisor.start()
    wait_for(lambda: out.getvalue().count("\n") == 1)
    supervisor.stop()
    worker = int(out.getvalue().split("|")[1])
    wait_for(lambda: is_gone(worker))


def test_not_ready_in_time_is_said(tmp_path):
    supervisor = Supervisor([spec("api", FOREVER, tmp_path)], None)
    supervisor.start()
    with pytest.raises(NotReady, match="Not ready after"):
        supervisor.wait_ready(lambda: False, 0.1, every=0.02)
    supervisor.stop()


def test_a_process_sees_its_own_settings_only(tmp_path):
    out = io.StringIO()
    show = f"import os; print(os.environ.get('SECRET')); {FOREVER}"
    supervisor = Supervisor([spec("api", show, tmp_path, SECRET="known"), spec("actions", show, tmp_path)], out)
    supervisor.start()
    wait_for(lambda: out.getvalue().count("\n") == 2)
    supervisor.stop()
    assert sorted(out.getvalue().splitlines()) == ["actions | None", "api     | known"]


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only the Linux kernel tells children of their parent"
)
def test_children_end_even_when_the_supervisor_is_killed_outright(tmp_path):
    script = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from tools.supervise import Spec, Supervisor
supervisor = Supervisor([Spec("api", (sys.executable, "-c", {FOREVER!r}), Path("."))], None)
supervisor.start()
print(supervisor.processes["api"].pid, flush=True)
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    child = int(parent.stdout.readline())
    time.sleep(0.2)  # the child asks for its parent's death before it runs anything
    parent.kill()
    parent.communicate()
    wait_for(lambda: is_gone(child))
