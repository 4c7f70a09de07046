"""Queries live in repositories, every one scoped by clinic; services never commit."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

API = Path(__file__).resolve().parents[2] / "api"
QUERIES = {"select", "update", "delete", "insert"}


def calls(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            found.append((name, node.lineno))
    return found


def plain_calls(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def sources() -> list[Path]:
    return [path for path in API.rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(API)))
def test_queries_are_in_repositories_only(path: Path) -> None:
    if path.name != "repository.py":
        assert not plain_calls(path) & QUERIES


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(API)))
def test_nobody_commits_by_hand(path: Path) -> None:
    assert [line for name, line in calls(path) if name == "commit"] == []


def test_every_query_of_a_conversation_names_its_clinic() -> None:
    tree = ast.parse((API / "conversations" / "repository.py").read_text())
    repository = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "ConversationRepository")
    for method in repository.body:
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.unparse(method)
            raw = len(re.findall(r"\b(?:select|update|delete)\(", text))
            assert text.count("clinic_id ==") >= raw, method.name
