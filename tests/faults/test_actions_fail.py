"""The action server wrong, slow, silent or gone, behind a Rasa that is well."""

from __future__ import annotations

import pytest

from tests.faults import proxy
from tests.faults.running import Faulty, in_time, is_honest
from tests.faults.test_rasa_fails import OPENING, fails_and_comes_back
from tests.running import request

pytestmark = pytest.mark.processes
WRONG = {
    "an error": proxy.http(500, b"{}"),
    "refused": proxy.http(400, b'{"action_name": "action_triage_step", "error": "no"}'),
    "an empty object": proxy.http(200, b"{}"),
    "nothing said": proxy.http(200, b'{"events": [], "responses": []}'),
    "no JSON": proxy.http(200, b"{"),
    "said without a record": proxy.http(
        200, b'{"events": [], "responses": [{"custom": {"messages": [{"kind": "info", "text": "x"}]}}]}'
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer(faulty: Faulty, wrong: str) -> None:
    faulty.actions.set(reply=WRONG[wrong])
    fails_and_comes_back(faulty)


@pytest.mark.parametrize("mode", [proxy.REFUSE, proxy.RESET, proxy.HALF_CLOSE, proxy.DROP])
def test_a_broken_wire(faulty: Faulty, mode: str) -> None:
    faulty.actions.set(mode)
    fails_and_comes_back(faulty)


def test_a_slow_action_is_still_answered(faulty: Faulty) -> None:
    faulty.actions.set(delay=1.0)
    assert in_time(faulty.person(), OPENING).status == 201


def test_the_same_request_id_is_in_the_logs_of_all_who_failed(faulty: Faulty) -> None:
    person = faulty.person()
    faulty.actions.set(proxy.REFUSE)
    request_id = "5" * 32
    failed = request("POST", f"{person.path}/messages", {"text": OPENING}, person.token, {"X-Request-Id": request_id})
    is_honest(failed)
    assert request_id in faulty.stack.log("api")
    assert request_id in faulty.stack.log("rasa")
