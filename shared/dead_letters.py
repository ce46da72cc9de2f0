"""Messages that no consumer could take in: kept beside a service's outbox until somebody puts them back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts import ServiceName


@dataclass(frozen=True)
class DeadLetter:
    """`reason` is the kind of the last error and its place."""

    message_id: UUID
    destination: ServiceName
    type: str
    tenant_id: UUID
    reason: str
    died_at: datetime


async def letters_of(connection: AsyncConnection, service: ServiceName) -> list[DeadLetter]:
    """The oldest first."""
    query = text(
        "SELECT message_id, destination, envelope->>'type' AS type, tenant_id, reason, died_at "  # noqa: S608 - a ServiceName
        f"FROM {service}.dead_letter ORDER BY died_at, message_id"
    )
    return [DeadLetter(**row) for row in (await connection.execute(query)).mappings()]


async def raise_again(connection: AsyncConnection, service: ServiceName, message_id: UUID | None) -> int:
    """Put one of them, or all, back into the outbox. Returns how many."""
    statement = text(
        f"WITH risen AS (DELETE FROM {service}.dead_letter "  # noqa: S608 - a ServiceName
        "WHERE CAST(:message_id AS uuid) IS NULL OR message_id = :message_id RETURNING *) "
        f"INSERT INTO {service}.outbox (message_id, destination, tenant_id, priority, envelope) "
        "SELECT message_id, destination, tenant_id, priority, envelope FROM risen RETURNING message_id"
    )
    return len((await connection.execute(statement, {"message_id": message_id})).all())
