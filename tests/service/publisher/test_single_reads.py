"""What a list shows is also read by itself, by its own address and nobody else's; lists are cut to what is asked for."""

from typing import Any

from pydantic import JsonValue

from services.publisher.networks.accounts import Network
from shared.contracts.gateway import EventOccurred
from tests.service.publisher.campaigning import NEWSPAPER, attach, opened, partner_key, relays
from tests.service.publisher.newsroom import Newsroom, answered


async def items(newsroom: Newsroom, address: str, **query: str) -> list[dict[str, Any]]:
    return answered(await newsroom.client.get(address, params=query))["items"]


async def test_a_delivery_is_read_with_the_version_that_its_verbs_compare(newsroom: Newsroom) -> None:
    published = await newsroom.published(await newsroom.channel())
    other = await newsroom.published(await newsroom.channel(Network.VK))
    delivery = await newsroom.delivery(published)
    found = await newsroom.client.get(f"/v1/publications/{published['id']}/deliveries/{delivery['id']}")
    assert answered(found) == delivery
    assert found.headers["etag"].startswith(f'"{delivery["version"]}.')
    elsewhere = await newsroom.client.get(f"/v1/publications/{other['id']}/deliveries/{delivery['id']}")
    assert elsewhere.status_code == 404


async def test_what_an_event_names_is_read_and_its_relay_found(newsroom: Newsroom) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    async with newsroom.kit.client(partner_key(newsroom)) as newspaper:
        answered(await newspaper.post(f"{address}/subscriptions", json=NEWSPAPER), 201)
        named = list[str]()
        for text in ("Первая", "Вторая"):
            await attach(newsroom.client, address, await newsroom.published(channel, text=text))
            told = [event.data for event in await newsroom.kit.emitted(newsroom.tenant, EventOccurred)]
            named += [str(data["attached_id"]) for data in told if "attached_id" in data]
        read = [answered(await newspaper.get(f"{address}/publications/{one}")) for one in named]
        assert [one["text"] for one in read] == ["Первая", "Вторая"]
        for one in read:
            (relay,) = answered(await newspaper.get(f"{address}/relays", params={"attached_id": one["id"]}))["items"]
            assert relay["publication"] == one
        assert len(await relays(newspaper, address)) == 2
        other = await opened(newsroom)
        assert (await newspaper.get(f"{other}/publications/{named[0]}")).status_code == 404


async def test_a_link_s_places_and_hosts_are_read_one_by_one(newsroom: Newsroom) -> None:
    root = str(newsroom.tenant.root)
    host = await newsroom.client.post("/v1/link_hosts", json={"organization_id": root, "host": "union.example"})
    assert answered(await newsroom.client.get(host.headers["location"])) == answered(host, 201)
    body = {"organization_id": root, "target": "https://union.example/join"}
    one, other = [answered(await newsroom.client.post("/v1/links", json=body), 201)["id"] for _ in range(2)]
    place = await newsroom.client.post(f"/v1/links/{one}/places", json={"sheet": "Стенд у проходной"})
    assert answered(await newsroom.client.get(place.headers["location"])) == answered(place, 201)
    elsewhere = await newsroom.client.get(f"/v1/links/{other}/places/{place.json()['id']}")
    assert elsewhere.status_code == 404


async def test_a_correction_is_told_once_and_only_where_words_change(newsroom: Newsroom) -> None:
    published = await newsroom.published(await newsroom.channel())
    corrected = list[JsonValue]()
    for text in ("Собрание переносится", "Собрание переносится"):
        answered(await newsroom.client.post(f"/v1/publications/{published['id']}/correct", json={"text": text}))
        told = await newsroom.kit.emitted(newsroom.tenant, EventOccurred)
        corrected += [event.data for event in told if event.event == "publication.corrected"]
        await newsroom.drain()
    assert corrected == [{"publication_id": published["id"], "kind": "news", "state": "published"}]


async def test_publications_are_found_by_channel_and_by_when_they_went_out(newsroom: Newsroom) -> None:
    first, second = await newsroom.channel(), await newsroom.channel(Network.VK)
    before = await newsroom.published(first)
    newsroom.kit.advance(minutes=10)
    moment = newsroom.kit.clock.now().isoformat()
    after, both = await newsroom.published(second), await newsroom.published(first, second)
    draft = await newsroom.draft(first)

    async def found(**query: str) -> list[str]:
        return [one["id"] for one in await items(newsroom, "/v1/publications", **query)]

    assert await found(channel_id=first["id"]) == [draft["id"], both["id"], before["id"]]
    assert await found(since=moment) == [both["id"], after["id"]]
    assert await found(since=moment, channel_id=first["id"]) == [both["id"]]
