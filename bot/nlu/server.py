"""Rasa's command line with the project's environment and logs: ``python -m bot.nlu.server run``.

Beyond plain ``rasa``: telemetry off and one thread per pool; no person's words in any log; ``run`` and ``shell``
listen on loopback; ``RASA_PORT``, ``ACTIONS_PORT`` and ``ACTIONS_URL`` (the action server's whole webhook address)
are heeded.
"""

from __future__ import annotations

import os
import sys
from typing import Any, List, Optional

from bot.nlu.environment import hush_warnings, prepare

ACTION_SECONDS = 5  # the action server itself gives up after three (actions/turn.py)


def arguments(given: List[str]) -> List[str]:
    """``given`` with the project's port and interface for ``run`` and ``shell``, unless it names its own."""
    if given[:1] not in (["run"], ["shell"]) or given[1:2] in (["actions"], ["nlu"]):
        return given
    added = []
    port = os.environ.get("RASA_PORT")
    if port and not {"-p", "--port"}.intersection(given):
        added += ["--port", port]
    if not {"-i", "--interface"}.intersection(given):
        added += ["--interface", os.environ.get("RASA_INTERFACE", "127.0.0.1")]
    return [*given, *added]


def actions_url() -> Optional[str]:
    """Where the action server is when the environment says so, else None: endpoints.yml counts."""
    url, port = os.environ.get("ACTIONS_URL"), os.environ.get("ACTIONS_PORT")
    if url:
        return url
    return f"http://127.0.0.1:{port}/webhook" if port else None


def heed_actions_url() -> None:
    """Let the environment override ``action_endpoint`` of endpoints.yml.

    Rasa expands ``${NAME}`` there but has no defaults, and a plain ``rasa shell`` must work with nothing set.
    """
    url = actions_url()
    if url is None:
        return
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig

    read = AvailableEndpoints.read_endpoints.__func__  # type: ignore[attr-defined]

    def read_endpoints(cls: Any, endpoint_file: Optional[str]) -> Any:
        endpoints = read(cls, endpoint_file)
        if endpoints.action is None:
            endpoints.action = EndpointConfig(url)
        endpoints.action.url = url
        return endpoints

    AvailableEndpoints.read_endpoints = classmethod(read_endpoints)  # type: ignore[method-assign,assignment]


def validate_answers_once_compiled() -> None:
    """Check action answers against Rasa's schema without checking the schema itself each time (3 ms of a turn)."""
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate(_action: RemoteAction, result: Any) -> bool:
        error = best_match(validator.iter_errors(result))
        if error is not None:
            raise error
        return True

    RemoteAction._validate_action_result = validate  # type: ignore[method-assign]


def give_up_on_hanging_actions() -> None:
    """Wait for an action no longer than a turn can: Rasa's own limit is 300 s and cannot be set."""
    from rasa.core.actions import action

    action.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS


def main() -> None:
    """Run Rasa's command line."""
    prepare()
    hush_warnings()
    sys.argv[1:] = arguments(sys.argv[1:])
    heed_actions_url()
    validate_answers_once_compiled()
    give_up_on_hanging_actions()
    from rasa.__main__ import main as rasa_main

    rasa_main()


if __name__ == "__main__":
    main()
