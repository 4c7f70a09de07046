"""config.yml, domain.yml and data/ as Rasa reads them."""

from __future__ import annotations

import os
import subprocess
import sys

import yaml
from conftest import ROOT


def test_data_is_valid_without_a_warning() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rasa", "data", "validate", "--fail-on-warnings"],
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "WARNING"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def test_each_intent_has_one_rule_and_each_action_is_used() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text())
    rules = [
        rule for file in (ROOT / "data" / "rules").glob("*.yml") for rule in yaml.safe_load(file.read_text())["rules"]
    ]
    asked = [rule["steps"][0]["intent"] for rule in rules]
    assert sorted(asked) == sorted([*domain["intents"], "nlu_fallback"])
    assert all(len(rule["steps"]) == 2 for rule in rules)
    assert {rule["steps"][1]["action"] for rule in rules} == set(domain["actions"])


def test_nothing_but_the_intent_steers_the_dialogue() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text())
    assert all(settings["influence_conversation"] is False for e in domain["entities"] for settings in e.values())
    assert all(slot["influence_conversation"] is False for slot in domain["slots"].values())
    assert "forms" not in domain
    assert "responses" not in domain
