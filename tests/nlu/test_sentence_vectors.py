"""The sentence model: the right file or none, and vectors that put like with like."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.sentence_vectors import (
    DIMENSIONS,
    MANY,
    PIECES,
    WEIGHTS,
    SentenceModel,
    SentenceModelError,
    sentence_model,
)


@pytest.fixture(scope="module")
def model() -> SentenceModel:
    return SentenceModel()


def test_a_vector_has_length_one_and_comes_out_the_same_again() -> None:
    vector = sentence_model().vector("my neck is stiff")
    assert vector.shape == (DIMENSIONS,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(vector, SentenceModel().vector("my neck is stiff"))


def test_the_same_meaning_in_other_words_is_nearer_than_other_meanings() -> None:
    vector = sentence_model().vector
    asked = vector("is it ok to have a massage when expecting a baby")
    same, other = vector("can pregnant women get a rub-down"), vector("what does an appointment cost")
    assert asked @ same > asked @ other + 0.2


@pytest.mark.parametrize("text", ["", " ", "\u200b", "a" * 4000, "pain " * 2000, "😀", "痛い"])
def test_any_text_has_a_vector(text: str) -> None:
    assert np.isfinite(sentence_model().vector(text)).all()


def test_a_long_message_counts_up_to_the_limit() -> None:
    assert np.array_equal(sentence_model().vector("pain " * 500), sentence_model().vector("pain " * 5000))


def test_another_file_is_refused() -> None:
    with pytest.raises(SentenceModelError, match="is not the file that was checked"):
        SentenceModel(weights=WEIGHTS._replace(sha256="0" * 64))
    with pytest.raises(SentenceModelError, match="is not the file that was checked"):
        SentenceModel(pieces=PIECES._replace(sha256="0" * 64))


def test_a_missing_package_or_file_says_what_to_do() -> None:
    with pytest.raises(
        SentenceModelError, match=r"not-there is not installed: install requirements/rasa\.txt.*config-light"
    ):
        SentenceModel(weights=WEIGHTS._replace(package="not_there"))
    with pytest.raises(SentenceModelError, match=r"has no readable other\.onnx"):
        SentenceModel(weights=WEIGHTS._replace(path="other.onnx"))


def test_many_texts_at_once_have_about_the_vectors_of_each_in_their_order() -> None:
    many = [f"{'very ' * (number % 5)}stiff neck since day {number}" for number in range(MANY + 9)]
    model = sentence_model()
    for text, vector in zip(many, model.vectors(many), strict=True):
        assert float(vector @ vector) == pytest.approx(1.0, abs=1e-5)
        assert float(vector @ model.vector(text)) > 0.98


def test_what_was_begun_is_there_when_it_is_asked_for(model: SentenceModel) -> None:
    texts = [f"sore back since day {number}" for number in range(MANY + 5)]
    model.begin(texts)
    for text, vector in zip(texts[::-1], model.vectors(texts[::-1]), strict=True):
        assert vector @ model.vector(text) > 0.98
    assert model.waiting() == 0


def test_asking_for_a_part_leaves_the_rest_to_be_read_later(model: SentenceModel) -> None:
    first = [f"stiff neck since day {number}" for number in range(MANY)]
    rest = [f"tight shoulders since day {number}" for number in range(MANY)]
    model.begin(first)
    model.begin(rest)
    assert len(model.vectors(first)) == MANY
    assert model.waiting() == MANY
    assert len(model.vectors(rest)) == MANY


def test_what_nobody_asks_for_is_forgotten(model: SentenceModel) -> None:
    model.begin(f"neck {number}" for number in range(MANY))
    model.stop()
    assert model.waiting() == 0
    assert len(model.vectors([f"neck {number}" for number in range(MANY)])) == MANY
