"""Story 1, its publishing part: a chair of 50 people invites each personally, polls them, reads the impact.

50 links of one use into the union's community, a poll put out in the networks that have polls, and figures that are
null with their reason until a network has told them. Answers that are counted anonymously are in `test_polls.py`.
"""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from deploy.client import Client, Refused
from deploy.stand_ins import StandIns
from deploy.until import until
from shared.permissions import Role
from tests.e2e.unions import Channel, Union

PEOPLE = 50
QUESTION = "Чем профсоюзу заняться в первую очередь?"
OPTIONS = ["Зарплата", "График", "Охрана труда"]


@dataclass(frozen=True)
class Primary:
    """A primary organization, its chair, and its communities: one network tells who came by which link, one does not."""

    id: str
    union: Union
    chair: Client
    stand_ins: StandIns
    telegram: Channel
    vk: Channel

    async def invited(self, channel: Channel) -> Any:
        order = {"organization_id": self.id, "kind": "community", "channel_id": channel.id}
        return await self.chair.post("/invitations", order)

    async def link(self, guest: Client, invitation: Any) -> str:
        """Into the community, as the invited person's app reads it."""
        path = invitation["link"].partition("/v1")[2]
        opened = await until(lambda: guest.get(path), lambda opened: opened["community_url"], within=60)
        return opened["community_url"]

    async def person(self, number: int) -> int:
        handle = f"p{number}_{self.id.replace('-', '')[-16:]}"
        return await self.stand_ins.person("telegram", "Анна", f"Пятидесятая-{number}", handle)

    async def funnel(self) -> dict[str, int]:
        return await self.chair.get(f"/organizations/{self.id}/invitation_funnel")


@pytest.fixture
async def primary(union: Union, stand_ins: StandIns) -> Primary:
    organization = await union.organization()
    chair = await union.staff(Role.CHAIR, organization)
    handle = f"c{organization.replace('-', '')}"
    telegram, vk = [
        await union.connect(chair, await stand_ins.community(network, "Первичка", handle), organization)
        for network in ("telegram", "vk")
    ]
    return Primary(organization, union, chair, stand_ins, telegram, vk)


async def test_fifty_are_invited_by_links_of_one_use(primary: Primary) -> None:
    invitations = [await primary.invited(primary.telegram) for _ in range(PEOPLE)]
    guest = primary.union.client()
    links = [await primary.link(guest, invitation) for invitation in invitations]
    for number, link in enumerate(links):
        await primary.stand_ins.join(primary.telegram.community, await primary.person(number), link)
    assert len(set(links)) == PEOPLE, "to each a link of their own"
    with pytest.raises(httpx.HTTPStatusError) as second:
        await primary.stand_ins.join(primary.telegram.community, await primary.person(PEOPLE), links[0])
    assert second.value.response.status_code == 404, "whoever comes second by the same link does not come in"

    whole = {"sent": PEOPLE, "opened": PEOPLE, "joined": PEOPLE, "untold": 0}
    assert await until(primary.funnel, lambda funnel: funnel["joined"] == PEOPLE) == whole
    assert {(one["state"], one["joined"]) for one in await primary.chair.all("/invitations")} == {("joined", True)}

    untold = await primary.invited(primary.vk)
    assert (untold["joined"], untold["untold"]) == (None, "network_does_not_tell")
    assert await primary.funnel() == whole | {"sent": PEOPLE + 1, "untold": 1}, "not known is not `no`"


async def test_they_are_polled_where_they_are_and_the_impact_is_read(primary: Primary) -> None:
    draft = await primary.chair.post(
        "/publications",
        {
            "organization_id": primary.id,
            "kind": "consultation",
            "format": "poll",
            "text": QUESTION,
            "poll": {"question": QUESTION, "options": OPTIONS},
            "channel_ids": [primary.telegram.id, primary.vk.id],
        },
    )
    publication = f"/publications/{draft['id']}"
    preview = await primary.chair.get(f"{publication}/preview")
    assert preview["publishable"]
    assert {shown["format"] for shown in preview["channels"]} == {"poll"}
    await primary.chair.post(f"{publication}/publish")
    await until(lambda: primary.chair.get(publication), lambda shown: shown["state"] == "published", within=30)
    for channel in (primary.telegram, primary.vk):
        (post,) = await primary.stand_ins.posts(channel.community)
        assert post["format"] == "poll"
        voter = await primary.stand_ins.person(channel.community.network, "Анна", "Голосова", f"v{draft['id'][-12:]}")
        for options in ([0], [2]):  # whoever votes again has one vote
            await primary.stand_ins.vote(channel.community, voter, options)
    told = await primary.stand_ins.polls(primary.telegram.community)
    assert [poll["votes"] for poll in told] == [[{"person_id": told[0]["votes"][0]["person_id"], "options": [2]}]]

    (figures,) = await primary.chair.all("/metrics/publications", organization_id=primary.id)
    assert figures["publication_id"] == draft["id"]
    for name in ("views", "reach", "reactions", "comments", "reposts"):
        assert figures[name]["value"] is None, "the networks are asked once a day"
        assert figures[name]["reason_if_null"], f"and {name} says so"
    channels = await until(
        lambda: primary.chair.all("/metrics/channels"), lambda found: all(one["days"] for one in found)
    )
    assert {one["channel_id"] for one in channels} == {primary.telegram.id, primary.vk.id}
    influence = await primary.chair.get("/metrics/influence", organization_id=primary.id)
    assert (influence["publications"], influence["mentions"]) == (1, 0)
    assert influence["regularity"]["numerator"] == 1
    with pytest.raises(Refused) as again:
        await primary.chair.post(f"{publication}/publish")
    assert again.value.status == 409
