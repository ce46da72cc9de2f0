"""What the gateway hears of channels: each change, invitations into their communities, and who came."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.publisher.networks.accounts import Ability, Missing, Network, Probe
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected, Retry, Throttled, Unknown, Unsupported
from services.publisher.networks.reasons import reason
from shared.clock import new_id
from shared.contracts.gateway import ChannelsWanted, NotificationRequested
from shared.contracts.publisher import (
    ChannelChanged,
    ChannelHookDue,
    CommunityInvitationMade,
    CommunityInvitationRequested,
    CommunityJoined,
    DeliveryDue,
)
from tests.service.publisher.chats import Chats, chats_of
from tests.service.publisher.newsroom import CREDENTIALS, Newsroom, answered

JOIN = {"id": "j1", "kind": "join", "user": "555", "places": "1001 @union"}


async def told(newsroom: Newsroom) -> list[tuple[int, str, str]]:
    changes = await newsroom.kit.emitted(newsroom.tenant, ChannelChanged)
    return [(change.entity_version, change.state, change.name) for change in changes]


async def alerts(newsroom: Newsroom) -> list[tuple[str, str]]:
    requests = await newsroom.kit.emitted(newsroom.tenant, NotificationRequested)
    return [(request.kind, request.incident) for request in requests]


async def deliver(newsroom: Newsroom) -> None:
    """The attempts of publications alone, so that what the gateway is told stays to be read."""
    for due in await newsroom.kit.emitted(newsroom.tenant, DeliveryDue):
        await newsroom.kit.deliver(newsroom.tenant, due)


async def invite(newsroom: Newsroom, channel_id: str, days: int = 1) -> CommunityInvitationRequested:
    request = CommunityInvitationRequested(
        invitation_id=new_id(), channel_id=UUID(channel_id), expires_at=newsroom.kit.clock.now() + timedelta(days=days)
    )
    await newsroom.kit.deliver(newsroom.tenant, request)
    return request


async def made(newsroom: Newsroom) -> list[CommunityInvitationMade]:
    return await newsroom.kit.emitted(newsroom.tenant, CommunityInvitationMade)


async def test_every_change_of_a_channel_is_told(newsroom: Newsroom) -> None:
    network = newsroom.networks[Network.TELEGRAM]
    bot = "https://t.me/union_answers_bot"
    network.probed = Probe(title="Профсоюз", mailbox="7100", mailbox_url=bot, url="https://t.me/union")
    channel = await newsroom.channel()
    (first,) = await newsroom.kit.emitted(newsroom.tenant, ChannelChanged)
    assert (str(first.channel_id), first.organization_id) == (channel["id"], newsroom.tenant.root)
    assert (first.network, first.account_id, first.address) == ("telegram", "7100", "https://t.me/union")
    assert first.mailbox_address == bot
    address = f"/v1/channels/{channel['id']}"
    answered(await newsroom.client.patch(address, json={"title": "Музей", "paused": True}))
    answered(await newsroom.client.patch(address, json={"paused": False}))
    credentials = {"credentials": CREDENTIALS[Network.TELEGRAM]}
    answered(await newsroom.client.post(f"{address}/reauthorize", json=credentials))
    answered(await newsroom.client.post(f"{address}/probe"))
    assert await told(newsroom) == [
        (1, "active", "Профсоюз"),
        (2, "paused", "Музей"),
        (3, "active", "Музей"),
        (4, "active", "Музей"),
        (5, "active", "Музей"),
    ]


async def test_lost_credentials_are_told_once(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    network = newsroom.networks[Network.TELEGRAM]
    network.outcomes.extend([NeedsReauthorization(reason("token_invalid"))] * 2)
    for _ in range(2):
        draft = await newsroom.draft(channel)
        answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    await deliver(newsroom)
    assert [state for _, state, _ in await told(newsroom)] == ["active", "needs_reauthorization"]
    (only,) = [alert for alert in await alerts(newsroom) if alert[0] == "channel_needs_reauthorization"]
    assert only[1] == f"channel:{channel['id']}:2"


async def test_a_probe_that_is_refused_is_told_once(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    newsroom.networks[Network.TELEGRAM].probed = Probe(missing=(Missing(Ability.PUBLISH, reason("token_invalid")),))
    for _ in range(2):
        answered(await newsroom.client.post(f"/v1/channels/{channel['id']}/probe"))
    assert [kind for kind, _ in await alerts(newsroom)] == ["channel_needs_reauthorization"]
    assert [state for _, state, _ in await told(newsroom)][-1] == "needs_reauthorization"


async def test_a_post_that_nobody_is_sure_of_is_told(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    newsroom.networks[Network.TELEGRAM].outcomes.append(Unknown(reason("no_answer")))
    draft = await newsroom.draft(channel)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    await deliver(newsroom)
    assert [kind for kind, _ in await alerts(newsroom)] == ["delivery_unknown"]


@pytest.mark.parametrize("others", [0, 1])
async def test_a_publication_that_did_not_come_out_is_told(newsroom: Newsroom, others: int) -> None:
    channel = await newsroom.channel()
    more = [await newsroom.channel(Network.MAX) for _ in range(others)]
    newsroom.networks[Network.TELEGRAM].outcomes.append(Rejected(reason("content_blocked")))
    draft = await newsroom.draft(channel, *more)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    await deliver(newsroom)
    (request,) = await newsroom.kit.emitted(newsroom.tenant, NotificationRequested)
    assert (request.kind, request.permission) == ("publication_failed", "publish")
    assert ("some" in request.title["en"]) is bool(others)


async def test_all_channels_are_told_anew_and_asked_for_updates(newsroom: Newsroom) -> None:
    for network in (Network.TELEGRAM, Network.MAX, Network.VK):
        await newsroom.channel(network)
    await newsroom.drain()
    assert (await newsroom.kit.deliver(newsroom.tenant, ChannelsWanted())).error is None
    assert len(await told(newsroom)) == 3
    assert len(await newsroom.kit.emitted(newsroom.tenant, ChannelHookDue)) == 3
    await newsroom.drain()
    assert len(newsroom.networks[Network.VK].hooks) == 2


async def test_an_invitation_is_a_sealed_link(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    request = await invite(newsroom, channel["id"])
    (answer,) = await made(newsroom)
    assert answer.code is None
    assert answer.sealed_url is not None
    url = newsroom.kit.runtime.cipher.decrypt(answer.sealed_url)
    assert url == f"https://telegram.test/+{request.invitation_id.hex}"
    (asked,) = newsroom.networks[Network.TELEGRAM].invitations
    assert asked.expires_at == request.expires_at


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Unsupported(reason("cannot_invite")), "unsupported"),
        (Rejected(reason("no_rights")), "not_allowed"),
        (Rejected(reason("chat_not_found")), "network.chat_not_found"),
        (NeedsReauthorization(reason("token_invalid")), "network.token_invalid"),
    ],
)
async def test_why_there_is_no_link(
    newsroom: Newsroom, answer: Unsupported | Rejected | NeedsReauthorization, code: str
) -> None:
    channel = await newsroom.channel()
    newsroom.networks[Network.TELEGRAM].invited.append(answer)
    await invite(newsroom, channel["id"])
    assert [(each.sealed_url, each.code) for each in await made(newsroom)] == [(None, code)]


@pytest.mark.parametrize("answer", [Retry(reason("not_connected")), Throttled(reason("throttled"), 12)])
async def test_a_network_that_is_away_is_asked_again(newsroom: Newsroom, answer: Retry | Throttled) -> None:
    channel = await newsroom.channel()
    newsroom.networks[Network.TELEGRAM].invited.append(answer)
    request = await invite(newsroom, channel["id"])
    assert await made(newsroom) == []
    newsroom.kit.advance(seconds=30)
    await newsroom.kit.deliver(newsroom.tenant, request)
    assert len(await made(newsroom)) == 1


async def test_what_cannot_be_invited_into(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    await invite(newsroom, str(new_id()))
    await invite(newsroom, channel["id"], days=0)
    answered(await newsroom.client.patch(f"/v1/channels/{channel['id']}", json={"paused": True}))
    await invite(newsroom, channel["id"])
    codes = [each.code for each in await made(newsroom)]
    assert codes == ["channel_not_found", "expired", "channel.paused"]
    assert newsroom.networks[Network.TELEGRAM].invitations == []


async def test_a_newcomer_is_told_with_the_invitation_that_they_followed(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    invitation_id = new_id()
    await chats.tell({**JOIN, "invitation": invitation_id.hex})
    await chats.tell({**JOIN, "invitation": invitation_id.hex})  # told again
    await chats.tell({**JOIN, "id": "j2", "user": "556", "invitation": "Летняя акция"})
    await chats.tell({**JOIN, "id": "j3", "user": "557"})
    joined = await newsroom.kit.emitted(newsroom.tenant, CommunityJoined)
    assert [(each.external_user_id, each.invitation_id) for each in joined] == [
        ("555", invitation_id),
        ("556", None),
        ("557", None),
    ]
    assert newsroom.networks[Network.TELEGRAM].names_asked == 0


async def test_a_channel_that_was_connected_by_its_name_is_found(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(external_id="@Union")
    await newsroom.drain()
    await Chats(newsroom, newsroom.networks[Network.TELEGRAM].hooks[-1]).tell(JOIN)
    (joined,) = await newsroom.kit.emitted(newsroom.tenant, CommunityJoined)
    assert str(joined.channel_id) == channel["id"]


async def test_a_community_that_is_not_ours_is_nobodys_news(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    await chats.tell({**JOIN, "places": "404 @elsewhere"})
    assert await newsroom.kit.emitted(newsroom.tenant, CommunityJoined) == []
