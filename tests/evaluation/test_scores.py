"""The figures of `make evaluate`, on readings made up for the purpose."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from evaluation import findings, others, recorded, report
from evaluation.findings import Seen
from tests.patients.play import Played, Turned, play
from tests.understanding.labelled import Message


def message(text: str = "x", **labels: object) -> Message:
    return Message(text, "topic", "file", **labels)  # type: ignore[arg-type]


def tally(
    one: Message, taken: set[str], asked: frozenset[str] = frozenset(), alarms_only: bool = False
) -> findings.Tally:
    return findings.tally([one], lambda _: Seen(frozenset(taken), asked), alarms_only)


def test_an_alarm_taken_is_found_and_one_asked_about_counts_apart() -> None:
    one = message(present=("saddle_numbness", "fever"))
    figures = findings.figures(tally(one, {"saddle_numbness"}, frozenset({"fever"})))
    assert figures["emergency_recall"] == 1
    assert figures["alarm_recall"] == 0.5
    assert figures["recall_or_asked"] == 1


def test_what_may_be_read_is_neither_wanted_nor_false() -> None:
    one = message(present=("fever",), may=("unwell_now",))
    assert findings.figures(tally(one, {"fever", "unwell_now"}))["precision"] == 1
    assert findings.figures(tally(one, {"fever"}))["recall"] == 1


def test_anything_read_beyond_a_complete_list_is_false() -> None:
    sums = tally(message(present=("fever",)), {"fever", "chest_pain"})
    assert findings.figures(sums)["alarm_precision"] == 0.5
    assert [id for id, _ in sums.invented] == ["chest_pain"]


def test_without_a_list_only_what_must_not_be_read_is_false() -> None:
    one = message(absent=("fever",))
    assert tally(one, {"chest_pain"}).invented == []
    assert [id for id, _ in tally(one, {"fever"}).invented] == ["fever"]


def test_an_alarm_on_a_negative_is_a_false_alarm_and_a_weak_finding_is_not() -> None:
    assert findings.figures(tally(message(present=()), {"chest_pain"}))["false_alarms"] == 1
    assert findings.figures(tally(message(present=()), {"cough_worse"}))["false_alarms"] == 0


def test_tables_label_alarms_alone() -> None:
    assert tally(message(present=()), {"cough_worse"}, alarms_only=True).invented == []


def test_a_finding_that_follows_from_a_fact_is_found_and_never_false() -> None:
    seen = Seen(frozenset(), frozenset(), frozenset({"frail_or_over_75"}))
    found = findings.tally([message(present=("frail_or_over_75",)), message(present=())], lambda _: seen)
    assert findings.figures(found)["recall"] == 1
    assert found.invented == []


@pytest.mark.parametrize(
    ("fact", "expected", "taken", "right"),
    [
        ("age", 43, 43, True),
        ("age", 43, 34, False),
        ("duration_days", 21, 22, True),
        ("duration_days", 21, 30, False),
        ("duration_days", {"from": 5, "to": 6}, 6, True),
        ("duration_days", 14, None, False),
        ("region", ["neck", "shoulder"], "shoulder", True),
        ("stress", False, False, True),
        ("stress", False, None, False),
        ("pain_score", 0, False, False),
    ],
)
def test_facts_fit_or_not(fact: str, expected: object, taken: object, right: bool) -> None:
    assert others.fits(expected, taken, fact) is right


def test_intents_out_of_scope_counts_both_ways() -> None:
    rows = [
        ("out_of_scope", "out_of_scope"),
        ("out_of_scope", "greet"),
        ("greet", "out_of_scope"),
        ("greet", "greet"),
    ]
    figures = others.intent_figures([others.Guess(message(intent=meant), said, 1.0) for meant, said in rows])
    assert figures["out_of_scope_recall"] == 0.5
    assert figures["in_scope_loss"] == 0.5
    assert figures["accuracy"] == 0.5
    assert figures["macro_f1"] == 0.5


@pytest.mark.parametrize(
    ("level", "status", "verdict"),
    [
        ("same_day", "complete", "right"),
        ("emergency", "complete", "over"),
        ("self_care", "complete", "under"),
        ("same_day", "asking", "unfinished"),
        (None, "complete", "unfinished"),
    ],
)
def test_levels_are_right_over_or_under(level: str | None, status: str, verdict: str) -> None:
    played = Played(level, "no", status, 3, ())
    assert others.verdict(["same_day", "see_gp"], played) == verdict


def test_a_digression_is_said_once_and_the_question_then_answered() -> None:
    card = {"opening": "hi", "facts": {"age": "forty"}, "denies": ["nope"], "digressions": {1: "are you real?"}}
    said = []

    def say(text: str) -> Turned:
        said.append(text)
        asks: Mapping[int, tuple[str, ...]] = {1: ("age",), 2: ("age",), 3: ("fever",)}
        status = "asking" if len(said) in asks else "complete"
        return Turned({"status": status, "level": None, "massage": None}, asks.get(len(said), ()))

    played = play(card, say)
    assert said == ["hi", "are you real?", "forty", "nope"]
    assert played.questions == 2


def test_a_figure_that_fell_is_named_and_one_within_tolerance_is_not() -> None:
    before = {
        "tolerance": {"share": 0.01, "questions": 1},
        "figures": {"a.recall": 0.95, "a.false_alarms": 0.02, "p.questions_median": 7, "gone.recall": 1},
    }
    good = {"a.recall": 0.945, "a.false_alarms": 0.03, "p.questions_median": 8, "gone.recall": 1.0}
    assert recorded.worse(good, before) == []
    bad = {"a.recall": 0.93, "a.false_alarms": 0.04, "p.questions_median": 9}
    assert [line.split()[0] for line in recorded.worse(bad, before)] == list(before["figures"])


def test_the_page_escapes_what_people_wrote(tmp_path) -> None:
    result = {
        "part": "exam",
        "counts": {"exam": 1},
        "figures": {"intents.exam.macro_f1": 0.5},
        "findings": {"rules": []},
        "facts": [],
        "confusion": [["greet", "thank", 1]],
        "patients": [],
        "mistakes": {"intents": [{"text": "<b>hi</b>", "topic": "greet", "file": "intents"}]},
    }
    _, page = report.write(result, tmp_path)
    assert "<b>hi</b>" not in page.read_text()
    assert "&lt;b&gt;hi" in page.read_text()
    assert "0.500" in page.read_text()
