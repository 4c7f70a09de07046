"""The report: a table in the terminal, build/evaluation.json and build/evaluation.html."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from evaluation.material import ROOT

BUILD = ROOT / "build"
# Figures that are no share of something.
NUMBERS = ("questions_median", "questions_max")


def shown(name: str, value: float) -> str:
    """A figure as a person reads it."""
    if name.endswith(NUMBERS):
        return f"{value:g}"
    return f"{value:.3f}" if name.endswith("macro_f1") else f"{100 * value:.1f} %"


def grouped(figures: Mapping[str, float]) -> list[dict[str, Any]]:
    """The figures as tables: one a room, a line a figure, a column a source (and view)."""
    rooms: dict[str, dict[str, dict[str, str]]] = {}
    for name, value in figures.items():
        room, rest = name.split(".", 1)
        column, figure = rest.rsplit(".", 1)
        rooms.setdefault(room, {}).setdefault(figure, {})[column.replace(".", ": ")] = shown(name, value)
    tables = []
    for room, rows in rooms.items():
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        tables.append({"room": room, "columns": columns, "rows": rows})
    return tables


def text(result: Mapping[str, Any]) -> str:
    """The tables for a terminal."""
    lines = [f"Understanding, judged on {result['part']} ({result['counts']})"]
    for table in grouped(result["figures"]):
        widths = [max(len(column), 8) for column in table["columns"]]
        heads = "  ".join(f"{c:>{w}}" for c, w in zip(table["columns"], widths, strict=True))
        lines += ["", f"{table['room']:28}{heads}"]
        for figure, row in table["rows"].items():
            cells = (f"{row.get(c, ''):>{w}}" for c, w in zip(table["columns"], widths, strict=True))
            lines.append(f"  {figure.replace('_', ' '):26}{'  '.join(cells)}")
    lines += ["", "mistakes: " + ", ".join(f"{len(rows)} {kind}" for kind, rows in result["mistakes"].items())]
    return "\n".join(lines)


def write(result: Mapping[str, Any], folder: Path = BUILD) -> tuple[Path, Path]:
    """Write JSON and HTML beside each other. They quote held-out messages, so they stay out of the repository."""
    folder.mkdir(exist_ok=True)
    stem = "evaluation" if result["part"] == "exam" else f"evaluation-{result['part']}"
    data, page = folder / f"{stem}.json", folder / f"{stem}.html"
    data.write_text(json.dumps(result, indent=1, ensure_ascii=False, default=str), "utf-8")
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    page.write_text(pages.get_template("report.html").render(**result, **_matrix(result)), "utf-8")
    return data, page


def _matrix(result: Mapping[str, Any]) -> dict[str, Any]:
    """Rows of the confusion matrix: what was meant, and how often it was taken for each."""
    counts = {(meant, said): number for meant, said, number in result["confusion"]}
    labels = sorted({label for pair in counts for label in pair})
    meant = [label for label in labels if any(pair[0] == label for pair in counts)]
    matrix = []
    for row in meant:
        total = sum(counts.get((row, column), 0) for column in labels)
        cells = [
            {"number": n, "share": round(n / total, 2), "right": row == column}
            for column in labels
            for n in [counts.get((row, column), 0)]
        ]
        matrix.append({"intent": row, "total": total, "cells": cells})
    return {"labels": labels, "matrix": matrix, "tables": grouped(result["figures"])}
