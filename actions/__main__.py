"""``python -m actions``: the action server on ``ACTIONS_HOST``:``ACTIONS_PORT`` (127.0.0.1:5055)."""

from __future__ import annotations

import logging
import os
import sys
import warnings

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.turn import assistant, request_id
from bot.triage.files import ClinicalDataError


def main() -> int:
    """Load the mind, then serve until told to stop. 1 when the data files are broken."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s request_id=%(request_id)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(_with_request_id)
    # rasa_sdk's own error log repeats the request; what went wrong is logged without words by actions.turn.
    logging.getLogger("rasa_sdk.endpoint").setLevel(logging.CRITICAL)
    logging.getLogger("rasa_sdk.utils").setLevel(logging.ERROR)
    # A newer rasa_sdk serves the frozen Rasa by decision (docs/decisions/0001-two-environments.md).
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")
    for name in ("sanic.root", "sanic.server", "sanic.error", "sanic.access"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        assistant()
    except ClinicalDataError as error:
        print(error, file=sys.stderr)
        return 1
    executor = ActionExecutor()
    executor.register_package("actions")
    app = create_app(executor, cors_origins=[])
    app.prepare(
        host=os.environ.get("ACTIONS_HOST", "127.0.0.1"),
        port=int(os.environ.get("ACTIONS_PORT", "5055")),
        single_process=True,
        access_log=False,
        motd=False,
    )
    Sanic.serve_single(app)
    return 0


def _with_request_id(record: logging.LogRecord) -> bool:
    record.request_id = request_id.get() or "-"
    return True


if __name__ == "__main__":
    sys.exit(main())
