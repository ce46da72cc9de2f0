"""Reading and cancelling registrations: by staff, by the person, or by who holds the registration's token."""

import hmac
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.surveys.directory.tables import DIRECTORY
from services.surveys.events.actions.announcing import find_event, read_event
from services.surveys.events.actions.promoting import promote_waiting
from services.surveys.events.actions.registering import hash_of
from services.surveys.events.rules.life import check_changeable
from services.surveys.events.rules.seats import RegistrationState
from services.surveys.events.schemas import RegistrationQuery, RegistrationView
from services.surveys.events.tables import Event, Registration
from shared.app import check_match, paginate
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission


async def read_registration(
    context: Context, event_id: str, registration_id: UUID, token: str | None
) -> RegistrationView:
    """Raises NotFound; Forbidden for who reaches the organization without managing its events."""
    event = await read_event(context, event_id)
    registration = await _find(context, event, registration_id, token, Permission.MANAGE_EVENTS)
    return await _shown(context, registration)


async def list_registrations(
    context: Context, event_id: str, page: RegistrationQuery
) -> tuple[list[RegistrationView], str | None]:
    """In the order in which they came. Raises NotFound, Forbidden."""
    event = await find_event(context, event_id)
    await DIRECTORY.reachable(context, event.organization_id, Permission.MANAGE_EVENTS)
    query = select(Registration).where(Registration.tenant_id == context.tenant_id, Registration.event_id == event.id)
    if page.state is not None:
        query = query.where(col(Registration.state) == page.state)
    rows, following = await paginate(context, query, Registration.id, page, descending=False)
    positions = await _positions(context, event.id, [row.id for row in rows])
    context.has_read(*(row.person_id for row in rows if row.person_id is not None))
    return [RegistrationView.of(row, positions.get(row.id)) for row in rows], following


async def cancel_registration(
    context: Context, event_id: str, registration_id: UUID, token: str | None, if_match: str | None
) -> RegistrationView:
    """Give the seat back; the first who waits gets it in the same transaction. A second time changes nothing.

    Raises NotFound, Forbidden, Stale, EventOver, EventCancelled.
    """
    event = await read_event(context, event_id)
    await _find(context, event, registration_id, token, Permission.MANAGE_EVENTS)
    event = await context.store.lock(Event, event.id)
    registration = await context.store.lock(Registration, registration_id)
    check_match(if_match, registration.version)
    check_changeable(event.state_at(context.now))
    if registration.state is not RegistrationState.CANCELLED:
        event.seats = event.seats.leave(registration.state)
        registration.state = RegistrationState.CANCELLED
        registration.cancelled_at = context.now
        registration.version += 1
        await context.store.flush()
        await promote_waiting(context, event)
    return await _shown(context, registration)


async def _find(
    context: Context, event: Event, registration_id: UUID, token: str | None, permission: Permission
) -> Registration:
    """A wrong token finds as much as none does, and of who may not look one asks as much as if it were not there."""
    registration = await context.store.find(Registration, registration_id)
    if registration is not None and registration.event_id != event.id:
        registration = None
    if registration is None or not _is_theirs(context, registration, token):
        await DIRECTORY.reachable(context, event.organization_id, permission)
    if registration is None:
        raise NotFound
    return registration


def _is_theirs(context: Context, registration: Registration, token: str | None) -> bool:
    by_token = token is not None and hmac.compare_digest(hash_of(token), registration.token_hash)
    by_person = registration.person_id is not None and registration.person_id == context.caller.person_id
    return by_token or by_person


async def _shown(context: Context, registration: Registration) -> RegistrationView:
    position = None
    if registration.state is RegistrationState.WAITING:
        ahead = select(func.count()).where(
            Registration.tenant_id == context.tenant_id,
            Registration.event_id == registration.event_id,
            col(Registration.state) == RegistrationState.WAITING,
            col(Registration.number) <= registration.number,
        )
        position = await context.store.first(ahead)
    return RegistrationView.of(registration, position)


async def _positions(context: Context, event_id: UUID, registration_ids: list[UUID]) -> dict[UUID, int]:
    """The places in the line of those among `registration_ids` who wait."""
    line = (
        select(Registration.id, func.row_number().over(order_by=col(Registration.number)).label("position"))
        .where(
            Registration.tenant_id == context.tenant_id,
            Registration.event_id == event_id,
            col(Registration.state) == RegistrationState.WAITING,
        )
        .subquery()
    )
    rows = await context.store.execute(select(line.c.id, line.c.position).where(line.c.id.in_(registration_ids)))
    return {row.id: row.position for row in rows}
