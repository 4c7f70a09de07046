"""The learned reader of numbers by itself: the real language pipeline, a few examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.observation import Observation
from bot.language.pipeline import TODAY, observations_of
from bot.nlu.fact_examples import TAUGHT_ON
from bot.nlu.learned_numbers import LearnedNumbers

FEW = """\
none: |
  my van is 12 and I am creaking on at 45, lower back | age=45
  the dog is 7 and I am creaking on at 38, neck | age=38
  my son is 9 and I am creaking on at 51, neck | age=51
  creaking on at 63, shoulder sore | age=63
  the shop is 20 metres away and my back is sore
  she has 30 tablets left and a stiff neck
  desk for 15 people and a stiff neck
"""


def made(tmp_path: Path, **config: Any) -> LearnedNumbers:
    context = ExecutionContext(GraphSchema({}), node_name="numbers")
    settings = {"examples": str(tmp_path), "strength": 50.0, **config}
    reader: LearnedNumbers = LearnedNumbers.create(
        settings, LocalModelStorage(tmp_path), Resource("numbers"), context
    )
    return reader


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, model: SpacyModel) -> LearnedNumbers:
    folder = tmp_path_factory.mktemp("numbers")
    (folder / "numbers_few.yml").write_text(FEW, "utf-8")
    reader = made(folder)
    reader.train(TrainingData(), model)
    return reader


def read(model: SpacyModel, text: str) -> Message:
    doc = model.model.make_doc(text)
    doc.user_data[TODAY] = TAUGHT_ON
    for _, component in model.model.pipeline:
        doc = component(doc)
    entities = [one.to_entity() for one in observations_of(doc)]
    return Message(data={"text": text, "entities": entities, SPACY_DOCS["text"]: doc})


def facts(message: Message) -> dict[str, tuple[object, str]]:
    seen = [Observation.from_entity(entity) for entity in message.get("entities")]
    return {one.id: (one.value, one.reader) for one in seen if one is not None and one.kind == "fact"}


def test_a_number_that_no_rule_knows_is_heard(reader: LearnedNumbers, model: SpacyModel) -> None:
    message = read(model, "my cat is 11 and I am creaking on at 57, upper back")
    assert facts(message).get("age", ("", "rules"))[0] != 57
    assert facts(reader.process([message])[0])["age"] == (57, "learned")


def test_where_it_stands_is_kept(reader: LearnedNumbers, model: SpacyModel) -> None:
    text = "the shed is 14 and I am creaking on at 57, upper back"
    found = [Observation.from_entity(entity) for entity in reader.process([read(model, text)])[0].get("entities")]
    age = next(one for one in found if one is not None and one.id == "age")
    assert text[age.start : age.end] == "57"


def test_what_is_no_age_is_left_alone(reader: LearnedNumbers, model: SpacyModel) -> None:
    assert "age" not in facts(reader.process([read(model, "a room for 40 people and a stiff neck")])[0])


def test_the_rules_choice_stands_where_nothing_is_likelier(reader: LearnedNumbers, model: SpacyModel) -> None:
    message = read(model, "I'm 44 years old with a stiff neck")
    assert facts(message)["age"] == (44, "rules")
    trusting = {**reader._config, "trust": {"age": 9.0, "pain_score": 0.0, "duration_days": 0.0}}
    kept, reader._config = reader._config, trusting
    try:
        assert facts(reader.process([message])[0])["age"] == (44, "rules")
    finally:
        reader._config = kept


def test_short_replies_are_left_to_the_rules(reader: LearnedNumbers, model: SpacyModel) -> None:
    assert facts(reader.process([read(model, "creaking at 57")])[0]) == facts(read(model, "creaking at 57"))


def test_an_age_told_without_a_number_stands(reader: LearnedNumbers, model: SpacyModel) -> None:
    message = read(model, "I'm a sixth former with 3 sore places on my back")
    before = facts(message)["age"]
    assert facts(reader.process([message])[0])["age"] == before


def test_what_was_learned_is_found_again(reader: LearnedNumbers, model: SpacyModel, tmp_path: Path) -> None:
    reader.save(tmp_path)
    other = made(tmp_path)
    other.restore(tmp_path)
    text = "my cat is 11 and I am creaking on at 57, upper back"
    assert facts(other.process([read(model, text)])[0]) == facts(reader.process([read(model, text)])[0])


def test_a_folder_without_examples_is_an_error(tmp_path: Path, model: SpacyModel) -> None:
    with pytest.raises(InvalidConfigException, match="no examples"):
        made(tmp_path).train(TrainingData(), model)
