"""Everything a turn reads: rules, words and guidance, loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.advice.course import Aftercare
from bot.advice.guidance import Library
from bot.dialogue.wishes import Wishes
from bot.replies.third_person import ThirdPerson
from bot.replies.words import Words
from bot.triage.assessment import Assessment
from bot.triage.knowledge import Knowledge


@dataclass(frozen=True)
class Mind:
    """The loaded data. ``locale`` names the file of words."""

    knowledge: Knowledge
    library: Library
    words: Words
    third_person: ThirdPerson
    aftercare: Aftercare
    wishes: Wishes

    @classmethod
    def load(cls, data: Path, locale: str = "en") -> Mind:
        """ClinicalDataError when a file is broken."""
        knowledge = Knowledge.load(data / "clinical")
        library = Library.load(data / "clinical", knowledge)
        words = Words.load(data / "replies" / f"{locale}.yml")
        third_person = ThirdPerson.load(data / "replies" / "third_person.yml")
        aftercare = Aftercare.load(data / "clinical" / "course", knowledge, library.guidance)
        wishes = Wishes.load(data / "replies" / "wishes.yml")
        return cls(knowledge, library, words, third_person, aftercare, wishes)

    @cached_property
    def for_another(self) -> Mind:
        """The same mind for whoever asks on behalf of somebody else: its tips and answers speak of "them"."""
        return replace(self, library=self.third_person.library(self.library))

    def numbers(self, assessment: Assessment) -> Mapping[str, str]:
        """The telephone numbers and names that a text may hold, for the person's country."""
        country = self.knowledge.country(str(assessment.facts.get("country", "")))
        say = self.words.say
        return {
            "emergency": country.emergency,
            "urgent": country.urgent or say("urgent_fallback"),
            "crisis": country.crisis or say("crisis_fallback"),
            "clinic": say("clinic_fallback"),
        }
