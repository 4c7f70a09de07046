"""How readily `out_of_scope` is taken: `python -m bench.out_of_scope` in `.venv-rasa`; config.yml has the choice.

Parses tests/understanding/practice with the newest model and prints, for several leans instead of the configured one,
how much of what is not for us is caught and how much of the rest is lost to it, after the fallback.
"""

import asyncio
import math
import statistics
from collections.abc import Sequence

import yaml

from bot.nlu import environment

environment.prepare()

OTHER = "out_of_scope"
FALLBACK = "nlu_fallback"
LEANS = (0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)


def settings() -> tuple[float, float, float]:
    """The lean, the fallback's threshold and its ambiguity threshold of config.yml."""
    with open("config.yml", encoding="utf-8") as file:
        parts = {part["name"].rpartition(".")[2]: part for part in yaml.safe_load(file)["pipeline"]}
    fallback = parts["FallbackClassifier"]
    lean = parts["ScaledLogisticRegression"].get("lean", {}).get(OTHER, 0.0)
    return lean, fallback["threshold"], fallback["ambiguity_threshold"]


def said(ranking: dict[str, float], more: float, threshold: float, ambiguity: float) -> str:
    """The intent when the score of ``out_of_scope`` has ``more`` added to it."""
    leaning = {intent: p * (math.exp(more) if intent == OTHER else 1.0) for intent, p in ranking.items()}
    total = sum(leaning.values())
    first, second = sorted((p / total for p in leaning.values()), reverse=True)[:2]
    unsure = first < threshold or first - second < ambiguity
    return FALLBACK if unsure else max(leaning, key=leaning.__getitem__)


def row(rankings: Sequence[tuple[str, dict[str, float]]], lean: float, now: tuple[float, float, float]) -> str:
    """One line of the table."""
    guesses = [(meant, said(ranking, lean - now[0], *now[1:])) for meant, ranking in rankings]
    caught = statistics.mean(guess == OTHER for meant, guess in guesses if meant == OTHER)
    lost = statistics.mean(guess == OTHER for meant, guess in guesses if meant != OTHER)
    right = statistics.mean(meant == guess for meant, guess in guesses)
    return f"| {lean} | {caught:.1%} | {lost:.1%} | {right:.3f} |"


def main() -> None:
    """Print the table."""
    environment.hush_warnings()
    from rasa.core.agent import Agent
    from rasa.model import get_latest_model
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    from tests.understanding.labelled import messages

    configure_logging_and_warnings(40)
    configure_structlog(40)
    agent = Agent.load(get_latest_model("models"))
    loop = asyncio.new_event_loop()
    rankings = []
    for message in messages("practice"):
        if message.intent:
            parsed = loop.run_until_complete(agent.parse_message(message.text))
            ranking = {one["name"]: one["confidence"] for one in parsed["intent_ranking"] if one["name"] != FALLBACK}
            rankings.append((message.intent, ranking))
    print("| lean | caught | lost | accuracy |")
    print("|---" * 4 + "|")
    for lean in LEANS:
        print(row(rankings, lean, settings()))


if __name__ == "__main__":
    main()
