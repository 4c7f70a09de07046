"""The trained model as a filter, in Rasa's environment: one JSON string a line in, one JSON object a line out.

Started by ``evaluation.pipeline``. The object is what Rasa hands to an action: ``{"text", "intent", "entities"}``,
and with it ``"learned"``, the findings that the learned reader alone thinks likely (null without one).
Weekdays count from the day of the tables of tests/language.
"""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.nlu import environment  # noqa: E402 - before the first import of rasa

environment.prepare()


def main() -> None:
    """Parse line after line until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what Rasa prints must not get between the answers
    environment.hush_warnings()
    from rasa.core.agent import Agent
    from rasa.model import get_latest_model
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    from bot.language import pipeline
    from bot.nlu.channel import defuse
    from tests.language.sentence_tables import TODAY

    pipeline.today = lambda: TODAY
    configure_logging_and_warnings(logging.ERROR)
    configure_structlog(logging.ERROR)
    agent = Agent.load(get_latest_model(str(ROOT / "models")))
    # Rasa shows what its components say together, never one alone.
    parts = [node._component for node in agent.processor.graph_runner._instantiated_nodes.values()]
    reader = next((part for part in parts if type(part).__name__ == "LearnedFindings"), None)
    loop = asyncio.new_event_loop()
    for line in sys.stdin:
        text = defuse(json.loads(line))
        parsed = loop.run_until_complete(agent.parse_message(text))
        kept = {name: parsed.get(name) for name in ("text", "intent", "intent_ranking", "entities")}
        kept["text"] = text
        kept["learned"] = None if reader is None else list(reader.likely(text))
        answers.write(json.dumps(kept) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
