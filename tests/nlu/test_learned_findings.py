"""The learned reader of findings by itself: real examples, real language pipeline, no sentence vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
import yaml
from conftest import ROOT
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import bot.language.pipeline  # noqa: F401 - registers the components of models/language
from bot.language.observation import Observation
from bot.nlu.grams import grams
from bot.nlu.label_model import Example, LabelModel, parts_of, read_examples
from bot.nlu.learned_findings import LearnedFindings

WEIGHTS = {"words": 1.0, "pieces": 1.0}
KNOWN = "since lunch I have a drooling mouth and slurry words"
FEW = """\
stroke_signs: |
  my mouth is drooping and drooling
  my words come out slurry since lunch
  drooling and slurry | chest_pain
chest_pain: |
  a crushing weight on my chest
  chest is tight and crushing
none: |
  my shoulders are stiff from the desk
  a tight neck after driving
  can you recommend a pillow
  what do you charge
"""


@pytest.fixture(scope="module")
def language() -> Any:
    return spacy.load(ROOT / "models" / "language")


def learn(tmp_path: Path, nlu: list[Message], **config: Any) -> LearnedFindings:
    (tmp_path / "few.yml").write_text(FEW, "utf-8")
    context = ExecutionContext(GraphSchema({}), node_name="findings")
    storage, resource = LocalModelStorage(tmp_path), Resource("findings")
    settings = {
        "examples": str(tmp_path),
        "weights": WEIGHTS,
        "threshold": 0.3,
        "whispered": 0.3,
        "sure": 0.99,
        "sure_of_hints": 0.95,
        "most": 1,
        **config,
    }
    LearnedFindings.create(settings, storage, resource, context).train(TrainingData(nlu))
    return LearnedFindings.load(settings, storage, resource, context)


def message(text: str, doc: Any = None, intent: str | None = None) -> Message:
    made = Message.build(text, intent)
    made.set(SPACY_DOCS["text"], doc)
    return made


def doubts(reader: LearnedFindings, made: Message) -> list[Observation]:
    (seen,) = reader.process([made])
    return [Observation.from_entity(entity) for entity in seen.get("entities")]  # type: ignore[misc]


def test_what_the_rules_did_not_name_becomes_a_hint_of_the_learned_reader(tmp_path: Path) -> None:
    (seen,) = [one for one in doubts(learn(tmp_path, []), message(KNOWN)) if one.kind == "finding"]
    assert (seen.id, seen.status, seen.certainty, seen.reader) == ("stroke_signs", "present", "hint", "learned")


@pytest.mark.parametrize(
    "text", ["my speech is slurred", "no slurred speech", "my uncle had slurred speech last year"]
)
def test_what_the_rules_named_stays_as_they_read_it(tmp_path: Path, language: Any, text: str) -> None:
    reader = learn(tmp_path, [])
    reader._config["threshold"] = 0.0
    assert "stroke_signs" not in {seen.id for seen in doubts(reader, message(text, language(text)))}


@pytest.mark.parametrize(
    ("read", "certainty"),
    [
        ("good morning", "plain"),  # the rules hear nothing
        ("no slurred speech", "hint"),  # they hear the contrary
        ("neck hurts and my eyelid is drooping", None),  # they doubt it themselves: asked about anyway
        ("my speech is slurred", None),  # they heard it
    ],
)
def test_where_it_is_sure(tmp_path: Path, language: Any, read: str, certainty: str | None) -> None:
    """``read``: what the rules make of the message, whatever the learned reader hears in it."""
    reader = learn(tmp_path, [])
    reader._config.update(threshold=0.0, threshold_of_emergencies=0.0, sure=0.0, most=9)
    found = {seen.id: seen.certainty for seen in doubts(reader, message(KNOWN, language(read)))}
    assert found.get("stroke_signs") == certainty


def test_what_they_doubt_is_taken_where_it_is_surer_still(tmp_path: Path, language: Any) -> None:
    reader = learn(tmp_path, [], sure_of_hints=0.0)
    doubted = message(KNOWN, language("neck hurts and my eyelid is drooping"))
    assert {seen.certainty for seen in doubts(reader, doubted) if seen.id == "stroke_signs"} == {"plain"}
    reader._config["rules_decide"] = ["stroke_signs"]
    doubted.set("entities", [])
    assert not [seen for seen in doubts(reader, doubted) if seen.id == "stroke_signs"]


LONG = "ever since lunch today I find that my speech is slurred"


@pytest.mark.parametrize(
    ("text", "seen", "config", "certainty"),
    [
        (LONG, Observation("finding", "stroke_signs"), {}, "disputed"),
        (LONG, Observation("finding", "stroke_signs"), {"unlikely": 0.0}, "plain"),
        ("my speech is slurred", Observation("finding", "stroke_signs"), {}, "plain"),  # too short to be misread
        (LONG, Observation("finding", "stroke_signs"), {"rules_decide": ["stroke_signs"]}, "plain"),
        (LONG, Observation("finding", "stroke_signs", status="denied"), {}, "plain"),
        (LONG, Observation("finding", "pregnancy"), {}, "plain"),  # no alarm
        (LONG, Observation("fact", "age", value=40), {}, "plain"),
    ],
)
def test_an_alarm_in_a_sentence_that_it_finds_unlikely_is_disputed(
    tmp_path: Path, text: str, seen: Observation, config: dict[str, Any], certainty: str
) -> None:
    (tmp_path / "mild.yml").write_text("pregnancy: |\n  expecting in June\n  expecting our second\n", "utf-8")
    never = {"threshold": 1.0, "threshold_of_emergencies": 1.0, "whispered": 1.0}
    reader = learn(tmp_path, [], **(never | {"unlikely": 1.0} | config))
    told = message(text)
    told.set("entities", [seen.to_entity()])
    assert [(one.id, one.certainty) for one in doubts(reader, told)] == [(seen.id, certainty)]


@pytest.mark.parametrize(
    ("likely", "text", "certainty"),
    [
        (0.001, LONG, "improbable"),
        (0.02, LONG, "disputed"),
        (0.2, LONG, "plain"),
        (0.001, "my speech is slurred", "plain"),
    ],
)
def test_an_alarm_that_it_finds_all_but_impossible_is_improbable(
    tmp_path: Path, likely: float, text: str, certainty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = learn(tmp_path, [], unlikely=0.1, threshold=1.0, threshold_of_emergencies=1.0, whispered=1.0)
    assert reader._model is not None
    reader._model.labels = ("stroke_signs",)
    monkeypatch.setattr(reader, "likelihoods", lambda message: np.array([likely]))
    told = message(text)
    told.set("entities", [Observation("finding", "stroke_signs").to_entity()])
    assert [one.certainty for one in doubts(reader, told)] == [certainty]


@pytest.mark.parametrize(("finding", "asked"), [("stroke_signs", True), ("calf_swelling", False), ("lump", False)])
def test_an_emergency_is_asked_about_sooner(
    tmp_path: Path, finding: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = learn(tmp_path, [], threshold=0.15, threshold_of_emergencies=0.06, whispered=0.03)
    assert reader._model is not None
    reader._model.labels = (finding,)
    monkeypatch.setattr(reader, "likelihoods", lambda message: np.array([0.1]))
    found = [(one.id, one.kind, one.certainty) for one in doubts(reader, message(LONG))]
    assert found == [(finding, "finding", "hint") if asked else (finding, "whisper", "plain")]


@pytest.mark.parametrize(("likely", "certainty"), [(0.1, None), (0.2, "hint"), (0.8, "hint"), (0.95, "plain")])
def test_dark_words_have_bounds_of_their_own(
    tmp_path: Path, likely: float, certainty: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = learn(tmp_path, [], threshold_of_emergencies=0.06, sure=0.7, whispered=0.03)
    assert reader._model is not None
    reader._model.labels = ("self_harm",)
    monkeypatch.setattr(reader, "likelihoods", lambda message: np.array([likely]))
    found = [one.certainty for one in doubts(reader, message(LONG)) if one.kind == "finding"]
    assert found == ([] if certainty is None else [certainty])


def test_of_a_milder_finding_it_must_be_surer(tmp_path: Path) -> None:
    """Pregnancy, say, may wait for its list; taken for nothing it would change what is asked and advised."""
    (tmp_path / "mild.yml").write_text("pregnancy: |\n  expecting in June\n  expecting our second\n", "utf-8")
    reader = learn(tmp_path, [])
    told = message("expecting in June")
    for milder, certainty in ((0.0, "plain"), (1.0, "hint")):
        reader._config.update(threshold=0.0, threshold_of_emergencies=0.0, sure=0.0, sure_of_milder=milder, most=9)
        told.set("entities", [])
        assert {seen.id: seen.certainty for seen in doubts(reader, told)}["pregnancy"] == certainty
        assert {seen.certainty for seen in doubts(reader, message(KNOWN)) if seen.id == "stroke_signs"} == {"plain"}


def test_no_more_than_so_many_at_once(tmp_path: Path) -> None:
    heard = doubts(learn(tmp_path, [], threshold=0.0, threshold_of_emergencies=0.0, most=1), message(KNOWN))
    assert len([one for one in heard if one.kind == "finding"]) == 1


def test_what_is_too_faint_to_be_asked_about_is_whispered_with_its_likelihood(tmp_path: Path) -> None:
    heard = doubts(learn(tmp_path, [], threshold=1.0, threshold_of_emergencies=1.0, whispered=0.0), message(KNOWN))
    assert {one.kind for one in heard} == {"whisper"}
    assert max(heard, key=lambda one: one.value or 0.0).id == "stroke_signs"  # type: ignore[operator,return-value]
    assert all(isinstance(one.value, float) and 0.0 < one.value <= 1.0 for one in heard)


def test_intents_are_learnt_from_but_not_alarms_in_which_nothing_was_read(tmp_path: Path) -> None:
    nothing = [message("drooling mouth and slurry words", intent="greet") for _ in range(1)]
    unread = [message("drooling mouth and slurry words", intent="report_alarm")]
    low = learn(tmp_path, nothing)._model.likelihoods(KNOWN)  # type: ignore[union-attr]
    high = learn(tmp_path, unread)._model.likelihoods(KNOWN)  # type: ignore[union-attr]
    assert low[1] < high[1]


def test_without_examples_it_says_so(tmp_path: Path) -> None:
    context = ExecutionContext(GraphSchema({}), node_name="findings")
    empty = LearnedFindings.create(
        {"examples": str(tmp_path / "nowhere")}, LocalModelStorage(tmp_path), Resource("findings"), context
    )
    with pytest.raises(InvalidConfigException, match="no examples"):
        empty.train(TrainingData([]))


def test_an_alarm_in_passing_is_not_drowned() -> None:
    examples = [Example(f"my mouth is drooping {n}", ("stroke_signs",)) for n in range(4)]
    examples += [Example(f"stiff neck from work {n}", ()) for n in range(8)]
    model = LabelModel.fit(examples, ["stroke_signs"], WEIGHTS)
    alone = model.likelihoods("my mouth is drooping")
    told = "I have a stiff neck from work. " * 12 + "My mouth is drooping. " + "Stiff neck from work again. " * 4
    drowned = 1 / (1 + np.exp(-model._score(told, None)[0]))
    assert drowned < 0.3 < 0.5 < model.likelihoods(told)[0] < alone[0]
    assert model.likelihoods(told)[0] > model.likelihoods(told.replace("mouth is drooping", "pillow is old"))[0]


def test_the_same_examples_give_the_same_model() -> None:
    examples = [Example("a crushing chest", ("chest_pain",)), Example("stiff neck", ())] * 3
    one, other = (LabelModel.fit(examples, ["chest_pain"], WEIGHTS) for _ in range(2))
    assert (one.slopes == other.slopes).all()


def test_parts_of_a_message() -> None:
    assert parts_of("my back hurts") == ["my back hurts"]
    assert parts_of("My back hurts. Ouch! I also feel faint") == [
        "My back hurts. Ouch! I also feel faint",
        "My back hurts.",
        "I also feel faint",
    ]


def test_apostrophes_make_no_difference() -> None:
    assert grams("I can’t pee") == grams("i cant pee")


def test_every_finding_has_examples_and_every_example_a_known_finding() -> None:
    findings = yaml.safe_load((ROOT / "data" / "clinical" / "findings.yml").read_text("utf-8"))["findings"]
    examples = list(read_examples(ROOT / "data" / "finding_examples"))
    told = [finding for example in examples for finding in example.labels]
    screens = {finding: row["screen"] for finding, row in findings.items()}
    assert set(told) == set(screens)
    few = {f: told.count(f) for f, screen in screens.items() if told.count(f) < (25 if screen == "A" else 12)}
    assert few == {}
    assert sum(not example.labels for example in examples) >= 600


@pytest.mark.parametrize(
    ("likely", "text", "certainty"),
    [
        (0.001, "my calf is tight after a long run", "faint"),
        (0.02, "my calf is tight after a long run", "hint"),
        (0.001, "calf is tight", "hint"),
    ],
)
def test_a_doubt_of_the_rules_that_is_all_but_impossible_is_faint(
    tmp_path: Path, language: Any, likely: float, text: str, certainty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = learn(tmp_path, [])
    assert reader._model is not None
    reader._model.labels = ("calf_swelling",)
    monkeypatch.setattr(reader, "likelihoods", lambda message: np.array([likely]))
    hint = Observation("finding", "calf_swelling", certainty="hint", end=len(text))
    made = Message(data={"text": text, "entities": [hint.to_entity()], SPACY_DOCS["text"]: language(text)})
    (entity,) = reader.process([made])[0].get("entities")
    assert (entity["status"], entity["certainty"]) == ("present", certainty)


def test_of_what_the_layers_know_some_are_read_again_and_of_what_is_new_all(tmp_path: Path) -> None:
    known = list(read_examples(ROOT / "data" / "finding_examples", "pregnancy.yml"))
    new = [Example(f"my left antler aches, the {number}th of ten", ("lump",)) for number in range(10)]
    reader = LearnedFindings({**LearnedFindings.get_default_config(), "one_in": 4})
    kept = reader._enough([*known, *new])
    assert kept[-len(new) :] == new
    assert len(known) * 0.15 < len(kept) - len(new) < len(known) * 0.5
    assert kept == reader._enough([*known, *new])
    with_words = LearnedFindings({**LearnedFindings.get_default_config(), "weights": {"words": 1.0, "vectors": 2.0}})
    assert len(with_words._enough([*known, *new])) == len(known) + len(new)
