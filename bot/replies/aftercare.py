"""Messages of what happens after the advice: side questions, the PEG score, the week plan, likely contributors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.advice.course import Contributor, SideQuestion, Slot
from bot.advice.guidance import Guidance, to_contract
from bot.dialogue.course import peg_score
from bot.replies.asking import SCALE, numbered
from bot.replies.drafts import choice, draft

if TYPE_CHECKING:
    from bot.dialogue.mind import Mind


def question(mind: Mind, asked: SideQuestion, asks: Sequence[str], lead: str = "", put: int = 0) -> dict[str, Any]:
    """A side question with its choices. ``asks``: the ids it covers, often none; ``put``: how often it was before."""
    prompt = asked.again if put % 2 else asked.text
    text, say = prompt, mind.words.say
    if asked.kind == "checklist":
        labels = [mind.knowledge.findings[ask].label for ask in asks]
        choices = [
            choice(label, question=asked.id, answers={ask: True}) for ask, label in zip(asks, labels, strict=True)
        ]
        choices.append(choice(say("none_of_these"), question=asked.id, none=True))
        text += "\n" + numbered(labels)
    elif asked.kind == "scale":
        choices = [_option(asked, str(number), number) for number in SCALE]
    elif asked.kind == "yes_no":
        choices = [_option(asked, say(word), value) for word, value in (("yes", True), ("no", False))]
    else:
        choices = [_option(asked, option.label, option.id) for option in asked.options]
        text += "\n" + numbered([option.label for option in asked.options])
    shape = {"id": asked.id, "asks": list(asks), "kind": asked.kind, "prompt": f"{lead} {prompt}".strip()}
    return draft("question", f"{lead} {text}".strip(), choices, shape)


def _option(asked: SideQuestion, label: str, value: Any) -> dict[str, Any]:
    answers = {"answers": {asked.fact: value}} if asked.fact else {}
    return choice(label, question=asked.id, side={asked.id: value}, **answers)


def peg(mind: Mind, pegs: Sequence[tuple[float, ...]], turn: int) -> dict[str, Any]:
    """The newest PEG score in plain words, beside the one before it where there is one."""
    say, score = mind.words.say, peg_score(pegs[-1])
    text = say("peg_result", turn, score=_plain(score))
    if len(pegs) > 1:
        before, part = peg_score(pegs[-2]), mind.aftercare.peg_change
        name = "peg_less" if score <= before * (1 - part) and score < before else "peg_about_same"
        name = "peg_more" if score >= before * (1 + part) and score > before else name
        text += " " + say("peg_then", turn, then=_plain(before)) + " " + say(name, turn)
    else:
        text += " " + say("peg_no_cut_off", turn)
    source = mind.knowledge.sources[mind.aftercare.peg_source]
    return draft("answer", text, sources=[{"title": source.title, "url": source.url}])


def pain_then_now(mind: Mind, then: float, now: float, turn: int) -> str:
    """ "Then 6 out of 10, now 3." """
    return mind.words.say("pain_then_now", turn, then=_plain(then), now=_plain(now))


def _plain(number: float) -> str:
    return f"{number:g}"


def week(mind: Mind, lines: Sequence[tuple[Slot, Guidance]], turn: int, pegs: bool) -> dict[str, Any]:
    """The plan for a week: each line with its dose, its tip as a card, and how to come back."""
    say = mind.words.say
    told = [f"• {slot.when}: {_sentence(piece.title)} {piece.dose}" for slot, piece in lines]
    text = "\n".join((say("plan_lead", turn), *told, say("plan_review", turn)))
    cards = [to_contract(piece, mind.library.sources) for _, piece in lines]
    choices = [
        choice(say("choice_recheck"), say="report_change"),
        choice(say("choice_peg_again" if pegs else "choice_peg"), say="ask_peg"),
    ]
    return draft("advice", text, choices, guidance=cards)


def causes(mind: Mind, found: Sequence[Contributor], pieces: Sequence[Guidance], turn: int) -> dict[str, Any]:
    """Likely contributors in honest words and one or two things to try; no diagnosis."""
    say = mind.words.say
    lead = say("causes_lead" if found else "causes_none", turn)
    lines = [f"• {contributor.text}" for contributor in found]
    tries = [say("causes_try", turn)] if pieces else []
    tries += [f"• {_sentence(piece.title)} {piece.dose}" for piece in pieces]
    cards = [to_contract(piece, mind.library.sources) for piece in pieces]
    text = "\n".join((lead, *lines, *tries, say("causes_honest", turn)))
    return draft("advice", text, [choice(say("choice_plan"), say="ask_plan")], guidance=cards)


def _sentence(title: str) -> str:
    return title if title.endswith(("?", "!", ".")) else f"{title}."
