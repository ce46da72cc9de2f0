"""The pace that networks ask of us, kept by all workers together: calls are noted before they are made.

A call that may be made soon is noted with its moment, and whoever makes it waits for that. Posts of one channel wait for
theirs in its line, where one worker looks again shortly before the next moment: waiting costs nothing.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from services.publisher.channels.rules.pacing import SOON, kept_to, slot_after, worth_keeping
from services.publisher.channels.rules.readiness import ChannelState, Readiness
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.networks.capabilities import CAPABILITIES, Allowance
from services.publisher.runtime import publisher_of
from shared.clock import new_id
from shared.context import Context

_OPEN: Final = text(
    """
    INSERT INTO publisher.pace (tenant_id, id, channel_id, taken)
    SELECT CAST(:tenant_id AS uuid), id, channel_id, '{}'
    FROM unnest(CAST(:ids AS uuid[]), CAST(:channel_ids AS uuid[])) AS new (id, channel_id)
    ON CONFLICT DO NOTHING
    """
)
_HOLD: Final = text(
    """
    SELECT channel_id, taken, wake_id, wake_at FROM publisher.pace
    WHERE tenant_id = :tenant_id AND channel_id = ANY(CAST(:channel_ids AS uuid[]))
    ORDER BY channel_id FOR NO KEY UPDATE
    """
)
_READINESS: Final = text(  # by a question of its own: the one that waits for a pace sees channels as they were before
    """
    SELECT id, state, paused_until, version FROM publisher.channel
    WHERE tenant_id = :tenant_id AND id = ANY(CAST(:channel_ids AS uuid[]))
    """
)
_FORGET_WAKE: Final = text(
    "UPDATE publisher.pace SET wake_id = NULL, wake_at = NULL WHERE tenant_id = :tenant_id AND channel_id = :channel_id"
)
_HOLD_TOKENS: Final = text(
    """
    SELECT id, taken FROM publisher.mailbox WHERE tenant_id = :tenant_id AND id = ANY(CAST(:mailbox_ids AS uuid[]))
    ORDER BY id FOR NO KEY UPDATE
    """
)
_NOTE: Final = text(
    """
    UPDATE publisher.pace SET taken = CAST(noted.taken AS float8[])
    FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS text[])) AS noted (channel_id, taken)
    WHERE pace.tenant_id = :tenant_id AND pace.channel_id = noted.channel_id
    """
)
_NOTE_OF_TOKENS: Final = text(
    """
    UPDATE publisher.mailbox SET taken = CAST(noted.taken AS float8[])
    FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS text[])) AS noted (mailbox_id, taken)
    WHERE mailbox.tenant_id = :tenant_id AND mailbox.id = noted.mailbox_id
    """
)


@dataclass(frozen=True)
class Slot:
    """The call is noted at this moment."""

    at: float

    async def come(self, now: datetime) -> None:
        """Wait for it."""
        wait = self.at - now.timestamp()
        if wait > 0:
            await asyncio.sleep(wait)


@dataclass(frozen=True)
class NotYet:
    """Nothing is noted: ask again in `seconds`."""

    seconds: float


@dataclass
class HeldPace:
    """A channel's pace, and its token's where that is limited, held until the transaction ends."""

    channel: Channel
    readiness: Readiness
    version: int  # of the channel, as it is now
    wake_id: UUID | None  # of the message that looks at the channel's line next
    wake_at: datetime | None
    per_target: Sequence[Allowance]
    per_token: Sequence[Allowance]
    taken: list[float]
    of_token: list[float]  # one and the same for all channels of a token

    def next_slot(self, now: float) -> float:
        """When the next post may go out."""
        return slot_after(self.of_token, self.per_token, slot_after(self.taken, self.per_target, now))

    def take(self, slot: float) -> None:
        """A post goes out then."""
        self.taken.append(slot)
        self.of_token.append(slot)

    def correct(self, noted: float, over: float) -> None:
        """A call was over by then: the next ones are reckoned from there, however long it was on its way."""
        for moments in (self.taken, self.of_token):
            if noted in moments:
                moments[moments.index(noted)] = over


async def open_paces(context: Context, channel_ids: Sequence[UUID]) -> None:
    """A row for each channel that has none yet. In one order for all: no deadlock."""
    values = {"ids": [new_id() for _ in channel_ids], "channel_ids": sorted(channel_ids)}
    await context.store.execute(_OPEN, {"tenant_id": context.tenant_id, **values})


async def hold_paces(context: Context, channels: Sequence[Channel]) -> Mapping[UUID, HeldPace]:
    """By channel. All paces are held before any token: no deadlock. A channel that has no row yet is given one."""
    paces = await _held(context, [channel.id for channel in channels])
    keys = {"tenant_id": context.tenant_id, "channel_ids": list(paces)}
    now = {row.id: row for row in await context.store.execute(_READINESS, keys)}
    pace = publisher_of(context.runtime).pace
    per_token = {each.id: kept_to(CAPABILITIES[each.network].per_token, pace) for each in channels}
    tokens = await _held_tokens(context, {each.mailbox_id for each in channels if per_token[each.id]})
    return {
        channel.id: HeldPace(
            channel,
            Readiness(ChannelState(now[channel.id].state), now[channel.id].paused_until),
            now[channel.id].version,
            paces[channel.id].wake_id,
            paces[channel.id].wake_at,
            kept_to(CAPABILITIES[channel.network].per_target, pace),
            per_token[channel.id],
            list(paces[channel.id].taken),
            tokens[channel.mailbox_id] if per_token[channel.id] else [],
        )
        for channel in channels
    }


async def forget_wake(context: Context, channel_id: UUID) -> None:
    """Whoever is to look at the channel's line next was told so for a pause that is over: what comes now wakes it."""
    await context.store.execute(_FORGET_WAKE, {"tenant_id": context.tenant_id, "channel_id": channel_id})


async def _held(context: Context, channel_ids: Sequence[UUID]) -> Mapping[UUID, Row[Any]]:
    keys = {"tenant_id": context.tenant_id, "channel_ids": list(channel_ids)}
    rows = (await context.store.execute(_HOLD, keys)).all()
    if len(rows) < len(channel_ids):
        await open_paces(context, channel_ids)
        rows = (await context.store.execute(_HOLD, keys)).all()
    return {row.channel_id: row for row in rows}


async def _held_tokens(context: Context, mailbox_ids: Collection[UUID]) -> Mapping[UUID, list[float]]:
    if not mailbox_ids:
        return {}
    keys = {"tenant_id": context.tenant_id, "mailbox_ids": list(mailbox_ids)}
    return {row.id: list(row.taken) for row in await context.store.execute(_HOLD_TOKENS, keys)}


async def note_paces(context: Context, paces: Sequence[HeldPace]) -> None:
    """Keep the moments of calls, and of those to come."""
    of_posts = {each.channel.id: worth_keeping(each.taken, each.per_target) for each in paces if each.per_target}
    of_tokens = {
        each.channel.mailbox_id: worth_keeping(each.of_token, each.per_token) for each in paces if each.per_token
    }
    for statement, noted in ((_NOTE, of_posts), (_NOTE_OF_TOKENS, of_tokens)):
        if noted:
            moments = [_as_array(each) for each in noted.values()]
            values = {"tenant_id": context.tenant_id, "ids": list(noted), "moments": moments}
            await context.store.execute(statement, values)


def _as_array(moments: Sequence[float]) -> str:
    """An array of arrays of several lengths is more than PostgreSQL takes."""
    return "{" + ",".join(map(repr, moments)) + "}"


async def slot_of_token(context: Context, channel: Channel) -> Slot | NotYet:
    """The moment of any other call with the channel's bot or account."""
    allowances = kept_to(CAPABILITIES[channel.network].per_token, publisher_of(context.runtime).pace)
    now = context.now.timestamp()
    if not allowances:
        return Slot(now)
    mailbox = await context.store.lock(Mailbox, channel.mailbox_id)
    slot = slot_after(mailbox.taken, allowances, now)
    if slot > now + SOON:
        return NotYet(slot - now)
    mailbox.taken = worth_keeping([*mailbox.taken, slot], allowances)
    return Slot(slot)
