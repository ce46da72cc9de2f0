"""Story 3: the enterprise's press service thanks and reposts.

Both are linked to the card with the reaction time; it sees no member's data.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.client import Client
from deploy.stand_ins import StandIns
from deploy.until import until
from shared.permissions import PARTNER_SCOPES, Permission, Role
from tests.e2e.unions import Channel, Union

NETWORKS = ("vk", "telegram", "max")
GREETING = "Три четверти века завод держит город в тепле. Спасибо каждому!"
CANARY = "Незабудкина"  # the family name of a member: nobody outside may read it
ADDRESS = "nezabudkina@example.org"
SAID = "А нам на «Северном свете» премии до сих пор не выплатили"


@dataclass(frozen=True)
class Jubilee:
    """A card that the enterprise was greeted with, out in three networks; and who speaks for it there."""

    union: Union
    officer: Client
    stand_ins: StandIns
    channels: dict[str, Channel]
    enterprise: str  # path
    publication: str  # path
    card: str  # id
    speakers: dict[str, int]  # the press service's accounts

    async def heard(self, of: str, number: int, **asked: str) -> list[Any]:
        """So many answers under the publication: `reactions` or `reposts`."""
        return await until(
            lambda: self.officer.all(f"{self.publication}/{of}", **asked), lambda found: len(found) == number
        )

    async def history(self, kind: str, number: int) -> list[Any]:
        return await until(
            lambda: self.officer.all(f"{self.enterprise}/history", kind=kind), lambda found: len(found) == number
        )

    async def deliveries(self) -> dict[str, Any]:
        """By channel."""
        return {each["channel_id"]: each for each in await self.officer.all(f"{self.publication}/deliveries")}


@pytest.fixture
async def jubilee(union: Union, stand_ins: StandIns) -> Jubilee:
    officer = await union.staff(Role.INFORMATION_OFFICER)
    channels = {network: await union.channel(officer, stand_ins, network) for network in NETWORKS}
    speakers = {
        network: await stand_ins.person(network, "Пресс-служба", "«Северный свет»", f"press_{union.root[-12:]}")
        for network in NETWORKS
    }
    enterprise = await officer.post(
        "/enterprises",
        {
            "organization_id": union.root,
            "name": "Завод «Северный свет»",
            "founded_on": "1951-05-20",
            "head": {"name": "Орлов Пётр Ильич", "position": "директор"},
            "press_contact": {"name": "Пресс-служба", "email": "press@example.org"},
            "accounts": [{"network": network, "external_id": str(account)} for network, account in speakers.items()],
        },
    )
    card = await officer.post(
        "/cards",
        {
            "organization_id": union.root,
            "enterprise_id": enterprise["id"],
            "enterprise": enterprise["name"],
            "years": 75,
            "greeting": GREETING,
            "sizes": ["post"],
        },
    )
    draft = await officer.post(
        "/publications",
        {
            "organization_id": union.root,
            "kind": "greeting",
            "text": f"Заводу «Северный свет» - 75! {GREETING}",
            "media_ids": [picture["media_id"] for picture in card["pictures"]],
            "channel_ids": [channel.id for channel in channels.values()],
        },
    )
    publication = f"/publications/{draft['id']}"
    await officer.post(f"{publication}/publish")
    await until(lambda: officer.get(publication), lambda shown: shown["state"] == "published", within=30)
    path = f"/enterprises/{enterprise['id']}"
    return Jubilee(union, officer, stand_ins, channels, path, publication, card["id"], speakers)


async def test_its_thanks_and_its_repost_are_linked_to_the_card_with_the_time_they_took(jubilee: Jubilee) -> None:
    (sent,) = await jubilee.history("card_sent", 1)
    assert f"/publications/{sent['publication_id']}" == jubilee.publication, "the card is in the history by itself"
    for network, channel in jubilee.channels.items():
        await jubilee.stand_ins.comment(channel.community, jubilee.speakers[network], "Спасибо профсоюзу! Тронуты.")
    thanks = await jubilee.heard("reactions", len(NETWORKS), author_type="enterprise", is_thanks="true")
    deliveries = await jubilee.deliveries()
    for one in thanks:
        sent_at = datetime.fromisoformat(deliveries[one["channel_id"]]["sent_at"])
        took = datetime.fromisoformat(one["at"]) - sent_at
        assert 0 <= one["seconds_after"] <= max(0, took.total_seconds()) < 60
        assert (one["kind"], one["tone"]) == ("comment", "positive")
    assert {one["network"] for one in thanks} == set(NETWORKS)

    for network in ("vk", "telegram"):  # MAX tells a bot of no reposts
        community = jubilee.channels[network].community
        await jubilee.stand_ins.repost(community, jubilee.speakers[network], "Нас поздравили")
    reposts = await jubilee.heard("reposts", 2, author_type="enterprise")
    assert all(one["seconds_after"] >= 0 for one in reposts)

    noted = await jubilee.history("thanks", len(NETWORKS)) + await jubilee.history("repost", 2)
    assert {f"/publications/{one['publication_id']}" for one in noted} == {jubilee.publication}
    said = sorted(one["seconds_after"] for one in (*thanks, *reposts))
    assert sorted(one["reaction_seconds"] for one in noted) == said, "both places say the same"
    relationship = await jubilee.officer.get(f"{jubilee.enterprise}/relationship")
    assert relationship["counts"] | {"card_sent": 1, "thanks": 3, "repost": 2} == relationship["counts"]
    assert (relationship["reaction"]["n"], relationship["reaction"]["reason_if_null"]) == (5, None)
    influence = await jubilee.officer.get("/metrics/influence")
    assert influence["reposts"] == [
        {"author_type": "enterprise", "tone": tone, "mentions": number}
        for tone, number in _tones(reposts)
    ]  # fmt: skip


async def test_it_sees_no_members_data(jubilee: Jubilee) -> None:
    """With all that a partner's key can be given it asks whatever can be asked; a member's name is in no answer."""
    administrator = jubilee.union.administrator
    member = await administrator.post(
        "/people",
        {
            "family_name": CANARY,
            "given_name": "Анна",
            "status": "member",
            "organization_ids": [jubilee.union.root],
            "contacts": [{"kind": "email", "value": ADDRESS}],
        },
    )
    speaks = await jubilee.stand_ins.person("vk", "Анна", CANARY, f"member_{jubilee.union.root[-12:]}")
    vk = jubilee.channels["vk"].community
    await jubilee.stand_ins.comment(vk, speaks, SAID)
    await jubilee.stand_ins.repost(vk, speaks, SAID)
    await jubilee.stand_ins.mention(vk, speaks, SAID)
    await jubilee.stand_ins.write(vk, speaks, SAID)
    await jubilee.heard("reactions", 2, author_type="person")  # a repost is one of them
    card = {
        "organization_id": jubilee.union.root,
        "template": "personal",
        "person": f"Анна {CANARY}",
        "person_id": member["id"],
        "greeting": "С днём рождения!",
    }
    await jubilee.officer.post("/cards", card)
    ours = await _read_all(jubilee.officer, jubilee)
    assert _told(ours) >= {"/cards", f"{jubilee.publication}/reactions"}, "those who publish do read them"

    press = await _key(jubilee)
    seen = await _read_all(press, jubilee)
    assert _told(seen) == set()
    assert seen[f"{jubilee.enterprise}/history"], "of the relationship itself it reads"
    for closed in ("/people", "/requests", "/grants", "/audit", "/access_log", "/notifications"):
        assert (await press.call("GET", closed)).status_code in {401, 403, 404}, closed
    answer = await press.call("GET", f"/people/{member['id']}")
    assert answer.status_code in {403, 404}


async def _key(jubilee: Jubilee) -> Client:
    """The press service's, with every scope that there is for partners."""
    administrator = jubilee.union.administrator
    body = {"organization_id": jubilee.union.root, "name": "Пресс-служба завода", "kind": "enterprise"}
    partner = await administrator.post("/partners", body)
    order = {
        "organization_id": jubilee.union.root,
        "label": "Сайт",
        "scopes": sorted(PARTNER_SCOPES - {Permission.PUBLISH}),
        "expires_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
    }
    key = await administrator.post(f"/partners/{partner['id']}/keys", order)
    return jubilee.union.client({"access_token": key["key"]})


async def _read_all(client: Client, jubilee: Jubilee) -> dict[str, str]:
    """Whatever can be read without knowing more than this story's own ids: by path."""
    document = await client.get(f"{client.address}/openapi.json")
    seen: dict[str, str] = {}
    for path in _readable(document, jubilee):
        answer = await client.call("GET", path)
        if answer.is_success:
            seen[path] = answer.text
    assert len(seen) > 15, "else nothing was asked"
    return seen


def _readable(document: Any, jubilee: Jubilee) -> Iterator[str]:
    known = {
        "publication_id": jubilee.publication.rpartition("/")[2],
        "enterprise_id": jubilee.enterprise.rpartition("/")[2],
        "card_id": jubilee.card,
        "channel_id": jubilee.channels["vk"].id,
        "organization_id": jubilee.union.root,
    }
    for path, operations in document["paths"].items():
        if not path.startswith("/v1/") or "get" not in operations or path == "/v1/stream":
            continue
        try:
            yield path.removeprefix("/v1").format(**known)
        except KeyError:
            continue


def _told(seen: dict[str, str]) -> set[str]:
    """Where a member's name, address or words stand."""
    wanted = (CANARY, ADDRESS, SAID)
    spelled = {*wanted, *(json.dumps(each)[1:-1] for each in wanted)}
    return {path for path, text in seen.items() if any(each in text for each in spelled)}


def _tones(reposts: list[Any]) -> list[tuple[str, int]]:
    tones = [one["tone"] for one in reposts]
    return [(tone, tones.count(tone)) for tone in sorted(set(tones))]
