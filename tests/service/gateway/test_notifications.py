"""Who is told what: once, at their own address, by the ways and at the times that they want."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import update

from deploy.sandbox.main import create_app
from deploy.sandbox.settings import SandboxSettings
from services.gateway.notifications.tables import NotificationTelling
from services.gateway.people.rules import Network, Proof
from shared.clock import new_id
from shared.context import unit_of_work
from shared.identity import system
from shared.permissions import Permission, Role
from tests.conftest import Ground
from tests.contract.sandbox.stand import served
from tests.service.gateway.post_office import PostOffice
from tests.service.gateway.union import Gateway, open_gateway

NOON = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)  # in Moscow


@pytest_asyncio.fixture(scope="module")
async def catcher() -> AsyncGenerator[tuple[httpx.AsyncClient, int]]:
    app = create_app(SandboxSettings(state=None, development_accounts=False, smtp_port=0))
    async with served(app) as address, httpx.AsyncClient(base_url=address, trust_env=False) as client:
        yield client, app.state.catcher.port


@pytest_asyncio.fixture(scope="module")
async def gateway(ground: Ground, catcher: tuple[httpx.AsyncClient, int]) -> AsyncGenerator[Gateway]:
    async with open_gateway(ground, smtp_url=f"smtp://127.0.0.1:{catcher[1]}") as gateway:
        yield gateway


@pytest_asyncio.fixture
async def office(gateway: Gateway, catcher: tuple[httpx.AsyncClient, int]) -> AsyncGenerator[PostOffice]:
    await gateway.drain()
    gateway.clock.set(NOON)
    union = await gateway.found()
    yield PostOffice(union, catcher[0])
    await gateway.house.forget(union.id)
    await union.admin.aclose()


async def test_those_with_the_permission_at_the_place_or_above_are_told(office: PostOffice) -> None:
    place = await office.union.organization()
    other = await office.union.organization()
    above = await office.colleague()
    there = await office.colleague(organization_id=place["id"])
    elsewhere = await office.colleague(organization_id=other["id"])
    lawyer = await office.colleague(Role.LAWYER, place["id"])
    await office.happens(organization_id=place["id"])
    for colleague, told in ((above, 1), (there, 1), (elsewhere, 0), (lawyer, 0)):
        assert len(await office.mails(colleague)) == told
        assert (await colleague.notifications())["unread"] == told


async def test_people_can_be_named(office: PostOffice) -> None:
    lawyer = await office.colleague(Role.LAWYER)
    other = await office.colleague(Role.LAWYER)
    await office.happens(permission=None, person_ids=(lawyer.id, uuid4()))
    assert len(await office.mails(lawyer)) == 1
    assert await office.mails(other) == []


async def test_an_incident_is_told_once_however_often_it_is_reported(office: PostOffice) -> None:
    anna = await office.colleague()
    incident = await office.happens()
    for _ in range(3):
        await office.happens(incident)
    await asyncio.gather(*(office.report(incident) for _ in range(5)))
    await office.drain()
    assert len(await office.mails(anna)) == 1
    assert (await anna.notifications())["unread"] == 1


async def test_who_comes_later_hears_of_what_is_reported_again(office: PostOffice) -> None:
    anna = await office.colleague()
    incident = await office.happens()
    oleg = await office.colleague()
    await office.happens(incident)
    assert [len(await office.mails(each)) for each in (anna, oleg)] == [1, 1]


async def test_a_mail_says_what_happened_and_how_to_hear_no_more(office: PostOffice) -> None:
    anna = await office.colleague()
    await office.happens()
    (mail,) = await office.mails(anna)
    assert mail["subject"] == "Публикация не вышла"
    assert "https://vmeste.test/v1/publications/1/deliveries" in mail["text"]
    headers = mail["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link in mail["text"]
    assert "Иванова" not in str(mail)  # nothing of a person beside the address


async def test_a_person_reads_their_own_list(office: PostOffice) -> None:
    anna, oleg = await office.colleague(), await office.colleague(Role.LAWYER)
    for _ in range(3):
        await office.happens()
    page = await anna.notifications(limit="2")
    assert (len(page["items"]), page["unread"], page["next"] is not None) == (2, 3, True)
    newest = page["items"][0]
    assert newest["title"] == {"ru": "Публикация не вышла", "en": "A publication did not come out"}
    address = f"/v1/notifications/{newest['id']}"
    read = await anna.ask("POST", f"{address}/read", headers={"if-match": '"1"'})
    assert (read.status_code, read.json()["version"], read.json()["read_at"] is not None) == (200, 2, True)
    assert (await anna.ask("POST", f"{address}/read", headers={"if-match": '"1"'})).status_code == 412
    assert (await anna.ask("POST", f"{address}/read")).json()["version"] == 2
    assert (await anna.notifications(unread="true"))["unread"] == 2
    for verb, path in (("GET", address), ("POST", f"{address}/read")):
        assert (await oleg.ask(verb, path)).status_code == 404
    assert (await oleg.notifications())["items"] == []


async def test_a_list_asks_as_much_for_many_as_for_few(office: PostOffice) -> None:
    anna = await office.colleague()
    counts: list[int] = []
    for more in (1, 9):
        for _ in range(more):
            await office.happens()
        await anna.notifications()
        statements: list[str] = []
        with office.gateway.counting(statements):
            await anna.notifications()
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_telling_many_takes_as_much_as_telling_few(office: PostOffice) -> None:
    counts: list[int] = []
    for more in (1, 4):
        for _ in range(more):
            await office.colleague()
        statements: list[str] = []
        with office.gateway.counting(statements):
            await office.report()
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_nobody_is_told_at_night_but_of_what_is_urgent(office: PostOffice) -> None:
    anna = await office.colleague()
    office.gateway.clock.set(NOON + timedelta(hours=11))  # 23:00
    await office.happens()
    await office.happens(urgent=True)
    assert len(await office.mails(anna)) == 1
    assert (await anna.notifications())["unread"] == 2  # the list is quiet by itself
    office.gateway.clock.set(NOON + timedelta(hours=20))  # 08:00
    await office.drain()
    assert len(await office.mails(anna)) == 2


async def test_the_night_is_that_of_the_persons_own_organization(office: PostOffice) -> None:
    far = await office.union.organization(timezone="Asia/Kamchatka")
    anna = await office.colleague(organization_id=far["id"])
    office.gateway.clock.set(NOON + timedelta(hours=2))  # 23:00 there
    await office.happens(organization_id=far["id"])
    assert await office.mails(anna) == []
    assert (await anna.ask("GET", "/v1/notification_settings")).json()["timezone"] == "Asia/Kamchatka"


async def test_enough_a_day_and_the_rest_together_in_the_morning(office: PostOffice) -> None:
    anna = await office.colleague()
    await anna.set(most_a_day=2)
    for number in range(5):
        await office.happens(title={"ru": f"Публикация {number} не вышла", "en": f"Publication {number} failed"})
    assert len(await office.mails(anna)) == 2
    assert await anna.tellings() == {"mail": ("held", None)}
    office.gateway.clock.advance(timedelta(days=1))
    await office.drain()
    mails = await office.mails(anna)
    assert len(mails) == 3
    assert mails[-1]["subject"] == "Уведомлений: 3"
    assert all(f"Публикация {number} не вышла" in mails[-1]["text"] for number in (2, 3, 4))
    assert {state for _, state, _ in await office.told()} == {"sent"}


async def test_at_once_is_no_way_around_the_limit(office: PostOffice) -> None:
    anna = await office.colleague()
    await anna.set(most_a_day=1)
    for _ in range(6):
        await office.report()
    await asyncio.gather(*(office.attempt() for _ in range(3)))
    assert len(await office.mails(anna)) == 1
    office.gateway.clock.advance(timedelta(days=1))
    await office.drain()
    assert len(await office.mails(anna)) == 2


async def test_settings_say_by_which_ways(office: PostOffice) -> None:
    anna = await office.colleague()
    settings = await anna.set(ways={"publication_failed": ["client"]}, language="en")
    chosen = {kind["kind"]: kind["ways"] for kind in settings["kinds"] if kind["chosen"]}
    assert chosen == {"publication_failed": ["client"]}
    await office.happens()
    assert await office.mails(anna) == []
    assert (await anna.notifications())["unread"] == 1
    await anna.set(ways={"publication_failed": []})
    await office.happens()
    assert (await anna.notifications())["unread"] == 1
    await anna.set(ways={"publication_failed": None})
    await office.happens()
    assert [mail["subject"] for mail in await office.mails(anna)] == ["A publication did not come out"]


async def test_settings_know_their_version(office: PostOffice) -> None:
    anna = await office.colleague()
    read = await anna.ask("GET", "/v1/notification_settings")
    match = {"if-match": read.headers["etag"]}
    first = await anna.ask("PATCH", "/v1/notification_settings", json={"most_a_day": 3}, headers=match)
    assert (first.status_code, first.headers["etag"].removeprefix("W/")) == (200, '"1"')
    stale = await anna.ask("PATCH", "/v1/notification_settings", json={"most_a_day": 4}, headers=match)
    assert stale.status_code == 412


@pytest.mark.parametrize(
    "change",
    [
        {"ways": {"horoscope": ["mail"]}},
        {"ways": {"publication_failed": ["pigeon"]}},
        {"quiet_from": "25:00"},
        {"quiet_until": "8"},
        {"most_a_day": 51},
        {"language": "fr"},
        {"person_id": str(new_id())},
    ],
)
async def test_settings_that_make_no_sense_are_refused(office: PostOffice, change: dict[str, object]) -> None:
    assert (await office.union.admin.patch("/v1/notification_settings", json=change)).status_code == 422


async def test_members_are_told_what_they_asked_for_alone(office: PostOffice) -> None:
    member = await office.colleague(Role.MEMBER)
    await office.happens(permission=Permission.SEE_ORGANIZATION)
    assert (await member.notifications())["unread"] == 0
    assert await office.mails(member) == []
    await member.set(ways={"publication_failed": ["mail"]})
    await office.happens(permission=Permission.SEE_ORGANIZATION)
    assert len(await office.mails(member)) == 1
    assert (await member.notifications())["unread"] == 0


async def test_a_link_ends_a_kind_without_signing_in(office: PostOffice) -> None:
    anna = await office.colleague()
    await office.happens()
    link = (await office.mails(anna))[0]["headers"]["List-Unsubscribe"].strip("<>")
    async with office.gateway.client() as anybody:
        for _ in range(2):
            seen = await anybody.get(link)
            assert seen.json() | {"title": None} == {
                "kind": "publication_failed",
                "title": None,
                "way": "mail",
                "comes": True,
            }
        form = {"content-type": "application/x-www-form-urlencoded"}
        for _ in range(2):
            ended = await anybody.post(link, content=b"List-Unsubscribe=One-Click", headers=form)
            assert (ended.status_code, ended.json()["comes"]) == (200, False)
        other = link[:-2] + ("EA" if link.endswith("AA") else "AA")
        assert (await anybody.get(other)).status_code == 404
    await office.happens()
    assert len(await office.mails(anna)) == 1
    assert (await anna.notifications())["unread"] == 2
    await office.happens(kind="delivery_unknown")
    assert len(await office.mails(anna)) == 2


async def test_what_was_declined_while_it_waited_is_not_sent(office: PostOffice) -> None:
    anna = await office.colleague()
    office.gateway.clock.set(NOON + timedelta(hours=11))
    await office.happens()
    await anna.set(ways={"publication_failed": ["client"]})
    office.gateway.clock.advance(timedelta(hours=12))
    await office.drain()
    assert await office.mails(anna) == []
    assert await anna.tellings() == {"mail": ("dropped", "declined")}


@pytest.mark.parametrize(
    ("local_part", "outcome", "mails"),
    [("refused", ("rejected", "550"), 0), ("lost", ("unknown", "connection"), 1)],
)
async def test_what_became_of_a_mail_is_said_aloud(
    office: PostOffice, local_part: str, outcome: tuple[str, str], mails: int
) -> None:
    anna = await office.colleague(local_part=local_part)
    await office.happens()
    office.gateway.clock.advance(timedelta(hours=2))
    await office.drain()
    assert await anna.tellings() == {"mail": outcome}
    assert len(await office.mails(anna)) == mails  # never a second time


async def test_a_mail_server_that_is_away_is_tried_again_until_it_is_enough(office: PostOffice) -> None:
    anna = await office.colleague(local_part="later")
    await anna.set(quiet_from="00:00", quiet_until="00:00")
    await office.happens()
    assert await anna.tellings() == {"mail": ("waiting", "451")}
    for _ in range(8):
        office.gateway.clock.advance(timedelta(hours=12))
        await office.drain()
    assert await anna.tellings() == {"mail": ("failed", "451")}


async def test_a_worker_that_died_in_the_middle_leaves_a_doubt(office: PostOffice) -> None:
    anna = await office.colleague()
    await office.report()
    async with unit_of_work(office.gateway.runtime, office.union.id, system(office.union.id)) as context:
        past = context.now - timedelta(days=365 * 100)
        dead = update(NotificationTelling).values(state="sending", attempts=1, lease_until=past)
        await context.store.execute(dead)
    await office.drain()
    assert await anna.tellings() == {"mail": ("unknown", "interrupted")}
    assert await office.mails(anna) == []


async def test_who_has_no_address_is_told_in_their_list(office: PostOffice) -> None:
    person = await office.union.person()
    await office.union.grant(person["id"], Role.INFORMATION_OFFICER)
    await office.happens()
    assert ("mail", "failed", "no_address") in await office.told()


async def test_a_messenger_is_asked_for_sealed(office: PostOffice) -> None:
    anna = await office.colleague()
    await office.account(anna, "1001")
    await office.account(anna, "2002", Network.VK, Proof.STAFF)  # what staff wrote down proves nothing
    await office.report(kind="delivery_unknown", urgent=True)
    await office.attempt()
    (notice,) = await office.notices()
    assert (notice.network, notice.external_user_id) == ("telegram", "1001")
    assert "Публикация" not in notice.sealed_text
    words = office.gateway.runtime.cipher.decrypt(notice.sealed_text)
    assert words.startswith("Публикация не вышла\n")
    assert "/v1/notifications/unsubscribe/" in words
    assert (await anna.tellings())["messenger"] == ("sending", None)
    await office.hear(notice, "sent")
    await office.hear(notice, "failed", "no_conversation")  # late, and wrong
    assert (await anna.tellings())["messenger"] == ("sent", None)


async def test_another_account_is_tried_where_one_has_no_conversation(office: PostOffice) -> None:
    anna = await office.colleague()
    await office.account(anna, "1001")
    await office.account(anna, "3003", Network.MAX, Proof.LINK_CODE)
    await office.report(kind="delivery_unknown", urgent=True)
    await office.attempt()
    (first,) = await office.notices()
    await office.hear(first, "failed", "no_conversation")
    await office.attempt(2)
    second = (await office.notices())[-1]
    assert {first.external_user_id, second.external_user_id} == {"1001", "3003"}
    await office.hear(second, "failed", "no_conversation")
    await office.attempt(3)
    assert (await anna.tellings())["messenger"] == ("failed", "no_conversation")


async def test_what_a_messenger_may_have_taken_is_not_sent_again(office: PostOffice) -> None:
    anna = await office.colleague()
    await office.account(anna, "1001")
    await office.account(anna, "3003", Network.MAX)
    await office.report(kind="delivery_unknown", urgent=True)
    await office.attempt()
    (notice,) = await office.notices()
    await office.hear(notice, "unknown", "network.no_answer")
    await office.attempt(2)
    assert (await anna.tellings())["messenger"] == ("unknown", "network.no_answer")
    assert len(await office.notices()) == 1


async def test_news_of_somebody_elses_notice_changes_nothing(office: PostOffice) -> None:
    anna = await office.colleague()
    await office.account(anna, "1001")
    await office.report(kind="delivery_unknown", urgent=True)
    await office.attempt()
    (notice,) = await office.notices()
    await office.hear(notice.model_copy(update={"reference_id": new_id()}), "sent")
    assert (await anna.tellings())["messenger"] == ("sending", None)
