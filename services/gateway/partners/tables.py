"""Partner organizations and their API keys."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, LargeBinary, Text
from sqlmodel import Field

from services.gateway.base import Tenant
from services.gateway.organizations.tables import Organization
from services.gateway.partners.rules import PartnerKind
from shared.db import checked_text, foreign_key, moment


class Partner(Tenant, table=True):
    """A newspaper, an enterprise's press service, a federation: somebody outside who calls the API."""

    organization_id: UUID = foreign_key(Organization)  # whose subtree looks after it
    name: str
    kind: PartnerKind = checked_text(PartnerKind)
    contact: str | None = Field(default=None)
    requests_per_minute: int | None = Field(default=None)  # None: the installation's
    version: int = 1

    constraints = (Index(None, "tenant_id", "organization_id", "id"),)


class PartnerKey(Tenant, table=True):
    """Of the key itself only a hash is kept."""

    partner_id: UUID = foreign_key(Partner)
    organization_id: UUID = foreign_key(Organization)  # it reaches this subtree
    label: str
    test: bool
    shown: str
    secret_hash: bytes = Field(sa_type=LargeBinary)
    scopes: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportArgumentType, reportCallIssue] - SQLModel takes an instance, its stub wants a class
    created_by: UUID  # the person whose rights are the key's limit for as long as it lives
    created_at: datetime = moment()
    expires_at: datetime = moment()
    last_used_on: date | None = Field(default=None)
    revoked_at: datetime | None = moment(default=None)

    constraints = (Index(None, "tenant_id", "partner_id", "id"),)
