"""One service's connection to its database, and transactions that know their tenant."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine


def asyncpg_url(url: str) -> str:
    """`postgresql://...` as SQLAlchemy's asyncpg dialect wants it; a socket folder in `?host=` stays."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


class Database:
    """An engine with a small pool. Every transaction names its tenant first; without one no tenant row is seen."""

    def __init__(self, url: str, *, schema: str, pool: int = 5, statement_seconds: int = 20) -> None:
        self.schema = schema
        self.engine: AsyncEngine = create_async_engine(
            asyncpg_url(url),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=False,
            hide_parameters=True,  # an error's text reaches logs; the values of a statement must not
            connect_args={
                "server_settings": {
                    "application_name": f"vmeste-{schema}",
                    "statement_timeout": str(statement_seconds * 1000),
                    "idle_in_transaction_session_timeout": "60000",
                },
                "timeout": 5,
            },
        )

    @asynccontextmanager
    async def transaction(self, tenant_id: UUID) -> AsyncGenerator[AsyncSession, None]:
        """One transaction for one tenant: committed when the block ends well, rolled back otherwise."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await enter_tenant(session, tenant_id)
            yield session

    async def close(self) -> None:
        await self.engine.dispose()


async def enter_tenant(session: AsyncSession, tenant_id: UUID) -> None:
    """Bind the open transaction to a tenant.

    `SET LOCAL`, not `set_config()`: on a Citus cluster only the former travels to the other nodes. Through
    `exec_driver_sql`, because the raw driver would run it before SQLAlchemy's lazy BEGIN. A UUID object prints as 36
    hexadecimal digits and dashes, nothing that could end the literal.
    """
    if not isinstance(tenant_id, UUID):  # pyright: ignore[reportUnnecessaryIsInstance] - guards the literal below
        raise TypeError(tenant_id)
    connection = await session.connection()
    await connection.exec_driver_sql(f"SET LOCAL vmeste.tenant = '{tenant_id}'")
