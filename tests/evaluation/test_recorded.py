"""No figure of `make evaluate` is worse than the recorded one (evaluation/recorded.yml)."""

from __future__ import annotations

import os

import pytest

from evaluation import recorded
from evaluation.judge import judge
from evaluation.pipeline import Model, Pipeline
from tools import stack


@pytest.mark.processes
@pytest.mark.timeout(600)
def test_no_figure_is_worse_than_recorded() -> None:
    if os.environ.get("SPINEWISE_KEEP_MODEL") != "1":  # set while data is being edited
        stack.train()
    with Model() as model:
        figures = judge(Pipeline(model), "exam")["figures"]
    assert recorded.worse(figures, recorded.load()) == []
