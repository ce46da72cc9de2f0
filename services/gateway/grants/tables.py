"""Who acts for which organization, in which role, and until when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from services.gateway.base import Tenant
from services.gateway.organizations.tables import Organization
from services.gateway.people.tables import Person
from shared.db import checked_text, foreign_key, moment
from shared.permissions import Role


class RoleGrant(Tenant, table=True):
    """Reaches the organization's whole subtree. At `until` it ends by itself."""

    person_id: UUID = foreign_key(Person)
    role: Role = checked_text(Role)
    organization_id: UUID = foreign_key(Organization)
    until: datetime | None = moment(default=None)
    given_by: UUID | None = Field(default=None)  # the person; None for a tenant's first administrator
    given_at: datetime = moment()

    constraints = (UniqueConstraint("tenant_id", "person_id", "organization_id", "role"),)
