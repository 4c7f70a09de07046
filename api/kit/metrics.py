"""Figures for Prometheus: counts and times, never ids or text."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_TURN = (0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.5, 1, 2, 4, 8, 10)


class Metrics:
    """One registry an application, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "spinewise_requests",
            "Requests by route and status",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.turns = Counter("spinewise_turns", "Turns by how they ended", ["outcome"], registry=self.registry)
        self.levels = Counter(
            "spinewise_levels", "Answers by the level they carried", ["level"], registry=self.registry
        )
        self.emergencies = Counter(
            "spinewise_emergencies",
            "Conversations that became one, by who saw it first: the API's own guard or the mind behind Rasa",
            ["seen_by"],
            registry=self.registry,
        )
        self.guard_overrides = Counter(
            "spinewise_guard_overrides",
            "Turns answered by the API's own guard, Rasa not asked",
            registry=self.registry,
        )
        self.fallbacks = Counter(
            "spinewise_fallbacks", "Answers that ask again because nothing was understood", registry=self.registry
        )
        self.stage = Histogram(
            "spinewise_turn_seconds", "Time of a turn by stage", ["stage"], buckets=_TURN, registry=self.registry
        )
        self.rasa_failures = Counter(
            "spinewise_rasa_failures", "Answers that Rasa did not give", ["reason"], registry=self.registry
        )
        self.running = Gauge("spinewise_turns_running", "Conversations with a turn at work", registry=self.registry)
        self.taken_up = Counter(
            "spinewise_turns_taken_up", "Turns whose process was lost, run by another", registry=self.registry
        )
        self.breaker = Gauge(
            "spinewise_rasa_breaker", "0: closed, 0.5: one trial, 1: Rasa is not asked", registry=self.registry
        )
        self.redis_failures = Counter(
            "spinewise_redis_failures", "Redis not reached, by what for", ["stage"], registry=self.registry
        )
        self.limiter = Counter(
            "spinewise_rate_limits",
            "Requests over a limit, and those that could not be counted",
            ["limit", "outcome"],
            registry=self.registry,
        )
        self.streams = Gauge("spinewise_event_streams", "Open event streams", registry=self.registry)

    def text(self) -> bytes:
        return generate_latest(self.registry)
