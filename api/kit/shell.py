"""The outermost layer of every request: bounds, rates, security headers, one log line, and no error left bare."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit import bodies, problems
from api.kit.database import DatabaseDown
from api.kit.limits import Limiter, address_of
from api.kit.logging import REQUEST_ID_HEADER, describe, log
from api.kit.metrics import Metrics
from api.kit.settings import Settings
from api.kit.tracing import span

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000",  # browsers heed it over TLS only
}
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds, by machines
_METHODS = frozenset({"GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"})
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_REQUEST_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # nothing can be said in one

# A response may leave a coroutine function of (receive, send) here that sends its body later: a stream of ten minutes
# then holds none of what the frameworks needed to find and call its route.
AFTERWARDS = "spinewise.afterwards"
_OF_THE_ROUTE = ("app", "endpoint", "path_params", "router", "fastapi_inner_astack", "fastapi_function_astack")


class Shell:
    """Plain ASGI, so that a stream passes through unbuffered."""

    def __init__(self, app: ASGIApp, *, settings: Settings, limiter: Limiter, metrics: Metrics) -> None:
        self.app = app
        self.settings = settings
        self.limiter = limiter
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get(REQUEST_ID_HEADER, "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        started = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                added = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    added.setdefault(name, value)
                added[REQUEST_ID_HEADER] = request_id
            await send(message)

        found: dict[str, str | int] = {"request_id": request_id}
        with structlog.contextvars.bound_contextvars(request_id=request_id), span("request", found):
            try:
                receive = await self._admitted(scope, headers, receive)
                await self.app(scope, receive, sending)
                if (afterwards := scope.pop(AFTERWARDS, None)) is not None:
                    for name in _OF_THE_ROUTE:
                        scope.pop(name, None)
                    await afterwards(receive, send)
            except bodies.Disconnected:
                status = 499  # as servers in front write it: nobody is left to answer
            except problems.Problem as problem:
                await problems.answer(problem)(scope, receive, sending)
            except Exception as error:
                log.error("request failed", **describe(error))
                if status:
                    raise  # the answer has begun: only breaking the connection tells the client
                down = isinstance(error, DatabaseDown)
                code = problems.Code.DATABASE_UNAVAILABLE if down else problems.Code.INTERNAL_ERROR
                more = {"Retry-After": "5"} if down else None
                await problems.response(code, headers=more)(scope, receive, sending)
            finally:
                route = getattr(scope.get("route"), "path", "unknown")
                method = scope["method"] if scope["method"] in _METHODS else "other"
                found |= {"method": method, "route": route, "status": status}
                self.metrics.requests.labels(method, route, str(status)).inc()
                ms = round((time.perf_counter() - started) * 1000, 1)
                say = log.debug if route in _PROBES else log.info
                say("request", method=method, route=route, status=status, ms=ms)

    async def _admitted(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        """The ``receive`` for the application, once the request is within its bounds; Problem when it is not."""
        if scope["path"].startswith("/v1/"):
            await self.limiter.check(requests_by_address=address_of(scope))
        if scope["method"] not in _WITH_BODY:
            return receive
        settings = self.settings
        declared = headers.get("content-length", "0")
        body = await bodies.read(receive, declared, settings.body_limit, settings.body_seconds)
        if bodies.too_deep(body, settings.body_depth):
            raise problems.Problem(problems.Code.BAD_REQUEST)
        return bodies.replay(body, receive)
