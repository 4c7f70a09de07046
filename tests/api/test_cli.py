"""`spinewise` on the command line does what it says, on every database, and explains what it cannot do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from api.cli import main
from api.conversations.models import Conversation
from api.kit.clock import now
from api.kit.crypto import new_master_key
from tests.api.conftest import Start
from tests.api.support import Talk

Spinewise = Callable[..., tuple[int, str, str]]


@pytest.fixture
def spinewise(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Spinewise:
    """Runs a command; its exit code and what it said."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SPINEWISE_VAR", str(tmp_path / "var"))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


NORTH = ("clinic", "add", "north", "--name", "North", "--country", "GB")


def test_a_clinic_is_added_listed_changed_and_removed(spinewise: Spinewise) -> None:
    code, out, _ = spinewise(*NORTH, "--origin", "https://a.example", "--origin", "https://b.example/")
    assert code == 0
    assert json.loads(out)["origins"] == ["https://a.example", "https://b.example"]
    code, out, _ = spinewise("clinic", "set", "north", "--retention-days", "14", "--active", "no", "--origin", "")
    clinic = json.loads(out)
    assert (clinic["retention_days"], clinic["active"], clinic["origins"]) == (14, False, [])
    _, out, _ = spinewise("clinic", "set", "north", "--retention-days", "default", "--name", "The North")
    assert [json.loads(out)[name] for name in ("name", "retention_days", "active")] == ["The North", 30, False]
    _, out, _ = spinewise("clinic", "list")
    assert [json.loads(line)["key"] for line in out.splitlines()] == ["north"]
    assert spinewise("clinic", "remove", "north")[0] == 1
    assert spinewise("clinic", "remove", "north", "--yes")[:2] == (0, "north and 0 conversations are deleted\n")
    assert spinewise("clinic", "list")[1] == ""


def test_a_key_is_shown_once(spinewise: Spinewise) -> None:
    spinewise(*NORTH)
    code, key, _ = spinewise("clinic", "rotate-key", "north")
    assert code == 0
    assert key.startswith("spw_")
    _, out, _ = spinewise("clinic", "list")
    assert json.loads(out)["api_key"] is True
    assert key.strip() not in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("clinic", "set", "nowhere", "--name", "X"), 1, "no clinic nowhere"),
        (("clinic", "set", "north"), 1, "nothing to set"),
        (NORTH, 1, "north already"),
        (("clinic", "add", "South!", "--name", "X", "--country", "GB"), 2, "key:"),
        (("clinic", "set", "north", "--country", "Britain"), 2, "country:"),
        (("clinic", "set", "north", "--retention-days", "0"), 2, "retention_days:"),
        (("clinic", "set", "north", "--origin", "north.example"), 2, "origin"),
        (("clinic", "remove", "north"), 1, "--yes"),
    ],
)
def test_it_says_what_is_wrong(spinewise: Spinewise, arguments: tuple[str, ...], code: int, said: str) -> None:
    spinewise(*NORTH)
    ended, _, error = spinewise(*arguments)
    assert (ended, said in error) == (code, True), error


def test_wrong_settings_are_named(spinewise: Spinewise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPINEWISE_KEYS", "a:tooshort")
    code, _, error = spinewise("clinic", "list")
    assert (code, "SPINEWISE_KEYS" in error, "tooshort" in error) == (2, True, False)
    monkeypatch.setenv("SPINEWISE_KEYS", "")
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    code, _, error = spinewise("clinic", "list")
    assert (code, "DATABASE_URL" in error) == (1, True)


def test_what_is_past_its_time_is_purged_and_entered(start: Start, spinewise: Spinewise, tmp_path: Path) -> None:
    async def before() -> None:
        async with start() as service:
            await service.open()
            async with service.state.database.write() as session:
                await session.execute(update(Conversation).values(active_at=now() - timedelta(days=31)))

    asyncio.run(before())
    assert spinewise("purge")[:2] == (0, "1 conversations are deleted\n")
    code, out, _ = spinewise("ledger")
    assert code == 0
    assert "demo  retention  1 conversations, 2 messages, 0 remaining" in out
    assert out.endswith("1 rows, unbroken\n")


def test_removing_a_clinic_is_entered_too(start: Start, spinewise: Spinewise) -> None:
    spinewise(*NORTH)

    async def talk() -> None:
        async with start() as service:
            await service.open(clinic="north")

    asyncio.run(talk())
    assert spinewise("clinic", "remove", "north", "--yes")[:2] == (0, "north and 1 conversations are deleted\n")
    assert "north  clinic_removed  1 conversations, 2 messages, 0 remaining" in spinewise("ledger")[1]
    assert "demo" in spinewise("clinic", "remove", "demo", "--yes")[2]


def test_a_master_key_is_exchanged_and_the_old_one_dropped(
    start: Start, spinewise: Spinewise, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = new_master_key("old")
    code, new, _ = spinewise("keys", "new", "new")
    assert code == 0
    new = new.strip()
    kept: list[Talk] = []

    async def talk() -> None:
        async with start(keys=old) as service:
            kept.append(await service.open())

    async def read() -> int:
        async with start(keys=new) as service:
            kept[0].client = service.client
            return len(await kept[0].history())

    asyncio.run(talk())
    monkeypatch.setenv("SPINEWISE_KEYS", new)
    assert "old  1 conversations  MISSING" in spinewise("keys", "status")[1]
    code, _, error = spinewise("keys", "rotate")
    assert (code, "SPINEWISE_KEYS" in error) == (1, True)
    monkeypatch.setenv("SPINEWISE_KEYS", f"{new},{old}")
    assert spinewise("keys", "rotate")[1].startswith("1 data keys")
    assert spinewise("keys", "rotate")[1].startswith("0 data keys")
    assert "old  0 conversations  kept" in spinewise("keys", "status")[1]
    assert asyncio.run(read()) == 2
