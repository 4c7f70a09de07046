"""The labelled messages that tell facts, read by the rules: what they read, and what is around each number.

Knows nothing of Rasa, so that a training may have them read in another process while Rasa begins.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future
from datetime import date
from pathlib import Path
from sys import intern
from typing import Any, Dict, Iterable, List, NamedTuple, Tuple

from bot.language.observation import Observation, Value
from bot.language.pipeline import TODAY, numbers_of, observations_of
from bot.language.told_numbers import LENGTH, Candidate
from bot.nlu.label_model import NUMBERS, Example, read_examples

WHERE = {"examples": "data/fact_examples", "files": "numbers_*.yml"}
"""The folder, and the files in it whose numbers are labelled too."""
TAUGHT_ON = date(2026, 11, 23)
"""The day from which "since Tuesday" counts in the examples."""
IN_ANY_WORDS = ("daily_life", "onset", "sleep_problem", "stress")
"""Facts that the rules often read wrongly, or not at all."""
_NEAR_DAYS, _NEAR_SHARE = 2.0, 0.15  # how exactly a length is told and labelled


class Taught(NamedTuple):
    """``names``: by message what ``names_of`` what the rules read in it.

    Of every number and time in the messages whose numbers are labelled, ``rows``: what surrounds it, and ``told``:
    whether a label says that it is told.
    """

    names: Dict[str, Tuple[str, ...]]
    rows: List[Tuple[str, ...]]
    told: List[bool]


def names_of(observations: Iterable[Observation]) -> Tuple[str, ...]:
    """Names of what was read of facts without numbers, for ``LabelModel``: value and status, none, or several."""
    facts = [one for one in observations if one.kind in ("fact", "detail") and one.id not in NUMBERS]
    names = {f"{label(one.id, one.value)} {one.status}" for one in facts}
    for fact in IN_ANY_WORDS:
        values = {one.value for one in facts if one.id == fact and one.status == "present"}
        names |= {f"{fact} none"} if not values else {f"{fact} several"} if len(values) > 1 else set()
    return tuple(sorted(names))


def label(fact: str, value: Value) -> str:
    """As the examples have it: "stress=true"."""
    return f"{fact}={str(value).lower()}"


def read(language: Any, folder: str, files: str) -> Taught:
    """The examples of ``folder``, their numbers where they stand in ``files``.

    ``language``: the spaCy pipeline, or the folder that holds it.
    """
    if isinstance(language, str):
        import spacy

        language = spacy.load(language)
    taught = Taught({}, [], [])
    for example in read_examples(Path(folder), files, numbers=True):
        doc = _read(language, example.text)
        found, around = numbers_of(doc)
        taught.names[example.text] = names_of(observations_of(doc))
        taught.rows.extend(tuple(intern(thing) for thing in one) for one in around)
        taught.told.extend(_is_told(one, example) for one in found)
    for example in read_examples(Path(folder)):
        if example.text not in taught.names:
            taught.names[example.text] = names_of(observations_of(_read(language, example.text)))
    return taught


def _read(language: Any, text: str) -> Any:
    doc = language.make_doc(text)
    doc.user_data[TODAY] = TAUGHT_ON
    for _, component in language.pipeline:
        doc = component(doc)
    return doc


_begun: Dict[Tuple[str, str], Future[Taught]] = {}


def begin(elsewhere: Executor, language: str, folder: str, files: str) -> None:
    """Let ``elsewhere`` read what ``taken`` will be asked for, until ``stop``."""
    _begun[folder, files] = elsewhere.submit(read, language, folder, files)


def taken(language: Any, folder: str, files: str) -> Taught:
    """``read``, or what ``begin`` had read."""
    begun = _begun.get((folder, files))
    return read(language, folder, files) if begun is None else begun.result()


def stop() -> None:
    """Forgets what was begun."""
    _begun.clear()


def _is_told(one: Candidate, example: Example) -> bool:
    """Whether a label of the example ("age=41", "duration_days=14-21") is told by this number."""
    for told in example.labels:
        kind, _, value = told.partition("=")
        if kind == one.kind:
            low, _, high = value.partition("-")
            slack = max(_NEAR_DAYS, _NEAR_SHARE * float(low)) if kind == LENGTH and not high else 0.0
            return float(low) - slack <= one.value <= float(high or low) + slack
    return False
