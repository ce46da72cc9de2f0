"""Requests about campaigns, what is attached to them, who subscribes, and the flash mob's entries."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from services.publisher.networks.accounts import Network
from services.publisher.networks.outcomes import Sent
from shared.clock import new_id
from shared.contracts import ServiceName
from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.publisher import channel, draft, media, sent
from tests.security.makers.registry import makes

OUTSIDE: Final = {"text": "Мы с вами", "url": "https://union.example/1", "credit": "Профсоюз связи"}


def _now(branch: Branch) -> datetime:
    return branch.services.runtime(ServiceName.PUBLISHER).clock.now()


def _campaign_body(branch: Branch) -> dict[str, Any]:
    today = _now(branch).date()
    return {
        "organization_id": branch.organization,
        "name": "За достойный труд",
        "hashtag": f"труд_{new_id().hex}",
        "starts_on": str(today - timedelta(days=2)),
        "ends_on": str(today + timedelta(days=30)),
    }


async def campaign(branch: Branch, *verbs: str) -> str:
    one = (await branch.post("/campaigns", _campaign_body(branch)))["id"]
    for verb in verbs:
        await branch.post(f"/campaigns/{one}/{verb}", status=200)
    return one


async def _subscription_body(branch: Branch) -> dict[str, Any]:
    return {"organization_id": branch.organization, "channel_ids": [await channel(branch)]}


async def subscription(branch: Branch) -> tuple[str, str]:
    one = await campaign(branch, "open")
    made = await branch.post(f"/campaigns/{one}/subscriptions", await _subscription_body(branch))
    return one, made["id"]


async def relay(branch: Branch) -> Attempt:
    """What a subscriber was given, before its copy is made."""
    one, subscribed = await subscription(branch)
    await branch.post(f"/campaigns/{one}/outside_publications", OUTSIDE)
    (given,) = done(await branch.client.get(f"/v1/campaigns/{one}/relays"))["items"]
    path = {"campaign_id": one, "relay_id": given["id"]}
    return Attempt(
        [f"/campaigns/{one}/relays"],
        path,
        query={"subscription_id": subscribed, "attached_id": given["publication"]["id"]},
    )


async def entry(branch: Branch) -> Attempt:
    """What somebody said under the hashtag: its network told us."""
    one = await campaign(branch, "open")
    hashtag = done(await branch.client.get(f"/v1/campaigns/{one}"))["hashtag"]
    post = str(new_id().int % 10**12)
    await sent(branch, Sent(post))
    hook = branch.services.networks[Network.TELEGRAM].hooks[-1]
    said = {"id": f"c{post}", "kind": "comment", "user": "555", "text": f"Соколова: #{hashtag}", "post": post}
    told = [said | {"comment": f"9{post}", "at": _now(branch).isoformat()}]
    async with branch.services.client() as network:
        address = hook.url.removeprefix("https://vmeste.test")
        answer = await network.post(address, content=json.dumps(told), headers={"x-secret": hook.secret})
    assert answer.status_code == 200, answer.text
    await branch.services.drain()
    (found,) = done(await branch.client.get(f"/v1/campaigns/{one}/entries"))["items"]
    return Attempt([f"/campaigns/{one}/entries"], {"campaign_id": one, "entry_id": found["id"]})


@makes("campaigns_create")
async def new_campaign(branch: Branch) -> Attempt:
    return Attempt(["/campaigns?limit=5"], body=_campaign_body(branch))


@makes("campaigns_list")
async def campaigns(branch: Branch) -> Attempt:
    await campaign(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("campaigns_read", "campaigns_open", "campaign_coverage_read")
async def a_campaign(branch: Branch) -> Attempt:
    one = await campaign(branch)
    return Attempt([f"/campaigns/{one}"], {"campaign_id": one})


@makes("campaigns_update")
async def changed_campaign(branch: Branch) -> Attempt:
    one = await campaign(branch)
    return Attempt([f"/campaigns/{one}"], {"campaign_id": one}, body={"name": "Чужое имя"})


@makes("campaigns_close")
async def an_open_campaign(branch: Branch) -> Attempt:
    one = await campaign(branch, "open")
    return Attempt([f"/campaigns/{one}"], {"campaign_id": one})


@makes("campaign_publications_create")
async def new_attached(branch: Branch) -> Attempt:
    one = await campaign(branch, "open")
    body = {"publication_id": await draft(branch)}
    return Attempt([f"/campaigns/{one}/publications"], {"campaign_id": one}, body=body)


@makes("campaign_outside_publications_create")
async def new_from_outside(branch: Branch) -> Attempt:
    one = await campaign(branch, "open")
    body = {**OUTSIDE, "media_ids": [await media(branch)]}
    return Attempt([f"/campaigns/{one}/publications"], {"campaign_id": one}, body=body)


@makes("campaign_publications_list", "campaign_publications_read", "campaign_publications_delete")
async def attached(branch: Branch) -> Attempt:
    one = await campaign(branch, "open")
    made = await branch.post(f"/campaigns/{one}/outside_publications", OUTSIDE)
    path = {"campaign_id": one, "attached_id": made["id"]}
    return Attempt([f"/campaigns/{one}/publications"], path)


@makes("campaign_subscriptions_create")
async def new_subscription(branch: Branch) -> Attempt:
    one = await campaign(branch, "open")
    body = await _subscription_body(branch)
    return Attempt([f"/campaigns/{one}/subscriptions"], {"campaign_id": one}, body=body)


@makes("campaign_subscriptions_list", "campaign_subscriptions_read", "campaign_subscriptions_delete")
async def a_subscription(branch: Branch) -> Attempt:
    one, subscribed = await subscription(branch)
    path = {"campaign_id": one, "subscription_id": subscribed}
    return Attempt([f"/campaigns/{one}/subscriptions"], path)


@makes("campaign_relays_list")
async def relays(branch: Branch) -> Attempt:
    given = await relay(branch)
    return Attempt(given.watch, given.path, given.query)


@makes("campaign_relays_read")
async def a_relay(branch: Branch) -> Attempt:
    given = await relay(branch)
    return Attempt(given.watch, given.path)


@makes("campaign_relays_confirm")
async def confirmed_relay(branch: Branch) -> Attempt:
    given = await relay(branch)
    return Attempt(given.watch, given.path, body={"url": "https://gazeta.example/1"})


@makes("campaign_entries_list")
async def entries(branch: Branch) -> Attempt:
    return await entry(branch)


@makes("campaign_entries_update")
async def judged_entry(branch: Branch) -> Attempt:
    found = await entry(branch)
    return Attempt(found.watch, found.path, body={"state": "accepted"})
