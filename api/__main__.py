"""``python -m api``: serves the application until a signal asks it to stop."""

from __future__ import annotations

import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from api.app import create_app
from api.kit.settings import Settings


class Server(uvicorn.Server):
    """Says "not ready" and ends the event streams as soon as the signal comes, before connections are waited for."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
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
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,  # addresses hold conversation ids
        log_config=None,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=12,
        lifespan="on",
    )
    server = Server(config, app)
    server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
