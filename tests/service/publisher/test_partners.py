"""A partner's test key: it writes what it likes, and the public of no real network sees anything of it."""

from datetime import timedelta

import pytest

from services.publisher.networks.outcomes import Rejected
from services.publisher.networks.reasons import reason
from shared.clock import new_id
from shared.identity import ApiKey, Caller, CallerKind
from shared.permissions import Permission
from tests.service.publisher.newsroom import Newsroom, answered, refused


def next_month(newsroom: Newsroom) -> dict[str, str]:
    moment = newsroom.kit.clock.now() + timedelta(days=30)
    return {"local_time": f"{moment:%Y-%m-%d}T10:00:00", "timezone": "Europe/Moscow"}


def key_of(newsroom: Newsroom, *, test: bool) -> Caller:
    tenant = newsroom.tenant
    scopes = frozenset({Permission.PUBLISH, Permission.SEE_PUBLICATIONS})
    key = ApiKey(new_id(), new_id(), tenant.root, scopes, test)
    return Caller(CallerKind.PARTNER, tenant.id, position=tenant.position, key=key)


async def test_a_test_key_sends_nothing_to_a_real_network(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    async with newsroom.kit.client(key_of(newsroom, test=True)) as partner:
        body = {
            "organization_id": str(newsroom.tenant.root),
            "kind": "news",
            "text": "Проба",
            "channel_ids": [channel["id"]],
        }
        draft = answered(await partner.post("/v1/publications", json=body), 201)
        address = f"/v1/publications/{draft['id']}"
        answered(await partner.patch(address, json={"text": "Ещё проба"}))
        refused(await partner.post(f"{address}/publish"), 403, "partner.test_key")
        refused(await partner.post(f"{address}/schedule", json=next_month(newsroom)), 403, "partner.test_key")
        answered(await newsroom.client.post(f"{address}/schedule", json=next_month(newsroom)))
        refused(await partner.patch(address, json={"text": "Подмена"}), 403, "partner.test_key")
        refused(await partner.post(f"{address}/withdraw"), 403, "partner.test_key")


async def test_a_test_key_tries_nothing_again(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    await newsroom.drain()
    newsroom.networks[channel["network"]].outcomes.append(Rejected(reason("posting_denied", "214")))
    publication = await newsroom.published(channel)
    delivery = await newsroom.delivery(publication)
    retry = f"/v1/publications/{publication['id']}/deliveries/{delivery['id']}/retry"
    async with newsroom.kit.client(key_of(newsroom, test=True)) as partner:
        refused(await partner.post(retry), 403, "partner.test_key")
    async with newsroom.kit.client(key_of(newsroom, test=False)) as partner:
        answered(await partner.post(retry))


async def test_on_the_stand_ins_a_test_key_publishes(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsroom.kit.runtime.settings, "sandbox_url", "http://127.0.0.1:1")
    draft = await newsroom.draft(await newsroom.channel())
    async with newsroom.kit.client(key_of(newsroom, test=True)) as partner:
        answered(await partner.post(f"/v1/publications/{draft['id']}/publish"))
    await newsroom.drain()
    assert (await newsroom.read(draft))["state"] == "published"


async def test_a_partner_learns_of_nobody_behind_a_post(newsroom: Newsroom) -> None:
    author = await newsroom.kit.new_person(newsroom.tenant)
    draft = await newsroom.draft(author_id=str(author))
    async with newsroom.kit.client(key_of(newsroom, test=False)) as partner:
        seen = await partner.get(f"/v1/publications/{draft['id']}")
        listed = await partner.get("/v1/publications")
        copied = answered(await partner.post(f"/v1/publications/{draft['id']}/copy"), 201)
        assert seen.json() == {**draft, "author_id": None}
        assert str(author) not in listed.text
        assert copied["author_id"] is None
        body = {"organization_id": str(newsroom.tenant.root), "kind": "news", "author_id": str(author)}
        refused(await partner.post("/v1/publications", json=body), 404, "not_found")


async def test_a_key_that_publishes_lets_greetings_go_out_and_a_test_key_does_not(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    day = newsroom.kit.clock.now() + timedelta(days=10)
    body = {
        "organization_id": str(newsroom.tenant.root),
        "kind": "fixed_date",
        "title": "День профсоюза",
        "greeting": "С праздником!",
        "text": "С праздником!",
        "month": day.month,
        "day": day.day,
        "channel_ids": [channel["id"]],
    }
    occasion = answered(await newsroom.client.post("/v1/occasions", json=body), 201)
    address = f"/v1/occasions/{occasion['id']}/approve"
    async with newsroom.kit.client(key_of(newsroom, test=True)) as partner:
        refused(await partner.post(address), 403, "partner.test_key")
    assert not answered(await newsroom.client.get(f"/v1/occasions/{occasion['id']}"))["approved"]
    async with newsroom.kit.client(key_of(newsroom, test=False)) as partner:
        assert answered(await partner.post(address))["approved"]
    for _ in range(2):  # drafted some days before, sent on its day
        newsroom.kit.advance(days=6)
        await newsroom.drain()
    assert [post.text for post in newsroom.networks[channel["network"]].posts] == ["С праздником!"]
