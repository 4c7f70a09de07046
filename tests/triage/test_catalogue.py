"""The data keeps the ids, levels, strengths and verdicts that other systems rely on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.triage.knowledge import Knowledge

CATALOGUE = yaml.safe_load((Path(__file__).parent / "catalogue.yml").read_text())
FINDINGS = {finding["id"]: finding for finding in CATALOGUE["findings"]}


def test_no_finding_more_or_less(knowledge: Knowledge) -> None:
    assert list(knowledge.findings) == list(FINDINGS)


@pytest.mark.parametrize("id", FINDINGS)
def test_finding_keeps_its_meaning(knowledge: Knowledge, id: str) -> None:
    finding, expected = knowledge.findings[id], FINDINGS[id]
    assert finding.screen == expected["screen"]
    assert finding.level == expected.get("level")
    assert finding.strength == expected.get("strength")
    assert list(finding.regions) == expected.get("regions", [])
    if id == "cervical_artery_signs":  # "never massage" stands in a note of the catalogue
        assert finding.massage == "no"
    else:
        assert finding.massage == expected.get("massage")


def test_clusters_facts_and_regions(knowledge: Knowledge) -> None:
    assert {id: list(members) for id, members in knowledge.clusters.items()} == CATALOGUE["clusters"]
    assert list(knowledge.facts) == CATALOGUE["facts"]
    assert list(knowledge.regions) == list(knowledge.facts["region"].values) == CATALOGUE["regions"]


def test_every_claim_has_a_source_and_a_review_date(knowledge: Knowledge) -> None:
    for finding in knowledge.findings.values():
        assert finding.source_ids
        assert finding.reviewed
    for rule in (*knowledge.level_rules.values(), knowledge.no_alarm):
        assert all(id in knowledge.sources for id in rule.source_ids)


def test_countries(knowledge: Knowledge) -> None:
    assert len(knowledge.countries) > 30
    assert knowledge.country("NZ").emergency == "111"
    assert knowledge.country("GB").emergency == "999"
    assert knowledge.country("gb").urgent == "111"
    assert knowledge.country("AU").emergency == "000"
    for code in (None, "", "XX"):
        assert knowledge.country(code).emergency == "your local emergency number"


def test_every_level_and_special_path_has_words(knowledge: Knowledge) -> None:
    ranks = [
        knowledge.levels[level].rank for level in ("emergency", "same_day", "see_gp", "check_first", "self_care")
    ]
    assert ranks == sorted(ranks)
    for level in knowledge.levels.values():
        assert level.title
        assert level.what_to_do
        assert level.how_soon
        assert level.do_not
    crisis = next(iter(knowledge.paths.values()))
    assert crisis.id == "self_harm"
    assert crisis.alone
    for word in ("{crisis}", "{emergency}"):
        assert word in crisis.what_to_do


def test_checklists_stay_short(knowledge: Knowledge) -> None:
    for region in knowledge.regions:
        for question in knowledge.questions.values():
            lines = [
                id
                for id in question.asks
                if not question.when.regions or region in question.when.regions
                if id not in question.lines or not question.lines[id].regions or region in question.lines[id].regions
            ]
            assert len(lines) <= 12
            assert len(question.text) <= 160
    for finding in knowledge.findings.values():
        assert len(finding.label) <= 150, finding.id
        assert len(finding.reason) <= 140, finding.id
