"""After the advice: checking again, the PEG score, a week plan and the search for a cause, beside the tree.

Whatever is new and worse goes first: a side dialogue ends as soon as the tree has a question or another level.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.advice.course import SideQuestion
from bot.advice.week import contributors, to_try, week
from bot.dialogue.state import Pending, Record
from bot.language.short_answer import read_short_answer
from bot.replies import aftercare as replies
from bot.replies import drafts, talking
from bot.replies.levels import limit_of
from bot.triage.tree import relevant

if TYPE_CHECKING:
    from bot.dialogue.turn import Turn

CHANGES = {"worse": "worse", "improving": "better", "same": "same"}  # signal -> change, the worrying one first
WISHES = {"ask_plan": "plan", "ask_peg": "peg", "find_cause": "cause", "ask_cause": "cause"}
TIPS_ALLOWED = ("self_care", "check_first")
HAD_ENOUGH = ("thank", "goodbye", "complain", "abuse")  # whoever says this beside the answer is let go
NOT_A_CHANGE = ("ask_why", "ask_why_advice", "ask_more", "start_again", "correct", "out_of_scope")


def step(turn: Turn) -> bool:
    """One step after the advice; False when this message is nothing for it."""
    talk = turn.before.dialogue
    care = turn.mind.aftercare
    pending = talk.pending
    side = care.flow_of(pending.question) if pending else ""
    if not talk.advised or talk.advised == "emergency":
        return False
    if pending and side in ("peg", "cause"):
        _keep_facts(turn, care.questions[pending.question])
    _hold_strong_pain(turn)
    if turn.decision.question or (_told_more(turn) and side != "recheck"):
        _leave(turn, side)
        return False
    if pending and side and (_wishes_another(turn, side) or _tells_it_is_worse(turn, side)):
        _leave(turn, side)
        return _start(turn)
    if pending and side:
        return _answer(turn, care.questions[pending.question], pending)
    if turn.record.dialogue.pending or _told_more(turn):
        return False
    return _start(turn)


def _told_more(turn: Turn) -> bool:
    """Whether the message brought findings, or facts that change the level."""
    found = bool(turn.heard.took & set(turn.mind.knowledge.findings))
    return found or (turn.decision.level != turn.before.dialogue.advised and not _change(turn))


def _wishes_another(turn: Turn, side: str) -> bool:
    """A button of another side dialogue, chosen in the middle of this one."""
    return WISHES.get(turn.heard.say, side) != side


def _tells_it_is_worse(turn: Turn, side: str) -> bool:
    """ "It got worse" in the middle of another talk goes first; "worse when I sit" is an answer."""
    return side != "recheck" and "worse" in turn.heard.signals and turn.intent == "report_change" and turn.is_sure


def _keep_facts(turn: Turn, asked: SideQuestion) -> None:
    """A usual pain of 7 last week, or "at home since March", changes neither the pain now nor since when it hurts."""
    known = {fact: value for fact, value in turn.before.assessment.facts.items() if fact != asked.fact}
    turn.record = replace(turn.record, assessment=turn.assessment.with_facts(**known))


def _hold_strong_pain(turn: Turn) -> None:
    """Pain that eases later does not undo what very strong pain has decided."""
    derived = turn.mind.knowledge.findings["severe_pain"].derived
    before, now = (a.facts.get("pain_score") for a in (turn.before.assessment, turn.assessment))
    if derived and before != now and before is not None and turn.intent != "correct" and derived.test.fits(before):
        turn.record = replace(turn.record, assessment=turn.assessment.with_findings(severe_pain=True))


def _leave(turn: Turn, side: str) -> None:
    if side and turn.record.dialogue.pending == turn.before.dialogue.pending:
        turn.record = turn.record.with_dialogue(pending=None)
    turn.record = replace(turn.record, course=replace(turn.record.course, open={}))


# --- what starts one ----------------------------------------------------------------------------------------------


def _change(turn: Turn) -> str:
    return next((change for signal, change in CHANGES.items() if signal in turn.heard.signals), "")


def _change_in_score(turn: Turn) -> str:
    """Another pain score than before, told without a word on the way it is going; "" when there is none."""
    then, now = _told_pain(turn.before), _told_pain(turn.record)
    if "pain_score" not in turn.heard.changed or not then or not now:
        return ""
    rise = turn.mind.aftercare.rise
    return "worse" if now[0] - then[0] >= rise else "better" if then[0] - now[0] >= rise else "same"


def _start(turn: Turn) -> bool:
    turn.record = replace(turn.record, course=replace(turn.record.course, open={}))
    wish = "" if _change(turn) == "worse" else _wish(turn)
    if wish == "plan":
        return _plan(turn)
    if wish == "cause":
        if turn.decision.level not in TIPS_ALLOWED:
            return False
        return _next(turn, "cause", lead=turn.words("causes_intro"))
    if wish == "peg":
        return _next(turn, "peg", lead=turn.words("peg_intro"))
    asks_something = turn.is_sure and (turn.intent in NOT_A_CHANGE or turn.asks_for_information)
    if asks_something:
        return False
    if change := _change(turn) or _change_in_score(turn):
        return _check_again(turn, change)
    if turn.intent == "report_change" and turn.is_sure and not turn.heard.took:
        return _ask(turn, "recheck_change", ())
    return False


def _wish(turn: Turn) -> str:
    if turn.heard.say:
        return WISHES.get(turn.heard.say, "")
    for name, cues in turn.mind.aftercare.cues.items():
        if _names(cues, turn.inbound.text):
            return name
    return "cause" if turn.intent == "ask_cause" and turn.is_sure else ""


def _names(cues: tuple[str, ...], text: str) -> bool:
    plain = text.lower().replace("\u2019", "'")
    return any(re.search(rf"\b{re.escape(cue)}", plain) for cue in cues)


# --- questions ----------------------------------------------------------------------------------------------------


def _ask(turn: Turn, id: str, asks: tuple[str, ...], lead: str = "", unclear: int = 0) -> bool:
    asked, was = turn.mind.aftercare.questions[id], turn.record.dialogue.pending
    put = was.asked + 1 if was and was.question == id else 0
    turn.say(replies.question(turn.mind, asked, asks, lead=lead, put=put))
    pending = Pending(question=id, asks=asks, unclear=unclear, asked=put, whys=was.whys if was and put else 0)
    turn.record = turn.record.with_dialogue(pending=pending, questions=turn.record.dialogue.questions + 1)
    return True


def _asks_of(asked: SideQuestion) -> tuple[str, ...]:
    return (asked.fact,) if asked.fact else ()


def repeat(turn: Turn, pending: Pending, lead: str) -> None:
    """The side question that waits, once more."""
    _ask(turn, pending.question, pending.asks, lead=lead, unclear=pending.unclear)


def answers(turn: Turn) -> bool:
    """Whether the message answers the side question that waits."""
    pending = turn.record.dialogue.pending
    asked = turn.mind.aftercare.questions.get(pending.question) if pending else None
    return asked is not None and asked.kind != "checklist" and _read(turn, asked) is not None


def _answer(turn: Turn, asked: SideQuestion, pending: Pending) -> bool:
    if asked.kind == "checklist":
        return _new_signs(turn, asked, pending)
    value = _read(turn, asked)
    if value is None:
        if _told_more(turn) or (turn.is_sure and turn.intent in HAD_ENOUGH):
            _leave(turn, "side")
            return False
        if turn.is_digression() or turn.intent in ("ask_why", "ask_why_advice"):
            return False
        if pending.unclear:
            _leave(turn, "side")
            turn.record = turn.record.with_dialogue(pending=None)
            turn.say(talking.line("info", turn.words("side_dropped")))
            return True
        return _unclear(turn, pending)
    if asked.fact:
        turn.record = replace(turn.record, assessment=turn.assessment.with_facts(**{asked.fact: value}))
    turn.record = turn.record.with_dialogue(pending=None)
    if asked.id == "recheck_change":
        return _check_again(turn, str(value[0]))
    turn.record = replace(turn.record, course=turn.record.course.with_open(**{asked.id: value}))
    flow = turn.mind.aftercare.flow_of(asked.id)
    return _finish_check(turn) if flow == "recheck" else _next(turn, flow)


def _unclear(turn: Turn, pending: Pending) -> bool:
    lead = f"{turn.words('unclear_pending')} {turn.how_to_answer(pending)}"
    return _ask(turn, pending.question, pending.asks, lead=lead, unclear=1)


def _read(turn: Turn, asked: SideQuestion) -> Any:
    """The answer: a number, a yes or no, or the ids of the options chosen; None when it says none of that."""
    for sets in turn.inbound.choices:
        value = sets.get("side", {}).get(asked.id)
        if value is not None:
            return (value,) if asked.kind == "choice" and not asked.fact else value
    short = read_short_answer(turn.inbound.text)
    if asked.kind == "scale":
        told = [o.value for o in turn.inbound.observations if o.id == "pain_score" and o.status == "present"]
        number = told[-1] if told else short.number
        if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number <= 10:
            return None
        return int(number) if float(number).is_integer() else number
    if asked.kind == "yes_no":
        answers: Mapping[str | None, bool] = {"yes": True, "no": False, "unsure": False}
        return answers.get(short.polarity)
    return _read_options(turn, asked)


def _read_options(turn: Turn, asked: SideQuestion) -> Any:
    if asked.id == "recheck_change" and (change := _change(turn)):
        return (change,)
    if asked.fact and asked.fact in turn.heard.took:
        return turn.assessment.facts[asked.fact]
    short = read_short_answer(turn.inbound.text)
    options = [option.id for option in asked.options]
    found = tuple(options[pick - 1 if pick > 0 else -1] for pick in short.picks if pick <= len(options))
    found = found or tuple(option.id for option in asked.options if _names(option.cues, turn.inbound.text))
    if not found and (short.none_of_these or short.polarity in ("no", "unsure")):
        found = (options[-1],)
    if not found:
        return None
    return found[0] if asked.fact else found


# --- checking again -----------------------------------------------------------------------------------------------


def _check_again(turn: Turn, change: str) -> bool:
    """Better, the same or worse: what that means for the level at once, then the warning signs and the score."""
    knowledge = turn.mind.knowledge
    assessment = turn.assessment
    if change == "worse":
        assessment = assessment.with_details(worse_on_return=True)
    late = knowledge.asked_by["not_improving"]
    if change != "better" and any(relevant(knowledge, question, assessment, "not_improving") for question in late):
        assessment = assessment.with_findings(not_improving=True)
    course = turn.record.course
    pains = course.pains or _told_pain(turn.before)
    open_ = {"change": change}
    course = replace(course, changes=(*course.changes, change), pains=pains, open=open_)
    if "pain_score" in turn.heard.took:
        course = course.with_open(recheck_pain=assessment.facts["pain_score"])
    turn.record = replace(turn.record, assessment=assessment, course=course).with_dialogue(pending=None)
    decision = turn.decision
    if turn.alarm():
        return True
    if decision.question:
        return False
    lead = turn.words({"better": "improving", "same": "same", "worse": "worse"}[change])
    if decision.level != turn.record.dialogue.advised:
        turn.say(talking.line("info", lead))
        turn.advise(decision)
        lead = ""
    if change == "worse":
        return _ask_new_signs(turn, lead)
    return _ask_pain(turn, lead)


def _told_pain(record: Record) -> tuple[float, ...]:
    pain = record.assessment.facts.get("pain_score")
    return (pain,) if isinstance(pain, int | float) and not isinstance(pain, bool) else ()


def _ask_new_signs(turn: Turn, lead: str) -> bool:
    signs = turn.mind.aftercare.new_signs
    region = str(turn.assessment.facts.get("region", ""))
    there = turn.assessment.findings
    asks = tuple(f for f in signs.get(region, signs["whole_back"]) if there.get(f) not in (True, "unsure"))
    return _ask(turn, "recheck_new", asks, lead=lead)


def _ask_pain(turn: Turn, lead: str = "") -> bool:
    if "recheck_pain" in turn.record.course.open:
        if lead:
            turn.say(talking.line("info", lead))
        return _finish_check(turn)
    asked = turn.mind.aftercare.questions["recheck_pain"]
    return _ask(turn, "recheck_pain", _asks_of(asked), lead=lead)


def _new_signs(turn: Turn, asked: SideQuestion, pending: Pending) -> bool:
    """The list of warning signs: none is there, or the tree takes over with what is."""
    there = [ask for ask in pending.asks if turn.assessment.findings.get(ask) in (True, "unsure")]
    if there or turn.decision.level != turn.before.dialogue.advised:
        _leave(turn, "recheck")
        turn.record = turn.record.with_dialogue(pending=None)
        return False
    if not turn.heard.answered:
        if turn.is_digression() or turn.intent in ("ask_why", "ask_why_advice"):
            return False
        if pending.unclear:
            turn.settle_as_unsure(pending)
            turn.record = turn.record.with_dialogue(pending=None)
            return turn.alarm()
        return _unclear(turn, pending)
    turn.record = replace(turn.record, course=turn.record.course.with_open(asked_new=True)).with_dialogue(
        pending=None
    )
    return _ask_pain(turn, turn.words("taken"))


def _finish_check(turn: Turn) -> bool:
    """The score then and now; much worse raises the level by the rule for it."""
    course, care = turn.record.course, turn.mind.aftercare
    change, now = str(course.open["change"]), float(course.open["recheck_pain"])
    then = course.pains[-1] if course.pains else None
    rose = then is not None and now - then >= care.rise
    if rose and not course.open.get("asked_new"):
        # The worrying reading wins: "about the same" with a number that went up is worse.
        turn.record = replace(turn.record, course=course.with_open(change="worse"))
        turn.record = replace(turn.record, assessment=turn.assessment.with_details(worse_on_return=True))
        return turn.alarm() or _ask_new_signs(turn, turn.words("pain_rose"))
    course = replace(course, pains=(*course.pains, now), open={})
    assessment = turn.assessment
    if change == "worse" and (rose or then is None):
        assessment = assessment.with_details(pain_much_worse=True)
    turn.record = replace(turn.record, assessment=assessment, course=course).with_dialogue(pending=None)
    parts = [replies.pain_then_now(turn.mind, then, now, turn.turn)] if then is not None else []
    decision = turn.decision
    if decision.question or decision.level != turn.record.dialogue.advised:
        if parts:
            turn.say(talking.line("info", parts[0]))
        return False
    name = {"better": "go_on_better", "same": "go_on_same", "worse": "go_on_worse"}[change]
    if decision.level == "self_care":
        parts.append(turn.words(name, limit=limit_of(turn.mind, turn.assessment)))
    else:
        title = turn.mind.knowledge.levels[decision.level].title
        parts += (
            [turn.words("advice_again", title=title), turn.words("be_seen_sooner")]
            if change == "worse"
            else [turn.words("advice_again", title=title)]
        )
    say = turn.mind.words.say
    choices = [drafts.choice(say("choice_peg_again" if course.pegs else "choice_peg"), say="ask_peg")]
    if decision.level == "self_care":
        choices.append(drafts.choice(say("choice_plan"), say="ask_plan"))
    turn.say(drafts.draft("info", " ".join(parts), choices))
    return True


# --- PEG and cause ------------------------------------------------------------------------------------------------


def _next(turn: Turn, flow: str, lead: str = "") -> bool:
    """The next question of a side dialogue, or its end."""
    for id in turn.mind.aftercare.flows[flow]:
        asked = turn.mind.aftercare.questions[id]
        known = id in turn.record.course.open or (asked.fact and asked.fact in turn.assessment.facts)
        if not known:
            return _ask(turn, id, _asks_of(asked), lead=lead)
    return _end_peg(turn) if flow == "peg" else _end_cause(turn)


def _end_peg(turn: Turn) -> bool:
    course = turn.record.course
    answers = tuple(float(course.open[id]) for id in turn.mind.aftercare.flows["peg"])
    pegs = (*course.pegs, answers)
    turn.record = replace(turn.record, course=replace(course, pegs=pegs, open={}))
    turn.say(replies.peg(turn.mind, pegs, turn.turn))
    return True


def _end_cause(turn: Turn) -> bool:
    course, mind = turn.record.course, turn.mind
    answers = {id: tuple(value) for id, value in course.open.items() if isinstance(value, tuple | list)}
    found = contributors(mind.aftercare, answers, turn.assessment)
    pieces = to_try(found, mind.library, turn.assessment, turn.decision)
    turn.say(replies.causes(mind, found, pieces, turn.turn))
    turn.record = replace(turn.record, course=replace(course, causes=answers, open={}))
    shown = (*turn.record.dialogue.shown, *(piece.id for piece in pieces))
    turn.record = turn.record.with_dialogue(shown=tuple(dict.fromkeys(shown)))
    return True


# --- the plan -----------------------------------------------------------------------------------------------------


def _plan(turn: Turn) -> bool:
    if turn.decision.level not in TIPS_ALLOWED:
        return False
    mind, shown = turn.mind, turn.record.dialogue.shown
    lines = week(mind.aftercare, mind.library, turn.assessment, turn.decision, shown)
    if not lines:
        return False
    turn.say(replies.week(mind, lines, turn.turn, pegs=bool(turn.record.course.pegs)))
    new = tuple(piece.id for _, piece in lines if piece.id not in shown)
    turn.record = turn.record.with_dialogue(shown=(*shown, *new))
    return True


__all__ = ["repeat", "step"]
