"""Reads the clinical data files strictly: every mistake is named with file, line and how to mend it."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.fast_yaml import LOADER

Scalar = str | int | float | bool | None

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")


class ClinicalDataError(Exception):
    """A clinical data file that cannot be used. ``str`` is one sentence: file, line, problem, mend."""

    def __init__(self, file: Path | str, line: int, problem: str, mend: str) -> None:
        self.file, self.line, self.problem, self.mend = Path(file), line, problem, mend
        super().__init__(f"{file}, line {line}: {problem}; {mend}.")


@dataclass(frozen=True)
class Entry:
    """One value of a data file with its place. ``value``: a scalar, a list of entries, or entries by key.

    Only ``true`` and ``false`` are booleans, so that an unquoted ``no`` or a country code stays a word.
    """

    value: Scalar | list[Entry] | dict[str, Entry]
    file: Path
    line: int

    def error(self, problem: str, mend: str) -> ClinicalDataError:
        return ClinicalDataError(self.file, self.line, problem, mend)

    def text(self) -> str:
        if isinstance(self.value, str) and self.value.strip():
            return " ".join(self.value.split())
        raise self.error(f"{_kind(self.value)} where words are needed", "write a text here, in quotes if need be")

    def integer(self) -> int:
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self.value
        raise self.error(f"{_kind(self.value)} where a whole number is needed", "write a whole number such as 42")

    def number(self) -> float:
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return self.value
        raise self.error(f"{_kind(self.value)} where a number is needed", "write a number such as 42")

    def flag(self) -> bool:
        """A yes or no: ``true``, ``false``, ``yes`` or ``no``."""
        found = {"true": True, "yes": True, "false": False, "no": False}.get(str(self.value).lower())
        if found is None:
            raise self.error(f"{_kind(self.value)} where yes or no is needed", "write yes or no")
        return found

    def day(self) -> str:
        """A date, written and returned as YYYY-MM-DD."""
        text = self.text()
        try:
            datetime.date.fromisoformat(text)
        except ValueError:
            raise self.error(f"'{text}' is not a date", "write the date like 2026-11-22") from None
        return text

    def one_of(self, allowed: Iterable[str], what: str) -> str:
        names = tuple(allowed)
        text = self.text()
        if text not in names:
            raise self.error(f"unknown {what} '{text}'", f"use one of: {_listing(names, text)}")
        return text

    def items(self) -> list[Entry]:
        if isinstance(self.value, list):
            return self.value
        raise self.error(f"{_kind(self.value)} where a list is needed", "write a list such as [first, second]")

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def entries(self) -> dict[str, Entry]:
        if isinstance(self.value, dict):
            return self.value
        raise self.error(f"{_kind(self.value)} where named fields are needed", "write lines such as 'name: value'")

    def fields(self, required: Iterable[str] = (), optional: Iterable[str] = ()) -> Fields:
        """The named fields of this entry; ClinicalDataError for a missing or an unknown one."""
        entries = self.entries()
        needed = tuple(required)
        known = (*needed, *optional)
        for key, entry in entries.items():
            if key not in known:
                raise entry.error(f"unknown field '{key}'", f"use one of: {_listing(known, key)}")
        for key in needed:
            if key not in entries:
                raise self.error(f"the field '{key}' is missing", f"add a line '{key}: ...'")
        return Fields(self, entries)


@dataclass(frozen=True)
class Fields:
    """The fields of one mapping, already checked for unknown and missing names."""

    of: Entry
    entries: dict[str, Entry]

    def __getitem__(self, key: str) -> Entry:
        return self.entries[key]

    def __contains__(self, key: object) -> bool:
        return key in self.entries

    def get(self, key: str) -> Entry | None:
        """The entry, or None when the field is missing or left empty."""
        entry = self.entries.get(key)
        return entry if entry is not None and entry.value is not None else None

    def texts(self, key: str) -> tuple[str, ...]:
        entry = self.get(key)
        return entry.texts() if entry else ()

    def text(self, key: str, default: str = "") -> str:
        entry = self.get(key)
        return entry.text() if entry else default


def load(path: Path) -> Entry:
    """The whole of one YAML file. ClinicalDataError when it is missing, empty, no YAML, or names a key twice."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise ClinicalDataError(path, 1, "the file cannot be read", "put it back or correct its name") from None
    except UnicodeDecodeError:
        raise ClinicalDataError(path, 1, "the file is not UTF-8 text", "save it as UTF-8") from None
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = error.problem or "a mistake in the writing"
        raise ClinicalDataError(path, line, f"not readable as YAML ({problem})", "check spaces and quotes") from None
    except yaml.YAMLError:
        raise ClinicalDataError(path, 1, "holds a character that YAML does not allow", "remove it") from None
    if node is None:
        raise ClinicalDataError(path, 1, "the file is empty", "fill it or delete it")
    return _entry(node, path)


# How a file is read: ``load``, or the same in another language (``translation.py``).
Read = Callable[[Path], Entry]


def named(path: Path, top: str, read: Read = load) -> Iterator[tuple[str, Entry]]:
    """The entries under the one top-level key ``top`` of a file, by their names."""
    yield from read(path).fields([top])[top].entries().items()


def _entry(node: yaml.Node, file: Path) -> Entry:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                raise ClinicalDataError(
                    file,
                    key_node.start_mark.line + 1,
                    f"'{key}' stands here twice",
                    "delete or rename one of the two",
                )
            value = _entry(value_node, file)
            # The line of the name, not of a value that may begin further down.
            found[key] = Entry(value.value, file, key_node.start_mark.line + 1)
        return Entry(found, file, line)
    if isinstance(node, yaml.SequenceNode):
        return Entry([_entry(item, file) for item in node.value], file, line)
    return Entry(_scalar(node), file, line)


def _scalar(node: yaml.Node) -> Scalar:
    text = str(node.value)
    if getattr(node, "style", None):  # quoted; plain is None or "", depending on the loader
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "named fields"
    if isinstance(value, list):
        return "a list"
    return f"'{value}'"


def _listing(names: tuple[str, ...], wrong: str) -> str:
    """The names to choose from; of many, those that look most like the wrong one."""
    if len(names) <= 8:
        return ", ".join(names)
    near = difflib.get_close_matches(wrong, names, n=5, cutoff=0.4)
    return ", ".join(near or names[:5]) + ", ..."
