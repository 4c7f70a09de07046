"""The Grafana dashboard asks for figures that the service gives, and for all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from api.kit.metrics import Metrics

DASHBOARD = json.loads((Path(__file__).resolve().parents[3] / "docker/grafana/spinewise.json").read_text())


def test_it_shows_every_figure_and_no_other() -> None:
    asked = {
        re.sub(r"_(total|bucket)$", "", name)
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
        for name in re.findall(r"spinewise_[a-z_]+", target["expr"])
    }
    assert asked == {family.name for family in Metrics().registry.collect()}


def test_its_labels_are_those_of_the_figures() -> None:
    known = {name for each in vars(Metrics()).values() for name in getattr(each, "_labelnames", ())}
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= known, panel["title"]
