"""One service's connection to its database, and transactions that know their tenant."""

from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from shared.db.clock import DatabaseClock

_AWAY = ("08", "53", "57P")  # SQLSTATE: no connection, no room for one or on the disk, stopping or starting

_TOO_BUSY = ("40", "55", "57014")  # SQLSTATE: deadlock, a lock not had, a statement that took too long


class DatabaseAway(ConnectionError):
    """No connection could be made."""


def is_away(error: BaseException) -> bool:
    """Whether `error` says that the database is gone, full or restarting: a moment, and nobody's defect."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or sql_state(error).startswith(_AWAY)
    return isinstance(error, DatabaseAway | PoolTimeoutError)


def is_passing(error: BaseException) -> bool:
    """Whether the same may go well in a moment: the database is away, or too busy. Anything else it says is a defect."""
    return is_away(error) or (isinstance(error, DBAPIError) and sql_state(error).startswith(_TOO_BUSY))


def sql_state(error: DBAPIError) -> str:
    """PostgreSQL's five-character code, or nothing."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def asyncpg_url(url: str) -> str:
    """`postgresql://...` as SQLAlchemy's asyncpg dialect wants it; a socket folder in `?host=` stays."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


class Database:
    """An engine with a small pool. Every transaction names its tenant first; without one no tenant row is seen."""

    def __init__(
        self, url: str, *, schema: str, pool: int = 5, statement_seconds: int = 20, clock: DatabaseClock | None = None
    ) -> None:
        """`clock` looks at this database's whenever it is due to, before anything else that a connection is taken for."""
        self.schema = schema
        self._clock = clock
        self.engine: AsyncEngine = create_async_engine(
            asyncpg_url(url),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=10,
            pool_use_lifo=True,  # what a connection has prepared and planned serves again
            pool_pre_ping=False,
            hide_parameters=True,  # an error's text reaches logs; the values of a statement must not
            connect_args={
                "server_settings": {
                    "application_name": f"vmeste-{schema}",
                    "statement_timeout": str(statement_seconds * 1000),
                    "idle_in_transaction_session_timeout": "60000",
                    # Of disks without a head. A plan is kept: one that was made while a table had five pages would read
                    # all of it when it has thousands.
                    "random_page_cost": "1.1",
                },
                "timeout": 5,
            },
        )

    @asynccontextmanager
    async def transaction(self, tenant_id: UUID) -> AsyncGenerator[AsyncSession, None]:
        """One transaction for one tenant: committed when the block ends well, rolled back otherwise.

        Raises DatabaseAway when there is no connection to be had.
        """
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await self._look_at_clock(await enter_tenant(session, tenant_id))
            yield session

    @asynccontextmanager
    async def before_tenant(self) -> AsyncGenerator[AsyncConnection, None]:
        """A connection for what is asked before the tenant is known. It sees no tenant's row. Raises DatabaseAway."""
        connection = await _connected(self.engine.connect())
        try:
            await self._look_at_clock(connection)
            yield connection
        finally:
            await connection.close()

    async def close(self) -> None:
        await self.engine.dispose()

    async def _look_at_clock(self, connection: AsyncConnection) -> None:
        async def ask() -> datetime:
            return (await connection.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()

        if self._clock is not None and self._clock.is_due:
            await self._clock.look(ask)


async def enter_tenant(session: AsyncSession, tenant_id: UUID) -> AsyncConnection:
    """Bind the open transaction to a tenant. Returns its connection.

    `SET LOCAL`, not `set_config()`: on a Citus cluster only the former travels to the other nodes. Through
    `exec_driver_sql`, because the raw driver would run it before SQLAlchemy's lazy BEGIN. A UUID object prints as 36
    hexadecimal digits and dashes, nothing that could end the literal.
    """
    if not isinstance(tenant_id, UUID):  # pyright: ignore[reportUnnecessaryIsInstance] - guards the literal below
        raise TypeError(tenant_id)
    connection = await _connected(session.connection())
    await connection.exec_driver_sql(f"SET LOCAL vmeste.tenant = '{tenant_id}'")
    return connection


async def _connected(connecting: Awaitable[AsyncConnection]) -> AsyncConnection:
    try:
        return await connecting
    except OSError as error:  # the socket, the host or the time for it; whatever PostgreSQL itself says is a DBAPIError
        raise DatabaseAway from error
