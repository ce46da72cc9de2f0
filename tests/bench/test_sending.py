"""Deliveries that are due in one second: how fast they go without limits, how exactly at the pace that networks allow.

The publisher's own processes, two of them workers, a database that keeps what it commits and a lean Telegram share one
machine. The union has published for years before. VMESTE_SHORT=1 sends a few hundred, beside fewer old ones.
"""

import asyncio
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from services.publisher.channels.rules.pacing import slot_after, worth_keeping
from services.publisher.main import create_app
from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES, Allowance
from services.publisher.publications.actions.lines import given_up, heads_of_lines
from services.publisher.publications.actions.wakes import left_in
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from services.publisher.worker import consumers
from shared.context import Context
from shared.contracts import ServiceName
from shared.identity import IdentitySigner
from shared.permissions import Role
from shared.testing.clock import FakeClock, SeededChance
from shared.testing.kit import ServiceKit, Tenant
from tests.bench.backend import worked_ms
from tests.bench.conftest import Say
from tests.bench.old_publications import insert_old
from tests.bench.sending_house import SendingHouse, p95, sending_house
from tests.conftest import Ground
from tests.service.publisher.fake_networks import FakeNetworks
from tests.service.publisher.newsroom import Newsroom, answered

pytestmark = pytest.mark.bench

SHORT: Final = os.environ.get("VMESTE_SHORT") == "1"
CHANNELS: Final = 10 if SHORT else 50
PUBLICATIONS: Final = 30 if SHORT else 200
PACE: Final = 30 if SHORT else 5
IDLE: Final = 2.0 if SHORT else 10.0
OLD: Final = 20_000 if SHORT else 1_000_000
LOOKS: Final = 100


async def measured(house: SendingHouse, say: Say, pace: float) -> tuple[dict[str, Any], float, float]:
    """Send, and read meanwhile. Returns what the network saw, since when, and how many times as slow reading was."""
    channels = await house.channels(CHANNELS)
    await insert_old(house.owner_url, house.tenant, [UUID(channel) for channel in channels], OLD)
    count = CHANNELS * PUBLICATIONS
    await house.read_for(IDLE / 4)  # warm
    moment = await house.due_together(channels, PUBLICATIONS, IDLE)
    before, began = house.processor_seconds(), time.monotonic()
    idle = p95(await house.read_for(IDLE))
    resting = _spent(before, house.processor_seconds(), (time.monotonic() - began) / 1000)
    over = asyncio.Event()
    await asyncio.sleep(moment - time.time())
    before = house.processor_seconds()
    reading = asyncio.create_task(house.read_until(over))
    await house.drained(count)
    over.set()
    meanwhile = p95(await reading)
    sending = _spent(before, house.processor_seconds(), count / 1000)
    seen = await house.network.report(pace)
    firsts = [first - moment for first in seen["first"]]
    seconds = seen["last"] - moment
    how = f"pace {pace}" if pace else "without limits"
    say(f"\n{count:,} deliveries over {CHANNELS} channels, {how}, beside {OLD:,} old ones: {seconds:.1f} s")
    say(
        f"  {count / seconds:.0f} a second; first call on each channel: p95 {p95(firsts):.2f} s, last {max(firsts):.2f} s"
    )
    say(f"  ms of processor for each: {_listed(sending)}; {sum(sending.values()):.2f} in all")
    say(f"  ms of processor in a second with nothing to send: {_listed(resting)}")
    say(f"  reading: p95 {idle * 1000:.1f} ms idle, {meanwhile * 1000:.1f} ms meanwhile: {meanwhile / idle:.1f} times")
    say(f"  over the network's limits: {seen['exceeded']}; doubled: {seen['doubled']}")
    return seen, moment, meanwhile / idle


def _spent(before: Mapping[str, float], after: Mapping[str, float], units: float) -> dict[str, float]:
    """Of processor by process, for each unit."""
    return {name: (after[name] - before[name]) / units for name in before}


def _listed(spent: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {each:.2f}" for name, each in spent.items())


def shortest(posts: int, pace: float) -> float:
    """Seconds in which the network takes so many posts into one chat, each at the first moment that it allows."""
    allowances = [Allowance(each.calls, each.seconds / pace) for each in CAPABILITIES[Network.TELEGRAM].per_target]
    taken: list[float] = []
    now = 0.0
    for _ in range(posts):
        now = slot_after(taken, allowances, now)
        taken = worth_keeping([*taken, now], allowances)
    return now


async def test_what_a_line_costs_beside_what_was_sent_long_ago(
    ground: Ground, signer: IdentitySigner, say: Say
) -> None:
    """What the scheduler asks: what is next in a channel, whose attempt is given up, when to look again."""
    settings = ground.settings(PublisherSettings, ServiceName.PUBLISHER, rehearsal_pace=0)
    networks = FakeNetworks()
    runtime = open_publisher(settings, clock=FakeClock(), chance=SeededChance(), connectors=networks)
    kit = ServiceKit(create_app(settings, runtime), consumers(), signer, ground.relay_url)
    tenant = await kit.new_tenant()
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER)) as client:
        newsroom = Newsroom(kit, tenant, networks, client)
        channels = [await newsroom.channel() for _ in range(3)]
        for number in range(20):
            draft = await newsroom.draft(*channels, text=f"Новость {number}")
            answered(await client.post(f"/v1/publications/{draft['id']}/publish"))
    channel_ids = [UUID(channel["id"]) for channel in channels]
    before = await _looking(kit, tenant, channel_ids)
    await insert_old(ground.owner_url, tenant, channel_ids, OLD)
    after = await _looking(kit, tenant, channel_ids)
    say(f"\na look at a line, ms of PostgreSQL's processor: {before:.3f}; beside {OLD:,} sent long ago {after:.3f}")
    await kit.house.forget(tenant.id)
    await kit.close()
    assert after <= 2 * before + 0.05


async def _looking(kit: ServiceKit, tenant: Tenant, channel_ids: list[UUID]) -> float:
    async def look(context: Context) -> None:
        for channel_id in channel_ids * LOOKS:
            assert await heads_of_lines(context, [channel_id])
            assert not await given_up(context, [channel_id])
            assert (await left_in(context, [channel_id]))[channel_id].id

    async with kit.transaction(tenant) as context:
        await look(context)  # plans are made, pages are read
        return await worked_ms(context, look) / (len(channel_ids) * LOOKS)


async def test_without_limits(tmp_path: Path, say: Say) -> None:
    async with sending_house(tmp_path, pace=0) as house:
        seen, _, _ = await measured(house, say, 0)
    assert seen["doubled"] == 0


async def test_at_the_pace_of_the_network(tmp_path: Path, say: Say) -> None:
    async with sending_house(tmp_path, pace=PACE) as house:
        seen, moment, _ = await measured(house, say, PACE)
    allowed, took = shortest(PUBLICATIONS, PACE), seen["last"] - moment
    say(f"  the limits allow it in {allowed:.1f} s: {took / allowed:.3f} times that")
    assert seen["doubled"] == 0
    assert seen["exceeded"] == 0
