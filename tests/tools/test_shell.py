"""`make shell`: what a typed line becomes."""

import pytest

from tests.browser.contract_server import Server
from tools.shell import Talk, body_for

CHOICES = [{"id": "a", "label": "Yes"}, {"id": "b", "label": "No"}, {"id": "c", "label": "Not sure"}]


def asked(kind: str, choices=CHOICES):
    return [{"text": "?", "choices": choices, "question": {"id": "q", "asks": ["x"], "kind": kind}}]


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("2", {"choice": "b"}),
        ("1, 3", {"choices": ["a", "c"]}),
        ("1 3", {"choices": ["a", "c"]}),
        ("2,2", {"choice": "b"}),
        ("4", {"text": "4"}),
        ("0", {"text": "0"}),
        ("2 weeks", {"text": "2 weeks"}),
        ("no", {"text": "no"}),
    ],
)
def test_numbers_beside_a_choice_pick_it_and_all_else_is_text(line, body):
    assert body_for(line, asked("checklist")) == body


@pytest.mark.parametrize("kind", ["number", "scale"])
def test_a_number_answers_a_question_for_a_number(kind):
    assert body_for("2", asked(kind)) == {"text": "2"}


def test_a_token_that_ran_out_is_renewed():
    server = Server()
    server.start()
    try:
        talk = Talk(server.base_url)
        talk.say({"text": "my token will run out"})
        assert talk.say({"text": "still here"})[0]["kind"] == "question"
        talk.say({"text": "all is lost"})
        assert talk.say({"text": "hello?"})[0]["text"] == "unauthorized"
    finally:
        server.stop()


def test_without_choices_a_number_is_text():
    assert body_for("2", [{"text": "hello"}]) == {"text": "2"}


def test_choices_are_numbered_through_over_several_messages():
    messages = [{"text": "hm", "choices": CHOICES[:1]}, *asked("choice", CHOICES[1:])]
    assert body_for("3", messages) == {"choice": "c"}
