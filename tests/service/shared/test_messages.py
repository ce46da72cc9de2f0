"""Messages: each has its effect once, whatever happens on the way; what cannot be consumed ends visibly."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from deploy.cli.dead_letters import listed, replayed
from shared.clock import new_id
from shared.consumers import Consumers, Later, Work, consumes, performs, wakes
from shared.context import Context
from shared.contracts import Envelope, ServiceName
from shared.db import MAX_FAILURES, MAX_UNANSWERED, DatabaseAway
from shared.errors import NotFound
from shared.queue import Answer
from shared.relay import Relay, RelaySettings
from shared.source import LEASE_SECONDS
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground
from tests.service.shared.conftest import MakeKit, Rows
from tests.service.shared.notes import Note, NoteWritten
from tests.service.shared.telling import dead, keep, notes, outbox, say

CANARY = "canary-7f3a"


async def fail(_: Context, message: NoteWritten) -> None:
    raise RuntimeError(message.words)


async def test_a_message_is_consumed_and_gone(make_kit: MakeKit, as_owner: Rows) -> None:
    kit = make_kit(consumes(NoteWritten, keep))
    tenant = await kit.new_tenant()
    await say(kit, tenant)
    (answer,) = await kit.drain()
    assert answer.error is None
    assert await notes(kit, tenant) == ["раз"]
    assert await outbox(as_owner) == []


async def test_a_message_of_what_was_undone_is_never_sent(make_kit: MakeKit) -> None:
    kit = make_kit(consumes(NoteWritten, keep))
    tenant = await kit.new_tenant()

    async def say_and_fail() -> None:
        async with kit.transaction(tenant) as context:
            await context.emit(NoteWritten(organization_id=tenant.root, words="раз"))
            await context.store.get(Note, uuid4())

    with pytest.raises(NotFound):
        await say_and_fail()
    assert await kit.drain() == []


async def test_the_same_message_twenty_times_has_one_effect(make_kit: MakeKit) -> None:
    kit = make_kit(consumes(NoteWritten, keep))
    tenant = await kit.new_tenant()
    message, message_id = NoteWritten(organization_id=tenant.root, words="раз"), new_id()
    for _ in range(20):
        assert (await kit.deliver(tenant, message, message_id)).error is None
    assert await notes(kit, tenant) == ["раз"]


async def test_the_same_id_in_two_tenants_is_two_messages(make_kit: MakeKit) -> None:
    kit = make_kit(consumes(NoteWritten, keep))
    message_id = new_id()
    for _ in range(2):
        tenant = await kit.new_tenant()
        await kit.deliver(tenant, NoteWritten(organization_id=tenant.root, words="раз"), message_id)
        assert await notes(kit, tenant) == ["раз"]


async def test_a_handler_sees_its_own_tenant_alone(make_kit: MakeKit) -> None:
    seen: list[set[UUID]] = []

    async def look(context: Context, _: NoteWritten) -> None:
        seen.append(set((await context.store.execute(text("SELECT tenant_id FROM surveys.organization"))).scalars()))

    kit = make_kit(consumes(NoteWritten, look))
    mine, _ = await kit.new_tenant(), await kit.new_tenant()
    await say(kit, mine)
    await kit.drain()
    assert seen == [{mine.id}]


async def test_what_a_handler_tells_goes_on(make_kit: MakeKit) -> None:
    async def count_down(context: Context, message: NoteWritten) -> None:
        await keep(context, message)
        left = int(message.words) - 1
        if left:
            await context.emit(NoteWritten(organization_id=message.organization_id, words=str(left)))

    kit = make_kit(consumes(NoteWritten, count_down))
    tenant = await kit.new_tenant()
    await say(kit, tenant, "3")
    await kit.drain()
    assert await notes(kit, tenant) == ["3", "2", "1"]


async def test_a_message_of_the_future_waits_for_its_time(make_kit: MakeKit) -> None:
    kit = make_kit(consumes(NoteWritten, keep))
    tenant = await kit.new_tenant()
    await say(kit, tenant, in_seconds=3600)
    kit.advance(seconds=3599)
    assert await kit.drain() == []
    kit.advance(seconds=1)
    await kit.drain()
    assert await notes(kit, tenant) == ["раз"]


async def test_not_now_is_no_failure(make_kit: MakeKit, as_owner: Rows) -> None:
    asked: list[str] = []

    async def later(context: Context, message: NoteWritten) -> None:
        asked.append(message.words)
        if len(asked) <= MAX_FAILURES + 2:
            raise Later(30)
        await keep(context, message)

    kit = make_kit(consumes(NoteWritten, later))
    tenant = await kit.new_tenant()
    await say(kit, tenant)
    await kit.drain()
    for _ in range(MAX_FAILURES + 2):
        kit.advance(seconds=29)
        assert await kit.drain() == []
        kit.advance(seconds=1)
        await kit.drain()
    assert await notes(kit, tenant) == ["раз"]
    assert await dead(as_owner) == []


async def test_a_failure_is_tried_again_with_growing_pauses(make_kit: MakeKit, as_owner: Rows) -> None:
    kit = make_kit(consumes(NoteWritten, fail))
    tenant = await kit.new_tenant()
    await say(kit, tenant, CANARY)
    await kit.drain()
    pauses: list[int] = []
    while await outbox(as_owner):
        seconds = 0
        while not await kit.drain() and await outbox(as_owner):
            kit.advance(seconds=1)
            seconds += 1
        pauses.append(seconds)
    assert pauses == [1, 2, 4, 8, 16, 32, 60]
    (letter,) = await dead(as_owner)
    assert str(letter["reason"]).startswith("RuntimeError in fail:")
    assert await notes(kit, tenant) == []


async def test_a_dead_letter_quotes_nobody(make_kit: MakeKit, as_owner: Rows) -> None:
    async def mistaken(_: Context, message: NoteWritten) -> None:
        raise KeyError(message.words)

    kit = make_kit(consumes(NoteWritten, mistaken))
    tenant = await kit.new_tenant()
    await say(kit, tenant, CANARY)
    for _ in range(MAX_FAILURES + 1):
        await kit.drain()
        kit.advance(seconds=60)
    (letter,) = await dead(as_owner)
    assert CANARY not in str(letter["reason"])


async def test_a_dead_letter_rises_again_and_has_its_effect_once(
    make_kit: MakeKit, as_owner: Rows, notes_ground: Ground
) -> None:
    broken = True

    async def mended(context: Context, message: NoteWritten) -> None:
        if broken:
            raise RuntimeError
        await keep(context, message)

    kit = make_kit(consumes(NoteWritten, mended))
    tenant = await kit.new_tenant()
    message_id = await say(kit, tenant)
    for _ in range(MAX_FAILURES + 1):
        await kit.drain()
        kit.advance(seconds=60)
    assert len(await dead(as_owner)) == 1
    operator = RelaySettings(
        redis_url=notes_ground.redis_url, relay_database_urls={kit.service: notes_ground.relay_url}
    )
    (letter,) = await listed(operator)
    assert (letter.message_id, letter.type, letter.destination) == (message_id, NoteWritten.type, kit.service)
    assert letter.tenant_id == tenant.id
    assert letter.reason.startswith("RuntimeError")
    broken = False
    assert await replayed(operator, uuid4()) == 0
    assert await replayed(operator, message_id) == 1
    assert await replayed(operator) == 0
    assert await listed(operator) == []
    await kit.drain()
    assert await notes(kit, tenant) == ["раз"]
    assert (await dead(as_owner), await outbox(as_owner)) == ([], [])


async def test_the_neighbours_of_a_poison_message_flow(make_kit: MakeKit, as_owner: Rows) -> None:
    async def fussy(context: Context, message: NoteWritten) -> None:
        if message.words == "яд":
            raise RuntimeError
        await keep(context, message)

    kit = make_kit(consumes(NoteWritten, fussy))
    tenant = await kit.new_tenant()
    for words in ("раз", "яд", "два"):
        await say(kit, tenant, words)
    await kit.drain()
    assert await notes(kit, tenant) == ["раз", "два"]
    (row,) = await outbox(as_owner)
    assert (row["failures"], row["unanswered"]) == (1, 0)


async def test_an_unknown_type_ends_as_a_dead_letter_that_says_so(make_kit: MakeKit, as_owner: Rows) -> None:
    kit = make_kit()
    tenant = await kit.new_tenant()
    await say(kit, tenant)
    for _ in range(MAX_FAILURES + 1):
        await kit.drain()
        kit.advance(seconds=60)
    (letter,) = await dead(as_owner)
    assert letter["reason"] == "no consumer of surveys.note_written"


async def test_a_message_that_does_not_parse_fails_alone(make_kit: MakeKit, as_owner: Rows) -> None:
    kit = make_kit(consumes(NoteWritten, keep))
    tenant = await kit.new_tenant()
    await say(kit, tenant)
    await as_owner("""UPDATE surveys.outbox SET envelope = jsonb_set(envelope, '{payload}', '{"words": 1}')""")
    (answer,) = await kit.drain()
    assert str(answer.error).startswith("ValidationError")
    assert await notes(kit, tenant) == []


async def test_a_newer_message_is_read_by_an_older_consumer(make_kit: MakeKit, as_owner: Rows) -> None:
    kit = make_kit(consumes(NoteWritten, keep))
    tenant = await kit.new_tenant()
    await say(kit, tenant)
    await as_owner("""UPDATE surveys.outbox SET envelope = jsonb_set(envelope, '{payload,added_later}', '1')""")
    await kit.drain()
    assert await notes(kit, tenant) == ["раз"]


async def test_a_database_that_is_away_is_no_failure(make_kit: MakeKit, as_owner: Rows) -> None:
    away = True

    async def unlucky(context: Context, message: NoteWritten) -> None:
        if away:
            raise DatabaseAway
        await keep(context, message)

    kit = make_kit(consumes(NoteWritten, unlucky))
    tenant = await kit.new_tenant()
    await say(kit, tenant)
    for _ in range(MAX_FAILURES + 2):
        await kit.drain()
        kit.advance(seconds=2)
    away = False
    await kit.drain()
    assert await notes(kit, tenant) == ["раз"]
    assert await dead(as_owner) == []


async def test_a_file_that_is_missing_is_a_failure_like_any_other(make_kit: MakeKit) -> None:
    async def careless(_: Context, message: NoteWritten) -> None:
        raise FileNotFoundError(message.words)

    kit = make_kit(consumes(NoteWritten, careless))
    tenant = await kit.new_tenant()
    answer = await kit.deliver(tenant, NoteWritten(organization_id=tenant.root, words="раз"))
    assert str(answer.error).startswith("FileNotFoundError")


async def test_effects_outside_are_not_repeated_once_they_are_done(make_kit: MakeKit) -> None:
    done: list[str] = []

    async def perform(work: Work, message: NoteWritten) -> None:
        async with work.transaction() as context:
            await keep(context, message)
        done.append(message.words)
        async with work.transaction() as context:
            await keep(context, message)

    kit = make_kit(performs(NoteWritten, perform))
    tenant = await kit.new_tenant()
    message, message_id = NoteWritten(organization_id=tenant.root, words="раз"), new_id()
    for _ in range(3):
        await kit.deliver(tenant, message, message_id)
    assert done == ["раз"]
    assert await notes(kit, tenant) == ["раз", "раз"]  # several transactions, each once


async def test_effects_outside_that_broke_off_are_tried_again(make_kit: MakeKit) -> None:
    tries: list[str] = []

    async def perform(work: Work, message: NoteWritten) -> None:
        async with work.transaction() as context:
            await keep(context, message)  # stays: the attempt is on record before the call
        tries.append(message.words)
        if len(tries) == 1:
            raise RuntimeError

    kit = make_kit(performs(NoteWritten, perform))
    tenant = await kit.new_tenant()
    await say(kit, tenant)
    await kit.drain()
    kit.advance(seconds=1)
    await kit.drain()
    assert tries == ["раз", "раз"]
    assert await notes(kit, tenant) == ["раз", "раз"]


async def test_what_only_wakes_somebody_is_remembered_nowhere(make_kit: MakeKit, as_owner: Rows) -> None:
    looked: list[tuple[str, str]] = []

    async def read(_: Context, message: NoteWritten) -> str | None:
        return None if message.words == "ничего" else message.words.upper()

    async def look(_: Work, message: NoteWritten, found: str) -> None:
        looked.append((message.words, found))

    kit = make_kit(wakes(NoteWritten, read, look))
    tenant = await kit.new_tenant()
    message_id = new_id()
    for words in ("раз", "раз", "ничего"):
        answer = await kit.deliver(tenant, NoteWritten(organization_id=tenant.root, words=words), message_id)
        assert (answer.error, answer.retry_after) == (None, None)
    assert looked == [("раз", "РАЗ"), ("раз", "РАЗ")]
    kept = "SELECT message_id FROM surveys.processed_message WHERE tenant_id = :tenant_id AND message_id = :message_id"
    assert await as_owner(kept, tenant_id=tenant.id, message_id=message_id) == []


async def test_two_consumers_of_one_message_are_refused(kit: ServiceKit) -> None:
    with pytest.raises(ValueError, match="note_written"):
        Consumers(kit.runtime, [consumes(NoteWritten, keep), consumes(NoteWritten, fail)])


class SilentQueue:
    """Takes what it is sent; nobody answers. `alive` says whether anybody works on it at all."""

    def __init__(self, *, alive: bool) -> None:
        self._alive = alive
        self.job_ids: list[str] = []

    async def waiting(self, destination: ServiceName) -> int | None:  # noqa: ARG002 - the port's own name
        return 0 if self._alive else None

    async def send(self, wakeups: Sequence[tuple[Envelope, str]]) -> None:
        self.job_ids += [job_id for _, job_id in wakeups]

    async def answer(self, source: ServiceName, answers: Sequence[Answer]) -> None:
        raise AssertionError((source, answers))


@pytest.mark.parametrize("alive", [True, False])
async def test_what_kills_its_consumer_dies_and_what_waits_for_one_does_not(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, as_owner: Rows, *, alive: bool
) -> None:
    queue = SilentQueue(alive=alive)
    relay = Relay({kit.service: notes_ground.relay_url}, queue, clock=kit.clock)
    relay.open()
    try:
        message_id = await say(kit, tenant)
        for _ in range(MAX_UNANSWERED + 1):
            await relay.sweep()
            kit.advance(seconds=301)
    finally:
        await relay.close()
    assert len(set(queue.job_ids)) == len(queue.job_ids)  # a new id each time: the queue refuses a known one
    assert len(queue.job_ids) == (MAX_UNANSWERED if alive else 0)
    assert all(job_id.startswith(str(message_id)) for job_id in queue.job_ids)
    assert len(await dead(as_owner)) == alive
    assert len(await outbox(as_owner)) == (not alive)


async def test_without_an_answer_it_is_sent_again_ever_more_slowly(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground
) -> None:
    queue = SilentQueue(alive=True)
    relay = Relay({kit.service: notes_ground.relay_url}, queue, clock=kit.clock)
    relay.open()
    try:
        await say(kit, tenant)
        sent_at: list[int] = []
        for second in range(62):
            if await relay.sweep():
                sent_at.append(second)
            kit.advance(seconds=1)
    finally:
        await relay.close()
    assert sent_at == [0, LEASE_SECONDS, 3 * LEASE_SECONDS, 7 * LEASE_SECONDS, 15 * LEASE_SECONDS]
