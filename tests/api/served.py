"""``python -m tests.api.served``: the application on a real port with the stand-in mind."""

from __future__ import annotations

import sys

from api.__main__ import serve
from api.app import create_app
from api.kit.settings import Settings
from tests.api.support import StubMind

settings = Settings()
sys.exit(serve(create_app(settings, assistant=StubMind()), settings))
