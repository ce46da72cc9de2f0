"""The weekly slots of channels: kept, ended, read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY, Organization
from services.publisher.plans.actions.fillings import fillings_of
from services.publisher.plans.rules.slots import (
    MOST_SLOTS,
    WEEKS_AHEAD,
    SlotExists,
    TooManySlots,
    WeeklySlot,
    free_turns,
)
from services.publisher.plans.schemas.slots import NewSlot, SlotFilter, SlotView
from services.publisher.plans.tables import Slot
from shared.app import check_match, paginate
from shared.context import Context
from shared.errors import NotFound
from shared.local_time import zone_named
from shared.permissions import Permission


async def create_slot(context: Context, body: NewSlot) -> SlotView:
    """Raises NotFound, Forbidden, SlotExists, TooManySlots."""
    channel = await DIRECTORY.get(context, Channel, body.channel_id, Permission.PUBLISH)
    await context.store.lock(Channel, channel.id)  # one after another: they are counted
    kept = await context.store.all(select(Slot).where(col(Slot.channel_id) == channel.id, col(Slot.ended_at).is_(None)))
    if any((slot.weekday, slot.local_time) == (body.weekday, body.local_time) for slot in kept):
        raise SlotExists
    if len(kept) >= MOST_SLOTS:
        raise TooManySlots
    slot = await context.store.insert(
        Slot(**body.model_dump(), organization_id=channel.organization_id, created_at=context.now)
    )
    return (await _views(context, [slot]))[0]


async def list_slots(context: Context, page: SlotFilter) -> tuple[list[SlotView], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(Slot).where(
        DIRECTORY.reach_filter(context, Slot.organization_id, Permission.SEE_PUBLICATIONS),
        col(Slot.ended_at).is_(None),
    )
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Slot.organization_id, page.organization_id))
    if page.channel_id is not None:
        query = query.where(col(Slot.channel_id) == page.channel_id)
    slots, following = await paginate(context, query, Slot.id, page)
    return await _views(context, slots), following


async def read_slot(context: Context, slot_id: UUID) -> SlotView:
    """Raises NotFound, Forbidden."""
    slot = await DIRECTORY.get(context, Slot, slot_id, Permission.SEE_PUBLICATIONS)
    if slot.ended_at is not None:
        raise NotFound
    return (await _views(context, [slot]))[0]


async def end_slot(context: Context, slot_id: UUID, if_match: str | None) -> None:
    """What is scheduled into it goes out all the same. Raises NotFound, Forbidden, Stale."""
    await DIRECTORY.get(context, Slot, slot_id, Permission.PUBLISH)
    slot = await context.store.lock(Slot, slot_id)
    if slot.ended_at is not None:
        raise NotFound
    check_match(if_match, slot.version)
    slot.ended_at = context.now
    slot.version += 1


async def timezones_of(context: Context, organization_ids: Collection[UUID]) -> Mapping[UUID, str]:
    rows = await context.store.execute(
        select(Organization.id, Organization.timezone).where(col(Organization.id).in_(set(organization_ids)))
    )
    return {row.id: row.timezone for row in rows}


def weekly(slot: Slot, timezones: Mapping[UUID, str]) -> WeeklySlot:
    return WeeklySlot(
        id=slot.id,
        channel_id=slot.channel_id,
        weekday=slot.weekday,
        at=slot.local_time,
        zone=zone_named(timezones[slot.organization_id]),
        since=slot.created_at,
        until=slot.ended_at,
    )


async def _views(context: Context, slots: Sequence[Slot]) -> list[SlotView]:
    """By two questions however many they are."""
    timezones = await timezones_of(context, [slot.organization_id for slot in slots])
    until = context.now + timedelta(weeks=WEEKS_AHEAD)
    filled = await fillings_of(context, {slot.channel_id for slot in slots}, context.now, until)
    views: list[SlotView] = []
    for slot in slots:
        free = free_turns([weekly(slot, timezones)], filled[slot.channel_id], context.now)
        first = next(free, None)
        views.append(SlotView.of(slot, timezones[slot.organization_id], None if first is None else first.moment))
    return views
