"""Rows of one tenant in one transaction: get, add, list. What an action uses instead of a bare session."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.engine import CursorResult, Result
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import Executable

from shared.db.tables import TenantRow
from shared.errors import NotFound

Row = TypeVar("Row", bound=TenantRow)
Value = TypeVar("Value")

_PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")


class Store:
    def __init__(self, session: AsyncSession, tenant_id: UUID) -> None:
        self.session = session
        self.tenant_id = tenant_id

    def add(self, row: Row) -> Row:
        """Keep a new row; it belongs to this transaction's tenant from now on."""
        row.tenant_id = self.tenant_id
        self.session.add(row)
        return row

    async def insert(self, row: Row) -> Row:
        """Keep a new row and send it now, so that rows which point at it may follow."""
        self.add(row)
        await self.session.flush()
        return row

    async def find(self, table: type[Row], row_id: UUID) -> Row | None:
        return await self.session.get(table, (self.tenant_id, row_id))

    async def get(self, table: type[Row], row_id: UUID) -> Row:
        """Raises NotFound."""
        row = await self.find(table, row_id)
        if row is None:
            raise NotFound
        return row

    async def lock(self, table: type[Row], row_id: UUID, *, alone: bool = False) -> Row:
        """Read a row as it is now and hold it until the transaction ends. Raises NotFound.

        Others may write meanwhile what refers to it: a foreign key asks only that its key stays, and whoever waited for
        us because of one could hold what we wait for. `alone`: not even that, and what they wrote has been committed.
        """
        row = await self.session.get(
            table, (self.tenant_id, row_id), with_for_update={"key_share": not alone}, populate_existing=True
        )
        if row is None:
            raise NotFound
        return row

    async def all(self, query: Select[Value]) -> list[Value]:
        return list((await self.session.execute(query)).scalars())

    async def first(self, query: Select[Value]) -> Value | None:
        return (await self.session.execute(query.limit(1))).scalars().first()

    async def execute(self, statement: Executable, parameters: Any = None) -> Result[Any]:
        return await self.session.execute(statement, parameters)

    async def changed(self, statement: Executable, parameters: Any = None) -> int:
        """Execute and tell how many rows were touched."""
        result = await self.session.execute(statement, parameters)
        return result.rowcount if isinstance(result, CursorResult) else 0

    async def delete(self, row: TenantRow) -> None:
        await self.session.delete(row)

    async def flush(self) -> None:
        await self.session.flush()

    async def plan_anew(self) -> None:
        """Plan each statement of this transaction by the sizes of tables as they are.

        PostgreSQL keeps a plan after five times. One that was kept while a table was nearly empty may read all rows of a
        tenant when there are thousands: for what runs while a table fills up within seconds.
        """
        await self.session.execute(_PLAN_ANEW)

    async def database_now(self) -> datetime:
        """The one clock by which leases are given: processes may disagree about the time.

        As it is, not as the transaction began: that may have waited for a lock longer than a lease has to spare.
        """
        return (await self.session.execute(select(func.clock_timestamp()))).scalar_one()
