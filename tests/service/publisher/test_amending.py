"""What is out already is corrected and taken down where the network can, and said of each that cannot."""

from typing import Any

import pytest

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.contents import Post
from services.publisher.networks.outcomes import Change, Rejected, Retry, Throttled, Unknown, Unsupported
from services.publisher.networks.reasons import reason
from shared.permissions import Role
from tests.service.publisher.newsroom import Newsroom, answered, refused
from tests.service.publisher.test_partners import next_month


async def asked(newsroom: Newsroom, publication: dict[str, Any], verb: str, **body: object) -> dict[str, Any]:
    address = f"/v1/publications/{publication['id']}/{verb}"
    return answered(await newsroom.client.post(address, json=body or None))


async def test_what_is_out_is_taken_down_everywhere(newsroom: Newsroom) -> None:
    channels = [await newsroom.channel(network) for network in (Network.TELEGRAM, Network.VK)]
    published = await newsroom.published(*channels)
    assert (await asked(newsroom, published, "withdraw"))["state"] == "published", "until the networks did it"
    assert {each["change"] for each in await newsroom.deliveries(published)} == {"withdrawing"}
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "withdrawn"
    assert {each["state"] for each in await newsroom.deliveries(published)} == {"withdrawn"}
    assert [newsroom.networks[network].taken_down for network in (Network.TELEGRAM, Network.VK)] == [["1"], ["1"]]


async def test_a_network_that_cannot_says_why_and_the_rest_is_down(newsroom: Newsroom) -> None:
    newsroom.networks[Network.MAX].changes.append(Unsupported(reason("cannot_withdraw")))
    published = await newsroom.published(await newsroom.channel(Network.MAX), await newsroom.channel(Network.VK))
    await asked(newsroom, published, "withdraw")
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "partially_published"
    of_max, of_vk = await newsroom.deliveries(published)
    assert (of_max["state"], of_max["change"]) == ("sent", "not_withdrawn")
    assert of_max["change_reason"]["code"] == "network.cannot_withdraw"
    assert (of_vk["state"], of_vk["change"], of_vk["change_reason"]) == ("withdrawn", None, None)


async def test_a_network_that_is_away_is_asked_again(newsroom: Newsroom) -> None:
    changes = newsroom.networks[Network.TELEGRAM].changes
    changes.extend([Retry(reason("server_error")), Unknown(reason("no_answer")), Throttled(reason("throttled"), 5)])
    published = await newsroom.published(await newsroom.channel())
    await asked(newsroom, published, "withdraw")
    for _ in range(4):
        await newsroom.drain()
        newsroom.kit.advance(minutes=1)
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "withdrawn"
    assert newsroom.networks[Network.TELEGRAM].taken_down == ["1"] * 4


async def test_a_network_that_stays_away_is_given_up_with_its_reason(newsroom: Newsroom) -> None:
    newsroom.networks[Network.TELEGRAM].changes.extend([Retry(reason("server_error"))] * 20)
    published = await newsroom.published(await newsroom.channel())
    await asked(newsroom, published, "withdraw")
    for _ in range(10):
        await newsroom.drain()
        newsroom.kit.advance(hours=1)
    delivery = await newsroom.delivery(published)
    assert (delivery["state"], delivery["change"]) == ("sent", "not_withdrawn")
    assert delivery["change_reason"]["code"] == "network.server_error"
    assert len(newsroom.networks[Network.TELEGRAM].taken_down) == 6
    newsroom.networks[Network.TELEGRAM].changes.clear()
    await asked(newsroom, published, "withdraw")
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "withdrawn", "a person may ask again"


async def test_a_defect_of_a_connector_does_not_lose_the_wish(newsroom: Newsroom) -> None:
    newsroom.networks[Network.TELEGRAM].changes.append(ValueError("a defect"))
    published = await newsroom.published(await newsroom.channel())
    await asked(newsroom, published, "withdraw")
    await newsroom.drain()
    newsroom.kit.advance(minutes=1)
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "withdrawn"


async def test_of_what_nobody_is_sure_the_channel_itself_is_looked_at(newsroom: Newsroom) -> None:
    newsroom.networks[Network.TELEGRAM].outcomes.append(Unknown(reason("no_answer")))
    published = await newsroom.published(await newsroom.channel())
    await asked(newsroom, published, "withdraw")
    delivery = await newsroom.delivery(published)
    assert (delivery["state"], delivery["change"]) == ("unknown", "not_withdrawn")
    assert delivery["change_reason"]["code"] == "delivery.no_post_id"
    assert (await newsroom.read(published))["state"] == "unconfirmed"


async def test_a_correction_reaches_each_network_whose_words_change(newsroom: Newsroom) -> None:
    channels = [await newsroom.channel(network) for network in (Network.TELEGRAM, Network.VK)]
    published = await newsroom.published(*channels, variants={"vk": {"text": "Для ВК"}})
    corrected = await asked(newsroom, published, "correct", text="Приём с 10:00", comment="Час был неверный")
    assert (corrected["state"], corrected["text"]) == ("published", "Приём с 10:00")
    await newsroom.drain()
    ((post_id, post),) = newsroom.networks[Network.TELEGRAM].edited
    assert (post_id, post.text) == ("1", "Приём с 10:00")
    assert newsroom.networks[Network.VK].edited == []
    of_telegram, of_vk = await newsroom.deliveries(published)
    assert (of_telegram["state"], of_telegram["change"], of_vk["change"]) == ("sent", "corrected", None)
    reviews = answered(await newsroom.client.get(f"/v1/publications/{published['id']}/reviews"))["items"]
    assert [(step["verdict"], step["comment"]) for step in reviews] == [("corrected", "Час был неверный")]

    await asked(newsroom, published, "correct", variants={"vk": "Для ВК с 10:00"})
    await newsroom.drain()
    assert [post.text for _, post in newsroom.networks[Network.VK].edited] == ["Для ВК с 10:00"]


async def test_words_that_are_there_already_change_nothing(newsroom: Newsroom) -> None:
    published = await newsroom.published(await newsroom.channel(Network.VK), variants={"vk": {"text": "Для ВК"}})
    before = await newsroom.read(published)
    same = {"text": published["text"], "variants": {"vk": "Для ВК"}, "comment": "Час был неверный"}
    assert await asked(newsroom, published, "correct", **same) == before
    await newsroom.drain()
    assert await newsroom.read(published) == before
    assert newsroom.networks[Network.VK].edited == []
    reviews = await newsroom.client.get(f"/v1/publications/{published['id']}/reviews")
    assert answered(reviews)["items"] == []
    await asked(newsroom, published, "correct", **{**same, "variants": {"vk": "Иначе"}})
    await newsroom.drain()
    assert [post.text for _, post in newsroom.networks[Network.VK].edited] == ["Иначе"]


@pytest.mark.parametrize("body", [{}, {"comment": "Час был неверный"}, {"text": None, "variants": {}}])
@pytest.mark.parametrize(("tongue", "detail"), [("ru", "Дайте text или variants"), ("en", "Give `text` or `variants`")])
async def test_a_correction_says_what_it_corrects(
    newsroom: Newsroom, body: dict[str, object], tongue: str, detail: str
) -> None:
    published = await newsroom.published(await newsroom.channel())
    address = f"/v1/publications/{published['id']}/correct"
    response = await newsroom.client.post(address, json=body, headers={"accept-language": tongue})
    (error,) = refused(response, 422, "invalid")["errors"]
    assert error == {"pointer": "/text", "code": "publication.no_correction", "detail": detail}


async def test_a_correction_that_a_network_refuses_is_said(newsroom: Newsroom) -> None:
    newsroom.networks[Network.TELEGRAM].changes.append(Rejected(reason("no_rights")))
    published = await newsroom.published(await newsroom.channel())
    await asked(newsroom, published, "correct", text="Иначе")
    await newsroom.drain()
    delivery = await newsroom.delivery(published)
    assert (delivery["state"], delivery["change"]) == ("sent", "not_corrected")
    assert delivery["change_reason"]["code"] == "network.no_rights"


async def test_a_correction_keeps_to_the_limits(newsroom: Newsroom) -> None:
    published = await newsroom.published(await newsroom.channel())
    address = f"/v1/publications/{published['id']}/correct"
    response = await newsroom.client.post(address, json={"text": "ж" * 4097})
    refused(response, 422, "publication.not_publishable")
    assert (await newsroom.read(published))["text"] == published["text"]


async def test_where_words_need_leave_only_those_correct_who_give_it(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    branch = await kit.new_organization(tenant)
    channel = await newsroom.channel(organization_id=str(branch))
    published = await newsroom.published(channel, organization_id=str(branch))
    async with kit.client(tenant.caller(Role.CHAIR)) as union:
        answered(await union.put(f"/v1/editorial_policies/{branch}", json={"review_levels": ["own", "root"]}))
        address = f"/v1/publications/{published['id']}/correct"
        async with kit.client(tenant.caller(Role.CHAIR, branch)) as chair:
            refused(await chair.post(address, json={"text": "Иначе"}), 403, "publication.not_your_level")
        answered(await union.post(address, json={"text": "Иначе"}))


async def test_what_is_not_out_is_changed_not_corrected(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    address = f"/v1/publications/{draft['id']}/correct"
    refused(await newsroom.client.post(address, json={"text": "Иначе"}), 409, "publication.wrong_state")


async def test_nobody_speaks_through_a_channel_in_which_they_may_not_publish(newsroom: Newsroom) -> None:
    """The union sends a branch's publication through another branch's channel: its words are not the branch's to change."""
    kit, tenant = newsroom.kit, newsroom.tenant
    mine, others = await kit.new_organization(tenant), await kit.new_organization(tenant)
    channel = await newsroom.channel(organization_id=str(others))
    waiting = await newsroom.draft(channel, organization_id=str(mine))
    answered(await newsroom.client.post(f"/v1/publications/{waiting['id']}/schedule", json=next_month(newsroom)))
    out = await newsroom.published(channel, organization_id=str(mine))
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER, mine)) as officer:
        forged = {"text": "Собрания не будет"}
        refused(await officer.patch(f"/v1/publications/{waiting['id']}", json=forged), 403, "forbidden")
        refused(await officer.post(f"/v1/publications/{out['id']}/correct", json=forged), 403, "forbidden")
    answered(await newsroom.client.patch(f"/v1/publications/{waiting['id']}", json={"text": "Собрание в среду"}))
    assert (await asked(newsroom, out, "correct", text="Собрание в среду"))["text"] == "Собрание в среду"
    await newsroom.drain()
    assert [post.text for _, post in newsroom.networks[Network.TELEGRAM].edited] == ["Собрание в среду"]


async def test_words_that_come_during_a_correction_are_the_last_to_be_put_there(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = await newsroom.published(await newsroom.channel())
    telegram = newsroom.networks[Network.TELEGRAM]
    edit = telegram.edit

    async def edited_meanwhile(account: Account, external_id: str, post: Post) -> Change:
        monkeypatch.setattr(telegram, "edit", edit)
        await asked(newsroom, published, "correct", text="Приём в среду")
        return await edit(account, external_id, post)

    monkeypatch.setattr(telegram, "edit", edited_meanwhile)
    await asked(newsroom, published, "correct", text="Приём во вторник")
    await newsroom.drain()
    assert telegram.edited[0][1].text == "Приём во вторник"
    assert telegram.edited[-1][1].text == "Приём в среду"
    assert (await newsroom.delivery(published))["change"] == "corrected"


async def test_a_correction_does_not_take_a_withdrawal_back(newsroom: Newsroom) -> None:
    published = await newsroom.published(await newsroom.channel())
    await asked(newsroom, published, "withdraw")
    await asked(newsroom, published, "correct", text="Приём в среду")
    await newsroom.drain()
    assert newsroom.networks[Network.TELEGRAM].taken_down == ["1"]
    assert (await newsroom.read(published))["state"] == "withdrawn"
