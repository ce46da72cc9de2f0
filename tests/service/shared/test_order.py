"""What is told in an order is taken in by that order, whichever worker dies on the way; everything else flows beside it."""

from datetime import timedelta

import pytest

from shared.contracts import ServiceName
from shared.queue import Answer
from shared.relay import LEASE_SECONDS, Relay
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground
from tests.service.shared.notes import NoteWritten
from tests.service.shared.telling import say
from tests.service.shared.test_fair_share import Collected

HERE = ServiceName.SURVEYS


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

    assert await sent() == ["a 1", "b 1", "alone"]
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
