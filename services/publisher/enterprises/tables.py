"""Enterprises, what happened with each, and accounts of which it is known what kind of author they belong to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.enterprises.rules.relationship import AuthorType, EventKind
from shared.db import checked_text, foreign_key, moment


class Enterprise(Tenant, table=True):
    organization_id: UUID  # whose subtree may see it
    name: str
    name_key: str  # folded, so that beginnings of names are found
    founded_on: date | None = None
    head_name: str = ""
    head_position: str = ""
    head_email: str | None = None
    press_name: str = ""
    press_email: str | None = None
    press_phone: str | None = None  # E.164
    closed: bool = False  # it is no more; its history stays
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "name_key", "id"),
        Index(None, "tenant_id", "head_email"),
        Index(None, "tenant_id", "press_email"),
        Index(None, "tenant_id", "press_phone"),
    )


class EnterpriseOrganization(Tenant, table=True):
    """An organization of the union that works at an enterprise."""

    enterprise_id: UUID = foreign_key(Enterprise)
    organization_id: UUID

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "enterprise_id", "organization_id"),
        Index(None, "tenant_id", "organization_id", "enterprise_id"),
    )


class AuthorAccount(Tenant, table=True):
    """An account outside whose owner is known: an enterprise, or a contact of the press list."""

    network: str
    external_id: str  # as the network tells its authors: `-123` is a community of VK
    author_type: AuthorType = checked_text(AuthorType)
    owner_id: UUID  # the enterprise's or the contact's id
    enterprise_id: UUID | None = foreign_key(Enterprise, default=None)  # the enterprise itself, or the one they lead

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "network", "external_id"),
        Index(None, "tenant_id", "owner_id"),
    )


class EnterpriseEvent(Tenant, table=True):
    """Something that happened between the union and an enterprise."""

    enterprise_id: UUID = foreign_key(Enterprise)
    kind: EventKind = checked_text(EventKind)
    source_key: str  # what it is known by: told again, it is the same event
    happened_at: datetime = moment()
    publication_id: UUID | None = None
    url: str | None = None
    reaction_seconds: int | None = None  # since the publication that it answers
    words: str = ""  # a person's, of what no network told

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "enterprise_id", "source_key"),
        Index(None, "tenant_id", "enterprise_id", "id"),
        Index(None, "tenant_id", "enterprise_id", "kind", "id"),
        CheckConstraint("reaction_seconds >= 0", name="reaction_seconds"),
    )
