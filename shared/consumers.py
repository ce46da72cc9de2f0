"""Consuming messages: one transaction for the inbox row and the effect, and an answer to the relay afterwards.

consumes(OrganizationChanged, handler)   handler(context, message): everything it does is one transaction
performs(DeliveryDue, handler)           handler(work, message): effects outside the database, with transactions
of its own around them; its state machine makes a repeat harmless
wakes(DeliveryDue, read, handler)        as `performs`, for what stands in tables anyway: a message says only that
somebody should look, so no inbox remembers it
"""

import time
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy import text

from shared.context import TRACEPARENT, Context, unit_of_work
from shared.contracts import Envelope, Message
from shared.db import is_away
from shared.identity import system
from shared.logs import trace_of
from shared.queue import Answer
from shared.runtime import Runtime
from shared.standing import SUSPENDED_SECONDS, TenantState

_log = structlog.get_logger()
_DATABASE_AWAY_SECONDS = 2.0

M = TypeVar("M", bound=Message)
Found = TypeVar("Found")


class Later(Exception):
    """Raised by a handler: not now, ask again in `seconds`. It does not count as a failure."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Work:
    """One message in the hands of its consumer."""

    runtime: Runtime
    envelope: Envelope

    @property
    def tenant_id(self) -> UUID:
        return self.envelope.tenant_id

    @property
    def message_id(self) -> UUID:
        return self.envelope.id

    def transaction(self) -> AbstractAsyncContextManager[Context]:
        """A unit of work in the message's tenant."""
        return unit_of_work(self.runtime, self.tenant_id, system(self.tenant_id), self.envelope.trace)

    async def claim(self, context: Context) -> bool:
        """Note in the inbox that this message is being processed; False when it was before, or its tenant is deleted."""
        statement = text(
            f"INSERT INTO {self.runtime.service}.processed_message (tenant_id, message_id) "  # noqa: S608 - a ServiceName
            "SELECT CAST(:tenant_id AS uuid), CAST(:message_id AS uuid) WHERE NOT EXISTS ("
            f"SELECT 1 FROM {self.runtime.service}.tenant_standing WHERE tenant_id = :tenant_id AND state = 'deleted') "
            "ON CONFLICT DO NOTHING"
        )
        keys = {"tenant_id": self.tenant_id, "message_id": self.message_id}
        return await context.store.changed(statement, keys) == 1

    async def is_over(self, context: Context) -> bool:
        """Whether it was processed before, or its tenant is deleted. Raises Later while the tenant is suspended."""
        statement = text(
            f"SELECT EXISTS (SELECT 1 FROM {self.runtime.service}.processed_message "  # noqa: S608 - a ServiceName
            "WHERE tenant_id = :tenant_id AND message_id = :message_id) AS processed, "
            f"(SELECT state FROM {self.runtime.service}.tenant_standing WHERE tenant_id = :tenant_id) AS state"
        )
        keys = {"tenant_id": self.tenant_id, "message_id": self.message_id}
        found = (await context.store.execute(statement, keys)).one()
        if found.processed or found.state == TenantState.DELETED:
            return True
        if found.state == TenantState.SUSPENDED:
            raise Later(SUSPENDED_SECONDS)
        return False


@dataclass(frozen=True)
class Consumer:
    message: type[Message]
    run: Callable[[Work], Awaitable[None]]


def consumes(message: type[M], handler: Callable[[Context, M], Awaitable[None]]) -> Consumer:
    """A handler whose whole effect is in the database: it runs exactly once."""

    async def run(work: Work) -> None:
        async with work.transaction() as context:
            if await work.claim(context):
                await handler(context, message.model_validate(work.envelope.payload))

    return Consumer(message, run)


def performs(message: type[M], handler: Callable[[Work, M], Awaitable[None]]) -> Consumer:
    """A handler with effects outside the database. It is repeated when the process dies before its end.

    While its tenant is suspended it waits.
    """

    async def run(work: Work) -> None:
        async with work.transaction() as context:
            if await work.is_over(context):
                return
        await handler(work, message.model_validate(work.envelope.payload))
        async with work.transaction() as context:
            await work.claim(context)

    return Consumer(message, run)


def wakes(
    message: type[M],
    read: Callable[[Context, M], Awaitable[Found | None]],
    handler: Callable[[Work, M, Found], Awaitable[None]],
) -> Consumer:
    """`read` tells what the message is about, or None, in the transaction that looks whether the tenant may work.

    While its tenant is suspended the message waits.
    """

    async def run(work: Work) -> None:
        told = message.model_validate(work.envelope.payload)
        async with work.transaction() as context:
            found = None if await work.is_over(context) else await read(context, told)
        if found is not None:
            await handler(work, told, found)

    return Consumer(message, run)


class Consumers:
    """All that one service consumes, by type of message."""

    def __init__(self, runtime: Runtime, consumers: Iterable[Consumer]) -> None:
        self._runtime = runtime
        by_type: dict[str, Consumer] = {}
        for consumer in consumers:
            if by_type.setdefault(consumer.message.type, consumer) is not consumer:
                raise ValueError(f"two consumers of {consumer.message.type}")
        self._by_type: Mapping[str, Consumer] = by_type

    async def handle(self, envelope: Envelope) -> Answer:
        """Run the message's consumer. Never raises for what the handler did: the answer says it."""
        consumer = self._by_type.get(envelope.type)
        if consumer is None:
            return Answer(envelope.id, envelope.destination, error=f"no consumer of {envelope.type}")
        with _bound_to_logs(envelope):
            try:
                began = time.perf_counter()
                await consumer.run(Work(self._runtime, envelope))
                _log.info("message", ms=round((time.perf_counter() - began) * 1000, 1))
            except Later as later:
                return Answer(envelope.id, envelope.destination, retry_after=later.seconds)
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is a failed try, told to the relay
                if is_away(error):
                    _log.warning("message.database_away", error=type(error).__name__)
                    return Answer(envelope.id, envelope.destination, retry_after=_DATABASE_AWAY_SECONDS)
                _log.exception("message.failed")
                return Answer(envelope.id, envelope.destination, error=kind_and_place(error))
        return Answer(envelope.id, envelope.destination)


@contextmanager
def _bound_to_logs(envelope: Envelope) -> Generator[None]:
    bound = TRACEPARENT.set(envelope.trace)
    with structlog.contextvars.bound_contextvars(
        message_id=str(envelope.id), message_type=envelope.type, trace=trace_of(envelope.trace)
    ):
        try:
            yield
        finally:
            TRACEPARENT.reset(bound)


def kind_and_place(error: Exception) -> str:
    """The kind of the error and where it was raised; never its text, which may quote personal data."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" in {place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place is not None else ""
    return f"{type(error).__name__}{where}"
