"""`make evaluate`: judge the held-out parts and write the report; `--practice` judges what may be tuned on."""

from __future__ import annotations

import argparse
import sys

from evaluation import recorded, report
from evaluation.judge import judge
from evaluation.material import ROOT
from evaluation.pipeline import Model, Pipeline


def main() -> int:
    """Exit code 1 when a recorded figure has become worse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practice", action="store_true", help="judge the practice part instead")
    parser.add_argument("--record", action="store_true", help="record the figures of the exam as the ones to hold")
    options = parser.parse_args()
    with Model() as model:
        result = judge(Pipeline(model), "practice" if options.practice else "exam")
    print(report.text(result))
    for path in report.write(result):
        print(f"written: {path.relative_to(ROOT)}")
    if options.practice:
        return 0
    if options.record:
        recorded.save(result["figures"])
        print(f"recorded: {recorded.RECORDED.relative_to(ROOT)}")
        return 0
    lines = recorded.worse(result["figures"], recorded.load())
    for line in lines:
        print(f"worse: {line}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
