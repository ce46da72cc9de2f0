"""The publisher's worker is killed at each named step of sending: nothing is lost, nothing is put out twice.

What the network may have taken is `unknown`, and only that. VMESTE_SHORT=1 kills once at each step, else twenty times.
"""

import os
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from services.publisher.main import create_app
from services.publisher.networks.accounts import Network
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from services.publisher.worker import consumers
from shared.contracts import ServiceName
from shared.identity import IdentitySigner
from shared.permissions import Role
from shared.relay import RelaySettings
from shared.settings import Environment
from shared.testing.clock import FakeClock, SeededChance
from shared.testing.kit import ServiceKit
from tests.chaos.fail_points import FailPoint
from tests.chaos.gateway_processes import running
from tests.chaos.processes import Supervised, be_relay
from tests.chaos.publisher_processes import be_publisher_worker
from tests.conftest import Ground
from tests.service.publisher.fake_networks import FakeNetworks
from tests.service.publisher.newsroom import Newsroom, answered
from tests.service.shared.waiting import eventually

pytestmark = pytest.mark.chaos

RUNS: Final = 1 if os.environ.get("VMESTE_SHORT") == "1" else 20
CHANNELS, PUBLICATIONS = 3, 2
GOES_ON_WITHIN = 30.0  # seconds
SENDING = "services.publisher.publications.actions.sending"
ROUNDS = "services.publisher.publications.actions.rounds"
JOBS = "services.publisher.publications.jobs"


@dataclass(frozen=True)
class Step:
    """Where a worker dies, and what may be said of the delivery that it had in its hands."""

    function: str
    before: bool = False
    in_doubt: bool = False
    is_out: bool = True
    comes: int = CHANNELS * PUBLICATIONS  # how often at least


STEPS: Final = {
    "the attempt is written, not committed": Step(f"{ROUNDS}:begin_attempts", comes=PUBLICATIONS),
    "it is committed, no call is made": Step(f"{SENDING}:called", before=True, in_doubt=True, is_out=False),
    "the network has answered": Step(f"{SENDING}:called", in_doubt=True),
    "the result is written, not committed": Step(f"{ROUNDS}:record_sent", in_doubt=True, comes=PUBLICATIONS),
    "it is committed, the message comes again": Step(f"{JOBS}:send_deliveries", comes=CHANNELS),
}


@pytest_asyncio.fixture
async def newsroom(ground: Ground, signer: IdentitySigner) -> AsyncGenerator[Newsroom, None]:
    """A union whose channels are connected; nobody sends for it in this process."""
    settings = ground.settings(PublisherSettings, ServiceName.PUBLISHER, rehearsal_pace=0, max_jobs=6)
    networks = FakeNetworks()
    runtime = open_publisher(settings, clock=FakeClock(), chance=SeededChance(), connectors=networks)
    kit = ServiceKit(create_app(settings, runtime), consumers(), signer, ground.relay_url)
    kit.clock.set(datetime.now(UTC))
    tenant = await kit.new_tenant()
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER)) as client:
        yield Newsroom(kit, tenant, networks, client)
    await kit.house.forget(tenant.id)
    await kit.close()


@dataclass
class Tally:
    """What came of all deliveries whose worker was killed at one step, counted at the network."""

    runs: int = 0
    sent: int = 0
    unknown: int = 0
    unknown_out: int = 0
    doubled: int = 0
    lost: int = 0  # said to be sent, and not there

    def add(self, out: Counter[str], sent: set[str], unknown: set[str]) -> None:
        self.runs += 1
        self.sent += len(sent)
        self.unknown += len(unknown)
        self.unknown_out += len(unknown & set(out))
        self.doubled += sum(count > 1 for count in out.values())
        self.lost += len(sent - set(out))


@pytest.fixture(scope="module")
def tallies(request: pytest.FixtureRequest) -> Iterator[defaultdict[str, Tally]]:
    """Told at the end, step by step."""
    counted: defaultdict[str, Tally] = defaultdict(Tally)
    yield counted
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter):
        for step, tally in counted.items():
            reporter.write_line(f"\nkilled when {step}: {tally}")


async def deliveries(newsroom: Newsroom, publications: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [delivery for each in publications for delivery in await newsroom.deliveries(each)]


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("step", STEPS)
async def test_a_delivery_is_sent_once_or_said_to_be_in_doubt(
    newsroom: Newsroom, ground: Ground, tmp_path: Path, tallies: defaultdict[str, Tally], step: str, run: int
) -> None:
    where = STEPS[step]
    point = FailPoint(where.function, tmp_path / "died", before=where.before, turn=1 + run % where.comes)
    memory = tmp_path / "network"
    memory.touch()
    channels = [await newsroom.channel(Network.TELEGRAM) for _ in range(CHANNELS)]
    await newsroom.drain()
    publications = [await newsroom.draft(*channels, text=f"Новость {n}") for n in range(PUBLICATIONS)]
    for each in publications:
        answered(await newsroom.client.post(f"/v1/publications/{each['id']}/publish"))
    relay = RelaySettings(
        environment=Environment.TEST,
        redis_url=ground.redis_url,
        relay_database_urls={ServiceName.PUBLISHER: ground.relay_url},
    )
    settings = newsroom.kit.runtime.settings
    assert isinstance(settings, PublisherSettings)

    async def is_over() -> bool:
        found = await deliveries(newsroom, publications)
        return {one["state"] for one in found} <= {"sent", "unknown"}

    async with running(
        Supervised(partial(be_publisher_worker, tmp_path / "worker.log", settings, memory, point)),
        Supervised(partial(be_relay, tmp_path / "relay.log", relay, sends_again=True, lease_seconds=1)),
    ):
        await eventually(point.was_reached, within=GOES_ON_WITHIN)
        await eventually(is_over, within=GOES_ON_WITHIN)
    found = await deliveries(newsroom, publications)
    out = Counter(line.split()[0] for line in memory.read_text().splitlines())
    sent = {one["id"] for one in found if one["state"] == "sent"}
    doubtful = {one["id"] for one in found if one["state"] == "unknown"}
    tallies[step].add(out, sent, doubtful)
    assert max(out.values()) == 1, "nothing is put out twice"
    assert sent <= set(out), "what is said to be sent is out"
    assert {one["reason"]["code"] for one in found if one["state"] == "unknown"} <= {"delivery.interrupted"}
    assert len(sent) + len(doubtful) == CHANNELS * PUBLICATIONS
    assert where.in_doubt <= len(doubtful), "the step explains a doubt"
    if where.is_out and where.in_doubt:
        assert doubtful & set(out), "it was out, and nobody had written it down"
