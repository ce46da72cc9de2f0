"""The tree of organizations, its closure, its tenant in the platform's list, and what is known of its channels."""

from datetime import date
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.gateway.base import Tenant, metadata
from services.gateway.organizations.rules import OrganizationKind, Setting
from services.gateway.organizations.rules.settings import value_of
from shared.db import checked_text, foreign_key, json_value
from shared.tenant_states import TenantState

# All tenants of the platform: asked before any of them is entered, so it stands outside of row-level security. Of a
# deleted one `certificate` is left: what was removed, in figures. `founding_key` is the hash of the Idempotency-Key that
# it was made under.
tenant_registry = Table(
    "tenant",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("deletion_asked_at", DateTime(timezone=True)),
    Column("certificate", JSONB(none_as_null=True)),
    Column("founding_key", LargeBinary),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("founding_key"),
    CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in TenantState)), name="state"),
    info={"before_tenant": True},
)


class Organization(Tenant, table=True):
    """A node of the tree. The root's id is the tenant's own id.

    `settings` are its own; `in_force` is what follows from them and from all organizations above, kept so that no
    list has to climb the tree.
    """

    kind: OrganizationKind = checked_text(OrganizationKind)
    name: str
    parent_id: UUID | None = Field(default=None)
    closed: bool = False
    employee_count: int | None = Field(default=None)
    affiliations: list[JsonValue] = json_value(default_factory=list[JsonValue])
    committee: dict[str, JsonValue] | None = json_value(default=None)
    settings: dict[str, JsonValue] = json_value(default_factory=dict[str, JsonValue])
    in_force: dict[str, JsonValue] = json_value()
    entity_version: int = 1

    constraints = (
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["gateway.organization.tenant_id", "gateway.organization.id"]),
        Index(None, "tenant_id", "parent_id", "id"),
        Index(None, "tenant_id", "kind", "id"),
    )

    @property
    def timezone(self) -> str:
        """The zone in force."""
        return str(value_of(self.in_force, Setting.TIMEZONE))


class OrganizationReach(Tenant, table=True):
    """The closure of the tree: every organization under every ancestor, itself included. `depth` is 0 for itself."""

    ancestor_id: UUID = foreign_key(Organization)
    organization_id: UUID = foreign_key(Organization)
    depth: int

    constraints = (
        UniqueConstraint("tenant_id", "ancestor_id", "organization_id"),
        Index(None, "tenant_id", "ancestor_id", "depth", "organization_id"),
    )


organization_word = Table(
    "organization_word",
    metadata,
    Column("tenant_id", Uuid, nullable=False),
    Column("word", Text(collation="C"), nullable=False),
    Column("organization_id", Uuid, nullable=False),
    PrimaryKeyConstraint("tenant_id", "word", "organization_id"),
    ForeignKeyConstraint(
        ["tenant_id", "organization_id"], ["gateway.organization.tenant_id", "gateway.organization.id"]
    ),
    Index(None, "tenant_id", "organization_id", "word"),
)
"""The words of names. Ranges of a btree, because a word's beginning is found by them under row-level security too."""


class OrganizationCount(Tenant, table=True):
    """How many members an organization had with all its parts, and employees, at the beginning of a month."""

    organization_id: UUID = foreign_key(Organization)
    month: date
    members: int
    employees: int | None = Field(default=None)

    constraints = (
        UniqueConstraint("tenant_id", "organization_id", "month"),
        Index(None, "tenant_id", "month"),
    )


class Channel(Tenant, table=True):
    """A channel in a network, as the publisher told it. `account_id` is the bot's or the community's own id there."""

    organization_id: UUID
    network: str
    name: str
    state: str
    account_id: str | None = Field(default=None)
    address: str | None = Field(default=None)
    mailbox_address: str | None = Field(default=None)  # where people write to its bot or community
    entity_version: int

    constraints = (
        Index(None, "tenant_id", "organization_id"),
        Index(None, "tenant_id", "network", "account_id"),
    )


class TenantPosition(Tenant, table=True):
    """The tenant's count of directory writes. Its id is the tenant's; its lock puts those writes in one order."""

    position: int = Field(default=0, sa_type=BigInteger)


class CallerPosition(Tenant, table=True):
    """The position of a person's own last directory write: a service that is behind it lets them wait. Id: the person's."""

    position: int = Field(sa_type=BigInteger)
