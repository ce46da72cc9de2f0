"""Thousands of messages of one tenant delay nobody else's, and what they are taken by costs no more for it."""

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from itertools import groupby
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import new_id
from shared.contracts import Envelope, Priority, ServiceName
from shared.db import IS_DEAD
from shared.fair_share import Share
from shared.relay import Relay
from shared.source import BATCH
from tests.conftest import Ground
from tests.service.shared.conftest import Rows
from tests.service.shared.schema import engine

LARGE, OTHERS = 10_000, 20
HERE = ServiceName.SURVEYS
_TOLD = """
INSERT INTO surveys.outbox (message_id, destination, tenant_id, priority, envelope, next_send_at)
SELECT id, :destination, :tenant, :priority, jsonb_build_object('id', id, 'source', 'surveys', 'destination',
    CAST(:destination AS text), 'tenant_id', CAST(:tenant AS uuid), 'type', 'surveys.note_written', 'version', 1,
    'occurred_at', now(), 'payload', jsonb_build_object('number', number)),
    now() + make_interval(secs => :seconds + number / 1e5)
FROM (SELECT gen_random_uuid() AS id, number FROM generate_series(1, :messages) AS number) AS numbered
"""


class Collected:
    """A queue that nobody works on: what was sent lies there, and its room is never used up."""

    def __init__(self) -> None:
        self.sent: list[Envelope] = []

    async def waiting(self, destination: ServiceName) -> int:
        del destination
        return 0

    async def send(self, wakeups: Sequence[tuple[Envelope, str]]) -> None:
        self.sent += [envelope for envelope, _ in wakeups]

    async def answer(self, source: ServiceName, answers: Sequence[object]) -> None:
        raise AssertionError((source, answers))


class Told:
    """Messages in the outbox, and a relay that is pumped by hand."""

    def __init__(self, rows: Rows, relay: Relay, queue: Collected) -> None:
        self._rows = rows
        self._relay = relay
        self._queue = queue

    async def tell(
        self, messages: int, *, tenant: UUID | None = None, priority: Priority = Priority.NORMAL, seconds: float = -60
    ) -> UUID:
        """Due so many seconds from now, one after the other. Returns whose they are."""
        tenant = tenant or new_id()
        values = {"destination": HERE.value, "tenant": tenant, "priority": int(priority)}
        await self._rows(_TOLD, messages=messages, seconds=seconds, **values)
        return tenant

    async def batch(self) -> list[Envelope]:
        """The next one that the relay sends."""
        self._queue.sent = []
        sent = await self._relay.source(HERE).pump(HERE)
        assert len(self._queue.sent) == sent
        return self._queue.sent

    async def next_due(self) -> tuple[float, ServiceName] | None:
        return await self._relay.source(HERE).next_due(1.0)


@pytest_asyncio.fixture
async def told(notes_ground: Ground, as_owner: Rows) -> AsyncGenerator[Told, None]:
    await as_owner("TRUNCATE surveys.outbox, surveys.dead_letter")
    queue = Collected()
    relay = Relay({HERE: notes_ground.relay_url}, queue)
    relay.open()
    yield Told(as_owner, relay, queue)
    await relay.close()
    await as_owner("TRUNCATE surveys.outbox")


@pytest.fixture
def as_relay(notes_ground: Ground) -> AsyncEngine:
    return engine(notes_ground.relay_url)


def tenants(batch: Sequence[Envelope]) -> Counter[UUID]:
    return Counter(envelope.tenant_id for envelope in batch)


async def looked_at(connection: AsyncConnection) -> int:
    """Blocks of the outbox and of its indexes, in this transaction."""
    query = "SELECT sum(pg_stat_get_xact_blocks_fetched(oid)) FROM pg_class WHERE relname LIKE '%outbox%'"
    return int((await connection.execute(text(query))).scalar_one())


def numbers(batch: Sequence[Envelope], tenant: UUID) -> list[object]:
    return [envelope.payload["number"] for envelope in batch if envelope.tenant_id == tenant]


async def test_one_message_of_each_is_in_the_first_batch(told: Told) -> None:
    large = await told.tell(LARGE)
    others = {await told.tell(1, seconds=-1) for _ in range(OTHERS)}
    batch = await told.batch()
    assert tenants(batch) == Counter(dict.fromkeys(others, 1)) + Counter({large: BATCH - OTHERS})


async def test_who_has_much_gets_as_much_as_others_who_have(told: Told) -> None:
    whose = [await told.tell(messages) for messages in (1000, 200, 60, 10)]
    shares = tenants(await told.batch())
    assert [shares[tenant] for tenant in whose] == [30, 30, 30, 10]


async def test_urgent_goes_first_and_is_shared_too(told: Told) -> None:
    normal = await told.tell(500, seconds=-600)
    loud = await told.tell(150, priority=Priority.URGENT)
    quiet = await told.tell(2, priority=Priority.URGENT, seconds=-1)
    first, second = await told.batch(), await told.batch()
    assert tenants(first) == {loud: BATCH - 2, quiet: 2}
    assert [tenant for tenant, _ in groupby(envelope.tenant_id for envelope in second)] == [loud, normal]
    assert tenants(second)[loud] == 150 - (BATCH - 2)


async def test_more_tenants_than_there_is_room_come_by_turns(told: Told) -> None:
    whose = [await told.tell(20) for _ in range(BATCH + BATCH // 2)]
    served = tenants([envelope for _ in range(3) for envelope in await told.batch()])
    assert served == Counter(dict.fromkeys(whose, 2))


async def test_who_comes_later_does_not_wait_for_those_who_came_first(told: Told) -> None:
    """Though every one of them has something that is older."""
    for _ in range(BATCH + 50):
        await told.tell(20, seconds=-600)
    await told.batch()
    late = await told.tell(1, seconds=-1)
    batches = [await told.batch() for _ in range(2)]
    assert sum(tenants(batch)[late] for batch in batches) == 1


async def test_what_a_tenant_told_keeps_its_order(told: Told) -> None:
    one, other = await told.tell(150), await told.tell(150)
    batches = [await told.batch() for _ in range(3)]
    for tenant in (one, other):
        assert [number for batch in batches for number in numbers(batch, tenant)] == list(range(1, 151))


async def test_what_is_not_due_has_no_share(told: Told) -> None:
    due = await told.tell(200)
    await told.tell(200, seconds=3600)
    await told.tell(50, tenant=due, seconds=3600)
    assert tenants(await told.batch()) == {due: BATCH}
    assert tenants(await told.batch()) == {due: BATCH}
    assert await told.batch() == []


async def test_two_relays_never_take_the_same(told: Told, as_relay: AsyncEngine) -> None:
    for _ in range(3):
        await told.tell(100)
    async with as_relay.begin() as one, as_relay.begin() as other:
        mine = {row.message_id for row in await Share(HERE).take(one, HERE, BATCH, None)}
        theirs = {row.message_id for row in await Share(HERE).take(other, HERE, BATCH, None)}
    assert len(mine) == BATCH
    assert mine.isdisjoint(theirs)


async def test_a_batch_costs_the_same_whatever_waits(told: Told, as_owner: Rows, as_relay: AsyncEngine) -> None:
    """Counted in blocks that the database looks at, which no other work on the machine changes."""
    large = await told.tell(1000)
    for _ in range(50):
        await told.tell(3)
    blocks: list[int] = []
    for more in (0, LARGE):
        await told.tell(more, tenant=large)
        await as_owner("ANALYZE surveys.outbox")
        async with as_relay.begin() as connection:
            await Share(HERE).take(connection, HERE, BATCH, None)
            blocks.append(await looked_at(connection))
    few, many = blocks
    assert 0 < many < 1.5 * few, blocks


async def test_the_dead_are_found_without_looking_at_the_living(told: Told, as_owner: Rows) -> None:
    await told.tell(LARGE)
    await as_owner("ANALYZE surveys.outbox")
    plan = await as_owner(f"EXPLAIN DELETE FROM surveys.outbox WHERE {IS_DEAD}")  # noqa: S608 - the project's own
    assert any("ix_outbox_dead" in str(line) for line in plan), plan


async def test_what_is_due_within_the_second_is_not_sent_at_the_end_of_it(told: Told) -> None:
    await told.tell(1)  # overdue: others' to send, or too many for now
    await told.tell(1, seconds=60)
    assert await told.next_due() is None
    for seconds, priority in ((0.7, Priority.NORMAL), (0.5, Priority.URGENT)):
        await told.tell(1, seconds=seconds, priority=priority)
        due = await told.next_due()
        assert due is not None
        assert 0 < due[0] <= seconds
        assert due[1] is HERE
