"""``python -m proof``: holds the rules of ``data/clinical`` against what they must reach; 1 if they fail."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from bot.triage.files import ClinicalDataError
from bot.triage.knowledge import Knowledge
from proof import rules, walks
from proof.demands import Demands
from proof.words import Fault

_SHOWN = 3  # faults of each check


def prove(knowledge: Knowledge, demands: Demands, tell: Callable[[str], None] = print) -> int:
    """All checks, one line each; the number of checks that failed."""
    started = time.perf_counter()
    failed = 0
    walked = walks.Walks(knowledge, demands)
    everything: dict[str, Callable[[], Iterator[Fault]]] = {
        **rules.checks(rules.Rules(knowledge, demands)),
        **walks.checks(walked),
    }
    for holds, check in everything.items():
        began = time.perf_counter()
        faults = list(islice(check(), _SHOWN))
        failed += bool(faults)
        tell(f"{'FAILED' if faults else 'holds '}  {holds} ({time.perf_counter() - began:.1f} s)")
        for fault in faults:
            tell(f"        {fault}")
    seen = walked.seen
    tell(
        f"Rule set {knowledge.ruleset}: {len(knowledge.level_rules)} rules, {len(demands.least)} demands, "
        f"{seen.walks} walks, the longest of {seen.longest} questions, {time.perf_counter() - started:.0f} s."
    )
    return failed


def main(arguments: list[str]) -> int:
    """0 when all holds."""
    try:
        knowledge = Knowledge.load(Path(arguments[0]) if arguments else Path("data/clinical"))
        return 1 if prove(knowledge, Demands.load(knowledge)) else 0
    except (ClinicalDataError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
