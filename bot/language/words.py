"""A message as a row of plain words with places in the original text: what every pattern is matched against."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Collection, Iterable, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.english import english_words, same_word
from bot.language.numbers import TENS, UNITS

_APOSTROPHES = "'’‘`´ʼ＇"
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+\d*(?:'[^\W\d_]+)*'?|[^\w\s]|_|\n", re.UNICODE)
_SENTENCE_MARKS = frozenset(".!?;\n…")
_TYPO_LENGTH = 5
_TWO_TYPOS_LENGTH = 9
_HALF = 4


_ORDINAL_ENDINGS = frozenset(["st", "nd", "rd", "th"])
_ANSWERS = frozenset(["no", "nope", "nah", "yes", "yeah", "yep"])
_WHO = frozenset(["i", "it", "he", "she", "they", "we"])


@dataclass
class Word:
    """One plain word; ``start`` and ``end`` are offsets into the message, ``before`` the marks in front of it.

    ``sentence`` and ``clause`` count up; a clause also ends at "but" and its like.
    """

    text: str
    start: int
    end: int
    before: str = ""
    after: str = ""
    sentence: int = 0
    clause: int = 0
    filler: bool = False


def fold(text: str) -> tuple[str, list[int]]:
    """``text`` in lower case without accents and invisible characters, and for each character its old place."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character in _APOSTROPHES:
            folded = "'"
        elif unicodedata.category(character) in ("Cf", "Cs", "Mn"):
            continue
        elif character in "–—−":
            folded = " - "
        elif character == "½":
            folded = ".5" if place and text[place - 1].isdecimal() else " half"
        else:
            folded = "".join(
                part
                for part in unicodedata.normalize("NFKD", character.lower())
                if unicodedata.category(part) != "Mn"
            )
        letters.append(folded)
        places.extend([place] * len(folded))
    return "".join(letters), places


class WordReader:
    """Cuts a message into plain words: contractions spelled out, chat spellings and slips of the keys mended."""

    def __init__(
        self, data: Mapping[str, Any], vocabulary: Collection[str] = (), prefixes: Iterable[str] = ()
    ) -> None:
        self._spellings: dict[str, list[str]] = {
            str(key): str(value).split() for key, value in dict(data.get("spellings") or {}).items()
        }
        self._joined: dict[str, list[tuple[list[str], list[str]]]] = {}
        for key, value in dict(data.get("joined") or {}).items():
            parts = str(key).split()
            self._joined.setdefault(parts[0], []).append((parts, str(value).split()))
        self._fillers = frozenset(str(word) for word in data.get("fillers") or ())
        self._breaks = frozenset(str(word) for word in data.get("clause_starts") or ())
        self._known = frozenset(vocabulary) | self._fillers | self._breaks | frozenset(self._spellings)
        self._kept = frozenset(str(word) for word in data.get("lookalikes") or ())
        self._prefixes = frozenset(prefixes)
        self._mends = bool(vocabulary)
        self._english = english_words() if self._mends else frozenset()
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= _TYPO_LENGTH and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)
        self._near = {
            length: [
                word
                for size in range(length - 2, length + 3)
                for word in self._by_length.get(size, [])
                if abs(size - length) <= (2 if length >= _TWO_TYPOS_LENGTH else 1)
            ]
            for length in range(_TYPO_LENGTH, 24)
        }

    def knows(self, word: str) -> bool:
        if word in self._known or word in self._kept:
            return True
        return bool(self._prefixes) and any(word[:size] in self._prefixes for size in range(3, len(word) + 1))

    def mended(self, word: str) -> list[str]:
        """``word`` as known words: unchanged, spelled out, with a slip mended, or cut in two."""
        spelled = self._spellings.get(word)
        if spelled is not None:
            return spelled
        about = word.removesuffix("ish")
        if about != word and (about in UNITS or about in TENS):
            return [about, "ish"]  # "sevenish", as "7ish" is cut
        if not self._mends or len(word) < 3 or not word.isalpha() or word in self._known:
            return [word]
        if self.knows(word):
            return [word]
        if (
            len(word) >= _TYPO_LENGTH
            and word.endswith("in")
            and word + "g" in self._known
            and word not in self._english
        ):
            return [word + "g"]
        if len(word) > 3:
            short = re.sub(r"(.)\1{2,}", r"\1\1", word)
            for candidate in (short, re.sub(r"(.)\1{2,}", r"\1", word)):
                if candidate != word and self.knows(candidate):
                    return self._spellings.get(candidate, [candidate])
            word = short
        real = word in self._english  # "cancel" is no slip of "cancer", but "clicks" is a form of "click"
        if _TYPO_LENGTH <= len(word) < 24:
            allowed = 2 if len(word) >= _TWO_TYPOS_LENGTH else 1
            found = process.extractOne(word, self._near[len(word)], scorer=OSA.distance, score_cutoff=allowed)
            if found is not None and (found[1] == 1 or found[0][0] == word[0]):
                return [self._form_of(word, allowed)] if real else self._spellings.get(found[0], [found[0]])
        if len(word) >= 2 * _HALF and not real:
            for cut in range(_HALF, len(word) - _HALF + 1):
                if word[:cut] in self._known and word[cut:] in self._known:
                    return [word[:cut], word[cut:]]
        return [word]

    def _form_of(self, word: str, allowed: int) -> str:
        """The known word, no known slip, of which ``word`` is a form, or ``word`` itself."""
        near = process.extract(word, self._near[len(word)], scorer=OSA.distance, score_cutoff=allowed, limit=None)
        return next((known for known, _, _ in near if known not in self._spellings and same_word(word, known)), word)

    def _plain(self, piece: str) -> list[str]:
        piece = piece.strip("'")
        if "'" in piece:
            spelled = self._spellings.get(piece)
            if spelled is not None:
                return spelled
            stem, _, tail = piece.rpartition("'")
            ending = {"nt": "not", "t": "not", "m": "am", "ve": "have", "re": "are", "ll": "will", "d": "would"}.get(
                tail
            )
            if tail == "t" and stem.endswith("n"):
                stem = stem[:-1]
            stem = stem.replace("'", "")
            if tail == "s":
                return [*self.mended(stem), "'s"] if stem else ["'s"]
            if ending:
                return [*self.mended(stem), ending] if stem else [ending]  # "have n't"
            return self.mended(piece.replace("'", ""))
        return self.mended(piece)

    def read(self, text: str) -> list[Word]:
        """The words of ``text`` in order."""
        folded, places = fold(text)
        words: list[Word] = []
        marks = ""
        last_end = 0
        for found in _TOKEN.finditer(folded):
            piece = found.group()
            gap = found.start() > last_end
            last_end = found.end()
            if not (piece[0].isalnum()):
                marks += (" " if gap and piece == "-" else "") + piece
                if piece == "&":
                    piece = "and"
                else:
                    if words:
                        words[-1].after += piece
                    continue
            elif gap and marks.endswith("-"):
                marks += " "
            start, end = places[found.start()], places[found.end() - 1] + 1
            ending = not gap and bool(words) and words[-1].text.isdecimal() and piece in _ORDINAL_ENDINGS
            for place, plain in enumerate(self._plain(piece) if piece[0].isalpha() and not ending else [piece]):
                words.append(Word(plain, start, end, marks if place == 0 else ""))
                marks = ""
        words = self._join(words)
        if len(words) > 2 and words[0].text in _ANSWERS and words[1].text in _WHO and not words[1].before.strip():
            words[1].before = ","  # "no i can walk fine" is no "no can"
        self._number(words)
        return words

    def _join(self, words: list[Word]) -> list[Word]:
        """Spellings of several words ("can not", "a n e") as their plain form."""
        if not self._joined:
            return words
        result: list[Word] = []
        place = 0
        while place < len(words):
            for parts, plain in self._joined.get(words[place].text, ()):
                span = words[place : place + len(parts)]
                if [word.text for word in span] == parts and not any(word.before.strip(" -,") for word in span[1:]):
                    for number, text in enumerate(plain):
                        result.append(
                            Word(text, span[0].start, span[-1].end, span[0].before if number == 0 else "", "")
                        )
                    result[-1].after = span[-1].after
                    place += len(parts)
                    break
            else:
                result.append(words[place])
                place += 1
        return result

    def _number(self, words: Sequence[Word]) -> None:
        sentence = clause = 0
        for place, word in enumerate(words):
            if place and (_SENTENCE_MARKS & set(word.before)):
                sentence += 1
                clause += 1
            elif place and (word.text in self._breaks or " - " in word.before or "(" in word.before):
                clause += 1
            word.sentence, word.clause = sentence, clause
            word.filler = word.text in self._fillers
