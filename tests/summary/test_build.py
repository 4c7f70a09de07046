"""What is in a summary."""

from __future__ import annotations

import pytest

from bot.dialogue.assistant import Assistant
from bot.dialogue.state import Record
from bot.triage.assessment import Assessment
from tests.summary.conftest import FACTS, LEVELS, bot, person


def ids(lines):
    return [line.id for line in lines]


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_says_what_decided_and_by_which_source(assistant, record_at, level):
    summary = assistant.summary(record_at(level))
    triage = assistant.triage(record_at(level))
    assert (summary.level, summary.status) == (level, "complete")
    assert summary.massage == triage["massage"]
    assert ids(summary.present) == list(LEVELS[level])
    assert [rule.id for rule in summary.rules] == [reason["rule"] for reason in triage["reasons"]]
    assert all(rule.text and rule.sources for rule in summary.rules)
    assert summary.advice.title
    assert summary.advice.what_to_do
    assert "{" not in f"{summary.advice}{summary.safety_net}{summary.massage_advice}"
    assert summary.ruleset == assistant.ruleset


@pytest.mark.parametrize("level", LEVELS)
def test_every_finding_stands_in_exactly_one_list(assistant, summary_at, level):
    summary = summary_at(level)
    listed = ids((*summary.present, *summary.denied, *summary.unsure, *summary.not_asked))
    findings = [id for id in listed if id in assistant.finding_ids]
    assert sorted(findings) == sorted(assistant.finding_ids)


def test_a_conversation_in_the_middle_shows_what_was_not_asked(assistant):
    record = Record(Assessment(findings={"chest_pain": False}, facts=FACTS)).with_dialogue(complaint=True).to_json()
    summary = assistant.summary(record, [person("neck pain")])
    assert (summary.status, summary.level, summary.massage, summary.advice) == ("asking", None, None, None)
    assert ids(summary.denied) == ["chest_pain"]
    assert "saddle_numbness" in ids(summary.not_asked)
    assert "chest_pain" not in ids(summary.not_asked)
    assert summary.level_name == "Not decided yet"


def test_nothing_said_is_an_empty_summary(assistant):
    summary = assistant.summary(assistant.open("GB").record)
    assert summary.reason is None
    assert (summary.present, summary.denied, summary.unsure, summary.rules, summary.guidance) == ((), (), (), (), ())
    assert len(summary.not_asked) == len(assistant.finding_ids)
    assert assistant.summary(None) == assistant.summary(Record().to_json())


def test_not_sure_is_neither_present_nor_denied(assistant):
    record = Record(Assessment(findings={"fever": "unsure"}, facts=FACTS)).to_json()
    summary = assistant.summary(record)
    assert ids(summary.unsure) == ["fever"]
    assert (summary.present, summary.denied) == ((), ())


def test_a_plain_yes_to_several_says_so(assistant):
    some = Assessment(facts=FACTS, some_of={"nerves": ("saddle_numbness", "bladder_change")})
    summary = assistant.summary(Record(some).to_json())
    assert [(line.id, bool(line.note)) for line in summary.unsure] == [
        ("saddle_numbness", True),
        ("bladder_change", True),
    ]
    assert summary.level == "emergency"


def test_a_finding_that_follows_from_a_fact_says_from_which(assistant):
    summary = assistant.summary(Record(Assessment(facts=FACTS | {"age": 82})).to_json())
    (line,) = [line for line in summary.present if line.id == "frail_or_over_75"]
    assert "age" in line.note


def test_details_stand_with_the_findings_and_the_facts(assistant):
    details = {"weakened_immunity": True, "vision_loss": False, "rapid_myelopathy": "unsure", "sex": "male"}
    summary = assistant.summary(Record(Assessment(facts=FACTS, details=details)).to_json())
    assert ids(summary.present) == ["weakened_immunity"]
    assert ids(summary.denied) == ["vision_loss"]
    assert ids(summary.unsure) == ["rapid_myelopathy"]
    assert ("sex", "male") in [(fact.name, fact.shown) for fact in summary.facts]


@pytest.mark.parametrize(
    ("id", "value", "shown"),
    [
        ("age", 44, "44 years"),
        ("duration_days", 1, "1 day"),
        ("duration_days", 0.5, "0.5 days"),
        ("duration_days", 10, "10 days"),
        ("duration_days", 21, "about 3 weeks"),
        ("duration_days", 90, "about 3 months"),
        ("duration_days", 3650, "about 10 years"),
        ("pain_score", 0, "0 out of 10"),
        ("region", "unknown", "not known"),
        ("onset", "unknown", "not known"),
        ("stress", True, "yes"),
        ("country", "GB", "United Kingdom"),
        ("country", "XX", "XX"),
    ],
)
def test_facts_are_shown_as_people_say_them(assistant, id, value, shown):
    summary = assistant.summary(Record(Assessment(facts={id: value})).to_json())
    assert [(fact.id, fact.value, fact.shown) for fact in summary.facts] == [(id, value, shown)]


def test_the_reason_is_the_first_message_that_tells_something(assistant):
    record = assistant.open("GB").record
    said = [bot("Hello"), person("hello"), bot("Hi"), person("my neck hurts"), person("since Monday my back hurts")]
    assert assistant.summary(record, said).reason == "my neck hurts"
    assert assistant.summary(record, said[:3]).reason == "hello"
    assert assistant.summary(record, [person("Yes", kind="answer")]).reason is None


def test_starting_again_leaves_out_what_was_before(assistant):
    fresh = "Of course, we start afresh. What bothers you in your back, neck or shoulders?"
    card = {"id": "old", "title": "Old tip", "text": "x"}
    said = [person("my neck hurts"), bot("Do this", card), person("start again"), bot(fresh), person("my back hurts")]
    summary = assistant.summary(assistant.open("GB").record, said)
    assert summary.reason == "my back hurts"
    assert summary.guidance == ()


def test_guidance_is_that_of_the_messages_and_of_the_record_once_each(assistant, record_at):
    record = record_at("self_care")
    library = list(assistant._mind.library.guidance)[:2]
    record["dialogue"]["shown"] = library
    said = [bot("Tips", {"id": library[0], "title": "As it was worded", "text": "x"})]
    given = assistant.summary(record, said).guidance
    assert [piece["id"] for piece in given] == library
    assert given[0]["title"] == "As it was worded"
    assert given[1]["source"]["url"].startswith("https://")


def test_someone_else_is_marked(assistant):
    record = Record().with_dialogue(someone_else=True).to_json()
    assert assistant.summary(record).someone_else


def test_it_is_pure(assistant: Assistant, record_at):
    assert assistant.summary(record_at("see_gp")) == assistant.summary(record_at("see_gp"))


def test_how_it_went_on_is_told_oldest_first(assistant, record_at):
    record = record_at("self_care")
    course = {
        "pains": [6, 4.5],
        "changes": ["worse", "better"],
        "pegs": [[6, 7, 5], [3, 2, 3]],
        "causes": {"cause_worse": ["sitting"], "no_such_question": ["x"]},
        "open": {},
    }
    summary = assistant.summary(record | {"course": course})
    assert summary.course["pain_scores"] == [6, 4.5]
    assert summary.course["peg_scores"] == [6.0, 2.7]
    assert [line.name for line in summary.course_lines] == [
        "Pain score (0 to 10): 6, then 4.5",
        "Since the time before: worse, then better",
        "PEG score (0 to 10, lower is better): 6, then 2.7",
        "What makes it worse? Sitting for long",
    ]
    assert assistant.summary(record).course_lines == ()


def test_what_is_about_somebody_else_is_worded_so(assistant, record_at):
    record = record_at("self_care")
    own = assistant.summary(record)
    record["dialogue"]["someone_else"] = True
    other = assistant.summary(record)
    assert own.advice.title == "You can look after this yourself"
    assert "You" not in other.advice.title
    assert other.rules[0].text != own.rules[0].text
