"""One unit of work: one caller, one tenant, one transaction. What every action is given."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.clock import Chance, Clock
from shared.contracts import Message
from shared.db import Store
from shared.identity import Caller
from shared.outbox import put_all_in_outbox
from shared.runtime import Runtime

TRACEPARENT: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""W3C traceparent of the request or the message that this task works for."""


@dataclass
class Context:
    """The platform opens it and commits it; an action never does."""

    tenant_id: UUID
    caller: Caller
    store: Store
    runtime: Runtime
    trace: str | None = None  # W3C traceparent
    readings: set[UUID] = field(default_factory=set[UUID])

    @property
    def clock(self) -> Clock:
        return self.runtime.clock

    @property
    def chance(self) -> Chance:
        return self.runtime.chance

    @property
    def now(self) -> datetime:
        return self.runtime.clock.now()

    async def emit(self, message: Message, *, available_at: datetime | None = None) -> UUID:
        """Tell `message` once this transaction is committed, at `available_at` if given. Returns its id."""
        return (await self.emit_all([message], available_at=available_at))[0]

    async def emit_all(self, messages: Sequence[Message], *, available_at: datetime | None = None) -> list[UUID]:
        """As `emit`, for many of one kind in one statement."""
        return await put_all_in_outbox(
            self.store,
            self.runtime.service,
            messages,
            occurred_at=self.now,
            available_at=available_at,
            trace=self.trace,
        )

    def has_read(self, *person_ids: UUID) -> None:
        """These people's files are in the answer: the access log is told who read them."""
        self.readings.update(person_ids)


@asynccontextmanager
async def unit_of_work(
    runtime: Runtime, tenant_id: UUID, caller: Caller, trace: str | None = None
) -> AsyncGenerator[Context, None]:
    """Commits when the block ends well; everything in it is undone otherwise. `trace`: this task's own, if not given."""
    async with runtime.database.transaction(tenant_id) as session:
        yield Context(tenant_id, caller, Store(session, tenant_id), runtime, trace or TRACEPARENT.get())
