"""What the tour is played on: the demo's staff signed in, communities on the stand-ins, channels connected to them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from deploy.client import Client
from deploy.demo.tour.narrator import Narrator
from deploy.demo.union import (
    CITY,
    DISPATCHER,
    INFORMATION_OFFICER,
    LAWYER,
    LIBRARIES,
    LIBRARIES_CHAIR,
    PASSWORD,
    TELEGRAM_NAME,
    people,
    writes_in_telegram,
)
from deploy.stand_ins import NETWORKS, TITLES, Community, StandIns
from deploy.until import until

HANDLE: Final = "gorprof_demo"


@dataclass(frozen=True)
class Channel:
    """A community of the union, and its channel's id in Vmeste."""

    id: str
    community: Community


@dataclass(frozen=True)
class Stage:
    tell: Narrator
    address: str
    stand_ins: StandIns
    officer: Client
    dispatcher: Client
    lawyer: Client
    chair: Client  # of the libraries
    city: str
    libraries: str
    channels: dict[str, Channel]
    member: int  # the account in Telegram of the member who writes there

    def titles(self) -> dict[str, str]:
        """Names of the networks by channel."""
        return {channel.id: TITLES[network] for network, channel in self.channels.items()}


@asynccontextmanager
async def open_stage(tell: Narrator, address: str, stand_ins_address: str) -> AsyncGenerator[Stage, None]:
    async with AsyncExitStack() as stack:
        stand_ins = await stack.enter_async_context(StandIns(stand_ins_address))
        signed_in = await asyncio.gather(
            *(
                Client.signed_in(address, name, PASSWORD)
                for name in (INFORMATION_OFFICER, DISPATCHER, LAWYER, LIBRARIES_CHAIR)
            )
        )
        officer, dispatcher, lawyer, chair = [await stack.enter_async_context(client) for client in signed_in]
        ids = {known["name"]: known["id"] for known in await officer.all("/organizations")}
        yield Stage(
            tell=tell,
            address=address,
            stand_ins=stand_ins,
            officer=officer,
            dispatcher=dispatcher,
            lawyer=lawyer,
            chair=chair,
            city=ids[CITY],
            libraries=ids[LIBRARIES],
            channels=await _channels(officer, stand_ins, ids[CITY]),
            member=await _member(stand_ins),
        )


async def _channels(officer: Client, stand_ins: StandIns, city: str) -> dict[str, Channel]:
    """One in each network but Instagram, which is off by itself; those of an earlier tour are used again."""
    known = {(channel["network"], channel["external_id"]): channel for channel in await officer.all("/channels")}

    async def one(network: str) -> Channel:
        community = await stand_ins.community(network, "Профсоюз муниципальных работников", HANDLE, followers=8700)
        channel = known.get((network, community.external_id)) or await _connected(officer, city, community)
        return Channel(channel["id"], community)

    networks = [network for network in NETWORKS if network != "instagram"]
    return dict(zip(networks, await asyncio.gather(*map(one, networks)), strict=True))


async def _connected(officer: Client, city: str, community: Community) -> Any:
    body = {
        "organization_id": city,
        "network": community.network,
        "external_id": community.external_id,
        "credentials": community.credentials,
    }
    path = f"/channels/{(await officer.post('/channels', body))['id']}"
    return await until(lambda: officer.get(path), lambda channel: channel["receives_updates"])


async def _member(stand_ins: StandIns) -> int:
    person = next(filter(writes_in_telegram, people()))
    return await stand_ins.person("telegram", person.given_name, person.family_name, TELEGRAM_NAME)
