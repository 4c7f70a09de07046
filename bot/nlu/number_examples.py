"""The labelled messages that tell numbers, read by the rules: what is around each number, and which one is told.

Knows nothing of Rasa, so that a training may have it read in another process while Rasa begins.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future
from datetime import date
from pathlib import Path
from sys import intern
from typing import Any, Dict, List, NamedTuple, Tuple

from bot.language.pipeline import TODAY, numbers_of
from bot.language.told_numbers import LENGTH, Candidate
from bot.nlu.label_model import Example, read_examples

WHERE = {"examples": "data/fact_examples", "files": "numbers_*.yml"}
TAUGHT_ON = date(2026, 11, 23)
"""The day from which "since Tuesday" counts in the examples."""
_NEAR_DAYS, _NEAR_SHARE = 2.0, 0.15  # how exactly a length is told and labelled


class Taught(NamedTuple):
    """Of every number and time in some messages what surrounds it, and whether a label says that it is told."""

    rows: List[Tuple[str, ...]]
    told: List[bool]


def read(language: Any, folder: str, files: str) -> Taught:
    """The examples in ``files`` of ``folder``. ``language``: the spaCy pipeline, or the folder that holds it."""
    if isinstance(language, str):
        import spacy

        language = spacy.load(language)
    taught = Taught([], [])
    for example in read_examples(Path(folder), files, numbers=True):
        doc = language.make_doc(example.text)
        doc.user_data[TODAY] = TAUGHT_ON
        for _, component in language.pipeline:
            doc = component(doc)
        found, around = numbers_of(doc)
        taught.rows.extend(tuple(intern(thing) for thing in one) for one in around)
        taught.told.extend(_is_told(one, example) for one in found)
    return taught


_begun: Dict[Tuple[str, str], Future[Taught]] = {}


def begin(elsewhere: Executor, language: str, folder: str, files: str) -> None:
    """Let ``elsewhere`` read what ``taken`` will be asked for."""
    _begun[folder, files] = elsewhere.submit(read, language, folder, files)


def taken(language: Any, folder: str, files: str) -> Taught:
    """``read``, or what ``begin`` had read."""
    begun = _begun.pop((folder, files), None)
    return read(language, folder, files) if begun is None else begun.result()


def _is_told(one: Candidate, example: Example) -> bool:
    """Whether a label of the example ("age=41", "duration_days=14-21") is told by this number."""
    for label in example.labels:
        kind, _, value = label.partition("=")
        if kind == one.kind:
            low, _, high = value.partition("-")
            slack = max(_NEAR_DAYS, _NEAR_SHARE * float(low)) if kind == LENGTH and not high else 0.0
            return float(low) - slack <= one.value <= float(high or low) + slack
    return False
