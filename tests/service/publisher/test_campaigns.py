"""Campaigns: each publication is given to each subscriber once, and coverage says what they carried."""

import asyncio
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.publisher.networks.accounts import Network
from services.publisher.networks.outcomes import Rejected
from services.publisher.networks.reasons import reason
from shared.contracts.gateway import EventOccurred
from shared.contracts.publisher import CampaignRelayDue, PublicationSettled
from shared.permissions import Permission, Role
from tests.service.publisher.campaigning import (
    NEWSPAPER,
    attach,
    campaign_body,
    officer_of,
    opened,
    partner_key,
    relays,
)
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused

MOSCOW = ZoneInfo("Europe/Moscow")  # whose day it is
SCOPES = (Permission.PUBLISH, Permission.SEE_PUBLICATIONS)


async def events(newsroom: Newsroom) -> list[dict[str, Any]]:
    """What is on its way to webhooks: as they are told."""
    told = await newsroom.kit.emitted(newsroom.tenant, EventOccurred)
    return [event.data for event in told if event.event == "campaign.published"]


async def test_a_newspaper_carries_what_was_and_what_comes_each_once(newsroom: Newsroom) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    first = await newsroom.published(channel, text="Первая")
    await attach(newsroom.client, address, first)
    async with newsroom.kit.client(partner_key(newsroom)) as newspaper:
        answered(await newspaper.post(f"{address}/subscriptions", json=NEWSPAPER), 201)
        draft = await newsroom.draft(channel, text="Вторая")
        waiting = await attach(newsroom.client, address, draft)
        assert (waiting["state"], waiting["text"]) == ("waiting", "")
        assert len(await relays(newspaper, address)) == 1
        answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
        await newsroom.drain()
        for settled in (first, draft):  # a message that comes twice
            message = PublicationSettled(publication_id=settled["id"])
            assert (await newsroom.kit.deliver(newsroom.tenant, message)).error is None
        given = await relays(newspaper, address)
        assert [one["publication"]["text"] for one in given] == ["Первая", "Вторая"]
        assert [one["publication"]["number"] for one in given] == [1, 2]
        assert {one["publication"]["credit"] for one in given} == {"Профсоюз"}
        assert given[0]["publication"]["url"] == "https://telegram.test/1"
        for number, one in enumerate(given):
            confirm = f"{address}/relays/{one['id']}/confirm"
            told = answered(await newspaper.post(confirm, json={"url": f"https://gazeta.example/{number}"}))
            assert (told["state"], told["url"]) == ("confirmed", f"https://gazeta.example/{number}")
        figure = answered(await newspaper.get(f"{address}/coverage"))["coverage"]
        assert figure == {"value": 1.0, "numerator": 2, "denominator": 2, "reason_if_null": None}


async def test_its_event_is_numbered_and_names_nobody(newsroom: Newsroom) -> None:
    address = await opened(newsroom)
    publication = await newsroom.published(await newsroom.channel())
    attached = await attach(newsroom.client, address, publication)
    assert await events(newsroom) == [
        {"campaign_id": address.split("/")[-1], "attached_id": attached["id"], "number": 1, "state": "published"}
    ]


async def test_many_at_once_are_numbered_without_a_gap_and_reach_everybody(newsroom: Newsroom) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    published = [await newsroom.published(channel, text=f"Новость {number}") for number in range(4)]
    keys = [partner_key(newsroom) for _ in range(3)]

    async def come(number: int) -> None:
        async with newsroom.kit.client(keys[number]) as newspaper:
            answered(await newspaper.post(f"{address}/subscriptions", json=NEWSPAPER), 201)

    await asyncio.gather(
        *(attach(newsroom.client, address, one) for one in published), *(come(number) for number in range(3))
    )
    for key in keys:
        async with newsroom.kit.client(key) as newspaper:
            given = await relays(newspaper, address)
            assert sorted(one["publication"]["number"] for one in given) == [1, 2, 3, 4]
    whole = answered(await newsroom.client.get(f"{address}/coverage"))
    assert (whole["coverage"]["numerator"], whole["coverage"]["denominator"]) == (0, 12)
    assert [one["coverage"]["denominator"] for one in whole["by_subscriber"]] == [4, 4, 4]


async def test_an_organization_carries_a_copy_with_credit_in_its_own_channel(newsroom: Newsroom) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    own = await newsroom.channel(Network.VK, organization_id=str(primary))
    picture = await newsroom.picture()
    async with officer_of(newsroom, primary) as officer:
        body = {"organization_id": str(primary), "channel_ids": [own["id"]], "automatic": True}
        answered(await officer.post(f"{address}/subscriptions", json=body), 201)
        publication = await newsroom.published(channel, media_ids=[picture["id"]])
        await attach(newsroom.client, address, publication)
        await newsroom.drain()
        (post,) = newsroom.networks[Network.VK].posts
        assert post.text == "Коллективный договор подписан\n\nhttps://telegram.test/1\n\nИсточник: Профсоюз"
        assert [image.alt_text for image in post.images] == ["Юбилейный торт"]
        (relay,) = await relays(officer, address)
        assert (relay["state"], relay["url"]) == ("confirmed", "https://vk.test/1")
        copy = answered(await officer.get(f"/v1/publications/{relay['copy_id']}"))
        assert (copy["organization_id"], copy["kind"]) == (str(primary), "campaign")
        again = CampaignRelayDue(relay_id=relay["id"])
        assert (await newsroom.kit.deliver(newsroom.tenant, again)).error is None
        await newsroom.drain()
        assert len(newsroom.networks[Network.VK].posts) == 1
        refused(
            await officer.post(f"{address}/publications", json={"publication_id": copy["id"]}),
            409,
            "campaign.already_attached",
        )


@pytest.mark.parametrize("why", ["late", "partner", "not automatic"])
async def test_what_nobody_looked_at_yet_stays_a_draft(newsroom: Newsroom, why: str) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    own = await newsroom.channel(Network.VK, organization_id=str(primary))
    body = {"organization_id": str(primary), "channel_ids": [own["id"]], "automatic": why != "not automatic"}
    publication = await newsroom.published(channel)
    if why == "late":
        await attach(newsroom.client, address, publication)
        newsroom.kit.advance(minutes=1)
    async with officer_of(newsroom, primary) as officer:
        answered(await officer.post(f"{address}/subscriptions", json=body), 201)
        if why == "partner":
            async with newsroom.kit.client(partner_key(newsroom, *SCOPES)) as partner:
                said = {"text": "Мы с вами", "url": "https://union.example/1", "credit": "Профсоюз связи"}
                answered(await partner.post(f"{address}/outside_publications", json=said), 201)
        elif why == "not automatic":
            await attach(newsroom.client, address, publication)
        await newsroom.drain()
        (relay,) = await relays(officer, address)
        assert relay["state"] == "drafted"
        copy = f"/v1/publications/{relay['copy_id']}"
        assert answered(await officer.get(copy))["state"] == "draft"
        answered(await officer.post(f"{copy}/publish"))
        await newsroom.drain()
        assert (await relays(officer, address))[0]["state"] == "confirmed"


async def test_a_copy_that_its_editorial_policy_keeps_back_is_a_draft(newsroom: Newsroom) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    own = await newsroom.channel(Network.VK, organization_id=str(primary))
    policy = {"review_levels": ["own"]}
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR)) as chair:
        answered(await chair.put(f"/v1/editorial_policies/{primary}", json=policy))
    async with officer_of(newsroom, primary) as officer:
        body = {"organization_id": str(primary), "channel_ids": [own["id"]], "automatic": True}
        answered(await officer.post(f"{address}/subscriptions", json=body), 201)
        await attach(newsroom.client, address, await newsroom.published(channel))
        await newsroom.drain()
        assert [one["state"] for one in await relays(officer, address)] == ["drafted"]
        assert newsroom.networks[Network.VK].posts == []


async def test_nobody_is_given_their_own(newsroom: Newsroom) -> None:
    address = await opened(newsroom)
    async with newsroom.kit.client(partner_key(newsroom, *SCOPES)) as union:
        answered(await union.post(f"{address}/subscriptions", json={"name": "Профсоюз связи"}), 201)
        said = {"text": "Мы с вами", "credit": "Профсоюз связи"}
        answered(await union.post(f"{address}/outside_publications", json=said), 201)
        assert await relays(union, address) == []
        figure = answered(await union.get(f"{address}/coverage"))["coverage"]
        assert (figure["value"], figure["reason_if_null"]) == (None, "nothing_to_carry")


async def test_what_cannot_be_told_has_a_reason(newsroom: Newsroom) -> None:
    address = await opened(newsroom)
    empty = answered(await newsroom.client.get(f"{address}/coverage"))["coverage"]
    assert (empty["value"], empty["reason_if_null"]) == (None, "no_publications")
    await attach(newsroom.client, address, await newsroom.published(await newsroom.channel()))
    alone = answered(await newsroom.client.get(f"{address}/coverage"))["coverage"]
    assert (alone["value"], alone["reason_if_null"]) == (None, "no_subscribers")


async def test_what_was_withdrawn_is_shown_to_nobody_and_owed_by_nobody(newsroom: Newsroom) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    publication = await newsroom.published(channel)
    async with newsroom.kit.client(partner_key(newsroom)) as newspaper:
        answered(await newspaper.post(f"{address}/subscriptions", json=NEWSPAPER), 201)
        await attach(newsroom.client, address, publication)
        answered(await newsroom.client.post(f"/v1/publications/{publication['id']}/withdraw"))
        await newsroom.drain()
        (relay,) = await relays(newspaper, address)
        assert (relay["state"], relay["publication"]["state"]) == ("dropped", "withdrawn")
        assert (relay["publication"]["text"], relay["publication"]["url"]) == ("", None)
        confirm = f"{address}/relays/{relay['id']}/confirm"
        url = {"url": "https://gazeta.example/1"}
        refused(await newspaper.post(confirm, json=url), 409, "campaign.relay_dropped")
        assert answered(await newspaper.get(f"{address}/coverage"))["coverage"]["denominator"] == 0


async def test_of_what_was_corrected_the_address_is_told_that_has_the_new_words(newsroom: Newsroom) -> None:
    address = await opened(newsroom)
    channels = [await newsroom.channel(network) for network in (Network.TELEGRAM, Network.VK)]
    async with newsroom.kit.client(partner_key(newsroom)) as newspaper:
        answered(await newspaper.post(f"{address}/subscriptions", json=NEWSPAPER), 201)
        publication = await newsroom.published(*channels)
        await attach(newsroom.client, address, publication)
        said = f"/v1/publications/{publication['id']}"

        async def told() -> str:
            await newsroom.drain()
            (relay,) = await relays(newspaper, address)
            return relay["publication"]["url"]

        assert await told() == "https://telegram.test/1", "what was sent first"
        newsroom.networks[Network.TELEGRAM].changes.append(Rejected(reason("no_rights")))
        answered(await newsroom.client.post(f"{said}/correct", json={"text": "Приём с 10:00"}))
        assert await told() == "https://vk.test/1", "the other one says the old words"
        newsroom.networks[Network.VK].changes.append(Rejected(reason("no_rights")))
        answered(await newsroom.client.post(f"{said}/correct", json={"text": "Приём с 11:00"}))
        assert await told() == "https://telegram.test/1", "corrected by now, as the other is not"
        for network in (Network.TELEGRAM, Network.VK):
            newsroom.networks[network].changes.append(Rejected(reason("no_rights")))
        answered(await newsroom.client.post(f"{said}/correct", json={"text": "Приём с 12:00"}))
        assert await told() == "https://telegram.test/1", "none is left that says it"
        newsroom.networks[Network.VK].changes.append(Rejected(reason("no_rights")))
        answered(await newsroom.client.post(f"{said}/withdraw"))
        assert await told() == "https://vk.test/1", "the other was taken down"


async def test_one_that_no_channel_took_is_given_to_nobody(newsroom: Newsroom) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    newsroom.networks[Network.TELEGRAM].outcomes.append(Rejected(reason("posting_denied", "214")))
    failed = await newsroom.published(channel)
    assert (await attach(newsroom.client, address, failed))["state"] == "waiting"
    assert await events(newsroom) == []


async def test_whoever_comes_back_is_given_what_came_in_between(newsroom: Newsroom) -> None:
    address, channel = await opened(newsroom), await newsroom.channel()
    async with newsroom.kit.client(partner_key(newsroom)) as newspaper:
        body = NEWSPAPER
        made = answered(await newspaper.post(f"{address}/subscriptions", json=body), 201)
        refused(await newspaper.post(f"{address}/subscriptions", json=body), 409, "campaign.already_subscribed")
        one = f"{address}/subscriptions/{made['id']}"
        assert (await newspaper.delete(one, headers={"if-match": '"7"'})).status_code == 412
        assert (await newspaper.delete(one)).status_code == 204
        refused(await newspaper.delete(one), 409, "campaign.subscription_over")
        await attach(newsroom.client, address, await newsroom.published(channel))
        assert await relays(newspaper, address) == []
        again = answered(await newspaper.post(f"{address}/subscriptions", json=body), 201)
        assert (again["id"], again["ended_at"]) == (made["id"], None)
        assert len(await relays(newspaper, address)) == 1


async def test_who_sees_and_does_what(newsroom: Newsroom) -> None:
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    made = answered(await newsroom.client.post("/v1/campaigns", json=campaign_body(newsroom)), 201)
    address = f"/v1/campaigns/{made['id']}"
    async with officer_of(newsroom, primary) as below:
        refused(await below.get(address), 404, "not_found")
        answered(await newsroom.client.post(f"{address}/open"))
        assert answered(await below.get(address))["hashtag"] == "ЗаДостойныйТруд"
        assert [one["id"] for one in answered(await below.get("/v1/campaigns"))["items"]] == [made["id"]]
        refused(await below.patch(address, json={"name": "Чужое"}), 403, "forbidden")
        refused(await below.post(f"{address}/close"), 403, "forbidden")
        said = {"text": "Мы с вами", "credit": "Профсоюз связи"}
        refused(await below.post(f"{address}/outside_publications", json=said), 403, "forbidden")
        own = answered(
            await below.post("/v1/campaigns", json=campaign_body(newsroom, organization_id=str(primary))), 201
        )
    async with newsroom.kit.client(partner_key(newsroom, organization=primary)) as low:
        refused(await low.post(f"{address}/subscriptions", json=NEWSPAPER), 403, "campaign.partner_too_low")
    async with newsroom.kit.client(partner_key(newsroom)) as one, newsroom.kit.client(partner_key(newsroom)) as other:
        answered(await one.post(f"{address}/subscriptions", json=NEWSPAPER), 201)
        await attach(newsroom.client, address, await newsroom.published(await newsroom.channel()))
        (relay,) = await relays(one, address)
        assert await relays(other, address) == []
        confirm = f"{address}/relays/{relay['id']}/confirm"
        body = {"url": "https://gazeta.example/1"}
        refused(await other.post(confirm, json=body), 404, "not_found")
        english = {"accept-language": "en"}
        refusal = refused(await newsroom.client.post(confirm, json=body, headers=english), 403, "forbidden")
        assert refusal["detail"] == "The subscriber alone confirms"
        seen = answered(await other.get(f"{address}/coverage"))
        assert (seen["subscribers"], seen["by_subscriber"]) == (1, [])
    assert own["state"] == "draft"


async def test_to_see_is_not_to_speak_for_an_organization(newsroom: Newsroom) -> None:
    address = await opened(newsroom)
    own = {"organization_id": str(newsroom.tenant.root), "channel_ids": [(await newsroom.channel())["id"]]}
    said = {"text": "Мы с вами", "credit": "Профсоюз связи"}
    made = answered(await newsroom.client.post(f"{address}/subscriptions", json=own), 201)
    attached = answered(await newsroom.client.post(f"{address}/outside_publications", json=said), 201)
    (relay,) = await relays(newsroom.client, address)
    async with newsroom.kit.client(newsroom.tenant.caller(Role.AUDITOR)) as auditor:
        assert len(await relays(auditor, address)) == 1
        subscription, url = f"{address}/subscriptions/{made['id']}", {"url": "https://gazeta.example/1"}
        refused(await auditor.post(f"{address}/subscriptions", json=own), 403, "forbidden")
        refused(await auditor.delete(subscription), 403, "forbidden")
        refused(await auditor.post(f"{address}/relays/{relay['id']}/confirm", json=url), 403, "forbidden")
        refused(await auditor.delete(f"{address}/publications/{attached['id']}"), 403, "forbidden")
    answered(await newsroom.client.post(f"{address}/relays/{relay['id']}/confirm", json=url))
    assert (await newsroom.client.delete(f"{address}/publications/{attached['id']}")).status_code == 204


async def test_what_was_taken_out_before_it_was_carried_is_not_copied(newsroom: Newsroom) -> None:
    address = await opened(newsroom)
    own = {"organization_id": str(newsroom.tenant.root), "channel_ids": [(await newsroom.channel())["id"]]}
    said = {"text": "Мы с вами", "credit": "Профсоюз связи"}
    answered(await newsroom.client.post(f"{address}/subscriptions", json=own), 201)
    attached = answered(await newsroom.client.post(f"{address}/outside_publications", json=said), 201)
    assert (await newsroom.client.delete(f"{address}/publications/{attached['id']}")).status_code == 204
    await newsroom.drain()
    assert [(one["state"], one["copy_id"]) for one in await relays(newsroom.client, address)] == [("dropped", None)]


async def test_a_test_key_takes_part_in_nothing_real(newsroom: Newsroom) -> None:
    address = await opened(newsroom)
    async with newsroom.kit.client(partner_key(newsroom, *SCOPES, test=True)) as partner:
        said = {"text": "Проба", "credit": "Проба"}
        refused(await partner.post(f"{address}/outside_publications", json=said), 403, "partner.test_key")
        refused(await partner.post(f"{address}/subscriptions", json=NEWSPAPER), 403, "partner.test_key")


async def test_a_test_key_ends_and_changes_nothing_real(newsroom: Newsroom) -> None:
    address = await opened(newsroom)
    real = partner_key(newsroom, *SCOPES)
    assert real.key is not None
    trial = replace(real, key=replace(real.key, test=True))
    attached = await attach(newsroom.client, address, await newsroom.published(await newsroom.channel()))
    async with newsroom.kit.client(real) as partner:
        subscribed = answered(await partner.post(f"{address}/subscriptions", json=NEWSPAPER), 201)
    async with newsroom.kit.client(trial) as partner:
        own = answered(await partner.post("/v1/campaigns", json=campaign_body(newsroom)), 201)
        draft = f"/v1/campaigns/{own['id']}"
        answered(await partner.patch(draft, json={"name": "Проба"}))
        refused(await partner.post(f"{draft}/open"), 403, "partner.test_key")
        refused(await partner.post(f"{address}/close"), 403, "partner.test_key")
        refused(await partner.patch(address, json={"name": "Проба"}), 403, "partner.test_key")
        gone = await partner.delete(f"{address}/publications/{attached['id']}")
        refused(gone, 403, "partner.test_key")
        ended = await partner.delete(f"{address}/subscriptions/{subscribed['id']}")
        refused(ended, 403, "partner.test_key")
    async with newsroom.kit.client(real) as partner:
        assert (await partner.delete(f"{address}/subscriptions/{subscribed['id']}")).status_code == 204


async def test_bodies_that_say_too_much_or_too_little(newsroom: Newsroom) -> None:
    address = await opened(newsroom)
    organization = {"organization_id": str(newsroom.tenant.root)}
    wrong = refused(
        await newsroom.client.post(f"{address}/subscriptions", json=organization | NEWSPAPER),
        422,
        "campaign.subscription_invalid",
    )
    assert [one["pointer"] for one in wrong["errors"]] == ["/channel_ids", "/name"]
    assert "/v1/channels" in wrong["errors"][0]["detail"]
    assert "/v1/channels" not in wrong["errors"][1]["detail"]
    absent = organization | {"channel_ids": [ABSENT]}
    refused(await newsroom.client.post(f"{address}/subscriptions", json=absent), 404, "not_found")
    outside = f"{address}/outside_publications"
    for body in (
        {"text": "Без имени"},
        {"credit": "Без текста"},
        {"text": "И", "credit": "Мы", "url": "http://a.example"},
    ):
        answered(await newsroom.client.post(outside, json=body), 422)
    said = {"text": "Мы с вами", "credit": "Профсоюз связи"}
    refused(await newsroom.client.post(outside, json=said | {"media_ids": [ABSENT]}), 404, "not_found")
    assert answered(await newsroom.client.post(outside, json=said), 201)["credit"] == "Профсоюз связи"
    for change, code in (
        ({"hashtag": "#2031"}, "campaign.hashtag_invalid"),
        ({"hashtag": "два слова"}, "campaign.hashtag_invalid"),
        ({"ends_on": "2001-01-01"}, "campaign.period_invalid"),
        ({"ends_on": "9999-12-31"}, "campaign.period_invalid"),
    ):
        refused(await newsroom.client.patch(address, json=change), 422, code)


async def test_a_campaign_ends_when_its_last_day_has_passed(newsroom: Newsroom) -> None:
    today = newsroom.kit.clock.now().astimezone(MOSCOW).date()
    address = await opened(newsroom, ends_on=str(today))
    longer = await opened(newsroom, ends_on=str(today))
    later = {"ends_on": campaign_body(newsroom)["ends_on"]}
    answered(await newsroom.client.patch(longer, json=later))
    newsroom.kit.advance(hours=25)
    await newsroom.drain()
    assert answered(await newsroom.client.get(address))["state"] == "over"
    assert answered(await newsroom.client.get(longer))["state"] == "open"
    refused(await newsroom.client.post(f"{address}/open"), 409, "campaign.wrong_state")
    refused(await newsroom.client.patch(address, json={"name": "Иначе"}), 409, "campaign.wrong_state")
    draft = {"publication_id": (await newsroom.draft())["id"]}
    refused(await newsroom.client.post(f"{address}/publications", json=draft), 409, "campaign.wrong_state")
    answered(await newsroom.client.post(f"{longer}/close"))
