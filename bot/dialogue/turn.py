"""The flow of one turn: alarms, what must be made sure of, what was asked, then the next step of the tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

from bot.advice.guidance import YOUNGEST_FOR_MASSAGE
from bot.dialogue import aftercare, asides
from bot.dialogue.hearing import GOAL_OF_INTENT, Heard, hear, presses
from bot.dialogue.inbound import Inbound, Outcome, defused
from bot.dialogue.intents import CONVERSE, INFORM, MASSAGE
from bot.dialogue.mind import Mind
from bot.dialogue.state import Pending, Record
from bot.replies import advice, asking, emergency, opening, talking
from bot.triage.assessment import Assessment
from bot.triage.shapes import UNKNOWN
from bot.triage.tree import Decision, decide

# What a small-talk intent may still carry: a "thanks" or an insult beside an answer is no digression.
SURE_DIGRESSION = 0.6
UNCLEAR_LIMIT = 2
UNCLEAR_LIMIT_OF_SIGNS = 3  # a wrong guess there sends somebody to hospital, or keeps them from it
REPEAT_LIMIT = 3
HOW_TO_ANSWER = {
    "checklist": "checklist",
    "yes_no": "yes_no",
    "choice": "choice",
    "region": "choice",
    "number": "number",
    "scale": "number",
}


_MY = re.compile(r"\b(?:my|our)\s+(?:\w+\s+)?$")


def take_turn(mind: Mind, inbound: Inbound, record: Record) -> Outcome:
    """One turn. Pure: the same inbound and record give the same outcome."""
    return Turn(mind, defused(inbound), record).run()


def _checksum(message: Mapping[str, Any]) -> int:
    """Of a message's first line, which tells one answer from another."""
    return crc32(message["text"].partition("\n")[0].encode())


class Turn:
    """A turn in the making; ``record`` and ``messages`` grow, everything else is read."""

    def __init__(self, mind: Mind, inbound: Inbound, record: Record) -> None:
        self.mind = mind
        self.inbound = inbound
        self.before = record
        self.heard: Heard = hear(mind.knowledge, record, inbound)
        self.intent = self.heard.say or inbound.intent
        self.record = replace(record, assessment=self.heard.assessment)
        self.messages: list[dict[str, Any]] = []
        self.to_the_writer: list[int] = []  # places of messages that are not about whoever hurts
        self.turn = record.dialogue.turns
        self._wish_is_named = False
        self.wished = self._wished()
        self.wish_text = inbound.text
        free = bool(record.dialogue.advised) or not (record.dialogue.complaint or self.heard.complaint)
        if len(self.wished) > 1 and free and (self.intent in INFORM | CONVERSE or not self.is_sure):
            self.intent, self.wish_text = self.wished[0]
            self._wish_is_named = True

    # --- order of the turn ---------------------------------------------------------------------------------------

    def run(self) -> Outcome:
        self._note()
        if self.record.dialogue.someone_else:
            self.mind = self.mind.for_another
        steps: tuple[Callable[[], bool], ...] = (
            self.alarm,
            self._not_read,
            self._take_back,
            self._start_again,
            self._make_sure,
            self._aftercare,
            self._explain,
            self._careful_way,
            self._digress,
            self._proceed,
        )
        for step in steps:
            if step():
                break
        messages = self._with_choices(self._without_repeats(self._worded()))
        said = tuple(_checksum(m) for m in messages)
        self.record = self.record.with_dialogue(turns=self.turn + 1, said=said)
        return Outcome(messages, self.record.to_json())

    def _without_repeats(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """No answer is given in the same words twice in a row; advice on what to do now may be."""
        before = self.before.dialogue.said
        kept = [m for m in messages if m["kind"] not in ("answer", "info") or _checksum(m) not in before]
        if len(kept) == len(messages):
            return messages
        if any(m["kind"] != "question" for m in kept):
            return kept
        return [talking.line("info", self.words("said_just_now")), *kept]

    def _with_choices(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Where free text is not understood, nothing that can be said next is left to be typed."""
        talk = self.record.dialogue
        if self.mind.tongue is None or talk.pending or talk.advised == "emergency" or not messages:
            return messages
        if any(message["choices"] for message in messages):
            return messages
        if talk.advised:
            choices = advice.next_choices(self.mind, tips=talk.advised not in advice.NO_GUIDANCE_LEVELS, again=True)
        else:
            choices = opening.start_choices(self.mind, talk.someone_else)
        return [*messages[:-1], {**messages[-1], "choices": choices}]

    def _worded(self) -> list[dict[str, Any]]:
        """The messages, in the third person where somebody else hurts."""
        if not self.record.dialogue.someone_else:
            return self.messages
        third = self.mind.third_person
        return [m if n in self.to_the_writer else third.draft(m) for n, m in enumerate(self.messages)]

    def _note(self) -> None:
        """What this message changes in where the talk stands."""
        talk = self.record.dialogue
        complaint = talk.complaint or self.heard.complaint
        known = self.record.assessment.findings
        pointed = dict.fromkeys((*talk.hints, *self.heard.hints))
        hints = [h for h in pointed if h not in known and presses(self.mind.knowledge, h)]
        wishes = tuple(dict.fromkeys((*talk.wishes, *(intent for intent, _ in self.wished))))
        changes: dict[str, Any] = {
            "complaint": complaint,
            "hints": tuple(hints),
            "learned": tuple(dict.fromkeys((*talk.learned, *(h for h in self.heard.doubted if h in hints)))),
            "passed": self.heard.passed,
            "wishes": wishes,
            "someone_else": talk.someone_else or self._is_for_another(),
        }
        if self.heard.took or talk.pending:
            changes["lost"] = 0
        if not complaint and talk.pending:
            # The place was offered to somebody who told nothing yet: naming it tells, and anything else lets it go.
            changes["complaint"] = self.heard.answered
            if self.is_digression():
                changes["pending"] = None
        if self.heard.answered and talk.pending:
            changes |= {"pending": None, "answered": (talk.pending.question, talk.pending.asks)}
        self.record = self.record.with_dialogue(**changes)
        answers = self.mind.aftercare.flow_of(talk.pending.question) if talk.pending else ""
        if talk.advised and "worse" in self.heard.signals and answers in ("", "recheck"):
            self.record = replace(self.record, assessment=self.record.assessment.with_details(worse_on_return=True))

    def _wished(self) -> tuple[tuple[str, str], ...]:
        """What is asked for, with the words that ask: of several wishes all, else what the message was taken for."""
        heard = self.mind.wishes.heard(self.inbound.text)
        if len(heard) > 1:
            if self.intent in MASSAGE and self.is_sure and self.intent not in dict(heard):
                heard = tuple((self.intent if wish in MASSAGE else wish, words) for wish, words in heard)
            return tuple(dict(reversed(heard)).items())[::-1]
        if self.intent in INFORM and not self.before.dialogue.advised:
            return ((self.intent, self.inbound.text),)
        return heard if self.heard.complaint else ()

    def _is_for_another(self) -> bool:
        sure = self.intent == "for_someone_else" and self.is_sure
        return sure or "for_someone_else" in self.heard.signals or self._tells_of_a_child()

    def _tells_of_a_child(self) -> bool:
        """ "My 9 year old": the age of a child after "my"."""
        ages = [
            seen for seen in self.inbound.observations if seen.id == "age" and isinstance(seen.value, int | float)
        ]
        return any(
            float(seen.value or 0) < YOUNGEST_FOR_MASSAGE and _MY.search(self.inbound.text[: seen.start].lower())
            for seen in ages
        )

    @property
    def decision(self) -> Decision:
        return decide(self.mind.knowledge, self.record.assessment)

    @property
    def assessment(self) -> Assessment:
        return self.record.assessment

    def say(self, draft: dict[str, Any], to_the_writer: bool = False) -> None:
        if to_the_writer:
            self.to_the_writer.append(len(self.messages))
        self.messages.append(draft)

    def words(self, name: str, **values: str) -> str:
        return self.mind.words.say(name, self.turn, **{**self.mind.numbers(self.assessment), **values})

    # --- alarms --------------------------------------------------------------------------------------------------

    def alarm(self) -> bool:
        """An emergency goes before everything; False when there is none."""
        decision = self.decision
        if decision.level != "emergency":
            return False
        if self.before.dialogue.advised == "emergency":
            if self._wants_to_take_back() or self.intent in ("ask_why", "ask_why_advice"):
                return False
            new = self.heard.took & set(self.mind.knowledge.findings)
            pending = self.before.dialogue.pending
            if pending and pending.about == "correction" and not self.heard.unclear:
                self.say(talking.line("info", self.words("correction_kept")))
            told = emergency.Told(new=bool(new), intent=self.intent)
            reminder = emergency.reminder(self.mind, decision, self.assessment, self.turn, told)
            self.say(reminder, to_the_writer=self._in_crisis())
        else:
            self.say(emergency.message(self.mind, decision, self.assessment), to_the_writer=self._in_crisis())
            if self.record.dialogue.someone_else:
                name = "stay_with_them_safe" if self._in_crisis() else "stay_with_them"
                self.messages[-1]["text"] += "\n" + self.words(name)
        # What else was doubted stays: it is asked about if this emergency is taken back.
        self.record = self.record.with_dialogue(advised="emergency", pending=None)
        self._which_of_these()
        return True

    def _not_read(self) -> bool:
        """Words of a language that is not understood: that is said, with what to do in an emergency, and asked again.

        It never counts as an answer, nor as one that could not be read: the person may not know what to do else.
        """
        heard, pending = self.heard, self.record.dialogue.pending
        used = heard.answered or heard.took or heard.hints or heard.signals or heard.retract or self.intent
        if not self.inbound.foreign or used or aftercare.answers(self):
            return False
        self.say(talking.line("info", self.words("not_read")), to_the_writer=True)
        if pending:
            self.repeat(pending)
        return True

    def _in_crisis(self) -> bool:
        """Whose thoughts they are is not always clear, so the words stay with the person who writes."""
        return self.assessment.findings.get("self_harm") in (True, "unsure")

    def _wants_to_take_back(self) -> bool:
        return bool(self.heard.retract) or self.intent == "start_again"

    def _which_of_these(self) -> None:
        """After a "yes" to several: which one, for the people who treat them. Asked once."""
        for question, ids in self.assessment.some_of.items():
            if question in self.before.assessment.some_of:
                continue
            self._ask(question, ids, lead=self.words("which_of_these"))

    def _take_back(self) -> bool:
        """A wish to take an alarm back is confirmed, never just followed."""
        retract = self.heard.retract
        if not retract and self.intent == "start_again" and self.decision.level == "emergency":
            known = self.assessment.findings
            findings = self.mind.knowledge.findings
            retract = tuple(
                f for f, answer in known.items() if answer in (True, "unsure") and findings[f].screen == "A"
            )
            retract += tuple(f for ids in self.assessment.some_of.values() for f in ids if f not in retract)
        if not retract:
            return False
        self._ask_about(retract, "correction")
        return True

    def _start_again(self) -> bool:
        if self.intent != "start_again" or (not self.heard.say and self.inbound.confidence < SURE_DIGRESSION):
            return False
        if self.heard.answered and not self.heard.say:
            return False  # "all over", said when asked for the place
        country = self.assessment.facts.get("country")
        fresh = Assessment().with_facts(country=country) if country else Assessment()
        self.record = Record(fresh, locale=self.record.locale).with_dialogue(turns=self.turn)
        self.say(talking.line("info", self.words("fresh_start")))
        return True

    # --- what must be made sure of -------------------------------------------------------------------------------

    def _make_sure(self) -> bool:
        """A "no" that now sounds like a yes, and things only hinted at, are asked about on their own."""
        asked = self.before.dialogue.pending.asks if self.before.dialogue.pending else ()
        doubted = [
            f
            for f in self.heard.contradicts
            if self.mind.knowledge.findings[f].level != "emergency" and f not in asked
        ] + list(self.heard.recalled)
        if doubted and not self.heard.correcting:
            self._ask_about((doubted[0],), "contradiction")
            return True
        open_hints = [h for h in self.record.dialogue.hints if h not in self.assessment.findings]
        if not open_hints:
            return False
        pending = self.record.dialogue.pending
        if pending and pending.about and pending.asks == (open_hints[0],):
            return False
        self._ask_about((open_hints[0],), "hint")
        self.record = self.record.with_dialogue(hints=tuple(open_hints[1:]), complaint=True)
        return True

    def _ask_about(self, findings: tuple[str, ...], about: str) -> None:
        self.say(asking.about(self.mind, findings, about))
        pending = Pending(question=f"{findings[0]}_check", asks=findings, about=about)
        self.record = self.record.with_dialogue(pending=pending, questions=self.record.dialogue.questions + 1)

    def _aftercare(self) -> bool:
        return aftercare.step(self)

    def _explain(self) -> bool:
        return asides.explain(self)

    def _digress(self) -> bool:
        return asides.digress(self)

    # --- the pending question ------------------------------------------------------------------------------------

    def _careful_way(self) -> bool:
        """Unclear once: the question in other words. In the end: taken as "not sure", and a person offered.

        The signs of alarm are asked for once more before that: a yes or a no is enough then.
        """
        pending = self.record.dialogue.pending
        if not pending:
            return False
        if self.heard.again:
            again = self.assessment.asked_again | {pending.question}
            self.record = replace(self.record, assessment=replace(self.assessment, asked_again=again))
            left = tuple(ask for ask in pending.asks if ask not in self.assessment.findings)
            self._ask(pending.question, left, lead=self.words("again_lead"), was=pending)
            return True
        if not self.heard.unclear or self.is_digression():
            return False
        signs = any(ask not in self.mind.knowledge.facts for ask in pending.asks)
        if pending.unclear + 1 < (UNCLEAR_LIMIT_OF_SIGNS if signs else UNCLEAR_LIMIT):
            how = (
                self.words("unclear_any")
                if pending.unclear and len(pending.asks) > 1
                else self.how_to_answer(pending)
            )
            lead = self._unit_hint(pending) or f"{self.words('unclear_pending')} {how}"
            self.repeat(replace(pending, unclear=pending.unclear + 1), lead=lead)
            return True
        self.settle_as_unsure(pending)
        self.say(talking.line("info", self.words("unclear_careful")))
        self.record = self.record.with_dialogue(pending=None, answered=(pending.question, pending.asks))
        return self.alarm() or self._proceed()

    def how_to_answer(self, pending: Pending) -> str:
        """How the question that was just put can be answered: by its buttons, a number, or a word."""
        kind = asking.kind_of_pending(self.mind, pending)
        return self.words(f"unclear_{HOW_TO_ANSWER[kind]}")

    def _unit_hint(self, pending: Pending) -> str:
        if pending.asks == ("duration_days",):
            return self.words("duration_unit")
        if pending.asks == ("region",) and "back_unspecified" in self.heard.signals:
            return self.words("back_part")
        return ""

    def settle_as_unsure(self, pending: Pending) -> None:
        """What the pending question asks counts as "not sure"; beyond screen A, only what sets a level by itself."""
        assessment = self.assessment
        for ask in pending.asks:
            finding = self.mind.knowledge.findings.get(ask)
            if finding and finding.screen == "B" and finding.strength != "alone":
                assessment = replace(assessment, findings={**assessment.findings, ask: False})
            elif finding:
                assessment = replace(assessment, findings={**assessment.findings, ask: "unsure"})
            elif ask in self.mind.knowledge.details:
                assessment = replace(assessment, details={**assessment.details, ask: "unsure"})
            elif ask == "region" and "back_unspecified" in self.heard.signals:
                assessment = assessment.with_facts(region="whole_back")
            else:
                assessment = assessment.with_facts(**{ask: UNKNOWN})
        self.record = replace(self.record, assessment=assessment)

    def repeat(self, pending: Pending, lead: str | None = None) -> None:
        """The question that waits, once more and in its other wording."""
        if pending.asked >= REPEAT_LIMIT and self._may_stay_unknown(pending):
            self._leave_unknown(pending)
            return
        lead = self.words("back_to_question") if lead is None else lead
        if pending.about:
            self.say(asking.about(self.mind, pending.asks, pending.about, pending.asked + 1, lead))
            self.record = self.record.with_dialogue(pending=replace(pending, asked=pending.asked + 1))
        else:
            self._ask(pending.question, pending.asks, lead=lead, was=pending)

    def _ask(self, question: str, asks: tuple[str, ...], lead: str = "", was: Pending | None = None) -> None:
        """Put a question; ``was`` carries on the counts of the same question asked before."""
        if self.mind.aftercare.flow_of(question):
            aftercare.repeat(self, was or Pending(question=question, asks=asks), lead)
            return
        asked = was.asked + 1 if was else 0
        self.say(asking.question(self.mind, question, asks, lead=lead, asked=asked))
        pending = replace(was, asks=asks, asked=asked) if was else Pending(question=question, asks=asks)
        self.record = self.record.with_dialogue(pending=pending, questions=self.record.dialogue.questions + 1)

    # --- what kind of message it is ------------------------------------------------------------------------------

    @property
    def is_sure(self) -> bool:
        """Whether the intent was chosen, named in so many words or classified with some certainty."""
        return bool(self.heard.say) or self._wish_is_named or self.inbound.confidence >= SURE_DIGRESSION

    @property
    def asks_for_information(self) -> bool:
        return self.intent in INFORM

    def is_digression(self) -> bool:
        """Whether the message is small talk, a question or a wish rather than an answer."""
        return self.is_sure and (
            self.intent in CONVERSE or self.intent in INFORM or self.intent in ("ask_more", "for_someone_else")
        )

    # --- the next step -------------------------------------------------------------------------------------------

    def _proceed(self) -> bool:
        talk = self.record.dialogue
        if not talk.complaint:
            self._without_complaint()
            return True
        decision = self.decision
        if decision.question:
            asked = decision.question
            was = talk.pending if talk.pending and talk.pending.question == asked.question.id else None
            if was:
                was = replace(was, repeats=was.repeats + 1)
                if was.repeats >= REPEAT_LIMIT and self._may_stay_unknown(was):
                    return self._leave_unknown(was)
            self._ask(asked.question.id, tuple(asked.asks), lead=self._lead(was is not None), was=was)
        elif talk.advised != decision.level or self.heard.changed or self._new_findings():
            self.advise(decision)
        else:
            self._after_advice(decision)
        return True

    def _may_stay_unknown(self, pending: Pending) -> bool:
        """Whether a question of the tree only asks for facts: those of alarms never go unanswered."""
        of_the_tree = not pending.about and not self.mind.aftercare.flow_of(pending.question)
        return of_the_tree and all(ask in self.mind.knowledge.facts for ask in pending.asks)

    def _leave_unknown(self, pending: Pending) -> bool:
        """They keep saying other things: what was asked stays unknown, and the tree takes that with care."""
        self.settle_as_unsure(pending)
        self.record = self.record.with_dialogue(pending=None)
        return self._proceed()

    def _new_findings(self) -> bool:
        """Whether this message told of something that is there and was not known."""
        known = self.before.assessment.findings
        return any(
            self.assessment.findings[f] is not False and known.get(f) != self.assessment.findings[f]
            for f in self.heard.took
            if f in self.assessment.findings
        )

    def _lead(self, same_question: bool) -> str:
        lead = self._plain_lead(same_question)
        return (
            f"{lead} {self.words('young')}"
            if self._is_young(self.record) and not self._is_young(self.before)
            else lead
        )

    def _is_young(self, record: Record) -> bool:
        age = record.assessment.facts.get("age")
        return isinstance(age, int | float) and age < YOUNGEST_FOR_MASSAGE and not record.dialogue.someone_else

    def _plain_lead(self, same_question: bool) -> str:
        talk = self.before.dialogue
        if self.heard.changed:
            return self.words("changed", what=talking.facts_in_words(self.mind, self.assessment, self.heard.changed))
        if not talk.complaint:
            waits = (
                self.intent in INFORM and self.intent in GOAL_OF_INTENT and self.intent != "ask_massage_suitability"
            )
            lead = self.words("wish_waits" if waits else "complaint_taken")
            other = self.record.dialogue.someone_else and not talk.someone_else
            return f"{lead} {self.words('someone_else')}" if other else lead
        if talk.pending and talk.pending.about == "correction":
            return self.words("correction_done")
        if self.intent == "correct" and self.heard.took:
            return self.words("changed_answer")
        if same_question:
            return self.words("also_taken") if self.heard.took else self.words("back_to_question")
        return self.words("taken")

    def _without_complaint(self) -> None:
        """Nothing to go on yet: an invitation to tell, and the places to choose from once that was not enough."""
        if self.heard.took or self.intent in ("affirm", "report_change", "correct", "for_someone_else"):
            text = self.words("someone_else" if self.record.dialogue.someone_else else "tell_me_more")
        else:
            text = self.words("unclear_free")
        lost = self.record.dialogue.lost + 1
        self.record = self.record.with_dialogue(lost=lost)
        if lost < UNCLEAR_LIMIT or "region" in self.assessment.facts:
            self.say(talking.line("info", text))
        else:
            where = self.mind.knowledge.asked_by["region"][0]
            self._ask(where.id, where.asks, lead=self.words("unclear_lost"))

    def advise(self, decision: Decision) -> None:
        """Give the advice for the level that holds now."""
        if self.heard.changed:
            what = talking.facts_in_words(self.mind, self.assessment, self.heard.changed)
            self.say(talking.line("info", self.words("changed", what=what)))
        drafts, shown = advice.final(self.mind, decision, self.record, self.turn)
        left = asides.not_yet_met(self.record.dialogue.wishes, decision.level or "")
        if left:
            offer = asides.offer(self, left)
            drafts[-1]["text"] += "\n" + offer["text"]
            drafts[-1]["choices"] = [*offer["choices"], *drafts[-1]["choices"]]
        self.messages.extend(drafts)
        self.record = self.record.with_dialogue(
            advised=decision.level or "",
            pending=None,
            wishes=left,
            shown=(*self.record.dialogue.shown, *shown),
        )

    def _after_advice(self, decision: Decision) -> None:
        for signal in ("worse", "improving", "same"):
            if signal in self.heard.signals:
                self.say(talking.line("info", self.words(signal)))
                return
        title = self.mind.knowledge.levels[decision.level or "self_care"].title
        if self.intent == "thank":
            self.say(talking.line("info", self.words("thank")), to_the_writer=True)
        elif self.intent in ("affirm", "deny", "none_of_these", "unsure"):
            self.say(talking.line("info", self.words("what_next")), to_the_writer=True)
        elif self.heard.took:
            text = f"{self.words('also_taken')} {self.words('advice_again', title=title)}"
            self.say(talking.line("info", text))
        else:
            self.say(talking.line("info", self.words("unclear_free")), to_the_writer=True)
