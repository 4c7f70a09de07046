"""What people say beside an answer: questions back, small talk, general questions and wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.dialogue.intents import CONVERSE, INFORM
from bot.replies import advice, asking, talking

if TYPE_CHECKING:
    from bot.dialogue.turn import Turn

SURE_WHY = 0.4


def explain(turn: Turn) -> bool:
    """Why a question is asked, or why this advice was given; False when nobody asks that."""
    if turn.intent not in ("ask_why", "ask_why_advice"):
        return False
    if not turn.heard.say and turn.inbound.confidence < SURE_WHY:
        return False
    pending = turn.record.dialogue.pending
    if pending and (turn.intent == "ask_why" or not turn.record.dialogue.advised):
        turn.say(talking.line("answer", asking.why(turn.mind, pending)))
    elif turn.record.dialogue.advised:
        turn.say(advice.explanation(turn.mind, turn.decision, turn.assessment, turn.turn))
    else:
        turn.say(talking.line("answer", turn.words("why_nothing_yet")))
    if pending:
        turn.repeat(pending)
    return True


def digress(turn: Turn) -> bool:
    """Small talk, general questions and wishes, when the message brought nothing else."""
    if turn.heard.answered or not turn.is_digression():
        return False
    pending, talk = turn.record.dialogue.pending, turn.record.dialogue
    if turn.intent == "for_someone_else" and talk.complaint and not pending:
        return False
    if turn.intent in CONVERSE:
        if turn.heard.took and not pending:
            return False
        said = talking.small_talk(turn.mind, turn.intent, turn.assessment, turn.turn, again=talk.turns > 0)
        turn.say(said, to_the_writer=True)
    elif turn.intent in INFORM and not talk.complaint:
        said = advice.information(turn.mind, turn.intent, turn.assessment, turn.turn, turn.inbound.text)
        turn.say(said, to_the_writer=True)
    elif turn.intent in INFORM or turn.intent == "ask_more":
        return _advise_on_wish(turn)
    else:
        name = "someone_else" if turn.intent == "for_someone_else" else "taken"
        turn.say(talking.line("info", turn.words(name)))
    if pending:
        turn.repeat(pending)
    return True


def _advise_on_wish(turn: Turn) -> bool:
    """A wish of somebody with a complaint: once the tree is through, guidance; before that, it waits."""
    decision = turn.decision
    talk = turn.record.dialogue
    if talk.pending and not talk.advised:
        turn.say(talking.line("info", turn.words("wish_waits")))
        turn.repeat(talk.pending)
        return True
    if decision.question or not talk.advised or decision.level != talk.advised:
        return False
    draft, shown = advice.on_wish(turn.mind, turn.intent, decision, turn.record, turn.turn, turn.inbound.text)
    turn.say(draft)
    turn.record = turn.record.with_dialogue(shown=(*talk.shown, *shown))
    return True
