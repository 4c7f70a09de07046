"""Who gets which pieces, and who must never get them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.advice.choose import choose, first_advice, information_for, more
from bot.advice.guidance import (
    DAILY_LIVES,
    GOALS,
    HANDS_ON_TOPICS,
    REGIONS,
    STRENGTHS,
    Guidance,
    Library,
    to_contract,
)
from bot.triage.assessment import Assessment
from bot.triage.knowledge import Knowledge
from bot.triage.tree import decide
from tests.advice.conftest import Case

LEVELS = ("emergency", "same_day", "see_gp", "check_first", "self_care", None)
VERDICTS = ("no", "check_first", "with_precautions", "suitable", None)
CARE = (
    "acute_injury",
    "skin_problem",
    "implanted_device",
    "varicose_veins",
    "frail_or_over_75",
    "scent_or_skin_allergy",
)

facts = st.fixed_dictionaries(
    {},
    optional={
        "age": st.integers(0, 110),
        "region": st.sampled_from((*REGIONS, "unknown")),
        "daily_life": st.sampled_from((*DAILY_LIVES, "unknown")),
        "goal": st.sampled_from(GOALS),
        "duration_days": st.floats(0, 4000) | st.just("unknown"),
        "pain_score": st.integers(0, 10),
        "stress": st.booleans(),
        "sleep_problem": st.booleans(),
    },
)


def _first(library: Library, case: Case, limit: int = 4) -> tuple[Guidance, ...]:
    return first_advice(library, case.assessment, case.decision, limit=limit)


@pytest.mark.parametrize("daily_life", [*DAILY_LIVES, None])
@pytest.mark.parametrize("region", [*REGIONS, None])
def test_self_care_always_brings_massage_posture_and_movement(
    library: Library, region: str | None, daily_life: str | None
) -> None:
    known = {"region": region, "daily_life": daily_life}
    case = Case({key: value for key, value in known.items() if value})
    for limit in (3, 4):
        pieces = _first(library, case, limit)
        assert len(pieces) == limit
        assert {"massage", "posture", "movement"} <= {piece.topic for piece in pieces}


@pytest.mark.parametrize("daily_life", [daily_life for daily_life in DAILY_LIVES if daily_life != "mixed"])
def test_the_posture_piece_fits_the_daily_life(library: Library, daily_life: str) -> None:
    posture = next(p for p in _first(library, Case({"daily_life": daily_life})) if p.topic == "posture")
    assert posture.daily_life is not None
    assert daily_life in posture.daily_life


@pytest.mark.parametrize("region", REGIONS)
def test_massage_and_movement_fit_the_region(library: Library, region: str) -> None:
    for piece in _first(library, Case({"region": region})):
        if piece.topic in {"massage", "movement"}:
            assert piece.regions is not None
            assert region in piece.regions


@pytest.mark.parametrize("finding", CARE)
@pytest.mark.parametrize("region", REGIONS)
def test_with_precautions_there_is_massage_and_its_sentence(library: Library, region: str, finding: str) -> None:
    case = Case({"region": region, "age": 50}, {finding: True}, massage="with_precautions")
    massage = next(piece for piece in _first(library, case) if piece.topic == "massage")
    assert finding not in massage.not_with
    assert massage.cautions == (library.precautions[finding],)
    assert to_contract(massage, library.sources)["text"].endswith(f"{massage.cautions[0]} {massage.stop_rule}")


def test_care_without_a_known_reason_gets_the_general_sentence(library: Library) -> None:
    massage = next(p for p in _first(library, Case(massage="with_precautions")) if p.topic == "massage")
    assert massage.cautions == (library.precautions["any"],)


def test_someone_over_75_gets_light_pressure_without_having_said_frail(library: Library) -> None:
    pieces = choose(library, Case({"age": 80, "region": "upper_back"}).assessment, Case().decision, limit=99)
    massage = [piece for piece in pieces if piece.topic == "massage"]
    assert massage
    assert all(library.precautions["frail_or_over_75"] in piece.cautions for piece in massage)
    assert not any(piece.id.startswith("ball_") for piece in massage)


@settings(max_examples=150, deadline=None)
@given(facts=facts, level=st.sampled_from(LEVELS), massage=st.sampled_from(VERDICTS), data=st.data())
def test_what_is_not_allowed_is_never_chosen(
    library: Library,
    knowledge: Knowledge,
    facts: dict[str, object],
    level: str | None,
    massage: str | None,
    data: st.DataObject,
) -> None:
    findings = data.draw(
        st.dictionaries(st.sampled_from(sorted(knowledge.findings)), st.sampled_from((True, False, "unsure")))
    )
    case = Case(facts, findings, level, massage)
    present = {finding for finding, answer in findings.items() if answer in (True, "unsure")}
    age = facts.get("age")
    everything = choose(library, case.assessment, case.decision, limit=99)
    for piece in (*everything, *_first(library, case)):
        assert level in piece.levels
        assert not piece.not_with & present
        if piece.topic in HANDS_ON_TOPICS:
            assert level == "self_care"
            assert massage in {"suitable", "with_precautions"}
            assert age is None or age >= 16
            for finding in present & set(library.precautions):
                assert piece.careful_with.get(finding, library.precautions[finding]) in piece.cautions
        for finding in present & set(piece.careful_with):
            assert piece.careful_with[finding] in piece.cautions
        assert piece.strength in STRENGTHS
    assert len({piece.id for piece in everything}) == len(everything)


@settings(max_examples=40, deadline=None)
@given(facts=facts, seed=st.randoms(use_true_random=False))
def test_same_person_same_pieces_whatever_the_order_of_the_files(
    library: Library, facts: dict[str, object], seed: object
) -> None:
    ids = list(library.guidance)
    seed.shuffle(ids)  # type: ignore[attr-defined]
    shuffled = replace(library, guidance={id: library.guidance[id] for id in ids})
    case = Case(facts)
    assert _first(library, case) == _first(shuffled, case)
    assert choose(library, case.assessment, case.decision) == choose(shuffled, case.assessment, case.decision)


@pytest.mark.parametrize("level", ["emergency", "same_day", "see_gp", None])
def test_nothing_at_a_level_where_someone_should_be_seen(library: Library, level: str | None) -> None:
    case = Case({"region": "neck"}, level=level, massage="no")
    assert _first(library, case) == ()
    assert choose(library, case.assessment, case.decision, limit=99) == ()


@pytest.mark.parametrize("region", REGIONS)
def test_check_first_still_brings_posture_and_movement_without_massage(library: Library, region: str) -> None:
    topics = {p.topic for p in _first(library, Case({"region": region}, level="check_first", massage="check_first"))}
    assert {"posture", "movement"} <= topics
    assert not topics & HANDS_ON_TOPICS


def test_one_of_several_unclear_findings_counts_as_each_of_them(library: Library) -> None:
    unclear = Assessment(facts={"region": "buttock_or_leg"}, some_of={"some_question": ("osteoporosis", "epilepsy")})
    ids = {piece.id for piece in choose(library, unclear, Case().decision, limit=99)}
    assert "buttock_stretch" not in ids
    assert "oil_scented_dilution" not in ids


def test_goal_leads(library: Library) -> None:
    leads = {goal: _first(library, Case({"goal": goal, "region": "lower_back"}))[0] for goal in GOALS}
    assert leads["massage_tips"].topic == leads["is_massage_ok"].topic == "massage"
    assert leads["posture_tip"].topic == "posture"
    assert leads["lifestyle"].topic in {"movement", "lifestyle"}
    assert leads["what_is_wrong"].purpose == "cause" or leads["what_is_wrong"].id == "outlook"


def test_asking_for_tips_brings_something_to_do_oneself(library: Library) -> None:
    for region in REGIONS:
        piece = _first(library, Case({"goal": "massage_tips", "region": region}))[0]
        assert piece.id.startswith(("ball_", "hand", "fingers_", "partner_")), region


@pytest.mark.parametrize(("fact", "topic"), [("stress", "stress"), ("sleep_problem", "sleep")])
def test_stress_and_sleep_bring_their_own_piece(library: Library, fact: str, topic: str) -> None:
    assert topic in {piece.topic for piece in _first(library, Case({fact: True, "region": "neck"}))}


def test_more_never_repeats_and_comes_to_an_end(library: Library) -> None:
    case = Case({"region": "shoulder", "daily_life": "desk", "age": 40})
    shown = [piece.id for piece in _first(library, case)]
    while pieces := more(library, case.assessment, case.decision, shown):
        assert len(pieces) <= 3
        shown += [piece.id for piece in pieces]
    assert len(shown) == len(set(shown))
    assert len(shown) >= 25


def test_only_the_topics_asked_for(library: Library) -> None:
    case = Case({"region": "neck"})
    pieces = choose(library, case.assessment, case.decision, topics={"oils"}, exclude={"oil_plain"}, limit=9)
    assert pieces
    assert {piece.topic for piece in pieces} == {"oils"}
    assert "oil_plain" not in {piece.id for piece in pieces}


@pytest.mark.parametrize(
    ("intent", "text", "expected"),
    [
        ("ask_posture", "what is a good desk posture?", "ask_posture_desk"),
        ("ask_posture", "best way to hold my phone", "ask_posture_phone"),
        ("ask_posture", "tips for long drives please", "ask_posture_driving"),
        ("ask_posture", "Which mattress and pillow?", "ask_posture_bed"),
        ("ask_posture", "how do I carry shopping bags", "ask_posture_carrying"),
        ("ask_posture", "what is good posture", "ask_posture"),
        ("ask_massage_risks", "can my boyfriend crack my neck", "ask_massage_risks_neck_cracking"),
        ("ask_massage_risks", "my kid walks on my back, ok?", "ask_massage_risks_walking_on_back"),
        ("ask_massage_risks", "are percussion guns safe on the spine", "ask_massage_risks_gun"),
        ("ask_massage_risks", "is massage dangerous", "ask_massage_risks"),
        ("ask_oils", "which oil with epilepsy", "ask_oils_who_not"),
        ("ask_oils", "is sunflower oil fine", "ask_oils"),
        ("ask_massage_suitability", "is massage ok with kidney trouble", "ask_massage_suitability"),
        ("ask_massage_suitability", "massage for pregnant women?", "ask_massage_suitability_pregnancy"),
    ],
)
def test_a_general_question_gets_the_answer_on_its_subject(
    library: Library, intent: str, text: str, expected: str
) -> None:
    answer = information_for(library, intent, text)
    assert answer is not None
    assert answer.id == expected


def test_an_intent_without_an_answer_has_none(library: Library) -> None:
    assert information_for(library, "greet", "hello") is None


def test_no_massage_under_sixteen_even_if_a_piece_forgot_its_age(library: Library) -> None:
    ageless = replace(library, guidance={id: replace(piece, age_min=None) for id, piece in library.guidance.items()})
    child = Case({"age": 15, "region": "neck"})
    pieces = choose(ageless, child.assessment, child.decision, limit=99)
    assert pieces
    assert not {piece.topic for piece in pieces} & HANDS_ON_TOPICS


@pytest.mark.parametrize(("age", "offered"), [(16, False), (17, False), (18, True), (None, True)])
def test_the_age_a_piece_names_holds(library: Library, age: int | None, offered: bool) -> None:
    case = Case({} if age is None else {"age": age})
    ids = {piece.id for piece in choose(library, case.assessment, case.decision, limit=99)}
    assert ("oil_scented_dilution" in ids) is offered


def test_a_real_decision_of_the_tree_fits(library: Library, knowledge: Knowledge) -> None:
    """Someone on blood thinners: whatever the tree still asks, no massage and no oil is offered."""
    assessment = Assessment(findings={"blood_thinners": True}, facts={"age": 60, "region": "lower_back"})
    pieces = choose(library, assessment, decide(knowledge, assessment), limit=99)
    assert not {piece.topic for piece in pieces} & HANDS_ON_TOPICS
