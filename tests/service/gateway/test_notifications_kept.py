"""How long notifications are kept, whose they are, and who hears of them in a stream."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col, select

from services.gateway.notifications.jobs import held
from services.gateway.notifications.tables import (
    Notification,
    NotificationOptOut,
    NotificationSettings,
    NotificationTelling,
)
from services.gateway.webhooks.actions import events_after
from shared.context import Context, unit_of_work
from shared.contracts.gateway import RetentionDue
from shared.contracts.states import Subject
from shared.identity import Caller, CallerKind, Grant, system
from shared.permissions import Permission, Role
from shared.retention import Kept
from tests.service.gateway.post_office import Colleague, PostOffice
from tests.service.gateway.union import Gateway

NOON = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)  # in Moscow
TABLES = (NotificationTelling, Notification, NotificationSettings, NotificationOptOut)


@pytest_asyncio.fixture
async def office(gateway: Gateway) -> AsyncGenerator[PostOffice]:
    """Without a mail server: what is sent is refused, which is enough here."""
    await gateway.house.forget()
    gateway.clock.set(NOON)
    union = await gateway.found()
    async with httpx.AsyncClient() as nobody:
        yield PostOffice(union, nobody)
    await gateway.house.forget(union.id)
    await union.admin.aclose()


async def counts(office: PostOffice, person_id: UUID | None = None) -> list[int]:
    """How many rows of each table there are, or of somebody's."""
    async with unit_of_work(office.gateway.runtime, office.union.id, system(office.union.id)) as context:
        rows = [await context.store.all(select(table)) for table in TABLES]
        return [sum(person_id in {None, row.person_id} for row in found) for found in rows]


async def let_go(office: PostOffice, days: int) -> None:
    await office.deliver(RetentionDue(day=office.gateway.clock.now().date(), days={Kept.NOTIFICATIONS: days}))


async def test_what_is_old_goes_and_what_is_young_stays(office: PostOffice) -> None:
    anna = await office.colleague()
    await anna.set(most_a_day=1)
    for _ in range(3):  # one goes, one waits for the morning, one with it
        await office.happens()
    office.gateway.clock.advance(timedelta(days=1))
    await office.drain()
    office.gateway.clock.advance(timedelta(days=9))
    await office.happens()
    await let_go(office, 30)
    assert (await counts(office, anna.id))[:2] == [4, 4]
    await let_go(office, 5)
    assert (await counts(office, anna.id))[:2] == [1, 1]
    assert (await anna.notifications())["unread"] == 1


async def test_what_still_goes_with_something_old_lets_go_of_it(office: PostOffice) -> None:
    anna = await office.colleague()
    await anna.set(most_a_day=0)
    for _ in range(2):
        await office.happens()
    office.gateway.clock.advance(timedelta(days=10))
    async with unit_of_work(office.gateway.runtime, office.union.id, system(office.union.id)) as context:
        carried = update(NotificationTelling).where(col(NotificationTelling.carrier_id).is_not(None))
        await context.store.execute(carried.values(due_at=context.now))
    await let_go(office, 5)
    assert (await counts(office, anna.id))[:2] == [1, 1]


async def test_a_person_is_shown_and_erased_whole(office: PostOffice) -> None:
    anna, oleg = await office.colleague(), await office.colleague()
    for each in (anna, oleg):
        await each.set(most_a_day=1)
    for _ in range(3):
        await office.happens()
    before = await counts(office, oleg.id)
    assert await counts(office, anna.id) == before == [3, 3, 1, 1]
    async with unit_of_work(office.gateway.runtime, office.union.id, system(office.union.id)) as context:
        holdings = (await held(context, Subject(person_id=anna.id))).holdings
        for holding in holdings:
            await context.store.execute(holding.table.delete().where(holding.whose))
    assert await counts(office, anna.id) == [0, 0, 0, 0]
    assert await counts(office, oleg.id) == before
    assert (await oleg.notifications())["unread"] == 3


async def test_only_those_who_are_told_hear_of_it_in_their_streams(office: PostOffice) -> None:
    anna = await office.colleague()
    lawyer = await office.colleague(Role.LAWYER)
    incident = await office.happens()
    (event,) = await stream_of(office, anna, Role.INFORMATION_OFFICER)
    assert (event["event"], event["subject"]) == ("notification.created", f"incident:{incident}")
    assert event["data"] == {
        "kind": "publication_failed",
        "link": "/v1/publications/1/deliveries",
        "urgent": False,
    }
    assert str(anna.id) not in str(event)
    assert await stream_of(office, lawyer, Role.CHAIR) == []  # whatever they may do: it is not theirs
    await anna.set(ways={"publication_failed": ["mail"]})
    await office.happens()
    assert len(await stream_of(office, anna, Role.INFORMATION_OFFICER)) == 1


async def test_a_partners_key_hears_nothing_of_it(office: PostOffice) -> None:
    await office.colleague()
    await office.happens(permission=Permission.SEE_ORGANIZATION)
    nobody = Caller(CallerKind.PARTNER, office.union.id, None, (), 0)
    async with unit_of_work(office.gateway.runtime, office.union.id, nobody) as context:
        assert await _told(context) == []


async def stream_of(office: PostOffice, colleague: Colleague, role: Role) -> list[dict[str, object]]:
    caller = Caller(CallerKind.PERSON, office.union.id, colleague.id, (Grant(role, office.union.id),), 0)
    async with unit_of_work(office.gateway.runtime, office.union.id, caller) as context:
        return await _told(context)


async def _told(context: Context) -> list[dict[str, object]]:
    events = await events_after(context, 0, 100)
    return [
        {"event": each.event, "subject": each.subject, "data": each.data}
        for each in events
        if each.event == "notification.created"
    ]
