"""The learned reader of numbers: which one in a message is the age, which the score, which the time of the pain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Sequence, Set, Text, Type

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.language.observation import Observation, Value
from bot.language.pipeline import numbers_of, place_of
from bot.language.told_numbers import AGE, Candidate
from bot.nlu import fact_examples, logistic
from bot.nlu.label_model import NUMBERS
from bot.nlu.learning import Learning
from bot.nlu.rows import columns_of_names

CHILD = 16
"""Years; a younger one that the rules read stands: the advice for children hangs on it."""
MIN_COUNT = 2  # what surrounds one candidate only teaches nothing
SCALE = 0.3  # of each thing around a number, beside the offset; so that ``strength`` 1 to 10 is the range to try
STEPS = 100


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True, model_from="SpacyNLP")
class LearnedNumbers(Learning):
    """Of the numbers and times in a message takes the likeliest age, pain score and length, or none.

    The rules' choice counts ``trust`` (log odds) more. Where another one is likelier it takes the place of theirs.
    Settings: ``examples`` (a folder) and ``files`` in it, in which every number that is told is labelled;
    ``strength`` as scikit-learn's C; by fact ``trust`` and ``sure``, the likelihood from which one is taken;
    ``doubted``, that below which the rules' choice is dropped where there is no likelier one;
    ``least``, the words of a message below which it says nothing: short replies are read with their question.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """The component that leaves the spaCy doc on the message."""
        return [SpacyNLP]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Chosen by cross-validation: docs/decisions/0028-which-number-is-meant.md."""
        return {
            **fact_examples.WHERE,
            "strength": 3.0,
            "trust": {"age": 1.0, "pain_score": 1.5, "duration_days": 0.0},
            "sure": {"age": 0.4, "pain_score": 0.5, "duration_days": 0.3},
            "doubted": 0.1,
            "least": 4,
        }

    def __init__(self, config: Dict[Text, Any]) -> None:
        """A reader that has learnt nothing yet; ``config``: whole."""
        self._config = config
        self._columns: Dict[str, int] = {}
        self._slopes = np.zeros(0, dtype=np.float32)
        self._offset: Optional[float] = None

    # -- learning ----------------------------------------------------------------------------------------------

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        """Learn from the labelled examples; save."""
        folder, files = self._config["examples"], self._config["files"]
        taught = fact_examples.taken(model.model, folder, files)
        if not taught.told:
            raise InvalidConfigException(f"{type(self).__name__} found no examples with numbers in {folder}.")
        if not any(taught.told):
            raise InvalidConfigException(f"{type(self).__name__} found no labelled number in {files} of {folder}.")
        self._fit(taught.rows, taught.told)
        return self.keep()

    def _fit(self, rows: Sequence[Sequence[str]], told: Sequence[bool]) -> None:
        self._columns = columns_of_names(rows, MIN_COUNT)
        columns = [self._known(row) for row in rows]
        ends = np.cumsum([0] + [len(row) for row in columns])
        flat = np.array([at for row in columns for at in row], dtype=np.int64)
        sparse = csr_matrix(
            (np.full(len(flat), SCALE, dtype=np.float32), flat, ends), shape=(len(rows), len(self._columns))
        )
        dense = np.zeros((len(rows), 0), dtype=np.float32)
        slopes, offsets = logistic.fit(sparse, dense, np.array(told)[:, None], self._config["strength"], steps=STEPS)
        self._slopes, self._offset = slopes[:, 0], float(offsets[0])

    def _known(self, things: Iterable[str]) -> List[int]:
        return sorted({self._columns[thing] for thing in things if thing in self._columns})

    # -- reading -----------------------------------------------------------------------------------------------

    def process(self, messages: List[Message], model: Optional[SpacyModel] = None) -> List[Message]:
        """The same messages, the numbers among their entities put right."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            if self._offset is None or doc is None or len(message.get(TEXT).split()) < self._config["least"]:
                continue
            entities = list(message.get(ENTITIES, []))
            found, around = numbers_of(doc)
            likeliest = self._likeliest(found, around, entities)
            for kind in NUMBERS:
                known = {one.value for one in found if one.kind == kind}
                if _read(entities, kind) <= known:  # else told without a number: "sixth former"
                    entities = self._put_right(kind, entities, likeliest.get(kind), doc)
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _likeliest(
        self, found: Sequence[Candidate], around: Sequence[Sequence[str]], entities: Sequence[Dict[Text, Any]]
    ) -> Dict[str, Candidate]:
        """By fact the candidate that is likelier than all others and likely enough; no word stands for two facts."""
        rules = {kind: _read(entities, kind) for kind in NUMBERS}
        odds = []
        for one, things in zip(found, around, strict=True):
            own = SCALE * float(self._slopes[self._known(things)].sum()) + (self._offset or 0.0)
            least = self._config["sure"][one.kind]
            if one.value in rules[one.kind]:
                own += self._config["trust"][one.kind]
                least = self._config["doubted"]
            if own >= np.log(least / (1.0 - least)):
                odds.append((own, one))
        chosen: Dict[str, Candidate] = {}
        for _, one in sorted(odds, key=lambda pair: -pair[0]):
            if one.kind not in chosen and not any(
                other.start < one.end and one.start < other.end for other in chosen.values()
            ):
                chosen[one.kind] = one
        return chosen

    def _put_right(
        self, kind: str, entities: List[Dict[Text, Any]], best: Optional[Candidate], doc: Any
    ) -> List[Dict[Text, Any]]:
        """``entities`` with ``best`` as the fact ``kind``; without the rules' where there is none."""
        rules = _read(entities, kind)
        if kind == AGE and rules and (best is None or min(rules) < CHILD):
            return entities  # what an age decides is not to hang on a likelihood
        if rules == ({best.value} if best else set()):
            return entities
        kept = [entity for entity in entities if not _is_fact(entity, kind)]
        if best is not None:
            start, end = place_of(doc, best)
            told = Observation("fact", kind, value=_plain(best.value), start=start, end=end, reader="learned")
            kept.append(told.to_entity())
        return kept

    # -- keeping -----------------------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Numbers as npz without pickle, names as JSON."""
        np.savez(folder / "numbers.npz", slopes=self._slopes, offset=np.array(self._offset))
        (folder / "numbers.json").write_text(json.dumps(self._columns), encoding="utf-8")

    def restore(self, folder: Path) -> None:
        """What ``save`` wrote."""
        self._columns = json.loads((folder / "numbers.json").read_text("utf-8"))
        with np.load(folder / "numbers.npz", allow_pickle=False) as numbers:
            self._slopes, self._offset = numbers["slopes"], float(numbers["offset"])


def _is_fact(entity: Dict[Text, Any], kind: str) -> bool:
    one = Observation.from_entity(entity)
    return one is not None and one.kind == "fact" and one.id == kind and one.status == "present"


def _read(entities: Sequence[Dict[Text, Any]], kind: str) -> Set[Value]:
    """The values of the fact that the rules read."""
    return {entity["amount"] for entity in entities if _is_fact(entity, kind)}


def _plain(value: float) -> Value:
    return int(value) if value == int(value) else value
