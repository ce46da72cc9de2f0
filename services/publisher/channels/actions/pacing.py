"""The pace that networks ask of us, kept by all workers together: calls are noted before they are made.

A call that may be made soon is noted with its moment, and whoever makes it waits for that. Posts of one channel wait for
theirs in its line, where one worker looks again shortly before the next moment: waiting costs nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text

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
_COLUMNS: Final = "channel.state, channel.paused_until, channel.version, pace.taken, pace.wake_id, pace.wake_at"
_OF_CHANNEL: Final = """
    FROM publisher.pace JOIN publisher.channel
        ON channel.tenant_id = pace.tenant_id AND channel.id = pace.channel_id
"""
_HOLD: Final = text(
    f"SELECT {_COLUMNS}, CAST('{{}}' AS float8[]) AS of_token {_OF_CHANNEL} "
    "WHERE pace.tenant_id = :tenant_id AND pace.channel_id = :channel_id FOR UPDATE OF pace"
)
_HOLD_WITH_TOKEN: Final = text(
    f"SELECT {_COLUMNS}, mailbox.taken AS of_token {_OF_CHANNEL} JOIN publisher.mailbox "
    "ON mailbox.tenant_id = channel.tenant_id AND mailbox.id = channel.mailbox_id "
    "WHERE pace.tenant_id = :tenant_id AND pace.channel_id = :channel_id FOR UPDATE OF pace, mailbox"
)
_NOTE_IN_PACE: Final = "UPDATE publisher.pace SET taken = CAST(:taken AS float8[]) WHERE tenant_id = :tenant_id AND channel_id = :channel_id"
_NOTE_IN_MAILBOX: Final = (
    "UPDATE publisher.mailbox SET taken = CAST(:of_token AS float8[]) WHERE tenant_id = :tenant_id AND id = :mailbox_id"
)
_NOTES: Final = {  # by whether posts are limited, and calls of the token
    (True, False): text(_NOTE_IN_PACE),
    (False, True): text(_NOTE_IN_MAILBOX),
    (True, True): text(f"WITH noted AS ({_NOTE_IN_PACE}) {_NOTE_IN_MAILBOX}"),
}


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
    taken: list[float] = field(default_factory=list[float])
    of_token: list[float] = field(default_factory=list[float])

    def next_slot(self, now: float) -> float:
        """When the next post may go out."""
        return slot_after(self.of_token, self.per_token, slot_after(self.taken, self.per_target, now))

    def correct(self, noted: float, made: float) -> None:
        """A call was made later than noted: the next ones are reckoned from there."""
        for moments in (self.taken, self.of_token):
            if noted in moments:
                moments[moments.index(noted)] = made

    async def note(self, context: Context, slot: float | None) -> None:
        """Keep the moments of calls, and that of one to come."""
        statement = _NOTES.get((bool(self.per_target), bool(self.per_token)))
        if statement is None:
            return
        coming = [] if slot is None else [slot]
        values = {
            "tenant_id": context.tenant_id,
            "channel_id": self.channel.id,
            "taken": worth_keeping([*self.taken, *coming], self.per_target),
            "mailbox_id": self.channel.mailbox_id,
            "of_token": worth_keeping([*self.of_token, *coming], self.per_token),
        }
        await context.store.execute(statement, values)


async def open_paces(context: Context, channel_ids: Sequence[UUID]) -> None:
    """A row for each channel that has none yet. In one order for all: no deadlock."""
    values = {"ids": [new_id() for _ in channel_ids], "channel_ids": sorted(channel_ids)}
    await context.store.execute(_OPEN, {"tenant_id": context.tenant_id, **values})


async def hold_pace(context: Context, channel: Channel) -> HeldPace:
    """By one question; a channel that has no row yet is given one."""
    pace, takes = publisher_of(context.runtime).pace, CAPABILITIES[channel.network]
    per_target, per_token = kept_to(takes.per_target, pace), kept_to(takes.per_token, pace)
    statement = _HOLD_WITH_TOKEN if per_token else _HOLD
    keys = {"tenant_id": context.tenant_id, "channel_id": channel.id}
    row = (await context.store.execute(statement, keys)).first()
    if row is None:
        await open_paces(context, [channel.id])
        row = (await context.store.execute(statement, keys)).one()
    return HeldPace(
        channel,
        Readiness(ChannelState(row.state), row.paused_until),
        row.version,
        row.wake_id,
        row.wake_at,
        per_target,
        per_token,
        list(row.taken),
        list(row.of_token),
    )


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
