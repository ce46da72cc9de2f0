"""What the gateway is asked to tell of requests: to whom, when, once, and nothing of what was asked."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest

from shared.clock import new_id
from shared.contracts.gateway import CalendarChanged, NotificationRequested, OrganizationChanged, PersonChanged
from shared.contracts.requests import FirstAnswerDue
from shared.permissions import Permission, Role
from shared.testing.kit import ServiceKit, Tenant
from shared.working_time import WorkingCalendar
from tests.service.requests.chat import Chat
from tests.service.requests.forms import by_phone

ALL_DAY = WorkingCalendar(week=((("00:00", "24:00"),),) * 7)


async def works_all_day(kit: ServiceKit, tenant: Tenant) -> None:
    """So that six hours of working time are six hours, whatever day it is."""
    calendar_id = new_id()
    definition = ALL_DAY.model_dump(mode="json")
    position = tenant.position + 1
    told = [
        CalendarChanged(
            calendar_id=calendar_id, entity_version=1, position=position, name="Всегда", definition=definition
        ),
        OrganizationChanged(
            organization_id=tenant.root,
            entity_version=2,
            position=position + 1,
            kind="union",
            name="Профсоюз",
            parent_id=None,
            path=(tenant.root,),
            timezone="Europe/Moscow",
            calendar_id=calendar_id,
        ),
    ]
    tenant.position += len(told)
    for message in told:
        assert (await kit.deliver(tenant, message)).error is None


async def notices(kit: ServiceKit, tenant: Tenant, kind: str) -> list[NotificationRequested]:
    return [each for each in await kit.emitted(tenant, NotificationRequested) if each.kind == kind]


async def taken(staff: httpx.AsyncClient, tenant: Tenant, **requester: object) -> str:
    """A request by phone."""
    form = by_phone(tenant.root, requester={"display_name": "Анна Котова", **requester})
    answer = await staff.post("/v1/requests", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def act(staff: httpx.AsyncClient, request_id: str, verb: str, **body: object) -> None:
    answer = await staff.post(f"/v1/requests/{request_id}/{verb}", json=body or None)
    assert answer.is_success, answer.text


async def reminded(kit: ServiceKit, tenant: Tenant) -> int:
    """The reminders that lie in the outbox, as if their time had come: how many."""
    due = await kit.emitted(tenant, FirstAnswerDue)
    for message in due:
        assert (await kit.deliver(tenant, message)).error is None
    return len(due)


async def test_who_gets_a_request_is_told_once_each_time(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient
) -> None:
    lawyer, other = await kit.new_person(tenant), await kit.new_person(tenant)
    request_id = await taken(staff, tenant)
    for assignee in (lawyer, lawyer, other, lawyer):
        await act(staff, request_id, "assign", assignee_id=str(assignee))
    told = await notices(kit, tenant, "request_assigned")
    assert [each.person_ids for each in told] == [(lawyer,), (other,), (lawyer,)]
    assert len({each.incident for each in told}) == len(told)
    assert {each.link for each in told} == {f"/v1/requests/{request_id}"}


async def test_who_takes_a_request_themselves_is_not_told(kit: ServiceKit, tenant: Tenant) -> None:
    dispatcher = await kit.new_person(tenant)
    async with kit.client(tenant.caller(Role.DISPATCHER, person_id=dispatcher)) as client:
        request_id = await taken(client, tenant)
        await act(client, request_id, "assign", assignee_id=str(dispatcher))
    assert await notices(kit, tenant, "request_assigned") == []


async def test_what_is_told_names_the_number_alone(kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient) -> None:
    member = await kit.new_person(tenant)
    request_id = await taken(staff, tenant, person_id=str(member))
    number = (await staff.get(f"/v1/requests/{request_id}")).json()["number"]
    await act(staff, request_id, "assign", assignee_id=str(await kit.new_person(tenant)))
    await act(staff, request_id, "resolve")
    for notice in await kit.emitted(tenant, NotificationRequested):
        assert number in notice.title["ru"]
        assert number in notice.title["en"]
        said = notice.model_dump_json()
        assert "Котова" not in said
        assert "выходной" not in said


@pytest.mark.parametrize("is_assigned", [True, False])
async def test_the_first_answer_is_asked_for_before_it_is_due(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, *, is_assigned: bool
) -> None:
    await works_all_day(kit, tenant)
    lawyer = await kit.new_person(tenant)
    request_id = await taken(staff, tenant)
    if is_assigned:
        await act(staff, request_id, "assign", assignee_id=str(lawyer))
    kit.advance(hours=5, minutes=59)
    await kit.drain()
    assert await reminded(kit, tenant), "it is not sent before its time"
    (told,) = await notices(kit, tenant, "request_deadline")
    assert told.organization_id == tenant.root
    if is_assigned:
        assert (told.person_ids, told.permission) == ((lawyer,), None)
    else:
        assert (told.person_ids, told.permission) == ((), Permission.ASSIGN_REQUESTS)
    kit.advance(minutes=2)
    await kit.drain()
    assert await kit.emitted(tenant, FirstAnswerDue) == [], "it has had its turn"


async def test_the_reminder_names_the_moment(kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient) -> None:
    await works_all_day(kit, tenant)
    request_id = await taken(staff, tenant)
    assert await reminded(kit, tenant)
    (told,) = await notices(kit, tenant, "request_deadline")
    came = datetime.fromisoformat((await staff.get(f"/v1/requests/{request_id}")).json()["created_at"])
    due = came.astimezone(ZoneInfo("Europe/Moscow")) + timedelta(hours=8)
    assert told.title["ru"].endswith(f"{due:%d.%m.%Y, %H:%M}")
    assert told.title["en"].endswith(f"{due:%Y-%m-%d at %H:%M}")


async def test_when_who_had_it_is_gone_those_who_assign_are_reminded(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient
) -> None:
    await works_all_day(kit, tenant)
    lawyer = await kit.new_person(tenant)
    await act(staff, await taken(staff, tenant), "assign", assignee_id=str(lawyer))
    tenant.position += 1
    gone = PersonChanged(
        person_id=lawyer,
        entity_version=99,
        position=tenant.position,
        display_name="",
        status="former",
        organization_ids=(),
        erased=True,
    )
    assert (await kit.deliver(tenant, gone)).error is None
    assert await reminded(kit, tenant)
    (told,) = await notices(kit, tenant, "request_deadline")
    assert (told.person_ids, told.permission) == ((), Permission.ASSIGN_REQUESTS)


async def test_a_repeated_wake_up_is_the_same_incident(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient
) -> None:
    await works_all_day(kit, tenant)
    await taken(staff, tenant)
    for _ in range(2):
        assert await reminded(kit, tenant)
    assert len({each.incident for each in await notices(kit, tenant, "request_deadline")}) == 1


@pytest.mark.parametrize(("verb", "body"), [("reply", {"text": "Ответ"}), ("wait", {}), ("close", {})])
async def test_who_answered_is_not_reminded(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, verb: str, body: dict[str, object]
) -> None:
    await works_all_day(kit, tenant)
    request_id = await taken(staff, tenant)
    await act(staff, request_id, verb, **body)
    assert await reminded(kit, tenant)
    assert await notices(kit, tenant, "request_deadline") == []


async def test_a_note_among_staff_is_no_answer(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, chat: Chat
) -> None:
    await works_all_day(kit, tenant)
    await chat.write("Здравствуйте")
    request_id = (await staff.get("/v1/requests")).json()["items"][0]["id"]
    await act(staff, request_id, "note", text="Спросить бухгалтерию")
    await chat.write("Вы здесь?")
    assert await reminded(kit, tenant)
    assert len(await notices(kit, tenant, "request_deadline")) == 1


async def test_without_working_hours_a_request_is_taken_in_and_has_no_term(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient
) -> None:
    await taken(staff, tenant)
    assert await kit.emitted(tenant, FirstAnswerDue) == []


async def test_a_requester_without_a_chat_is_told_of_each_resolution(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient
) -> None:
    member = await kit.new_person(tenant)
    request_id = await taken(staff, tenant, person_id=str(member))
    for verb in ("resolve", "reopen", "resolve"):
        await act(staff, request_id, verb)
    told = await notices(kit, tenant, "request_resolved")
    assert [(each.person_ids, each.permission) for each in told] == [((member,), None)] * 2
    assert len({each.incident for each in told}) == 2


@pytest.mark.parametrize("has_chat", [True, False])
async def test_whom_the_chat_tells_or_nobody_knows_gets_no_notification(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, *, has_chat: bool
) -> None:
    if has_chat:
        member: UUID = await kit.new_person(tenant)
        await Chat(kit, tenant, tenant.root, person_id=member).write("Здравствуйте")
    else:
        await taken(staff, tenant)
    request_id = (await staff.get("/v1/requests")).json()["items"][0]["id"]
    await act(staff, request_id, "resolve")
    assert await notices(kit, tenant, "request_resolved") == []
