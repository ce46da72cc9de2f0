"""Story 2 with posts: one greeting to three networks, and what becomes of it when one of them fails.

What was sent is counted at the stand-ins.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deploy.client import Client, Refused
from deploy.stand_ins import NETWORKS as ALL
from deploy.stand_ins import StandIns
from deploy.until import until
from shared.permissions import Role
from tests.e2e.unions import Channel, Union

NETWORKS = tuple(network for network in ALL if network != "instagram")  # which takes no text alone
TEXT = "Поздравляем завод «Северный свет» с 75-летием! Спасибо каждому, кто стоит у станка."


@dataclass(frozen=True)
class Stage:
    """An information officer with a channel in each network."""

    organization: str
    officer: Client
    stand_ins: StandIns
    channels: dict[str, Channel]

    async def greeting(self, *networks: str) -> str:
        """A draft with a card, for these networks."""
        card = await self.officer.post(
            "/cards",
            {
                "organization_id": self.organization,
                "enterprise": "Завод «Северный свет»",
                "years": 75,
                "greeting": "Три четверти века завод держит город в тепле. Спасибо!",
                "signed_by": {"union": "Профсоюз", "person": "Ирина Соколова"},
                "sizes": ["post"],
            },
        )
        media_ids = [picture["media_id"] for picture in card["pictures"]]
        return await self.draft(*(networks or ALL), media_ids=media_ids)

    async def draft(self, *networks: str, media_ids: list[str] | None = None) -> str:
        draft = {
            "organization_id": self.organization,
            "kind": "greeting",
            "text": TEXT,
            "media_ids": media_ids or [],
            "channel_ids": [self.channels[network].id for network in networks or NETWORKS],
        }
        return f"/publications/{(await self.officer.post('/publications', draft))['id']}"

    async def state(self, publication: str, *states: str) -> str:
        """Wait for one of `states`."""
        shown = await until(lambda: self.officer.get(publication), lambda shown: shown["state"] in states)
        return shown["state"]

    async def deliveries(self, publication: str) -> dict[str, Any]:
        """By network."""
        networks = {channel.id: network for network, channel in self.channels.items()}
        found = await self.officer.all(f"{publication}/deliveries")
        return {networks[delivery["channel_id"]]: delivery for delivery in found}

    async def delivery(self, publication: str, network: str, *states: str) -> Any:
        found = await until(
            lambda: self.deliveries(publication), lambda found: found[network]["state"] in states, within=20
        )
        return found[network]

    async def posts(self) -> dict[str, int]:
        """How many posts with the text stand in each network's community."""
        walls = [self.stand_ins.posts(self.channels[network].community, TEXT[:20]) for network in NETWORKS]
        return dict(zip(NETWORKS, map(len, await asyncio.gather(*walls)), strict=True))

    @asynccontextmanager
    async def fault(
        self, kind: str, network: str, method: str, **more: str | float | bool
    ) -> AsyncGenerator[None, None]:
        community = self.channels[network].community
        number = await self.stand_ins.fault(kind, community, method=method, **more)
        try:
            yield
        finally:
            await self.stand_ins.clear(number)


POSTING = {"telegram": "sendMessage", "vk": "wall.post", "max": "POST /messages"}


@pytest.fixture
async def stage(union: Union, stand_ins: StandIns) -> Stage:
    officer = await union.staff(Role.INFORMATION_OFFICER)
    channels = {network: await union.channel(officer, stand_ins, network) for network in ALL}
    return Stage(union.root, officer, stand_ins, channels)


async def test_a_card_goes_to_every_network_once(stage: Stage) -> None:
    publication = await stage.greeting()
    assert (await stage.officer.get(f"{publication}/preview"))["publishable"]
    await stage.officer.post(f"{publication}/publish")
    assert await stage.state(publication, "published", "partially_published", "failed") == "published"
    assert await stage.posts() == dict.fromkeys(NETWORKS, 1)
    deliveries = await stage.deliveries(publication)
    assert set(deliveries) == set(ALL)
    for network, delivery in deliveries.items():
        (post,) = await stage.stand_ins.posts(stage.channels[network].community)
        assert len(post["pictures"]) == 1
        assert delivery["url"] or network == "email", "a letter has no address"
        assert [attempt["outcome"] for attempt in delivery["attempts"]] == ["sent"]
    with pytest.raises(Refused) as again:
        await stage.officer.post(f"{publication}/publish")
    assert again.value.status == 409


async def test_a_scheduled_post_goes_out_at_its_local_time_and_not_before(stage: Stage) -> None:
    zone = ZoneInfo("Asia/Almaty")
    local_time = datetime.now(zone).replace(tzinfo=None, microsecond=0) + timedelta(seconds=3)
    publication = await stage.draft("vk")
    plan = {"local_time": local_time.isoformat(), "timezone": zone.key}
    scheduled = await stage.officer.post(f"{publication}/schedule", plan)
    assert scheduled["state"] == "scheduled"
    assert datetime.fromisoformat(scheduled["plan"]["at"]) == local_time.replace(tzinfo=zone)
    await stage.state(publication, "published")
    (post,) = await stage.stand_ins.posts(stage.channels["vk"].community)
    assert datetime.fromisoformat(post["at"]) >= local_time.replace(tzinfo=zone)


async def test_one_network_refuses_the_others_send_once_and_a_retry_sends_the_rest(stage: Stage) -> None:
    publication = await stage.draft()
    async with stage.fault("refuse", "vk", POSTING["vk"]):
        await stage.officer.post(f"{publication}/publish")
        assert await stage.state(publication, "published", "partially_published") == "partially_published"
        delivery = (await stage.deliveries(publication))["vk"]
        assert delivery["state"] == "rejected"
        assert delivery["reason"]["text"]["ru"]
        assert await stage.posts() == {**dict.fromkeys(NETWORKS, 1), "vk": 0}
    await stage.officer.post(f"{publication}/deliveries/{delivery['id']}/retry")
    await stage.state(publication, "published")
    assert await stage.posts() == dict.fromkeys(NETWORKS, 1)


async def test_a_network_that_hangs_delays_no_other(stage: Stage) -> None:
    """Nobody knows whether Telegram took it. It did not: a person sees that, and has it sent again."""
    publication = await stage.draft()
    async with stage.fault("hang", "telegram", POSTING["telegram"], taken=False):
        await stage.officer.post(f"{publication}/publish")
        await asyncio.gather(*(stage.delivery(publication, network, "sent") for network in ("vk", "max")))
        hanging = (await stage.deliveries(publication))["telegram"]
        assert hanging["state"] in {"pending", "sending"}, "the others did not wait for it"
        await stage.delivery(publication, "telegram", "unknown")
        assert await stage.state(publication, "unconfirmed") == "unconfirmed"
    assert await stage.posts() == {**dict.fromkeys(NETWORKS, 1), "telegram": 0}
    await stage.officer.post(f"{publication}/deliveries/{hanging['id']}/confirm", {"sent": False})
    await stage.state(publication, "published")
    assert await stage.posts() == dict.fromkeys(NETWORKS, 1)


async def test_a_network_that_asks_to_wait_is_asked_later_and_once(stage: Stage) -> None:
    publication = await stage.draft()
    async with stage.fault("flood", "telegram", POSTING["telegram"], times=1, retry_after=2):
        await stage.officer.post(f"{publication}/publish")
        await stage.state(publication, "published")
    delivery = (await stage.deliveries(publication))["telegram"]
    assert [attempt["outcome"] for attempt in delivery["attempts"]] == ["throttled", "sent"]
    assert await stage.posts() == dict.fromkeys(NETWORKS, 1)


async def test_a_post_whose_answer_is_lost_is_found_again(stage: Stage) -> None:
    """It is `unknown` and never sent again; VK and MAX themselves tell that they have it."""
    publication = await stage.draft()
    async with (
        stage.fault("drop", "vk", POSTING["vk"], times=1, taken=True),
        stage.fault("drop", "max", POSTING["max"], times=1, taken=True),
    ):
        await stage.officer.post(f"{publication}/publish")
        assert await stage.state(publication, "unconfirmed", "published") == "unconfirmed"
        await stage.state(publication, "published")
    found = await stage.deliveries(publication)
    for network in ("vk", "max"):
        assert found[network]["url"]
        assert [attempt["outcome"] for attempt in found[network]["attempts"]] == ["unknown"]
    assert await stage.posts() == dict.fromkeys(NETWORKS, 1)


async def test_a_post_whose_answer_is_lost_is_confirmed_by_a_person(stage: Stage) -> None:
    """Telegram cannot be asked: somebody looks at the channel."""
    publication = await stage.draft()
    async with stage.fault("drop", "telegram", POSTING["telegram"], times=1, taken=True):
        await stage.officer.post(f"{publication}/publish")
        await asyncio.gather(*(stage.delivery(publication, network, "sent") for network in ("vk", "max")))
        unknown = await stage.delivery(publication, "telegram", "unknown")
    assert await stage.state(publication, "unconfirmed") == "unconfirmed"
    assert await stage.posts() == dict.fromkeys(NETWORKS, 1)

    path = f"{publication}/deliveries/{unknown['id']}"
    with pytest.raises(Refused) as blind:
        await stage.officer.post(f"{path}/retry")
    assert blind.value.status == 409
    confirmed = await stage.officer.post(f"{path}/confirm", {"sent": True, "url": "https://t.me/union/1"})
    assert (confirmed["state"], confirmed["confirmed_by"]) == ("sent", stage.officer.person_id)
    assert await stage.state(publication, "published") == "published"
    assert await stage.posts() == dict.fromkeys(NETWORKS, 1)
