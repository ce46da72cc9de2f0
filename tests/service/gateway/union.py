"""The gateway on a real database, unions founded in it, and what stands behind it: services that tell what they got."""

import json
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import event
from starlette.types import Receive, Scope, Send

from services.gateway.main import create_edge, create_rooms
from services.gateway.organizations.rules import OrganizationKind
from services.gateway.routing.actions.edge import Edge, Target
from services.gateway.runtime import GatewayRuntime, open_gateway_runtime
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.actions import Desk, NewTenant, create_tenant
from services.gateway.worker import consumers
from shared.contracts import ServiceName
from shared.permissions import Role
from shared.queue import Answer
from shared.testing.clock import FakeClock
from shared.testing.kit import House
from tests.conftest import SIGNING_KEY, Ground

PASSWORD = "correct horse battery"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """A service that answers with what reached it."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = [(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]]
    answer = {"path": scope["raw_path"].decode(), "headers": headers, "size": len(body)}
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


@dataclass
class Gateway:
    settings: GatewaySettings
    runtime: GatewayRuntime
    rooms: FastAPI
    edge: Edge
    house: House

    async def drain(self) -> list[Answer]:
        """Let the gateway's worker do all that is due; what goes to other services is dropped."""
        return await self.house.drain()

    @property
    def desk(self) -> Desk:
        desk: Desk = self.rooms.state.desk
        return desk

    @property
    def clock(self) -> FakeClock:
        clock = self.runtime.clock
        if not isinstance(clock, FakeClock):
            raise TypeError(clock)
        return clock

    @contextmanager
    def counting(self, statements: list[str]) -> Generator[None]:
        """Note every statement that the gateway sends meanwhile."""

        def note(_: object, __: object, statement: str, *___: object) -> None:
            statements.append(statement)

        engine = self.runtime.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", note)

    def client(self, token: str | None = None, **headers: str) -> httpx.AsyncClient:
        """A client outside, with an access token or without."""
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.edge),
            base_url="https://vmeste.test",
            headers={"accept-language": "en", **headers},
        )

    async def tokens(self, name: str, password: str = PASSWORD, **more: Any) -> dict[str, Any]:
        async with self.client() as client:
            answer = await client.post("/v1/auth/login", json={"sign_in_name": name, "password": password, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def found(self, name: str = "Профсоюз работников культуры", *, sign_in_name: str | None = None) -> "Union":
        sign_in_name = sign_in_name or f"{uuid4().hex}@example.org"
        new = NewTenant(
            name=name,
            kind=OrganizationKind.UNION,
            family_name="Орлова",
            given_name="Вера",
            sign_in_name=sign_in_name,
            password=PASSWORD,
        )
        founded = await create_tenant(self.desk, new)
        signed_in = await self.tokens(sign_in_name, tenant_id=str(founded.tenant_id))
        client = self.client(signed_in["access_token"])
        return Union(self, founded.tenant_id, founded.administrator_id, sign_in_name, client)


@dataclass
class Union:
    """A tenant with its administrator signed in."""

    gateway: Gateway
    id: UUID
    administrator_id: UUID
    sign_in_name: str
    admin: httpx.AsyncClient

    async def organization(
        self, parent: str | UUID | None = None, kind: str = "primary", **more: Any
    ) -> dict[str, Any]:
        body = {"parent_id": str(parent or self.id), "kind": kind, "name": "ППО театра", **more}
        answer = await self.admin.post("/v1/organizations", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def person(self, organization_id: str | UUID | None = None, **more: Any) -> dict[str, Any]:
        body = {
            "family_name": "Иванова",
            "given_name": "Мария",
            "status": "member",
            "organization_ids": [str(organization_id or self.id)],
            **more,
        }
        answer = await self.admin.post("/v1/people", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def sign_in_of(self, person_id: str) -> str:
        name = f"{uuid4().hex}@example.org"
        body = {"sign_in_name": name, "password": PASSWORD}
        answer = await self.admin.put(f"/v1/people/{person_id}/sign_in", json=body)
        assert answer.status_code == 200, answer.text
        return name

    async def staff(self, role: Role, organization_id: str | UUID | None = None) -> httpx.AsyncClient:
        """Somebody new who holds `role` at the organization, or at the root, signed in."""
        person = await self.person(organization_id)
        await self.grant(person["id"], role, organization_id)
        tokens = await self.gateway.tokens(await self.sign_in_of(person["id"]))
        return self.gateway.client(tokens["access_token"])

    async def grant(self, person_id: str, role: Role, organization_id: str | UUID | None = None) -> dict[str, Any]:
        body = {"person_id": person_id, "role": role, "organization_id": str(organization_id or self.id)}
        answer = await self.admin.post("/v1/grants", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()


@asynccontextmanager
async def open_gateway(ground: Ground, **settings: object) -> AsyncGenerator[Gateway, None]:
    chosen = ground.settings(
        GatewaySettings,
        ServiceName.GATEWAY,
        **({"signing_keys": SIGNING_KEY, "tries_per_address": 100_000} | settings),
    )
    runtime = open_gateway_runtime(chosen, clock=FakeClock())
    rooms = create_rooms(chosen, runtime)
    house = House(ground.relay_url, {ServiceName.GATEWAY: (runtime, consumers())})
    services: dict[ServiceName, Target] = dict.fromkeys(set(ServiceName) - {ServiceName.GATEWAY}, echo)
    async with rooms.router.lifespan_context(rooms):  # which closes the runtime, too
        try:
            yield Gateway(chosen, runtime, rooms, create_edge(rooms, chosen, services), house)
        finally:
            await house.close()
