"""What happens twice at once happens once; and lists cost the same however long they are."""

import asyncio
from collections.abc import Awaitable, Generator
from contextlib import contextmanager

import httpx
from sqlalchemy import event

from services.publisher.networks.accounts import Network
from shared.permissions import Role
from tests.service.publisher.campaigning import attach, opened, relays
from tests.service.publisher.newsroom import Newsroom, answered
from tests.service.publisher.test_metrics import mentioned


async def test_ten_who_publish_at_once_publish_once(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    address = f"/v1/publications/{draft['id']}/publish"
    responses = await asyncio.gather(*(newsroom.client.post(address) for _ in range(10)))
    assert sorted(response.status_code for response in responses) == [200] + [409] * 9
    await newsroom.drain()
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1


async def test_publishing_and_withdrawing_at_once_is_one_of_them(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    address = f"/v1/publications/{draft['id']}"
    verbs = [newsroom.client.post(f"{address}/{verb}") for verb in ("publish", "withdraw") * 3]
    assert all(response.status_code in {200, 409} for response in await asyncio.gather(*verbs))
    await newsroom.drain()
    posts = newsroom.networks[Network.TELEGRAM].posts
    assert (await newsroom.read(draft))["state"] == ("published" if posts else "withdrawn")


async def test_ten_who_connect_one_chat_at_once_connect_it_once(newsroom: Newsroom) -> None:
    body = newsroom.new_channel()
    responses = await asyncio.gather(*(newsroom.client.post("/v1/channels", json=body) for _ in range(10)))
    assert sorted(response.status_code for response in responses) == [201] + [409] * 9
    assert len(answered(await newsroom.client.get("/v1/channels"))["items"]) == 1


async def test_what_is_removed_or_set_ten_times_at_once_fails_for_nobody_without_a_reason(newsroom: Newsroom) -> None:
    root = str(newsroom.tenant.root)
    client = newsroom.client

    async def statuses(*requests: Awaitable[httpx.Response]) -> set[int]:
        return {response.status_code for response in await asyncio.gather(*requests)}

    host = answered(await client.post("/v1/link_hosts", json={"organization_id": root, "host": "union.example"}), 201)
    assert await statuses(*(client.delete(f"/v1/link_hosts/{host['id']}") for _ in range(10))) == {204, 404}
    release = answered(await client.post("/v1/releases", json={"organization_id": root, "title": "Соглашение"}), 201)
    pickups = f"/v1/releases/{release['id']}/pickups"
    pickup = {"url": "https://vestnik.example/1", "outlet": "Вестник", "published_on": "2031-03-01"}
    taken_up = answered(await client.post(pickups, json=pickup), 201)
    assert await statuses(*(client.delete(f"{pickups}/{taken_up['id']}") for _ in range(10))) == {204, 404}
    contact = {"organization_id": root, "kind": "media", "name": "Вестник", "basis": "published"}
    entered = [
        answered(await client.post("/v1/contacts", json={**contact, "email": f"{number}@example.org"}), 201)
        for number in range(5)
    ]
    same = {"email": "same@example.org"}
    assert await statuses(*(client.patch(f"/v1/contacts/{one['id']}", json=same) for one in entered)) == {200, 409}
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR)) as chair:
        policy = {"review_levels": ["own"]}
        assert await statuses(*(chair.put(f"/v1/editorial_policies/{root}", json=policy) for _ in range(10))) == {200}


async def test_a_list_costs_the_same_however_long_it_is(newsroom: Newsroom) -> None:
    channels = [await newsroom.channel(network) for network in Network]
    picture = await newsroom.picture()
    published = await newsroom.published(channels[0], media_ids=[picture["id"]])
    lists = ("publications", "channels", "media", f"publications/{published['id']}/deliveries")
    few = [await _statements(newsroom, path) for path in lists]
    for _ in range(4):
        await newsroom.picture()
        published = await newsroom.published(*channels, media_ids=[picture["id"]])
    lists = (*lists[:3], f"publications/{published['id']}/deliveries")
    assert [await _statements(newsroom, path) for path in lists] == few


async def test_a_calendar_costs_the_same_however_full_it_is(newsroom: Newsroom) -> None:
    lists = ("slots", "plans", "calendar", "calendar.ics", "calendar/cadence")

    async def one_more(hour: int) -> None:
        channel = await newsroom.channel()
        draft = await newsroom.draft(channel)
        slot = {"channel_id": channel["id"], "weekday": 3, "local_time": f"{hour:02}:00:00"}
        answered(await newsroom.client.post("/v1/slots", json=slot), 201)
        plan = {"template_id": draft["id"], "title": "Приём", "repeat": "month", "day": 31, "starts_on": "2026-01-31"}
        answered(await newsroom.client.post("/v1/plans", json={**plan, "local_time": "10:00:00"}), 201)
        answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/schedule_in_slots", json={}))

    await one_more(9)
    few = [await _statements(newsroom, path) for path in lists]
    for hour in range(10, 13):
        await one_more(hour)
    assert [await _statements(newsroom, path) for path in lists] == few


async def _statements(newsroom: Newsroom, path: str) -> int:
    with _counted(newsroom) as statements:
        assert (await newsroom.client.get(f"/v1/{path}")).is_success
    return len(statements)


@contextmanager
def _counted(newsroom: Newsroom) -> Generator[list[str], None, None]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = newsroom.kit.runtime.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_lists_of_a_campaign_ask_as_much_however_long_they_are(newsroom: Newsroom) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    subscribed = {
        "organization_id": str(primary),
        "channel_ids": [(await newsroom.channel(organization_id=str(primary)))["id"]],
    }
    assert (await newsroom.client.post(f"{address}/subscriptions", json=subscribed)).status_code == 201
    lists = [
        f"{address.removeprefix('/v1/')}/{name}" for name in ("publications", "relays", "subscriptions", "coverage")
    ]

    async def one_more() -> None:
        picture = await newsroom.picture()
        await attach(newsroom.client, address, await newsroom.published(channel, media_ids=[picture["id"]]))

    await one_more()
    few = [await _statements(newsroom, path) for path in lists]
    for _ in range(3):
        await one_more()
    assert len(await relays(newsroom.client, address)) == 4
    assert [await _statements(newsroom, path) for path in lists] == few


async def test_figures_cost_the_same_however_much_there_is_to_count(newsroom: Newsroom) -> None:
    paths = ("metrics/channels", "metrics/publications", "metrics/influence?compared_with=Другой")

    async def one_more(network: Network) -> None:
        channel = await newsroom.channel(network)
        for _ in range(3):
            await newsroom.published(channel)
        await mentioned(newsroom)

    await one_more(Network.VK)
    few = [await _statements(newsroom, path) for path in paths]
    await one_more(Network.TELEGRAM)
    await one_more(Network.MAX)
    assert [await _statements(newsroom, path) for path in paths] == few
