"""The summary as a FHIR R4B Bundle: QuestionnaireResponse, RiskAssessment and Provenance (https://hl7.org/fhir/R4B/).

Nobody is identified: the subject is known by the conversation only. Answers have the ids of findings, facts and
details as ``linkId``; "not sure" is HL7's "asked but unknown"; what was not asked is left out, as FHIR has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from bot.summary.shapes import About, Fact, Rule, Summary
from bot.triage.assessment import Answer

CONVERSATION = "urn:spinewise:conversation"
RULESET = "urn:spinewise:ruleset"
QUESTIONNAIRE = "urn:spinewise:questionnaire"
LEVEL = "urn:spinewise:level"
MASSAGE = "urn:spinewise:massage"
RULE = "urn:spinewise:rule"
FACT = "urn:spinewise:fact"
# https://terminology.hl7.org/CodeSystem-data-absent-reason.html
UNSURE = {
    "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
    "code": "asked-unknown",
    "display": "Asked But Unknown",
}
# https://terminology.hl7.org/CodeSystem-provenance-participant-type.html
ASSEMBLER = {
    "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
    "code": "assembler",
    "display": "Assembler",
}
# Unified Code for Units of Measure, https://ucum.org
_UCUM = {"duration_days": ("days", "d"), "age": ("years", "a")}

Resource = dict[str, Any]


def bundle(summary: Summary, about: About) -> Resource:
    """The Bundle as JSON-ready data; ids follow from the conversation, so the same summary has the same ones."""
    conversation = UUID(about.conversation)
    names = ("QuestionnaireResponse", "RiskAssessment", "Provenance")
    addresses = {name: uuid5(conversation, name).urn for name in names}
    resources = (
        _response(summary, about),
        _risk(summary, about, addresses["QuestionnaireResponse"]),
        _provenance(summary, about, [addresses["QuestionnaireResponse"], addresses["RiskAssessment"]]),
    )
    return {
        "resourceType": "Bundle",
        "id": str(uuid5(conversation, "Bundle")),
        "language": summary.locale,
        "identifier": {"system": CONVERSATION, "value": about.conversation},
        "type": "collection",
        "timestamp": about.made_at,
        "entry": [
            {"fullUrl": addresses[name], "resource": _named(addresses[name], summary) | resource}
            for name, resource in zip(names, resources, strict=True)
        ],
    }


def _named(address: str, summary: Summary) -> Resource:
    return {"id": address.removeprefix("urn:uuid:"), "language": summary.locale}


def checked(content: Resource) -> Resource:
    """``content``, once ``fhir.resources`` has read it as an R4B Bundle; ValueError otherwise.

    The models take 12 MB and half a second to load, so that happens with the first summary somebody wants as FHIR.
    """
    from fhir.resources.R4B.bundle import Bundle

    Bundle.model_validate(content)
    return content


def _subject(summary: Summary, about: About) -> Resource:
    identifier = {"system": CONVERSATION, "value": about.conversation}
    return {"type": "Patient", "identifier": identifier, "display": summary.say("subject")}


def _device(summary: Summary) -> Resource:
    return {"type": "Device", "display": summary.say("assistant")}


def _response(summary: Summary, about: About) -> Resource:
    items: list[Resource] = []
    if summary.reason:
        items.append(_item("reason", summary.say("heading_reason"), {"valueString": summary.reason}))
    items += [_item(fact.id, fact.name, _value(fact)) for fact in summary.facts if fact.value != "unknown"]
    for line in (*summary.present, *summary.denied, *summary.unsure):
        answer = summary.answers.get(line.id)
        if answer is not None:
            items.append(_item(line.id, line.name, _answer(answer)))
    resource: Resource = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{QUESTIONNAIRE}|{summary.ruleset}",
        "status": "completed" if summary.status == "complete" else "in-progress",
        "subject": _subject(summary, about),
        "authored": about.made_at,
        "author": _device(summary),
    }
    return resource | ({"item": items} if items else {})


def _item(id: str, text: str, answer: Resource) -> Resource:
    return {"linkId": id, "text": text, "answer": [answer]}


def _answer(answer: Answer) -> Resource:
    return {"valueBoolean": answer} if isinstance(answer, bool) else {"valueCoding": dict(UNSURE)}


def _value(fact: Fact) -> Resource:
    if isinstance(fact.value, bool):
        return {"valueBoolean": fact.value}
    if isinstance(fact.value, str):
        return {"valueCoding": {"system": f"{FACT}:{fact.id}", "code": fact.value, "display": fact.shown}}
    if fact.id in _UCUM:
        unit, code = _UCUM[fact.id]
        quantity = {"value": fact.value, "unit": unit, "system": "http://unitsofmeasure.org", "code": code}
        return {"valueQuantity": quantity}
    return {"valueInteger": fact.value} if isinstance(fact.value, int) else {"valueDecimal": fact.value}


def _risk(summary: Summary, about: About, response: str) -> Resource:
    predictions = [
        {"outcome": _concept(system, code, name), "rationale": _rationale(summary.rules, summary.ruleset)}
        for system, code, name in (
            (LEVEL, summary.level, summary.level_name),
            (MASSAGE, summary.massage, f"{summary.say('heading_massage')}: {summary.massage_name}"),
        )
        if code
    ]
    resource: Resource = {
        "resourceType": "RiskAssessment",
        "status": "final" if summary.status == "complete" else "preliminary",
        "method": _concept(RULESET, summary.ruleset, summary.say("ruleset", ruleset=summary.ruleset)),
        "code": {"text": summary.say("assessment")},
        "subject": _subject(summary, about),
        "occurrenceDateTime": about.made_at,
        "performer": _device(summary),
        "basis": [{"reference": response}],
        "note": [{"text": summary.say("notice")}, *({"text": _note(summary, rule)} for rule in summary.rules)],
    }
    if predictions:
        resource["prediction"] = predictions
    if summary.rules:
        resource["reasonCode"] = [_concept(RULE, rule.id, rule.text) for rule in summary.rules]
    if summary.advice:
        resource["mitigation"] = f"{summary.advice.what_to_do} {summary.advice.how_soon}".strip()
    return resource


def _concept(system: str, code: str, text: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def _rationale(rules: tuple[Rule, ...], ruleset: str) -> str:
    return " ".join(rule.text for rule in rules) or ruleset


def _note(summary: Summary, rule: Rule) -> str:
    sources = "; ".join(f"{source.title} ({source.year}) {source.url}" for source in rule.sources)
    told = summary.say("rule", rule=rule.id)
    return f"{rule.text} ({told}) {summary.say('sources', sources=sources) if sources else ''}".strip()


def _provenance(summary: Summary, about: About, targets: list[str]) -> Resource:
    agent: Mapping[str, Any] = {"type": {"coding": [dict(ASSEMBLER)]}, "who": _device(summary)}
    behalf = {"onBehalfOf": {"type": "Organization", "display": about.clinic}} if about.clinic else {}
    return {
        "resourceType": "Provenance",
        "target": [{"reference": target} for target in targets],
        "occurredPeriod": {"start": about.started_at, "end": about.made_at},
        "recorded": about.made_at,
        "policy": [f"{RULESET}:{summary.ruleset}"],
        "agent": [{**agent, **behalf}],
        "entity": [
            {
                "role": "source",
                "what": {
                    "identifier": {"system": RULESET, "value": summary.ruleset},
                    "display": summary.say("ruleset", ruleset=summary.ruleset),
                },
            }
        ],
    }
