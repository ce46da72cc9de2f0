"""The press list, releases, the letter to each recipient, where releases were taken up, whom nobody writes to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.enterprises.tables import Enterprise
from services.publisher.releases.rules.contacts import ContactBasis, ContactKind, ContactState
from services.publisher.releases.rules.states import ReleaseState
from shared.clock import random_id
from shared.db import checked_text, foreign_key, json_value, moment, unique_in_tenant


class Contact(Tenant, table=True):
    organization_id: UUID  # whose press list it is
    kind: ContactKind = checked_text(ContactKind)
    name: str
    position: str = ""
    outlet: str = ""  # the paper, the office
    email: str
    phone: str | None = None  # E.164
    language: str = "ru"
    basis: ContactBasis = checked_text(ContactBasis)
    state: ContactState = checked_text(ContactState, default=ContactState.ACTIVE)
    enterprise_id: UUID | None = foreign_key(Enterprise, default=None)
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "organization_id", "email"),
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "kind", "id"),
        Index(None, "tenant_id", "email"),
        Index(None, "tenant_id", "phone"),
    )


class ContactSuppression(Tenant, table=True):
    """An address that is not written to, known by its mark alone: it outlives the contact."""

    address_mark: str = unique_in_tenant()
    state: ContactState = checked_text(ContactState)
    created_at: datetime = moment()


class Release(Tenant, table=True):
    organization_id: UUID  # who sends it
    title: str
    text: str
    embargo_until: datetime | None = moment(default=None)
    state: ReleaseState = checked_text(ReleaseState)
    sent_at: datetime | None = moment(default=None)  # when sending began
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "state", "id"),
    )


class ReleaseRecipient(Tenant, table=True):
    """One release on its way to one contact. The attempt is kept before the letter is handed over."""

    release_id: UUID = foreign_key(Release)
    contact_id: UUID | None = foreign_key(Contact, default=None)  # null of a contact that was deleted
    email: str | None = None  # to which it goes; null before sending and after an erasure
    token: UUID = unique_in_tenant(default_factory=random_id)  # in the letter's own links
    state: DeliveryState = checked_text(DeliveryState)
    attempts: int = 0  # begun; the number of the last one
    tries: int = 0  # used up since a person last asked for it
    lease_until: datetime | None = moment(default=None)  # by the database's clock
    next_attempt_at: datetime | None = moment(default=None)
    reason: dict[str, JsonValue] | None = json_value(default=None)  # {"code", "network_code", "ru", "en"}
    sent_at: datetime | None = moment(default=None)
    opens: int = 0
    opened_at: datetime | None = moment(default=None)
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "release_id", "contact_id"),
        UniqueConstraint("tenant_id", "release_id", "email"),
        Index(None, "tenant_id", "release_id", "state", "id"),
        Index(None, "tenant_id", "email"),
        CheckConstraint("opens >= 0", name="opens"),
    )


class ReleasePickup(Tenant, table=True):
    """Where a release was taken up."""

    release_id: UUID = foreign_key(Release)
    url: str
    outlet: str
    published_on: date
    created_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "release_id", "url"),
        Index(None, "tenant_id", "release_id", "id"),
    )
