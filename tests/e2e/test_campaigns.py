"""Story 4: a newspaper relays a campaign through a webhook; after an outage nothing is missing, and nothing came twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.client import Client
from deploy.stand_ins import StandIns
from deploy.until import until
from shared.permissions import Role
from tests.e2e.unions import Channel, Union
from tests.service.gateway.receiver import Call, Endpoint, PartnerServer

_IN_TIME = 60.0  # the first tries after a failure come after five and thirty seconds


async def test_a_newspaper_relays_a_campaign_over_an_outage(
    union: Union, stand_ins: StandIns, partner_site: PartnerServer
) -> None:
    officer = await union.staff(Role.INFORMATION_OFFICER)
    channel = await union.channel(officer, stand_ins, "telegram")
    began = datetime.now(UTC) - timedelta(minutes=1)
    campaign = await _open_campaign(union, officer)
    site = partner_site.endpoint("/campaign")
    newspaper, webhook = await _newspaper(union, officer, f"{partner_site.url}/campaign")
    await newspaper.post(f"{campaign}/subscriptions", {"name": "Газета «Солидарность»"})

    await _publish(officer, campaign, channel, "Первая новость акции")
    await until(lambda: _taken(site), lambda taken: len(taken) == 1, within=_IN_TIME)
    site.status = 503
    for text in ("Вторая новость акции", "Третья новость акции"):
        await _publish(officer, campaign, channel, text)
    await until(lambda: _calls(site), lambda calls: len(calls) > 1, within=_IN_TIME)
    assert len(site.taken) == 1, "the newspaper is away"

    site.status = 200
    taken = await until(lambda: _taken(site), lambda taken: len(taken) == 3, within=_IN_TIME)
    assert [call.told["data"]["number"] for call in taken] == [1, 2, 3], "in their order, without a gap"
    before = len(site.calls)
    replayed = await officer.post(f"/webhooks/{webhook['id']}/replay", {"since": began.isoformat()})
    assert replayed == {"deliveries": 3}
    again = await until(lambda: _calls(site), lambda calls: len(calls) >= before + 3, within=_IN_TIME)
    assert [call.id for call in again[before:]] == [call.id for call in taken], "under the ids that it knows"
    assert all(call.is_signed_with(webhook["secret"]) for call in site.calls)
    assert len(site.taken) == 3, "so nothing is taken twice"

    await _carry(newspaper, campaign, site)
    coverage = await officer.get(f"{campaign}/coverage")
    whole = {"value": 1.0, "numerator": 3, "denominator": 3, "reason_if_null": None}
    assert coverage["coverage"] == whole
    assert [(one["name"], one["coverage"]) for one in coverage["by_subscriber"]] == [
        ("Газета «Солидарность»", whole),
    ]  # fmt: skip


async def _open_campaign(union: Union, officer: Client) -> str:
    today = datetime.now(UTC).date()
    body = {
        "organization_id": union.root,
        "name": "За достойный труд",
        "hashtag": "ЗаДостойныйТруд",
        "starts_on": str(today - timedelta(days=1)),
        "ends_on": str(today + timedelta(days=30)),
    }
    campaign = f"/campaigns/{(await officer.post('/campaigns', body))['id']}"
    await officer.post(f"{campaign}/open")
    return campaign


async def _newspaper(union: Union, officer: Client, url: str) -> tuple[Client, dict[str, Any]]:
    """A partner with a key that may see publications, and its webhook."""
    body = {"organization_id": union.root, "name": "Солидарность", "kind": "newspaper"}
    partner = await officer.post("/partners", body)
    until_when = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    key = await officer.post(
        f"/partners/{partner['id']}/keys",
        {
            "organization_id": union.root,
            "label": "Сайт",
            "scopes": ["see_publications"],
            "expires_at": until_when,
        },
    )
    webhook = await officer.post(
        "/webhooks",
        {
            "organization_id": union.root,
            "partner_id": partner["id"],
            "url": url,
            "events": ["campaign.published"],
        },
    )
    return union.client({"access_token": key["key"]}), webhook


async def _publish(officer: Client, campaign: str, channel: Channel, text: str) -> None:
    """Attached first, given on when its channel shows it."""
    body = {
        "organization_id": (await officer.get(campaign))["organization_id"],
        "kind": "campaign",
        "text": text,
        "channel_ids": [channel.id],
    }
    publication = await officer.post("/publications", body)
    await officer.post(f"{campaign}/publications", {"publication_id": publication["id"]})
    await officer.post(f"/publications/{publication['id']}/publish")
    await until(
        lambda: officer.get(f"/publications/{publication['id']}"),
        lambda seen: seen["state"] == "published",
        within=_IN_TIME,
    )


async def _carry(newspaper: Client, campaign: str, site: Endpoint) -> None:
    """What its webhook told of, it finds among its relays, prints, and says where."""
    relays = {one["publication"]["id"]: one for one in await newspaper.all(f"{campaign}/relays")}
    told = [call.told["data"]["attached_id"] for call in site.taken]
    assert sorted(told) == sorted(relays)
    for number, attached in enumerate(told, start=1):
        relay = relays[attached]
        assert relay["publication"]["text"].endswith("новость акции")
        assert relay["publication"]["credit"] == "Профсоюз"
        await newspaper.post(f"{campaign}/relays/{relay['id']}/confirm", {"url": f"https://gazeta.example/{number}"})


async def _taken(site: Endpoint) -> list[Call]:
    return list(site.taken)


async def _calls(site: Endpoint) -> list[Call]:
    return list(site.calls)
