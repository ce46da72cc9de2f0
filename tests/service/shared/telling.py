"""Telling a message, the consumer that works, and looking at what became of both."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from shared.context import Context
from shared.testing.kit import ServiceKit, Tenant
from tests.service.shared.conftest import Rows
from tests.service.shared.notes import Note, NoteWritten


async def keep(context: Context, message: NoteWritten) -> None:
    """The consumer that works: each message is one row."""
    await context.store.insert(Note(organization_id=message.organization_id, words=message.words))


async def notes(kit: ServiceKit, tenant: Tenant) -> list[str]:
    async with kit.transaction(tenant) as context:
        return list((await context.store.execute(text("SELECT words FROM surveys.note ORDER BY id"))).scalars())


async def say(kit: ServiceKit, tenant: Tenant, words: str = "раз", *, in_seconds: float | None = None) -> UUID:
    async with kit.transaction(tenant) as context:
        due = None if in_seconds is None else context.now + timedelta(seconds=in_seconds)
        return await context.emit(NoteWritten(organization_id=tenant.root, words=words), available_at=due)


async def outbox(as_owner: Rows) -> list[dict[str, object]]:
    return await as_owner("SELECT * FROM surveys.outbox ORDER BY message_id")


async def dead(as_owner: Rows) -> list[dict[str, object]]:
    return await as_owner("SELECT * FROM surveys.dead_letter")
