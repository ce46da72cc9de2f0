"""The page of the stand-in networks, live in a browser: what Vmeste puts out appears there, what the public does there
comes into Vmeste. Nothing is ever reloaded.
"""

import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.client import Client
from deploy.stand_ins import NETWORKS, StandIns
from deploy.until import until
from shared.permissions import Role
from tests.e2e.browser import CHROMIUM, Page, opened_page
from tests.e2e.unions import Channel, Union

ASK_SECONDS = 1.0  # networks without hooks

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("VMESTE_REQUIRE_CHROMIUM"), reason="no chromium on this machine"
)

TALKING = ("telegram", "vk", "max")  # with private chats and buttons
TEXT, BETTER = "Юрист принимает в среду с 15 до 18 часов", "Юрист принимает в четверг с 15 до 18 часов"


@pytest.fixture
async def page(stand_ins: StandIns) -> AsyncGenerator[Page, None]:
    async with opened_page(stand_ins.address) as page:
        await page.shows("#status", "Обновлено")
        await page.says("window.witness = 'never reloaded'")
        yield page
        assert await page.says("window.witness") == "never reloaded"


@dataclass(frozen=True)
class Wall:
    """A union with a community in every network there is."""

    organization: str
    officer: Client
    channels: dict[str, Channel]
    page: Page

    def of(self, network: str) -> str:
        """Where its community stands on the page."""
        return f"#{network}-u{self.organization.replace('-', '')}"

    def post(self, network: str) -> str:
        return f"{self.of(network)} article.post"

    async def published(self) -> str:
        draft = await self.officer.post(
            "/publications",
            {
                "organization_id": self.organization,
                "kind": "news",
                "text": TEXT,
                "channel_ids": [channel.id for channel in self.channels.values()],
            },
        )
        publication = f"/publications/{draft['id']}"
        await self.officer.post(f"{publication}/publish")
        await until(lambda: self.officer.get(publication), lambda seen: seen["state"] == "published", within=30)
        return publication

    async def deliveries(self, publication: str) -> dict[str, Any]:
        networks = {channel.id: network for network, channel in self.channels.items()}
        return {networks[one["channel_id"]]: one for one in await self.officer.all(f"{publication}/deliveries")}


@pytest.fixture
async def wall(union: Union, stand_ins: StandIns, page: Page) -> Wall:
    officer = await union.staff(Role.INFORMATION_OFFICER)
    channels = {network: await union.channel(officer, stand_ins, network) for network in NETWORKS}
    return Wall(union.root, officer, channels, page)


async def test_every_network_there_is_stands_on_the_page(stand_ins: StandIns, page: Page) -> None:
    there = await page.says("[...document.querySelectorAll('.network')].map(e => e.id)")
    assert set(there) == {f"network-{network}" for network in (*NETWORKS, "mail")}
    assert await page.says("document.querySelectorAll('#jumps a').length") == len(there)
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.says(too_wide)


async def test_a_post_appears_changes_and_goes(wall: Wall) -> None:
    page, publication = wall.page, await wall.published()
    for network in NETWORKS:
        await page.shows(wall.post(network), TEXT)

    await wall.officer.post(f"{publication}/correct", {"text": BETTER})
    corrected = await _settled(wall, publication)
    for network, delivery in corrected.items():
        await page.shows(wall.post(network), BETTER if delivery["change"] == "corrected" else TEXT)
        assert delivery["change"] == "corrected" or delivery["change_reason"]["text"]["ru"], network

    await wall.officer.post(f"{publication}/withdraw")
    withdrawn = await _settled(wall, publication)
    for network, delivery in withdrawn.items():
        if delivery["state"] == "withdrawn":
            for words in (TEXT, BETTER):
                await page.loses(wall.post(network), words)
        else:
            assert delivery["change_reason"]["text"]["ru"], network


async def test_what_the_public_says_under_a_post_comes_home_from_every_network(wall: Wall) -> None:
    page, publication = wall.page, await wall.published()
    for network in NETWORKS:
        await page.shows(wall.post(network), TEXT)
        await page.press(wall.post(network), "Комментарии")
        await page.write(f"Спасибо, приду! {network}")
        await page.shows(wall.post(network), "Мария Прохорова")
    heard = await until(
        lambda: wall.officer.all(f"{publication}/reactions", is_thanks="true"),
        lambda found: len(found) == len(NETWORKS),
        within=30,
    )
    assert {one["network"]: one["text"] for one in heard} == {
        network: f"Спасибо, приду! {network}" for network in NETWORKS
    }
    assert all(one["seconds_after"] >= 0 and one["kind"] == "comment" for one in heard)


async def test_what_is_being_written_outlives_what_happens_meanwhile(wall: Wall) -> None:
    page = wall.page
    await wall.published()
    await page.shows(wall.post("vk"), TEXT)
    await page.press(wall.post("vk"), "Комментарии")
    await page.says("document.getElementById('words').value = 'Недописанное'")
    await wall.published()
    await until(lambda: page.says(f"document.querySelectorAll('{wall.post('vk')}').length"), lambda number: number == 2)
    assert await page.says("document.getElementById('words').value") == "Недописанное"
    assert await page.says("document.activeElement.id") == "words"


@pytest.mark.parametrize("network", TALKING)
async def test_a_member_writes_on_the_page_is_answered_there_and_presses_a_button(
    union: Union, wall: Wall, network: str
) -> None:
    page, dispatcher = wall.page, await union.staff(Role.DISPATCHER)
    await wall.published()
    await page.press(wall.of(network), "Написать")
    await page.write("Положен ли мне отпуск в июле?")
    found = await until(lambda: dispatcher.get("/requests", source=network), lambda page: page["items"])
    request = f"/requests/{found['items'][0]['id']}"
    assert (await dispatcher.get(request))["requester"]["display_name"] == "Мария Прохорова"

    chat = _chat(wall, network)
    await dispatcher.post(f"{request}/reply", {"text": "Да: график отпусков обязателен."})
    await page.shows(chat, "Да: график отпусков обязателен.")
    await dispatcher.post(f"{request}/resolve")
    await page.press(f"{chat} .keys", "5")
    rating = await until(lambda: dispatcher.call("GET", f"{request}/rating"), lambda answer: answer.is_success)
    assert (rating.json()["score"], rating.json()["rated_by"]) == (5, "button")
    await page.shows(chat, "Спасибо за оценку!")


def _chat(wall: Wall, network: str) -> str:
    """Where the visitor's chat with this union is on the page."""
    account = wall.channels[network].community.account_id
    return f"[id^='{network}-dialog-{account}-']"


async def _settled(wall: Wall, publication: str) -> dict[str, Any]:
    """When every network has said what became of the change."""
    return await until(
        lambda: wall.deliveries(publication),
        lambda found: not any(one["change"] in {"correcting", "withdrawing"} for one in found.values()),
        within=30,
    )
