"""The reader as a spaCy pipeline: ``spacy.blank("en")`` with own components that carry their data with them.

Importing this module registers the components, after which ``spacy.load(path)`` works without the project's data.
No postponed annotations here: spaCy reads those of the factories.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, Iterable, Sequence

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from bot.language.lexicon import Lexicon, load_folder
from bot.language.matching import Match, Matcher
from bot.language.observation import Observation
from bot.language.observing import observe
from bot.language.status import Reading
from bot.language.surroundings import surroundings
from bot.language.told_numbers import Candidate, candidates
from bot.language.words import Word

WORDS, MATCHES, OBSERVATIONS, TODAY = (
    "spinewise_words",
    "spinewise_matches",
    "spinewise_observations",
    "spinewise_today",
)
_LABELS = {"region": "REGION", "duration_days": "DURATION", "pain_score": "SCORE", "age": "AGE"}


def build_pipeline(folder: Path) -> Language:
    """The pipeline made from ``folder`` (``data/language``); LanguageDataError says what is wrong there."""
    nlp = spacy.blank("en")
    reader = nlp.add_pipe("spinewise_reader")
    reader.use(load_folder(Path(folder)))  # type: ignore[attr-defined]
    nlp.add_pipe("spinewise_observer")
    return nlp


def observations_of(doc: Doc) -> tuple[Observation, ...]:
    """The observations of a doc that went through the pipeline, in the order of the text."""
    return tuple(doc.user_data.get(OBSERVATIONS, ()))


def numbers_of(doc: Doc) -> tuple[list[Candidate], list[tuple[str, ...]]]:
    """The numbers and times of a doc that went through the pipeline, and of each its surroundings."""
    words: Sequence[Word] = doc.user_data.get(WORDS, [])
    found = candidates(words, Reading.of(words, doc.user_data.get(MATCHES, [])), _today(doc))
    return found, surroundings(words, found, observations_of(doc))


def place_of(doc: Doc, one: Candidate) -> tuple[int, int]:
    """The characters of the doc's text in which a candidate stands."""
    words: Sequence[Word] = doc.user_data[WORDS]
    return words[one.start].start, words[one.end - 1].end


def today() -> date:
    """The day from which "since Tuesday" counts back."""
    return date.today()


def _today(doc: Doc) -> date:
    return doc.user_data.get(TODAY) or today()


@Language.factory("spinewise_reader")
def _make_reader(nlp: Language, name: str) -> "ReaderComponent":
    return ReaderComponent()


@Language.factory("spinewise_observer")
def _make_observer(nlp: Language, name: str) -> "ObserverComponent":
    return ObserverComponent()


class ReaderComponent:
    """Words and matches; holds the lexicon and saves it beside the pipeline."""

    def __init__(self) -> None:
        self._matcher: Matcher | None = None

    def use(self, data: dict[str, Any]) -> None:
        self._matcher = Matcher(Lexicon(data))

    def __call__(self, doc: Doc) -> Doc:
        if self._matcher is not None:
            words = self._matcher.reader.read(doc.text)
            doc.user_data[WORDS] = words
            doc.user_data[MATCHES] = self._matcher.find(words)
        return doc

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        return json.dumps(self._matcher.lexicon.data if self._matcher else {}, sort_keys=False).encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "ReaderComponent":
        self.use(json.loads(data))
        return self

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / "lexicon.json").write_bytes(self.to_bytes())

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "ReaderComponent":
        return self.from_bytes((Path(path) / "lexicon.json").read_bytes())


class ObserverComponent:
    """Status, person and facts; sets the observations and the entities of the doc."""

    def __call__(self, doc: Doc) -> Doc:
        words: Sequence[Word] = doc.user_data.get(WORDS, [])
        matches: Sequence[Match] = doc.user_data.get(MATCHES, [])
        observations = observe(words, matches, _today(doc))
        doc.user_data[OBSERVATIONS] = observations
        spans = [span for span in (_span(doc, one) for one in observations) if span is not None]
        doc.ents = tuple(filter_spans(spans))
        return doc

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Nothing of its own to keep."""

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "ObserverComponent":
        return self


def _span(doc: Doc, one: Observation) -> Span | None:
    label = "FINDING" if one.kind == "finding" else _LABELS.get(one.id)
    if label is None or one.end <= one.start:
        return None
    return doc.char_span(one.start, one.end, label=label, span_id=one.id, alignment_mode="expand")
