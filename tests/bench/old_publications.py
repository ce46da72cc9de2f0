"""What a union has published in many years, put in by a few statements."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db import asyncpg_url
from shared.testing.kit import Tenant

_STATEMENTS: Final = (
    """
    CREATE TEMPORARY TABLE old ON COMMIT DROP AS
    SELECT n, gen_random_uuid() AS publication_id, gen_random_uuid() AS id
    FROM generate_series(1, CAST(:old AS integer)) AS n
    """,
    """
    INSERT INTO publisher.publication (tenant_id, id, organization_id, kind, title, text, format, audiences, state,
        review_levels, levels_passed, fold, schedule_version, published_at, created_at, updated_at, version)
    SELECT CAST(:tenant AS uuid), publication_id, CAST(:root AS uuid), 'news', 'Старая новость', 'Старая новость',
        'post', '[]', 'published', '[]', 0, 0, 1, now() - interval '1 year' - n * interval '1 minute', now(), now(), 3 FROM old
    """,
    """
    INSERT INTO publisher.delivery (tenant_id, id, publication_id, channel_id, state, attempts, tries, looks,
        external_id, sent_at, format, priority, version)
    SELECT CAST(:tenant AS uuid), id, publication_id,
        (CAST(:channels AS uuid[]))[1 + n % cardinality(CAST(:channels AS uuid[]))], 'sent', 1, 0, 0, n::text,
        now() - interval '1 year' - n * interval '1 minute', 'post', 5, 3 FROM old
    """,
    """
    INSERT INTO publisher.attempt (tenant_id, id, delivery_id, number, started_at, lease_until, finished_at, outcome)
    SELECT CAST(:tenant AS uuid), gen_random_uuid(), id, 1, now(), now(), now(), 'sent' FROM old
    """,
)


async def insert_old(owner_url: str, tenant: Tenant, channel_ids: Sequence[UUID], count: int) -> None:
    """So many publications that are out, each in one of the channels."""
    engine = create_async_engine(asyncpg_url(owner_url))
    values = {"tenant": tenant.id, "root": tenant.root, "channels": list(channel_ids), "old": count}
    async with engine.begin() as connection:
        for statement in _STATEMENTS:
            names = {name: value for name, value in values.items() if f":{name}" in statement}
            await connection.execute(text(statement), names)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in ("publication", "delivery", "attempt"):
            await connection.execute(text(f"VACUUM ANALYZE publisher.{table}"))
    await engine.dispose()
