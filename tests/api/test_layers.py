"""Queries live in repositories, every one scoped by clinic; services never commit."""

from __future__ import annotations

import ast
import contextlib
import re
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from api.kit.clock import now
from api.kit.database import Base, Database
from api.privacy.keys import in_use, rewrap_all
from api.privacy.retention import Retention
from tests.api.conftest import Start

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
    if path != API / "kit" / "sqlite.py":  # where a transaction ends
        assert [line for name, line in calls(path) if name == "commit"] == []


# Those that run before the clinic is known, or about no clinic's people; each says so in its docstring.
WITHOUT_CLINIC = {"ClinicRepository", "TurnQueue", "Heights", "LedgerRepository", "LeaseRepository"}


def repositories() -> list[tuple[str, ast.ClassDef]]:
    return [
        (f"{path.parent.name}.{node.name}", node)
        for path in sorted(API.rglob("repository.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    ]


@pytest.mark.parametrize(("name", "repository"), repositories(), ids=[name for name, _ in repositories()])
def test_every_query_names_its_clinic(name: str, repository: ast.ClassDef) -> None:
    if repository.name in WITHOUT_CLINIC:
        return
    for method in repository.body:
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.unparse(method)
            raw = len(re.findall(r"\b(?:select|update|delete)\(", text))
            assert text.count("clinic_id ==") >= raw, method.name


OWNED = [table.name for table in Base.metadata.sorted_tables if "clinic_id" in table.c and table.name != "deletions"]


def unscoped(statement: str) -> str | None:
    """The table of a clinic that this statement reads or changes without naming the clinic; None for a good one."""
    text = " ".join(statement.split())
    if text.startswith(("SELECT turns.clinic_id, turns.conversation_id FROM", "SELECT DISTINCT turns.clinic_id")):
        return None  # TurnQueue, which hands out ids only
    where = text.partition(" WHERE ")[2]
    for table in OWNED:
        if not re.search(rf"\b(?:FROM|JOIN|INTO|UPDATE) {table}\b", text):
            continue
        if text.startswith("INSERT"):
            good = "clinic_id" in text
        elif text.startswith("UPDATE"):  # by its key: a row that was read for its clinic before
            good = f"{table}.clinic_id = " in where or re.match(rf"{table}\.(conversation_)?id = ", where) is not None
        else:
            joined = rf"JOIN {table} ON {table}\.conversation_id = conversations\.id"
            good = f"{table}.clinic_id = " in where or re.search(joined, text) is not None
        if not good:
            return table
    return None


# Those that are about all rows: what the rotation of keys and the first start count.
ABOUT_ALL = re.compile(r"SELECT (count\(\*\)|data_keys\.wrapped FROM data_keys WHERE|clinics\.)")

GROWING = "|".join(OWNED) + r"|behind|\w+_1"  # and their aliases


def scanned(database: Database, statement: str, parameters: Any) -> list[str]:
    """What SQLite would read from end to end for this statement: tables that grow, or whole indexes of theirs."""
    if not statement.startswith(("SELECT", "UPDATE", "DELETE")) or ABOUT_ALL.match(" ".join(statement.split())):
        return []
    with contextlib.closing(sqlite3.connect(str(database.engines[0].url.database))) as connection:
        steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    return [f"{detail}: {statement}" for *_, detail in steps if re.match(rf"SCAN ({GROWING})\b", detail)]


async def test_every_statement_that_runs_names_its_clinic(start: Start) -> None:
    seen: list[str] = []
    scans: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement not in seen and service.state.database.sqlite:
            scans.extend(scanned(service.state.database, statement, parameters))
        seen.append(statement)

    async with start(sweep_every=0.02) as service:
        for engine in service.state.database.engines:
            event.listen(engine, "before_cursor_execute", note)
        talk = await service.open()
        first = await talk.say("hello", "key")
        await talk.say("hello", "key")
        await talk.say(choice=first.json()["messages"][-1]["choices"][0]["id"])
        service.rasa.mode = "error"
        await talk.say("and again", "other")
        service.rasa.mode = "well"
        await talk.say("and again", "other")
        for what in ("/messages", "/summary", "/export"):
            assert (await talk.get(what)).status_code == 200
        assert (await service.client.post(f"{talk.path}/token", json={"refresh": talk.opened["refresh"]})).is_success
        await service.open()
        assert (await talk.erase()).status_code == 204
        await in_use(service.state.database)
        service.state.database.keys.active = "another"
        with contextlib.suppress(KeyError):
            await rewrap_all(service.state.database)
        await Retention(service.settings, service.state.database).purge(now() + timedelta(days=31))
    assert {table for table in OWNED if any(table in statement for statement in seen)} == set(OWNED)
    assert {kind for kind in ("SELECT", "INSERT", "UPDATE", "DELETE") if any(s.startswith(kind) for s in seen)} == {
        "SELECT", "INSERT", "UPDATE", "DELETE"
    }  # fmt: skip
    assert [statement for statement in seen if unscoped(statement)] == []
    assert scans == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT messages.id FROM messages WHERE messages.id = ?",
        "DELETE FROM conversations WHERE conversations.id = ?",
        "UPDATE turns SET status=? WHERE turns.status = ?",
        "INSERT INTO choices (id) VALUES (?)",
        "SELECT data_keys.wrapped FROM data_keys",
    ],
)
def test_a_statement_without_its_clinic_would_be_found(statement: str) -> None:
    assert unscoped(statement) is not None
