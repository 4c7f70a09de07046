"""The application: what is built at start, in which order, and which routes there are."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import traceback
from collections.abc import AsyncGenerator

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.clinics.directory import Directory
from api.clinics.models import ANY_ORIGIN
from api.clinics.repository import ClinicRepository
from api.clinics.router import router as clinics_router
from api.conversations.router import router as conversations_router
from api.conversations.turns import TurnRunner
from api.conversations.wakeups import Wakeups
from api.docs.page import router as docs_router
from api.health.router import router as health_router
from api.kit import breaker, problems, tracing
from api.kit.crypto import key_ring
from api.kit.database import Database, DatabaseDown
from api.kit.limits import Limiter
from api.kit.logging import configure, log
from api.kit.metrics import Metrics
from api.kit.origins import Origins
from api.kit.ports import Assistant, Rasa
from api.kit.rasa import HttpRasa
from api.kit.settings import Settings
from api.kit.shell import Shell
from api.kit.tokens import Tokens, signing_secrets
from api.migrations.run import upgrade
from api.privacy.keys import in_use
from api.privacy.retention import Retention
from api.state import State
from api.triage.router import router as triage_router
from api.widget.router import router as widget_router
from bot.dialogue.assistant import Assistant as Mind
from bot.language.lexicon import LanguageDataError
from bot.triage.files import ClinicalDataError


class StartFailed(Exception):
    """The application cannot start; the message says why, in a sentence for who runs it."""


BREAKER_VALUES = {breaker.State.CLOSED: 0.0, breaker.State.HALF_OPEN: 0.5, breaker.State.OPEN: 1.0}
DEMO = {"key": "demo", "name": "Harbour Physiotherapy", "country": "GB"}


def create_app(
    settings: Settings | None = None, *, assistant: Assistant | None = None, rasa: Rasa | None = None
) -> FastAPI:
    """The application for these settings; ``assistant`` and ``rasa`` may be given, else they are loaded."""
    settings = settings or Settings()
    metrics = Metrics()
    limiter = Limiter(settings, metrics)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        configure(settings.log_level)
        async with contextlib.AsyncExitStack() as closing, contextlib.AsyncExitStack() as starting:
            starting.push(_say_why)
            closing.callback(tracing.configure())
            try:
                keys = key_ring(settings)
            except ValueError as error:
                raise StartFailed(f"SPINEWISE_KEYS: {error}.") from None
            database = Database(settings.database, keys)
            closing.push_async_callback(database.close)
            try:
                await upgrade(database)
                async with database.write() as session:
                    origins = [ANY_ORIGIN] if settings.environment == "development" else []
                    await ClinicRepository(session).ensure(**DEMO, origins=origins)
                if strange := set(await in_use(database)) - keys.ids:
                    log.error("SPINEWISE_KEYS lacks keys of conversations", count=len(strange))
                directory = Directory(database, settings.clinics_refresh)
                await directory.read()
            except (DatabaseDown, SQLAlchemyError, OSError) as error:
                raise StartFailed(
                    f"The database does not answer ({type(error).__name__}): set DATABASE_URL."
                ) from None
            mind = assistant if assistant is not None else await asyncio.to_thread(_load, settings)
            client: Rasa
            if rasa is None:
                http = HttpRasa(settings.rasa, settings.rasa_secret.get_secret_value(), settings.rasa_timeout)
                closing.push_async_callback(http.close)
                metrics.breaker.set_function(lambda: BREAKER_VALUES[http.breaker.state])
                client = http
            else:
                client = rasa
            tokens = Tokens(signing_secrets(settings), settings.token_lifetime)
            wakeups = Wakeups(database, metrics, settings.redis_url, settings.events_poll)
            closing.push_async_callback(wakeups.stop)
            wakeups.start()
            runner = TurnRunner(settings, database, mind, client, wakeups, metrics)
            closing.push_async_callback(runner.stop)
            state = State(settings, database, mind, client, tokens, wakeups, directory, runner, metrics, limiter)
            app.state.spinewise = state
            retention = Retention(settings, database)
            tasks = [asyncio.create_task(job) for job in (runner.sweep(), retention.keep_running())]
            log.info("started", database="sqlite" if database.sqlite else "postgresql")
            starting.pop_all()
            try:
                yield
            finally:
                state.draining = True
                wakeups.close()
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(
        title="Spinewise",
        version="1",
        summary="Red flags first, then massage and posture guidance for back, neck and shoulder pain.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    problems.install(app)
    app.add_middleware(Shell, settings=settings, limiter=limiter, metrics=metrics)
    app.add_middleware(Origins)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    for router in (conversations_router, clinics_router, triage_router, health_router, docs_router, widget_router):
        app.include_router(router)
    _describe(app)
    return app


def _say_why(_kind: object, error: BaseException | None, _trace: object) -> None:
    """Before the first request there is nobody's text in an error, so it may be shown whole."""
    if isinstance(error, StartFailed):
        print(f"The API cannot start. {error}", file=sys.stderr, flush=True)
    elif error is not None:
        traceback.print_exception(error)


def _load(settings: Settings) -> Assistant:
    """The mind, read from the data files."""
    try:
        mind: Assistant = Mind.load(data=settings.data, reading=True)
    except (ClinicalDataError, LanguageDataError) as error:
        raise StartFailed(str(error)) from None  # names file, line and mend
    return mind


def _describe(app: FastAPI) -> None:
    """Adds what the outermost layer may answer, and the problem body, since routes refer to it by name."""
    generate = app.openapi

    def openapi() -> dict[str, object]:
        if app.openapi_schema is None:
            schema = generate()
            for path, methods in schema["paths"].items():
                for operation in methods.values():
                    problems.document_shell(operation, rated=path.startswith("/v1/"))
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            body = problems.ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(body.pop("$defs", {}))
            schemas["ProblemBody"] = body
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
