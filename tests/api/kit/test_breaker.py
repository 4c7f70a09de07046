"""The breaker: when it opens, who is the trial, and that a hanging service is not tried again and again."""

from __future__ import annotations

import asyncio

import pytest

from api.kit.breaker import Breaker, Failed, Open, Slow, State


async def fail(breaker: Breaker, error: type[Exception]) -> None:
    with pytest.raises(error):
        async with breaker.call():
            raise error


async def succeed(breaker: Breaker) -> None:
    async with breaker.call():
        pass


async def test_one_slow_call_opens_it_and_nobody_passes() -> None:
    breaker = Breaker()
    await fail(breaker, Slow)
    assert breaker.state is State.OPEN
    with pytest.raises(Open):
        await succeed(breaker)


async def test_quick_failures_open_it_only_in_a_row() -> None:
    breaker = Breaker(tolerance=3)
    await fail(breaker, Failed)
    await fail(breaker, Failed)
    await succeed(breaker)
    await fail(breaker, Failed)
    await fail(breaker, Failed)
    assert breaker.state is State.CLOSED
    await fail(breaker, Failed)
    assert breaker.state is State.OPEN


async def test_other_errors_and_answers_do_not_count() -> None:
    breaker = Breaker(tolerance=1)
    await fail(breaker, ValueError)
    assert breaker.state is State.CLOSED


async def test_a_good_health_check_lets_one_trial_pass_and_its_success_closes() -> None:
    breaker = Breaker()
    await fail(breaker, Slow)
    breaker.revive()
    assert breaker.state is State.HALF_OPEN
    await succeed(breaker)
    assert breaker.state is State.CLOSED


async def test_others_wait_for_the_trial_and_pass_after_it() -> None:
    breaker = Breaker()
    await fail(breaker, Slow)
    breaker.revive()
    inside, leave = asyncio.Event(), asyncio.Event()

    async def trial() -> None:
        async with breaker.call():
            inside.set()
            await leave.wait()

    first = asyncio.create_task(trial())
    await inside.wait()
    others = [asyncio.create_task(succeed(breaker)) for _ in range(5)]
    await asyncio.sleep(0)
    assert not any(other.done() for other in others)
    leave.set()
    await asyncio.gather(first, *others)


async def test_nobody_waits_longer_than_their_patience_for_a_trial_that_hangs() -> None:
    breaker = Breaker()
    await fail(breaker, Slow)
    breaker.revive()
    inside = asyncio.Event()

    async def trial() -> None:
        async with breaker.call():
            inside.set()
            await asyncio.sleep(60)

    first = asyncio.create_task(trial())
    await inside.wait()
    with pytest.raises(Open):
        async with breaker.call(patience=0.01):
            pass
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await succeed(breaker)  # a trial that was cut off says nothing: the next one is the trial


async def test_after_a_failed_trial_the_health_check_is_not_believed_for_longer_and_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = 100.0
    monkeypatch.setattr("api.kit.breaker.time.monotonic", lambda: clock)
    breaker = Breaker(pause=1.0, longest=3.0)
    await fail(breaker, Slow)
    for pause in (1.0, 2.0, 3.0, 3.0):
        breaker.revive()
        assert breaker.state is State.HALF_OPEN
        await fail(breaker, Slow)
        clock += pause - 0.1
        assert not breaker.willing
        breaker.revive()
        assert breaker.state is State.OPEN
        clock += 0.1
    breaker.revive()
    await succeed(breaker)
    await fail(breaker, Slow)
    breaker.revive()
    assert breaker.state is State.HALF_OPEN, "a recovery starts anew"
