"""A union to tell a story about: its tenant, its people and how they sign in. All but the founding goes by the API."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, Self

from deploy.client import Client
from deploy.stand_ins import Community, StandIns
from deploy.until import until
from services.gateway.organizations.rules import OrganizationKind
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.actions import Desk, NewTenant, create_tenant
from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import INSTAGRAM_WARNING
from shared.clock import new_id
from shared.permissions import Role

PASSWORD = "надёжный пароль 2031"


@dataclass(frozen=True)
class Hall:
    """The running house: where the gateway listens, and the desk at which unions are founded."""

    address: str
    settings: GatewaySettings
    desk: Desk


@dataclass
class Union:
    hall: Hall
    root: str
    administrator: Client
    sign_in_name: str  # the administrator's
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    clients: AsyncExitStack = field(default_factory=AsyncExitStack)

    def client(self, tokens: dict[str, Any] | None = None, *, connections: int = 20) -> Client:
        """Closed with the union. Without tokens: somebody who is not signed in."""
        client = Client(self.hall.address, tokens, connections=connections)
        self.clients.push_async_exit(client)
        return client

    async def organization(self, name: str = "Первичка", kind: str = "primary", parent: str | None = None) -> str:
        body = {"parent_id": parent or self.root, "kind": kind, "name": name}
        return (await self.administrator.post("/organizations", body))["id"]

    async def person(
        self,
        organization: str | None = None,
        *,
        status: str = "member",
        by: Client | None = None,
        accounts: Mapping[str, int] | None = None,
    ) -> tuple[str, str]:
        """A new person who can sign in: id and sign-in name. `accounts` are theirs in networks."""
        by = by or self.administrator
        number = next(self._numbers)
        made = await by.post(
            "/people",
            {
                "family_name": f"Человекова-{number}",
                "given_name": "Анна",
                "status": status,
                "organization_ids": [organization or self.root],
                "identifiers": [
                    {"network": network, "external_id": str(account)} for network, account in (accounts or {}).items()
                ],
            },
        )
        name = f"person{number}@{self.root}"
        await by.put(f"/people/{made['id']}/sign_in", {"sign_in_name": name, "password": PASSWORD})
        return made["id"], name

    async def signed_in(self, sign_in_name: str) -> Client:
        client = await Client.signed_in(self.hall.address, sign_in_name, PASSWORD)
        self.clients.push_async_exit(client)
        return client

    async def member(self, organization: str | None = None, *, by: Client | None = None) -> Client:
        _, name = await self.person(organization, by=by)
        return await self.signed_in(name)

    async def staff(self, role: Role, organization: str | None = None) -> Client:
        """Somebody with one role, signed in, whom every service has heard of."""
        person_id, name = await self.person(organization)
        grant = {"person_id": person_id, "role": role, "organization_id": organization or self.root}
        await self.administrator.post("/grants", grant)
        await self.known_everywhere()
        return await self.signed_in(name)

    async def known_everywhere(self) -> None:
        """Wait until every service has heard of all that the administrator did: others act on it next."""
        await asyncio.gather(
            *(self.administrator.get(path, limit=1) for path in ("/requests", "/channels", "/surveys"))
        )

    async def channel(self, officer: Client, stand_ins: StandIns, network: str) -> "Channel":
        """A community of this union's own, connected and told of by its network."""
        handle = f"u{self.root.replace('-', '')}"
        return await self.connect(officer, await stand_ins.community(network, "Профсоюз", handle))

    async def connect(self, officer: Client, community: Community, organization: str | None = None) -> "Channel":
        """A community connected for an organization, and told of by its network."""
        body = {
            "organization_id": organization or self.root,
            "network": community.network,
            "external_id": community.external_id,
            "credentials": community.credentials,
        }
        if community.network == Network.INSTAGRAM:
            body["accepted_warning"] = INSTAGRAM_WARNING.code
        channel = await officer.post("/channels", body)
        path = f"/channels/{channel['id']}"
        await until(lambda: officer.get(path), lambda shown: shown["receives_updates"])
        return Channel(channel["id"], community)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.clients.aclose()


@dataclass(frozen=True)
class Channel:
    id: str
    community: Community


async def found_union(hall: Hall) -> Union:
    name = f"administrator@{new_id()}"
    founded = await create_tenant(
        hall.desk,
        NewTenant(
            name="Профсоюз",
            kind=OrganizationKind.UNION,
            family_name="Первая",
            given_name="Вера",
            sign_in_name=name,
            password=PASSWORD,
        ),
    )
    administrator = await Client.signed_in(hall.address, name, PASSWORD)
    union = Union(hall, str(founded.tenant_id), administrator, name)
    union.clients.push_async_exit(administrator)
    return union
