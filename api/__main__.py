"""``python -m api``: serves the application until a signal asks it to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from api.app import create_app
from api.kit.connections import bounded
from api.kit.settings import Settings


class Server(uvicorn.Server):
    """Says "not ready" and ends the event streams as soon as the signal comes, before connections are waited for.

    For ``drain`` seconds it still takes requests, so that a load balancer sees it and sends them elsewhere; a
    second signal does not wait.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain = drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        state = getattr(self._app.state, "spinewise", None)
        if state is None or state.draining or not self._drain:
            self._leave(sig, frame)
            return
        state.draining = True
        loop = asyncio.get_event_loop()
        loop.call_soon_threadsafe(loop.call_later, self._drain, self._leave, sig, frame)

    def _leave(self, sig: int, frame: FrameType | None) -> None:
        state = getattr(self._app.state, "spinewise", None)
        if state is not None:
            state.draining = True
            state.wakeups.close()
        super().handle_exit(sig, frame)


def main() -> int:
    """The exit code: 0 after a clean end, 1 when the start failed, 2 for a wrong setting."""
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = ".".join(str(part) for part in fault["loc"])
            print(f"Setting {name or 'environment'}: {fault['msg']}", file=sys.stderr)
        return 2
    return serve(create_app(settings), settings)


def _already_handled(_signal: int, _frame: FrameType | None) -> None:
    pass


def serve(app: FastAPI, settings: Settings) -> int:
    """Serves an application until a signal; the exit code."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=bounded(settings),
        ws="none",
        access_log=False,  # addresses hold conversation ids
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,  # api.app reads them, from those proxies alone that SPINEWISE_TRUSTED_PROXIES names
        timeout_graceful_shutdown=12,
        lifespan="on",
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _already_handled)  # uvicorn raises it once more at its end: a clean stop is exit 0
    server = Server(config, app, settings.drain)
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
