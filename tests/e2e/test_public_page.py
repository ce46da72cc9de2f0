"""The page of the stand-in networks, live in a browser, which never reloads it.

What Vmeste puts out appears there, and what the public does there comes into Vmeste.
"""

import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.client import Client
from deploy.stand_ins import StandIns
from deploy.until import until
from shared.permissions import Role
from tests.e2e.browser import CHROMIUM, Page, opened_page
from tests.e2e.unions import Channel, Hall, Union, found_union

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("VMESTE_REQUIRE_CHROMIUM"), reason="no chromium on this machine"
)

NETWORKS = ("telegram", "vk", "max", "ok", "bluesky", "mastodon")  # that take a post of words alone
TELLING = tuple(network for network in NETWORKS if network != "ok")  # OK promises no notice of comments
TALKING = ("telegram", "vk", "max")  # with private chats and buttons


@pytest.fixture(scope="module")
def ask_seconds() -> float:
    """Comments in networks without hooks are waited for."""
    return 1.0


@pytest.fixture
async def page(stand_ins: StandIns) -> AsyncGenerator[Page, None]:
    async with opened_page(stand_ins.address) as page:
        await page.shows("#status", "Обновлено")
        await page.says("window.witness = 'never reloaded'")
        yield page
        assert await page.says("window.witness") == "never reloaded"


@dataclass(frozen=True)
class Wall:
    """A union with a community in each network."""

    union: Union
    officer: Client
    dispatcher: Client
    channels: dict[str, Channel]

    def of(self, network: str) -> str:
        """Where its community stands on the page."""
        return f"#{network}-u{self.union.root.replace('-', '')}"

    def post(self, network: str) -> str:
        """The newest."""
        return f"{self.of(network)} article.post:first-child"

    async def published(self, text: str) -> str:
        draft = await self.officer.post(
            "/publications",
            {
                "organization_id": self.union.root,
                "kind": "news",
                "text": text,
                "channel_ids": [channel.id for channel in self.channels.values()],
            },
        )
        publication = f"/publications/{draft['id']}"
        await self.officer.post(f"{publication}/publish")
        await until(lambda: self.officer.get(publication), lambda seen: seen["state"] == "published", within=30)
        return publication

    async def deliveries(self, publication: str) -> dict[str, Any]:
        return {one["network"]: one for one in await self.officer.all(f"{publication}/deliveries")}


@pytest.fixture(scope="module")
async def wall(hall: Hall, stand_ins: StandIns) -> AsyncGenerator[Wall, None]:
    async with await found_union(hall) as union:
        officer, dispatcher = await union.staff(Role.INFORMATION_OFFICER), await union.staff(Role.DISPATCHER)
        channels = {network: await union.channel(officer, stand_ins, network) for network in NETWORKS}
        yield Wall(union, officer, dispatcher, channels)


async def test_every_network_there_is_stands_on_the_page(page: Page) -> None:
    known = await page.says("fetch('/control/networks').then(answer => answer.json())")
    there = await page.says("[...document.querySelectorAll('.network')].map(e => e.id)")
    assert {f"network-{network}" for network in NETWORKS} < set(there)
    assert set(there) == {*(f"network-{one['name']}" for one in known), "network-mail"}
    assert await page.says("document.querySelectorAll('#jumps a').length") == len(there)
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await page.says(too_wide)


async def test_a_post_appears_changes_and_goes(wall: Wall, page: Page) -> None:
    text, better = "Юрист принимает в среду с 15 до 18 часов", "Юрист принимает в четверг с 15 до 18 часов"
    publication = await wall.published(text)
    for network in NETWORKS:
        await page.shows(wall.post(network), text)

    await wall.officer.post(f"{publication}/correct", {"text": better})
    corrected = await _settled(wall, publication)
    for network, delivery in corrected.items():
        await page.shows(wall.post(network), better if delivery["change"] == "corrected" else text)
        assert delivery["change"] == "corrected" or delivery["change_reason"]["text"]["ru"], network

    await wall.officer.post(f"{publication}/withdraw")
    withdrawn = await _settled(wall, publication)
    for network, delivery in withdrawn.items():
        if delivery["state"] == "withdrawn":
            for words in (text, better):
                await page.loses(wall.post(network), words)
        else:
            assert delivery["change_reason"]["text"]["ru"], network


async def test_what_the_public_says_under_a_post_comes_home_from_each_network_that_tells(
    wall: Wall, page: Page
) -> None:
    publication = await wall.published("Субботник в парке")
    for network in NETWORKS:
        await page.shows(wall.post(network), "Субботник в парке")
        await page.press(wall.post(network), "Комментарии")
        await page.write(f"Спасибо, приду! {network}")
        await page.shows(wall.post(network), "Мария Прохорова")
    heard = await until(
        lambda: wall.officer.all(f"{publication}/reactions", is_thanks="true"),
        lambda found: len(found) >= len(TELLING),
        within=30,
    )
    assert {one["network"]: one["text"] for one in heard} == {
        network: f"Спасибо, приду! {network}" for network in TELLING
    }
    assert all(one["seconds_after"] >= 0 and one["kind"] == "comment" for one in heard)


async def test_what_is_being_written_outlives_what_happens_meanwhile(wall: Wall, page: Page) -> None:
    await wall.published("Первая новость")
    await page.shows(wall.post("vk"), "Первая новость")
    await page.press(wall.post("vk"), "Комментарии")
    await page.says("document.getElementById('words').value = 'Недописанное'")
    await wall.published("Вторая новость")
    await page.shows(wall.post("vk"), "Вторая новость")
    assert await page.says("document.getElementById('words').value") == "Недописанное"
    assert await page.says("document.activeElement.id") == "words"


@pytest.mark.parametrize("network", TALKING)
async def test_a_member_writes_on_the_page_is_answered_there_and_presses_a_button(
    wall: Wall, page: Page, network: str
) -> None:
    dispatcher = wall.dispatcher
    await wall.published("Пишите нам")
    await page.press(wall.of(network), "Написать")
    await page.write("Положен ли мне отпуск в июле?")
    found = await until(lambda: dispatcher.get("/requests", source=network), lambda found: found["items"])
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
