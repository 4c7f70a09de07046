"""The summary as FHIR R4B."""

from __future__ import annotations

import json

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.provenance import Provenance
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from fhir.resources.R4B.riskassessment import RiskAssessment
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.state import Record
from bot.summary import fhir
from bot.triage.assessment import Assessment
from tests.summary.conftest import ABOUT, FACTS, HOSTILE, LEVELS, person


def resources(content):
    return {entry["resource"]["resourceType"]: entry["resource"] for entry in content["entry"]}


def answers(content):
    items = resources(content)["QuestionnaireResponse"].get("item", [])
    return {item["linkId"]: item["answer"][0] for item in items}


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_read_back_whole(summary_at, level):
    summary = summary_at(level)
    content = fhir.bundle(summary, ABOUT)
    read = Bundle.model_validate_json(json.dumps(content))
    kinds = [type(entry.resource) for entry in read.entry]
    assert kinds == [QuestionnaireResponse, RiskAssessment, Provenance]
    assert json.loads(read.model_dump_json())["entry"][0]["fullUrl"] == content["entry"][0]["fullUrl"]
    risk = read.entry[1].resource
    outcome = risk.prediction[0].outcome.coding[0]
    assert (outcome.system, outcome.code) == ("urn:spinewise:level", level)
    assert risk.prediction[1].outcome.coding[0].code == summary.massage
    assert (risk.status, read.entry[0].resource.status) == ("final", "completed")
    assert risk.mitigation.startswith(summary.advice.what_to_do)


def test_addresses_fit_together(summary_at):
    content = fhir.bundle(summary_at("see_gp"), ABOUT)
    urls = [entry["fullUrl"] for entry in content["entry"]]
    assert all(url.startswith("urn:uuid:") and url.endswith(entry["resource"]["id"])
               for url, entry in zip(urls, content["entry"], strict=True))  # fmt: skip
    assert len(set(urls)) == 3
    found = resources(content)
    assert [basis["reference"] for basis in found["RiskAssessment"]["basis"]] == urls[:1]
    assert [target["reference"] for target in found["Provenance"]["target"]] == urls[:2]
    assert content == fhir.bundle(summary_at("see_gp"), ABOUT)


def test_answers_carry_the_ids_of_the_catalogue(assistant):
    findings = {"fever": True, "chest_pain": False, "night_pain": "unsure"}
    details = {"weakened_immunity": True, "sex": "female"}
    facts = {**FACTS, "stress": True, "duration_days": 1.5, "onset": "unknown"}
    record = Record(Assessment(findings=findings, facts=facts, details=details)).to_json()
    content = fhir.checked(fhir.bundle(assistant.summary(record, [person("sore")]), ABOUT))
    found = answers(content)
    assert found["reason"] == {"valueString": "sore"}
    assert found["fever"] == {"valueBoolean": True}
    assert found["chest_pain"] == {"valueBoolean": False}
    assert found["night_pain"]["valueCoding"]["code"] == "asked-unknown"
    assert found["weakened_immunity"] == {"valueBoolean": True}
    assert found["age"]["valueQuantity"] == {
        "value": 44, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a",
    }  # fmt: skip
    assert found["duration_days"]["valueQuantity"]["value"] == 1.5
    assert found["pain_score"] == {"valueInteger": 4}
    assert found["stress"] == {"valueBoolean": True}
    assert found["region"]["valueCoding"]["code"] == "lower_back"
    assert found["sex"]["valueCoding"]["code"] == "female"
    assert "onset" not in found  # asked, and not known
    assert "saddle_numbness" not in found  # never asked


def test_an_open_conversation_is_in_progress_and_predicts_nothing(assistant):
    content = fhir.checked(fhir.bundle(assistant.summary(None), ABOUT))
    found = resources(content)
    assert found["QuestionnaireResponse"]["status"] == "in-progress"
    assert "item" not in found["QuestionnaireResponse"]
    assert found["RiskAssessment"]["status"] == "preliminary"
    assert "prediction" not in found["RiskAssessment"]


def test_the_rule_set_and_its_sources_are_named(summary_at, assistant):
    found = resources(fhir.bundle(summary_at("emergency"), ABOUT))
    assert found["Provenance"]["policy"] == [f"urn:spinewise:ruleset:{assistant.ruleset}"]
    assert found["RiskAssessment"]["method"]["coding"][0]["code"] == assistant.ruleset
    notes = " ".join(note["text"] for note in found["RiskAssessment"]["note"])
    assert "not a diagnosis" in notes
    assert "https://" in notes


def test_nobody_is_identified(summary_at):
    subject = resources(fhir.bundle(summary_at("emergency"), ABOUT))["RiskAssessment"]["subject"]
    assert subject["identifier"] == {"system": "urn:spinewise:conversation", "value": ABOUT.conversation}
    assert "reference" not in subject


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_fits(assistant, record_at, text):
    content = fhir.checked(fhir.bundle(assistant.summary(record_at("emergency"), [person(text)]), ABOUT))
    assert (answers(content)["reason"]["valueString"] == text) if text else ("reason" not in answers(content))


def test_what_is_no_bundle_is_refused(summary_at):
    content = fhir.bundle(summary_at("see_gp"), ABOUT)
    content["entry"][0]["resource"]["status"] = 7
    with pytest.raises(ValueError):
        fhir.checked(content)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_record_is_valid(assistant, data):
    answer = st.sampled_from([True, False, "unsure"])
    findings = data.draw(st.dictionaries(st.sampled_from(assistant.finding_ids), answer, max_size=12))
    facts = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                "age": st.integers(0, 120) | st.just("unknown"),
                "duration_days": st.floats(0, 36500) | st.just("unknown"),
                "pain_score": st.integers(0, 10) | st.floats(0, 10),
                "region": st.sampled_from(["neck", "lower_back", "unknown"]),
                "onset": st.sampled_from(["sudden", "unknown"]),
                "stress": st.booleans(),
                "country": st.sampled_from(["GB", "ZZ"]),
            },
        )
    )
    record = Record(Assessment(findings=findings, facts=facts)).with_dialogue(complaint=data.draw(st.booleans()))
    content = fhir.bundle(assistant.summary(record.to_json()), ABOUT)
    Bundle.model_validate_json(json.dumps(content, allow_nan=False))
    told = answers(content)
    assert all((told[id] == {"valueBoolean": value}) for id, value in findings.items() if value != "unsure")
