"""An incident that a service reports becomes notifications: one for each person, however often it is reported."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.gateway.grants.actions import in_force
from services.gateway.grants.tables import RoleGrant
from services.gateway.notifications.actions.readers import Reader, present_among, readers_among
from services.gateway.notifications.rules.kinds import Way, kind_named
from services.gateway.notifications.rules.tellings import TellingState
from services.gateway.notifications.tables import Notification, NotificationTelling
from services.gateway.organizations.tables import OrganizationReach
from services.gateway.webhooks.actions import tell_here
from shared.clock import new_id
from shared.context import Context
from shared.contracts.gateway import EventOccurred, NotificationDue, NotificationRequested
from shared.db import table_of
from shared.permissions import MATRIX, Permission

CREATED: Final = "notification.created"  # in the stream: look at `/notifications`
_BATCH: Final = 1_000  # people in one statement
_LONGEST_TITLE: Final = 300


async def take_request(context: Context, request: NotificationRequested) -> None:
    """Each of its people is told once, by the ways that they want."""
    people = sorted({*request.person_ids, *await _holders_of(context, request)})
    for start in range(0, len(people), _BATCH):
        present = await present_among(context, people[start : start + _BATCH])
        await _tell(context, request, await readers_among(context, present))


async def _holders_of(context: Context, request: NotificationRequested) -> list[UUID]:
    """Everybody with the permission at the organization or above it."""
    if request.permission is None:
        return []
    roles = [role for role, permissions in MATRIX.items() if request.permission in permissions]
    query = (
        select(RoleGrant.person_id)
        .join(
            OrganizationReach,
            (col(OrganizationReach.tenant_id) == col(RoleGrant.tenant_id))
            & (col(OrganizationReach.ancestor_id) == col(RoleGrant.organization_id)),
        )
        .where(
            col(OrganizationReach.organization_id) == request.organization_id,
            col(RoleGrant.role).in_(roles),
            in_force(context.now),
        )
    )
    return await context.store.all(query.distinct())


async def _tell(context: Context, request: NotificationRequested, readers: Sequence[Reader]) -> None:
    kind = kind_named(request.kind)
    ways = {reader.person_id: reader.ways(kind) for reader in readers}
    rows = [_row(context, request, person_id, wanted) for person_id, wanted in ways.items() if wanted]
    if not rows:
        return
    table = table_of(Notification)
    statement = insert(table).values(rows).on_conflict_do_nothing()
    new = await context.store.execute(statement.returning(table))
    told = [(row.id, row.person_id, row.listed) for row in new]
    await _tell_clients(context, request, [person_id for _, person_id, listed in told if listed])
    leaving = [
        (notification_id, person_id, way)
        for notification_id, person_id, _ in told
        for way in sorted(ways[person_id] - {Way.CLIENT})
    ]
    if leaving:
        await context.store.execute(
            insert(table_of(NotificationTelling)), [_leaving(context, *each) for each in leaving]
        )
        await context.emit_all([NotificationDue(notification_id=each[0], way=each[2], attempt=1) for each in leaving])


async def _tell_clients(context: Context, request: NotificationRequested, person_ids: Sequence[UUID]) -> None:
    """In the streams of those people alone."""
    if not person_ids:
        return
    event = EventOccurred(
        event_id=new_id(),
        event=CREATED,
        organization_id=request.organization_id,
        subject=f"incident:{request.incident}",
        permission=request.permission or Permission.SEE_ORGANIZATION,
        data={"kind": kind_named(request.kind).name, "link": request.link, "urgent": request.urgent},
    )
    await tell_here(context, event, person_ids)


def _row(context: Context, request: NotificationRequested, person_id: UUID, ways: frozenset[Way]) -> dict[str, object]:
    notification = Notification(
        tenant_id=context.tenant_id,
        person_id=person_id,
        incident=request.incident,
        kind=kind_named(request.kind).name,
        organization_id=request.organization_id,
        title={language: _line(title) for language, title in request.title.items()},
        link=request.link,
        urgent=request.urgent,
        listed=Way.CLIENT in ways,
        occurred_at=context.now,
    )
    return notification.model_dump()


def _leaving(context: Context, notification_id: UUID, person_id: UUID, way: Way) -> dict[str, object]:
    return {
        "tenant_id": context.tenant_id,
        "id": new_id(),
        "notification_id": notification_id,
        "person_id": person_id,
        "way": way,
        "state": TellingState.WAITING,
        "attempts": 0,
        "tries": 0,
        "due_at": context.now,
    }


def _line(text: str) -> str:
    """What may stand in a mail's subject: one line, nothing that does not print."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())[:_LONGEST_TITLE]
