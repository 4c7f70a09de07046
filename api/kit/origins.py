"""Which web pages may call the API from a browser (CORS): those of the clinic's origins, decided at each answer."""

from __future__ import annotations

import re
from typing import Any, Protocol
from uuid import UUID

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit.shell import HEADERS

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Idempotency-Key, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
EXPOSED = "Location, Retry-After, X-Request-Id"
_SERIALIZED = re.compile(r"[!-~]{1,300}")  # what a browser sends: visible ASCII, and nothing else is ever sent back


class Admitting(Protocol):
    """Something that knows which web origins it admits."""

    def admits(self, origin: str) -> bool: ...


class Known(Protocol):
    """The clinics that this process knows."""

    async def admits(self, origin: str) -> bool: ...

    async def by_id(self, clinic_id: UUID) -> Admitting | None: ...


def remember_clinic(scope: Scope, clinic_id: UUID) -> None:
    """Tells the layer outside whose request this turned out to be."""
    scope.setdefault("state", {})["clinic_id"] = clinic_id


def is_own(headers: Headers) -> bool:
    """Whether the page that asks is one of ours, such as the widget's frame, or no page at all.

    Browsers say so in Sec-Fetch-Site, which also holds behind a proxy that changes Host. Anything but a browser can
    say what it likes: this keeps other sites' pages out, and is no proof of who asks.
    """
    origin = headers.get("origin")
    if origin is None or headers.get("sec-fetch-site") == "same-origin":
        return True
    return origin.partition("://")[2] == headers.get("host")


class Origins:
    """Plain ASGI around the routes of ``/v1``. Until a route knows its clinic, any clinic's origins count."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("origin", "")
        origin = given if _SERIALIZED.fullmatch(given) else None
        state: dict[str, Any] = scope.setdefault("state", {})
        known: Known = scope["app"].state.spinewise.directory

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if origin is not None and await self._admitted(known, state, origin):
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Expose-Headers"] = EXPOSED
            await send(message)

        if origin is not None and _is_preflight(scope):
            more = PREFLIGHT if await known.admits(origin) else {}
            await Response(status_code=204, headers={**HEADERS, **more})(scope, receive, sending)
            return
        await self.app(scope, receive, sending)

    @staticmethod
    async def _admitted(known: Known, state: dict[str, Any], origin: str) -> bool:
        if (clinic_id := state.get("clinic_id")) is None:
            return await known.admits(origin)
        clinic = await known.by_id(clinic_id)
        return clinic is not None and clinic.admits(origin)


def _is_preflight(scope: Scope) -> bool:
    return scope["method"] == "OPTIONS" and "access-control-request-method" in Headers(scope=scope)
