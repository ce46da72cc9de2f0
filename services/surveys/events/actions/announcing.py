"""Making events, changing them, moving them on, finding them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.surveys.directory.tables import DIRECTORY
from services.surveys.events.actions.promoting import promote_waiting
from services.surveys.events.actions.telling import told_of
from services.surveys.events.rules.life import EventState, Stage, check_changeable, check_move
from services.surveys.events.rules.schedule import check_ahead, check_times, moment_within_reach
from services.surveys.events.schemas import EventChange, EventQuery, NewEvent
from services.surveys.events.tables import Event
from shared.app import check_match, id_within, paginate
from shared.context import Context
from shared.contracts.events import occurred
from shared.errors import NotFound
from shared.local_time import zone_named
from shared.permissions import Permission

_TOLD = {Stage.OPEN: "event.opened", Stage.CANCELLED: "event.cancelled"}
_MAY_BE_EMPTIED = frozenset({"place", "url", "registration_closes_at"})


async def create_event(context: Context, body: NewEvent) -> Event:
    """Raises NotFound, Forbidden, InvalidSchedule, UnknownTimezone, LocalTimeDoesNotExist."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.MANAGE_EVENTS)
    event = Event(
        **body.model_dump(),
        **_moments(body.timezone, body.starts_local, body.ends_local),
        created_by=context.caller.person_id,
        created_at=context.now,
    )
    check_times(event.starts_at, event.ends_at, event.registration_closes_at)
    check_ahead(event.starts_at, context.now)
    return await context.store.insert(event)


async def change_event(context: Context, event_id: str, body: EventChange, if_match: str | None) -> Event:
    """Raises as `create_event` does, and Stale, EventOver, EventCancelled, TooFewSeats."""
    event = await hold_event(context, event_id, if_match)
    check_changeable(event.state_at(context.now))
    given = body.model_dump(exclude_unset=True, exclude={"capacity"})
    for name, value in given.items():
        if value is not None or name in _MAY_BE_EMPTIED:
            setattr(event, name, value)
    for name, value in _moments(event.timezone, event.starts_local, event.ends_local).items():
        setattr(event, name, value)
    check_times(event.starts_at, event.ends_at, event.registration_closes_at)
    event.version += 1
    if body.capacity is not None:
        event.seats = event.seats.resize(body.capacity)
        await promote_waiting(context, event)
    return event


async def move_event(context: Context, event_id: str, to: Stage, if_match: str | None) -> Event:
    """Open, close or cancel. Raises NotFound, Forbidden, Stale, WrongState, EventOver."""
    event = await hold_event(context, event_id, if_match)
    check_move(event.stage, to, event.moments, context.now)
    event.stage = to
    event.version += 1
    if to in _TOLD:
        told = told_of(event.tenant_id, event.id, event.state_at(context.now), event.seats)
        await context.emit(occurred(_TOLD[to], event.organization_id, told, context.now))
    return event


async def hold_event(context: Context, event_id: str, if_match: str | None = None) -> Event:
    """The event as it is now, held until the end of the transaction, for one who may manage it.

    Raises NotFound; Forbidden for what the caller only sees; Stale.
    """
    query = _seen_by_staff(context).where(Event.id == id_within(context.tenant_id, event_id))
    event = await context.store.first(query.with_for_update(of=Event).execution_options(populate_existing=True))
    if event is None:
        raise NotFound
    await DIRECTORY.reachable(context, event.organization_id, Permission.MANAGE_EVENTS)
    check_match(if_match, event.version)
    return event


async def find_event(context: Context, event_id: str) -> Event:
    """For staff who see the organization's events. Raises NotFound."""
    event = await context.store.first(_seen_by_staff(context).where(Event.id == id_within(context.tenant_id, event_id)))
    if event is None:
        raise NotFound
    return event


async def read_event(context: Context, event_id: str) -> Event:
    """For everybody once it was announced, for staff before that. Raises NotFound."""
    seen = or_(
        col(Event.stage) != Stage.DRAFT,
        DIRECTORY.reach_filter(context, Event.organization_id, Permission.SEE_EVENTS),
    )
    query = select(Event).where(
        Event.tenant_id == context.tenant_id, Event.id == id_within(context.tenant_id, event_id), seen
    )
    event = await context.store.first(query)
    if event is None:
        raise NotFound
    return event


async def list_events(context: Context, page: EventQuery) -> tuple[list[Event], str | None]:
    """Newest first. Raises NotFound for an organization that the caller does not reach."""
    query = _seen_by_staff(context)
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_EVENTS)
        query = query.where(DIRECTORY.under(context, Event.organization_id, page.organization_id))
    if page.state is not None:
        query = query.where(in_state(page.state, context.now))
    return await paginate(context, query, Event.id, page)


def in_state(state: EventState, now: datetime) -> ColumnElement[bool]:
    """`rules.life.state_at` as a condition."""
    if state in {EventState.DRAFT, EventState.CANCELLED}:
        return col(Event.stage) == Stage(state)
    announced = col(Event.stage).in_((Stage.OPEN, Stage.CLOSED))
    ended = col(Event.ends_at) <= now
    if state is EventState.OVER:
        return and_(announced, ended)
    closed = or_(
        col(Event.stage) == Stage.CLOSED,
        and_(col(Event.registration_closes_at).is_not(None), col(Event.registration_closes_at) <= now),
    )
    if state is EventState.CLOSED:
        return and_(announced, ~ended, closed)
    full = col(Event.confirmed) >= col(Event.capacity)
    return and_(announced, ~ended, ~closed, full if state is EventState.FULL else ~full)


def _seen_by_staff(context: Context) -> SelectOfScalar[Event]:
    return select(Event).where(
        Event.tenant_id == context.tenant_id,
        DIRECTORY.reach_filter(context, Event.organization_id, Permission.SEE_EVENTS),
    )


def _moments(timezone: str, starts_local: datetime, ends_local: datetime) -> dict[str, Any]:
    """Raises InvalidSchedule, UnknownTimezone, LocalTimeDoesNotExist."""
    zone = zone_named(timezone)
    return {
        "starts_at": moment_within_reach(starts_local, zone, "/starts_local"),
        "ends_at": moment_within_reach(ends_local, zone, "/ends_local"),
    }
