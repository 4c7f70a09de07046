"""Everything a turn reads: rules, words and guidance, loaded once for each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.advice.course import Aftercare
from bot.advice.guidance import ENGLISH, Library, Wording
from bot.dialogue.state import DEFAULT_LOCALE
from bot.dialogue.tongue import Tongue
from bot.dialogue.wishes import Wishes
from bot.replies.third_person import ThirdPerson
from bot.replies.words import Words
from bot.triage.assessment import Assessment
from bot.triage.files import Read, load
from bot.triage.knowledge import Knowledge
from bot.triage.translation import Translation

LOCALES = Path("locales")  # below the data folder: one folder for each language besides English


@dataclass(frozen=True)
class Mind:
    """The loaded data in one language. ``tongue``: its few understood words, None where the reader reads it."""

    knowledge: Knowledge
    library: Library
    words: Words
    summary_words: Words
    third_person: ThirdPerson
    aftercare: Aftercare
    wishes: Wishes
    locale: str = DEFAULT_LOCALE
    tongue: Tongue | None = None

    @classmethod
    def load(cls, data: Path, locale: str = DEFAULT_LOCALE) -> Mind:
        """ClinicalDataError when a file is broken, or a translation misses a text or has gone stale."""
        if locale == DEFAULT_LOCALE:
            third_person = ThirdPerson.load(data / "replies" / "third_person.yml")
            return cls._read(data, load, ENGLISH, third_person, locale, None)
        folder = data / LOCALES / locale
        read = Translation(data, folder).load
        return cls._read(data, read, _wording(folder), ThirdPerson.unneeded(), locale, Tongue.load(folder))

    @classmethod
    def _read(
        cls,
        data: Path,
        read: Read,
        wording: Wording,
        third_person: ThirdPerson,
        locale: str,
        tongue: Tongue | None,
    ) -> Mind:
        knowledge = Knowledge.load(data / "clinical", read)
        library = Library.load(data / "clinical", knowledge, read, wording)
        return cls(
            knowledge=knowledge,
            library=library,
            words=Words.load(data / "replies" / "en.yml", read),
            summary_words=Words.load(data / "replies" / "summary.en.yml", read),
            third_person=third_person,
            aftercare=Aftercare.load(data / "clinical" / "course", knowledge, library.guidance, read),
            wishes=Wishes.load(data / "replies" / "wishes.yml", read),
            locale=locale,
            tongue=tongue,
        )

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


def locales(data: Path) -> tuple[str, ...]:
    """The languages there are, English first."""
    others = sorted(path.parent.name for path in (data / LOCALES).glob("*/locale.yml"))
    return (DEFAULT_LOCALE, *others)


def closest(wanted: str, known: tuple[str, ...]) -> str:
    """The language for a tag: "es-MX" is "es", anything unknown English."""
    tag = wanted.lower().replace("_", "-")
    return next((name for name in (tag, tag.split("-")[0]) if name in known), DEFAULT_LOCALE)


def _wording(folder: Path) -> Wording:
    fields = load(folder / "locale.yml").fields(["locale"])["locale"].fields(["name", "room", "evidence"])
    strengths = {name: entry.text() for name, entry in fields["evidence"].fields(ENGLISH.strengths).entries.items()}
    return Wording(strengths, fields["room"].number())
