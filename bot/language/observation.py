"""What a message says, as observations: the one vocabulary between reading and deciding.

Standard library only, since this runs in the Rasa environment (Python 3.10) and in the current one (3.12).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Mapping, Union

Kind = Literal["finding", "detail", "fact", "signal", "whisper"]
Status = Literal[
    "present",  # said of the person now: "I'm numb when I wipe"
    "denied",  # said not to be: "no fever"
    "unsure",  # "not sure about the numbness"
    "past",  # over and done: "had that in 2015, all fine since"
    "other_person",  # somebody who is not the patient: "my nan had cauda equina"
    "hypothetical",  # asked about in general: "can massage cause a stroke?"
    "figure",  # a figure of speech: "my back is killing me"
]
Certainty = Literal["plain", "hint", "disputed", "improbable", "faint"]
Readers = Literal["rules", "learned"]
Value = Union[bool, int, float, str, None]

EXTRACTOR = "ObservationExtractor"


@dataclass(frozen=True)
class Observation:
    """One thing read in a message.

    ``kind`` and ``id``: a finding or fact of ``data/clinical/``, a detail (a qualifier that sharpens one
    finding), or a signal (``complaint``, ``for_someone_else``, ...: see ``data/language/signals.yml``).
    A ``whisper`` is a finding too faint to be asked about, with its likelihood (0-1) as ``value``: it counts only in
    an answer to it.
    ``value``: None for findings; for facts the value in the fact's own unit (days, years, 0-10, an id).
    ``certainty``: ``plain`` is taken at its word, ``hint`` makes the assistant ask about exactly that next. So does
    ``disputed``, what one reader is sure of and the other finds unlikely, as long as nothing was answered to it.
    ``improbable``, what one is sure of and the other finds all but impossible, and ``faint``, a hint of that kind,
    make it ask nothing: they count only in answer to the question, ``improbable`` also once it was answered.
    ``reader``: who read it, the rules of ``data/language`` or the model that learnt from examples.
    ``start`` and ``end`` are character offsets into the message as it was read.
    """

    kind: Kind
    id: str
    status: Status = "present"
    value: Value = None
    certainty: Certainty = "plain"
    start: int = 0
    end: int = 0
    reader: Readers = "rules"

    def to_entity(self) -> dict[str, Any]:
        """The observation as a Rasa entity; the words themselves are left out on purpose."""
        return {
            "entity": self.kind,
            "value": self.id,
            "amount": self.value,
            "status": self.status,
            "certainty": self.certainty,
            "reader": self.reader,
            "start": self.start,
            "end": self.end,
            "extractor": EXTRACTOR,
        }

    @classmethod
    def from_entity(cls, entity: Mapping[str, Any]) -> Observation | None:
        """The observation in a Rasa entity, or None when another extractor made the entity."""
        if entity.get("extractor") != EXTRACTOR:
            return None
        return cls(
            kind=entity["entity"],
            id=entity["value"],
            status=entity["status"],
            value=entity.get("amount"),
            certainty=entity["certainty"],
            start=entity["start"],
            end=entity["end"],
            reader=entity.get("reader", "rules"),
        )
