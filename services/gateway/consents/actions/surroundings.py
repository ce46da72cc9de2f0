"""Whose names a person's file needs to be read: they are of no person, so nobody counts or erases them."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from services.gateway.grants.tables import RoleGrant
from services.gateway.organizations.tables import Organization
from services.gateway.people.tables import Membership
from shared.context import Context
from shared.contracts.states import Subject
from shared.subjects import Held, Holding


async def organizations_of(context: Context, subject: Subject) -> Held:
    """Where the person belongs or has a role, and the union itself, whose zone the file's moments are in."""

    def theirs(person_id: Any) -> ColumnElement[bool]:
        return col(person_id).in_(subject.person_ids)

    named = or_(
        col(Organization.id) == context.tenant_id,
        col(Organization.id).in_(select(col(Membership.organization_id)).where(theirs(Membership.person_id))),
        col(Organization.id).in_(select(col(RoleGrant.organization_id)).where(theirs(RoleGrant.person_id))),
    )
    return Held([Holding.of("organizations", Organization, named, ("id", "name", "parent_id", "in_force"), kept=True)])
