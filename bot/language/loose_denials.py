"""A reply that turns everything down in words of its own: "nothing whatever of that kind", "graças a deus no".

The closed grammar of ``short_answer`` knows the usual ways of saying no. This one only knows what a "no" is made of,
so it is asked last, and only about a reply in which nobody read or suspects any sign. Standard library only.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 14
"""Words; a longer reply tells something."""
_WORDS = {
    name: frozenset(re.findall(r"\w+", words))
    for name, words in {
        "no": """no non nope nah nay naw nup not none nothing nowt nuffin nuffink nuthin nothin nutten
            nuttin never neither nor negative
            nada nil zilch wala nahi nahin nein nyet""",
        "outright": "no nope nah naw nay none negative",
        "around": "no nope nah but and so all its it is just still honestly short answer thanks thank you of them",
        "doubt": "sure certain know idea clue tell remember understand maybe perhaps possibly might unsure",
        "more": """but except apart besides although however though unless only just yet still anymore longer""",
        "question": "why what which who how when",
    }.items()
}
_NO_VERB = re.compile(r"^(?:do|does|did|have|has|had|am|is|are|was|were|ai)nt$")
"""As in "havent had that"; what somebody cannot do is no "no"."""
_LOST = re.compile(
    r"\b(?:no (?:fit|gree|dey|can|more|longer|control|feeling|power|strength|sensation|siento|puedo|tengo|me)"
    r"|nothing (?:comes|happens|works|moves)|not (?:working|right|normal|well|good|feel|feeling|able|move|moving))\b"
)
"""A "no" that tells of something lost: "my leg no fit carry me", "no feeling", "no siento nada"."""


def tells_only(text: str) -> bool:
    """Whether ``text`` is "only ..." or "just ..." and a few words: what it names, nobody took for a sign."""
    words = re.findall(r"[^\W\d_]+", text[:200].lower())
    return 1 < len(words) <= LONGEST and words[0] in ("only", "just") and "?" not in text


def denies_loosely(text: str) -> bool:
    """Whether ``text`` turns everything down.

    Either a "no" stands alone between two marks or ends it ("how is this relevant. no"), or it is some words with
    a "no" among them, and none that doubts, asks or takes something out.
    """
    plain = re.sub(r"['’‘`´]", "", unicodedata.normalize("NFKC", text[:400]).lower())
    parts = [re.findall(r"[^\W\d_]+", part) for part in re.split(r"[.,;:!?\n()-]+", plain)]
    parts = [part for part in parts if part]
    outright, around = _WORDS["outright"], _WORDS["around"]
    if parts and (parts[-1][-1] in outright or any(set(p) <= around and set(p) & outright for p in parts)):
        return True
    words = [word for part in parts for word in part]
    if not words or len(words) > LONGEST or "?" in text or _LOST.search(plain):
        return False
    known = set(words)
    if known & (_WORDS["doubt"] | _WORDS["more"]) or words[0] in _WORDS["question"]:
        return False
    return bool(known & _WORDS["no"]) or any(_NO_VERB.match(word) for word in words)
