"""The tree of organizations, its closure, and how many directory writes a tenant has seen."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from services.gateway.base import Tenant
from services.gateway.organizations.rules import OrganizationKind
from shared.db import checked_text, foreign_key


class Organization(Tenant, table=True):
    """A node of the tree. The root's id is the tenant's own id."""

    kind: OrganizationKind = checked_text(OrganizationKind)
    name: str
    parent_id: UUID | None = Field(default=None)
    timezone: str
    closed: bool = False
    entity_version: int = 1

    constraints = (
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["gateway.organization.tenant_id", "gateway.organization.id"]),
        Index(None, "tenant_id", "parent_id", "id"),
    )


class OrganizationReach(Tenant, table=True):
    """The closure of the tree: every organization under every ancestor, itself included. `depth` is 0 for itself."""

    ancestor_id: UUID = foreign_key(Organization)
    organization_id: UUID = foreign_key(Organization)
    depth: int

    constraints = (UniqueConstraint("tenant_id", "ancestor_id", "organization_id"),)


class TenantPosition(Tenant, table=True):
    """The tenant's count of directory writes. Its id is the tenant's; its lock puts those writes in one order."""

    position: int = Field(default=0, sa_type=BigInteger)


class CallerPosition(Tenant, table=True):
    """The position of a person's own last directory write: a service that is behind it lets them wait. Id: the person's."""

    position: int = Field(sa_type=BigInteger)
