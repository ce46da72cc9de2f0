"""A flash mob's entries: gathered by hashtag in their latest wording, let in by people, nobody's name to partners."""

from datetime import timedelta
from typing import Any

import pytest

from services.publisher.networks.accounts import Network, Probe
from shared.clock import new_id
from shared.contracts.gateway import SubjectErasureRequested, SubjectExportRequested
from shared.contracts.publisher import HashtagHeard
from tests.service.publisher.campaigning import officer_of, opened, partner_key
from tests.service.publisher.chats import Chats, chats_of
from tests.service.publisher.newsroom import Newsroom, answered, refused
from tests.service.publisher.test_subjects import SHOWN, about, told, words_in

COMMENT = {
    "id": "c1",
    "kind": "comment",
    "user": "555",
    "name": "Мария Соколова",
    "text": "Мы вместе! #задостойныйтруд",
    "comment": "71",
    "post": "1",
}


@pytest.fixture
async def mob(newsroom: Newsroom) -> tuple[str, Chats]:
    """An open campaign, and the hook by which a network tells what people say under a post."""
    newsroom.networks[Network.TELEGRAM].probed = Probe(title="Профсоюз", mailbox="7100")
    address = await opened(newsroom)
    await newsroom.published(await newsroom.channel())
    return address, await chats_of(newsroom)


async def tell(newsroom: Newsroom, chats: Chats, *updates: dict[str, str]) -> None:
    at = {"at": newsroom.kit.clock.now().isoformat()}
    assert (await chats.tell(*(at | update for update in updates))).status_code == 200
    await newsroom.drain()


async def entries(newsroom: Newsroom, address: str, **filters: str) -> list[dict[str, Any]]:
    return answered(await newsroom.client.get(f"{address}/entries", params=filters))["items"]


async def judge(newsroom: Newsroom, address: str, entry: dict[str, Any], state: str, **headers: str) -> dict[str, Any]:
    one = f"{address}/entries/{entry['id']}"
    return answered(await newsroom.client.patch(one, json={"state": state}, headers=headers))


async def test_what_is_said_under_the_hashtag_is_gathered_once_and_let_in(
    newsroom: Newsroom, mob: tuple[str, Chats]
) -> None:
    address, chats = mob
    await tell(newsroom, chats, COMMENT, COMMENT, COMMENT | {"id": "c9", "comment": "79", "text": "#другое"})
    heard = await newsroom.kit.emitted(newsroom.tenant, HashtagHeard)
    for message in heard:  # again, as after a crash
        assert (await newsroom.kit.deliver(newsroom.tenant, message)).error is None
    (entry,) = await entries(newsroom, address)
    assert (entry["text"], entry["author_name"], entry["state"], entry["kind"]) == (
        COMMENT["text"], "Мария Соколова", "pending", "comment",
    )  # fmt: skip
    stale = await newsroom.client.patch(
        f"{address}/entries/{entry['id']}", json={"state": "accepted"}, headers={"if-match": '"99"'}
    )
    refused(stale, 412, "stale")
    assert (await judge(newsroom, address, entry, "accepted"))["state"] == "accepted"
    assert await entries(newsroom, address, state="pending") == []
    assert (await judge(newsroom, address, entry, "declined"))["state"] == "declined"


async def test_partners_and_those_who_take_part_see_nobody(newsroom: Newsroom, mob: tuple[str, Chats]) -> None:
    address, chats = mob
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    await tell(newsroom, chats, COMMENT)
    (entry,) = await entries(newsroom, address)
    async with newsroom.kit.client(partner_key(newsroom)) as partner, officer_of(newsroom, primary) as below:
        for outsider in (partner, below):
            assert answered(await outsider.get(f"{address}/entries"))["items"] == []
        await judge(newsroom, address, entry, "accepted")
        for outsider in (partner, below):
            (seen,) = answered(await outsider.get(f"{address}/entries"))["items"]
            assert (seen["id"], seen["author_name"], seen["text"], seen["url"]) == (entry["id"], None, None, None)
        body = {"state": "declined"}
        refused(await below.patch(f"{address}/entries/{entry['id']}", json=body), 403, "forbidden")


async def test_other_words_are_looked_at_anew_and_earlier_ones_change_nothing(
    newsroom: Newsroom, mob: tuple[str, Chats]
) -> None:
    address, chats = mob
    await tell(newsroom, chats, COMMENT)
    (entry,) = await entries(newsroom, address)
    await judge(newsroom, address, entry, "accepted")
    earlier = newsroom.kit.clock.now().replace(microsecond=0).isoformat()
    newsroom.kit.advance(minutes=5)
    other = COMMENT | {"id": "c2", "text": "Покупайте у нас! #ЗаДостойныйТруд"}
    await tell(newsroom, chats, other)
    (changed,) = await entries(newsroom, address)
    assert (changed["id"], changed["text"], changed["state"]) == (entry["id"], other["text"], "pending")
    await tell(newsroom, chats, COMMENT | {"id": "c3", "at": earlier})
    assert await entries(newsroom, address) == [changed]


@pytest.mark.parametrize("change", [{"removed": "yes"}, {"text": "Без хештега"}])
async def test_what_was_taken_back_is_emptied(
    newsroom: Newsroom, mob: tuple[str, Chats], change: dict[str, str]
) -> None:
    address, chats = mob
    await tell(newsroom, chats, COMMENT)
    newsroom.kit.advance(minutes=5)
    await tell(newsroom, chats, COMMENT | {"id": "c2"} | change)
    (gone,) = await entries(newsroom, address)
    assert (gone["text"], gone["author_name"], gone["is_removed"]) == ("", None, True)


async def test_outside_its_days_and_its_tree_nothing_is_gathered(newsroom: Newsroom, mob: tuple[str, Chats]) -> None:
    address, chats = mob
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    elsewhere = await opened(newsroom, organization_id=str(primary))
    await tell(newsroom, chats, COMMENT)
    assert await entries(newsroom, elsewhere) == []
    assert len(await entries(newsroom, address)) == 1
    later = (newsroom.kit.clock.now() + timedelta(days=31)).isoformat()
    await tell(newsroom, chats, COMMENT | {"id": "c5", "comment": "75", "at": later})
    assert len(await entries(newsroom, address)) == 1


async def test_of_somebody_who_is_erased_no_word_is_left(newsroom: Newsroom, mob: tuple[str, Chats]) -> None:
    address, chats = mob
    await tell(newsroom, chats, COMMENT)
    (entry,) = await entries(newsroom, address)
    export = await told(newsroom, SubjectExportRequested(job_id=new_id(), sealed_subject=about(newsroom, "555")))
    assert export.sealed is not None
    shown = SHOWN.validate_json(newsroom.kit.runtime.cipher.decrypt(export.sealed))
    assert [one["text"] for one in shown["campaign_entries"]] == [COMMENT["text"]]
    part = await told(newsroom, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, "555")))
    assert part.counts["campaign_entries"] == 1
    left = await words_in(newsroom)
    for trace in ("околова", "Мы вместе", '"555"'):
        assert trace not in left
    (gone,) = await entries(newsroom, address)
    assert (gone["id"], gone["text"], gone["is_removed"]) == (entry["id"], "", True), "the figure stays"
