"""What the networks tell one by one: votes in polls, joins and leaves, reactions. Counted, and nobody is named."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.publisher.networks.accounts import Account, Network, Probe
from services.publisher.networks.measures import PollTotals, PostMeasures
from services.publisher.networks.outcomes import Sent, Unsupported
from services.publisher.networks.reasons import reason
from shared.contracts.publisher import PollAskDue
from tests.service.publisher.chats import Chats, chats_of
from tests.service.publisher.newsroom import Newsroom, answered, refused
from tests.service.publisher.test_metrics import TOLD, metrics

POLL = {"question": "Когда собрание?", "options": ["Среда", "Пятница"]}
VOTE = {"id": "v1", "kind": "vote", "user": "555", "poll": "6001", "votes": "2 1", "at": "2031-03-03T09:00:00+00:00"}
JOIN = {"id": "j1", "kind": "join", "user": "555", "places": "1001 @union", "at": "2031-03-03T23:30:00+03:00"}
LIKES = {"id": "r1", "kind": "reactions", "user": "555", "post": "1", "count": "4", "at": "2031-03-03T09:00:00+00:00"}


async def polled(newsroom: Newsroom, network: Network = Network.TELEGRAM, poll_id: str = "6001") -> dict[str, Any]:
    newsroom.networks[network].probed = Probe(title="Профсоюз", mailbox="7100", follower_count=120)
    channel = await newsroom.channel(network)
    await newsroom.drain()
    newsroom.networks[network].outcomes.append(Sent("1", None, poll_id))
    return await newsroom.published(channel, text="Голосуйте", format="poll", poll=POLL)


async def results(newsroom: Newsroom, publication: dict[str, Any]) -> dict[str, Any]:
    return answered(await newsroom.client.get(f"/v1/publications/{publication['id']}/poll_results"))


def votes(shown: dict[str, Any]) -> list[int] | None:
    return None if shown["votes"] is None else [each["votes"] for each in shown["votes"]]


async def tell(newsroom: Newsroom, *updates: dict[str, str], network: Network = Network.TELEGRAM) -> None:
    await Chats(newsroom, newsroom.networks[network].hooks[-1]).tell(*updates)
    await newsroom.drain()


async def test_a_vote_brings_the_totals_and_the_later_ones_stand(newsroom: Newsroom) -> None:
    publication = await polled(newsroom)
    before = await results(newsroom, publication)
    assert (before["votes"], before["reason_if_null"]) == (None, "not_measured")
    await tell(newsroom, VOTE, VOTE | {"id": "v3", "votes": "5 4", "at": "2031-03-03T09:02:00+00:00"})
    await tell(newsroom, VOTE | {"id": "v2", "votes": "3 3", "at": "2031-03-03T09:01:00+00:00"})
    await tell(newsroom, VOTE | {"id": "v4", "poll": "somebody else's"})
    shown = await results(newsroom, publication)
    (channel,) = shown["channels"]
    assert (shown["question"], votes(shown), votes(channel), channel["voters"]) == (
        "Когда собрание?",
        [5, 4],
        [5, 4],
        9,
    )
    assert [each["option"] for each in shown["votes"]] == POLL["options"]
    assert channel["told_at"] == "2031-03-03T09:02:00Z"


async def test_a_network_that_tells_no_totals_is_asked_once_for_many_votes(newsroom: Newsroom) -> None:
    publication = await polled(newsroom, Network.VK)
    vk = newsroom.networks[Network.VK]
    vk.totals = PollTotals((7, 2), 9)
    silent = {key: value for key, value in VOTE.items() if key != "votes"}
    for number in range(5):
        await tell(newsroom, silent | {"id": f"v{number}"}, network=Network.VK)
    assert vk.polls_asked == []
    newsroom.kit.advance(minutes=2)
    await newsroom.drain()
    assert (vk.polls_asked, votes(await results(newsroom, publication))) == (["6001"], [7, 2])
    vk.totals = None
    await tell(newsroom, silent | {"id": "v6"}, network=Network.VK)
    newsroom.kit.advance(minutes=2)
    await newsroom.drain()
    vk.totals = PollTotals((8, 2), 10)
    newsroom.kit.advance(minutes=11)
    await newsroom.drain()
    assert votes(await results(newsroom, publication)) == [8, 2]


async def test_a_poll_is_asked_for_once_a_day_as_well(newsroom: Newsroom) -> None:
    publication = await polled(newsroom, Network.VK)
    newsroom.networks[Network.VK].totals = PollTotals((7, 2))
    newsroom.kit.advance(days=1, hours=5)
    await newsroom.drain()
    assert votes(await results(newsroom, publication)) == [7, 2]


async def test_what_cannot_be_told_says_so(newsroom: Newsroom) -> None:
    news = await newsroom.published(await newsroom.channel())
    refused(await newsroom.client.get(f"/v1/publications/{news['id']}/poll_results"), 404, "not_found")
    newsroom.networks[Network.OK].totals = Unsupported(reason("cannot_measure"))
    channel = await newsroom.channel(Network.OK)
    publication = await newsroom.published(channel, text="Голосуйте", format="poll", poll=POLL)
    shown = await results(newsroom, publication)
    assert (shown["votes"], shown["reason_if_null"], shown["channels"][0]["reason_if_null"]) == (
        None, "not_told", "not_told",
    )  # fmt: skip


async def test_polls_of_several_networks_are_summed(newsroom: Newsroom) -> None:
    channels = [await newsroom.channel(network) for network in (Network.TELEGRAM, Network.VK)]
    for network, poll_id in ((Network.TELEGRAM, "6001"), (Network.VK, "6002")):
        newsroom.networks[network].outcomes.append(Sent("1", None, poll_id))
    publication = await newsroom.published(*channels, text="Голосуйте", format="poll", poll=POLL)
    await tell(newsroom, VOTE)
    await tell(newsroom, VOTE | {"poll": "6002", "votes": "10 20"}, network=Network.VK)
    shown = await results(newsroom, publication)
    assert (votes(shown), sorted(votes(each) or [] for each in shown["channels"])) == ([12, 21], [[2, 1], [10, 20]])


async def test_joins_and_leaves_are_counted_by_channel_and_day(newsroom: Newsroom) -> None:
    chats = await chats_of(newsroom)
    until = {"since": "2031-03-01", "until": "2031-03-31"}
    (before,) = await metrics(newsroom, "channels", **until)
    assert (before["joined"]["value"], before["joined"]["reason_if_null"]) == (None, "not_told")
    await chats.tell(JOIN, JOIN, JOIN | {"id": "j2"}, JOIN | {"id": "j3", "at": "2031-03-04T03:30:00+03:00"})
    await chats.tell(JOIN | {"id": "j4", "places": "404 @elsewhere"})
    await newsroom.drain()
    (joined,) = await metrics(newsroom, "channels", **until)
    assert (joined["joined"]["value"], joined["gone"]["value"]) == (3, None)
    await chats.tell(JOIN | {"id": "l1", "kind": "leave"})
    await newsroom.drain()
    (found,) = await metrics(newsroom, "channels", **until)
    assert found["members"] == [
        {"day": "2031-03-03", "joined": 2, "gone": 1},
        {"day": "2031-03-04", "joined": 1, "gone": 0},
    ]
    assert (found["joined"]["value"], found["gone"]["value"]) == (3, 1)
    (elsewhere,) = await metrics(newsroom, "channels", since="2031-04-01", until="2031-04-02")
    assert (elsewhere["joined"]["value"], elsewhere["members"]) == (0, [])


@pytest.mark.parametrize("later_first", [False, True])
async def test_reactions_that_are_told_are_figures_of_the_post(newsroom: Newsroom, *, later_first: bool) -> None:
    newsroom.networks[Network.TELEGRAM].probed = Probe(title="Профсоюз", mailbox="7100", follower_count=120)
    await newsroom.published(await newsroom.channel())
    later = LIKES | {"id": "r2", "count": "6", "at": "2031-03-03T09:05:00+00:00"}
    for update in (later, LIKES) if later_first else (LIKES, later):
        await tell(newsroom, update)
    await tell(newsroom, LIKES | {"id": "r3", "post": "404"}, LIKES | {"id": "r4", "places": "404 @elsewhere"})
    (found,) = await metrics(newsroom, "publications")
    assert (found["reactions"]["value"], found["views"]["value"]) == (6, None)


async def test_reactions_told_while_the_network_is_asked_are_newer_than_its_answer(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what comes late of before it was asked is older."""
    newsroom.networks[Network.VK].probed = Probe(title="Профсоюз", mailbox="7100", follower_count=120)
    await newsroom.published(await newsroom.channel(Network.VK))
    moments: list[str] = []

    async def measured(_: Account, __: str) -> PostMeasures:
        moments.append(newsroom.kit.clock.now().isoformat())
        if len(moments) == 1:
            newsroom.kit.advance(seconds=5)
            told = LIKES | {"count": "9", "at": newsroom.kit.clock.now().isoformat()}
            await Chats(newsroom, newsroom.networks[Network.VK].hooks[-1]).tell(told)
        return TOLD

    monkeypatch.setattr(newsroom.networks[Network.VK], "measure", measured)
    newsroom.kit.advance(days=1, hours=5)
    await newsroom.drain()
    (found,) = await metrics(newsroom, "publications")
    assert (found["views"]["value"], found["reactions"]["value"]) == (200, 9)

    newsroom.kit.advance(days=1)
    await newsroom.drain()
    before = datetime.fromisoformat(moments[1]) - timedelta(seconds=5)
    await tell(newsroom, LIKES | {"id": "r2", "count": "6", "at": before.isoformat()}, network=Network.VK)
    (found,) = await metrics(newsroom, "publications")
    assert found["reactions"]["value"] == 7, "as it was when the network was asked"


async def test_totals_told_while_the_network_is_asked_are_newer_than_its_answer(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = await polled(newsroom, Network.VK)

    async def asked(_: Account, __: str) -> PollTotals:
        newsroom.kit.advance(seconds=5)
        told = VOTE | {"id": "v2", "votes": "8 2", "at": newsroom.kit.clock.now().isoformat()}
        await Chats(newsroom, newsroom.networks[Network.VK].hooks[-1]).tell(told)
        await newsroom.drain()
        newsroom.kit.advance(seconds=5)
        return PollTotals((7, 2))

    monkeypatch.setattr(newsroom.networks[Network.VK], "poll_totals", asked)
    due = PollAskDue(delivery_id=UUID((await newsroom.delivery(publication))["id"]))
    assert (await newsroom.kit.deliver(newsroom.tenant, due)).error is None
    assert votes(await results(newsroom, publication)) == [8, 2]


async def test_figures_of_different_days_stand_side_by_side(newsroom: Newsroom) -> None:
    newsroom.networks[Network.VK].measures = TOLD
    await newsroom.published(await newsroom.channel(Network.VK))
    newsroom.kit.advance(days=1, hours=5)
    await newsroom.drain()
    tomorrow = newsroom.kit.clock.now() + timedelta(days=1)
    await tell(newsroom, LIKES | {"count": "9", "at": tomorrow.isoformat()}, network=Network.VK)
    (found,) = await metrics(newsroom, "publications")
    assert (found["views"]["value"], found["reactions"]["value"], found["comments"]["value"]) == (200, 9, 2)
