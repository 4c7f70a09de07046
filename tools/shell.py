"""`make shell`: talk to the assistant in the terminal, through the public API. Standard library only.

Starts everything quietly unless Spinewise already answers on PORT. Choices are numbered; "2" or "1, 3" picks them.
The conversation is deleted at the end (Ctrl-D, or /quit).
"""

import json
import os
import re
import sys
import textwrap
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import stack
from tools.supervise import Ended, NotReady, Supervisor

WIDTH = 96
NUMBERS = re.compile(r"\d{1,2}(\s*[,; ]\s*\d{1,2})*")


class Talk:
    """One conversation with the API at `base`."""

    def __init__(self, base: str, clinic: str = "demo") -> None:
        self._base = base
        self._token = self._refresh = self._renewal = ""
        self._path = "/v1/conversations"
        status, answer = self._call("POST", self._path, {"clinic": clinic, "locale": "en", "consent": True})
        if status != 201:
            raise stack.Unfit(f"The assistant opened no conversation: {answer.get('title') or status}.")
        self._path += f"/{answer['id']}"
        self._token, self._refresh, self._renewal = answer["token"], answer["refresh"], f"{self._path}/token"
        self._seen = max((message.get("seq", 0) for message in answer["messages"]), default=0)
        self.triage: dict[str, Any] = answer["triage"]
        self.messages: list[dict[str, Any]] = answer["messages"]

    def say(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """Send one message; the assistant's messages in answer, also when it says that it cannot assess now."""
        key = str(uuid.uuid4())
        status, answer = self._call("POST", f"{self._path}/messages", body, {"Idempotency-Key": key})
        if status == 202:
            answer = self._late()
        self.triage = answer.get("triage") or self.triage
        messages = answer.get("messages") or []
        if not messages:
            messages = [{"kind": "info", "text": answer.get("detail") or answer.get("title") or f"(HTTP {status})"}]
        self._seen = max([self._seen, *(message.get("seq", 0) for message in messages)])
        self.messages = messages
        return messages

    def forget(self) -> bool:
        """Delete the conversation; whether that went well."""
        return self._call("DELETE", self._path)[0] == 204

    def _late(self, seconds: float = 60) -> dict[str, Any]:
        """The answer to a turn that took longer than its budget."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.5)
            _, answer = self._call("GET", f"{self._path}/messages?after={self._seen}")
            found = [message for message in answer.get("messages", []) if message["role"] == "assistant"]
            if found:
                return {**answer, "messages": found}
        return {"title": "The answer takes too long."}

    def _renew(self) -> bool:
        """Whether there is a new token: one is good for half an hour."""
        status, answer = self._call("POST", self._renewal, {"refresh": self._refresh})
        old, self._token = self._token, answer.get("token", "")
        return status == 200 and self._token != old

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, headers or {}, method=method)  # noqa: S310
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - our own http address # nosec B310
                return response.status, json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            if error.code == 401 and path != self._renewal and self._renew():
                return self._call(method, path, body, headers)
            try:
                return error.code, json.loads(error.read() or b"{}")
            except ValueError:
                return error.code, {}
        except OSError:
            return 0, {"title": "The assistant cannot be reached."}


def body_for(line: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """What to send for a typed line: choices when it is numbers that all stand beside a choice, else its text."""
    choices = [choice for message in messages for choice in message.get("choices") or []]
    kinds = {message["question"]["kind"] for message in messages if message.get("question")}
    if choices and NUMBERS.fullmatch(line.strip()) and not kinds & {"number", "scale"}:
        picked = [int(number) for number in re.findall(r"\d+", line)]
        if all(1 <= number <= len(choices) for number in picked):
            ids = [choices[number - 1]["id"] for number in dict.fromkeys(picked)]
            return {"choice": ids[0]} if len(ids) == 1 else {"choices": ids}
    return {"text": line}


def show(messages: list[dict[str, Any]], triage: dict[str, Any], colour: bool) -> None:
    """Print messages, their choices numbered through, and the state of the assessment in one grey line."""
    number = 0
    for message in messages:
        strong = colour and message.get("kind") == "emergency"
        print()
        # The choices are listed below with their numbers, so their lines in the text are left out.
        prompt = (message.get("question") or {}).get("prompt") if message.get("choices") else None
        for paragraph in (prompt or message["text"]).splitlines():
            text = textwrap.fill(paragraph, WIDTH, initial_indent="  ", subsequent_indent="  ")
            print(f"\033[1;31m{text}\033[0m" if strong else text)
        for choice in message.get("choices") or []:
            number += 1
            print(f"    {number:>2}  {choice['label']}")
    level = triage.get("level") or "no level yet"
    line = f"  [{triage.get('status')}, {level}, massage {triage.get('massage') or 'not decided'}]"
    print(f"\n\033[2m{line}\033[0m" if colour else f"\n{line}", flush=True)


def converse(base: str) -> None:
    """Talk until the person ends it; then delete the conversation."""
    colour = sys.stdout.isatty()
    talk = Talk(base)
    print(
        "Type as you would on the page; a number picks a choice. Ctrl-D or /quit ends and deletes the conversation."
    )
    show(talk.messages, talk.triage, colour)
    try:
        while True:
            line = input("\n> ").strip()
            if line == "/quit":
                break
            if line:
                show(talk.say(body_for(line, talk.messages)), talk.triage, colour)
    except (EOFError, KeyboardInterrupt):
        print()
    print("The conversation is deleted." if talk.forget() else "The conversation could not be deleted.")


def main() -> int:
    """Exit code 0 after a talk, 1 with a sentence when nothing could be started."""
    supervisor = None
    try:
        ports = stack.Ports.from_environ(os.environ)
        if not stack.answers(f"{ports.url}/readyz"):
            stack.check_ports(ports)
            stack.check_data()
            stack.train()
            stack.say("Starting the assistant")
            supervisor = Supervisor(stack.specs(ports, os.environ), out=None)
            supervisor.start()
            supervisor.wait_ready(lambda: stack.answers(f"{ports.url}/readyz"), stack.START_SECONDS)
        converse(ports.url)
    except KeyboardInterrupt:
        pass
    except Ended as error:
        stack.fail("\n".join([*error.last, str(error)]))
        return 1
    except (stack.Unfit, NotReady) as error:
        stack.fail(str(error))
        return 1
    finally:
        if supervisor is not None:
            supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
