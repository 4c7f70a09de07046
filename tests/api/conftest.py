"""The application on an empty database of each kind, with the stand-ins of ``tests/api/support.py`` behind it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from api.app import create_app
from api.kit.settings import Settings
from tests.api.support import SECRET, FakeRasa, Service, StubMind, postgres_answers, postgres_database

BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_there() -> bool:
    return postgres_answers()


@pytest.fixture(params=BOTH)
async def database_url(request: pytest.FixtureRequest, tmp_path: Any) -> AsyncIterator[str]:
    """An empty database, of both kinds where a PostgreSQL server answers."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}"
        return
    there: bool = await asyncio.to_thread(request.getfixturevalue, "postgres_there")
    if not there:
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
