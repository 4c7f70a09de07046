"""The application on a real port with the stand-in mind, in a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from api.__main__ import serve
from api.app import create_app
from api.kit.settings import Settings
from tests.api.support import StubMind


def run(environ: Mapping[str, str]) -> None:
    """Serves until a signal; the exit code is that of ``python -m api``."""
    os.environ.update(environ)
    settings = Settings()
    sys.exit(serve(create_app(settings, assistant=StubMind()), settings))
