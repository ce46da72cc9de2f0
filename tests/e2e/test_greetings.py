"""Story 2: the city's information officer greets an enterprise on its jubilee with a story on several networks.

One network fails: the others send once, the failed one retries or falls back to a post, none twice.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from deploy.stand_ins import StandIns
from shared.permissions import Role
from tests.e2e.test_publishing import TEXT, Stage
from tests.e2e.unions import Union

NETWORKS = ("vk", "telegram", "max")


@pytest.fixture
async def city(union: Union, stand_ins: StandIns) -> Stage:
    """The city's information officer, with a channel in three networks: only VK has stories."""
    officer = await union.staff(Role.INFORMATION_OFFICER)
    channels = {network: await union.channel(officer, stand_ins, network) for network in NETWORKS}
    return Stage(union.root, officer, stand_ins, channels)


async def jubilee(city: Stage) -> str:
    """A card of the height of a story, and words for where there are none."""
    card = await city.officer.post(
        "/cards",
        {
            "organization_id": city.organization,
            "enterprise": "Завод «Северный свет»",
            "years": 75,
            "greeting": "Три четверти века завод держит город в тепле. Спасибо!",
            "signed_by": {"union": "Профсоюз", "person": "Ирина Соколова"},
            "sizes": ["story"],
        },
    )
    draft = {
        "organization_id": city.organization,
        "kind": "greeting",
        "format": "story",
        "text": TEXT,
        "media_ids": [picture["media_id"] for picture in card["pictures"]],
        "channel_ids": [channel.id for channel in city.channels.values()],
    }
    return f"/publications/{(await city.officer.post('/publications', draft))['id']}"


async def seen(city: Stage) -> dict[str, list[tuple[str, int]]]:
    """What the public sees in each network: formats, and how many pictures each has."""
    found = await asyncio.gather(*(city.stand_ins.posts(city.channels[network].community) for network in NETWORKS))
    return {
        network: [(post["format"], len(post["pictures"])) for post in posts]
        for network, posts in zip(NETWORKS, found, strict=True)
    }


def outcomes(delivery: dict[str, Any]) -> list[str]:
    return [attempt["outcome"] for attempt in delivery["attempts"]]


async def test_a_story_where_there_are_stories_and_a_post_elsewhere(city: Stage) -> None:
    publication = await jubilee(city)
    preview = await city.officer.get(f"{publication}/preview")
    assert preview["publishable"]
    assert {shown["network"]: shown["format"] for shown in preview["channels"]} == {
        "vk": "story",
        "telegram": "post",
        "max": "post",
    }
    await city.officer.post(f"{publication}/publish")
    assert await city.state(publication, "published", "partially_published", "failed") == "published"
    assert await seen(city) == {"vk": [("story", 1)], "telegram": [("post", 1)], "max": [("post", 1)]}
    story = (await city.deliveries(publication))["vk"]
    lasts = datetime.fromisoformat(story["visible_until"]) - datetime.fromisoformat(story["sent_at"])
    assert lasts == timedelta(hours=24)


async def test_an_account_without_stories_falls_back_to_a_post(city: Stage) -> None:
    publication = await jubilee(city)
    async with city.fault("refuse", "vk", "stories.getPhotoUploadServer"):
        await city.officer.post(f"{publication}/publish")
        assert await city.state(publication, "published", "partially_published", "failed") == "published"
    assert await seen(city) == {"vk": [("post", 1)], "telegram": [("post", 1)], "max": [("post", 1)]}
    delivery = (await city.deliveries(publication))["vk"]
    assert (delivery["format"], delivery["visible_until"], outcomes(delivery)) == ("post", None, ["rejected", "sent"])


async def test_a_network_that_fails_is_tried_again_and_none_gets_it_twice(city: Stage) -> None:
    publication = await jubilee(city)
    async with city.fault("server_error", "vk", "stories.getPhotoUploadServer", times=1):
        await city.officer.post(f"{publication}/publish")
        await asyncio.gather(*(city.delivery(publication, network, "sent") for network in ("telegram", "max")))
        await city.delivery(publication, "vk", "sent")
    assert await city.state(publication, "published") == "published"
    assert await seen(city) == {"vk": [("story", 1)], "telegram": [("post", 1)], "max": [("post", 1)]}


async def test_what_was_wrong_is_corrected_and_taken_down_where_the_networks_can(city: Stage) -> None:
    publication = await jubilee(city)
    await city.officer.post(f"{publication}/publish")
    await city.state(publication, "published")
    await city.officer.post(f"{publication}/withdraw")
    await city.state(publication, "withdrawn", "partially_published")
    left = await seen(city)
    for network, delivery in (await city.deliveries(publication)).items():
        assert (delivery["state"] == "withdrawn") == (left[network] == []), network
        assert delivery["state"] == "withdrawn" or delivery["change_reason"]["text"]["ru"]
