"""A tenant's standing: active, suspended or deleted. Every service keeps its own row of it, told by the gateway.

While a tenant is suspended, nothing of it is done outside the database (`performs` waits), and its public pages answer
`tenant.suspended`; what networks and other services tell of it is still taken in, so that nothing is lost when it goes
on. What is deleted stays as this row alone: a message that comes too late brings nothing back.
"""

from typing import Final

from sqlalchemy import text

from shared.context import Context
from shared.contracts import ServiceName
from shared.db import Store
from shared.errors import Forbidden
from shared.tenant_states import TenantState

__all__ = [
    "SUSPENDED_SECONDS",
    "TenantState",
    "TenantSuspended",
    "check_active",
    "check_state",
    "keep_standing",
    "tenant_state",
]

SUSPENDED_SECONDS: Final = 60.0  # between two looks whether it goes on


class TenantSuspended(Forbidden):
    code = "tenant.suspended"
    title = {"ru": "Работа организации приостановлена", "en": "The union's work is suspended"}


async def tenant_state(store: Store, service: ServiceName) -> TenantState:
    """Of the store's tenant. One row by its key; a tenant of which nothing was told is active."""
    statement = text(f"SELECT state FROM {service}.tenant_standing WHERE tenant_id = :tenant_id")  # noqa: S608 - a ServiceName
    told = (await store.execute(statement, {"tenant_id": store.tenant_id})).scalar()
    return TenantState.ACTIVE if told is None else TenantState(told)


async def check_active(context: Context) -> None:
    """Raises TenantSuspended, of a deleted tenant too."""
    check_state(await tenant_state(context.store, context.runtime.service))


def check_state(state: TenantState) -> None:
    """Raises TenantSuspended."""
    if state is not TenantState.ACTIVE:
        raise TenantSuspended


async def keep_standing(context: Context, state: TenantState, version: int) -> bool:
    """False for older news than what is here."""
    statement = text(
        f"INSERT INTO {context.runtime.service}.tenant_standing AS present (tenant_id, state, state_version, changed_at) "  # noqa: S608 - a ServiceName
        "VALUES (:tenant_id, :state, :version, :now) ON CONFLICT (tenant_id) DO UPDATE "
        "SET state = excluded.state, state_version = excluded.state_version, changed_at = excluded.changed_at "
        "WHERE present.state_version < excluded.state_version"
    )
    values = {"tenant_id": context.tenant_id, "state": state.value, "version": version, "now": context.now}
    return await context.store.changed(statement, values) == 1
