"""What people say beside an answer: questions back, small talk, general questions and wishes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.dialogue.intents import CONVERSE, HANDS_ON, INFORM
from bot.language.short_answer import read_short_answer
from bot.replies import advice, asking, drafts, talking

if TYPE_CHECKING:
    from bot.dialogue.turn import Turn

SURE_WHY = 0.4


def explain(turn: Turn) -> bool:
    """Why a question is asked, or why this advice was given; False when nobody asks that."""
    if turn.intent not in ("ask_why", "ask_why_advice") or turn.heard.answered:
        return False
    if not turn.heard.say and turn.inbound.confidence < SURE_WHY:
        return False
    pending = turn.record.dialogue.pending
    if pending and (turn.intent == "ask_why" or not turn.record.dialogue.advised):
        why = "" if pending.whys else asking.why(turn.mind, pending)
        turn.say(talking.line("answer", why or turn.words("why_more")))
        pending = replace(pending, whys=pending.whys + 1)
        turn.record = turn.record.with_dialogue(pending=pending)
    elif turn.record.dialogue.advised:
        turn.say(advice.explanation(turn.mind, turn.decision, turn.assessment, turn.turn))
    else:
        turn.say(talking.line("answer", turn.words("why_nothing_yet")))
    if pending:
        turn.repeat(pending)
    return True


def digress(turn: Turn) -> bool:
    """Small talk, general questions and wishes, when the message brought nothing else."""
    if _declines(turn):
        return True
    if turn.heard.answered or not (_accepts(turn) or turn.is_digression()):
        return False
    pending, talk = turn.record.dialogue.pending, turn.record.dialogue
    if turn.intent == "for_someone_else" and talk.complaint and not pending:
        return False
    if turn.intent in CONVERSE:
        if turn.heard.took - {"goal"} and not pending:
            return False
        said = talking.small_talk(turn.mind, turn.intent, turn.assessment, turn.turn, goes_on=bool(pending))
        turn.say(said, to_the_writer=True)
    elif turn.intent in INFORM and not talk.complaint:
        turn.say(advice.information(turn.mind, turn.intent, turn.assessment, turn.turn, turn.wish_text))
    elif turn.intent in INFORM or turn.intent == "ask_more":
        return _advise_on_wish(turn)
    else:
        name = "someone_else" if turn.intent == "for_someone_else" else "taken"
        turn.say(talking.line("info", turn.words(name)))
    if pending:
        turn.repeat(pending)
    else:
        _offer_the_rest(turn)
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
    draft, shown = advice.on_wish(turn.mind, turn.intent, decision, turn.record, turn.turn, turn.wish_text)
    turn.say(draft)
    turn.record = turn.record.with_dialogue(shown=(*talk.shown, *shown))
    if talk.pending:
        turn.repeat(talk.pending)
    else:
        _offer_the_rest(turn)
    return True


# --- several wishes -----------------------------------------------------------------------------------------------


def not_yet_met(wishes: tuple[str, ...], level: str) -> tuple[str, ...]:
    """Of what was asked for before the advice of ``level``, what that advice did not speak of and may be offered."""
    if level in advice.NO_GUIDANCE_LEVELS:
        return ()
    left = wishes[1:] if wishes[:1] and wishes[0] in INFORM else wishes
    settled = {"ask_massage_suitability"} if level == "self_care" else HANDS_ON
    return tuple(wish for wish in left if wish not in settled)


def offer(turn: Turn, wishes: tuple[str, ...]) -> dict[str, Any]:
    """ "You also asked about ...", with a button for each."""
    known = turn.mind.wishes.known
    named = [known[wish] for wish in wishes if wish in known]
    what = turn.mind.words.join([wish.about for wish in named])
    choices = [drafts.choice(known[wish].label, say=wish) for wish in wishes if wish in known]
    return drafts.draft("info", turn.words("also_asked", what=what), choices)


def _offer_the_rest(turn: Turn) -> None:
    """After one wish was met: those that are left."""
    left = tuple(wish for wish in turn.record.dialogue.wishes if wish != turn.intent)
    turn.record = turn.record.with_dialogue(wishes=left)
    if left and (turn.record.dialogue.advised or not turn.record.dialogue.complaint):
        turn.say(offer(turn, left))


def _offered(turn: Turn) -> bool:
    """Whether the last thing said was an offer."""
    talk = turn.before.dialogue
    return bool(talk.wishes) and not talk.pending and bool(talk.advised or not talk.complaint) and not turn.heard.took


def _accepts(turn: Turn) -> bool:
    if not _offered(turn) or read_short_answer(turn.inbound.text).polarity != "yes":
        return False
    turn.intent = turn.before.dialogue.wishes[0]
    return True


def _declines(turn: Turn) -> bool:
    short = read_short_answer(turn.inbound.text)
    if not _offered(turn) or short.polarity != "no" or not short.whole or turn.inbound.choices:
        return False
    turn.record = turn.record.with_dialogue(wishes=())
    turn.say(talking.line("info", turn.words("offer_declined")))
    return True
