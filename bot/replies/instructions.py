"""Instructions ("Sit well back, then breathe.") told of somebody else ("They sit well back, then breathe.")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.triage.files import Entry

# A verb that is a noun here ("rest comes first"), and what is asked of the one who writes ("tell me").
_NO_NOUN = r")\b(?! (?:comes|is|are|me)\b)"
_SENTENCE = re.compile(r"(?<=[.?!:;])\s+")


@dataclass(frozen=True)
class Instructions:
    """``verbs``: the verbs that instructions begin with -> their form in a title ("set" -> "setting").

    ``firm``: those that are a matter of safety and so become "they should". ``openers``: words that may stand before
    the verb. ``first``: words of a part that may come before it ("If it hurts, stop").
    """

    verbs: Mapping[str, str]
    begins: re.Pattern[str]
    goes_on: re.Pattern[str]
    linked: re.Pattern[str]
    firm: frozenset[str]
    who: str

    @classmethod
    def read(cls, entry: Entry) -> Instructions:
        """The part ``instructions`` of ``third_person.yml``; ClinicalDataError when it is broken."""
        fields = entry.fields(required=("who", "verbs", "firm", "openers", "first"))
        verbs = {verb: form.text() for verb, form in fields["verbs"].entries().items()}
        words = (
            "(?:"
            + "|".join(sorted(map(re.escape, (*verbs, *fields["firm"].texts())), key=len, reverse=True))
            + _NO_NOUN
        )
        openers = "|".join(map(re.escape, fields["openers"].texts()))
        first = "|".join(map(re.escape, fields["first"].texts()))
        return cls(
            verbs,
            re.compile(rf"(?P<opener>(?:(?:{openers}),?\s+)*)(?P<verb>{words})", re.IGNORECASE),
            re.compile(
                rf"(?P<first>(?:{first})\b.*?,\s+(?:(?:just|first|then)\s+)?)(?P<verb>{words})", re.IGNORECASE
            ),
            re.compile(rf"(?P<link>, (?:so|but) |\band |, )(?P<verb>{words})", re.IGNORECASE),
            frozenset(fields["firm"].texts()),
            fields["who"].text(),
        )

    def tell(self, text: str) -> str:
        """``text`` with somebody who does what its instructions say."""
        return " ".join(self._sentence(sentence) for sentence in _SENTENCE.split(text))

    def title(self, text: str) -> str:
        """A title: "Set up your desk" becomes "Setting up your desk"."""
        match = self.begins.match(text)
        if not match or match["opener"] or match["verb"].lower() not in self.verbs:
            return self.tell(text)
        form = self.verbs[match["verb"].lower()]
        return form[0].upper() + form[1:] + self.linked.sub(self._form, text[match.end() :])

    def _form(self, match: re.Match[str]) -> str:
        return match["link"] + self.verbs.get(match["verb"].lower(), match["verb"])

    def _sentence(self, sentence: str) -> str:
        return self.linked.sub(self._link, self._head(sentence))

    def _link(self, match: re.Match[str]) -> str:
        """ "It fades, so stop": "It fades, so they should stop"; lists of steps need no second "they"."""
        if match["link"] not in (", so ", ", but "):
            return match.group()
        return f"{match['link']}{self.who} {self._firmly(match['verb'])}"

    def _head(self, sentence: str) -> str:
        match = self.begins.match(sentence)
        if match:
            opener, small = match["opener"], not match["verb"][0].isupper() and not match["opener"]
            who = self.who if opener or small else self.who[0].upper() + self.who[1:]
            return f"{opener}{who} {self._firmly(match['verb'])}{sentence[match.end() :]}"
        match = self.goes_on.match(sentence)
        if match:
            should = "should " if match["first"].lower().startswith("if ") else ""
            verb = match["verb"].lower() if should and match["verb"] not in self.firm else self._firmly(match["verb"])
            if verb.startswith("should"):
                should = ""
            return f"{match['first']}{self.who} {should}{verb}{sentence[match.end() :]}"
        return sentence

    def _firmly(self, verb: str) -> str:
        plain = verb.lower()
        if plain not in self.firm:
            return plain
        return "should " + {"do not": "not", "don't": "not"}.get(plain, plain)
