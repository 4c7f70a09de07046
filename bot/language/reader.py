"""The reader that the assistant holds: text in, observations out, no server needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.language.observation import Observation
from bot.language.pipeline import TODAY, build_pipeline, observations_of

DEFAULT_FOLDER = Path("data/language")


@dataclass(frozen=True)
class Reading:
    """What one message says, in the order of its words."""

    observations: tuple[Observation, ...]


class Reader:
    """Reads messages by the data of ``folder``; pure and safe for several threads once made.

    LanguageDataError when the data is wrong.
    """

    def __init__(self, folder: Path = DEFAULT_FOLDER) -> None:
        self._nlp = build_pipeline(folder)

    def read(self, text: str, today: date | None = None) -> Reading:
        """The observations of ``text``; "since Tuesday" counts back from ``today``, by default the current day."""
        doc = self._nlp.make_doc(text)
        if today is not None:
            doc.user_data[TODAY] = today
        for _, component in self._nlp.pipeline:
            doc = component(doc)
        return Reading(observations_of(doc))
