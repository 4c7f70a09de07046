"""``python -m bot.triage [folder]``: loads and checks the clinical data and what is translated of it.

It says so in one line, or what to mend.
"""

import sys
from pathlib import Path

from bot.triage.files import ClinicalDataError
from bot.triage.knowledge import Knowledge
from bot.triage.translation import Translation


def main(arguments: list[str]) -> int:
    """0 when the data is sound, 1 with the mistake on stderr when it is not."""
    try:
        folder = Path(arguments[0]) if arguments else Path("data/clinical")
        knowledge = Knowledge.load(folder)
        for locale in sorted((folder.parent / "locales").glob("*/locale.yml")):
            translation = Translation(folder.parent, locale.parent)
            for file in (*sorted(folder.rglob("*.yml")), *translation.replies()):
                translation.load(file)
    except ClinicalDataError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"Clinical data ok: rule set {knowledge.ruleset}, {len(knowledge.findings)} findings, "
        f"{len(knowledge.questions)} questions, {len(knowledge.level_rules)} rules, "
        f"{len(knowledge.countries) - 1} countries, {len(knowledge.sources)} sources"
    )
    return 0


if __name__ == "__main__":  # pragma: no cover (run as a process in the tests)
    sys.exit(main(sys.argv[1:]))
