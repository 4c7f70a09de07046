"""The fitting of the layers: TensorFlow computes what the graph computes, and so does what is kept of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import sentence_vectors, tuning
from bot.nlu.label_model import read_examples
from bot.nlu.sentence_graph import STEP, Packaged, changed, unpacked
from bot.nlu.sentence_vectors import TUNED, WEIGHTS, SentenceModel, SentenceModelError, SentenceVectors, checked

TEXTS = ["my neck is stiff", "I can pee fine, both legs are strong, and I only came to ask about a massage", "numb"]


@pytest.fixture(scope="module")
def packaged() -> Packaged:
    return unpacked(checked(WEIGHTS))


@pytest.fixture(scope="module")
def last(packaged: Packaged) -> tuning.Layers:
    return tuning.Layers(packaged)


def test_the_layers_compute_what_the_packaged_graph_computes(last: tuning.Layers) -> None:
    as_it_is = SentenceModel(tuned=None)
    entered = tuning.states(checked(WEIGHTS), TEXTS)
    longest = max(len(one) for one in entered)
    given, there = np.zeros((len(TEXTS), longest, 384), np.float32), np.zeros((len(TEXTS), longest), np.float32)
    for row, one in enumerate(entered):
        given[row, : len(one)], there[row, : len(one)] = one, 1.0
    means = last.mean(last.tf.constant(given), last.tf.constant(there), 0.0).numpy()
    for text, mean in zip(TEXTS, means, strict=True):
        assert as_it_is.vector(text) @ (mean / np.linalg.norm(mean)) > 0.99


def test_what_is_kept_of_unfitted_layers_is_the_packaged_model(
    last: tuning.Layers, packaged: Packaged, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.npz"
    np.savez_compressed(kept, **last.differences(packaged))
    same, as_it_is = SentenceModel(tuned=kept), SentenceModel(tuned=None)
    for text in TEXTS:
        assert same.vector(text) @ as_it_is.vector(text) > 0.99


def test_an_alarm_comes_nearer_to_its_like_in_other_words_than_to_a_near_miss() -> None:
    told = [  # an alarm, the same kind in other words, and something else in nearly the same words
        ("I can't feel it when I wipe", "my bits have gone dead", "I can feel everything when I wipe"),
        ("my face droops on the left", "words come out slurred since lunch", "my nan's face drooped, years ago"),
        ("I want to end it all", "there is no point in living any more", "I want to end the week with a massage"),
        ("my legs went dead and I can't walk", "both legs gave way and I fell", "my legs were dead after leg day"),
    ]

    def nearness(model: SentenceModel) -> float:
        rows = [[model.vector(text) for text in three] for three in told]
        return float(np.mean([alarm @ like - alarm @ miss for alarm, like, miss in rows]))

    assert nearness(SentenceModel()) > nearness(SentenceModel(tuned=None)) + 0.1


def test_going_on_begins_with_the_layers_that_are_there(packaged: Packaged) -> None:
    there = sentence_vectors.tuned_layers(TUNED)
    begun = changed(packaged, there)
    again = changed(packaged, tuning.Layers(begun).differences(packaged))
    assert set(there) <= set(again.numbers)
    for name, change in there.items():
        numbers, same = begun.numbers[name].astype(float), again.numbers[name].astype(float)
        assert np.allclose(numbers, same, atol=STEP if change.dtype == np.int8 else 1e-5)


def test_new_messages_are_read_more_often() -> None:
    told, facts = np.eye(3, dtype=np.float32), np.zeros((3, 2), dtype=np.float32)
    given = tuning.Material(
        ["a", "b", "c"], told, np.ones(3), np.array([0, -1, 1]), ["x", "y", "z"], [], facts, facts
    )
    again = given.of([0, 1, 2, 1])
    assert again.texts == ["a", "b", "c", "b"]
    assert again.told[3].tolist() == [0.0, 1.0, 0.0]
    assert again.intents.tolist() == [0, -1, 1, -1]


def test_every_message_teaches_and_an_alarm_that_the_rules_miss_only_its_intent(tmp_path: Path) -> None:
    (tmp_path / "data" / "finding_examples").mkdir(parents=True)
    (tmp_path / "data" / "nlu").mkdir()
    (tmp_path / "data" / "fact_examples").mkdir()
    (tmp_path / "data" / "fact_examples" / "few.yml").write_text(
        "side=left: |\n  the wrong wing | stress=true\nstress=true: |\n  bailiffs at the door\n", encoding="utf-8"
    )
    (tmp_path / "data" / "language").symlink_to(Path("data/language").resolve())
    (tmp_path / "data" / "finding_examples" / "few.yml").write_text(
        "fever: |\n  roasting hot and shivering\nnone: |\n  a stiff neck\n", encoding="utf-8"
    )
    (tmp_path / "data" / "nlu" / "few.yml").write_text(
        "nlu:\n- intent: greet\n  examples: |\n    - hello\n- intent: report_alarm\n  examples: |\n"
        "    - I have a fever of 39\n    - words of another world\n"
        "- intent: describe_complaint\n  examples: |\n    - my left side aches\n",
        encoding="utf-8",
    )
    given = tuning.material(tmp_path)
    rows = {text: row for row, text in enumerate(given.texts)}
    assert given.told[rows["roasting hot and shivering"]].tolist() == [1.0]
    assert given.weights[rows["a stiff neck"]] == 1.0
    assert given.intents[rows["a stiff neck"]] == -1
    assert given.told[rows["I have a fever of 39"]].tolist() == [1.0]
    assert given.weights[rows["words of another world"]] == 0.0
    assert given.names[given.intents[rows["words of another world"]]] == "report_alarm"
    assert given.facts[rows["the wrong wing"]].tolist() == [1.0, 1.0]
    assert given.fact_weights[rows["bailiffs at the door"]].tolist() == [1.0, 1.0]
    assert given.facts[rows["my left side aches"]].tolist() == [1.0, 0.0]
    read, unread = given.fact_weights[rows["my left side aches"]].tolist()
    assert 1.0 > read > unread > 0.0


def test_a_model_trained_with_other_layers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ExecutionContext(GraphSchema({}), node_name="vectors")
    storage, resource = LocalModelStorage(tmp_path), Resource("vectors")
    config = SentenceVectors.get_default_config()
    SentenceVectors.create(config, storage, resource, context).train(TrainingData())
    SentenceVectors.load(config, storage, resource, context)
    other = tmp_path / "other.npz"
    other.write_bytes(TUNED.read_bytes() + b" ")
    monkeypatch.setattr(sentence_vectors, "TUNED", other)
    with pytest.raises(SentenceModelError, match="train it anew"):
        SentenceVectors.load(config, storage, resource, context)


def test_layers_that_cannot_be_read_say_what_to_do(tmp_path: Path) -> None:
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"no archive")
    with pytest.raises(SentenceModelError, match="make tune"):
        SentenceModel(tuned=broken)


def test_what_the_layers_were_fitted_on_is_known_by_its_print(tmp_path: Path) -> None:
    path = tmp_path / "on.npz"
    tuning.note_messages([*TEXTS, TEXTS[0]], path)
    assert sentence_vectors.tuned_on(path) == {sentence_vectors.short_print(text) for text in TEXTS}
    path.write_bytes(b"no archive")
    with pytest.raises(SentenceModelError, match="make tune"):
        sentence_vectors.tuned_on(path)


def test_the_layers_in_the_repository_know_most_of_its_examples() -> None:
    """Else `make train` reads everything anew and takes long: time for `make tune`."""
    known = sentence_vectors.tuned_on()
    examples = list(read_examples(Path("data/finding_examples")))
    assert sum(sentence_vectors.short_print(one.text) in known for one in examples) > 0.8 * len(examples)
