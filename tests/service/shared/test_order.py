"""What is told in an order is taken in by that order, whichever worker dies on the way; everything else flows beside it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from shared.contracts import ServiceName
from shared.fair_share import Share
from shared.orders import PLACED_AT_ONCE
from shared.queue import Answer
from shared.relay import Relay
from shared.source import BATCH, LEASE_SECONDS
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground
from tests.service.shared.conftest import Rows
from tests.service.shared.notes import NoteWritten
from tests.service.shared.schema import engine
from tests.service.shared.telling import say
from tests.service.shared.test_fair_share import Collected, looked_at

HERE = ServiceName.SURVEYS
MANY = 2 * PLACED_AT_ONCE + 1
FEW_BLOCKS = 60
_MANY = """
INSERT INTO surveys.outbox (message_id, destination, tenant_id, priority, order_key, placed, envelope, next_send_at)
SELECT id, 'surveys', :tenant, 5, 'one', false, jsonb_build_object('id', id, 'source', 'surveys',
    'destination', 'surveys', 'tenant_id', CAST(:tenant AS uuid), 'type', 'surveys.note_written', 'version', 1,
    'occurred_at', now(), 'payload', jsonb_build_object('number', number)), 'infinity'
FROM (SELECT gen_random_uuid() AS id, number FROM generate_series(1, :messages) AS number) AS numbered
"""


@pytest.fixture(autouse=True)
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes keep an order by their first word; those of one word have none."""

    def order(note: NoteWritten) -> str | None:
        first, _, rest = note.words.partition(" ")
        return first if rest else None

    monkeypatch.setattr(NoteWritten, "order", property(order))


async def test_the_next_is_sent_when_all_before_it_were_answered(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground
) -> None:
    queue = Collected()
    relay = Relay({HERE: notes_ground.relay_url}, queue, clock=kit.clock)
    relay.open()
    ids = {words: await say(kit, tenant, words) for words in ("a 1", "a 2", "b 1", "alone", "a 3", "b 2")}
    names = {message_id: words for words, message_id in ids.items()}

    async def sent() -> list[str]:
        queue.sent = []
        await relay.source(HERE).pump(HERE)
        return [names[envelope.id] for envelope in queue.sent]

    assert sorted(await sent()) == ["a 1", "alone", "b 1"]
    assert await sent() == [], "nothing was answered"
    freed = await relay.source(HERE).take([Answer(ids["b 1"], HERE), Answer(ids["alone"], HERE)])
    assert freed == {HERE}
    assert await sent() == ["b 2"]
    await relay.source(HERE).take([Answer(ids["a 1"], HERE, error="RuntimeError")])
    assert await sent() == [], "what failed is tried again before what follows it"
    kit.clock.advance(timedelta(seconds=LEASE_SECONDS - 1))
    assert await sent() == ["a 1"]
    await relay.source(HERE).take([Answer(ids["a 1"], HERE)])
    assert await sent() == ["a 2"]
    assert await relay.source(HERE).take([Answer(ids["a 2"], HERE)]) == {HERE}
    assert await sent() == ["a 3"]
    await relay.close()


async def test_what_waits_behind_another_is_not_looked_at_again(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, as_owner: Rows
) -> None:
    relay = Relay({HERE: notes_ground.relay_url}, Collected(), clock=kit.clock)
    relay.open()
    await as_owner(_MANY, messages=MANY, tenant=tenant.id)
    assert await relay.source(HERE).pump(HERE) == 1
    assert await as_owner("SELECT count(*) AS waiting FROM surveys.outbox WHERE next_send_at = 'infinity'") == [
        {"waiting": MANY - 1}
    ]
    async with engine(notes_ground.relay_url).begin() as connection:
        await connection.execute(
            text("SET LOCAL enable_seqscan = off")
        )  # a table of an hour's backlog has no statistics
        before = await looked_at(connection)
        assert await Share(HERE).take(connection, HERE, BATCH, kit.clock.now()) == []
        assert await looked_at(connection) - before < FEW_BLOCKS
    await relay.close()


async def test_one_that_dies_frees_the_next(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, as_owner: Rows
) -> None:
    queue = Collected()
    relay = Relay({HERE: notes_ground.relay_url}, queue, clock=kit.clock)
    relay.open()
    first, second = [await say(kit, tenant, words) for words in ("a 1", "a 2")]
    await relay.source(HERE).pump(HERE)
    await as_owner("UPDATE surveys.outbox SET failures = :failures WHERE message_id = :id", failures=8, id=first)
    assert await relay.source(HERE).bury() == 1
    queue.sent = []
    assert await relay.source(HERE).pump(HERE) == 1
    assert [envelope.id for envelope in queue.sent] == [second]
    await relay.close()


async def test_two_that_end_side_by_side_free_the_next(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, as_owner: Rows
) -> None:
    """One told by a transaction that began before and committed after: both were sent as the first of their order."""
    queue = Collected()
    relay = Relay({HERE: notes_ground.relay_url}, queue, clock=kit.clock)
    relay.open()
    source = relay.source(HERE)
    late, first, second = [await say(kit, tenant, words) for words in ("a 0", "a 1", "a 2")]
    await as_owner(
        "UPDATE surveys.outbox SET next_send_at = now() WHERE message_id IN (:one, :two)", one=late, two=first
    )
    await as_owner(
        "UPDATE surveys.outbox SET placed = true, next_send_at = 'infinity' WHERE message_id = :id", id=second
    )
    await asyncio.gather(source.take([Answer(late, HERE)]), source.take([Answer(first, HERE)]))
    queue.sent = []
    assert await source.pump(HERE) == 1
    assert [envelope.id for envelope in queue.sent] == [second]
    await relay.close()
