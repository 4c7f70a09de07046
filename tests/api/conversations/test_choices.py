"""Choices are opaque, belong to one conversation, and close with their question."""

from __future__ import annotations

import asyncio
from typing import Any

from api.conversations.repository import ConversationRepository
from tests.api.support import Service


def offered(messages: list[dict[str, Any]]) -> dict[str, str]:
    return {choice["label"]: choice["id"] for choice in messages[-1]["choices"]}


async def test_a_choice_is_sent_as_what_it_sets_and_kept_as_its_label(service: Service) -> None:
    talk = await service.open()
    answer = await talk.say(choice=offered(talk.opened["messages"])["Yes"])
    assert answer.status_code == 201
    assert service.rasa.asked[0]["choices"] == [{"findings": {"first": True}}]
    assert "text" not in service.rasa.asked[0]
    assert answer.json()["triage"]["findings"] == {"first": True}
    person = (await talk.history())[2]
    assert (person["role"], person["kind"], person["text"]) == ("person", "answer", "Yes")


async def test_several_ticks_are_one_message(service: Service) -> None:
    talk = await service.open()
    ids = list(offered(talk.opened["messages"]).values())
    answer = await talk.say(choices=[*ids, ids[0]])
    assert answer.status_code == 201
    assert len(service.rasa.asked[0]["choices"]) == 2
    assert (await talk.history())[2]["text"] == "Yes, No"


async def test_the_choice_of_another_conversation_is_unknown(service: Service) -> None:
    mine, other = await service.open(), await service.open()
    response = await mine.say(choice=offered(other.opened["messages"])["Yes"])
    assert (response.status_code, response.json()["code"]) == (422, "unknown_choice")


async def test_ticks_of_two_questions_are_refused(service: Service) -> None:
    talk = await service.open()
    first = offered(talk.opened["messages"])["Yes"]
    second = offered((await talk.say("hello")).json()["messages"])["No"]
    assert (await talk.say(choices=[first, second])).json()["code"] == "unknown_choice"


async def test_an_answered_question_is_closed(service: Service) -> None:
    talk = await service.open()
    yes = offered(talk.opened["messages"])["Yes"]
    assert (await talk.say(choice=yes)).status_code == 201
    stale = await talk.say(choice=yes)
    assert (stale.status_code, stale.json()["code"]) == (409, "choice_closed")
    assert len(service.rasa.asked) == 1


async def test_a_double_tap_counts_once(service: Service) -> None:
    talk = await service.open()
    yes = offered(talk.opened["messages"])["Yes"]
    service.rasa.delay = 0.05
    answers = await asyncio.gather(talk.say(choice=yes), talk.say(choice=yes))
    assert sorted(a.status_code for a in answers) == [201, 409]
    assert len(service.rasa.asked) == 1


async def test_a_question_asked_again_keeps_its_first_buttons(service: Service) -> None:
    talk = await service.open()
    yes = offered(talk.opened["messages"])["Yes"]
    again = await talk.say("why?")
    assert again.json()["messages"][-1]["question"]["id"] == "first"
    assert (await talk.say(choice=yes)).status_code == 201


async def test_an_unanswered_turn_leaves_the_question_open(service: Service) -> None:
    talk = await service.open()
    yes = offered(talk.opened["messages"])["Yes"]
    service.rasa.mode = "error"
    assert (await talk.say(choice=yes)).status_code == 503
    service.rasa.mode = "well"
    assert (await talk.say(choice=yes)).status_code == 201


async def test_what_a_choice_sets_stays_on_the_server(service: Service) -> None:
    talk = await service.open()
    yes = offered(talk.opened["messages"])["Yes"]
    visitor = service.state.tokens.read(talk.token)
    async with service.state.database.read() as session:
        repository = ConversationRepository(session, visitor.clinic_id)
        (stored,) = await repository.choices(visitor.conversation_id, [yes])
    assert stored.sets == {"findings": {"first": True}}
    assert "sets" not in str(talk.opened)
    assert "sets" not in str(await talk.history())


async def test_an_earlier_question_is_answered_anew_when_asked_for(service: Service) -> None:
    talk = await service.open()
    choices = offered(talk.opened["messages"])
    assert (await talk.say(choice=choices["Yes"])).status_code == 201
    answer = await talk.say(choice=choices["No"], change=True)
    assert answer.status_code == 201
    asks = talk.opened["messages"][-1]["question"]["asks"]
    assert service.rasa.asked[-1]["choices"] == [{"findings": {"first": False}, "change": asks}]


async def test_a_text_changes_no_earlier_answer_by_itself(service: Service) -> None:
    talk = await service.open()
    assert (await talk.say("actually no", change=True)).status_code == 422
