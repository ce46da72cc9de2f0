"""Nothing is lost and nothing happens twice, whatever is killed; and without either half of the design it would be.

The short form is CI's; `make chaos` runs the long one and the two controls that show that it can fail.
"""

from pathlib import Path
from statistics import quantiles

import pytest

from tests.chaos.storm import Storm, storm
from tests.service.shared.waiting import eventually

pytestmark = pytest.mark.chaos
BACKLOG = 30
FAULTS = (
    Storm.kill_worker,
    Storm.kill_relay,
    Storm.kill_redis,
    Storm.empty_redis,
    Storm.stop_worker_for_a_while,
    Storm.kill_worker,
    Storm.kill_both,
    Storm.empty_redis,
    Storm.kill_redis,
    Storm.kill_worker,
)
SHORT = (Storm.kill_worker, Storm.kill_redis, Storm.kill_both)
CONTROL = (Storm.kill_worker, Storm.empty_redis, Storm.kill_worker, Storm.kill_both, Storm.kill_worker)
WAVE = 27  # with the backlog: 300 messages


@pytest.mark.short
async def test_a_short_storm_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with storm(tmp_path) as it:
        await it.tell(BACKLOG)
        await it.worker.start()
        await it.relay.start()
        figures = await it.rage(SHORT, WAVE, within=30)
    assert (figures.wanted, figures.lost, figures.doubled) == (BACKLOG + len(SHORT) * WAVE, 0, 0), str(figures)


async def test_a_long_storm_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with storm(tmp_path) as it:
        await it.worker.start()
        await it.relay.start()
        await it.tell(BACKLOG)
        figures = await it.rage(FAULTS, WAVE, within=40)
    print(f"\nas built: {figures}")  # noqa: T201 - figures are what this run is for
    assert (figures.wanted, figures.lost, figures.doubled) == (300, 0, 0)


async def test_without_the_inbox_some_are_doubled(tmp_path: Path) -> None:
    async with storm(tmp_path, inbox=False) as it:
        await it.tell(BACKLOG)
        await it.worker.start()
        await it.relay.start()
        figures = await it.rage(CONTROL * 2, WAVE, within=40)
    print(f"\nwithout the inbox: {figures}")  # noqa: T201 - as above
    assert figures.doubled > 0
    assert figures.lost == 0


async def test_without_sending_again_some_are_lost(tmp_path: Path) -> None:
    async with storm(tmp_path, sends_again=False) as it:
        await it.tell(BACKLOG)
        await it.worker.start()
        await it.relay.start()
        figures = await it.rage(CONTROL, WAVE, within=40)
    print(f"\nwithout sending again: {figures}")  # noqa: T201 - as above
    assert figures.lost > 0


async def test_from_commit_to_the_start_of_a_job_it_takes_milliseconds(tmp_path: Path) -> None:
    """In calm weather, one message after the other. A figure of the bench; here it is only printed."""
    async with storm(tmp_path) as it:
        await it.worker.start()
        await it.relay.start()
        for _ in range(30):
            await it.tell(1)
            await eventually(it.is_settled)
        delays = await it.delays()
    cuts = quantiles(delays, n=20)
    print(f"\ncommit to job start: median {cuts[9] * 1000:.0f} ms, p95 {cuts[18] * 1000:.0f} ms")  # noqa: T201 - as above
    assert cuts[9] < 1.0
