"""Questions as messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.replies.drafts import choice, draft
from bot.triage.knowledge import Knowledge, Question

if TYPE_CHECKING:
    from bot.dialogue.mind import Mind
    from bot.dialogue.state import Pending

LISTED_KINDS = ("choice", "region")
SCALE = range(11)


def kind_of(knowledge: Knowledge, question: Question, asks: Sequence[str]) -> str:
    """A checklist of which one line is left is a plain yes or no."""
    return "yes_no" if question.kind == "checklist" and len(asks) == 1 else question.kind


def kind_of_pending(mind: Mind, pending: Pending) -> str:
    """The kind of the question that waits, whichever file it comes from."""
    if pending.about:
        return "yes_no"
    if side := mind.aftercare.questions.get(pending.question):
        return side.kind
    return kind_of(mind.knowledge, mind.knowledge.questions[pending.question], pending.asks)


def question_json(knowledge: Knowledge, question_id: str, asks: Sequence[str]) -> dict[str, Any]:
    """The contract's Question."""
    question = knowledge.questions[question_id]
    return {"id": question.id, "asks": list(asks), "kind": kind_of(knowledge, question, asks)}


def question(mind: Mind, question_id: str, asks: Sequence[str], *, lead: str = "", asked: int = 0) -> dict[str, Any]:
    """The question with its choices; the text can be read without them.

    ``asked``: how often it was put before; each time its other wording has its turn.
    """
    knowledge = mind.knowledge
    data = knowledge.questions[question_id]
    shape = question_json(knowledge, question_id, asks)
    say = mind.words.say
    if shape["kind"] == "yes_no" and data.kind == "checklist":
        prompt = say("one_left", asked, label=lower_first(_label(knowledge, asks[0])))
        choices = _yes_no(mind, asks[0])
        text = prompt
    else:
        prompt = data.again if asked % 2 and data.again else data.text
        text = prompt
        if shape["kind"] == "checklist":
            labels = [_label(knowledge, ask) for ask in asks]
            text += "\n" + numbered(labels)
            choices = [choice(label, answers={ask: True}) for ask, label in zip(asks, labels, strict=True)]
            choices.append(choice(say("none_of_these"), none=True))
        elif shape["kind"] == "yes_no":
            choices = _yes_no(mind, asks[0])
        elif shape["kind"] == "scale":
            choices = [choice(str(n), answers={asks[0]: n}) for n in SCALE]
        else:
            choices = [choice(c.label, answers=dict(c.sets)) for c in data.choices]
            if shape["kind"] == "region":  # in the order of the choices, for a body map
                shape["values"] = [c.sets[asks[0]] for c in data.choices]
            if choices and shape["kind"] in LISTED_KINDS:
                labels = [c["label"] for c in choices]
                # A bare number after "how long?" is a number of days or weeks, so that list has none.
                text += "\n" + (bulleted(labels) if asks[0] == "duration_days" else numbered(labels))
    # What stands before the list, for a page that shows the choices itself.
    shape["prompt"] = f"{lead} {prompt}".strip()
    return draft("question", f"{lead} {text}".strip(), choices, shape)


def about(mind: Mind, findings: Sequence[str], reason: str, asked: int = 0, lead: str = "") -> dict[str, Any]:
    """One finding (or a few, when they are to be taken back) asked about on its own; ``asked``: how often before."""
    knowledge = mind.knowledge
    if reason == "hint" and findings[0] == "self_harm":
        text = mind.words.say("self_harm_check", asked)
    else:
        labels = "; ".join(lower_first(_label(knowledge, finding)) for finding in findings)
        text = mind.words.say(f"{reason}_check", asked, label=labels)
    text = f"{lead} {text}".strip()
    shape = {"id": f"{findings[0]}_check", "asks": list(findings), "kind": "yes_no", "prompt": text}
    return draft("question", text, _yes_no(mind, *findings), shape)


def why(mind: Mind, pending: Pending) -> str:
    """Why the pending question is asked."""
    if pending.question in mind.knowledge.questions and not pending.about:
        return mind.knowledge.questions[pending.question].why
    if pending.question in mind.aftercare.questions:
        return mind.aftercare.questions[pending.question].why
    finding = mind.knowledge.findings.get(pending.asks[0])
    return finding.why if finding else ""


def numbered(labels: Sequence[str]) -> str:
    """Lines that can be answered by their number."""
    return "\n".join(f"{n}. {label}" for n, label in enumerate(labels, 1))


def bulleted(labels: Sequence[str]) -> str:
    """Lines without numbers."""
    return "\n".join(f"• {label}" for label in labels)


def lower_first(text: str) -> str:
    """A label inside a sentence."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _label(knowledge: Knowledge, id: str) -> str:
    return knowledge.findings[id].label if id in knowledge.findings else knowledge.details[id].label


def _yes_no(mind: Mind, *ids: str) -> list[dict[str, Any]]:
    say = mind.words.say
    return [
        choice(say("yes"), answers=dict.fromkeys(ids, True)),
        choice(say("no"), answers=dict.fromkeys(ids, False)),
        choice(say("not_sure"), answers=dict.fromkeys(ids, "unsure")),
    ]
