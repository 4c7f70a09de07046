"""The whole judgement of one part: every figure, every mistake, as plain data for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation import findings, material, others
from evaluation.pipeline import Pipeline
from tests.patients.play import cards
from tests.understanding.labelled import Message, messages, patients

MOST_MISTAKES = 400


def views(pipeline: Pipeline) -> dict[str, findings.View]:
    """The readers of findings side by side, the learned one where the model has it; the assistant is what counts."""
    found = {"rules": findings.rules(pipeline)}
    if pipeline.model.parse("hello")["learned"] is not None:
        found["learned"] = findings.learned(pipeline)
    return {**found, "assistant": findings.assistant(pipeline)}


def judge(pipeline: Pipeline, part: str) -> dict[str, Any]:
    """``{"figures": {name: number}, "findings", "confusion", "facts", "patients", "mistakes"}`` of a part.

    ``exam`` brings the other held-out parts along; ``practice`` stands alone. Mistakes quote the messages.
    """
    own = messages(part)
    held_out = part == "exam"
    sources: dict[str, Sequence[Message]] = {part: own}
    if held_out:
        sources["tables"] = material.tables()
    nlu_test = material.nlu_test() if held_out else []
    pipeline.model.prepare(one.text for found in (*sources.values(), nlu_test) for one in found)
    result: dict[str, Any] = {"part": part, "figures": {}, "findings": {}, "mistakes": {}}
    _findings(pipeline, sources, result)
    _intents(pipeline, own, nlu_test, result)
    _facts(pipeline, sources, result)
    _patients(pipeline, part, result)
    result["counts"] = {name: len(found) for name, found in sources.items()}
    return result


def _put(result: dict[str, Any], prefix: str, figures: Mapping[str, float | None]) -> None:
    result["figures"].update({f"{prefix}.{name}": value for name, value in figures.items() if value is not None})


def _findings(pipeline: Pipeline, sources: Mapping[str, Sequence[Message]], result: dict[str, Any]) -> None:
    for source, found in sources.items():
        for name, view in views(pipeline).items():
            sums = findings.tally(found, view, alarms_only=source == "tables")
            _put(result, f"findings.{source}.{name}", findings.figures(sums))
            if source == result["part"]:
                result["findings"][name] = findings.by_finding(sums)
            if name == "assistant":
                result["mistakes"][f"findings missed ({source})"] = [
                    _mistake(message, expected=id, level=findings.LEVELS[id])
                    for id, message in sorted(sums.missed, key=lambda one: _urgency(one[0]))
                ][:MOST_MISTAKES]
                result["mistakes"][f"findings invented ({source})"] = [
                    _mistake(message, got=id, level=findings.LEVELS[id])
                    for id, message in sorted(sums.invented, key=lambda one: _urgency(one[0]))
                ][:MOST_MISTAKES]


def _urgency(finding: str) -> int:
    return others.LEVELS.index(findings.LEVELS[finding]) if findings.LEVELS[finding] else len(others.LEVELS)


def _mistake(message: Message, **more: Any) -> dict[str, Any]:
    return {"text": message.text, "file": message.file, "topic": message.topic, **more}


def _intents(pipeline: Pipeline, own: Sequence[Message], others_: Sequence[Message], result: dict[str, Any]) -> None:
    guessed = others.guesses(pipeline, own)
    _put(result, f"intents.{result['part']}", others.intent_figures(guessed))
    if others_:
        more = others.guesses(pipeline, others_)
        _put(result, "intents.nlu_test", others.intent_figures(more))
        guessed += more
        _put(result, "intents.both", others.intent_figures(guessed))
    counts = others.confusion(guessed)
    result["confusion"] = [[meant, said, number] for (meant, said), number in sorted(counts.items())]
    wrong = [one for one in guessed if one.said != one.message.intent]
    result["mistakes"]["intents, the surest first"] = [
        _mistake(one.message, expected=one.message.intent, got=one.said, confidence=round(one.confidence, 2))
        for one in sorted(wrong, key=lambda one: -one.confidence)
    ][:MOST_MISTAKES]


def _facts(pipeline: Pipeline, sources: Mapping[str, Sequence[Message]], result: dict[str, Any]) -> None:
    taken = others.facts_taken(pipeline)
    for source, found in sources.items():
        sums = others.facts(found, taken)
        _put(result, f"facts.{source}", {"right": sums.share()})
        result["mistakes"][f"facts ({source})"] = [
            _mistake(message, fact=fact, expected=expected, got=got) for fact, expected, got, message in sums.missed
        ]
        if source == result["part"]:
            result["facts"] = [[fact, number, sums.found[fact] / number] for fact, number in sums.wanted.items()]


def _patients(pipeline: Pipeline, part: str, result: dict[str, Any]) -> None:
    groups = {part: patients(part)} | ({"known": cards()} if part == "exam" else {})
    result["patients"] = []
    for group, listed in groups.items():
        visits = [others.visit(pipeline, card) for card in listed]
        _put(result, f"patients.{group}", others.patient_figures(visits))
        result["patients"] += [
            {
                "group": group,
                "id": one.card["id"],
                "opening": one.card["opening"],
                "expected": one.card["levels"],
                "level": one.played.level,
                "verdict": one.verdict,
                "massage": one.played.massage,
                "massage_expected": one.card.get("massage"),
                "questions": one.played.questions,
                "most": one.card.get("questions", 14),
                "asked": [list(asks) for asks in one.played.asked],
            }
            for one in visits
        ]
