"""Record and messages -> ``Summary``. Pure: the same input gives the same summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.advice.guidance import to_contract
from bot.dialogue.course import Course, peg_score
from bot.replies.advice import massage_words
from bot.replies.contract import triage_json
from bot.replies.levels import safety_net, words_of
from bot.replies.words import Words
from bot.summary.shapes import Advice, Fact, Line, Rule, Source, Summary
from bot.triage.assessment import Answer, Assessment, FactValue
from bot.triage.knowledge import Knowledge
from bot.triage.shapes import UNKNOWN
from bot.triage.tree import Decision, decide

if TYPE_CHECKING:
    from bot.dialogue.mind import Mind
    from bot.dialogue.state import Record

Message = Mapping[str, Any]
_DAYS = {"week": 7, "month": 30.4, "year": 365.25}


def summarise(
    mind: Mind,
    words: Words,
    record: Record,
    said: Sequence[Message] = (),
    tells: Callable[[str], bool] = lambda text: True,
) -> Summary:
    """The summary of ``record``; ``said`` are the messages of the conversation in the contract's shape.

    ``tells``: whether a text says anything about the complaint, so that "hello" is not taken for the reason.
    """
    knowledge, assessment = mind.knowledge, record.assessment
    decision = decide(knowledge, assessment)
    triage = triage_json(knowledge, record, decision)
    said = _since_start(mind, said)
    phrases = {name: wordings[0] for name, wordings in words.phrases.items()}
    level, massage = triage["level"], triage["massage"]
    answers = _answers(assessment)
    lines = _lines(knowledge, assessment, answers, phrases)
    # What is written for "you" is about somebody else then, as it was in the talk.
    about = mind.third_person.tell if record.dialogue.someone_else else str
    return Summary(
        reason=_reason(said, tells),
        someone_else=record.dialogue.someone_else,
        facts=_facts(knowledge, assessment, phrases),
        present=lines["present"],
        denied=lines["denied"],
        unsure=lines["unsure"],
        not_asked=tuple(
            Line(id, finding.name)
            for id, finding in knowledge.findings.items()
            if id not in answers and all(id != line.id for line in lines["present"])
        ),
        answers=answers,
        course=_course(record.course),
        course_lines=_course_lines(mind, record.course, phrases),
        status=triage["status"],
        level=level,
        level_name=phrases[f"level_{level or 'open'}"],
        massage=massage,
        massage_name=phrases[f"massage_{massage or 'open'}"],
        massage_advice=about(massage_words(mind, decision)) if massage else "",
        rules=_rules(knowledge, decision, about) if level else (),
        advice=_advice(mind, decision, assessment, about) if level else None,
        guidance=_guidance(mind, record, said),
        safety_net=about(safety_net(mind, assessment)),
        ruleset=knowledge.ruleset,
        words=phrases,
        locale=mind.locale,
    )


def _since_start(mind: Mind, said: Sequence[Message]) -> Sequence[Message]:
    """The messages since the person last asked to start again: what was before belongs to another record."""
    fresh = mind.words.phrases["fresh_start"]
    starts = [
        place
        for place, message in enumerate(said)
        if message["role"] == "assistant" and any(message["text"].startswith(wording) for wording in fresh)
    ]
    return said[starts[-1] + 1 :] if starts else said


def _reason(said: Sequence[Message], tells: Callable[[str], bool]) -> str | None:
    """The first typed words that tell something, else the first typed words."""
    typed = [message["text"] for message in said if message["role"] == "person" and message["kind"] == "info"]
    return next((text for text in typed if tells(text)), typed[0] if typed else None)


def _answers(assessment: Assessment) -> dict[str, Answer]:
    """Findings, then yes/no details, as answered; those of which one must be there, without saying which, unsure."""
    answers = dict(assessment.findings)
    for ids in assessment.some_of.values():
        answers.update({id: answers.get(id, "unsure") for id in ids})
    for id, value in assessment.details.items():
        if isinstance(value, bool):
            answers[id] = value
        elif value == "unsure":
            answers[id] = "unsure"
    return answers


def _lines(
    knowledge: Knowledge, assessment: Assessment, answers: Mapping[str, Answer], words: Mapping[str, str]
) -> dict[str, tuple[Line, ...]]:
    """Findings and details by how they were answered, in the order of the files."""
    some = {id for ids in assessment.some_of.values() for id in ids}
    found: dict[str, list[Line]] = {"present": [], "denied": [], "unsure": []}
    for id, finding in knowledge.findings.items():
        answer = answers.get(id)
        derived = finding.derived
        follows = (
            derived is not None
            and answer is not True
            and (answer is not False or derived.over_no)
            and derived.test.fits(assessment.facts.get(derived.test.fact))
        )
        if follows and derived:
            fact = knowledge.facts[derived.test.fact].label
            found["present"].append(Line(id, finding.name, words["from_fact"].format(fact=fact)))
        elif answer is not None:
            note = words["one_of"] if id in some and answer == "unsure" else ""
            found[_KINDS[answer]].append(Line(id, finding.name, note))
    for id, detail in knowledge.details.items():
        if id in answers:
            found[_KINDS[answers[id]]].append(Line(id, detail.label))
    return {kind: tuple(lines) for kind, lines in found.items()}


_KINDS: Mapping[Answer, str] = {True: "present", False: "denied", "unsure": "unsure"}


def _facts(knowledge: Knowledge, assessment: Assessment, words: Mapping[str, str]) -> tuple[Fact, ...]:
    facts = [
        Fact(id, fact.label, assessment.facts[id], _shown(knowledge, id, assessment.facts[id], words))
        for id, fact in knowledge.facts.items()
        if id in assessment.facts
    ]
    for id, detail in knowledge.details.items():
        value = assessment.details.get(id)
        if isinstance(value, str) and value in detail.values:
            facts.append(Fact(id, detail.label, value, words.get(f"value_{value}", value)))
    return tuple(facts)


def _shown(knowledge: Knowledge, id: str, value: FactValue, words: Mapping[str, str]) -> str:
    """A fact's value for people."""
    fact = knowledge.facts[id]
    if value == UNKNOWN and UNKNOWN not in fact.values:
        return words["unknown"]
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    if id == "duration_days" and isinstance(value, int | float):
        return _duration(value, words)
    if fact.kind == "country":
        country = knowledge.countries.get(str(value).upper())
        return country.name if country else str(value)
    if isinstance(value, str):
        return fact.values.get(value, value)
    return f"{value:g} {fact.unit}".strip()


def _duration(days: float, words: Mapping[str, str]) -> str:
    """Days in the unit people would use."""
    unit, count = "day", days
    for name, length in _DAYS.items():
        if days >= 2 * length:
            unit, count = name, days / length
    shown = f"{round(count, 1):g}" if unit == "day" else f"{round(count)}"
    return words["one_day"] if (unit, shown) == ("day", "1") else words[f"{unit}s"].format(count=shown)


def _rules(knowledge: Knowledge, decision: Decision, about: Callable[[str], str]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=reason.rule,
            text=about(reason.text),
            findings=reason.findings,
            names=tuple(knowledge.findings[id].name for id in reason.findings),
            sources=tuple(
                Source(source.title, source.url, source.year)
                for source in (knowledge.sources[id] for id in reason.source_ids)
            ),
        )
        for reason in decision.reasons
    )


def _advice(mind: Mind, decision: Decision, assessment: Assessment, about: Callable[[str], str]) -> Advice:
    words = words_of(mind, decision, assessment)
    return Advice(
        title=about(words.title),
        what_to_do=about(words.what_to_do),
        how_soon=about(words.how_soon),
        say_there=about(words.say_there),
        do_not=tuple(about(text) for text in words.do_not),
    )


def _course(course: Course) -> dict[str, Any]:
    return {
        "pain_scores": list(course.pains),
        "changes": list(course.changes),
        "peg_scores": [peg_score(answers) for answers in course.pegs],
        "causes": {question: list(ids) for question, ids in course.causes.items()},
    }


def _course_lines(mind: Mind, course: Course, words: Mapping[str, str]) -> tuple[Line, ...]:
    """What the re-checks, the PEG scores and the search for a cause brought, oldest first."""
    then = words["then"] + " "
    labels = {
        id: {option.id: option.label for option in question.options}
        for id, question in mind.aftercare.questions.items()
    }
    changes = labels.get("recheck_change", {})
    pegs = [peg_score(answers) for answers in course.pegs]
    told = {
        "pain_scores": then.join(f"{score:g}" for score in course.pains),
        "changes": then.join(changes.get(change, change) for change in course.changes).lower(),
        "peg_scores": then.join(f"{score:g}" for score in pegs),
    }
    lines = [Line(id, words[f"course_{id}"].format(told=text)) for id, text in told.items() if text]
    for id, chosen in course.causes.items():
        question = mind.aftercare.questions.get(id)
        if question and chosen:
            answer = ", ".join(labels[id].get(option, option) for option in chosen)
            lines.append(Line(id, f"{question.text} {answer}"))
    return tuple(lines)


def _guidance(mind: Mind, record: Record, said: Sequence[Message]) -> tuple[Mapping[str, Any], ...]:
    """The pieces as they were worded in the messages; those only the record knows of, as the library has them."""
    given = {piece["id"]: piece for message in said for piece in message["guidance"]}
    for id in record.dialogue.shown:
        if id not in given and id in mind.library.guidance:
            given[id] = to_contract(mind.library.guidance[id], mind.library.sources)
    return tuple(given.values())
