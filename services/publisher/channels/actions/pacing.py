"""The pace that networks ask of us, kept by all workers together: calls are noted before they are made.

A call that may be made soon is noted with its moment, and whoever makes it waits for that. One that must wait longer is
promised a moment, once, and asks again shortly before it: nobody asks over and over. What is urgent does not stand behind
promises; who was promised its moment waits for the next one.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.rules.pacing import SOON, kept_to, slot_after, worth_keeping
from services.publisher.channels.tables import Channel, Mailbox, Pace
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.runtime import publisher_of
from shared.context import Context
from shared.db import table_of


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
    """Nothing is noted: ask again in `seconds`. What is promised is for the asker to keep."""

    seconds: float
    promise: datetime | None = None


async def slot_in_channel(
    context: Context, channel: Channel, *, promise: datetime | None = None, urgent: bool = False
) -> Slot | NotYet:
    """The moment of a post: by its chat or community, and by the token. `promise` is what the asker was given before."""
    allowances = kept_to(CAPABILITIES[channel.network].per_target, publisher_of(context.runtime).pace)
    if not allowances:
        return await slot_of_token(context, channel)
    now = context.now.timestamp()
    pace = await _pace_of(context, channel)
    slot = slot_after(pace.taken, allowances, now)
    promised = [moment for moment in pace.promised if moment > now]
    is_promised = promise is not None and promise.timestamp() > now - SOON
    if not (urgent or is_promised):
        slot = slot_after([*pace.taken, *promised], allowances, now)
    if slot > now + SOON:
        wait = slot - now - (SOON if urgent else SOON / 2)  # what is urgent asks before the others do
        if urgent or is_promised:
            return NotYet(wait)
        pace.promised = worth_keeping([*promised, slot], allowances)
        return NotYet(wait, datetime.fromtimestamp(slot, UTC))
    answer = await slot_of_token(context, channel, slot)
    if isinstance(answer, Slot):
        pace.taken = worth_keeping([*pace.taken, answer.at], allowances)
    return answer


async def slot_of_token(context: Context, channel: Channel, earliest: float | None = None) -> Slot | NotYet:
    """The moment of any call with the channel's bot or account, from `earliest` on."""
    allowances = kept_to(CAPABILITIES[channel.network].per_token, publisher_of(context.runtime).pace)
    now = context.now.timestamp()
    earliest = now if earliest is None else earliest
    if not allowances:
        return Slot(earliest)
    mailbox = await context.store.lock(Mailbox, channel.mailbox_id)
    slot = slot_after(mailbox.taken, allowances, earliest)
    if slot > now + SOON:
        return NotYet(slot - now)
    mailbox.taken = worth_keeping([*mailbox.taken, slot], allowances)
    return Slot(slot)


async def _pace_of(context: Context, channel: Channel) -> Pace:
    """The channel's own, held until the transaction ends."""
    query = select(Pace).where(col(Pace.channel_id) == channel.id).with_for_update()
    found = await context.store.first(query)
    if found is None:  # two may find none: the second one's insert waits for the first
        made = Pace(tenant_id=context.tenant_id, channel_id=channel.id)
        await context.store.execute(insert(table_of(Pace)).values(made.model_dump()).on_conflict_do_nothing())
        found = (await context.store.execute(query)).scalar_one()
    return found
