"""The columns of the read models. A service makes its own tables of them."""

from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from shared.db import json_value


class OrganizationColumns(SQLModel):
    """Settings are those in force: the organization's own, else the nearest above it."""

    kind: str
    name: str
    parent_id: UUID | None = None
    timezone: str
    closed: bool = False
    calendar_id: UUID | None = None
    least_numbers: int = 5  # people behind a published number
    least_texts: int = 10  # people behind a published text
    branding: dict[str, str] = json_value(default_factory=dict[str, str])
    entity_version: int


class ReachColumns(SQLModel):
    """The closure of the tree: every organization under every ancestor, itself included."""

    ancestor_id: UUID
    organization_id: UUID


REACH_CONSTRAINTS = (
    UniqueConstraint("tenant_id", "ancestor_id", "organization_id"),
    Index(None, "tenant_id", "organization_id"),
)


class PersonColumns(SQLModel):
    """Of an erased person the id alone stays, without a name, so that figures keep their sum."""

    display_name: str
    status: str
    erased: bool = False
    entity_version: int


class MembershipColumns(SQLModel):
    person_id: UUID
    organization_id: UUID


MEMBERSHIP_CONSTRAINTS = (
    UniqueConstraint("tenant_id", "organization_id", "person_id"),
    Index(None, "tenant_id", "person_id"),
)


class IdentifierColumns(SQLModel):
    person_id: UUID
    network: str
    external_id: str


IDENTIFIER_CONSTRAINTS = (
    UniqueConstraint("tenant_id", "network", "external_id"),
    Index(None, "tenant_id", "person_id"),
)


class CalendarColumns(SQLModel):
    """`definition` is a `shared.working_time.WorkingCalendar` as JSON."""

    name: str
    definition: dict[str, JsonValue] = json_value()
    entity_version: int


class PositionColumns(SQLModel):
    """How many of the tenant's directory writes are applied here without a gap, and which came before their turn."""

    applied: int = Field(default=0, sa_type=BigInteger)
    ahead: list[int] = Field(default_factory=list[int], sa_type=ARRAY(BigInteger))  # pyright: ignore[reportArgumentType, reportCallIssue] - SQLModel takes an instance, its stub wants a class
