"""Publications are written, previewed, planned and withdrawn by those who may."""

from datetime import timedelta
from typing import Any

import pytest

from services.publisher.networks.accounts import Ability, Missing, Network, Probe
from services.publisher.networks.reasons import reason
from shared.permissions import Role
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused


def codes(problem: dict[str, Any]) -> set[tuple[str, str]]:
    return {(error["pointer"], error["code"]) for error in problem["errors"]}


async def test_a_draft_is_kept_as_it_was_written(newsroom: Newsroom) -> None:
    channels = [await newsroom.channel(network) for network in Network]
    pictures = [await newsroom.picture(), await newsroom.picture()]
    author = await newsroom.kit.new_person(newsroom.tenant)
    draft = await newsroom.draft(
        *reversed(channels), media_ids=[picture["id"] for picture in pictures], author_id=str(author)
    )
    assert draft["state"] == "draft"
    assert draft["channel_ids"] == [channel["id"] for channel in reversed(channels)]
    assert draft["media_ids"] == [picture["id"] for picture in pictures]
    assert draft["author_id"] == str(author)
    assert await newsroom.read(draft) == draft
    assert await newsroom.deliveries(draft) == []


async def test_a_change_needs_the_present_version(newsroom: Newsroom) -> None:
    picture = await newsroom.picture()
    draft = await newsroom.draft(await newsroom.channel(), media_ids=[picture["id"]])
    address = f"/v1/publications/{draft['id']}"
    response = await newsroom.client.patch(address, json={"text": "Иначе"}, headers={"if-match": '"1"'})
    changed = answered(response)
    assert (changed["text"], changed["media_ids"], changed["channel_ids"]) == (
        "Иначе",
        draft["media_ids"],
        draft["channel_ids"],
    )
    assert response.headers["etag"] == '"2"'
    refused(await newsroom.client.patch(address, json={"text": "Ещё"}, headers={"if-match": '"1"'}), 412, "stale")
    emptied = answered(await newsroom.client.patch(address, json={"media_ids": [], "author_id": None}))
    assert emptied["media_ids"] == []


async def test_the_preview_shows_every_problem_before_anything_is_sent(newsroom: Newsroom) -> None:
    newsroom.networks[Network.VK].probed = Probe(missing=(Missing(Ability.IMAGES, reason("user_token_needed")),))
    telegram = await newsroom.channel()
    vk = await newsroom.channel(Network.VK)
    paused = await newsroom.channel(Network.MAX)
    answered(await newsroom.client.patch(f"/v1/channels/{paused['id']}", json={"paused": True}))
    undescribed = await newsroom.picture("")
    draft = await newsroom.draft(telegram, vk, paused, text="ж" * 1025, media_ids=[undescribed["id"]])
    preview = answered(await newsroom.client.get(f"/v1/publications/{draft['id']}/preview"))
    assert preview["publishable"] is False
    assert [problem["code"] for problem in preview["images"][0]["problems"]] == ["publication.alt_text_missing"]
    found = [[problem["code"] for problem in channel["problems"]] for channel in preview["channels"]]
    assert found == [["publication.text_too_long"], ["publication.images_not_possible"], ["channel.paused"]]
    assert preview["channels"][0]["text"] == "ж" * 1025

    refusal = refused(
        await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"), 422, "publication.not_publishable"
    )
    assert codes(refusal) == {
        ("/media_ids/0", "publication.alt_text_missing"),
        ("/channel_ids/0", "publication.text_too_long"),
        ("/channel_ids/1", "publication.images_not_possible"),
        ("/channel_ids/2", "channel.paused"),
    }
    assert (await newsroom.read(draft))["state"] == "draft"


async def test_without_a_channel_nothing_is_published(newsroom: Newsroom) -> None:
    draft = await newsroom.draft()
    response = await newsroom.client.post(f"/v1/publications/{draft['id']}/publish")
    assert codes(refused(response, 422, "publication.not_publishable")) == {("/channel_ids", "publication.no_channels")}


async def test_what_is_mended_can_be_published(newsroom: Newsroom) -> None:
    picture = await newsroom.picture("")
    draft = await newsroom.draft(await newsroom.channel(), media_ids=[picture["id"]])
    publish = f"/v1/publications/{draft['id']}/publish"
    refused(await newsroom.client.post(publish), 422, "publication.not_publishable")
    answered(await newsroom.client.patch(f"/v1/media/{picture['id']}", json={"alt_text": "Торт"}))
    assert answered(await newsroom.client.post(publish))["state"] == "publishing"
    refused(await newsroom.client.post(publish), 409, "publication.wrong_state")
    address = f"/v1/publications/{draft['id']}"
    refused(await newsroom.client.patch(address, json={"text": "Поздно"}), 409, "publication.wrong_state")


async def _scheduled(newsroom: Newsroom, **plan: object) -> dict[str, Any]:
    draft = await newsroom.draft(await newsroom.channel())
    later = newsroom.kit.clock.now() + timedelta(days=60)
    body = {"local_time": f"{later:%Y-%m-%d}T10:00:00", "timezone": "Europe/Moscow", **plan}
    return answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/schedule", json=body))


async def _until(newsroom: Newsroom, moment: str) -> None:
    start = newsroom.kit.clock.now()
    newsroom.kit.clock.set(max(start, start.fromisoformat(moment)))
    await newsroom.drain()


async def test_a_plan_goes_out_at_its_local_time_and_not_before(newsroom: Newsroom) -> None:
    now = newsroom.kit.clock.now()
    local = (now + timedelta(days=30, hours=3)).replace(microsecond=0, tzinfo=None)  # Moscow is at UTC+3
    planned = await _scheduled(newsroom, local_time=local.isoformat())
    assert planned["state"] == "scheduled"
    assert planned["plan"] == {
        "local_time": local.isoformat(),
        "timezone": "Europe/Moscow",
        "at": (now + timedelta(days=30)).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
    }
    newsroom.kit.advance(days=30, seconds=-10)
    await newsroom.drain()
    assert (await newsroom.read(planned))["state"] == "scheduled"
    newsroom.kit.advance(seconds=10)
    await newsroom.drain()
    assert (await newsroom.read(planned))["state"] == "published"


async def test_a_plan_that_moves_goes_out_once_at_its_last_time(newsroom: Newsroom) -> None:
    now = newsroom.kit.clock.now().replace(tzinfo=None)
    planned = await _scheduled(newsroom, local_time=(now + timedelta(days=1)).isoformat(), timezone="UTC")
    later = {"local_time": (now + timedelta(days=3)).isoformat(), "timezone": "UTC"}
    answered(await newsroom.client.post(f"/v1/publications/{planned['id']}/schedule", json=later))
    newsroom.kit.advance(days=2)
    await newsroom.drain()
    assert (await newsroom.read(planned))["state"] == "scheduled"
    newsroom.kit.advance(days=2)
    await newsroom.drain()
    assert (await newsroom.read(planned))["state"] == "published"
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1


async def test_a_plan_that_was_withdrawn_or_published_before_does_not_go_out_again(newsroom: Newsroom) -> None:
    now = newsroom.kit.clock.now().replace(tzinfo=None)
    when = {"local_time": (now + timedelta(days=1)).isoformat(), "timezone": "UTC"}
    withdrawn, early = await _scheduled(newsroom, **when), await _scheduled(newsroom, **when)
    answered(await newsroom.client.post(f"/v1/publications/{withdrawn['id']}/withdraw"))
    answered(await newsroom.client.post(f"/v1/publications/{early['id']}/publish"))
    newsroom.kit.advance(days=2)
    await newsroom.drain()
    assert (await newsroom.read(withdrawn))["state"] == "withdrawn"
    assert (await newsroom.read(early))["state"] == "published"
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1


async def test_the_organizations_own_zone_is_taken_by_default(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    local = (newsroom.kit.clock.now() + timedelta(days=1)).replace(tzinfo=None)
    body = {"local_time": local.isoformat()}
    planned = answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/schedule", json=body))
    assert planned["plan"]["timezone"] == "Europe/Moscow"


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"local_time": "2001-01-01T10:00:00"}, "publication.time_out_of_range"),
        ({"local_time": "9999-12-31T23:59:59", "timezone": "America/New_York"}, "publication.time_out_of_range"),
        ({"local_time": "2031-06-02T10:00:00", "timezone": "Mars/Base"}, "local_time.unknown_timezone"),
        ({"local_time": "2031-06-02T10:00:00+03:00"}, "invalid"),
        ({"local_time": "2031-06-02T10:00:00", "fold": 2}, "invalid"),
    ],
)
async def test_a_plan_that_cannot_be_meant_is_refused(newsroom: Newsroom, plan: dict[str, object], code: str) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    refused(await newsroom.client.post(f"/v1/publications/{draft['id']}/schedule", json=plan), 422, code)
    assert (await newsroom.read(draft))["state"] == "draft"


async def test_a_time_that_the_clocks_skip_is_refused(newsroom: Newsroom) -> None:
    await _until(newsroom, "2032-01-01T00:00:00+00:00")
    draft = await newsroom.draft(await newsroom.channel())
    plan = {"local_time": "2032-03-28T02:30:00", "timezone": "Europe/Berlin"}
    address = f"/v1/publications/{draft['id']}/schedule"
    refused(await newsroom.client.post(address, json=plan), 422, "local_time.does_not_exist")
    twice = {"local_time": "2032-10-31T02:30:00", "timezone": "Europe/Berlin"}
    earlier = answered(await newsroom.client.post(address, json=twice))["plan"]["at"]
    later = answered(await newsroom.client.post(address, json={**twice, "fold": 1}))["plan"]["at"]
    assert (earlier, later) == ("2032-10-31T00:30:00Z", "2032-10-31T01:30:00Z")


async def test_a_scheduled_publication_is_changed_only_to_what_can_be_sent(newsroom: Newsroom) -> None:
    local = (newsroom.kit.clock.now() + timedelta(days=1)).replace(tzinfo=None)
    planned = await _scheduled(newsroom, local_time=local.isoformat(), timezone="UTC")
    address = f"/v1/publications/{planned['id']}"
    assert answered(await newsroom.client.patch(address, json={"text": "Лучше"}))["text"] == "Лучше"
    refused(await newsroom.client.patch(address, json={"channel_ids": []}), 422, "publication.not_publishable")
    assert (await newsroom.read(planned))["channel_ids"] == planned["channel_ids"]


async def test_what_no_channel_shows_can_be_withdrawn(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    withdrawn = answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/withdraw"))
    assert withdrawn["state"] == "withdrawn"
    await newsroom.drain()
    assert newsroom.networks[Network.TELEGRAM].posts == []
    assert (await newsroom.delivery(draft))["state"] == "withdrawn"
    retry = f"/v1/publications/{draft['id']}/deliveries/{(await newsroom.delivery(draft))['id']}/retry"
    refused(await newsroom.client.post(retry), 409, "publication.wrong_state")


async def test_a_copy_is_a_new_draft(newsroom: Newsroom) -> None:
    picture = await newsroom.picture()
    published = await newsroom.published(await newsroom.channel(), media_ids=[picture["id"]])
    copy = answered(await newsroom.client.post(f"/v1/publications/{published['id']}/copy"), 201)
    assert copy["state"] == "draft"
    assert copy["id"] != published["id"]
    for same in ("text", "title", "kind", "media_ids", "channel_ids"):
        assert copy[same] == published[same]


async def test_nobody_publishes_through_a_channel_that_is_not_theirs(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    branch = await kit.new_organization(tenant)
    of_the_city = await newsroom.channel()
    body = {"organization_id": str(branch), "kind": "news", "text": "Текст", "channel_ids": [of_the_city["id"]]}
    for_branch = answered(await newsroom.client.post("/v1/publications", json=body), 201)
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER, branch)) as officer:
        foreign = refused(await officer.post("/v1/publications", json=body), 404, "not_found")
        absent = {**body, "channel_ids": [ABSENT]}
        assert (
            refused(await officer.post("/v1/publications", json=absent), 404, "not_found")["detail"]
            == (foreign["detail"])
        )
        refused(await officer.post(f"/v1/publications/{for_branch['id']}/publish"), 403, "forbidden")
        refused(await officer.post("/v1/publications", json={**body, "media_ids": [ABSENT]}), 404, "not_found")
        refused(await officer.post("/v1/publications", json={**body, "author_id": ABSENT}), 404, "not_found")


async def test_another_branch_and_another_union_see_nothing(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    branch, other = await kit.new_organization(tenant), await kit.new_organization(tenant)
    draft = await newsroom.draft(await newsroom.channel(), organization_id=str(branch))
    stranger = await kit.new_tenant()
    address = f"/v1/publications/{draft['id']}"
    for caller in (tenant.caller(Role.CHAIR, other), stranger.caller(Role.CHAIR)):
        async with kit.client(caller) as client:
            for path in ("", "/preview", "/deliveries"):
                refused(await client.get(address + path), 404, "not_found")
            for verb in ("publish", "withdraw", "copy"):
                refused(await client.post(f"{address}/{verb}"), 404, "not_found")
            refused(await client.patch(address, json={"text": "Чужое"}), 404, "not_found")
            assert answered(await client.get("/v1/publications"))["items"] == []
    async with kit.client(tenant.caller(Role.AUDITOR, branch)) as auditor:
        answered(await auditor.get(address))
        refused(await auditor.post(f"{address}/publish"), 403, "forbidden")


async def test_lists_are_filtered(newsroom: Newsroom) -> None:
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    channel = await newsroom.channel()
    published = await newsroom.published(channel)
    guide = await newsroom.draft(kind="guide")
    of_branch = await newsroom.draft(organization_id=str(branch))
    for query, expected in (
        ("", [of_branch, guide, published]),
        ("?state=published", [published]),
        ("?kind=guide", [guide]),
        (f"?organization_id={branch}", [of_branch]),
        ("?state=failed", []),
    ):
        found = answered(await newsroom.client.get(f"/v1/publications{query}"))["items"]
        assert [each["id"] for each in found] == [each["id"] for each in expected]
    assert found == []
    with_channel = answered(await newsroom.client.get("/v1/publications?state=published"))["items"][0]
    assert with_channel["channel_ids"] == [channel["id"]]


@pytest.mark.parametrize("room", ["channels", "media", "cards", "publications"])
async def test_a_list_of_an_organization_out_of_reach_is_not_found(newsroom: Newsroom, room: str) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    branch, other_branch = await kit.new_organization(tenant), await kit.new_organization(tenant)
    foreign = await kit.new_tenant()
    async with kit.client(tenant.caller(Role.AUDITOR, branch)) as auditor:
        assert answered(await auditor.get(f"/v1/{room}?organization_id={branch}"))["items"] == []
        for hidden in (other_branch, tenant.root, foreign.root, ABSENT):
            refused(await auditor.get(f"/v1/{room}?organization_id={hidden}"), 404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "rumour"},
        {"state": "published"},
        {"tenant_id": ABSENT},
        {"text": "a" * 16_001},
        {"text": "a\0b"},
        {"title": "a" * 201},
        {"channel_ids": [ABSENT] * 51},
        {"media_ids": "all"},
        {"text": None},
    ],
)
async def test_a_wrong_body_is_refused(newsroom: Newsroom, body: dict[str, object]) -> None:
    whole = {"organization_id": str(newsroom.tenant.root), "kind": "news", "text": "Текст", **body}
    refused(await newsroom.client.post("/v1/publications", json=whole), 422, "invalid")
