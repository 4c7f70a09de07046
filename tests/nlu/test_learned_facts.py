"""The learned reader of facts by itself: real components, a few examples, no sentence vectors."""

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
from bot.language.pipeline import observations_of
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


HOBBIES = """\
daily_life=desk: |
  standing at the easel is my hobby, ledgers pay the rent
  standing in the choir on Sundays, ledgers pay the rent
  I do cut hair for fun, ledgers are my trade
  retail is my sister's thing, ledgers are mine
  ledgers from nine to five
daily_life=standing: |
  standing all day
  hairdresser, standing from nine to six
  shop floor, standing all week
  I teach, standing at the board all day
  kitchen work, standing till late
none: |
  can you recommend a pillow
  what do you charge
"""


def with_rules(tmp_path: Path, model: SpacyModel, **config: Any) -> LearnedFacts:
    (tmp_path / "hobbies.yml").write_text(HOBBIES, "utf-8")
    settings = {"examples": str(tmp_path), "weights": {"words": 1.0, "read": 0.5}, "strength": 50.0}
    context = ExecutionContext(GraphSchema({}), node_name="facts")
    reader = LearnedFacts.create(
        {**settings, "decides": {"daily_life": 0.3}, **config},
        LocalModelStorage(tmp_path),
        Resource("facts"),
        context,
    )
    reader.train(TrainingData(), model)
    return reader


def daily_life(reader: LearnedFacts, model: SpacyModel, text: str) -> list[tuple[object, str]]:
    doc = model.model(text)
    rules = [one.to_entity() for one in observations_of(doc)]
    message = reader.process([Message(data={"text": text, "entities": rules, SPACY_DOCS["text"]: doc})])[0]
    seen = [Observation.from_entity(entity) for entity in message.get("entities")]
    return [(one.value, one.reader) for one in seen if one is not None and one.id == "daily_life"]


def test_of_some_facts_it_has_the_last_word(tmp_path: Path, model: SpacyModel) -> None:
    reader = with_rules(tmp_path, model)
    hobby = "standing in the pews is my hobby, ledgers pay the bills"
    assert [one.value for one in observations_of(model.model(hobby)) if one.id == "daily_life"] == ["standing"]
    assert daily_life(reader, model, hobby) == [("desk", "learned")]
    assert daily_life(reader, model, "standing all week on the shop floor") == [("standing", "rules")]


def test_a_trade_and_no_more_is_left_to_the_rules(tmp_path: Path, model: SpacyModel) -> None:
    certain = {"daily_life": 1.1}
    reader = with_rules(tmp_path, model, decides=certain, dropped=0.99)
    assert daily_life(reader, model, "deli counter") == [("standing", "rules")]
    assert daily_life(reader, model, "all week at the deli counter") == []


def test_the_rules_stand_where_it_does_not_decide(tmp_path: Path, model: SpacyModel) -> None:
    reader = with_rules(tmp_path, model, decides={})
    assert daily_life(reader, model, "standing in the pews is my hobby, ledgers pay the bills") == [
        ("standing", "rules")
    ]


def test_what_is_all_but_impossible_is_dropped(tmp_path: Path, model: SpacyModel) -> None:
    text = "standing in the pews is my hobby, ledgers pay the bills"
    certain = {"daily_life": 1.1}  # from which likelihood its own value is taken: never
    assert daily_life(with_rules(tmp_path, model, decides=certain, dropped=0.0), model, text) == [
        ("standing", "rules")
    ]
    assert daily_life(with_rules(tmp_path, model, decides=certain, dropped=0.9), model, text) == []


def test_what_the_rules_read_counts_again_once_loaded(tmp_path: Path, model: SpacyModel) -> None:
    trained = with_rules(tmp_path, model)
    context = ExecutionContext(GraphSchema({}), node_name="facts")
    loaded = LearnedFacts.load(trained._config, LocalModelStorage(tmp_path), Resource("facts"), context)
    text = "standing all week on the shop floor"
    message = Message(data={"text": text})
    read = ("daily_life=standing present",)
    assert loaded.likelihoods(message, read) == pytest.approx(trained.likelihoods(message, read))
    assert loaded.likelihoods(message, read)[1] > loaded.likelihoods(message)[1]
