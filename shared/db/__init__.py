"""PostgreSQL: tables of tenants, transactions that know their tenant, and the schema's own guard."""

from shared.db.engine import Database, DatabaseAway, asyncpg_url, enter_tenant, is_away, is_passing, sql_state
from shared.db.platform_tables import IS_DEAD, MAX_FAILURES, MAX_UNANSWERED, add_platform_tables
from shared.db.store import Store
from shared.db.tables import (
    TenantRow,
    checked_text,
    foreign_key,
    json_value,
    moment,
    service_metadata,
    table_of,
    unique_in_tenant,
)

__all__ = [
    "IS_DEAD",
    "MAX_FAILURES",
    "MAX_UNANSWERED",
    "Database",
    "DatabaseAway",
    "Store",
    "TenantRow",
    "add_platform_tables",
    "asyncpg_url",
    "checked_text",
    "enter_tenant",
    "foreign_key",
    "is_away",
    "is_passing",
    "json_value",
    "moment",
    "service_metadata",
    "sql_state",
    "table_of",
    "unique_in_tenant",
]
