"""One service, or all of them, with a real database and storage, a clock that stands still and no queue in between."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.clock import new_id
from shared.consumers import Consumer, Consumers
from shared.context import Context, unit_of_work
from shared.contracts import Envelope, Message, ServiceName
from shared.contracts.gateway import OrganizationChanged, PersonChanged
from shared.contracts.states import Identifier
from shared.db import IS_DEAD, asyncpg_url
from shared.identity import HEADER, NOBODY, Caller, CallerKind, Grant, IdentitySigner, system
from shared.permissions import Role
from shared.queue import Answer
from shared.relay import Relay
from shared.runtime import Runtime
from shared.testing.clock import FakeClock
from shared.testing.envelopes import enveloped
from shared.testing.queue import ImmediateQueue

M = TypeVar("M", bound=Message)


class House:
    """Services that run in this process, joined by one relay that works only when `drain` is called."""

    def __init__(self, relay_url: str, services: Mapping[ServiceName, "tuple[Runtime, Iterable[Consumer]]"]) -> None:
        self._queue = ImmediateQueue()
        self._clock = next(iter(services.values()))[0].clock
        self.relay = Relay(dict.fromkeys(services, relay_url), self._queue, clock=self._clock)
        self.relay.open()
        self._engine = create_async_engine(asyncpg_url(relay_url), pool_size=1)
        self._consumers = {name: Consumers(runtime, consumers) for name, (runtime, consumers) in services.items()}

    async def drain(self) -> list[Answer]:
        """Let every message that is due by the clock be consumed, and what they cause. Returns all answers."""
        answers: list[Answer] = []
        while some := await self.sweep():
            answers += some
        return answers

    async def sweep(self) -> list[Answer]:
        """Let those messages be consumed that the relay sends at once. Returns their answers."""
        return await self._queue.run(self._consumers, self.relay.answered) if await self._send() else []

    async def _send(self) -> int:
        """What the relay's sweep does, on those ways alone where there is something to send or to bury."""
        sent = 0
        for name, destinations in (await self._due()).items():
            source = self.relay.source(name)
            await source.bury()
            for destination in destinations:
                sent += await source.pump(destination)
        return sent

    async def _due(self) -> dict[ServiceName, list[ServiceName]]:
        """Asked in one question: a sweep asks twenty."""
        query = " UNION ALL ".join(
            f"SELECT DISTINCT '{source}' AS source, destination FROM {source}.outbox "  # noqa: S608 - a ServiceName
            f"WHERE next_send_at <= :now OR NOT placed OR {IS_DEAD}"
            for source in self._consumers
        )
        async with self._engine.connect() as connection:
            found = {
                (row.source, row.destination)
                for row in await connection.execute(text(query), {"now": self._clock.now()})
            }
        return {
            source: [destination for destination in ServiceName if (source, destination) in found]
            for source in self._consumers
            if source in {name for name, _ in found}
        }

    async def close(self) -> None:
        await self.relay.close()
        await self._engine.dispose()

    async def handle(self, envelope: Envelope) -> Answer:
        return await self._consumers[envelope.destination].handle(envelope)

    async def outbox(self, source: ServiceName, tenant_id: UUID, kind: type[M]) -> list[M]:
        """What lies in a service's outbox for a tenant, oldest first."""
        query = text(
            f"SELECT envelope FROM {source}.outbox WHERE tenant_id = :tenant_id "  # noqa: S608 - a ServiceName
            "AND envelope->>'type' = :type ORDER BY message_id"
        )
        async with self._engine.connect() as connection:
            rows = await connection.execute(query, {"tenant_id": tenant_id, "type": kind.type})
            return [kind.model_validate(envelope["payload"]) for envelope in rows.scalars()]

    async def forget(self, tenant_id: UUID | None = None) -> None:
        """Drop what is still on its way for a tenant, or for all, so that the next test's clock does not set it off."""
        async with self._engine.begin() as connection:
            for source in self._consumers:
                statement = text(
                    f"DELETE FROM {source}.outbox "  # noqa: S608 - a ServiceName
                    "WHERE tenant_id = coalesce(CAST(:tenant_id AS uuid), tenant_id)"
                )
                await connection.execute(statement, {"tenant_id": tenant_id})


@dataclass
class Tenant:
    """A fresh tenant: its root organization and what was seeded under it."""

    id: UUID
    root: UUID
    position: int = 0

    def caller(self, role: Role, organization_id: UUID | None = None, person_id: UUID | None = None) -> Caller:
        grants = (Grant(role, organization_id or self.root),)
        return Caller(CallerKind.PERSON, self.id, person_id or new_id(), grants, self.position)


class ServiceKit:
    """One service under test."""

    def __init__(self, app: FastAPI, consumers: Iterable[Consumer], signer: IdentitySigner, relay_url: str) -> None:
        self.app = app
        self.runtime: Runtime = app.state.runtime
        self.service = self.runtime.service
        self._signer = signer
        self.house = House(relay_url, {self.service: (self.runtime, consumers)})

    @property
    def clock(self) -> FakeClock:
        clock = self.runtime.clock
        if not isinstance(clock, FakeClock):
            raise TypeError(clock)
        return clock

    def advance(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))

    def client(self, caller: Caller = NOBODY, **headers: str) -> httpx.AsyncClient:
        """A client that comes through the gateway as `caller`, whatever the clock says when it does."""

        async def sign(request: httpx.Request) -> None:
            identity = self._signer.sign(self.service, caller, self.clock.now())
            request.headers.setdefault(HEADER, identity)

        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://service.test",
            headers={"accept-language": "en", **headers},
            event_hooks={"request": [sign]},
        )

    def transaction(self, tenant: Tenant) -> AbstractAsyncContextManager[Context]:
        return unit_of_work(self.runtime, tenant.id, system(tenant.id))

    async def drain(self) -> list[Answer]:
        return await self.house.drain()

    async def deliver(self, tenant: Tenant, message: Message, message_id: UUID | None = None) -> Answer:
        """Hand the service one message as its queue would."""
        envelope = enveloped(message, tenant.id, self.clock.now(), destination=self.service, message_id=message_id)
        return await self.house.handle(envelope)

    async def emitted(self, tenant: Tenant, kind: type[M]) -> list[M]:
        return await self.house.outbox(self.service, tenant.id, kind)

    async def new_tenant(self, name: str = "Профсоюз") -> Tenant:
        root = new_id()
        tenant = Tenant(id=new_id(), root=root)
        await self._organization(tenant, root, None, (root,), "union", name)
        return tenant

    async def new_organization(
        self, tenant: Tenant, parent: UUID | None = None, *, kind: str = "primary", name: str = "Первичка"
    ) -> UUID:
        """One more organization, under `parent` or the root. Only two levels need the parent's path."""
        organization_id = new_id()
        parent_id = parent or tenant.root
        path = (tenant.root, organization_id) if parent_id == tenant.root else (tenant.root, parent_id, organization_id)
        await self._organization(tenant, organization_id, parent_id, path, kind, name)
        return organization_id

    async def new_person(
        self,
        tenant: Tenant,
        organization_id: UUID | None = None,
        *,
        name: str = "Иванова Анна Петровна",
        status: str = "member",
        identifiers: tuple[Identifier, ...] = (),
    ) -> UUID:
        person_id = new_id()
        tenant.position += 1
        message = PersonChanged(
            person_id=person_id,
            entity_version=1,
            position=tenant.position,
            display_name=name,
            status=status,
            organization_ids=(organization_id or tenant.root,),
            identifiers=identifiers,
        )
        await self._expect_done(await self.deliver(tenant, message))
        return person_id

    async def close(self) -> None:
        await self.house.close()
        await self.runtime.close()

    async def _organization(
        self, tenant: Tenant, organization_id: UUID, parent: UUID | None, path: tuple[UUID, ...], kind: str, name: str
    ) -> None:
        tenant.position += 1
        message = OrganizationChanged(
            organization_id=organization_id,
            entity_version=1,
            position=tenant.position,
            kind=kind,
            name=name,
            parent_id=parent,
            path=path,
            timezone="Europe/Moscow",
        )
        await self._expect_done(await self.deliver(tenant, message))

    async def _expect_done(self, answer: Answer) -> None:
        if answer.error is not None:
            raise AssertionError(answer.error)
