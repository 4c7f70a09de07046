"""The words of a level: its own, or those of the path that fits what decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.triage.assessment import Assessment
from bot.triage.tree import Decision

if TYPE_CHECKING:
    from bot.dialogue.mind import Mind

MOST_UNSURE = 2


@dataclass(frozen=True)
class LevelWords:
    """What to say at a level; every number is filled in."""

    path: str
    title: str
    what_to_do: str
    how_soon: str
    say_there: str
    do_not: tuple[str, ...]
    alone: bool = False
    source_ids: tuple[str, ...] = ()

    def paragraph(self) -> str:
        """All of it as one text, most needed first."""
        lines = [self.what_to_do, self.how_soon, self.say_there]
        lines += [f"• {sentence}" for sentence in self.do_not]
        return "\n".join(line for line in lines if line)


def words_of(mind: Mind, decision: Decision, assessment: Assessment) -> LevelWords:
    """The first path whose findings or rules decided, over the level's own words."""
    level = mind.knowledge.levels[decision.level or "self_care"]
    numbers = mind.numbers(assessment)
    reasons = {reason.rule for reason in decision.reasons} | {
        f for reason in decision.reasons for f in reason.findings
    }
    present = {f for f, answer in assessment.findings.items() if answer in (True, "unsure")} | reasons
    unsure = {f for f in present if assessment.findings.get(f) == "unsure"}
    if len(unsure) > MOST_UNSURE:
        present -= unsure  # a list that could not be answered says nothing of what it is
    region = str(assessment.facts.get("region", "unknown"))
    for path in mind.knowledge.paths.values():
        fits = present & set(path.findings) and level.id in path.levels
        if fits and (not path.regions or region in path.regions):
            return LevelWords(
                path=path.id,
                title=_fill(path.title or level.title, numbers),
                what_to_do=_fill(path.what_to_do or level.what_to_do, numbers),
                how_soon=_fill(path.how_soon or level.how_soon, numbers),
                say_there=_fill(path.say_there or level.say_there, numbers),
                do_not=tuple(_fill(text, numbers) for text in (path.do_not or level.do_not)),
                alone=path.alone,
                source_ids=path.source_ids,
            )
    return LevelWords(
        path="",
        title=_fill(level.title, numbers),
        what_to_do=_fill(level.what_to_do, numbers),
        how_soon=_fill(level.how_soon, numbers),
        say_there=_fill(level.say_there, numbers),
        do_not=tuple(_fill(text, numbers) for text in level.do_not),
    )


def safety_net(mind: Mind, assessment: Assessment) -> str:
    """The safety net of every exit, with the numbers and the time limit of the person's region."""
    return mind.knowledge.safety_net.format(limit=limit_of(mind, assessment), **mind.numbers(assessment))


def limit_of(mind: Mind, assessment: Assessment) -> str:
    """The time limit of the person's region in words; the shortest where the region is not known."""
    region = mind.knowledge.regions.get(str(assessment.facts.get("region", "")))
    limits = mind.knowledge.regions.values()
    return region.limit_text if region else min(limits, key=lambda r: r.limit_days).limit_text


def _fill(text: str, numbers: Mapping[str, str]) -> str:
    return text.format(limit="", **numbers)
