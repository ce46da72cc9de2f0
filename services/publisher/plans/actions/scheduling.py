"""A publication into the next free slot of each of its channels."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from services.publisher.channels.tables import Channel
from services.publisher.plans.actions.fillings import fillings_of
from services.publisher.plans.actions.slots import timezones_of, weekly
from services.publisher.plans.rules.slots import WEEKS_AHEAD, Turn, WeeklySlot, next_free
from services.publisher.plans.tables import Slot, SlotBooking
from services.publisher.publications.actions.drafting import WithParts
from services.publisher.publications.actions.publishing import LocalPlan, schedule_in_channels
from services.publisher.publications.rules.plans import FURTHEST, TimeOutOfRange
from services.publisher.publications.tables import Publication
from shared.context import Context


async def schedule_into_slots(
    context: Context, publication_id: UUID, after: datetime | None, if_match: str | None
) -> WithParts:
    """Raises as `schedule_publication` does, and NoFreeSlot, TimeOutOfRange."""
    begins = max(context.now, after or context.now)
    if begins > context.now + FURTHEST:
        raise TimeOutOfRange
    return await schedule_in_channels(context, publication_id, partial(_choose, begins), if_match)


async def _choose(
    begins: datetime, context: Context, publication: Publication, channels: Sequence[Channel]
) -> Mapping[UUID, LocalPlan]:
    """Whoever looks for a free slot of a channel holds its slots: nobody else finds the same one free."""
    ids = [channel.id for channel in channels]
    kept = select(Slot).where(col(Slot.channel_id).in_(ids), col(Slot.ended_at).is_(None)).order_by(col(Slot.id))
    slots = await context.store.all(kept.with_for_update().execution_options(populate_existing=True))
    timezones = await timezones_of(context, [slot.organization_id for slot in slots])
    by_channel: defaultdict[UUID, list[WeeklySlot]] = defaultdict(list)
    for slot in slots:
        by_channel[slot.channel_id].append(weekly(slot, timezones))
    ends = begins + timedelta(weeks=WEEKS_AHEAD)
    taken = await fillings_of(context, ids, begins, ends, but=publication.id)
    turns = {each: next_free(by_channel[each], taken[each], begins) for each in ids}
    await _book(context, publication, list(turns.values()))
    return {channel_id: LocalPlan(turn.local_time, turn.slot.zone.key) for channel_id, turn in turns.items()}


async def _book(context: Context, publication: Publication, turns: Sequence[Turn]) -> None:
    """What it had is let go; what others had and do not use any more is theirs no longer."""
    booking = col(SlotBooking.publication_id) == publication.id
    await context.store.execute(delete(SlotBooking).where(booking))
    slot_ids = [turn.slot.id for turn in turns]
    days = [turn.on_day for turn in turns]
    old = select(SlotBooking).where(col(SlotBooking.slot_id).in_(slot_ids), col(SlotBooking.on_day).in_(days))
    given_on = {(row.slot_id, row.on_day): row for row in await context.store.all(old)}
    for turn in turns:
        row = given_on.get((turn.slot.id, turn.on_day))
        if row is None:
            row = context.store.add(
                SlotBooking(
                    slot_id=turn.slot.id, on_day=turn.on_day, publication_id=publication.id, booked_at=context.now
                )
            )
        row.publication_id = publication.id
        row.booked_at = context.now
    await context.store.flush()
