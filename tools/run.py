"""`make run`: check, train if needed, start API, Rasa and actions, and end all of them together."""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import stack
from tools.supervise import Ended, NotReady, Supervisor


class Stopped(Exception):
    """Someone asked for the end: Ctrl-C or SIGTERM."""


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _stop(*_: object) -> None:
    _deaf()
    raise Stopped


def _deaf() -> None:
    """One signal is enough: stopping must not be interrupted half way."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def main() -> int:
    """Exit code 0 after Ctrl-C or SIGTERM, 1 when something is unfit or a process ended by itself."""
    for number in SIGNALS:
        signal.signal(number, _stop)
    supervisor = None
    sentence, code = "", 0
    try:
        ports = stack.Ports.from_environ(os.environ)
        stack.check_ports(ports)
        stack.check_data()
        stack.train()
        stack.say("Starting API, Rasa and actions (Rasa takes some 10 s to load its model)")
        supervisor = Supervisor(stack.specs(ports, os.environ))
        supervisor.start()
        supervisor.wait_ready(lambda: stack.answers(f"{ports.url}/readyz"), stack.START_SECONDS)
        stack.say(f"Spinewise is ready: {ports.url}/demo")
        supervisor.watch()
    except Stopped:
        stack.say("Stopping")
    except (stack.Unfit, Ended, NotReady) as error:
        sentence, code = str(error), 1
    _deaf()
    if supervisor is not None:
        supervisor.stop()
    if sentence:
        stack.fail(sentence)
    return code


if __name__ == "__main__":
    sys.exit(main())
