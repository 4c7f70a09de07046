"""The learned reader of signals by itself: real components, a few examples, no sentence vectors."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.learned_signals import LearnedSignals

FEW = """\
complaint: |
  which oil for a shoulder like an old gate
  price for a neck like a rusty gate
  a stretch for my rusty shoulder
none: |
  which oil do you use
  what is the price of an hour
  a good stretch in general
"""


def learn(tmp_path: Path, training: TrainingData) -> LearnedSignals:
    (tmp_path / "few.yml").write_text(FEW, "utf-8")
    config = {"examples": str(tmp_path), "weights": {"words": 1.0, "pieces": 1.0}, "strength": 50.0, "sure": 0.5}
    context = ExecutionContext(GraphSchema({}), node_name="signals")
    reader = LearnedSignals.create(config, LocalModelStorage(tmp_path), Resource("signals"), context)
    reader.train(training)
    return reader


def signals(reader: LearnedSignals, text: str) -> list[str]:
    message = reader.process([Message(data={"text": text, "entities": []})])[0]
    return [entity["value"] for entity in message.get("entities")]


def told(text: str, intent: str) -> Message:
    return Message(data={"text": text, "intent": intent})


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> LearnedSignals:
    return learn(tmp_path_factory.mktemp("signals"), TrainingData())


def test_a_wish_that_hides_a_complaint_is_told_from_a_general_one(reader: LearnedSignals) -> None:
    assert signals(reader, "oil for a rusty neck") == ["complaint_likely"]
    assert signals(reader, "what is the price of the oil in general") == []
    assert signals(reader, "") == []


def test_it_learns_from_the_intents_as_well(tmp_path: Path) -> None:
    told_intents = [
        told("my spine is a bag of spanners", "describe_complaint"),
        told("do you sell spanners", "ask_oils"),
    ]
    reader = learn(tmp_path, TrainingData(told_intents))
    assert signals(reader, "spine is a bag of spanners") == ["complaint_likely"]


def test_is_found_again_in_the_model(tmp_path: Path) -> None:
    trained = learn(tmp_path, TrainingData())
    context = ExecutionContext(GraphSchema({}), node_name="signals")
    loaded = LearnedSignals.load(trained._config, LocalModelStorage(tmp_path), Resource("signals"), context)
    assert signals(loaded, "oil for a rusty neck") == ["complaint_likely"]
