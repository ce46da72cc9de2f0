"""The sessions of a tenant's accounts, for all workers: one row each, sealed, in short transactions of their own.

The row is locked while somebody looks at it, never while a network is called: whoever has the turn holds it by a lease of
the database's clock, so that a worker that died is waited for no longer than a call takes.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.rules.attempts import CALL_LIMIT
from services.publisher.channels.tables import NetworkSession
from services.publisher.networks.shelf import Kept, Turn
from shared.cipher import UnreadableCiphertext
from shared.clock import new_id
from shared.context import Context, unit_of_work
from shared.db import table_of
from shared.identity import system
from shared.runtime import Runtime

TURN: Final = CALL_LIMIT + timedelta(seconds=5)
KEPT: Final = timedelta(days=90)  # longer than any server lets one be renewed; also those of passwords that are gone


@dataclass(frozen=True)
class TenantShelf:
    runtime: Runtime
    tenant_id: UUID

    @property
    def name(self) -> str:
        return str(self.tenant_id)

    async def take(self, key: str, after: int) -> Kept | Turn | None:
        async with unit_of_work(self.runtime, self.tenant_id, system(self.tenant_id)) as context:
            row = await _locked(context, key)
            content = self._unsealed(row)
            if content is not None and row.number > after:
                return Kept(row.number, content)
            now = await context.store.database_now()
            if row.taken_until is not None and row.taken_until > now:
                return None
            turn = Turn(new_id(), max(row.number, after) + 1, content if row.number == after else None)
            row.sealed, row.taken_by, row.taken_until = None, turn.holder, now + TURN
            return turn

    async def put(self, key: str, turn: Turn, content: str) -> None:
        sealed = self.runtime.cipher.encrypt(content)
        await self._end(key, turn, number=turn.number, sealed=sealed, made_at=func.clock_timestamp())

    async def give_up(self, key: str, turn: Turn) -> None:
        await self._end(key, turn)

    def _unsealed(self, row: NetworkSession) -> str | None:
        """None also for what was sealed with a key that is gone: another one can be made."""
        try:
            return None if row.sealed is None else self.runtime.cipher.decrypt(row.sealed)
        except UnreadableCiphertext:
            return None

    async def _end(self, key: str, turn: Turn, **values: object) -> None:
        mine = col(NetworkSession.key) == key, col(NetworkSession.taken_by) == turn.holder
        async with unit_of_work(self.runtime, self.tenant_id, system(self.tenant_id)) as context:
            free = update(NetworkSession).where(*mine).values(taken_by=None, taken_until=None, **values)
            await context.store.execute(free)
            if values:
                old = col(NetworkSession.made_at) < func.clock_timestamp() - KEPT
                await context.store.execute(delete(NetworkSession).where(old))


async def _locked(context: Context, key: str) -> NetworkSession:
    """The account's own, held until the transaction ends."""
    query = select(NetworkSession).where(col(NetworkSession.key) == key).with_for_update()
    found = await context.store.first(query)
    if found is None:  # two may find none: the second one's insert waits for the first
        made = NetworkSession(tenant_id=context.tenant_id, key=key, made_at=await context.store.database_now())
        await context.store.execute(insert(table_of(NetworkSession)).values(made.model_dump()).on_conflict_do_nothing())
        found = (await context.store.execute(query)).scalar_one()
    return found
