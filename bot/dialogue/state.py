"""The record that travels with a conversation: the assessment and where the talk stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.dialogue.course import Course
from bot.triage.assessment import Assessment

RECORD_VERSION = 1
DEFAULT_LOCALE = "en"


@dataclass(frozen=True)
class Pending:
    """The question that waits for an answer.

    ``unclear`` counts answers that could not be read, ``repeats`` those that told something else, ``asked`` how often
    the question was put before, ``whys`` how often its reason was asked for. ``about`` is set
    when one finding is asked about on its own ("hint": something in the text pointed at it; "correction": the person
    wants to take an alarm back; "contradiction": they said no before).
    """

    question: str
    asks: tuple[str, ...]
    unclear: int = 0
    repeats: int = 0
    asked: int = 0
    whys: int = 0
    about: str = ""


@dataclass(frozen=True)
class Dialogue:
    """Where the talk stands. Nothing here is a health fact; those are in the assessment."""

    pending: Pending | None = None
    answered: tuple[str, tuple[str, ...]] | None = None  # the last question answered and what it asked
    complaint: bool = False
    someone_else: bool = False
    wishes: tuple[str, ...] = ()  # intents asked for and not met yet, first first
    hints: tuple[str, ...] = ()  # findings still to be asked about on their own
    learned: tuple[str, ...] = ()  # those that the learned reader alone heard, asked about or still to be
    passed: tuple[str, ...] = ()  # alarms that the rules read in the last message, and that are all but impossible
    shown: tuple[str, ...] = ()  # guidance already given
    advised: str = ""  # the level that was last advised
    lost: int = 0  # messages in a row that nothing could be made of, with no question open
    said: tuple[int, ...] = ()  # checksums of the last reply's texts, so that none comes twice in a row
    turns: int = 0
    questions: int = 0


@dataclass(frozen=True)
class Record:
    """Everything known of one conversation."""

    assessment: Assessment = field(default_factory=Assessment)
    dialogue: Dialogue = field(default_factory=Dialogue)
    course: Course = field(default_factory=Course)
    locale: str = DEFAULT_LOCALE

    def with_dialogue(self, **changes: Any) -> Record:
        return replace(self, dialogue=replace(self.dialogue, **changes))

    def to_json(self) -> dict[str, Any]:
        return {
            "version": RECORD_VERSION,
            "assessment": self.assessment.to_json(),
            "dialogue": asdict(self.dialogue),
            "course": self.course.to_json(),
            "locale": self.locale,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Record:
        """The record in ``data``; an empty one for None. ValueError on a version it doesn't know."""
        if not data:
            return cls()
        if data.get("version") != RECORD_VERSION:
            raise ValueError(f"record version {data.get('version')!r} is not {RECORD_VERSION}")
        talk = dict(data["dialogue"])
        if talk["pending"]:
            talk["pending"] = Pending(**{**talk["pending"], "asks": tuple(talk["pending"]["asks"])})
        if talk["answered"]:
            question, asks = talk["answered"]
            talk["answered"] = (question, tuple(asks))
        for name in ("wishes", "hints", "learned", "passed", "shown", "said"):
            talk[name] = tuple(talk.get(name, ()))
        return cls(
            Assessment.from_json(data["assessment"]),
            Dialogue(**talk),
            Course.from_json(data.get("course")),
            locale_of(data),
        )


def locale_of(data: Mapping[str, Any] | None) -> str:
    """The language of a record; English for one from before there was another."""
    return str((data or {}).get("locale", DEFAULT_LOCALE))
