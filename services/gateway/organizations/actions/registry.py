"""The platform's list of tenants: which there are, and whether they are active. Asked before any of them is entered."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert

from services.gateway.organizations.rules.tenants import TenantEntry
from services.gateway.organizations.tables import tenant_registry
from shared.app.idempotency import IdempotencyInProgress
from shared.context import Context
from shared.errors import NotFound
from shared.runtime import Runtime
from shared.standing import TenantState, keep_standing


async def enter_in_registry(context: Context, name: str, founding_key: bytes | None = None) -> None:
    """A new tenant, active from the beginning. Raises IdempotencyInProgress when a twin was faster under the key."""
    statement = insert(tenant_registry).values(
        id=context.tenant_id,
        name=name,
        state=TenantState.ACTIVE,
        state_version=1,
        created_at=context.now,
        changed_at=context.now,
        founding_key=founding_key,
    )
    if await context.store.changed(statement.on_conflict_do_nothing(index_elements=["founding_key"])) == 0:
        raise IdempotencyInProgress(retry_after=1)


async def tenant_founded_under(runtime: Runtime, founding_key: bytes) -> UUID | None:
    """The tenant that was made under the key, however long ago."""
    query = select(tenant_registry.c.id).where(tenant_registry.c.founding_key == founding_key)
    async with runtime.database.before_tenant() as connection:
        return (await connection.execute(query)).scalar()


async def rename_in_registry(context: Context, name: str) -> None:
    """As its root organization is called."""
    statement = update(tenant_registry).where(tenant_registry.c.id == context.tenant_id).values(name=name)
    await context.store.execute(statement)


async def hold_tenant(context: Context) -> TenantEntry:
    """The context's own tenant, held until the end of the transaction. Raises NotFound."""
    query = select(tenant_registry).where(tenant_registry.c.id == context.tenant_id).with_for_update()
    return _found((await context.store.execute(query)).first())


async def read_tenant(runtime: Runtime, tenant_id: UUID) -> TenantEntry:
    """Raises NotFound."""
    async with runtime.database.before_tenant() as connection:
        query = select(tenant_registry).where(tenant_registry.c.id == tenant_id)
        return _found((await connection.execute(query)).first())


async def tenants_page(runtime: Runtime, after: UUID | None, limit: int) -> list[TenantEntry]:
    """In the order of their ids, which is that of their making."""
    query = select(tenant_registry).order_by(tenant_registry.c.id).limit(limit)
    if after is not None:
        query = query.where(tenant_registry.c.id > after)
    async with runtime.database.before_tenant() as connection:
        return [_entry(row) for row in await connection.execute(query)]


async def set_state(context: Context, tenant: TenantEntry, state: TenantState) -> TenantEntry:
    """Of a held tenant, here and in the gateway's own standing. Whoever marked it for deletion is heard no more."""
    changed = replace(
        tenant, state=state, state_version=tenant.state_version + 1, changed_at=context.now, deletion_asked_at=None
    )
    await _keep(context, changed)
    await keep_standing(context, state, changed.state_version)
    return changed


async def mark_for_deletion(context: Context, tenant: TenantEntry) -> TenantEntry:
    """Of a held, suspended tenant."""
    changed = replace(tenant, state_version=tenant.state_version + 1, deletion_asked_at=context.now)
    await _keep(context, changed)
    return changed


async def bury(context: Context, tenant: TenantEntry, certificate: dict[str, JsonValue]) -> None:
    """Of a held tenant whose rows are gone: the certificate is what is left."""
    version = tenant.state_version + 1
    buried = replace(tenant, name="", state=TenantState.DELETED, state_version=version, certificate=certificate)
    await _keep(context, replace(buried, changed_at=context.now))
    await keep_standing(context, TenantState.DELETED, version)


async def _keep(context: Context, tenant: TenantEntry) -> None:
    values = {name: value for name, value in vars(tenant).items() if name != "id"}
    await context.store.execute(update(tenant_registry).where(tenant_registry.c.id == tenant.id).values(values))


async def active_tenants(runtime: Runtime) -> list[UUID]:
    """For what is done in every tenant by the clock."""
    query = select(tenant_registry.c.id).where(tenant_registry.c.state == TenantState.ACTIVE)
    async with runtime.database.before_tenant() as connection:
        return list((await connection.execute(query.order_by(tenant_registry.c.id))).scalars())


def _found(row: Row[Any] | None) -> TenantEntry:
    if row is None:
        raise NotFound
    return _entry(row)


def _entry(row: Row[Any]) -> TenantEntry:
    return TenantEntry(
        id=row.id,
        name=row.name,
        state=TenantState(row.state),
        state_version=row.state_version,
        created_at=row.created_at,
        changed_at=row.changed_at,
        deletion_asked_at=row.deletion_asked_at,
        certificate=row.certificate,
    )
