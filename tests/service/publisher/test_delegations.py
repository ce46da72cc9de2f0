"""The union writes once, its organizations carry it: each in its own words, or not at all."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from services.publisher.networks.accounts import Network
from shared.contracts.gateway import NotificationRequested
from shared.permissions import Role
from tests.service.publisher.newsroom import Newsroom, answered, refused
from tests.service.publisher.test_partners import key_of


@dataclass
class Below:
    """A primary organization that asks to be asked, with one channel, beside the union's own."""

    newsroom: Newsroom
    primary: UUID
    officer: httpx.AsyncClient
    channel: dict[str, Any]
    unions: dict[str, Any]

    async def asked(self, **more: object) -> dict[str, Any]:
        draft = await self.newsroom.draft(self.unions, self.channel, **more)
        answered(await self.newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
        told = await self.newsroom.kit.emitted(self.newsroom.tenant, NotificationRequested)
        assert [each.organization_id for each in told] == [self.primary]
        await self.newsroom.drain()
        return await self.newsroom.read(draft)

    async def delegation(self) -> dict[str, Any]:
        (only,) = answered(await self.officer.get("/v1/delegations", params={"consent": "asked"}))["items"]
        return only

    async def answer(self, verb: str, **body: object) -> httpx.Response:
        return await self.officer.post(f"/v1/delegations/{(await self.delegation())['id']}/{verb}", json=body)

    def texts(self) -> list[str]:
        return [post.text for post in self.newsroom.networks[Network.TELEGRAM].posts]


@pytest_asyncio.fixture
async def below(newsroom: Newsroom) -> AsyncGenerator[Below, None]:
    kit, tenant = newsroom.kit, newsroom.tenant
    primary = await kit.new_organization(tenant)
    async with (
        kit.client(tenant.caller(Role.INFORMATION_OFFICER, primary)) as officer,
        kit.client(tenant.caller(Role.CHAIR, primary)) as chair,
    ):
        body = {"carrying": "ask", "answer_hours": 12}
        answered(await chair.put(f"/v1/editorial_policies/{primary}", json=body))
        channel = await newsroom.channel(organization_id=str(primary))
        yield Below(newsroom, primary, officer, channel, await newsroom.channel(Network.VK))


async def test_by_default_it_is_carried_at_once(newsroom: Newsroom) -> None:
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    published = await newsroom.published(await newsroom.channel(organization_id=str(primary)))
    assert (published["state"], (await newsroom.delivery(published))["consent"]) == ("published", None)


async def test_it_waits_for_those_who_are_asked_and_for_nobody_else(below: Below) -> None:
    publication = await below.asked()
    assert publication["state"] == "publishing"
    assert len(below.newsroom.networks[Network.VK].posts) == 1
    assert below.texts() == []
    shown = await below.delegation()
    assert (shown["publication_id"], shown["text"], shown["state"]) == (
        publication["id"],
        publication["text"],
        "pending",
    )
    refused(await below.officer.get(f"/v1/publications/{publication['id']}"), 404, "not_found")
    below.newsroom.kit.advance(hours=12, seconds=1)
    await below.newsroom.drain()
    assert below.texts() == [publication["text"]]
    assert (await below.newsroom.read(publication))["state"] == "published"


async def test_it_is_carried_at_once_in_words_of_their_own(below: Below) -> None:
    publication = await below.asked()
    accepted = answered(await below.answer("accept", text="Наш профком рад"))
    assert (accepted["consent"], accepted["text"]) == ("accepted", "Наш профком рад")
    await below.newsroom.drain()
    assert below.texts() == ["Наш профком рад"]
    assert below.newsroom.networks[Network.VK].posts[0].text == publication["text"]
    below.newsroom.kit.advance(hours=13)
    await below.newsroom.drain()
    assert len(below.texts()) == 1, "the message of the end of the wait finds it sent"
    assert (await below.newsroom.read(publication))["state"] == "published"


async def test_it_is_not_carried_where_it_is_refused(below: Below) -> None:
    publication = await below.asked()
    answered(await below.answer("refuse", reason="У нас траур"))
    below.newsroom.kit.advance(hours=13)
    await below.newsroom.drain()
    assert below.texts() == []
    assert (await below.newsroom.read(publication))["state"] == "partially_published"
    _, theirs = await below.newsroom.deliveries(publication)
    assert (theirs["state"], theirs["consent"]) == ("dropped", "refused")
    assert theirs["reason"]["code"] == "delivery.not_carried"
    assert "траур" in theirs["reason"]["text"]["ru"]


async def test_a_partner_is_not_told_whom_a_card_names(below: Below) -> None:
    card = {
        "organization_id": str(below.newsroom.tenant.root),
        "template": "personal",
        "person": "Ольга Зимина",
        "greeting": "Здоровья и радости!",
        "signed_by": {"union": "Профсоюз", "person": "Пётр Орлов"},
        "sizes": ["post"],
    }
    drawn = answered(await below.newsroom.client.post("/v1/cards", json=card), 201)
    cake = await below.newsroom.picture("Торт")
    await below.asked(media_ids=[drawn["pictures"][0]["media_id"], cake["id"]])
    delegation = await below.delegation()
    assert "Зимина" in delegation["images"][0]
    async with below.newsroom.kit.client(key_of(below.newsroom, test=False)) as partner:
        (shown,) = answered(await partner.get("/v1/delegations"))["items"]
        alone = answered(await partner.get(f"/v1/delegations/{delegation['id']}"))
    assert (shown["images"], alone["images"]) == (["Торт"], ["Торт"])


async def test_one_answer_is_all(below: Below) -> None:
    await below.asked()
    delegation = await below.delegation()
    answered(await below.answer("accept"))
    address = f"/v1/delegations/{delegation['id']}"
    refused(await below.officer.post(f"{address}/refuse", json={}), 409, "delegation.too_late")
    stale = await below.officer.post(f"{address}/refuse", json={}, headers={"if-match": '"1"'})
    refused(stale, 412, "stale")


async def test_words_of_their_own_keep_to_the_limits(below: Below) -> None:
    await below.asked()
    refused(await below.answer("accept", text="ж" * 4097), 422, "publication.not_publishable")
    assert (await below.delegation())["own_text"] is None


async def test_congratulations_do_not_wait_for_long(below: Below) -> None:
    await below.asked(kind="greeting")
    below.newsroom.kit.advance(hours=6, seconds=1)
    await below.newsroom.drain()
    assert len(below.texts()) == 1


async def test_another_branch_has_no_say(below: Below) -> None:
    await below.asked()
    delegation = await below.delegation()
    kit, tenant = below.newsroom.kit, below.newsroom.tenant
    other = await kit.new_organization(tenant)
    async with kit.client(tenant.caller(Role.CHAIR, other)) as stranger:
        assert answered(await stranger.get("/v1/delegations"))["items"] == []
        for verb in ("accept", "refuse"):
            refused(await stranger.post(f"/v1/delegations/{delegation['id']}/{verb}", json={}), 404, "not_found")
