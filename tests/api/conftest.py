"""The application on an empty database of each kind, with the stand-ins of ``tests/api/support.py`` behind it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.app import create_app
from api.kit.settings import Settings
from tests.api.databases import Templates, postgres_database
from tests.api.support import SECRET, FakeRasa, Service, StubMind

BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """Migrated databases, made once a run: an SQLite file to copy, and a PostgreSQL database to empty."""
    made = Templates(tmp_path_factory.mktemp("templates"))
    yield made
    made.drop()


@pytest.fixture
async def sqlite_url(templates: Templates, tmp_path: Path) -> str:
    """A migrated SQLite database without any row; for tests that no database can change."""
    return await templates.sqlite(tmp_path / "test.sqlite")


@pytest.fixture(params=BOTH)
async def database_url(request: pytest.FixtureRequest, templates: Templates, tmp_path: Path) -> AsyncIterator[str]:
    """A migrated database without any row, of both kinds where a PostgreSQL server answers."""
    if request.param == "sqlite":
        yield await templates.sqlite(tmp_path / "test.sqlite")
        return
    url = await templates.postgres()
    if url is None:
        pytest.skip("no PostgreSQL server answers")
    yield url


@pytest.fixture(params=BOTH)
async def new_database_url(
    request: pytest.FixtureRequest, templates: Templates, tmp_path: Path
) -> AsyncIterator[str]:
    """A database without tables, of both kinds where a PostgreSQL server answers."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite'}"
        return
    if await templates.postgres() is None:
        pytest.skip("no PostgreSQL server answers")
    async with postgres_database() as url:
        yield url


Start = Callable[..., contextlib.AbstractAsyncContextManager[Service]]


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    await fake.start()
    yield fake
    fake.gate.set()
    await fake.stop()


@pytest.fixture
def start(database_url: str, rasa: FakeRasa, tmp_path: Any) -> Start:
    """Starts an application on the test's database; several may run at once, as several processes would."""

    @contextlib.asynccontextmanager
    async def starting(mind: Any = None, **changes: Any) -> AsyncIterator[Service]:
        given = {
            "database_url": database_url,
            "rasa_url": f"http://127.0.0.1:{rasa.port}",
            "rasa_secret": SECRET,
            "token_secret": SECRET,
            "var": tmp_path / "var",
            "log_level": "error",
        }
        settings = Settings(**(given | changes))
        app = create_app(settings, assistant=mind or StubMind())
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app=app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
                yield Service(client, rasa, app.state.spinewise, settings)

    return starting


@pytest.fixture
async def service(start: Start) -> AsyncIterator[Service]:
    async with start() as running:
        yield running
