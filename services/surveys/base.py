"""The base of the tables of surveys and events: their own schema, every row of a tenant."""

from sqlalchemy.orm import registry

from shared.db import TenantRow, add_platform_tables, service_metadata

metadata = service_metadata("surveys")
add_platform_tables(metadata)


class Tenant(TenantRow, registry=registry(metadata=metadata)):
    """A row of one tenant in this service's schema."""
