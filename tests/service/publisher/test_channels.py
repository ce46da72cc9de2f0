"""Channels are connected by asking the network, keep their secrets, and are seen by those they concern."""

import pytest
from sqlmodel import select

from services.publisher.channels.tables import Channel
from services.publisher.networks.accounts import Ability, Missing, Network, OwnLimits, Probe
from services.publisher.networks.inbound import Hook
from services.publisher.networks.reasons import reason
from shared.permissions import Role
from tests.service.publisher.newsroom import ABSENT, CREDENTIALS, Newsroom, answered, refused


async def test_connecting_tells_what_the_channel_is_and_cannot_do(newsroom: Newsroom) -> None:
    newsroom.networks[Network.VK].probed = Probe(
        title="Профсоюз завода",
        url="https://vk.com/profsoyuz",
        follower_count=9_100,
        missing=(Missing(Ability.IMAGES, reason("user_token_needed")),),
    )
    credentials = {"community_token": "vk1.a.community-token"}
    response = await newsroom.client.post(
        "/v1/channels", json=newsroom.new_channel(Network.VK, credentials=credentials)
    )
    channel = answered(response, 201)
    assert response.headers["location"] == f"/v1/channels/{channel['id']}"
    assert response.headers["etag"].removeprefix("W/") == '"1"', "weak where it came compressed"
    assert (channel["title"], channel["follower_count"], channel["state"]) == ("Профсоюз завода", 9_100, "active")
    assert [(each["ability"], each["reason"]["code"]) for each in channel["missing"]] == [
        ("images", "network.user_token_needed")
    ]
    assert "images" not in channel["capabilities"]["abilities"]
    assert "publish" in channel["capabilities"]["abilities"]


async def test_secrets_go_in_and_never_come_out(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    token = CREDENTIALS[Network.TELEGRAM]["token"]
    assert newsroom.networks[Network.TELEGRAM].accounts[0].secrets == {"token": token}
    for response in (
        await newsroom.client.get(f"/v1/channels/{channel['id']}"),
        await newsroom.client.get("/v1/channels"),
    ):
        assert token not in response.text
        assert "secret" not in response.text
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        (row,) = await context.store.all(select(Channel))
        assert token not in row.model_dump_json()


async def test_the_network_is_asked_for_updates_with_a_secret_of_the_channel(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    assert not channel["receives_updates"]
    await newsroom.drain()
    (hook,) = newsroom.networks[Network.TELEGRAM].hooks
    assert isinstance(hook, Hook)
    assert hook.url.startswith(f"https://vmeste.test/v1/network_hooks/{newsroom.tenant.id}/")
    assert len(hook.secret) == 32
    assert answered(await newsroom.client.get(f"/v1/channels/{channel['id']}"))["receives_updates"]


async def test_a_channel_without_updates_says_why(newsroom: Newsroom) -> None:
    newsroom.networks[Network.TELEGRAM].hook_missing = Missing(Ability.UPDATES, reason("no_rights"))
    channel = await newsroom.channel()
    await newsroom.drain()
    seen = answered(await newsroom.client.get(f"/v1/channels/{channel['id']}"))
    assert not seen["receives_updates"]
    assert [each["ability"] for each in seen["missing"]] == ["updates"]
    newsroom.networks[Network.TELEGRAM].hook_missing = None
    answered(await newsroom.client.post(f"/v1/channels/{channel['id']}/probe"))
    await newsroom.drain()
    seen = answered(await newsroom.client.get(f"/v1/channels/{channel['id']}"))
    assert (seen["receives_updates"], seen["missing"]) == (True, [])


async def test_what_the_network_tells_in_confidence_is_kept_with_the_secrets(newsroom: Newsroom) -> None:
    newsroom.networks[Network.VK].probed = Probe(title="Группа", learned={"confirmation": "a1b2c3"})
    await newsroom.channel(Network.VK)
    await newsroom.drain()
    assert newsroom.networks[Network.VK].accounts[-1].secrets["confirmation"] == "a1b2c3"


async def test_one_chat_is_one_channel(newsroom: Newsroom) -> None:
    body = newsroom.new_channel()
    answered(await newsroom.client.post("/v1/channels", json=body), 201)
    refused(await newsroom.client.post("/v1/channels", json=body), 409, "channel.already_connected")


async def test_a_repeat_with_the_same_key_is_the_same_channel(newsroom: Newsroom) -> None:
    body, key = newsroom.new_channel(), {"idempotency-key": "connect-1"}
    first = answered(await newsroom.client.post("/v1/publications", json=_draft(newsroom), headers=key), 201)
    again = await newsroom.client.post("/v1/publications", json=_draft(newsroom), headers=key)
    assert answered(again, 201) == first
    assert again.headers["idempotent-replayed"] == "true"
    answered(await newsroom.client.post("/v1/channels", json=body, headers=key), 201)


def _draft(newsroom: Newsroom) -> dict[str, str]:
    return {"organization_id": str(newsroom.tenant.root), "kind": "news", "text": "Текст"}


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"external_id": "../1"}, "channel.credentials_incomplete", "/external_id"),
        ({"credentials": {"token": "no token at all"}}, "channel.credentials_incomplete", "/credentials"),
        ({"credentials": {"password": "123456:AAF0o1bA2"}}, "channel.credentials_incomplete", "/credentials"),
        ({"network": "myspace"}, "invalid", "/network"),
        ({"state": "active"}, "invalid", "/state"),
    ],
)
async def test_what_cannot_be_a_channel_is_refused(
    newsroom: Newsroom, change: dict[str, object], code: str, pointer: str
) -> None:
    response = await newsroom.client.post("/v1/channels", json={**newsroom.new_channel(), **change})
    assert pointer in {error["pointer"] for error in refused(response, 422, code)["errors"]}
    assert newsroom.networks[Network.TELEGRAM].accounts == []


async def test_credentials_that_the_network_refuses_connect_nothing(newsroom: Newsroom) -> None:
    refusal = Probe(missing=(Missing(Ability.PUBLISH, reason("token_invalid", "401")),))
    newsroom.networks[Network.TELEGRAM].probed = refusal
    response = await newsroom.client.post("/v1/channels", json=newsroom.new_channel())
    assert "token" in refused(response, 422, "channel.credentials_refused")["detail"]
    newsroom.networks[Network.TELEGRAM].probed = None
    refused(await newsroom.client.post("/v1/channels", json=newsroom.new_channel()), 503, "network.unreachable")
    assert answered(await newsroom.client.get("/v1/channels"))["items"] == []


async def test_a_probe_notices_lost_rights_and_new_credentials_mend_them(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    address = f"/v1/channels/{channel['id']}"
    refusal = Probe(missing=(Missing(Ability.PUBLISH, reason("token_invalid")),))
    newsroom.networks[Network.TELEGRAM].probed = refusal
    assert answered(await newsroom.client.post(f"{address}/probe"))["state"] == "needs_reauthorization"
    body = {"credentials": {"token": "99:new-token-of-the-bot"}}
    refused(await newsroom.client.post(f"{address}/reauthorize", json=body), 422, "channel.credentials_refused")
    newsroom.networks[Network.TELEGRAM].probed = Probe(title="Снова")
    mended = answered(await newsroom.client.post(f"{address}/reauthorize", json=body))
    assert (mended["state"], mended["problem"]) == ("active", None)


async def test_a_paused_channel_holds_back_and_goes_on(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    draft = await newsroom.draft(channel)
    publish = f"/v1/publications/{draft['id']}/publish"
    address = f"/v1/channels/{channel['id']}"
    paused = await newsroom.client.patch(address, json={"paused": True}, headers={"if-match": '"1"'})
    assert answered(paused)["state"] == "paused"
    refused(await newsroom.client.post(publish), 422, "publication.not_publishable")
    stale = await newsroom.client.patch(address, json={"paused": False}, headers={"if-match": '"1"'})
    refused(stale, 412, "stale")
    assert answered(await newsroom.client.patch(address, json={"paused": False, "title": "Наш"}))["title"] == "Наш"
    answered(await newsroom.client.post(publish))
    await newsroom.drain()
    assert (await newsroom.read(draft))["state"] == "published"


async def test_what_is_on_its_way_waits_for_a_paused_channel(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    draft = await newsroom.draft(channel)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    address = f"/v1/channels/{channel['id']}"
    answered(await newsroom.client.patch(address, json={"paused": True}))
    await newsroom.drain()
    assert (await newsroom.delivery(draft))["state"] == "pending"
    answered(await newsroom.client.patch(address, json={"paused": False}))
    newsroom.kit.advance(seconds=31)
    await newsroom.drain()
    assert (await newsroom.delivery(draft))["state"] == "sent"


async def test_who_sees_and_who_manages(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    branch, other_branch = await kit.new_organization(tenant), await kit.new_organization(tenant)
    channel = await newsroom.channel(organization_id=str(branch))
    address = f"/v1/channels/{channel['id']}"
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER, other_branch)) as neighbour:
        absent = refused(await neighbour.get(f"/v1/channels/{ABSENT}"), 404, "not_found")
        hidden = refused(await neighbour.get(address), 404, "not_found")
        assert set(absent) == set(hidden)
        assert answered(await neighbour.get("/v1/channels"))["items"] == []
        refused(await neighbour.patch(address, json={"paused": True}), 404, "not_found")
        refused(await neighbour.post(f"{address}/probe"), 404, "not_found")
        body = newsroom.new_channel(organization_id=str(branch))
        refused(await neighbour.post("/v1/channels", json=body), 404, "not_found")
    async with kit.client(tenant.caller(Role.AUDITOR, branch)) as auditor:
        assert answered(await auditor.get(address))["id"] == channel["id"]
        refused(await auditor.patch(address, json={"paused": True}), 403, "forbidden")
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER, branch)) as officer:
        answered(await officer.patch(address, json={"title": "Цех"}))
    async with kit.client() as nobody:
        refused(await nobody.get(address), 401, "unauthenticated")
    foreign = await kit.new_tenant()
    async with kit.client(foreign.caller(Role.CHAIR)) as stranger:
        refused(await stranger.get(address), 404, "not_found")


async def test_lists_are_read_page_by_page(newsroom: Newsroom) -> None:
    networks = set(Network) - {Network.FEED}  # an organization has one feed
    made = [await newsroom.channel(network) for network in sorted([*networks, *networks])]
    seen: list[str] = []
    after = ""
    while True:
        page = answered(await newsroom.client.get(f"/v1/channels?limit=4{after}"))
        seen += [channel["id"] for channel in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [channel["id"] for channel in reversed(made)]
    of_vk = answered(await newsroom.client.get("/v1/channels?network=vk"))["items"]
    assert {channel["network"] for channel in of_vk} == {"vk"}


@pytest.mark.parametrize(
    ("followers", "codes"),
    [
        (None, []),
        (8_999, []),
        (9_000, ["channel.registration_is_near"]),
        (9_999, ["channel.registration_is_near"]),
        (10_000, ["channel.registration_required"]),
    ],
)
async def test_a_large_channel_is_to_be_registered(newsroom: Newsroom, followers: int | None, codes: list[str]) -> None:
    newsroom.networks[Network.TELEGRAM].probed = Probe(title="Профсоюз", follower_count=followers)
    channel = await newsroom.channel()
    address = f"/v1/channels/{channel['id']}"
    assert [warning["code"] for warning in channel["warnings"]] == codes
    assert channel["registry_url"] is None
    url = "https://knd.gov.ru/license?id=65f0&registryType=bloggersPermission"
    kept = answered(await newsroom.client.patch(address, json={"registry_url": url}))
    assert (kept["registry_url"], kept["warnings"]) == (url, [])
    assert answered(await newsroom.client.patch(address, json={"title": "Наш"}))["registry_url"] == url
    taken = answered(await newsroom.client.patch(address, json={"registry_url": None}))
    assert (taken["registry_url"], [warning["code"] for warning in taken["warnings"]]) == (None, codes)
    (listed,) = answered(await newsroom.client.get("/v1/channels"))["items"]
    assert [warning["code"] for warning in listed["warnings"]] == codes


@pytest.mark.parametrize(
    "url",
    [
        "http://knd.gov.ru/license",
        "https://user@knd.gov.ru/",
        "https://[",
        "https://a\\b.example",
        "knd.gov.ru/license",
    ],
)
async def test_a_registry_address_is_a_public_page(newsroom: Newsroom, url: str) -> None:
    channel = await newsroom.channel()
    response = await newsroom.client.patch(f"/v1/channels/{channel['id']}", json={"registry_url": url})
    refused(response, 422, "channel.not_a_registry_address" if len(url) >= 12 else "invalid")


async def test_a_servers_own_limits_stand_in_the_place_of_the_usual_ones(newsroom: Newsroom) -> None:
    network = newsroom.networks[Network.MASTODON]
    limits = OwnLimits(text=5000, link=23, images=8, alt_text=100)
    network.probed = Probe(title="Профсоюз", limits=limits)
    roomy = await newsroom.channel(Network.MASTODON)
    shown = {
        name: roomy["capabilities"][name] for name in ("text_limit", "caption_limit", "max_images", "alt_text_limit")
    }
    assert shown == {"text_limit": 5000, "caption_limit": 5000, "max_images": 8, "alt_text_limit": 100}
    network.probed = Probe(title="Профсоюз")  # this one does not tell
    usual = await newsroom.channel(Network.MASTODON)
    assert usual["capabilities"]["text_limit"] == 500
    media = await newsroom.picture("я" * 101)
    draft = await newsroom.draft(
        roomy, usual, media_ids=[media["id"]], text="Коротко", variants={"mastodon": {"text": "я" * 3000}}
    )
    preview = answered(await newsroom.client.get(f"/v1/publications/{draft['id']}/preview"))
    codes = [[problem["code"] for problem in channel["problems"]] for channel in preview["channels"]]
    assert codes == [["publication.alt_text_too_long"], ["publication.text_too_long"]]
    again = answered(await newsroom.client.post(f"/v1/channels/{roomy['id']}/probe"))
    assert again["capabilities"]["text_limit"] == 5000, "what it said before holds until it says something else"
