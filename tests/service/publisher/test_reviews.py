"""Levels of approval: whose leave is asked, what it is given for, and what ends it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from services.publisher.networks.accounts import Network
from shared.clock import new_id
from shared.contracts.gateway import NotificationRequested
from shared.identity import ApiKey, Caller, CallerKind
from shared.permissions import Permission, Role
from tests.service.publisher.newsroom import Newsroom, answered, refused


@dataclass
class Desk:
    """A primary organization whose publications its own chair approves, then the union."""

    newsroom: Newsroom
    primary: UUID
    writer: httpx.AsyncClient
    chair: httpx.AsyncClient
    union: httpx.AsyncClient

    async def draft(self, **more: object) -> str:
        channel = await self.newsroom.channel(organization_id=str(self.primary))
        body = {
            "organization_id": str(self.primary),
            "kind": "news",
            "text": "Собрание в среду",
            "channel_ids": [channel["id"]],
            **more,
        }
        return f"/v1/publications/{answered(await self.writer.post('/v1/publications', json=body), 201)['id']}"

    async def approved(self, **more: object) -> str:
        address = await self.draft(**more)
        await said(self.writer, f"{address}/submit")
        await said(self.chair, f"{address}/approve")
        assert (await said(self.union, f"{address}/approve"))["state"] == "approved"
        return address

    async def history(self, address: str) -> list[dict[str, Any]]:
        return answered(await self.writer.get(f"{address}/reviews"))["items"]


async def said(client: httpx.AsyncClient, address: str, comment: str = "") -> dict[str, Any]:
    return answered(await client.post(address, json={"comment": comment}))


def tomorrow(desk: Desk) -> dict[str, str]:
    moment = desk.newsroom.kit.clock.now() + timedelta(days=1)
    return {"local_time": moment.replace(tzinfo=None, microsecond=0).isoformat(), "timezone": "UTC"}


@pytest_asyncio.fixture
async def desk(newsroom: Newsroom) -> AsyncGenerator[Desk, None]:
    kit, tenant = newsroom.kit, newsroom.tenant
    primary = await kit.new_organization(tenant)
    async with (
        kit.client(tenant.caller(Role.INFORMATION_OFFICER, primary)) as writer,
        kit.client(tenant.caller(Role.CHAIR, primary)) as chair,
        kit.client(tenant.caller(Role.CHAIR)) as union,
    ):
        body = {"review_levels": ["own", "parent", "root"]}
        policy = answered(await union.put(f"/v1/editorial_policies/{tenant.root}", json=body))
        assert policy["version"] == 1
        yield Desk(newsroom, primary, writer, chair, union)


async def test_without_levels_one_call_publishes_and_nothing_is_submitted(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    address = f"/v1/publications/{draft['id']}"
    refused(await newsroom.client.post(f"{address}/submit", json={}), 409, "publication.no_levels")
    assert answered(await newsroom.client.post(f"{address}/publish"))["state"] == "publishing"


async def test_it_goes_out_by_the_leave_of_each_level_in_its_turn(desk: Desk) -> None:
    address = await desk.draft()
    plan = tomorrow(desk)
    refused(await desk.writer.post(f"{address}/publish"), 409, "publication.not_approved")
    refused(await desk.writer.post(f"{address}/schedule", json=plan), 409, "publication.not_approved")
    submitted = await said(desk.writer, f"{address}/submit", "Успеть бы к среде")
    root = str(desk.newsroom.tenant.root)
    assert (submitted["state"], submitted["review_levels"]) == ("in_review", [str(desk.primary), root])
    refused(await desk.writer.post(f"{address}/publish"), 409, "publication.wrong_state")
    once = await said(desk.chair, f"{address}/approve")
    assert (once["state"], once["levels_passed"]) == ("in_review", 1)
    refused(await desk.chair.post(f"{address}/approve", json={}), 403, "publication.not_your_level")
    assert (await said(desk.union, f"{address}/approve", "Хорошо"))["state"] == "approved"
    assert answered(await desk.writer.post(f"{address}/publish"))["state"] == "publishing"
    history = await desk.history(address)
    assert [(step["verdict"], step["comment"], step["is_current"]) for step in history] == [
        ("submitted", "Успеть бы к среде", True),
        ("approved", "", True),
        ("approved", "Хорошо", True),
    ]
    asked = await desk.newsroom.kit.emitted(desk.newsroom.tenant, NotificationRequested)
    assert [(each.kind, each.organization_id) for each in asked] == [
        ("publication_review", desk.primary),
        ("publication_review", desk.newsroom.tenant.root),
    ]


async def test_whoever_submitted_it_does_not_approve_it(desk: Desk) -> None:
    address = await desk.draft()
    await said(desk.chair, f"{address}/submit")
    english = {"accept-language": "en"}
    refusal = await desk.chair.post(f"{address}/approve", json={}, headers=english)
    problem = refused(refusal, 403, "publication.own_work")
    assert problem["detail"] == "It needs somebody else with `approve_publications`"
    await said(desk.writer, f"{address}/approve")


async def test_who_has_nothing_to_say_sends_no_body(desk: Desk) -> None:
    address = await desk.draft()
    assert answered(await desk.writer.post(f"{address}/submit"))["state"] == "in_review"
    assert answered(await desk.chair.post(f"{address}/approve"))["levels_passed"] == 1
    answered(await desk.union.post(f"{address}/approve", json={}))
    assert [step["comment"] for step in await desk.history(address)] == ["", "", ""]
    refused(await desk.union.post(f"{address}/submit", json={"remark": "?"}), 422, "invalid")
    problem = refused(await desk.union.post(f"{address}/return"), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["", "/comment"]


async def test_what_is_returned_says_why_and_may_be_submitted_again(desk: Desk) -> None:
    address = await desk.draft()
    await said(desk.writer, f"{address}/submit")
    refused(await desk.chair.post(f"{address}/return", json={"comment": ""}), 422, "invalid")
    assert (await said(desk.chair, f"{address}/return", "Где?"))["state"] == "returned"
    refused(await desk.chair.post(f"{address}/approve", json={}), 409, "publication.wrong_state")
    refused(await desk.writer.post(f"{address}/publish"), 409, "publication.not_approved")
    assert answered(await desk.writer.patch(address, json={"text": "Собрание в клубе"}))["state"] == "returned"
    assert (await said(desk.writer, f"{address}/submit"))["state"] == "in_review"
    assert [step["verdict"] for step in await desk.history(address)] == ["submitted", "returned", "submitted"]
    assert [step["is_current"] for step in await desk.history(address)] == [False, False, True]


async def test_an_approval_holds_for_exactly_what_was_approved(desk: Desk) -> None:
    address = await desk.approved()
    assert answered(await desk.writer.patch(address, json={"title": "Для себя"}))["state"] == "approved"
    changed = answered(await desk.writer.patch(address, json={"text": "Собрание в пятницу"}))
    assert (changed["state"], changed["review_levels"], changed["levels_passed"]) == ("draft", [], 0)
    refused(await desk.writer.post(f"{address}/publish"), 409, "publication.not_approved")
    assert (await desk.history(address))[-1]["verdict"] == "recalled"


async def test_a_picture_that_is_described_otherwise_is_not_what_was_approved(desk: Desk) -> None:
    picture = await desk.newsroom.picture(organization_id=desk.primary)
    address = await desk.approved(media_ids=[picture["id"]])
    answered(await desk.writer.patch(f"/v1/media/{picture['id']}", json={"alt_text": "Совсем другое"}))
    refused(await desk.writer.post(f"{address}/publish"), 409, "publication.not_approved")


async def test_a_plan_does_not_survive_a_change(desk: Desk) -> None:
    address = await desk.approved()
    plan = tomorrow(desk)
    assert answered(await desk.writer.post(f"{address}/schedule", json=plan))["state"] == "scheduled"
    changed = answered(await desk.writer.patch(address, json={"text": "Собрание отменено"}))
    assert (changed["state"], changed["plan"]) == ("draft", None)
    desk.newsroom.kit.advance(days=2)
    await desk.newsroom.drain()
    assert desk.newsroom.networks[Network.TELEGRAM].posts == []


async def test_what_changed_behind_a_plan_comes_back_instead_of_going_out(desk: Desk) -> None:
    picture = await desk.newsroom.picture(organization_id=desk.primary)
    address = await desk.approved(media_ids=[picture["id"]])
    plan = tomorrow(desk)
    scheduled = answered(await desk.writer.post(f"{address}/schedule", json=plan))
    assert scheduled["state"] == "scheduled"
    answered(await desk.writer.patch(f"/v1/media/{picture['id']}", json={"alt_text": "Совсем другое"}))
    desk.newsroom.kit.advance(days=2)
    await desk.newsroom.drain()
    assert answered(await desk.writer.get(address))["state"] == "draft"
    assert desk.newsroom.networks[Network.TELEGRAM].posts == []


async def test_the_nearest_policy_is_in_force(desk: Desk) -> None:
    own = f"/v1/editorial_policies/{desk.primary}"
    root = str(desk.newsroom.tenant.root)
    assert answered(await desk.chair.get(own))["set_by"] == root
    refused(await desk.writer.put(own, json={}), 403, "forbidden")
    response = await desk.chair.put(own, json={"review_levels": []}, headers={"if-match": '"0"'})
    assert answered(response)["set_by"] == str(desk.primary)
    refused(await desk.chair.put(own, json={}, headers={"if-match": '"0"'}), 412, "stale")
    answered(await desk.writer.post(f"{await desk.draft()}/publish"))
    assert (await desk.chair.delete(own, headers={"if-match": '"1"'})).status_code == 204
    refused(await desk.chair.delete(own), 404, "not_found")
    assert answered(await desk.chair.get(own))["set_by"] == root


async def test_another_branch_neither_sees_nor_approves(desk: Desk) -> None:
    address = await desk.draft()
    await said(desk.writer, f"{address}/submit")
    kit, tenant = desk.newsroom.kit, desk.newsroom.tenant
    other = await kit.new_organization(tenant)
    async with kit.client(tenant.caller(Role.CHAIR, other)) as stranger:
        for verb in ("submit", "approve", "return"):
            refused(await stranger.post(f"{address}/{verb}", json={"comment": "Я"}), 404, "not_found")
        refused(await stranger.get(f"{address}/reviews"), 404, "not_found")
        refused(await stranger.get(f"/v1/editorial_policies/{desk.primary}"), 404, "not_found")


async def test_a_partner_is_not_told_who_approved(desk: Desk) -> None:
    address = await desk.approved()
    scopes = frozenset({Permission.SEE_PUBLICATIONS, Permission.PUBLISH})
    key = ApiKey(new_id(), new_id(), desk.newsroom.tenant.root, scopes)
    caller = Caller(CallerKind.PARTNER, desk.newsroom.tenant.id, key=key)
    async with desk.newsroom.kit.client(caller) as partner:
        steps = answered(await partner.get(f"{address}/reviews"))["items"]
        assert [step["person_id"] for step in steps] == [None, None, None]
        refused(await partner.post(f"{address}/approve", json={}), 403, "forbidden")
    assert all(step["person_id"] for step in await desk.history(address))


async def test_what_was_planned_before_the_policy_is_not_rewritten_past_it(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    draft = await newsroom.draft(await newsroom.channel())
    address = f"/v1/publications/{draft['id']}"
    moment = kit.clock.now() + timedelta(days=1)
    plan = {"local_time": moment.replace(tzinfo=None, microsecond=0).isoformat(), "timezone": "UTC"}
    answered(await newsroom.client.post(f"{address}/schedule", json=plan))
    async with kit.client(tenant.caller(Role.CHAIR)) as chair:
        answered(await chair.put(f"/v1/editorial_policies/{tenant.root}", json={"review_levels": ["own"]}))
    assert answered(await newsroom.client.patch(address, json={"title": "Для списка"}))["state"] == "scheduled"
    assert answered(await newsroom.client.patch(address, json={"text": "Совсем другое"}))["state"] == "draft"
    kit.advance(days=2)
    await newsroom.drain()
    assert newsroom.networks[Network.TELEGRAM].posts == []
