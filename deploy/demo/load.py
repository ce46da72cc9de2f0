"""Fill an empty house with the demo union, through the public API. Running it again changes nothing.

Only the first step is not public: the tenant with its first administrator is made as the operator would make it.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from deploy.client import Client, Refused
from deploy.demo.union import (
    ADMINISTRATOR,
    CITY,
    ORGANIZATIONS,
    PASSWORD,
    TELEGRAM_NAME,
    TENANT_ID,
    DemoPerson,
    people,
    roles_of,
    sign_in_name_of,
    writes_in_telegram,
)
from deploy.stand_ins import StandIns
from services.gateway.organizations.rules import OrganizationKind
from services.gateway.runtime import open_gateway_runtime
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.actions import NewTenant, create_tenant, open_desk
from shared.settings import Environment

_AT_ONCE: Final = 8
T = TypeVar("T")


class OnlyForDevelopment(Exception):
    """The demo's passwords are known to everybody."""


@dataclass(frozen=True)
class Loaded:
    organizations: int
    people: int


async def load_union(
    address: str, stand_ins_address: str, settings: GatewaySettings, everybody: Iterable[DemoPerson] | None = None
) -> Loaded:
    """`address` is the gateway's. All services know everybody when it returns. Raises OnlyForDevelopment."""
    if settings.environment is Environment.PRODUCTION:
        raise OnlyForDevelopment("The demo union is for development: its passwords are known to everybody.")
    async with await _administrator(address, settings) as administrator, StandIns(stand_ins_address) as stand_ins:
        ids = await _organizations(administrator)
        count = await _people(administrator, stand_ins, ids, everybody or people())
        await asyncio.gather(*(administrator.get(path, limit=1) for path in ("/requests", "/channels", "/surveys")))
    return Loaded(len(ids), count)


async def _administrator(address: str, settings: GatewaySettings) -> Client:
    """Signed in; founded first, if the union is not there."""
    try:
        return await Client.signed_in(address, ADMINISTRATOR, PASSWORD)
    except Refused as refused:
        if refused.code != "auth.wrong_sign_in":
            raise
    runtime = open_gateway_runtime(settings)
    desk = open_desk(runtime, settings)
    founded = NewTenant(
        name=CITY,
        kind=OrganizationKind.UNION,
        family_name="Орлова",
        given_name="Вера",
        additional_name="Степановна",
        sign_in_name=ADMINISTRATOR,
        password=PASSWORD,
    )
    try:
        await create_tenant(desk, founded, TENANT_ID)
    finally:
        await desk.close()
        await runtime.close()
    return await Client.signed_in(address, ADMINISTRATOR, PASSWORD)


async def _organizations(administrator: Client) -> dict[str, str]:
    """The id of every organization by its name; parents come before their parts."""
    ids = {known["name"]: known["id"] for known in await administrator.all("/organizations")}
    for organization in ORGANIZATIONS:
        if organization.name not in ids:
            body = {"parent_id": ids[organization.parent], "kind": organization.kind, "name": organization.name}
            ids[organization.name] = (await administrator.post("/organizations", body))["id"]
    return ids


async def _people(
    administrator: Client, stand_ins: StandIns, ids: dict[str, str], everybody: Iterable[DemoPerson]
) -> int:
    """Returns how many there are, the administrator included."""
    known = {
        (person["family_name"], person["given_name"], person["additional_name"]): person["id"]
        for person in await administrator.all("/people")
    }

    async def one(person: DemoPerson) -> None:
        person_id = known.get(person.name) or await _person(administrator, stand_ins, ids, person)
        await _sign_in(administrator, ids, person, person_id)

    return 1 + await _each(everybody, one)


async def _person(administrator: Client, stand_ins: StandIns, ids: dict[str, str], person: DemoPerson) -> str:
    identifiers: list[dict[str, str]] = []
    if writes_in_telegram(person):
        account = await stand_ins.person("telegram", person.given_name, person.family_name, TELEGRAM_NAME)
        identifiers.append({"network": "telegram", "external_id": str(account)})
    made = await administrator.post(
        "/people",
        {
            "family_name": person.family_name,
            "given_name": person.given_name,
            "additional_name": person.additional_name,
            "status": "member",
            "organization_ids": [ids[person.organization]],
            "identifiers": identifiers,
        },
    )
    return made["id"]


async def _sign_in(administrator: Client, ids: dict[str, str], person: DemoPerson, person_id: str) -> None:
    """Roles come after the sign-in: whoever hands out a password must be able to give every role of its owner."""
    name = sign_in_name_of(person)
    if name is None:
        return
    sign_in = {"sign_in_name": name, "password": PASSWORD}
    await _unless(administrator.put(f"/people/{person_id}/sign_in", sign_in), "auth.sign_in_exists")
    for role in roles_of(person):
        grant = {"person_id": person_id, "role": role.role, "organization_id": ids[role.organization]}
        await _unless(administrator.post("/grants", grant), "grant.exists")


async def _unless(call: Awaitable[object], code: str) -> None:
    """Make the call; that it was made before, as `code` says, is as good."""
    try:
        await call
    except Refused as refused:
        if refused.code != code:
            raise


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
    print("Loading the demo union ...", end=" ", flush=True)
    settings = GatewaySettings()  # pyright: ignore[reportCallIssue] - read from the environment
    try:
        loaded = asyncio.run(load_union(os.environ["VMESTE_PUBLIC_URL"], os.environ["VMESTE_SANDBOX_URL"], settings))
    except OnlyForDevelopment as refusal:
        sys.exit(str(refusal))
    print(f"{loaded.organizations} organizations, {loaded.people} people.")
