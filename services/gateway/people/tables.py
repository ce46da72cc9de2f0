"""People, where they belong, and their accounts in the networks."""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from services.gateway.base import Tenant
from services.gateway.organizations.tables import Organization
from services.gateway.people.rules import Network, PersonStatus
from shared.db import checked_text, foreign_key


class Person(Tenant, table=True):
    family_name: str
    given_name: str
    additional_name: str | None = Field(default=None)
    status: PersonStatus = checked_text(PersonStatus)
    entity_version: int = 1

    constraints = (Index(None, "tenant_id", "status", "id"),)


class Membership(Tenant, table=True):
    """A person belongs to an organization; through the tree to everything above it."""

    person_id: UUID = foreign_key(Person)
    organization_id: UUID = foreign_key(Organization)

    constraints = (UniqueConstraint("tenant_id", "organization_id", "person_id"),)


class Identifier(Tenant, table=True):
    """A person's own account in a network: `telegram`, `123456`."""

    person_id: UUID = foreign_key(Person)
    network: Network = checked_text(Network)
    external_id: str

    constraints = (UniqueConstraint("tenant_id", "network", "external_id"),)
