"""Everything of some days: what is planned and out, the slots, what plans are to make, the days that come round."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from textwrap import shorten
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, or_
from sqlmodel import col, select

from services.publisher.cards.tables import Occasion, OccasionChannel
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY, Organization
from services.publisher.plans.actions.fillings import Fillings, fillings_of, moment_in, moment_of_plan
from services.publisher.plans.actions.plans import rule_of
from services.publisher.plans.actions.slots import timezones_of, weekly
from services.publisher.plans.rules.recurrence import days_of, made_at
from services.publisher.plans.rules.slots import Turn, state_of, turns_of
from services.publisher.plans.rules.weeks import MOST_ENTRIES, MOST_TURNS, CalendarTooFull, check_period
from services.publisher.plans.schemas.calendars import (
    CalendarOccasion,
    CalendarPlan,
    CalendarPublication,
    CalendarQuery,
    CalendarSlot,
    CalendarView,
    ChannelTurn,
)
from services.publisher.plans.tables import PlanOccurrence, RecurringPlan, Slot
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.tables import Publication, PublicationTarget
from shared.context import Context
from shared.local_time import zone_named
from shared.permissions import Permission

_DAY = timedelta(days=1)
_TITLE_LENGTH = 80  # characters, of what has no title of its own
_USUAL = timedelta(days=27)  # four weeks
Row = TypeVar("Row")
_SEE = Permission.SEE_PUBLICATIONS


@dataclass(frozen=True)
class Period:
    since: date
    until: date
    zone: ZoneInfo
    organization_id: UUID | None
    channel_id: UUID | None

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.since, time(), self.zone)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.until + _DAY, time(), self.zone)


async def period_of(context: Context, asked: CalendarQuery) -> Period:
    """Raises NotFound, Forbidden, PeriodOutOfCalendar."""
    if asked.organization_id is not None:
        await DIRECTORY.reachable(context, asked.organization_id, _SEE)
    if asked.channel_id is not None:
        await DIRECTORY.get(context, Channel, asked.channel_id, _SEE)
    named = select(Organization.timezone).where(col(Organization.id) == (asked.organization_id or context.tenant_id))
    zone = zone_named(await context.store.first(named) or "Europe/Moscow")
    since = asked.since or context.now.astimezone(zone).date()
    until = asked.until or min(since, date.max - _USUAL) + _USUAL
    check_period(since, until)
    return Period(since, until, zone, asked.organization_id, asked.channel_id)


async def read_calendar(context: Context, asked: CalendarQuery) -> CalendarView:
    """By as many questions however much there is. Raises NotFound, Forbidden, PeriodOutOfCalendar, CalendarTooFull."""
    period = await period_of(context, asked)
    return CalendarView(
        since=period.since,
        until=period.until,
        timezone=period.zone.key,
        publications=await publications_in(context, period),
        slots=await _slots_in(context, period),
        plans=await plans_in(context, period),
        occasions=await occasions_in(context, period),
    )


async def publications_in(context: Context, period: Period) -> list[CalendarPublication]:
    """Raises CalendarTooFull."""
    begins, ends = period.begins, period.ends
    planned = and_(
        col(Publication.state) == PublicationState.SCHEDULED,
        col(Publication.publish_at).between(begins - _DAY, ends + _DAY),  # the zone may have moved since
    )
    out = and_(col(Publication.published_at) >= begins, col(Publication.published_at) < ends)
    query = _of(context, period, select(Publication), Publication.organization_id).where(or_(planned, out))
    if period.channel_id is not None:
        through = select(PublicationTarget.publication_id).where(
            col(PublicationTarget.tenant_id) == context.tenant_id,
            col(PublicationTarget.channel_id) == period.channel_id,
        )
        query = query.where(col(Publication.id).in_(through))
    found = await context.store.all(query.limit(MOST_ENTRIES + 1))
    if len(found) > MOST_ENTRIES:
        raise CalendarTooFull
    targets = await _targets_of(context, [publication.id for publication in found])
    views: list[CalendarPublication] = []
    for publication in found:
        at = publication.published_at or moment_of_plan(publication)
        if at is not None and begins <= at < ends:
            views.append(_publication(publication, at, targets[publication.id]))
    return sorted(views, key=lambda view: (view.at, view.id))


async def plans_in(context: Context, period: Period) -> list[CalendarPlan]:
    """What they have made is among the publications. Raises CalendarTooFull."""
    if period.channel_id is not None:
        return []
    query = _of(context, period, select(RecurringPlan), RecurringPlan.organization_id)
    coming = query.where(col(RecurringPlan.paused).is_(False), col(RecurringPlan.next_on) <= period.until + _DAY)
    plans = await context.store.all(coming.limit(MOST_ENTRIES + 1))
    ids = [plan.id for plan in plans]
    made = select(PlanOccurrence).where(
        col(PlanOccurrence.plan_id).in_(ids), col(PlanOccurrence.on_day) >= period.since - _DAY
    )
    done = {(occurrence.plan_id, occurrence.on_day) for occurrence in await context.store.all(made)}
    timezones = await timezones_of(context, [plan.organization_id for plan in plans])
    views: list[CalendarPlan] = []
    for plan in plans:
        zone, after = zone_named(timezones[plan.organization_id]), max(plan.next_on or date.max, period.since) - _DAY
        for day in days_of(rule_of(plan), after):
            at = made_at(day, 0, plan.local_time, zone)
            if at >= period.ends:
                break
            if at >= period.begins and (plan.id, day) not in done:
                views.append(CalendarPlan(plan_id=plan.id, title=plan.title, on_day=day, at=at))
        if len(views) > MOST_ENTRIES:
            raise CalendarTooFull
    return sorted(views, key=lambda view: (view.at, view.plan_id))


async def occasions_in(context: Context, period: Period) -> list[CalendarOccasion]:
    """Each as it comes next. Partners see none that names a person. Raises CalendarTooFull."""
    query = _of(context, period, select(Occasion), Occasion.organization_id).where(
        col(Occasion.paused).is_(False), col(Occasion.next_on).between(period.since, period.until)
    )
    if context.caller.key is not None:
        query = query.where(col(Occasion.person_id).is_(None), col(Occasion.signed_by_person) == "")
    if period.channel_id is not None:
        through = select(OccasionChannel.occasion_id).where(
            col(OccasionChannel.tenant_id) == context.tenant_id, col(OccasionChannel.channel_id) == period.channel_id
        )
        query = query.where(col(Occasion.id).in_(through))
    found = await context.store.all(query.order_by(col(Occasion.next_on), col(Occasion.id)).limit(MOST_ENTRIES + 1))
    if len(found) > MOST_ENTRIES:
        raise CalendarTooFull
    return [
        CalendarOccasion(occasion_id=occasion.id, title=occasion.title, on_day=occasion.next_on)
        for occasion in found
        if occasion.next_on is not None
    ]


async def _slots_in(context: Context, period: Period) -> list[CalendarSlot]:
    """Raises CalendarTooFull."""
    query = _of(context, period, select(Slot), Slot.organization_id).where(
        or_(col(Slot.ended_at).is_(None), col(Slot.ended_at) > period.begins), col(Slot.created_at) < period.ends
    )
    if period.channel_id is not None:
        query = query.where(col(Slot.channel_id) == period.channel_id)
    slots = await context.store.all(query.limit(MOST_TURNS + 1))
    if len(slots) * ((period.until - period.since).days // 7 + 1) > MOST_TURNS:
        raise CalendarTooFull
    timezones = await timezones_of(context, [slot.organization_id for slot in slots])
    turns = [turn for slot in slots for turn in turns_of(weekly(slot, timezones), period.begins, period.ends)]
    filled = await fillings_of(context, {slot.channel_id for slot in slots}, period.begins, period.ends)
    seen = await _visible(context, {each for moments in filled.values() for each in moments.values()})
    ordered = sorted(turns, key=lambda turn: (turn.moment, turn.slot.id))
    return [_slot(turn, filled, seen, context.now) for turn in ordered]


def _slot(turn: Turn, filled: Fillings, seen: Collection[UUID], now: datetime) -> CalendarSlot:
    publication_id = filled[turn.slot.channel_id].get(turn.moment)
    return CalendarSlot(
        slot_id=turn.slot.id,
        channel_id=turn.slot.channel_id,
        at=turn.moment,
        state=state_of(turn.moment, now, filled=publication_id is not None),
        publication_id=publication_id if publication_id in seen else None,
    )


def _publication(publication: Publication, at: datetime, targets: Sequence[PublicationTarget]) -> CalendarPublication:
    channels = [ChannelTurn(channel_id=each.channel_id, at=_turn_at(each, publication, at)) for each in targets]
    own = publication.model_dump(include=set(CalendarPublication.model_fields) - {"title", "at", "channels"})
    title = publication.title or shorten(publication.text, _TITLE_LENGTH, placeholder="…")
    return CalendarPublication(**own, title=title, at=at, channels=channels)


def _turn_at(target: PublicationTarget, publication: Publication, at: datetime) -> datetime:
    return max(at, moment_in(target, publication) or at) if target.publish_at is not None else at


def _of(context: Context, period: Period, query: Select[Row], organization_id: UUID) -> Select[Row]:
    query = query.where(DIRECTORY.reach_filter(context, organization_id, _SEE))
    if period.organization_id is None:
        return query
    return query.where(DIRECTORY.under(context, organization_id, period.organization_id))


async def _targets_of(context: Context, ids: Sequence[UUID]) -> Mapping[UUID, list[PublicationTarget]]:
    query = select(PublicationTarget).where(col(PublicationTarget.publication_id).in_(ids))
    found: defaultdict[UUID, list[PublicationTarget]] = defaultdict(list)
    for row in await context.store.all(query.order_by(col(PublicationTarget.position))):
        found[row.publication_id].append(row)
    return found


async def _visible(context: Context, ids: Collection[UUID]) -> Collection[UUID]:
    query = select(Publication.id).where(
        col(Publication.id).in_(ids), DIRECTORY.reach_filter(context, Publication.organization_id, _SEE)
    )
    return set(await context.store.all(query))
