"""The learned reader of findings as a part of the pipeline: what the rules did not hear is taken, or a doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Optional, Sequence, Set, Text

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.observation import Observation
from bot.language.pipeline import observations_of
from bot.nlu.label_model import VECTORS, Example
from bot.nlu.label_reader import LabelReader, vector_of
from bot.nlu.observation_features import urgent_findings
from bot.nlu.sentence_vectors import short_print, tuned_on

ALARM = "report_alarm"
WEAKER = {
    "plain": ("short", (("impossible", "improbable"), ("unlikely", "disputed"))),
    "hint": ("short_of_hints", (("faint", "faint"),)),
}
"""By certainty of the rules the setting from how many words it may change, then below which likelihood to what."""
EMERGENCY = ("emergency",)
CONTRARY = {"denied", "past", "other_person", "hypothetical", "figure"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LearnedFindings(LabelReader):
    """Adds what it hears and the rules did not: plainly where it is sure, else as a doubt to be asked about.

    Of what the rules read as denied, past or somebody else's it makes a doubt where it is sure of the contrary; what
    they doubt ("my calf is tight after a run") it takes where it is sure of it. An alarm that they read plainly in a
    sentence of some length, and that it finds unlikely, becomes ``disputed``; one that it finds all but impossible
    becomes ``improbable``, or ``faint`` if they doubt it too.

    Settings beside those of every label reader: likelihoods from 0 to 1 (``sure``, ``sure_of_milder`` and
    ``sure_of_hints``: from which an alarm is taken, any other finding is, and what the rules doubt is; ``threshold``
    and ``threshold_of_emergencies``: from which any finding is a doubt, and an emergency; ``whispered``: from which
    it counts in an answer to it; ``unlikely``, ``impossible`` and ``faint``: below which an alarm is disputed, is
    improbable, and a doubt of the rules is faint), ``most`` (doubts of one message), ``short`` and
    ``short_of_hints`` (words, below which nothing becomes weaker), ``one_in`` (of the examples that the sentence
    model's layers were fitted on, so many are read again) and ``rules_decide`` (findings of which what the rules read
    stays as it is: dark words get one kind question, plain ones none) and ``apart`` (by finding a ``sure`` and a
    ``threshold`` of its own).
    """

    FILE = "findings"

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Chosen on tests/understanding/practice: docs/decisions/0016-a-second-reader-of-findings.md."""
        return {
            "examples": "data/finding_examples",
            "weights": {VECTORS: 2.0},
            "strength": 3.0,
            "sure": 0.7,
            "sure_of_milder": 0.5,
            "sure_of_hints": 0.7,
            "threshold": 0.15,
            "threshold_of_emergencies": 0.06,
            "whispered": 0.03,
            "unlikely": 0.1,
            "impossible": 0.005,
            "faint": 0.002,
            "most": 2,
            "short": 6,
            "short_of_hints": 5,
            "one_in": 5,
            "rules_decide": ["self_harm", "overdose"],
            "apart": {"self_harm": {"sure": 0.9, "threshold": 0.15}},
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the labelled examples, and from the intents' examples as the rules read them; save."""
        everything = self.labelled()
        known = {example.text for example in everything}
        labelled = self._enough(everything)
        given = self.vectors_of(labelled)
        examples = list(labelled)
        for message in training_data.intent_examples:
            read = _read_as_there(message)
            # An alarm in which the rules hear nothing is no example of a message that tells nothing.
            if message.get(TEXT) not in known and (read or message.get(INTENT) != ALARM):
                examples.append(Example(message.get(TEXT), tuple(sorted(read))))
                given.update(vector_of(message))
        findings = sorted({finding for example in everything for finding in example.labels})
        self.fit(examples, findings, given)
        return self.keep()

    def to_read(self) -> List[Example]:
        """The examples whose sentence vectors ``train`` asks for."""
        return self._enough(super().to_read())

    def _enough(self, examples: List[Example]) -> List[Example]:
        """All that are new to the sentence model, and some of those whose lesson its layers hold already."""
        if set(self._config["weights"]) != {VECTORS}:
            return examples  # words have to be seen
        fitted = tuned_on()
        prints = [short_print(example.text) for example in examples]
        return [
            example
            for example, print_ in zip(examples, prints, strict=True)
            if print_ not in fitted or print_ % self._config["one_in"] == 0
        ]

    def process(self, messages: List[Message]) -> List[Message]:
        """The same messages, each with its doubts among its entities."""
        for message in messages:
            if self._model is None or not message.get(TEXT):
                continue
            doc = message.get(SPACY_DOCS[TEXT])
            likelihoods = self.likelihoods(message)
            heard = self._heard(message.get(TEXT), likelihoods, observations_of(doc) if doc is not None else ())
            entities = self._weighed(message, likelihoods) + [one.to_entity() for one in heard]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _weighed(self, message: Message, likelihoods: np.ndarray) -> List[Dict[Text, Any]]:
        """What earlier components read, with doubt thrown on the alarms that are unlikely."""
        assert self._model is not None
        words = len(message.get(TEXT).split())
        of_alarms = {
            finding: likely
            for finding, likely in zip(self._model.labels, likelihoods, strict=True)
            if finding in urgent_findings() and finding not in self._config["rules_decide"]
        }
        weighed: List[Dict[Text, Any]] = []
        for entity in message.get(ENTITIES, []):
            if entity["entity"] == "finding" and entity["status"] == "present" and entity["certainty"] in WEAKER:
                shortest, steps = WEAKER[entity["certainty"]]
                likely = of_alarms.get(entity["value"], 1.0)
                weaker = (name for bound, name in steps if likely < self._config[bound])
                if words >= self._config[shortest]:
                    entity = {**entity, "certainty": next(weaker, entity["certainty"])}
            weighed.append(entity)
        return weighed

    def _heard(self, text: Text, likelihoods: np.ndarray, rules: Sequence[Observation]) -> List[Observation]:
        """What is to be added to what the rules read."""
        assert self._model is not None
        read: Dict[str, Set[str]] = {}
        for one in rules:
            if one.kind == "finding":
                read.setdefault(one.id, set()).add(one.certainty if one.status == "present" else one.status)
        taken, doubts, whispers = [], [], []
        for place in np.argsort(-likelihoods, kind="stable"):
            likely, finding = likelihoods[place], self._model.labels[place]
            if likely <= self._config["whispered"]:
                break
            if likely <= self._threshold(finding):
                whispers.append(Observation("whisper", finding, value=float(likely), end=len(text), reader="learned"))
                continue
            known = read.get(finding, set())
            sure = likely > self._sure(finding)
            surer = likely > self._config["sure_of_hints"] and finding not in self._config["rules_decide"]
            if (sure and not known) or (surer and known == {"hint"}):
                taken.append(Observation("finding", finding, end=len(text), reader="learned"))
            elif not known or (sure and known <= CONTRARY):
                doubts.append(Observation("finding", finding, certainty="hint", end=len(text), reader="learned"))
        more = doubts[self._config["most"] :]
        whispers += [replace(one, kind="whisper", value=self._config["threshold"]) for one in more]
        return [*taken, *doubts[: self._config["most"]], *whispers]

    def _threshold(self, finding: str) -> float:
        usual = "threshold_of_emergencies" if finding in urgent_findings(EMERGENCY) else "threshold"
        return self._bound(finding, "threshold", usual)

    def _sure(self, finding: str) -> float:
        return self._bound(finding, "sure", "sure" if finding in urgent_findings() else "sure_of_milder")

    def _bound(self, finding: str, name: str, usual: str) -> float:
        """The bound that a finding has ``apart``, else the ``usual`` one."""
        return float(self._config["apart"].get(finding, {}).get(name, self._config[usual]))

    def likely(self, text: str, given: Optional[Dict[str, np.ndarray]] = None) -> List[str]:
        """Every finding above its threshold, the likeliest first; ``given``: vectors that are known already."""
        if self._model is None:
            return []
        likelihoods = self._model.likelihoods(text, self._vectors(given or {}))
        first = (int(place) for place in np.argsort(-likelihoods, kind="stable"))
        labels = self._model.labels
        return [labels[place] for place in first if likelihoods[place] > self._threshold(labels[place])]


def _read_as_there(message: Message) -> List[str]:
    doc = message.get(SPACY_DOCS[TEXT])
    return [
        seen.id
        for seen in (observations_of(doc) if doc is not None else ())
        if seen.kind == "finding" and seen.status == "present" and seen.certainty == "plain"
    ]
