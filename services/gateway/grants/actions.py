"""Giving roles and taking them back. The caller's own roles at the place, or above it, are the limit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select

from services.gateway.grants.rules import (
    EndsBeforeItBegins,
    GrantExists,
    is_within,
)
from services.gateway.grants.schemas import GrantsQuery, NewGrant
from services.gateway.grants.tables import RoleGrant
from services.gateway.organizations.actions import REACH
from services.gateway.organizations.tables import Organization
from services.gateway.people.actions import check_person
from services.gateway.people.rules.rights import LastAdministrator, RoleExceedsYours
from services.gateway.people.tables import Person
from shared.app import paginate
from shared.context import Context
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission, Role


async def give_grant(context: Context, body: NewGrant) -> RoleGrant:
    """Raises NotFound, Forbidden, RoleExceedsYours, GrantExists, EndsBeforeItBegins."""
    if body.until is not None and body.until <= context.now:
        raise EndsBeforeItBegins
    await REACH.check(context, body.organization_id, Permission.MANAGE_GRANTS)
    await check_person(context, body.person_id)
    await check_within_own(context, body.role, body.organization_id)
    # Two gifts of the same role at once: the second waits here and finds the first.
    await context.store.lock(Organization, body.organization_id)
    present = await context.store.first(
        select(RoleGrant).where(
            RoleGrant.person_id == body.person_id,
            RoleGrant.organization_id == body.organization_id,
            RoleGrant.role == body.role,
        )
    )
    if present is not None:
        if present.until is None or present.until > context.now:
            raise GrantExists
        await context.store.delete(present)
        await context.store.flush()
    return await add_grant(context, body.person_id, body.role, body.organization_id, body.until)


async def add_grant(
    context: Context, person_id: UUID, role: Role, organization_id: UUID, until: datetime | None = None
) -> RoleGrant:
    """Give a role without asking who may."""
    return await context.store.insert(
        RoleGrant(
            person_id=person_id,
            role=role,
            organization_id=organization_id,
            until=until,
            given_by=context.caller.person_id,
            given_at=context.now,
        )
    )


async def end_grant(context: Context, grant_id: UUID) -> None:
    """Raises NotFound, Forbidden, RoleExceedsYours, LastAdministrator."""
    grant = await REACH.get(context, RoleGrant, grant_id, Permission.MANAGE_GRANTS)
    await check_within_own(context, grant.role, grant.organization_id)
    if grant.role is Role.ADMINISTRATOR and grant.organization_id == context.tenant_id:
        await check_another_administrator(context, grant.person_id)
    await context.store.delete(grant)


async def list_grants(context: Context, query: GrantsQuery) -> tuple[list[RoleGrant], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    statement = select(RoleGrant).where(REACH.allowed(context, RoleGrant.organization_id, Permission.MANAGE_GRANTS))
    if query.person_id is not None:
        statement = statement.where(RoleGrant.person_id == query.person_id)
    if query.organization_id is not None:
        await REACH.check(context, query.organization_id, Permission.MANAGE_GRANTS)
        statement = statement.where(REACH.under(context, RoleGrant.organization_id, query.organization_id))
    return await paginate(context, statement, RoleGrant.id, query)


async def read_grant(context: Context, grant_id: UUID) -> RoleGrant:
    """Raises NotFound, Forbidden."""
    return await REACH.get(context, RoleGrant, grant_id, Permission.MANAGE_GRANTS)


async def check_within_own(context: Context, role: Role, organization_id: UUID) -> None:
    """Raises RoleExceedsYours unless the caller holds, at that organization or above it, all that `role` may do."""
    roots = {grant.organization_id for grant in context.caller.grants}
    above = await REACH.ancestors_among(context, organization_id, roots)
    if not is_within(role, [grant.role for grant in context.caller.grants if grant.organization_id in above]):
        raise RoleExceedsYours


async def check_may_act_as(context: Context, person_id: UUID) -> None:
    """Raises RoleExceedsYours unless the caller could have given the person every role that they hold.

    Whoever hands somebody a password could sign in as them: it must gain them nothing.
    """
    for grant in await context.store.all(grants_in_force(person_id, context.now)):
        try:
            await REACH.check(context, grant.organization_id, Permission.MANAGE_GRANTS)
        except (NotFound, Forbidden) as error:
            raise RoleExceedsYours from error
        await check_within_own(context, grant.role, grant.organization_id)


async def check_may_merge(context: Context, survivor_id: UUID, merged_id: UUID) -> None:
    """Whoever proved an account of one signs in as the other afterwards: the caller must be allowed to act as both.

    The roles of the one who goes are nobody's. Raises RoleExceedsYours, LastAdministrator.
    """
    for person_id in (survivor_id, merged_id):
        await check_may_act_as(context, person_id)
    await check_another_administrator(context, merged_id)


async def check_another_administrator(context: Context, person_id: UUID) -> None:
    """Raises LastAdministrator when nobody would be left to run the union without that person.

    Locked, so that two administrators cannot do away with each other at once.
    """
    present = select(Person.id).where(col(Person.merged_into_id).is_(None))
    of_root = select(RoleGrant.id).where(
        RoleGrant.organization_id == context.tenant_id,
        RoleGrant.role == Role.ADMINISTRATOR,
        col(RoleGrant.person_id).in_(present),
        in_force(context.now),
    )
    if await context.store.first(of_root.where(RoleGrant.person_id == person_id)) is None:
        return
    await context.store.lock(Organization, context.tenant_id)
    if await context.store.first(of_root.where(RoleGrant.person_id != person_id)) is None:
        raise LastAdministrator


def grants_in_force(person_id: UUID, now: datetime):  # noqa: ANN201 - a Select of RoleGrant, as sqlmodel spells it
    return select(RoleGrant).where(RoleGrant.person_id == person_id, in_force(now)).order_by(col(RoleGrant.id))


def in_force(now: datetime) -> ColumnElement[bool]:
    return or_(col(RoleGrant.until).is_(None), col(RoleGrant.until) > now)
