"""Bounds on a request's body that hold before anything looks into it: length, time to send it, depth."""

from __future__ import annotations

import asyncio
import re

from starlette.types import Message, Receive

from api.kit.problems import Code, Problem

_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class Disconnected(Exception):
    """The client went away before its request was whole."""


async def read(receive: Receive, declared: str, limit: int, seconds: float) -> bytes:
    """The whole body. Problem body_too_large or request_too_slow; Disconnected."""
    if not declared.isdecimal() or int(declared[:20]) > limit:
        raise Problem(Code.BODY_TOO_LARGE)
    parts: list[bytes] = []
    received = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Disconnected
                parts.append(message.get("body", b""))
                received += len(parts[-1])
                if received > limit:
                    raise Problem(Code.BODY_TOO_LARGE)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise Problem(Code.REQUEST_TOO_SLOW, headers={"Connection": "close"}) from None


def too_deep(body: bytes, limit: int) -> bool:
    """Whether brackets outside strings nest deeper than ``limit``; says nothing about whether the body is JSON."""
    depth = 0
    for token in _TOKENS.finditer(body):
        mark = token[0]
        if mark in (b"{", b"["):
            depth += 1
            if depth > limit:
                return True
        elif mark in (b"}", b"]"):
            depth -= 1
    return False


def replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives the body at once, and after it whatever comes (that the client left)."""
    given = False

    async def receiving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving
