"""The outermost layer of every request: size limit, security headers, one log line, and no error left bare."""

from __future__ import annotations

import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.kit import problems
from api.kit.database import DatabaseDown
from api.kit.logging import describe, log
from api.kit.metrics import Metrics

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
}


class Shell:
    """Plain ASGI, so that a stream passes through unbuffered."""

    def __init__(self, app: ASGIApp, *, body_limit: int, metrics: Metrics) -> None:
        self.app = app
        self.body_limit = body_limit
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid4().hex
        started = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = request_id
            await send(message)

        received = 0

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > self.body_limit:
                    raise HTTPException(413)
            return message

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                declared = Headers(scope=scope).get("content-length", "0")
                if not declared.isdigit() or int(declared[:20]) > self.body_limit:
                    await problems.response(problems.Code.BODY_TOO_LARGE)(scope, receive, sending)
                else:
                    await self.app(scope, receiving, sending)
            except Exception as error:
                log.error("request failed", **describe(error))
                if status:
                    raise  # the answer has begun: only breaking the connection tells the client
                down = isinstance(error, DatabaseDown)
                code = problems.Code.DATABASE_UNAVAILABLE if down else problems.Code.INTERNAL_ERROR
                headers = {"Retry-After": "5"} if down else None
                await problems.response(code, headers=headers)(scope, receive, sending)
            finally:
                route = getattr(scope.get("route"), "path", "unknown")
                method = scope["method"] if scope["method"] in _METHODS else "other"
                self.metrics.requests.labels(method, route, str(status)).inc()
                ms = round((time.perf_counter() - started) * 1000, 1)
                say = log.debug if route in _PROBES else log.info
                say("request", method=method, route=route, status=status, ms=ms)


_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds, by machines
_METHODS = frozenset({"GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"})
