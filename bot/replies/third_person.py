"""Texts written for "you", turned to "they" for whoever asks on behalf of somebody else.

The words of the change live in ``data/replies/third_person.yml``, so that a reader of the clinical files writes each
sentence once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.advice.guidance import Guidance, Library
from bot.replies.instructions import Instructions
from bot.triage.files import load


@dataclass(frozen=True)
class ThirdPerson:
    """``changes``: text in lower case -> its other wording; ``objects``: words after which "you" is "them"."""

    changes: Mapping[str, str]
    pattern: re.Pattern[str]
    instructions: Instructions

    @classmethod
    def load(cls, path: Path) -> ThirdPerson:
        """ClinicalDataError when the file is missing or broken."""
        entry = load(path).fields(["third_person"])["third_person"]
        fields = entry.fields(["keep", "phrases", "words", "them_after", "instructions"])
        changes = {text.lower(): text for text in fields["keep"].texts()}
        for group in ("phrases", "words"):
            changes |= {text.lower(): entry.text() for text, entry in fields[group].entries().items()}
        them = "|".join(re.escape(word) for word in fields["them_after"].texts())
        texts = "|".join(re.escape(text) for text in sorted(changes, key=len, reverse=True))
        pattern = rf"(?<!\w)(?:(?P<text>{texts})|(?P<them>{them}) you)(?!\w)"
        return cls(changes, re.compile(pattern, re.IGNORECASE), Instructions.read(fields["instructions"]))

    @classmethod
    def unneeded(cls) -> ThirdPerson:
        """For a language whose "you" fits another person as well: every text stays as it is."""
        never = re.compile(r"(?!)")
        return cls({}, never, Instructions({}, never, never, never, frozenset(), ""))

    def tell(self, text: str) -> str:
        """``text`` about somebody else. What is said to the person who writes stays as it is."""
        return self.pattern.sub(self._change, text)

    def _change(self, match: re.Match[str]) -> str:
        found = match.group()
        if before := match.group("them"):
            return f"{before} them"
        other = self.changes[found.lower()]
        if other.lower() == found.lower():
            return found
        first = other[0].upper() if found[0].isupper() else other[0].lower()
        return first + other[1:]

    def library(self, library: Library) -> Library:
        """The tips and general answers as told of somebody else."""
        return replace(
            library,
            guidance={id: self._guidance(piece) for id, piece in library.guidance.items()},
            information={id: replace(info, text=self._steps(info.text)) for id, info in library.information.items()},
            precautions={finding: self._steps(text) for finding, text in library.precautions.items()},
        )

    def _guidance(self, piece: Guidance) -> Guidance:
        return replace(
            piece,
            title=self.tell(self.instructions.title(piece.title)),
            text=self._steps(piece.text),
            dose=self._steps(piece.dose),
            evidence=self.tell(piece.evidence),
            stop_rule=self._steps(piece.stop_rule),
            careful_with={finding: self._steps(text) for finding, text in piece.careful_with.items()},
        )

    def _steps(self, text: str) -> str:
        return self.tell(self.instructions.tell(text))

    def draft(self, draft: Mapping[str, Any]) -> dict[str, Any]:
        """The message about somebody else; its guidance comes from ``library`` and is so already."""
        question = draft["question"]
        if question and "prompt" in question:
            question = {**question, "prompt": self.tell(question["prompt"])}
        choices = [{**choice, "label": self.tell(choice["label"])} for choice in draft["choices"]]
        return {**draft, "text": self.tell(draft["text"]), "question": question, "choices": choices}
