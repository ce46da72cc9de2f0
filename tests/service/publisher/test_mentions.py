"""What the world answers: kept once in its latest wording, joined with the publication, judged by people."""

from random import Random
from string import ascii_letters, digits
from typing import Any

import pytest

from services.publisher.networks.accounts import Network, Probe
from shared.clock import new_id
from shared.permissions import Role
from tests.service.publisher.chats import Chats, chats_of
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused
from tests.service.publisher.test_partners import key_of

COMMENT = {
    "id": "c1",
    "kind": "comment",
    "user": "555",
    "name": "Завод",
    "text": "Спасибо!",
    "comment": "71",
    "post": "1",
}
REPOST = {
    "id": "r1",
    "kind": "repost",
    "user": "777",
    "name": "Вестник",
    "text": "Читайте",
    "post": "1",
    "url": "https://vk.test/9",
}
MENTION = {
    "url": "https://vestnik.example/news/417?utm_source=vk",
    "title": "Профсоюз добился доплат",
    "source_name": "Городской вестник",
    "source_type": "media",
    "published_at": "2031-03-01T09:00:00+03:00",
}


@pytest.fixture
async def published(newsroom: Newsroom) -> tuple[dict[str, Any], Chats]:
    """A post that is out as number 1, and the hook by which its network tells what people say."""
    newsroom.networks[Network.TELEGRAM].probed = Probe(title="Профсоюз", mailbox="7100")
    channel = await newsroom.channel()
    publication = await newsroom.published(channel)
    return publication, await chats_of(newsroom)


async def heard(newsroom: Newsroom, publication: dict[str, Any], kind: str = "reactions", **filters: str) -> list[Any]:
    response = await newsroom.client.get(f"/v1/publications/{publication['id']}/{kind}", params=filters)
    return answered(response)["items"]


async def tell(newsroom: Newsroom, chats: Chats, *updates: dict[str, str]) -> None:
    assert (await chats.tell(*updates)).status_code == 200
    await newsroom.drain()


async def test_a_comment_stands_under_its_publication_with_the_time_it_took(
    newsroom: Newsroom, published: tuple[dict[str, Any], Chats]
) -> None:
    publication, chats = published
    await tell(newsroom, chats, COMMENT, REPOST, COMMENT)
    repost, comment = await heard(newsroom, publication)
    assert (comment["kind"], comment["author_name"], comment["author_type"]) == ("comment", "Завод", "person")
    assert (comment["text"], comment["is_thanks"], comment["tone"], comment["tone_source"]) == (
        "Спасибо!", True, "positive", "words",
    )  # fmt: skip
    assert comment["seconds_after"] is not None
    assert (repost["kind"], repost["url"]) == ("repost", REPOST["url"])
    assert [each["id"] for each in await heard(newsroom, publication, "reposts")] == [repost["id"]]
    assert [each["id"] for each in await heard(newsroom, publication, is_thanks="true")] == [comment["id"]]
    assert await heard(newsroom, publication, tone="negative") == []


@pytest.mark.parametrize("later_first", [False, True])
async def test_of_two_wordings_the_later_one_stands(
    newsroom: Newsroom, published: tuple[dict[str, Any], Chats], *, later_first: bool
) -> None:
    publication, chats = published
    later = COMMENT | {"id": "c2", "text": "Позор", "at": "2031-03-03T10:00:00+00:00"}
    for update in (later, COMMENT) if later_first else (COMMENT, later):
        await tell(newsroom, chats, update)
    (only,) = await heard(newsroom, publication)
    assert (only["text"], only["tone"], only["is_thanks"]) == ("Позор", "negative", False)


async def test_what_was_taken_back_is_empty(newsroom: Newsroom, published: tuple[dict[str, Any], Chats]) -> None:
    publication, chats = published
    gone = COMMENT | {"id": "c2", "removed": "yes", "at": "2031-03-03T10:00:00+00:00"}
    await tell(newsroom, chats, COMMENT, gone)
    (only,) = await heard(newsroom, publication)
    assert (only["text"], only["is_removed"]) == ("", True)


async def test_an_answer_that_came_before_its_delivery_is_known_is_not_lost(newsroom: Newsroom) -> None:
    newsroom.networks[Network.TELEGRAM].probed = Probe(title="Профсоюз", mailbox="7100")
    channel = await newsroom.channel()
    draft = await newsroom.draft(channel)
    await newsroom.drain()
    chats = await chats_of(newsroom)
    await tell(newsroom, chats, COMMENT)
    assert await heard(newsroom, draft) == []
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    await newsroom.drain()
    assert [each["text"] for each in await heard(newsroom, draft)] == ["Спасибо!"]


async def test_the_unions_own_accounts_are_not_the_world(
    newsroom: Newsroom, published: tuple[dict[str, Any], Chats]
) -> None:
    publication, chats = published
    await tell(newsroom, chats, COMMENT | {"user": "-7100"}, REPOST | {"user": "1001"})
    assert await heard(newsroom, publication) == []


async def test_whose_voice_it_is_holds_for_all_that_the_account_says(
    newsroom: Newsroom, published: tuple[dict[str, Any], Chats]
) -> None:
    publication, chats = published
    await tell(newsroom, chats, COMMENT, REPOST)
    address = f"/v1/publications/{publication['id']}/reactions"
    _, comment = await heard(newsroom, publication)
    judgement = {"author_type": "enterprise", "tone": "neutral"}
    judged = await newsroom.client.patch(f"{address}/{comment['id']}", json=judgement, headers={"If-Match": '"1"'})
    assert (answered(judged)["author_type"], judged.json()["tone_source"]) == ("enterprise", "person")
    refused(
        await newsroom.client.patch(f"{address}/{comment['id']}", json={}, headers={"If-Match": '"1"'}), 412, "stale"
    )
    await tell(newsroom, chats, COMMENT | {"id": "c9", "comment": "72", "text": "Приходите на завод"})
    assert {each["author_type"] for each in await heard(newsroom, publication, author_type="enterprise")} == {
        "enterprise"
    }
    assert len(await heard(newsroom, publication, author_type="enterprise")) == 2
    later = COMMENT | {"id": "c3", "text": "Ужас", "at": "2031-03-03T10:00:00+00:00"}
    await tell(newsroom, chats, later)
    judged_one = next(each for each in await heard(newsroom, publication) if each["id"] == comment["id"])
    assert (judged_one["text"], judged_one["tone"]) == ("Ужас", "neutral"), "what a person said stands"


async def test_a_partner_sees_no_persons_data(newsroom: Newsroom, published: tuple[dict[str, Any], Chats]) -> None:
    publication, chats = published
    await tell(newsroom, chats, COMMENT, REPOST)
    comment = (await heard(newsroom, publication))[1]
    address = f"/v1/publications/{publication['id']}/reactions"
    answered(await newsroom.client.patch(f"{address}/{comment['id']}", json={"author_type": "enterprise"}))
    async with newsroom.kit.client(key_of(newsroom, test=False)) as partner:
        repost, enterprise = answered(await partner.get(address))["items"]
    assert (enterprise["author_name"], enterprise["text"]) == ("Завод", "Спасибо!")
    assert enterprise["seconds_after"] is not None
    assert (repost["author_name"], repost["text"], repost["url"]) == (None, "", None)


async def test_a_partner_unmasks_nobody(newsroom: Newsroom, published: tuple[dict[str, Any], Chats]) -> None:
    """By saying that a person's voice is a newspaper's, whose name and words partners see."""
    publication, chats = published
    await tell(newsroom, chats, COMMENT)
    (comment,) = await heard(newsroom, publication)
    root = str(newsroom.tenant.root)
    body = {**MENTION, "organization_id": root, "source_type": "person"}
    mention = answered(await newsroom.client.post("/v1/mentions", json=body), 201)
    comments, mentions = f"/v1/publications/{publication['id']}/reactions", f"/v1/mentions/{mention['id']}"
    plant = {"organization_id": root, "name": "Завод"}
    account = {"network": "telegram", "external_id": COMMENT["user"]}
    async with newsroom.kit.client(key_of(newsroom, test=False)) as partner:
        judged = await partner.patch(f"{comments}/{comment['id']}", json={"author_type": "media"})
        refused(judged, 403, "partner.names_no_authors")
        changed = await partner.patch(mentions, json={"source_type": "media"})
        refused(changed, 403, "partner.names_no_authors")
        made = await partner.post("/v1/enterprises", json={**plant, "accounts": [account]})
        refused(made, 403, "partner.names_no_authors")
        bare = answered(await partner.post("/v1/enterprises", json=plant), 201)
        given = await partner.patch(f"/v1/enterprises/{bare['id']}", json={"accounts": [account]})
        refused(given, 403, "partner.names_no_authors")
        answered(await partner.patch(f"{comments}/{comment['id']}", json={"tone": "neutral"}))
        answered(await partner.patch(mentions, json={"tone": "neutral"}))
        (shown,) = answered(await partner.get(comments))["items"]
        assert (shown["author_name"], shown["text"]) == (None, "")
        assert answered(await partner.get(mentions))["source_name"] is None


async def test_a_mention_is_heard_once_for_each_address(
    newsroom: Newsroom, published: tuple[dict[str, Any], Chats]
) -> None:
    _, chats = published
    mention = {
        "id": "m1",
        "kind": "mention",
        "user": "9",
        "name": "Вестник",
        "text": "Молодцы!",
        "url": "https://t.me/v/1",
    }
    await tell(
        newsroom, chats, mention, mention | {"id": "m2", "url": "https://T.me/v/1#c"}, mention | {"id": "m3", "url": ""}
    )
    (only,) = answered(await newsroom.client.get("/v1/mentions"))["items"]
    assert (only["url"], only["source_name"], only["network"]) == ("https://t.me/v/1", "Вестник", "telegram")
    assert (only["tone"], only["tone_source"]) == ("positive", "words")


async def test_a_mention_is_entered_judged_and_put_aside(newsroom: Newsroom) -> None:
    body = MENTION | {"organization_id": str(newsroom.tenant.root)}
    entered = answered(await newsroom.client.post("/v1/mentions", json=body), 201)
    assert entered["url"] == "https://vestnik.example/news/417"
    refused(
        await newsroom.client.post("/v1/mentions", json=body | {"url": "https://VESTNIK.example/news/417/"}),
        409,
        "mention.already_known",
    )
    refused(
        await newsroom.client.post("/v1/mentions", json=body | {"url": "javascript:1"}), 422, "mention.not_an_address"
    )
    address = f"/v1/mentions/{entered['id']}"
    refused(await newsroom.client.patch(address, json={"publication_id": ABSENT}), 404, "not_found")
    judged = answered(await newsroom.client.patch(address, json={"tone": "negative", "is_dismissed": True}))
    assert (judged["tone"], judged["tone_source"], judged["is_dismissed"]) == ("negative", "person", True)
    assert answered(await newsroom.client.get("/v1/mentions", params={"is_dismissed": "false"}))["items"] == []
    assert answered(await newsroom.client.get(address)) == judged


async def test_another_branch_sees_no_mention(newsroom: Newsroom) -> None:
    tree = newsroom.tenant
    entered = answered(
        await newsroom.client.post("/v1/mentions", json=MENTION | {"organization_id": str(tree.root)}), 201
    )
    async with newsroom.kit.client(tree.caller(Role.INFORMATION_OFFICER, organization_id=new_id())) as elsewhere:
        refused(await elsewhere.get(f"/v1/mentions/{entered['id']}"), 404, "not_found")
        assert answered(await elsewhere.get("/v1/mentions"))["items"] == []


async def test_an_enterprises_thanks_stand_in_the_history_of_the_relationship(
    newsroom: Newsroom, published: tuple[dict[str, Any], Chats]
) -> None:
    publication, chats = published
    body = {
        "organization_id": str(newsroom.tenant.root),
        "name": "Завод «Северный свет»",
        "accounts": [{"network": "telegram", "external_id": COMMENT["user"]}],
    }
    enterprise = answered(await newsroom.client.post("/v1/enterprises", json=body), 201)
    await tell(newsroom, chats, COMMENT, COMMENT | {"id": "c2", "at": "2031-03-03T10:00:00+00:00"})
    (comment,) = await heard(newsroom, publication)
    assert comment["author_type"] == "enterprise"
    history = answered(await newsroom.client.get(f"/v1/enterprises/{enterprise['id']}/history"))["items"]
    assert [(event["kind"], event["publication_id"]) for event in history] == [("thanks", publication["id"])]
    assert history[0]["reaction_seconds"] is not None


async def test_the_longest_address_of_the_longest_name_is_kept(newsroom: Newsroom) -> None:
    """What does not compress is more than an index takes, unless it is refused before."""
    chance = Random(1)
    path = "".join(chance.choices(ascii_letters + digits, k=1600))
    about = "".join(chr(chance.randrange(0x20000, 0x2A000)) for _ in range(200))
    body = {**MENTION, "organization_id": str(newsroom.tenant.root), "about": about}
    answered(await newsroom.client.post("/v1/mentions", json={**body, "url": f"https://a.example/{path}"}), 201)
    longer = {**body, "url": f"https://a.example/{path}{path[:300]}"}
    refused(await newsroom.client.post("/v1/mentions", json=longer), 422, "mention.not_an_address")
