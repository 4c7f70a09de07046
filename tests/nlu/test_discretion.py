"""The log filter on its own, in a process of its own, since it cannot be taken back."""

from __future__ import annotations

import subprocess
import sys

from conftest import CANARY, ROOT

SCRIPT = f"""
import logging, sys, warnings
logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s")
from bot.nlu import discretion
log = logging.getLogger("rasa.core.processor")
log.info("said before anyone spoke")
discretion.keep()
discretion.keep()
log.debug("text {CANARY}")
log.error("%s", "{CANARY}", extra={{"text": "{CANARY}"}})
log.warning({{"event": "{CANARY}"}})
log.warning('{{"event": "processor.slots.log", "slot_values": "{CANARY}"}}')
log.warning('{{"event": "I have a {CANARY}"}}')
logging.getLogger("bot.nlu.channel").error("turn failed: %s", "KeyError")
discretion.request_id.set("7" * 32)
logging.getLogger("bot.nlu.channel").error("turn timed out")
warnings.warn("{CANARY}")
def fail():
    try:
        raise ValueError("{CANARY}")
    except ValueError as error:
        raise RuntimeError("{CANARY}") from error
try:
    fail()
except RuntimeError:
    log.exception("{CANARY}")
    logging.getLogger("bot.nlu.channel").exception("turn failed")
fail()
"""


def test_nothing_but_places_events_and_types_passes() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True)
    lines = done.stdout + done.stderr
    assert CANARY not in lines
    assert "INFO rasa.core.processor said before anyone spoke" in lines
    assert "processor.slots.log" in lines
    assert "ERROR bot.nlu.channel turn failed: KeyError" in lines
    assert f"ERROR bot.nlu.channel turn timed out request_id={'7' * 32}" in lines
    assert "ERROR bot.nlu.channel turn failed RuntimeError from ValueError at <string>:" in lines
    assert lines.rstrip().splitlines()[-1].startswith("RuntimeError from ValueError")
    assert "UserWarning" in lines
