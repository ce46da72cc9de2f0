"""Events: staff announce and run them, everybody sees them and registers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Request, Response

from services.surveys.events.actions.announcing import (
    change_event,
    create_event,
    list_events,
    move_event,
    read_event,
)
from services.surveys.events.actions.attending import cancel_registration, list_registrations, read_registration
from services.surveys.events.actions.calendar import calendar_file
from services.surveys.events.actions.registering import Registrar
from services.surveys.events.rules.contacts import ContactNeeded, InvalidContact
from services.surveys.events.rules.life import (
    EventCancelled,
    EventOver,
    RegistrationClosed,
    Stage,
    WrongState,
)
from services.surveys.events.rules.schedule import InvalidSchedule
from services.surveys.events.rules.seats import RegistrationExists, TooFewSeats
from services.surveys.events.schemas import (
    EventChange,
    EventQuery,
    EventView,
    NewEvent,
    NewRegistration,
    RegistrationQuery,
    RegistrationTaken,
    RegistrationView,
)
from services.surveys.events.tables import Event
from shared.app import (
    ApiRouter,
    IfMatch,
    Page,
    PublicIdPath,
    allowed,
    anyone,
    caller,
    created,
    etag,
    problems,
)
from shared.app.hot import answer, body_of, read_body
from shared.context import Context
from shared.errors import Forbidden, NotFound, Stale
from shared.identity import Caller
from shared.local_time import LocalTimeDoesNotExist, UnknownTimezone
from shared.permissions import Permission

router = ApiRouter(tags=["events"])
Seeing = Annotated[Context, allowed(Permission.SEE_EVENTS)]
Managing = Annotated[Context, allowed(Permission.MANAGE_EVENTS)]
Public = Annotated[Context, anyone(tenant_of="event_id")]
Anybody = Annotated[Caller, caller(public=True)]
Token = Annotated[
    str | None,
    Header(alias="Registration-Token", max_length=64, description="what the registration's answer showed once"),
]


def _shown(response: Response, event: Event, now: datetime) -> EventView:
    etag(response, event.version)
    return EventView.of(event, now)


@router.post(
    "/events",
    status_code=201,
    operation_id="events_create",
    responses=problems(NotFound, InvalidSchedule, UnknownTimezone, LocalTimeDoesNotExist),
)
async def events_create(body: NewEvent, context: Managing, response: Response) -> EventView:
    """Draft an event. Nobody but staff sees it before it is opened."""
    view = _shown(response, await create_event(context, body), context.now)
    created(response, f"/v1/events/{view.id}")
    return view


@router.get("/events", operation_id="events_list", responses=problems(NotFound))
async def events_list(context: Seeing, page: Annotated[EventQuery, Query()]) -> Page[EventView]:
    """List the events of the organizations that the caller reaches, newest first."""
    rows, following = await list_events(context, page)
    return Page(items=[EventView.of(row, context.now) for row in rows], next=following)


@router.get("/events/{event_id}", operation_id="events_read", responses=problems(NotFound))
async def events_read(event_id: PublicIdPath, context: Public, response: Response) -> EventView:
    """Read an event. Everybody may, without a token, once it was opened."""
    return _shown(response, await read_event(context, event_id), context.now)


@router.patch(
    "/events/{event_id}",
    operation_id="events_update",
    responses=problems(
        NotFound, Stale, EventOver, EventCancelled, InvalidSchedule, UnknownTimezone, LocalTimeDoesNotExist, TooFewSeats
    ),
)
async def events_update(
    event_id: PublicIdPath, body: EventChange, context: Managing, response: Response, if_match: IfMatch = None
) -> EventView:
    """Change an event that is not over. More seats go to those who wait, in their order, at once."""
    return _shown(response, await change_event(context, event_id, body, if_match), context.now)


@router.post(
    "/events/{event_id}/open",
    operation_id="events_open",
    responses=problems(NotFound, Stale, WrongState, EventOver),
)
async def events_open(
    event_id: PublicIdPath, context: Managing, response: Response, if_match: IfMatch = None
) -> EventView:
    """Announce an event and take registrations; again, if they were closed."""
    return _shown(response, await move_event(context, event_id, Stage.OPEN, if_match), context.now)


@router.post(
    "/events/{event_id}/close",
    operation_id="events_close",
    responses=problems(NotFound, Stale, WrongState, EventOver),
)
async def events_close(
    event_id: PublicIdPath, context: Managing, response: Response, if_match: IfMatch = None
) -> EventView:
    """Take no more registrations. Seats that come free still go to those who wait."""
    return _shown(response, await move_event(context, event_id, Stage.CLOSED, if_match), context.now)


@router.post(
    "/events/{event_id}/cancel",
    operation_id="events_cancel",
    responses=problems(NotFound, Stale, WrongState, EventOver),
)
async def events_cancel(
    event_id: PublicIdPath, context: Managing, response: Response, if_match: IfMatch = None
) -> EventView:
    """Call an event off, for good. Its page says so."""
    return _shown(response, await move_event(context, event_id, Stage.CANCELLED, if_match), context.now)


@router.get(
    "/events/{event_id}/calendar.ics",
    operation_id="event_calendar_read",
    response_class=Response,
    responses={200: {"description": "a calendar file", "content": {"text/calendar": {"schema": {"type": "string"}}}}}
    | problems(NotFound),
)
async def event_calendar_read(event_id: PublicIdPath, context: Public) -> Response:
    """The event as a file for calendars, in its local time. Everybody may, without a token."""
    content = calendar_file(await read_event(context, event_id), context.now)
    headers = {"content-disposition": 'attachment; filename="event.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post(
    "/events/{event_id}/registrations",
    status_code=201,
    operation_id="event_registrations_create",
    response_model=RegistrationTaken,
    responses=problems(
        NotFound,
        RegistrationExists,
        EventOver,
        EventCancelled,
        RegistrationClosed,
        ContactNeeded,
        InvalidContact,
    ),
    openapi_extra=body_of(NewRegistration),
)
async def event_registrations_create(event_id: PublicIdPath, request: Request, person: Anybody) -> Response:
    """Register for an event, without a token or as the person who is signed in: a seat, or a place in the line.

    A retry is safe without an Idempotency-Key, and none is kept: the second time is 409 `registration.exists`.
    """
    body = await read_body(request, NewRegistration)
    registrar: Registrar = request.app.state.registrar
    taken = await registrar.register(person, event_id, body)
    return answer(taken, location=f"/v1/events/{event_id}/registrations/{taken.id}")


@router.get("/events/{event_id}/registrations", operation_id="event_registrations_list", responses=problems(NotFound))
async def event_registrations_list(
    event_id: PublicIdPath, context: Managing, page: Annotated[RegistrationQuery, Query()]
) -> Page[RegistrationView]:
    """List who is registered, in the order in which they came."""
    views, following = await list_registrations(context, event_id, page)
    return Page(items=views, next=following)


@router.get(
    "/events/{event_id}/registrations/{registration_id}",
    operation_id="event_registrations_read",
    responses=problems(NotFound, Forbidden),
)
async def event_registrations_read(
    event_id: PublicIdPath, registration_id: UUID, context: Public, response: Response, token: Token = None
) -> RegistrationView:
    """Read a registration: its holder by token or sign-in, or staff. A wrong token is 404."""
    view = await read_registration(context, event_id, registration_id, token)
    etag(response, view.version)
    return view


@router.post(
    "/events/{event_id}/registrations/{registration_id}/cancel",
    operation_id="event_registrations_cancel",
    responses=problems(NotFound, Forbidden, Stale, EventOver, EventCancelled),
)
async def event_registrations_cancel(
    event_id: PublicIdPath,
    registration_id: UUID,
    context: Public,
    response: Response,
    token: Token = None,
    if_match: IfMatch = None,
) -> RegistrationView:
    """Give a seat or a place in the line back: its holder by token or sign-in, or staff. The first who waits moves up.

    A second time changes nothing.
    """
    view = await cancel_registration(context, event_id, registration_id, token, if_match)
    etag(response, view.version)
    return view
