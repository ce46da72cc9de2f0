"""What members are told: by the ways that lead to them, politely, until they want no more of it."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio
from sqlalchemy import delete

from deploy.sandbox.main import create_app
from deploy.sandbox.settings import SandboxSettings
from services.gateway.people.tables import Contact
from shared.context import unit_of_work
from shared.identity import system
from shared.permissions import Role
from tests.conftest import Ground
from tests.contract.sandbox.stand import served
from tests.service.gateway.post_office import Colleague, PostOffice
from tests.service.gateway.union import open_gateway

NOON = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)  # in Moscow


@pytest_asyncio.fixture(scope="module")
async def office(ground: Ground) -> AsyncGenerator[PostOffice]:
    app = create_app(SandboxSettings(state=None, development_accounts=False, smtp_port=0))
    async with served(app) as address, httpx.AsyncClient(base_url=address, trust_env=False) as catcher:
        smtp_url = f"smtp://127.0.0.1:{app.state.catcher.port}"
        async with open_gateway(ground, smtp_url=smtp_url) as gateway:
            union = await gateway.found()
            yield PostOffice(union, catcher)
            await gateway.house.forget(union.id)
            await union.admin.aclose()


@pytest_asyncio.fixture
async def member(office: PostOffice) -> Colleague:
    """At noon: somebody without a role, who can sign in and has proved nothing."""
    await office.drain()
    office.gateway.clock.set(NOON)
    return await office.colleague(Role.MEMBER)


async def usual_ways(member: Colleague) -> dict[str, list[str]]:
    settings = (await member.ask("GET", "/v1/notification_settings")).json()
    return {kind["kind"]: kind["ways"] for kind in settings["kinds"]}


async def link_under(office: PostOffice, member: Colleague) -> str:
    mail: dict[str, Any] = (await office.mails(member))[-1]
    return mail["headers"]["List-Unsubscribe"].strip("<>")


async def follow(office: PostOffice, link: str) -> None:
    async with office.gateway.client() as anybody:
        answer = await anybody.post(link)
    assert (answer.status_code, answer.json()["comes"]) == (200, False)


async def comes(office: PostOffice, link: str) -> bool:
    async with office.gateway.client() as anybody:
        answer = await anybody.get(link)
    assert answer.status_code == 200, answer.text
    return answer.json()["comes"]


async def merge(office: PostOffice, survivor: Colleague, merged: Colleague) -> str:
    """The address at which it can be undone."""
    body = {"survivor_id": str(survivor.id), "merged_id": str(merged.id)}
    answer = await office.union.admin.post("/v1/people/merges", json=body)
    assert answer.is_success, answer.text
    return f"/v1/people/merges/{answer.json()['id']}/undo"


async def test_mail_goes_to_a_proven_address_alone(office: PostOffice, member: Colleague) -> None:
    await office.invites(member.id)
    assert await office.mails(member) == []
    assert (await member.notifications())["unread"] == 1
    assert await member.tellings() == {}
    assert (await usual_ways(member))["survey_opened"] == ["client"]
    await office.prove_mail(member)
    await office.invites(member.id)
    assert [mail["subject"] for mail in await office.mails(member)] == ["Вас приглашают ответить на опрос"]
    assert await member.tellings() == {"mail": ("sent", None)}


async def test_a_messenger_is_written_to_once_it_is_linked(office: PostOffice, member: Colleague) -> None:
    await office.account(member, f"tg-{member.id}")
    await office.report(f"survey:{member.id}", kind="survey_opened", permission=None, person_ids=(member.id,))
    await office.attempt()
    notices = [notice for notice in await office.notices() if notice.external_user_id == f"tg-{member.id}"]
    assert len(notices) == 1


async def test_who_cannot_sign_in_leaves_no_trace_of_being_asked(office: PostOffice, member: Colleague) -> None:
    nobody = await office.union.person()
    before = await office.count()
    await office.invites(UUID(nobody["id"]), member.id)
    assert await office.count() == before + 1


async def test_nothing_of_staffs_work_comes_to_members(office: PostOffice, member: Colleague) -> None:
    await office.prove_mail(member)
    await office.happens(permission=None, person_ids=(member.id,), kind="request_assigned")
    assert await office.mails(member) == []
    assert (await member.notifications())["unread"] == 0


async def test_staff_are_members_too(office: PostOffice, member: Colleague) -> None:
    await office.union.grant(str(member.id), Role.LAWYER)
    await office.invites(member.id)
    assert (await member.notifications())["unread"] == 1
    assert await member.tellings() == {}, "no proven address, no attempt"


async def test_each_is_told_once_however_often_and_in_whatever_parts(office: PostOffice, member: Colleague) -> None:
    await office.prove_mail(member)
    other = await office.colleague(Role.MEMBER)
    incident = await office.invites(member.id)
    for people in ((member.id,), (member.id, other.id), (other.id,)):
        await office.happens(incident, kind="survey_opened", permission=None, person_ids=people)
    assert len(await office.mails(member)) == 1
    assert [(await each.notifications())["unread"] for each in (member, other)] == [1, 1]


async def test_in_the_place_of_who_was_merged_the_survivor_is_told_once(office: PostOffice, member: Colleague) -> None:
    other, third = await office.colleague(Role.MEMBER), await office.colleague(Role.MEMBER)
    await merge(office, other, third)
    await merge(office, member, other)
    await office.invites(third.id, other.id, member.id)
    assert (await member.notifications())["unread"] == 1
    await office.invites(third.id)
    assert (await member.notifications())["unread"] == 2


async def test_members_sleep_at_night_and_hear_only_so_much_a_day(office: PostOffice, member: Colleague) -> None:
    await office.prove_mail(member)
    await member.set(most_a_day=1)
    office.gateway.clock.set(NOON + timedelta(hours=11))  # 23:00
    await office.invites(member.id)
    assert await office.mails(member) == []
    office.gateway.clock.set(NOON + timedelta(hours=20))  # 08:00
    await office.drain()
    assert len(await office.mails(member)) == 1
    for _ in range(3):
        await office.invites(member.id)
    assert len(await office.mails(member)) == 1
    office.gateway.clock.advance(timedelta(hours=25))
    await office.drain()
    assert [mail["subject"] for mail in await office.mails(member)][1:] == ["Уведомлений: 3"]


async def test_a_link_ends_the_kind_by_that_way_and_no_other(office: PostOffice, member: Colleague) -> None:
    await office.prove_mail(member)
    await office.invites(member.id)
    await follow(office, await link_under(office, member))
    await office.invites(member.id)
    assert len(await office.mails(member)) == 1
    assert (await member.notifications())["unread"] == 2
    ways = await usual_ways(member)
    assert ways["survey_opened"] == ["client"]
    assert ways["registration_confirmed"] == ["client", "mail"]


async def test_a_link_holds_for_an_address_that_is_proved_again(office: PostOffice, member: Colleague) -> None:
    await office.prove_mail(member)
    await office.invites(member.id)
    link = await link_under(office, member)
    async with unit_of_work(office.gateway.runtime, office.union.id, system(office.union.id)) as context:
        await context.store.execute(delete(Contact))
    await follow(office, link)
    await office.prove_mail(member)
    await office.invites(member.id)
    assert len(await office.mails(member)) == 1


async def test_an_old_link_ends_it_for_who_is_told_by_now(office: PostOffice, member: Colleague) -> None:
    """However many merges ago its letter went out; by the one click of a mail program, too."""
    first, second = await office.colleague(Role.MEMBER), await office.colleague(Role.MEMBER)
    for each in (first, member):
        await office.prove_mail(each)
    await office.invites(first.id)
    link = await link_under(office, first)
    undoing = [await merge(office, second, first), await merge(office, member, second)]
    assert await comes(office, link), "to the survivor"
    async with office.gateway.client() as anybody:
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = await anybody.post(link, content=b"List-Unsubscribe=One-Click", headers=form)
    assert (answer.status_code, answer.json()["comes"]) == (200, False)
    assert not await comes(office, link)
    await office.invites(first.id)
    assert await office.mails(member) == []
    assert (await usual_ways(member))["survey_opened"] == ["client"]

    for address in reversed(undoing):
        assert (await office.union.admin.post(address)).is_success
    assert await comes(office, link), "they ended it for somebody who is another person after all"
    await follow(office, link)
    await office.invites(first.id)
    assert len(await office.mails(first)) == 1
    await member.set(ways={"survey_opened": None})
    await office.invites(member.id)
    assert len(await office.mails(member)) == 1, "the link is nothing of theirs any more"


async def test_settings_say_what_is_for_members(member: Colleague) -> None:
    settings = (await member.ask("GET", "/v1/notification_settings")).json()
    assert {kind["kind"] for kind in settings["kinds"] if kind["for_members"]} == {
        "request_resolved",
        "survey_opened",
        "survey_closing",
        "registration_confirmed",
    }
