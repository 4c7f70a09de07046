"""The data in another language: the same files, each text a person reads taken from its twin in ``data/locales/``.

A twin file has the shape of its English file but holds texts only. Each stands beside the English it was made from,
``{en: ..., es: ...}``, so that a changed English sentence is noticed: its translation is refused until somebody has
read it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bot.triage.files import ClinicalDataError, Entry, load

Place = tuple[str, ...]

# Keys whose values a person reads, and those below which every value is read.
READ = frozenset(
    {"label", "name", "reason", "why", "text", "again", "question", "title", "what_to_do", "how_soon", "say_there"}
    | {"do_not", "dose", "evidence", "stop_rule", "limit_text", "safety_net", "about", "unit"}
)
READ_BELOW = frozenset({"careful_with", "precautions", "pictures", "words"})
# The same words under these keys are read in some files only.
READ_IN: Mapping[str, str] = {"values": "facts.yml", "when": "plan.yml", "emergency": "countries.yml"}
# Lists of the words that somebody may type: a language has its own, and nothing to compare them with.
HEARD = frozenset({"cues", "asking"})
# Where a twin has another name than its file.
TWINS: Mapping[str, str] = {"replies/en.yml": "replies/words.yml", "replies/summary.en.yml": "replies/summary.yml"}


class Translation:
    """Reads files of ``data`` as they are in the language of ``folder`` (``data/locales/<language>``)."""

    def __init__(self, data: Path, folder: Path) -> None:
        self.data, self.folder, self.language = data, folder, folder.name

    def load(self, path: Path) -> Entry:
        """The file at ``path``, translated. ClinicalDataError for a text without its twin, or a twin gone stale."""
        english = load(path)
        if not needs_twin(english):
            return english
        twin = load(self.twin(path))
        given = dict(_leaves(twin, ()))
        turned = self._turn(english, (), path.name, given, twin)
        for place, entry in given.items():
            raise entry.error(f"'{'/'.join(place)}' translates nothing that {path.name} has", "delete it")
        return turned

    def twin(self, path: Path) -> Path:
        """Where the translation of the file at ``path`` stands."""
        name = path.relative_to(self.data).as_posix()
        return self.folder / TWINS.get(name, name)

    def replies(self) -> tuple[Path, ...]:
        """The translated files beside the clinical ones."""
        names = ("en.yml", "summary.en.yml", "wishes.yml")
        return tuple(file for name in names if (file := self.data / "replies" / name).exists())

    def _turn(self, entry: Entry, place: Place, file: str, given: dict[Place, Entry], twin: Entry) -> Entry:
        if is_heard(place):
            own = given.pop(place, None)
            return Entry(own.items() if own else [], entry.file, entry.line)
        if isinstance(entry.value, dict):
            items = entry.value.items()
            return replace(entry, value={k: self._turn(v, (*place, k), file, given, twin) for k, v in items})
        if isinstance(entry.value, list):
            return replace(
                entry,
                value=[
                    self._turn(item, (*place, _key(item, n)), file, given, twin)
                    for n, item in enumerate(entry.value, 1)
                ],
            )
        if not is_read(entry, place, file):
            return entry
        own = given.pop(place, None)
        if own is None:
            raise twin.error(
                f"'{'/'.join(place)}' is not translated",
                f"add its 'en' and '{self.language}' (see {entry.file.name})",
            )
        pair = own.fields(["en", self.language])
        if pair["en"].text() != entry.text():
            raise own.error(
                f"the English of '{'/'.join(place)}' has changed since this was translated",
                f"read '{entry.text()}' and correct 'en' and '{self.language}'",
            )
        return pair[self.language]


def texts(path: Path) -> Iterator[tuple[Place, str]]:
    """Every text of an English file that a person reads, with its place."""

    def walk(entry: Entry, place: Place) -> Iterator[tuple[Place, str]]:
        if isinstance(entry.value, dict):
            for key, inner in entry.value.items():
                yield from walk(inner, (*place, key))
        elif isinstance(entry.value, list) and not is_heard(place):
            for number, inner in enumerate(entry.value, 1):
                yield from walk(inner, (*place, _key(inner, number)))
        elif is_read(entry, place, path.name):
            yield place, entry.text()

    yield from walk(load(path), ())


def needs_twin(entry: Entry) -> bool:
    """Whether the file of ``entry`` holds anything that a person reads or types."""

    def any_of(entry: Entry, place: Place) -> bool:
        if isinstance(entry.value, dict):
            return any(any_of(inner, (*place, key)) for key, inner in entry.value.items())
        if isinstance(entry.value, list) and not is_heard(place):
            return any(any_of(inner, (*place, _key(inner, 0))) for inner in entry.value)
        return is_heard(place) or is_read(entry, place, entry.file.name)

    return any_of(entry, ())


def is_heard(place: Place) -> bool:
    """Whether the words at ``place`` are words that somebody may type."""
    return bool(place) and place[-1] in HEARD


def is_read(entry: Entry, place: Place, file: str) -> bool:
    """Whether the value at ``place`` of ``file`` is a text that a person reads. Titles of sources are names."""
    if not isinstance(entry.value, str) or not place or place[0] in ("sources", "ruleset"):
        return False
    keys = [key for key in place if not key.isdigit()]
    if READ_BELOW & set(keys[:-1] or keys) or keys[-1] in READ:
        return True
    there = [key for key in keys if READ_IN.get(key) == file]
    return bool(there) and any(letter.isalpha() for letter in entry.value)


def _key(item: Entry, number: int) -> str:
    """How an item of a list is named in a twin: by its id where it has one, else by its number."""
    own = item.value.get("id") if isinstance(item.value, dict) else None
    return (
        str(own.value) if own and "when" not in (item.value if isinstance(item.value, dict) else ()) else str(number)
    )


def _leaves(entry: Entry, place: Place) -> Iterator[tuple[Place, Entry]]:
    """The pairs of a twin, and its lists of typed words."""
    if isinstance(entry.value, dict) and "en" not in entry.value:
        for key, inner in entry.value.items():
            yield from _leaves(inner, (*place, key))
    else:
        yield place, entry


__all__ = ["ClinicalDataError", "Translation", "texts"]
