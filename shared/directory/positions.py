"""How far a read model has come: the positions of the tenant's directory writes, applied without a gap."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from shared.context import Context
from shared.db import TenantRow, table_of
from shared.errors import Unavailable
from shared.runtime import Runtime

_WAIT_SECONDS: Final = 1.0
_WAIT_STEP: Final = 0.03

WaitForPosition = Callable[[Runtime, UUID, int], Awaitable[None]]


async def advance(context: Context, model: type[TenantRow], position: int, *, whole: bool = False) -> None:
    """Count one applied write; those that came early are counted when the gap before them closes.

    `whole` closes all gaps up to there: everything was told anew.
    """
    name = table_of(model).fullname
    keys = {"tenant": context.tenant_id, "position": position, "whole": whole}
    await context.store.execute(
        text(
            f"INSERT INTO {name} AS p (tenant_id, id, applied, ahead) VALUES (:tenant, :tenant, "  # noqa: S608 - a table's own name
            "CASE WHEN :whole THEN CAST(:position AS bigint) ELSE 0 END, ARRAY[CAST(:position AS bigint)]) "
            "ON CONFLICT (tenant_id, id) DO UPDATE SET ahead = array_append(p.ahead, CAST(:position AS bigint)), "
            "applied = greatest(p.applied, CASE WHEN :whole THEN CAST(:position AS bigint) ELSE 0 END)"
        ),
        keys,
    )
    await context.store.execute(
        text(
            f"WITH RECURSIVE chain(n) AS (SELECT applied FROM {name} WHERE tenant_id = :tenant AND id = :tenant "  # noqa: S608 - as above
            f"UNION SELECT n + 1 FROM chain, {name} p WHERE p.tenant_id = :tenant AND p.id = :tenant "
            "AND n + 1 = ANY(p.ahead)), reached AS (SELECT max(n) AS n FROM chain) "
            f"UPDATE {name} p SET applied = reached.n, "
            "ahead = ARRAY(SELECT a FROM unnest(p.ahead) a WHERE a > reached.n) "
            "FROM reached WHERE p.tenant_id = :tenant AND p.id = :tenant"
        ),
        {"tenant": context.tenant_id},
    )


async def wait_for_position(model: type[TenantRow], runtime: Runtime, tenant_id: UUID, position: int) -> None:
    """Wait until the directory here has seen `position`. Raises Unavailable after a second."""
    table = table_of(model)
    query = select(table.c.applied).where(table.c.tenant_id == tenant_id, table.c.id == tenant_id)
    for _ in range(round(_WAIT_SECONDS / _WAIT_STEP)):
        async with runtime.database.transaction(tenant_id) as session:
            applied = (await session.execute(query)).scalar() or 0
        if applied >= position:
            return
        await asyncio.sleep(_WAIT_STEP)
    raise Unavailable(
        {
            "ru": "Сервис ещё не получил ваши последние изменения, повторите через секунду",
            "en": "The service has not received your last changes yet, try again in a second",
        },
        retry_after=1,
    )
