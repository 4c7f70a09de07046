"""Writes ``docs/generated/`` from ``data/clinical``: the tree as a drawing, rules, questions and guidance as tables.

python tools/docs.py            writes the files
python tools/docs.py --check    says which are out of date, exit code 1
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.advice.guidance import Library  # noqa: E402 - the root must be on the path first
from bot.triage.knowledge import Knowledge  # noqa: E402
from bot.triage.shapes import (  # noqa: E402
    ALWAYS,
    LEVELS,
    Clusters,
    Condition,
    FactTest,
    LevelRule,
    NotDenied,
    PastLimit,
    Present,
    Question,
    Way,
    When,
)

FOLDER = ROOT / "docs" / "generated"
_NOTE = "Written by `make docs` from `data/clinical/`; change the data, not this file. Not signed by a clinician yet."
_COLOURS = {
    "emergency": "#f8d0d0",
    "same_day": "#fbe0c4",
    "see_gp": "#fdf3c4",
    "check_first": "#dde9fb",
    "self_care": "#d6f0dc",
}
_STAGES: tuple[tuple[str, Callable[[Question], bool]], ...] = (
    ("Screen A and the facts it needs: everyone, in this order", lambda q: q.screen == "A" or bool(q.first)),
    ("Screen B: only where an answer can still raise the level", lambda q: q.screen == "B"),
    ("Facts for the level", lambda q: q.screen == "fact" and not q.first),
    ("Screen C: is massage suitable? Only without an alarm", lambda q: q.screen == "C"),
)


def main(arguments: Sequence[str]) -> int:
    """0 when all files are as the data has them, or have been written."""
    stale = []
    for name, text in files(ROOT / "data" / "clinical").items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                FOLDER.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"Out of date: {', '.join(stale)}. Run 'make docs'.", file=sys.stderr)
        return 1
    print(f"docs/generated: {', '.join(stale) or 'nothing'} written anew")
    return 0


def files(folder: Path) -> dict[str, str]:
    """Every generated file by its name."""
    knowledge = Knowledge.load(folder)
    library = Library.load(folder, knowledge)
    return {
        "tree.md": tree(knowledge),
        "tree.svg": drawing(knowledge),
        "questions.md": questions(knowledge),
        "rules.md": rules(knowledge),
        "guidance.md": guidance(library),
    }


# --- the tree ---------------------------------------------------------------------------------------------


def stages(knowledge: Knowledge) -> list[tuple[str, list[Question]]]:
    """The questions in the stages in which they are put; details stand with the finding they sharpen."""
    left = [question for question in knowledge.questions.values() if not question.id.startswith("detail_")]
    found = []
    for title, belongs in _STAGES:
        found.append((title, [question for question in left if belongs(question)]))
        left = [question for question in left if not belongs(question)]
    return found


def tree(knowledge: Knowledge) -> str:
    """The page with the drawing, the same as Mermaid, and the alarms of each question."""
    lines = ["# The tree", "", _NOTE, "", "![The tree](tree.svg)", "", "```mermaid", "flowchart TD"]
    before = None
    for number, (title, members) in enumerate(stages(knowledge)):
        lines.append(f'  subgraph S{number}["{_plain(title)}"]')
        for question in members:
            lines.append(f'    {question.id}["{_plain(question.text)}"]')
        lines.append("  end")
        lines += [f"  S{before} --> S{number}"] if before is not None else []
        before = number
    for level in LEVELS:
        lines.append(f'  {level}(["{_plain(knowledge.levels[level].title)}"])')
        lines.append(f"  style {level} fill:{_COLOURS[level]}")
    for number, (_, members) in enumerate(stages(knowledge)):
        reached = {level for question in members for level in _levels(knowledge, question)}
        lines += [f"  S{number} -->|an alarm| {level}" for level in LEVELS if level in reached]
    lines += [f"  S{before} -->|no alarm| self_care", "```", "", "## Alarms of each question", ""]
    for _, members in stages(knowledge):
        for question in members:
            ids = [id for id in question.asks if id in knowledge.findings]
            if ids:
                lines.append(f"- **{question.id}**: " + "; ".join(_effect(knowledge, id) for id in ids))
    return "\n".join(lines) + "\n"


def drawing(knowledge: Knowledge) -> str:
    """The stages as columns of boxes with the levels below, in plain SVG."""
    width, row, column = 300, 46, 320
    groups = stages(knowledge)
    tall = max(len(members) for _, members in groups) * row + 70
    wide, high = column * len(groups), tall + 90
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}"'
        ' font-family="sans-serif" font-size="12">',
        "<title>The tree: stages of questions from left to right, levels below</title>",
    ]
    for number, (title, members) in enumerate(groups):
        x = number * column + 10
        head, *rest = title.split(": ", 1)
        parts.append(f'<text x="{x}" y="20" font-weight="bold">{escape(head)}</text>')
        parts += [f'<text x="{x}" y="38">{escape(each)}</text>' for each in rest]
        for place, question in enumerate(members):
            y = 50 + place * row
            worst = next((level for level in LEVELS if level in _levels(knowledge, question)), None)
            colour = _COLOURS[worst] if worst else "#ffffff"
            parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="38" rx="5" fill="{colour}" stroke="#555"/>')
            parts.append(f'<text x="{x + 8}" y="{y + 16}" font-weight="bold">{escape(question.id)}</text>')
            parts.append(f'<text x="{x + 8}" y="{y + 31}" font-size="10">{escape(_short(question.text, 52))}</text>')
        if number:
            parts.append(f'<path d="M{x - 18} 69 h14 m-5 -4 l5 4 l-5 4" fill="none" stroke="#555"/>')
    each = wide // len(LEVELS)
    for number, level in enumerate(LEVELS):
        x, title = number * each + 10, knowledge.levels[level].title
        shape = f'<rect x="{x}" y="{tall + 20}" width="{each - 20}" height="44" rx="22"'
        parts.append(f'{shape} fill="{_COLOURS[level]}" stroke="#555"/>')
        parts.append(f'<text x="{x + 20}" y="{tall + 46}">{escape(title)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _levels(knowledge: Knowledge, question: Question) -> set[str]:
    found = (knowledge.findings[id].level for id in question.asks if id in knowledge.findings)
    return {level for level in found if level}


def _effect(knowledge: Knowledge, id: str) -> str:
    finding = knowledge.findings[id]
    parts = [finding.level or finding.strength or "", f"massage {finding.massage}" if finding.massage else ""]
    return f"{id} ({', '.join(part for part in parts if part)})"


# --- tables -----------------------------------------------------------------------------------------------


def questions(knowledge: Knowledge) -> str:
    """The table of all questions."""
    lines = [
        "# Questions",
        "",
        _NOTE,
        "",
        "In the order of the files. Details are asked after the finding they sharpen.",
        "",
    ]
    rows = [
        (f"`{q.id}`", q.screen, q.text, ", ".join(_asked(q, id) for id in q.asks), _when(q.when), q.why)
        for q in knowledge.questions.values()
    ]
    return "\n".join([*lines, *_table(("id", "screen", "question", "asks", "when", "why"), rows)]) + "\n"


def _asked(question: Question, id: str) -> str:
    line = question.lines.get(id, ALWAYS)
    return id if line is ALWAYS else f"{id} ({_when(line)})"


def _when(when: When) -> str:
    parts = [
        f"region: {', '.join(when.regions)}" if when.regions else "",
        f"age from {when.age_min}" if when.age_min is not None else "",
        f"age to {when.age_max}" if when.age_max is not None else "",
        f"not {when.not_sex}" if when.not_sex else "",
        f"from {when.duration_min} days" if when.duration_min is not None else "",
        f"up to {when.duration_max} days" if when.duration_max is not None else "",
        f"began before the age of {when.began_before}" if when.began_before is not None else "",
        "past the time limit of the region" if when.past_limit else "",
        f"present: {' or '.join(when.present)}" if when.present else "",
    ]
    return "; ".join(part for part in parts if part) or "always"


def rules(knowledge: Knowledge) -> str:
    """The table of all rules, the most urgent first, with their sources."""
    everything = [*knowledge.level_rules.values(), knowledge.no_alarm]
    urgent_first = sorted(everything, key=lambda rule: LEVELS.index(rule.level) if rule.level else len(LEVELS))
    rows = [
        (f"`{rule.id}`", _sets(rule), _ways(rule.ways), rule.reason, _sources(knowledge, rule.source_ids))
        for rule in urgent_first
    ]
    lines = ["# Rules", "", f"Rule set {knowledge.ruleset.split('+')[0]}. {_NOTE}", ""]
    lines.append("A rule of a single finding has the finding's name. The most urgent rule that holds sets the level.")
    return "\n".join([*lines, "", *_table(("rule", "sets", "when", "reason", "sources"), rows)]) + "\n"


def _sets(rule: LevelRule) -> str:
    parts = [
        rule.level or "",
        f"massage {rule.massage}" if rule.massage else "",
        "one step up" if rule.escalates else "",
    ]
    return ", ".join(part for part in parts if part)


def _ways(ways: Iterable[Way]) -> str:
    return " **or** ".join(" and ".join(_condition(part) for part in way) for way in ways) or "nothing else holds"


def _condition(part: Condition) -> str:
    if isinstance(part, Present):
        return part.id
    if isinstance(part, NotDenied):
        return f"no denial of {part.id}"
    if isinstance(part, PastLimit):
        return "past the time limit of the region"
    if isinstance(part, Clusters):
        return f"weak findings of {part.count} clusters"
    return _test(part)


def _test(test: FactTest) -> str:
    if test.among:
        return f"{test.fact} is {' or '.join(test.among)}"
    limits = (("at least", test.at_least), ("above", test.above), ("below", test.below))
    return f"{test.fact} " + " and ".join(f"{word} {limit:g}" for word, limit in limits if limit is not None)


def guidance(library: Library) -> str:
    """The tables of all guidance, a topic each."""
    lines = ["# Guidance", "", _NOTE, ""]
    topics = dict.fromkeys(piece.topic for piece in library.guidance.values())
    for topic in topics:
        rows = [
            (
                f"`{piece.id}`",
                piece.title,
                piece.dose,
                piece.evidence,
                f"[{library.sources[piece.source].title}]({library.sources[piece.source].url})",
                piece.reviewed,
            )
            for piece in library.guidance.values()
            if piece.topic == topic
        ]
        heads = ("id", "what", "dose", "evidence", "source", "reviewed")
        lines += [f"## {topic.replace('_', ' ').capitalize()}", "", *_table(heads, rows), ""]
    lines.append(f"{len(library.guidance)} pieces.")
    return "\n".join(lines) + "\n"


def _sources(knowledge: Knowledge, ids: Iterable[str]) -> str:
    found = (knowledge.sources[id] for id in ids)
    return ", ".join(f"[{source.title}]({source.url}) ({source.year})" for source in found)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    return lines + [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]


def _plain(text: str) -> str:
    return text.replace('"', "'")


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
