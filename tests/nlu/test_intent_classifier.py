"""The classifier by itself: scaling, learning, saving, and messages with nothing known in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from conftest import ROOT
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.language.observation import Observation
from bot.nlu.intent_classifier import ScaledLogisticRegression, Scaling
from bot.nlu.observation_features import alarm_in, names_of

WEIGHTS = {"words": 1.0, "vectors": 2.0}


def message(counts: list[float], vector: list[float], intent: str | None = None) -> Message:
    made = Message.build("some text", intent)
    made.add_features(Features(csr_matrix([counts]), "sentence", "text", "words"))
    made.add_features(Features(np.array([vector]), "sentence", "text", "vectors"))
    return made


@pytest.fixture
def parts() -> dict[str, Any]:
    context = ExecutionContext(GraphSchema({}), node_name="classifier")
    return {"resource": Resource("classifier"), "execution_context": context}


def trained(tmp_path: Path, parts: dict[str, Any], intents: int = 3) -> tuple[Any, LocalModelStorage]:
    storage = LocalModelStorage(tmp_path)
    classifier = ScaledLogisticRegression.create({"weights": WEIGHTS}, storage, **parts)
    rows = np.eye(3)[:intents].tolist()
    examples = [message(row, row, f"intent_{place}") for place, row in enumerate(rows) for _ in range(5)]
    classifier.train(TrainingData(examples))
    return classifier, storage


@pytest.mark.parametrize("intents", [2, 3])
def test_it_learns_and_its_confidences_add_up(tmp_path: Path, parts: dict[str, Any], intents: int) -> None:
    classifier, _ = trained(tmp_path, parts, intents)
    (seen,) = classifier.process([message([0, 1, 0], [0, 1, 0])])
    assert seen.get("intent")["name"] == "intent_1"
    assert sum(one["confidence"] for one in seen.get("intent_ranking")) == pytest.approx(1)


def test_an_intent_leant_to_is_taken_sooner(tmp_path: Path, parts: dict[str, Any]) -> None:
    classifier, _ = trained(tmp_path, parts)
    between = message([0, 1, 1], [0, 0.5, 0.5])

    def confidence(lean: float) -> float:
        classifier._config["lean"] = {"intent_2": lean}
        (seen,) = classifier.process([between])
        ranking = {one["name"]: one["confidence"] for one in seen.get("intent_ranking")}
        assert sum(ranking.values()) == pytest.approx(1)
        return float(ranking["intent_2"])

    assert confidence(-1) < confidence(0) < confidence(1)


def test_loaded_from_disk_it_says_the_same(tmp_path: Path, parts: dict[str, Any]) -> None:
    classifier, storage = trained(tmp_path, parts)
    loaded = ScaledLogisticRegression.load({"weights": WEIGHTS}, storage, **parts)
    said = [one.process([message([0, 3, 1], [0, 1, 0.5])])[0].get("intent_ranking") for one in (classifier, loaded)]
    assert said[0] == said[1]


def test_what_is_saved_needs_no_pickle(tmp_path: Path, parts: dict[str, Any]) -> None:
    _, storage = trained(tmp_path, parts)
    with storage.read_from(parts["resource"]) as folder:
        assert sorted(file.suffix for file in folder.iterdir()) == [".json", ".npz"]
        with np.load(folder / "intents.npz", allow_pickle=False) as numbers:
            assert all(numbers[name].dtype.kind == "f" for name in numbers.files)


def test_a_message_without_features_still_gets_a_ranking(tmp_path: Path, parts: dict[str, Any]) -> None:
    classifier, _ = trained(tmp_path, parts)
    (seen,) = classifier.process([Message.build("???")])
    assert len(seen.get("intent_ranking")) == 3
    assert seen.get("intent")["confidence"] < 0.5


def test_each_part_has_its_weight_whatever_its_numbers() -> None:
    some = [{"words": csr_matrix([[1.0, 5.0, 0.0]]), "vectors": np.array([[0.1, 0.2]])}]
    _, values = Scaling.learn(WEIGHTS, some).row(
        {"words": csr_matrix([[3.0, 9.0, 1.0]]), "vectors": np.array([[4.0, 3.0]])}
    )
    assert np.linalg.norm(values[:3]) == pytest.approx(1)
    assert np.linalg.norm(values[3:]) == pytest.approx(2)


def test_a_weight_for_a_featurizer_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InvalidConfigException, match="'vectors'"):
        Scaling.learn(WEIGHTS, [{"words": csr_matrix([[1.0]])}])


def test_a_denied_finding_is_another_feature_than_a_present_one() -> None:
    there, denied = (names_of([Observation("finding", "fever", status=status)]) for status in ("present", "denied"))
    assert not set(there) & set(denied)


@pytest.mark.parametrize(
    ("seen", "alarm"),
    [
        (Observation("finding", "saddle_numbness"), True),
        (Observation("finding", "saddle_numbness", status="denied"), False),
        (Observation("finding", "saddle_numbness", certainty="hint"), False),
        (Observation("finding", "arm_pain_or_tingling"), False),
        (Observation("signal", "complaint"), False),
    ],
)
def test_only_an_urgent_finding_that_is_plainly_there_is_an_alarm(seen: Observation, alarm: bool) -> None:
    assert alarm_in([seen]) is alarm


@pytest.mark.parametrize("file", ["config.yml", "config-light.yml"])
def test_every_weight_names_a_featurizer_of_the_pipeline(file: str) -> None:
    pipeline = yaml.safe_load((ROOT / file).read_text())["pipeline"]
    aliases = [one["alias"] for one in pipeline if "alias" in one]
    weights = next(one["weights"] for one in pipeline if "weights" in one)
    assert sorted(weights) == sorted(aliases)


def test_the_light_config_differs_by_the_sentence_vectors_alone() -> None:
    full, light = (yaml.safe_load((ROOT / file).read_text()) for file in ("config.yml", "config-light.yml"))
    pipeline = [one for one in full["pipeline"] if one.get("alias") != "vectors"]
    for one in [*pipeline, *light["pipeline"]]:
        one.get("weights", {}).pop("vectors", None)
        if "learned_" in one["name"]:  # they see the vector alone, and without it words and their pieces
            # Weights, and bounds that were chosen for the reader with vectors alone.
            for setting in ("weights", "strength", "threshold_of_emergencies", "impossible", "faint", "apart"):
                one.pop(setting, None)
    assert {**full, "pipeline": pipeline} == light
