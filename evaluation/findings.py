"""Findings: read by the rules, by the learned reader and by the assistant, against the labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot import fast_yaml
from bot.dialogue.state import Record
from bot.language.observation import Observation
from bot.triage.knowledge import Knowledge
from evaluation.material import ROOT
from evaluation.pipeline import Pipeline
from tests.language.sentence_tables import TODAY
from tests.understanding.labelled import Message

_FINDINGS = fast_yaml.load((ROOT / "data" / "clinical" / "findings.yml").read_text("utf-8"))["findings"]
LEVELS: Mapping[str, str] = {id: row.get("level", "") for id, row in _FINDINGS.items()}
ALARM_LEVELS = ("emergency", "same_day")
ALARMS = frozenset(id for id, level in LEVELS.items() if level in ALARM_LEVELS)


@dataclass(frozen=True)
class Seen:
    """The findings of one message: taken at its word, asked about next, and following from a fact (age, region)."""

    taken: frozenset[str]
    asked: frozenset[str] = frozenset()
    implied: frozenset[str] = frozenset()


View = Callable[[str], Seen]


def of_observations(observations: Iterable[Observation]) -> Seen:
    """What a reader alone brings: plain and present is taken, a hint or an unsure one is asked."""
    own = [one for one in observations if one.kind == "finding"]
    taken = frozenset(o.id for o in own if o.status == "present" and o.certainty == "plain")
    return Seen(taken, frozenset(o.id for o in own if o.status in ("present", "unsure")) - taken)


def rules(pipeline: Pipeline) -> View:
    """The rules of ``data/language`` alone."""
    return lambda text: of_observations(pipeline.assistant.reader.read(text, TODAY).observations)


def learned(pipeline: Pipeline) -> View:
    """The learned reader alone: every finding that it thinks likely, as if taken at its word."""
    return lambda text: Seen(frozenset(pipeline.model.parse(text)["learned"]))


def assistant(pipeline: Pipeline) -> View:
    """What the assistant takes from a first message, by its record, and what it asks about on its own."""

    derived = {
        f.id: f.derived.test for f in Knowledge.load(ROOT / "data" / "clinical").findings.values() if f.derived
    }

    def view(text: str) -> Seen:
        record = Record.from_json(pipeline.turn(text, None).record)
        talk = record.dialogue
        pending = talk.pending.asks if talk.pending and talk.pending.about else ()
        hints = () if talk.advised == "emergency" else talk.hints  # asked about only if the emergency is taken back
        return Seen(
            frozenset(id for id, answer in record.assessment.findings.items() if answer is True),
            frozenset(hints) | (frozenset(pending) & LEVELS.keys()),
            frozenset(id for id, test in derived.items() if test.fits(record.assessment.facts.get(test.fact))),
        )

    return view


@dataclass
class Tally:
    """Findings of one view over many messages. Lists hold (finding, message)."""

    wanted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, Message]] = field(default_factory=list)
    invented: list[tuple[str, Message]] = field(default_factory=list)
    negatives: int = 0
    alarmed: int = 0  # negatives in which an alarm is taken
    doubted: int = 0  # negatives after which the assistant asks about some finding on its own
    alerted: int = 0  # messages with an emergency in which any emergency is taken
    noticed: int = 0  # … or asked about
    emergencies: int = 0

    def recall(self, ids: Iterable[str], or_asked: bool = False) -> float | None:
        """Share of the findings in ``ids`` that are taken (or at least asked about); None when none is wanted."""
        ids = list(ids)
        wanted = sum(self.wanted[id] for id in ids)
        found = sum(self.found[id] + (self.asked[id] if or_asked else 0) for id in ids)
        return found / wanted if wanted else None

    def precision(self, ids: Iterable[str]) -> float | None:
        """Share of what is taken that is there; None when nothing is taken."""
        ids = list(ids)
        found = sum(self.found[id] for id in ids)
        false = sum(self.false[id] for id in ids)
        return found / (found + false) if found + false else None


def tally(messages: Iterable[Message], view: View, alarms_only: bool = False) -> Tally:
    """Every labelled message in one view. ``alarms_only``: only alarms are labelled completely, as in the tables."""
    sums = Tally()
    for message in messages:
        if message.present is None and not message.absent:
            continue
        seen = view(message.text)
        _count_wanted(sums, message, seen)
        _count_false(sums, message, seen, alarms_only)
    return sums


def _count_wanted(sums: Tally, message: Message, seen: Seen) -> None:
    present = message.present or ()
    for id in present:
        sums.wanted[id] += 1
        if id in seen.taken | seen.implied:
            sums.found[id] += 1
        else:
            sums.asked[id] += id in seen.asked
            sums.missed.append((id, message))
    if any(LEVELS[id] == "emergency" for id in present):
        sums.emergencies += 1
        sums.alerted += any(LEVELS[id] == "emergency" for id in seen.taken)
        sums.noticed += any(LEVELS[id] == "emergency" for id in seen.taken | seen.asked)


def _count_false(sums: Tally, message: Message, seen: Seen, alarms_only: bool) -> None:
    right = {*(message.present or ()), *message.may}
    wrong = set(seen.taken) - right if message.present is not None else set(seen.taken) & set(message.absent)
    wrong -= {id for id in wrong if alarms_only and id not in ALARMS and id not in message.absent}
    for id in sorted(wrong):
        sums.false[id] += 1
        sums.invented.append((id, message))
    if message.present == ():
        sums.negatives += 1
        sums.alarmed += bool(wrong & ALARMS)
        sums.doubted += bool(seen.asked - set(message.may))


def figures(sums: Tally) -> dict[str, float | None]:
    """The figures of one view."""
    emergencies = [id for id, level in LEVELS.items() if level == "emergency"]
    return {
        "emergency_recall": sums.recall(emergencies),
        "emergency_recall_or_asked": sums.recall(emergencies, or_asked=True),
        "emergency_messages_alerted": sums.alerted / sums.emergencies if sums.emergencies else None,
        "emergency_messages_noticed": sums.noticed / sums.emergencies if sums.emergencies else None,
        "alarm_recall": sums.recall(ALARMS),
        "recall": sums.recall(LEVELS),
        "recall_or_asked": sums.recall(LEVELS, or_asked=True),
        "alarm_precision": sums.precision(ALARMS),
        "precision": sums.precision(LEVELS),
        "false_alarms": sums.alarmed / sums.negatives if sums.negatives else None,
        "needless_doubts": sums.doubted / sums.negatives if sums.negatives else None,
    }


def by_finding(sums: Tally) -> list[dict[str, object]]:
    """One row a finding: how often wanted, recall, recall or asked, precision."""
    return [
        {
            "finding": id,
            "level": LEVELS[id],
            "wanted": sums.wanted[id],
            "recall": sums.recall([id]),
            "recall_or_asked": sums.recall([id], or_asked=True),
            "precision": sums.precision([id]),
            "false": sums.false[id],
        }
        for id in LEVELS
    ]
