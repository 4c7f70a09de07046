"""The assistant without its two servers: the emergency screen, the trained model, the actions' own turn."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

from rasa_sdk import Tracker

from actions.turn import inbound_from
from bot.dialogue.assistant import Assistant
from bot.dialogue.inbound import Inbound, Outcome
from bot.language import pipeline as language
from tests.language.sentence_tables import TODAY
from tools import stack

ROOT = Path(__file__).resolve().parent.parent
COUNTRY = "GB"
ENDED = "the model's process ended: is there a trained model (`make train`)?"


class Model:
    """The trained model in a process of Rasa's environment; a context manager. Each text is parsed once."""

    def __init__(self) -> None:
        command = [str(stack.RASA_PYTHON), "-W", "ignore", str(ROOT / "evaluation" / "parse_messages.py")]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._line = ThreadPoolExecutor(1)  # one text at a time goes to the process, in the order asked
        self._parsed: dict[str, Future[dict[str, Any]]] = {}

    def __enter__(self) -> Model:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.shutdown(cancel_futures=True)
        self._process.communicate()  # closing the input ends it

    def prepare(self, texts: Iterable[str]) -> None:
        """Begin to parse these; the caller goes on meanwhile."""
        for text in texts:
            if text not in self._parsed:
                self._parsed[text] = self._line.submit(self._ask, text)

    def parse(self, text: str) -> dict[str, Any]:
        """``{"text", "intent": {"name", "confidence"}, "entities"}``; RuntimeError when the process has ended."""
        self.prepare([text])
        return self._parsed[text].result()

    def _ask(self, text: str) -> dict[str, Any]:
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None or self._process.poll() is not None:
            raise RuntimeError(ENDED)
        into.write(json.dumps(text) + "\n")
        into.flush()
        line = out.readline()
        if not line:
            raise RuntimeError(ENDED)
        parsed: dict[str, Any] = json.loads(line)
        return parsed


class Pipeline:
    """What the three processes do with a message, in one."""

    def __init__(self, model: Model) -> None:
        self.model = model
        language.today = lambda: TODAY  # as in the model's process
        self.assistant = Assistant.load(ROOT / "data", reading=True)

    def inbound(self, text: str) -> Inbound:
        """The message as the actions take it in."""
        tracker = Tracker("", {}, {**self.model.parse(text), "metadata": {}}, [], False, None, {}, "")
        return inbound_from(tracker)

    def turn(self, text: str, record: Mapping[str, Any] | None) -> Outcome:
        """One turn of a conversation, as the API runs it."""
        screened = self.assistant.screen(text, record, COUNTRY)
        answered = self.assistant.take_turn(self.inbound(text), record)
        return answered if screened is None or self.assistant.heeds(answered.record, screened.record) else screened
