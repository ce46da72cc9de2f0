"""Pages that may read a union's answers in a browser: kept by its organizations, known to every process within seconds.

A page reads there what its reader's own token opens, nothing more: so each part of a union may have its own.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from services.gateway.organizations.actions import read_organization
from services.gateway.routing.rules import origin_of
from services.gateway.routing.schemas import NewOrigins
from services.gateway.routing.tables import OriginList, allowed_origin
from shared.app import check_match
from shared.clock import Clock
from shared.context import Context
from shared.permissions import Permission
from shared.runtime import Runtime

_log = structlog.get_logger()
FRESH_SECONDS: Final = 10.0

Known = Mapping[bytes, frozenset[UUID]]


async def load_origins(runtime: Runtime) -> Known:
    """All of them: few to a union, and a page that nobody registered costs no lookup."""
    found: defaultdict[bytes, set[UUID]] = defaultdict(set)
    async with runtime.database.before_tenant() as connection:
        for row in await connection.execute(select(allowed_origin.c.origin, allowed_origin.c.tenant_id)):
            found[row.origin.encode()].add(row.tenant_id)
    return {origin: frozenset(tenants) for origin, tenants in found.items()}


class Origins:
    """What one process knows of them. Without the database it goes by what it knew."""

    def __init__(self, load: Callable[[], Awaitable[Known]], clock: Clock) -> None:
        self._load = load
        self._clock = clock
        self._known: Known = {}
        self._asked_at = float("-inf")
        self._asking: asyncio.Future[None] | None = None

    async def tenants_of(self, origin: bytes) -> frozenset[UUID]:
        now = self._clock.now().timestamp()
        if now - self._asked_at >= FRESH_SECONDS:
            self._asked_at = now
            self._asking = asyncio.ensure_future(self._ask())
        if self._asking is not None:
            await asyncio.shield(self._asking)
        return self._known.get(origin, frozenset())

    async def _ask(self) -> None:
        try:
            self._known = await self._load()
        except (DBAPIError, PoolTimeoutError, OSError) as error:
            _log.warning("origins.database", error=type(error).__name__)


async def read_origins(context: Context, organization_id: UUID) -> OriginList:
    """Raises NotFound, Forbidden."""
    await read_organization(context, organization_id, Permission.MANAGE_ORGANIZATION)
    found = await context.store.find(OriginList, organization_id)
    return found if found is not None else OriginList(id=organization_id, origins=[], version=0)


async def set_origins(context: Context, organization_id: UUID, body: NewOrigins, if_match: str | None) -> OriginList:
    """Replace the list. Raises NotFound, Forbidden, Stale, InvalidOrigin."""
    await read_organization(context, organization_id, Permission.MANAGE_ORGANIZATION)
    empty = insert_new(OriginList).values(
        tenant_id=context.tenant_id, id=organization_id, origins=list[str](), version=0
    )
    await context.store.execute(empty.on_conflict_do_nothing())
    kept = await context.store.lock(OriginList, organization_id)
    check_match(if_match, kept.version)
    kept.origins = sorted({origin_of(text) for text in body.origins})
    kept.version += 1
    owner = {"tenant_id": context.tenant_id, "organization_id": organization_id}
    await context.store.execute(
        delete(allowed_origin).where(*(allowed_origin.c[name] == value for name, value in owner.items()))
    )
    if kept.origins:
        await context.store.execute(insert(allowed_origin), [{"origin": origin, **owner} for origin in kept.origins])
    return kept
