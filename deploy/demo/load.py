"""Fill an empty house with the demo union, through the public API. Running it again changes nothing.

Only the first step is not public: the tenant with its first administrator is made as the operator would make it.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from services.gateway.tenants import found_tenant

from deploy.client import Client
from deploy.demo.union import (
    ADMINISTRATOR,
    CITY,
    ORGANIZATIONS,
    PASSWORD,
    ROLES,
    TELEGRAM_MEMBER,
    DemoPerson,
    people,
    sign_in_name_of,
)
from services.gateway.settings import GatewaySettings

_AT_ONCE = 8
T = TypeVar("T")


async def load_union(address: str, settings: GatewaySettings) -> None:
    """`address` is the gateway's."""
    await found_tenant(settings, name=CITY, sign_in_name=ADMINISTRATOR, password=PASSWORD)
    async with await Client.signed_in(address, ADMINISTRATOR, PASSWORD) as administrator:
        organizations = await _organizations(administrator)
        print(f"  {len(organizations)} organizations")

        async def one(person: DemoPerson) -> None:
            await _person(administrator, organizations, person)

        count = await _each(people(), one)
        print(f"  {count + 1} people")


async def _organizations(administrator: Client) -> dict[str, str]:
    me = await administrator.get("/me")
    ids: dict[str, str] = {CITY: me["grants"][0]["organization_id"]}
    for number, organization in enumerate(ORGANIZATIONS):
        body = {"parent_id": ids[organization.parent], "kind": organization.kind, "name": organization.name}
        made = await administrator.post("/organizations", body, key=f"demo-organization-{number}")
        ids[organization.name] = made["id"]
    return ids


async def _person(administrator: Client, organizations: Mapping[str, str], person: DemoPerson) -> None:
    key = f"demo-person-{organizations[person.organization]}-{person.number}"
    writes_in_telegram = person.number == 2 and person.organization.startswith("Профгруппа")  # noqa: PLR2004
    made = await administrator.post(
        "/people",
        {
            "family_name": person.family_name,
            "given_name": person.given_name,
            "additional_name": person.additional_name,
            "status": "member",
            "organization_ids": [organizations[person.organization]],
            "identifiers": [{"network": "telegram", "external_id": TELEGRAM_MEMBER}] if writes_in_telegram else [],
        },
        key=key,
    )
    name = sign_in_name_of(person)
    if name is None:
        return
    await administrator.put(f"/people/{made['id']}/sign_in", {"sign_in_name": name, "password": PASSWORD})
    for role in ROLES.get(person.organization, ()):
        if role.sign_in_name == name:
            grant = {"person_id": made["id"], "role": role.role, "organization_id": organizations[role.organization]}
            await administrator.post("/grants", grant, key=f"{key}-grant")


async def _each(items: Iterable[T], work: Callable[[T], Awaitable[None]]) -> int:
    """Work on all items, some at once. Returns how many there were."""
    gate = asyncio.Semaphore(_AT_ONCE)
    count = 0

    async def gated(item: T) -> None:
        async with gate:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(gated(item))
            count += 1
    return count


def load() -> None:
    """By the environment, as the supervisor sets it."""
    print("Loading the demo union")
    settings = GatewaySettings()  # pyright: ignore[reportCallIssue] - read from the environment
    asyncio.run(load_union(os.environ["VMESTE_PUBLIC_URL"], settings))
