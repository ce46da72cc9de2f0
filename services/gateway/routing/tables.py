"""The origins of pages that may read a union's answers in a browser."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text, Uuid

from services.gateway.base import Tenant, metadata
from shared.db import json_value

# Looked up before the tenant is known (a browser asks without a token), so it holds nothing else.
allowed_origin = Table(
    "allowed_origin",
    metadata,
    Column("origin", Text, nullable=False),
    Column("tenant_id", Uuid, nullable=False),
    Column("organization_id", Uuid, nullable=False),
    PrimaryKeyConstraint("tenant_id", "organization_id", "origin"),
    info={"before_tenant": True},
)


class OriginList(Tenant, table=True):
    """One organization's whole list, under the organization's id."""

    origins: list[str] = json_value()
    version: int
