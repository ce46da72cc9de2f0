"""Requests about partners, their keys, and webhooks. The address is public and nobody answers there."""

from datetime import timedelta
from typing import Any

from shared.contracts import ServiceName
from tests.security.attempts import Attempt
from tests.security.house import Branch
from tests.security.makers.registry import makes

PARTNERS, WEBHOOKS = "/partners?limit=5", "/webhooks?limit=5"


def _partner_body(branch: Branch) -> dict[str, Any]:
    return {"organization_id": branch.organization, "name": "Солидарность", "kind": "newspaper"}


async def partner(branch: Branch) -> str:
    return (await branch.post("/partners", _partner_body(branch)))["id"]


def key_body(branch: Branch, **more: Any) -> dict[str, Any]:
    now = branch.services.runtime(ServiceName.GATEWAY).clock.now()
    until = (now + timedelta(days=30)).isoformat()
    scopes = ["see_publications"]
    return {"organization_id": branch.organization, "label": "Сайт", "scopes": scopes, "expires_at": until, **more}


async def _webhook_body(branch: Branch) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "partner_id": await partner(branch),
        "url": "https://93.184.215.14/hook",
        "events": ["event.full"],
    }


async def webhook(branch: Branch) -> str:
    return (await branch.post("/webhooks", await _webhook_body(branch)))["id"]


@makes("partners_create")
async def new_partner(branch: Branch) -> Attempt:
    return Attempt([PARTNERS], body=_partner_body(branch))


@makes("partners_list")
async def partners(branch: Branch) -> Attempt:
    await partner(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("partners_read", "partner_keys_list")
async def a_partner(branch: Branch) -> Attempt:
    one = await partner(branch)
    await branch.post(f"/partners/{one}/keys", key_body(branch))
    return Attempt([f"/partners/{one}"], {"partner_id": one})


@makes("partners_update")
async def changed_partner(branch: Branch) -> Attempt:
    one = await partner(branch)
    return Attempt([f"/partners/{one}"], {"partner_id": one}, body={"name": "Чужое имя"})


@makes("partner_keys_create")
async def new_key(branch: Branch) -> Attempt:
    one = await partner(branch)
    return Attempt([f"/partners/{one}/keys"], {"partner_id": one}, body=key_body(branch))


@makes("partner_keys_read", "partner_keys_delete")
async def a_key(branch: Branch) -> Attempt:
    one = await partner(branch)
    key = (await branch.post(f"/partners/{one}/keys", key_body(branch)))["id"]
    return Attempt([f"/partners/{one}/keys/{key}"], {"partner_id": one, "key_id": key})


@makes("webhooks_create")
async def new_webhook(branch: Branch) -> Attempt:
    return Attempt([WEBHOOKS], body=await _webhook_body(branch))


@makes("webhooks_list")
async def webhooks(branch: Branch) -> Attempt:
    await webhook(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("webhooks_read", "webhooks_delete", "webhooks_rotate", "webhooks_test")
async def a_webhook(branch: Branch) -> Attempt:
    one = await webhook(branch)
    return Attempt([f"/webhooks/{one}", f"/webhooks/{one}/deliveries"], {"webhook_id": one})


@makes("webhooks_update")
async def changed_webhook(branch: Branch) -> Attempt:
    one = await webhook(branch)
    return Attempt([f"/webhooks/{one}"], {"webhook_id": one}, body={"description": "Чужой"})


async def delivery(branch: Branch) -> tuple[str, str, str]:
    """A webhook, a delivery of it, and the delivered event."""
    one = await webhook(branch)
    sent = await branch.post(f"/webhooks/{one}/test")
    return one, sent["id"], sent["event_id"]


@makes("webhook_deliveries_read")
async def a_delivery(branch: Branch) -> Attempt:
    one, sent, _ = await delivery(branch)
    return Attempt([], {"webhook_id": one, "delivery_id": sent})


@makes("webhook_deliveries_list")
async def deliveries(branch: Branch) -> Attempt:
    one, _, _ = await delivery(branch)
    return Attempt([], {"webhook_id": one})


@makes("webhooks_replay")
async def a_replay(branch: Branch) -> Attempt:
    one, _, event = await delivery(branch)
    watch = [f"/webhooks/{one}", f"/webhooks/{one}/deliveries"]
    return Attempt(watch, {"webhook_id": one}, body={"event_ids": [event]})
