"""How hard every sentence of the data is to read: Flesch-Kincaid grade, with names that are explained set aside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import textstat  # type: ignore[import-untyped]
import yaml

HARDEST = 8.0  # US grade
FEWEST_WORDS = 6  # a shorter line, such as a label, has too few words for a grade
MOST_SYLLABLES = 3  # of any word in such a line

# Names of body parts, illnesses, treatments and people to see that have no shorter word: each stands beside plain
# words where it is used, or is the name under which the reader knows it. One plain word takes their place.
NAMES = (
    "osteoporosis|warfarin|apixaban|epilepsy|diabetes|arthritis|rheumatoid|ankylosing|spondylitis|pacemaker|insulin|"
    "physiotherapists?|physio|pharmacists?|midwife|GP|A&E|NHS|Ehlers-Danlos|Marfan|varicose|HIV|chemotherapy|dialysis|"
    "aneurysm|aspirin|meningitis|shingles|pregnancy|pregnant|massages?|massaging|emergency|maternity|therapists?|"
    "osteopath|chiropractor|operation|medicines?|shoulders?|genitals|injury|injuries|infections?|medical|professional|hospital"
)
_NAMES = re.compile(rf"\b({NAMES})\b", re.IGNORECASE)
_BRACES = re.compile(r"\{[a-z_]+\}")
_STRENGTH = re.compile(r"^(Strong|Some|Weak|No good) evidence(, but low risk[^:]*)?: ")  # a label of its own
_NUMBERS = re.compile(r"\d[\d.,/]*")
_SENTENCES = re.compile(r"(?<=[.!?])[\"')]*\s+")


@dataclass(frozen=True)
class Line:
    """One text a person reads and where it stands."""

    place: str
    text: str


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of ``text``, explained names and filled-in numbers counting as one plain word."""
    return float(textstat.flesch_kincaid_grade(_plain(_STRENGTH.sub("", text))))


def _plain(text: str) -> str:
    return _NUMBERS.sub("ten", _BRACES.sub("help", _NAMES.sub("name", text)))


def _syllables(word: str) -> int:
    return int(textstat.syllable_count(word))


def too_hard(lines: Iterable[Line]) -> Iterator[tuple[float, Line]]:
    """Sentences, and whole texts, above the hardest grade."""
    for line in lines:
        for sentence in sentences(line.text):
            if len(sentence.split()) < FEWEST_WORDS:
                found = grade(sentence) if max(map(_syllables, _plain(sentence).split())) > MOST_SYLLABLES else 0.0
            else:
                found = grade(sentence)
            if found > HARDEST:
                yield found, Line(line.place, sentence)


def sentences(text: str) -> list[str]:
    """The sentences of a text; one that is too short for a grade of its own goes with its neighbour."""
    parts: list[str] = []
    for part in _SENTENCES.split(text.strip()):
        if parts and (len(part.split()) < FEWEST_WORDS or len(parts[-1].split()) < FEWEST_WORDS):
            parts[-1] += " " + part
        elif part:
            parts.append(part)
    return parts


# Keys of the clinical files whose values a person reads.
_READ = (
    "label name reason why text again question title what_to_do how_soon say_there do_not dose evidence stop_rule "
    "limit_text safety_net careful_with precautions note"
)
_NOT_READ = {("ruleset.yml", "note")}


def clinical(folder: Path) -> Iterator[Line]:
    """Every text of ``data/clinical`` that a person reads. Names of sources and countries are names."""
    for file in sorted(folder.rglob("*.yml")):
        if file.parent.name == "sources" or file.name == "countries.yml":
            continue
        yield from _texts(
            yaml.safe_load(file.read_text(encoding="utf-8")), file.relative_to(folder).as_posix(), "", False
        )


def replies(file: Path) -> Iterator[Line]:
    """Every way to say each reply."""
    for id, ways in yaml.safe_load(file.read_text(encoding="utf-8"))["words"].items():
        for way in ways if isinstance(ways, list) else [ways]:
            yield Line(f"{file.name} {id}", str(way))


def _texts(value: object, file: str, place: str, read: bool) -> Iterator[Line]:
    if isinstance(value, dict):
        here = str(value.get("id", place))
        for key, inner in value.items():
            mine = read or (key in _READ.split() and (file, key) not in _NOT_READ)
            yield from _texts(inner, file, f"{here} {key}".strip(), mine)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, file, place, read)
    elif read and isinstance(value, str):
        yield Line(f"{file} {place}", value)
