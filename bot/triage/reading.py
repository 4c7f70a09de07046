"""How hard every sentence of the data is to read: Flesch-Kincaid grade, with names that are explained set aside.

``check`` refuses data that is too hard. The dictionary of syllables takes 70 MB and a second, so it is loaded in a
process of its own, once for each state of the data: a seal in ``var/`` remembers what has passed.
``python -m bot.triage.reading [folder]`` is that process: it prints the first fault as JSON.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.triage.files import ClinicalDataError, Entry, load

ROOT = Path(__file__).resolve().parents[2]
SEALS = ROOT / "var" / "read"
HARDEST = 8.0  # US grade
FEWEST_WORDS = 6  # a shorter line, such as a label, has too few words for a grade
MOST_SYLLABLES = 3  # of any word in such a line

# Names of body parts, illnesses, treatments and people to see that have no shorter word: each stands beside plain
# words where it is used, or is the name under which the reader knows it. One plain word takes their place.
NAMES = (
    "osteoporosis|warfarin|apixaban|epilepsy|diabetes|arthritis|rheumatoid|ankylosing|spondylitis|pacemaker|insulin|"
    "physiotherapists?|physio|pharmacists?|midwife|GP|A&E|NHS|Ehlers-Danlos|Marfan|varicose|HIV|chemotherapy|dialysis|"
    "aneurysm|aspirin|meningitis|shingles|pregnancy|pregnant|massages?|massaging|emergency|maternity|therapists?|"
    "osteopath|chiropractor|operation|medicines?|shoulders?|genitals|injury|injuries|infections?|medical|professional|hospital|"
    "emergencies|conversation"
)
_NAMES = re.compile(rf"\b({NAMES})\b", re.IGNORECASE)
_BRACES = re.compile(r"\{[a-z_]+\}")
_STRENGTH = re.compile(r"^(Strong|Some|Weak|No good) evidence(, but low risk[^:]*)?: ")  # a label of its own
_NUMBERS = re.compile(r"\d[\d.,/]*")
_SENTENCES = re.compile(r"(?<=[.!?])[\"')]*\s+")


@dataclass(frozen=True)
class Line:
    """One text a person reads and where it stands. ``number``: its line in the file, 0 where there is no file."""

    place: str
    text: str
    file: Path = Path()
    number: int = 0


def check(folder: Path, state: str, seals: Path = SEALS) -> None:
    """ClinicalDataError for the first sentence that is too hard. ``state``: a fingerprint of the folder."""
    ways = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    seal = seals / f"{state}-{ways}"
    if seal.exists():
        return
    command = [sys.executable, "-m", __name__, str(folder.resolve())]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - own module
    if run.returncode:
        raise RuntimeError(f"the reading grades could not be found out: {run.stderr.strip()[-300:]}")
    for file, number, problem, mend in json.loads(run.stdout):
        raise ClinicalDataError(folder / file, number, problem, mend)
    try:
        seals.mkdir(parents=True, exist_ok=True)
        seal.touch()
    except OSError:  # a file system that cannot be written: looked at again next time
        return


def main(arguments: list[str]) -> int:
    """Prints ``[[file, line, problem, mend]]`` of the first sentence that is too hard, ``[]`` when all are plain."""
    folder = Path(arguments[0]) if arguments else Path("data/clinical")
    for found, line in too_hard(clinical(folder)):
        problem = f"'{line.text}' reads at US grade {found:.1f}"
        mend = f"use shorter words or sentences (grade {HARDEST:.0f} at most)"
        print(json.dumps([[str(line.file.relative_to(folder)), line.number, problem, mend]]))
        return 0
    print("[]")
    return 0


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of ``text``, explained names and filled-in numbers counting as one plain word."""
    import textstat  # type: ignore[import-untyped]  # here: see the top of this file

    return float(textstat.flesch_kincaid_grade(_plain(_STRENGTH.sub("", text))))


def _plain(text: str) -> str:
    return _NUMBERS.sub("ten", _BRACES.sub("help", _NAMES.sub("name", text)))


def _syllables(word: str) -> int:
    import textstat

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
                yield found, replace(line, text=sentence)


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
_READ = frozenset(
    {"label", "name", "reason", "why", "text", "again", "question", "title", "what_to_do", "how_soon", "say_there"}
    | {"do_not", "dose", "evidence", "stop_rule", "limit_text", "safety_net", "careful_with", "precautions", "note"}
    | {"pictures"}
)
_NOT_READ = {("ruleset.yml", "note")}


def clinical(folder: Path) -> Iterator[Line]:
    """Every text of ``data/clinical`` that a person reads. Names of sources and countries are names."""
    for file in sorted(folder.rglob("*.yml")):
        if file.parent.name == "sources" or file.name == "countries.yml":
            continue
        yield from _texts(load(file), file.relative_to(folder).as_posix(), "", False)


def words(file: Path) -> Iterator[Line]:
    """Every text of a file of words (YAML or JSON), whatever its keys."""
    yield from _texts(load(file), file.name, "", True)


def _texts(entry: Entry, file: str, place: str, read: bool) -> Iterator[Line]:
    value = entry.value
    if isinstance(value, dict):
        here = str(value["id"].value) if "id" in value else place
        for key, inner in value.items():
            mine = read or (key in _READ and (file, key) not in _NOT_READ)
            yield from _texts(inner, file, f"{here} {key}".strip(), mine)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, file, place, read)
    elif read and isinstance(value, str):
        yield Line(f"{file} {place}", value, entry.file, entry.line)


if __name__ == "__main__":  # pragma: no cover (run as a process)
    sys.exit(main(sys.argv[1:]))
