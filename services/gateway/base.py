"""The tables' base of the gateway: its own schema and metadata."""

from sqlalchemy.orm import registry

from shared.db import TenantRow, add_platform_tables, service_metadata

metadata = service_metadata("gateway")
add_platform_tables(metadata)


class Tenant(TenantRow, registry=registry(metadata=metadata)):
    """A row of the gateway that belongs to a tenant."""
