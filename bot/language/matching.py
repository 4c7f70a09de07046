"""Finds the patterns of a lexicon in a row of words; bounded work, no regular expressions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import accumulate, pairwise, product
from typing import Iterable, Sequence

from bot.language.lexicon import Entry, LanguageDataError, Lexicon
from bot.language.patterns import Pattern, Run
from bot.language.words import Word, WordReader

FILLERS_SKIPPED = 4
APART = 8
NEGATIONS = frozenset({"no", "not", "never", "without"})
Spans = dict[int, tuple[int, ...]]
"""Word place where it starts -> places after its last word."""


@dataclass(frozen=True)
class Match:
    """``entry`` read in the words ``start`` to ``end`` (exclusive); ``used`` are the places its pattern named."""

    entry: Entry
    group: str
    start: int
    end: int
    used: frozenset[int]


@dataclass
class _Node:
    words: dict[str, _Node] = field(default_factory=dict)
    prefixes: dict[str, list[tuple[str, _Node]]] = field(default_factory=dict)
    """By their first letter."""
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    used: frozenset[int]


class Matcher:
    """Immutable once made, so one may serve several threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        plain_words = WordReader(lexicon.data.get("words") or {})
        self._root = _Node()
        vocabulary: set[str] = set()
        self._prefixes: set[str] = set()
        flat: dict[str, list[list[str]]] = {}
        for phrase in sorted(lexicon.literals()):
            words = [part for token in phrase.split() for part in self._spelled(plain_words, token)]
            flat["=" + phrase] = [words]
            for word in words:
                (self._prefixes if word.endswith("*") else vocabulary).add(word.rstrip("*"))
        self._composite: list[tuple[str, Pattern]] = []
        for name in self._ordered(lexicon):
            members = lexicon.sets[name]
            for pattern in members:
                if len(pattern.names) == 1 and pattern.names[0].startswith("="):
                    flat.setdefault(name, []).append(flat[pattern.names[0]][0])
            rest = [p for p in members if not (len(p.names) == 1 and p.names[0].startswith("="))]
            self._composite.extend((name, pattern) for pattern in rest)
        for name, phrases in flat.items():
            for words in phrases:
                self._insert(words, name)
        self.reader = WordReader(lexicon.data.get("words") or {}, vocabulary, self._prefixes)
        self._rules = [rule.pattern for rule in lexicon.rules]
        self._by_key = self._keyed(self._rules)
        self._parts_of = self._keyed([pattern for _, pattern in self._composite])

    @staticmethod
    def _keyed(patterns: Sequence[Pattern]) -> dict[str, list[int]]:
        """The numbers of the patterns under the rarest of the names that each needs."""
        use = Counter(name for pattern in patterns for name in pattern.needs)
        keyed: dict[str, list[int]] = {}
        for number, pattern in enumerate(patterns):
            keyed.setdefault(min(pattern.needs, key=lambda name: (use[name], name)), []).append(number)
        return keyed

    @staticmethod
    def _spelled(reader: WordReader, token: str) -> list[str]:
        if token.endswith("*"):
            if len(token) < 4 and not token[0].isdecimal():
                raise LanguageDataError(f"{token!r}: at least three letters must stand before *")
            return [token.lower()]
        return [word.text for word in reader.read(token)]

    @staticmethod
    def _ordered(lexicon: Lexicon) -> list[str]:
        """Set names, each after the sets it is made of."""
        order: list[str] = []
        state: dict[str, int] = {}

        def visit(name: str) -> None:
            if state.get(name) == 2:
                return
            if state.get(name) == 1:
                raise LanguageDataError(f"set {name!r} refers to itself; break the circle")
            state[name] = 1
            for pattern in lexicon.sets[name]:
                for other in pattern.names:
                    if not other.startswith("="):
                        visit(other)
            state[name] = 2
            order.append(name)

        for name in sorted(lexicon.sets):
            visit(name)
        return order

    def _insert(self, words: Sequence[str], name: str) -> None:
        node = self._root
        for word in words:
            if word.endswith("*"):
                prefix = word[:-1]
                alike = node.prefixes.setdefault(prefix[0], [])
                for known, child in alike:
                    if known == prefix:
                        node = child
                        break
                else:
                    child = _Node()
                    alike.append((prefix, child))
                    node = child
            else:
                node = node.words.setdefault(word, _Node())
        node.names.append(name)

    def find(self, words: Sequence[Word]) -> list[Match]:
        """Every match of every rule, cues included, in the order of the rules."""
        spans: dict[str, Spans] = {}
        for start in range(len(words)):
            self._walk(self._root, words, start, start, 0, spans)
        weights = [0, *accumulate(not word.filler for word in words)]
        self._compose(words, weights, spans)
        matches: dict[tuple[int, int, int], Match] = {}
        named = spans.keys()
        numbers = [number for name in named & self._by_key.keys() for number in self._by_key[name]]
        for number in sorted([number for number in numbers if self._rules[number].needs <= named]):
            rule = self.lexicon.rules[number]
            for found in self._pattern(rule.pattern, words, weights, spans):
                match = Match(rule.entry, rule.group, found.start, found.end, found.used)
                matches.setdefault((number, found.start, found.end), match)
        return list(matches.values())

    def _compose(self, words: Sequence[Word], weights: Sequence[int], spans: dict[str, Spans]) -> None:
        """Adds the sets that are made of other sets; each comes after its parts, so the lowest number goes first."""
        named = spans.keys()
        waiting = [number for name in named & self._parts_of.keys() for number in self._parts_of[name]]
        heapify(waiting)
        while waiting:
            name, pattern = self._composite[heappop(waiting)]
            if not pattern.needs <= named:
                continue
            fresh = name not in spans
            for found in self._pattern(pattern, words, weights, spans):
                self._note(spans, (name,), found.start, found.end)
            if fresh and name in spans:
                for number in self._parts_of.get(name, ()):
                    heappush(waiting, number)

    def _walk(
        self, node: _Node, words: Sequence[Word], start: int, place: int, skipped: int, spans: dict[str, Spans]
    ) -> None:
        if place >= len(words):
            return
        word = words[place]
        if place > start and word.clause != words[place - 1].clause:
            return
        nexts = []
        child = node.words.get(word.text)
        if child is not None:
            nexts.append(child)
        for prefix, other in node.prefixes.get(word.text[0], ()):
            if word.text.startswith(prefix):
                nexts.append(other)
        for other in nexts:
            self._note(spans, other.names, start, place + 1)
            if other.words or other.prefixes:
                self._walk(other, words, start, place + 1, 0, spans)
        if place > start and word.filler and skipped < FILLERS_SKIPPED:
            self._walk(node, words, start, place + 1, skipped + 1, spans)

    @staticmethod
    def _note(spans: dict[str, Spans], names: Iterable[str], start: int, end: int) -> None:
        for name in names:
            ends = spans.get(name)
            if ends is None:
                spans[name] = {start: (end,)}
            elif start not in ends:
                ends[start] = (end,)
            elif end not in ends[start]:
                ends[start] = (*ends[start], end)

    def _pattern(
        self, pattern: Pattern, words: Sequence[Word], weights: Sequence[int], spans: dict[str, Spans]
    ) -> Iterable[_Found]:
        if not all(self._stands(run, words, spans) for run in pattern.given):
            return []
        if len(pattern.runs) == 1:
            return self._run(pattern.runs[0], words, spans)
        parts = [self._run(run, words, spans) for run in pattern.runs]
        if not all(parts):
            return []
        choices = product(*(part[:12] for part in parts))
        return [found for choice in choices for found in self._together(choice, words, weights, pattern.wide)]

    def _stands(self, run: Run, words: Sequence[Word], spans: dict[str, Spans]) -> bool:
        """Whether a circumstance is told of without a "not" right in front of it."""
        for found in self._run(run, words, spans):
            place = found.start - 1
            while place >= 0 and words[place].filler and words[place].clause == words[found.start].clause:
                place -= 1
            if place < 0 or words[place].text not in NEGATIONS:
                return True
        return False

    @staticmethod
    def _together(parts: Sequence[_Found], words: Sequence[Word], weights: Sequence[int], wide: bool) -> list[_Found]:
        ordered = sorted(parts, key=lambda part: part.start)
        for one, other in pairwise(ordered):
            gap = other.start - one.end
            if gap < 0 or gap > 2 * APART or weights[other.start] - weights[one.end] > APART:
                return []
        if not wide and words[ordered[0].start].clause != words[ordered[-1].end - 1].clause:
            return []
        used = frozenset(place for part in ordered for place in part.used)
        return [_Found(ordered[0].start, ordered[-1].end, used)]

    def _run(self, run: Run, words: Sequence[Word], spans: dict[str, Spans]) -> list[_Found]:
        result: list[_Found] = []
        for start, ends in spans[run[0].name].items():
            for end in ends:
                result.extend(self._rest(run, 1, words, spans, start, end, range(start, end)))
        return result

    def _rest(
        self,
        run: Run,
        number: int,
        words: Sequence[Word],
        spans: dict[str, Spans],
        start: int,
        end: int,
        used: Iterable[int],
    ) -> list[_Found]:
        if number == len(run):
            return [_Found(start, end, frozenset(used))]
        piece = run[number]
        places = spans[piece.name]
        result: list[_Found] = []
        budget, fillers, place = piece.gap, FILLERS_SKIPPED, end
        while place < len(words) and words[place].clause == words[end - 1].clause:
            for stop in places.get(place, ()):
                result.extend(self._rest(run, number + 1, words, spans, start, stop, [*used, *range(place, stop)]))
            if result:
                break
            if words[place].filler and fillers:
                fillers -= 1
            elif budget:
                budget -= 1
            else:
                break
            place += 1
        return result
