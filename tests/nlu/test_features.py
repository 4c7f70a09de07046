"""The project's own featurizers and the fitting of its linear models."""

import numpy as np
import pytest
from rasa.shared.exceptions import InvalidConfigException
from scipy.sparse import csr_matrix, vstack

from bot.nlu import logistic
from bot.nlu.gram_features import GramFeatures
from bot.nlu.grams import PIECES, WORDS, columns_of, counted, grams
from bot.nlu.rows import sparse_row
from bot.nlu.word_lists import Lists


def test_words_come_with_their_pairs_and_without_apostrophes():
    assert grams("Can't feel, my bum")[WORDS] == ("cant", "feel", "my", "bum", "cant feel", "feel my", "my bum")


def test_pieces_know_where_a_word_begins_and_ends():
    assert grams("pee")[PIECES] == (" pe", "pee", "ee ", " pee", "pee ")


def test_only_what_two_texts_have_gets_a_column():
    columns, having = columns_of(["back pain", "neck pain", "pain pain"], WORDS, first=7)
    assert columns == {"pain": 7}
    assert having.tolist() == [3]
    at, counts = counted("pain and more pain", WORDS, columns)
    assert (at.tolist(), counts.tolist()) == ([7], [2])


def test_a_text_without_a_known_word_has_an_empty_row():
    at, counts = counted("hello", WORDS, {})
    assert at.dtype == np.int64
    assert len(at) == len(counts) == 0


def test_a_quick_row_is_the_row_that_scipy_makes():
    quick = sparse_row(np.array([1, 4]), np.array([2, 3]), 6)
    slow = csr_matrix(([2.0, 3.0], [1, 4], [0, 2]), shape=(1, 6))
    assert (vstack([quick, slow]).toarray() == vstack([slow, quick]).toarray()).all()
    assert (quick @ np.arange(6)).tolist() == (slow @ np.arange(6)).tolist()


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("Deep-tissue or Swedish?", [0]),
        ("a deep sleep", []),
        ("my mother in law wants a swedish one", [0, 1]),
        ("motherboard", []),
        ("", []),
    ],
)
def test_lists_are_met_by_whole_words_and_whole_phrases(text, met):
    assert Lists({"kind": ["swedish", "deep tissue"], "relative": ["mother", "mother-in-law"]}).met(text) == met


def test_a_kind_of_grams_that_there_is_not_is_refused():
    with pytest.raises(InvalidConfigException, match="letters"):
        GramFeatures.validate_config({"of": "letters"})


def _data(labels):
    random = np.random.default_rng(3)
    rows = random.random((200, 12)).astype(np.float32)
    scores = rows @ random.normal(size=(12, labels)) * 6
    return csr_matrix(rows[:, :9]), rows[:, 9:], scores - scores.mean(axis=0)


def test_one_of_several_is_learnt_as_scikit_learn_does():
    from sklearn.linear_model import LogisticRegression

    sparse, dense, scores = _data(3)
    right = scores.argmax(axis=1)
    slopes, offsets = logistic.fit(sparse, dense, np.eye(3, dtype=bool)[right], 2.0, one_of=True, steps=500)
    other = LogisticRegression(C=2.0, max_iter=2000, tol=1e-8).fit(np.hstack([sparse.toarray(), dense]), right)
    ours = np.hstack([sparse.toarray(), dense]) @ slopes + offsets
    theirs = other.decision_function(np.hstack([sparse.toarray(), dense]))
    assert np.allclose(ours - ours.mean(axis=1, keepdims=True), theirs, atol=0.05)


def test_several_at_once_are_learnt_each_for_itself():
    sparse, dense, scores = _data(4)
    both = logistic.fit(sparse, dense, scores > 0, 2.0, steps=500)
    alone = logistic.fit(sparse, dense, scores[:, 1:2] > 0, 2.0, steps=500)
    assert np.allclose(both[0][:, 1:2], alone[0], atol=0.1)
    said = (np.hstack([sparse.toarray(), dense]) @ both[0] + both[1]) > 0
    assert (said == (scores > 0)).mean() > 0.9


def test_what_weighs_nothing_teaches_nothing():
    sparse, dense, scores = _data(2)
    told = scores > 0
    weights = np.r_[np.ones(100), np.zeros(100)]
    part = logistic.fit(sparse[:100], dense[:100], told[:100], 2.0, steps=300)
    whole = logistic.fit(sparse, dense, told, 2.0, weights=weights, steps=300)
    assert np.allclose(part[0], whole[0], atol=0.05)
