"""``data/language`` as one checked, serialisable table: word sets, entries with their patterns, word mending."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping

import yaml

from bot import fast_yaml
from bot.language.observation import Kind, Value
from bot.language.patterns import Pattern, PatternError, alternatives, parse

WORD_KEYS = ("spellings", "joined", "fillers", "clause_starts", "lookalikes")
ENTRY_KEYS = {"findings": "finding", "details": "detail", "facts": "fact", "signals": "signal"}
GROUPS = ("plain", "hint", "denied", "figure", "except")
OPTIONS = (
    "lasting",
    "condition",
    "unless",
    "new_only",
    "eased_by_sport",
    "until_checked",
    "fleeting",
    "of_both",
    "note",
)


class LanguageDataError(ValueError):
    """A file of ``data/language`` is wrong; the message names the file, the entry and the mend."""


@dataclass(frozen=True)
class Entry:
    """Something that can be read in a message, and the ways of saying it.

    ``lasting``: true however long ago ("had cancer ten years ago"). ``condition``: a diagnosis or treatment, so
    that a relative who has it says nothing about the patient. ``unless``: ids that replace it where both are read.
    ``until_checked``: however long ago, it counts until somebody has examined it.
    ``fleeting``: counts although it has passed, as a faint or a mini-stroke does.
    ``of_both``: the finding that it is as well when told of a pair, as legs that give way.
    """

    kind: Kind | str
    id: str
    value: Value = None
    lasting: bool = False
    condition: bool = False
    new_only: bool = False
    eased_by_sport: bool = False
    until_checked: bool = False
    fleeting: bool = False
    of_both: str = ""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One pattern of an entry; ``group`` is one of ``GROUPS`` or, for cues, "cue"."""

    entry: Entry
    group: str
    pattern: Pattern


def load_folder(folder: Path) -> dict[str, Any]:
    """All YAML files under ``folder`` merged into one plain table; LanguageDataError names a clash or a bad file."""
    merged: dict[str, Any] = {key: {} for key in ("sets", "cues", *ENTRY_KEYS)}
    merged["words"] = {"spellings": {}, "joined": {}, "fillers": [], "clause_starts": [], "lookalikes": []}
    files = sorted(folder.rglob("*.yml"))
    if not files:
        raise LanguageDataError(f"{folder}: no .yml file found; expected the language data there")
    for file in files:
        try:
            data = fast_yaml.load(file.read_text(encoding="utf-8")) or {}
        except yaml.YAMLError as error:
            raise LanguageDataError(f"{file}: not readable as YAML ({error})") from error
        if not isinstance(data, dict):
            raise LanguageDataError(f"{file}: the top of the file must be a mapping")
        for key, value in data.items():
            if key in WORD_KEYS:
                known = merged["words"][key]
                if isinstance(known, dict):
                    known.update({_text(name): _text(word) for name, word in value.items()})
                else:
                    known.extend(_text(word) for word in value)
            elif key in merged and isinstance(value, dict):
                for name, entry in value.items():
                    if name in merged[key]:
                        raise LanguageDataError(
                            f"{file}: {key}.{name} is already defined in another file; merge the two"
                        )
                    merged[key][name] = _strings(entry, file, f"{key}.{name}")
            else:
                allowed = ", ".join([*merged, *WORD_KEYS])
                raise LanguageDataError(f"{file}: unknown key {key!r}; use one of {allowed}")
    return merged


def _text(value: object) -> str:
    if isinstance(value, bool):
        raise LanguageDataError(f"{value!r}: put quotes round yes, no, on and off")
    return str(value)


def _strings(entry: Any, file: Path, where: str) -> Any:
    """``entry`` with every list made of strings, so that a bare number or "no" cannot slip in as something else."""
    if isinstance(entry, Mapping):
        return {str(key): _strings(value, file, f"{where}.{key}") for key, value in entry.items()}
    if isinstance(entry, list):
        for item in entry:
            if isinstance(item, bool):
                raise LanguageDataError(f"{file}: {where}: {item!r} needs quotes")
        return [str(item) for item in entry]
    return entry


class Lexicon:
    """The table made ready: ``sets`` (name -> patterns) and ``rules``; ``data`` is the plain table it came from."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = dict(data)
        self.sets: dict[str, list[Pattern]] = {}
        self.rules: list[Rule] = []
        for name, members in dict(data.get("sets") or {}).items():
            if not isinstance(members, list):
                raise LanguageDataError(f"set {name!r} must be a list of words and phrases")
            self.sets[name] = [pattern for member in members for pattern in self._parse(member, f"set {name!r}")]
        for name, members in dict(data.get("cues") or {}).items():
            entry = Entry("cue", name)
            for member in members:
                self._add(entry, "cue", member, f"cue {name!r}")
        for key, kind in ENTRY_KEYS.items():
            for identifier, body in dict(data.get(key) or {}).items():
                for value, leaf in self._leaves(body, f"{key}.{identifier}"):
                    self._entry(kind, identifier, value, leaf, f"{key}.{identifier}")
        self._check()

    def _leaves(self, body: Any, where: str) -> Iterator[tuple[Value, Mapping[str, Any]]]:
        if not isinstance(body, Mapping):
            raise LanguageDataError(f"{where} must be a mapping with plain:, hint: or values")
        if any(key in GROUPS for key in body):
            yield None, body
            return
        for value, leaf in body.items():
            if not isinstance(leaf, Mapping):
                raise LanguageDataError(f"{where}.{value} must be a mapping with plain: or hint:")
            yield (
                {"true": True, "false": False}.get(str(value), int(value) if str(value).isdecimal() else value),
                leaf,
            )

    def _entry(self, kind: str, identifier: str, value: Value, leaf: Mapping[str, Any], where: str) -> None:
        unknown = set(leaf) - set(GROUPS) - set(OPTIONS)
        if unknown:
            raise LanguageDataError(f"{where}: unknown {sorted(unknown)}; use {', '.join((*GROUPS, *OPTIONS))}")
        entry = Entry(
            kind,
            identifier,
            value,
            lasting=bool(leaf.get("lasting", False)),
            condition=bool(leaf.get("condition", False)),
            new_only=bool(leaf.get("new_only", False)),
            eased_by_sport=bool(leaf.get("eased_by_sport", False)),
            until_checked=bool(leaf.get("until_checked", False)),
            fleeting=bool(leaf.get("fleeting", False)),
            of_both=str(leaf.get("of_both", "")),
            unless=tuple(leaf.get("unless", ())),
        )
        for group in GROUPS:
            for member in leaf.get(group) or ():
                self._add(entry, group, member, where)

    def _add(self, entry: Entry, group: str, text: str, where: str) -> None:
        self.rules.extend(Rule(entry, group, pattern) for pattern in self._parse(text, where))

    def _parse(self, text: str, where: str) -> list[Pattern]:
        try:
            patterns = parse(str(text))
        except PatternError as error:
            raise LanguageDataError(f"{where}: {error}") from error
        for pattern in patterns:
            for name in pattern.names:
                if name.startswith("[") and name not in self.sets:
                    self.sets[name] = []
                    self.sets[name] = [inner for member in alternatives(name) for inner in self._parse(member, where)]
        return patterns

    def _check(self) -> None:
        for where, patterns in [
            *((f"set {name!r}", patterns) for name, patterns in self.sets.items()),
            *((f"{rule.entry.kind} {rule.entry.id!r}", [rule.pattern]) for rule in self.rules),
        ]:
            for pattern in patterns:
                for name in pattern.names:
                    if not name.startswith("=") and name not in self.sets:
                        raise LanguageDataError(f"{where}: there is no set <{name}>")

        known = {rule.entry.id for rule in self.rules}
        for rule in self.rules:
            if rule.entry.of_both and rule.entry.of_both not in known:
                raise LanguageDataError(f"{rule.entry.id!r}: of_both names {rule.entry.of_both!r}, which is no entry")

    def literals(self) -> set[str]:
        """Every phrase of plain words that some pattern names."""
        patterns = [pattern for members in self.sets.values() for pattern in members]
        patterns += [rule.pattern for rule in self.rules]
        return {name[1:] for pattern in patterns for name in pattern.names if name.startswith("=")}
