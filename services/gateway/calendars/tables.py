"""Working calendars of organizations."""

from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Index
from sqlmodel import Field

from services.gateway.base import Tenant
from services.gateway.calendars.rules.official import Country
from services.gateway.organizations.tables import Organization
from shared.db import checked_text, foreign_key, json_value


class Calendar(Tenant, table=True):
    """`definition` follows from the other columns and the official days of the years around today; it is what is told."""

    organization_id: UUID = foreign_key(Organization)
    name: str
    country: Country | None = checked_text(Country, default=None)
    zone: str | None = Field(default=None)
    week: list[JsonValue] = json_value()
    short_by: int
    overrides: dict[str, JsonValue] = json_value(default_factory=dict[str, JsonValue])
    definition: dict[str, JsonValue] = json_value()
    entity_version: int = 1

    constraints = (Index(None, "tenant_id", "organization_id", "id"),)
