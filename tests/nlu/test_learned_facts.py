"""The learned reader of facts by itself: real components, a few examples, no sentence vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.observation import Observation
from bot.nlu.learned_facts import LearnedFacts

FEW = """\
onset=gradual: |
  it sneaked up on me bit by bit
  little by little it sneaked up over the months
  sneaked in, worse bit by bit | stress=true
stress=true: |
  bailiffs at the door, my head is frazzled
  I am frazzled with the bailiffs
stress=false: |
  life is peachy and calm
  not a care, everything is peachy
side=left: |
  the wing nearest my heart
  wing by my heart, the near one
none: |
  can you recommend a pillow
  what do you charge
  is a massage right for me
"""


def learn(tmp_path: Path, **config: Any) -> LearnedFacts:
    (tmp_path / "few.yml").write_text(FEW, "utf-8")
    settings = {"examples": str(tmp_path), "weights": {"words": 1.0, "pieces": 1.0}, "strength": 50.0, "sure": 0.5}
    context = ExecutionContext(GraphSchema({}), node_name="facts")
    reader = LearnedFacts.create({**settings, **config}, LocalModelStorage(tmp_path), Resource("facts"), context)
    reader.train(TrainingData())
    return reader


def heard(reader: LearnedFacts, text: str, *read: Observation) -> list[tuple[str, object]]:
    message = Message(data={"text": text, "entities": [one.to_entity() for one in read]})
    entities = reader.process([message])[0].get("entities")
    assert entities[: len(read)] == [one.to_entity() for one in read]
    found = [Observation.from_entity(entity) for entity in entities[len(read) :]]
    assert all(one is not None and one.reader == "learned" for one in found)
    assert all(one is not None and one.kind == ("detail" if one.id == "side" else "fact") for one in found)
    return sorted((one.id, one.value) for one in found if one is not None)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> LearnedFacts:
    return learn(tmp_path_factory.mktemp("facts"))


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("it sneaked up bit by bit", [("onset", "gradual")]),
        ("frazzled by bailiffs", [("stress", True)]),
        ("everything calm and peachy, not a care", [("stress", False)]),
        ("the wing by my heart", [("side", "left")]),
        ("do you recommend a massage", []),
    ],
)
def test_hears_what_it_learnt(reader: LearnedFacts, text: str, facts: list[tuple[str, object]]) -> None:
    assert heard(reader, text) == facts


def test_a_fact_that_the_rules_read_is_left_alone(reader: LearnedFacts) -> None:
    text = "it sneaked up bit by bit"
    assert heard(reader, text, Observation("fact", "onset", value="sudden")) == []
    assert heard(reader, text, Observation("fact", "onset", "past", "sudden")) == [("onset", "gradual")]


def test_one_value_of_a_fact(reader: LearnedFacts, tmp_path: Path) -> None:
    eager = learn(tmp_path, sure=0.0)
    facts = [fact for fact, _ in heard(eager, "frazzled but peachy")]
    assert facts == sorted(set(facts))


def test_is_found_again_in_the_model(tmp_path: Path) -> None:
    trained = learn(tmp_path)
    context = ExecutionContext(GraphSchema({}), node_name="facts")
    storage = LocalModelStorage(tmp_path)
    loaded = LearnedFacts.load(trained._config, storage, Resource("facts"), context)
    assert heard(loaded, "frazzled by bailiffs") == heard(trained, "frazzled by bailiffs")


def test_without_examples_it_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InvalidConfigException, match="no examples"):
        learn(tmp_path, examples=str(empty))
