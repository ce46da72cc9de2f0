"""Statements that make a service's schema safe: roles, grants, forced row-level security.

Three kinds of roles. The owner migrates. A service's role owns nothing and cannot bypass row-level security. The
relay's role reads the cross-tenant tables of every service and no other. A table marked `info={"before_tenant": True}`
is a directory for what is looked up before the tenant is known (a sign-in name); it holds nothing else. If it also says
`"marks": True`, all may be read, but a tenant's rows are only put there and taken away in its own transactions, and never
changed. A table marked `append_only` is a ledger: a service reads it and adds to it.

`forget_messages` is a service's only way to what it has put in its outbox: to take out what quotes a person who is
being erased, in its transaction's own tenant (docs/decisions).
"""

import hmac
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import MetaData, Table

from shared.db.forgetting import let_forget_messages, let_forget_tenants
from shared.db.platform_tables import CROSS_TENANT

RELAY_ROLE = "vmeste_relay"
_MINE: Final = "tenant_id = nullif(current_setting('vmeste.tenant', true), '')::uuid"


def service_role(schema: str) -> str:
    return f"vmeste_{schema}"


def role_password(secret: str, role: str) -> str:
    """The password of a role, derived from the installation's secret so that no list of them is kept."""
    return hmac.digest(secret.encode(), f"database role {role}".encode(), "sha256").hex()


def create_role(role: str, password: str) -> str:
    """`password` is hexadecimal. Safe to repeat."""
    int(password, 16)
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN "
        f"CREATE ROLE {role}; END IF; "
        f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '{password}'; END $$"
    )


def secure_schema(metadata: MetaData) -> Iterator[str]:
    """What must be true of a service's schema after every migration. Safe to repeat."""
    schema = str(metadata.schema)
    role = service_role(schema)
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}, {RELAY_ROLE}"
    for table in metadata.sorted_tables:
        if table.info.get("marks"):
            yield from _secure_marks(table, role)
        elif table.info.get("before_tenant"):
            yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.fullname} TO {role}"
        elif table.name in CROSS_TENANT:
            yield from _secure_cross_tenant(table, role)
        else:
            yield from _secure_tenant(table, role)
    yield from let_forget_messages(schema, role)
    append_only = [table.name for table in metadata.sorted_tables if table.info.get("append_only")]
    yield from let_forget_tenants(schema, role, append_only)


def _secure_tenant(table: Table[Any], role: str) -> Iterator[str]:
    name = table.fullname
    yield from _force_row_security(name)
    yield f"DROP POLICY IF EXISTS tenant ON {name}"
    yield f"CREATE POLICY tenant ON {name} USING ({_MINE}) WITH CHECK ({_MINE})"
    if table.info.get("append_only"):
        yield f"REVOKE UPDATE, DELETE ON {name} FROM {role}"
        yield f"GRANT SELECT, INSERT ON {name} TO {role}"
    else:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {role}"


def _secure_marks(table: Table[Any], role: str) -> Iterator[str]:
    name = table.fullname
    yield from _force_row_security(name)
    for policy, clause in (
        ("marks_read", "FOR SELECT USING (true)"),
        ("marks_set", f"FOR INSERT WITH CHECK ({_MINE})"),
        ("marks_taken_away", f"FOR DELETE USING ({_MINE})"),
    ):
        yield f"DROP POLICY IF EXISTS {policy} ON {name}"
        yield f"CREATE POLICY {policy} ON {name} {clause}"
    yield f"REVOKE UPDATE ON {name} FROM {role}"
    yield f"GRANT SELECT, INSERT, DELETE ON {name} TO {role}"


def _force_row_security(name: str) -> Iterator[str]:
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"


def _secure_cross_tenant(table: Table[Any], role: str) -> Iterator[str]:
    if table.name == "outbox":
        yield f"GRANT INSERT ON {table.fullname} TO {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.fullname} TO {RELAY_ROLE}"
