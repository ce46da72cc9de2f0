"""How many posts channels had by the week, and how many they were to have."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlmodel import col, select

from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY
from services.publisher.plans.actions.fillings import fillings_of
from services.publisher.plans.actions.slots import timezones_of, weekly
from services.publisher.plans.rules.slots import SlotState, WeeklySlot, state_of, turns_of
from services.publisher.plans.rules.weeks import cadence, mondays
from services.publisher.plans.schemas.calendars import CadenceFilter, CadenceView, WeekView
from services.publisher.plans.tables import Slot
from services.publisher.publications.tables import Delivery
from shared.app import paginate
from shared.context import Context
from shared.local_time import zone_named
from shared.permissions import Permission

_WEEK = timedelta(weeks=1)
_ZONES = timedelta(days=1)  # by which weeks of two zones may differ


async def list_cadences(context: Context, page: CadenceFilter) -> tuple[list[CadenceView], str | None]:
    """Newest channel first, by five questions. Raises NotFound, Forbidden."""
    query = select(Channel).where(DIRECTORY.reach_filter(context, Channel.organization_id, Permission.SEE_PUBLICATIONS))
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Channel.organization_id, page.organization_id))
    channels, following = await paginate(context, query, Channel.id, page)
    ids = [channel.id for channel in channels]
    begins, ends = context.now - (page.weeks + 1) * _WEEK - _ZONES, context.now + _WEEK + _ZONES
    timezones = await timezones_of(context, [channel.organization_id for channel in channels])
    slots, posts = await _slots(context, ids, begins), await _posts(context, ids, begins)
    filled = await fillings_of(context, ids, begins, ends)
    views: list[CadenceView] = []
    for channel in channels:
        zone = zone_named(timezones[channel.organization_id])
        weeks = _weeks(
            context.now,
            zone,
            page.weeks,
            [weekly(slot, timezones) for slot in slots[channel.id]],
            posts[channel.id],
            filled[channel.id],
        )
        views.append(
            CadenceView(
                channel_id=channel.id,
                organization_id=channel.organization_id,
                network=channel.network,
                title=channel.title,
                timezone=zone.key,
                slots_a_week=sum(slot.ended_at is None for slot in slots[channel.id]),
                missed=sum(week.missed for week in weeks),
                weeks=weeks,
            )
        )
    return views, following


def _weeks(
    now: datetime,
    zone: ZoneInfo,
    many: int,
    slots: Sequence[WeeklySlot],
    posts: Sequence[datetime],
    filled: Mapping[datetime, UUID],
) -> list[WeekView]:
    begin = mondays(now.astimezone(zone).date(), many)
    first = datetime.combine(begin[0], time(), zone)
    last = datetime.combine(begin[-1] + _WEEK, time(), zone)
    turns = [turn.moment for slot in slots for turn in turns_of(slot, first, last)]
    missed = [moment for moment in turns if state_of(moment, now, filled=moment in filled) is SlotState.MISSED]
    weeks = cadence(begin, zone, turns, posts, missed)
    return [WeekView.model_validate(week, from_attributes=True) for week in weeks]


async def _slots(context: Context, ids: Sequence[UUID], since: datetime) -> Mapping[UUID, list[Slot]]:
    kept = or_(col(Slot.ended_at).is_(None), col(Slot.ended_at) > since)
    found: defaultdict[UUID, list[Slot]] = defaultdict(list)
    for slot in await context.store.all(select(Slot).where(col(Slot.channel_id).in_(ids), kept)):
        found[slot.channel_id].append(slot)
    return found


async def _posts(context: Context, ids: Sequence[UUID], since: datetime) -> Mapping[UUID, list[datetime]]:
    query = select(Delivery.channel_id, Delivery.sent_at).where(
        col(Delivery.channel_id).in_(ids), col(Delivery.sent_at) >= since
    )
    found: defaultdict[UUID, list[datetime]] = defaultdict(list)
    for row in await context.store.execute(query):
        found[row.channel_id].append(row.sent_at)
    return found
