"""On wish after the advice: a week plan, the PEG score, the search for a cause."""

from __future__ import annotations

import json

import pytest

from bot.advice.course import Aftercare
from bot.advice.guidance import Library
from bot.dialogue.course import Course, peg_score
from bot.triage.files import ClinicalDataError
from bot.triage.knowledge import Knowledge


def cards(talk):
    return [g for m in talk.messages for g in m["guidance"]]


@pytest.mark.parametrize("how", ["pick", "say"])
def test_a_week_plan_is_made_of_the_tips_that_were_given(advised, how):
    given = {g["id"] for g in cards(advised)}
    if how == "pick":
        advised.picks("A plan for the week")
    else:
        advised.says("can you give me a plan for the week?", "ask_more")
    text = advised.text
    assert "Every day" in text
    assert "Day 7" in text
    planned = cards(advised)
    assert given & {g["id"] for g in planned}
    assert all(g["dose"] in text for g in planned)
    assert advised.triage["status"] == "complete"
    assert {"massage", "movement", "posture"} <= {g["topic"] for g in planned}


def test_no_massage_in_the_plan_of_whoever_must_ask_first(talk):
    talk.says("I take warfarin and my shoulder is tight", "describe_complaint")
    while talk.question:
        plain = {"age": "50", "duration_days": "5 days", "pain_score": "3", "daily_life": "desk"}
        talk.says(next((plain[a] for a in talk.asks if a in plain), "no"))
    assert talk.level == "check_first"
    talk.says("make me a plan for the week", "ask_more")
    assert cards(talk)
    assert all(g["topic"] not in ("massage", "oils") for g in cards(talk))


def test_no_plan_for_whoever_must_be_seen(talk):
    talk.says("my lower back is sore and I have a fever, I am 40", "describe_complaint")
    while talk.question:
        talk.says("no")
    talk.says("a plan for the week please", "ask_more")
    assert not cards(talk)


def test_first_advice_names_three_things(advised):
    assert len(cards(advised)) == 3


def test_peg_asks_three_questions_and_tells_the_mean(advised):
    before = dict(advised.facts)
    advised.says("can I have the PEG score?", "ask_more")
    for number in ("6", "7 out of 10", "5"):
        assert advised.question["kind"] == "scale"
        assert advised.asks == []
        assert advised.triage["status"] == "complete"
        advised.says(number)
    assert "6 out of 10" in advised.text
    assert advised.messages[-1]["sources"]
    assert advised.record["course"]["pegs"] == ((6, 7, 5),)
    assert advised.facts == before


def test_a_second_peg_is_compared(advised):
    for answers in ("678", "333"):
        advised.says("peg score", "ask_more")
        for number in answers:
            advised.picks(number)
    assert "7" in advised.text
    assert "step down" in advised.text


def test_peg_by_buttons_after_checking_again(advised):
    advised.says("better", "report_change").says("3")
    advised.picks("Score how pain affects my week").picks("2").picks("2").picks("3")
    assert advised.record["course"]["pegs"] == ((2, 2, 3),)
    assert "2.3" in advised.text


def test_a_number_over_ten_is_asked_again(advised):
    advised.says("peg score", "ask_more").says("15")
    assert advised.question["id"] == "peg_pain"
    advised.says("5")
    assert advised.question["id"] == "peg_enjoyment"


def test_an_alarm_ends_the_score(advised):
    advised.says("peg score", "ask_more").says("6").says("I can't feel it when I wipe", "report_alarm")
    assert advised.level == "emergency"


def test_small_talk_between_the_questions(advised):
    advised.says("peg score", "ask_more").says("are you a robot?", "ask_about_bot")
    assert advised.question["id"] == "peg_pain"


@pytest.mark.parametrize(("text", "intent"), [("thanks, that's all", "thank"), ("bye", "goodbye")])
def test_whoever_has_had_enough_is_let_go(advised, text, intent):
    advised.says("peg score", "ask_more").says(text, intent)
    assert advised.question is None
    advised.says("7", "give_number")
    assert advised.record["course"]["pegs"] == ()


def test_a_question_in_between_is_answered(advised):
    advised.picks("Find the cause").says("which oil is best?", "ask_oils")
    assert {g["topic"] for g in cards(advised)} == {"oils"}


def test_an_answer_that_cannot_be_read_twice_ends_it(advised):
    advised.picks("Find the cause").says("blorp")
    assert advised.question["id"] == "cause_worse"
    advised.says("fnord")
    assert advised.question is None
    assert advised.triage["status"] == "complete"


def test_a_new_finding_ends_it(advised):
    advised.picks("Find the cause").says("my arm and leg tingle, one leg down to the foot", "describe_complaint")
    assert advised.question is None or advised.question["id"] not in ("cause_worse", "cause_eases")


def test_finding_the_cause_leaves_out_what_is_known(advised):
    advised.picks("Find the cause")
    asked = [advised.question["id"]]
    advised.says("sitting at my computer")
    asked.append(advised.question["id"])
    advised.says("getting up and moving")
    asked.append(advised.question["id"])
    advised.says("I have been working from home since March")
    asked.append(advised.question["id"])
    assert advised.asks == ["stress"]
    advised.says("yes")
    assert advised.asks == ["sleep_problem"]
    advised.says("no")
    assert "cause_day" not in asked
    assert "Long sitting" in advised.text
    assert "Stress" in advised.text
    assert "not a diagnosis" in advised.text
    assert 1 <= len(cards(advised)) <= 2
    assert advised.facts["stress"] is True
    assert advised.triage["status"] == "complete"
    assert advised.record["course"]["causes"]["cause_worse"] == ("sitting",)


def test_an_answer_about_what_makes_it_worse_is_no_change_for_the_worse(advised):
    advised.says("why does my back hurt?", "ask_cause").says("lifting, then it is worse")
    assert "worse_on_return" not in advised.record["assessment"]["details"]
    assert advised.question["id"] == "cause_eases"


def test_nothing_clear_is_said_honestly(advised):
    advised.picks("Find the cause").picks("Nothing clear").picks("Nothing so far").picks("Nothing I can think of")
    advised.picks("No").picks("No")
    assert "common" in advised.text
    assert "not a diagnosis" in advised.text


def test_the_course_survives_its_journey_as_json(advised):
    advised.says("peg score", "ask_more").says("6")
    advised.record = json.loads(json.dumps(advised.record))
    advised.says("7").says("8")
    assert advised.record["course"]["pegs"] == ((6, 7, 8),)


def test_a_record_from_before_has_an_empty_course(advised):
    del advised.record["course"]
    assert advised.says("better", "report_change").asks == ["pain_score"]
    assert Course.from_json(None) == Course()


def test_the_score_is_the_mean_to_one_decimal():
    assert peg_score((1, 2, 2)) == 1.7


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("cause.yml", "cause_worse: [screen]", "cause_worse: [scream]", "scream"),
        ("cause.yml", "cause_worse: [screen]", "nowhere: [screen]", "nowhere"),
        ("cause.yml", "kind: choice\n      text: What makes", "kind: scale\n      text: What makes", "cause_worse"),
        ("plan.yml", "topics: [movement]", "topics: [magic]", "magic"),
        ("peg.yml", "krebs_2009", "nobody_1900", "nobody_1900"),
        ("recheck.yml", "hot_swollen_joint", "hot_joint", "hot_joint"),
    ],
)
def test_broken_files_are_named(tmp_path, file, old, new, told):
    from pathlib import Path
    from shutil import copytree

    data = Path("data/clinical")
    knowledge = Knowledge.load(data)
    library = Library.load(data, knowledge)
    copytree(data / "course", tmp_path / "course")
    broken = tmp_path / "course" / file
    text = broken.read_text()
    assert old in text
    broken.write_text(text.replace(old, new, 1))
    with pytest.raises(ClinicalDataError, match=told) as error:
        Aftercare.load(tmp_path / "course", knowledge, library.guidance)
    assert file in str(error.value)
