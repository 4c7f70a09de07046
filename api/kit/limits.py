"""Rate limits by address, conversation and clinic, kept in memory or, for several processes, in Redis."""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections.abc import Mapping
from math import ceil

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from starlette.types import Scope

from api.kit.logging import describe, log
from api.kit.metrics import Metrics
from api.kit.problems import Code, Problem
from api.kit.settings import RATES, Limit, Settings

_SECONDS_WITHOUT = 5.0  # after the storage failed, before it is asked again


def address_of(scope: Scope) -> str:
    """Who asks, as far as an address tells: an IPv6 one by its network, since a household has all of a /64."""
    client = scope.get("client")
    if not client:
        return "unknown"
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class Limiter:
    """Counts and refuses. Off, or without its storage, it lets everybody in: a limit must never silence an alarm."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._on = settings.limited
        self._metrics = metrics
        self._rates: Mapping[Limit, RateLimitItem] = {
            name: parse(rate) for name, rate in (RATES | settings.rates).items()
        }
        self._key = hashlib.sha256(settings.token_secret.get_secret_value().encode()).digest()
        self._not_before = 0.0
        storage = (
            RedisStorage(
                f"async+{settings.redis_url}",
                wrap_exceptions=True,
                implementation="redispy",
                key_prefix="spinewise-rates",
                socket_timeout=1.0,
                socket_connect_timeout=1.0,
            )
            if settings.redis_url
            else MemoryStorage()
        )
        self._strategy = SlidingWindowCounterRateLimiter(storage)

    async def check(self, **asked: str) -> None:
        """Counts one for each ``limit=whom``; Problem rate_limited, with Retry-After, when one is used up."""
        if not self._on or time.monotonic() < self._not_before:
            return
        for name, whom in asked.items():
            rate = self._rates[name]  # type: ignore[index]  # a name of ``Limit``, or a KeyError in the first test
            key = (name, self._unnamed(whom))
            try:
                if await self._strategy.hit(rate, *key):
                    continue
                reset = (await self._strategy.get_window_stats(rate, *key)).reset_time
            except (StorageError, OSError) as error:
                self._not_before = time.monotonic() + _SECONDS_WITHOUT
                self._metrics.limiter.labels(name, "unchecked").inc()
                log.warning("rate limits unchecked", **describe(error))
                return
            self._metrics.limiter.labels(name, "refused").inc()
            wait = min(max(ceil(reset - time.time()), 1), rate.get_expiry())
            raise Problem(Code.RATE_LIMITED, headers={"Retry-After": str(wait)})

    def _unnamed(self, whom: str) -> str:
        """Addresses and ids are kept as keyed hashes only."""
        return hashlib.blake2b(whom.encode(), key=self._key, digest_size=16).hexdigest()
