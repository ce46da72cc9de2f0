"""Calendars: made and changed by those who manage an organization, chosen down the tree, asked for deadlines."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.calendars.actions import refresh_calendars, retell_calendars
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import CalendarChanged, OrganizationsChanged
from shared.identity import system
from shared.permissions import Role
from shared.working_time import WorkingCalendar
from tests.service.gateway.union import Gateway, Union

FIVE_DAYS = {day: [["09:00", "18:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


async def made(union: Union, organization_id: str | UUID | None = None, **more: Any) -> dict[str, Any]:
    body = {"organization_id": str(organization_id or union.id), "name": "Приёмная", "week": FIVE_DAYS, **more}
    answer = await union.admin.post("/v1/calendars", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/calendars/{answer.json()['id']}"
    return answer.json()


async def told(gateway: Gateway, union: Union, calendar_id: str) -> list[CalendarChanged]:
    messages = await gateway.house.outbox(ServiceName.GATEWAY, union.id, CalendarChanged)
    seen = {message.entity_version: message for message in messages if str(message.calendar_id) == calendar_id}
    return [seen[version] for version in sorted(seen)]


async def test_a_new_union_works_by_the_russian_production_calendar(gateway: Gateway, union: Union) -> None:
    chosen = (await union.admin.get(f"/v1/organizations/{union.id}/calendar")).json()
    assert chosen["from_organization_id"] == str(union.id)
    assert chosen["calendar"]["country"] == "RU"
    assert chosen["calendar"]["week"]["monday"] == [["09:00", "18:00"]]
    assert chosen["calendar"]["years_without_official_data"]
    (message,) = await told(gateway, union, chosen["calendar"]["id"])
    assert WorkingCalendar.model_validate(message.definition).hours(date(2026, 5, 11)) == ()


async def test_days_say_why_they_are_as_they_are(union: Union) -> None:
    calendar = await made(union, overrides=[{"day": "2026-05-12", "hours": [["10:00", "12:00"]]}])
    answer = await union.admin.get(
        f"/v1/calendars/{calendar['id']}/days", params={"from": "2026-05-08", "to": "2026-05-12"}
    )
    days = [(day["day"][-2:], day["hours"], day["because"]) for day in answer.json()["items"]]
    assert days == [
        ("08", [["09:00", "17:00"]], "short"),
        ("09", [], "holiday"),
        ("10", [], "week"),
        ("11", [], "holiday"),
        ("12", [["10:00", "12:00"]], "override"),
    ]
    assert answer.json()["items"][1]["holiday"] == "День Победы"
    soon = await union.admin.get(f"/v1/calendars/{calendar['id']}/days")
    assert len(soon.json()["items"]) == 31
    backwards = {"from": "2026-05-08", "to": "2026-05-07"}
    refused = await union.admin.get(f"/v1/calendars/{calendar['id']}/days", params=backwards)
    assert refused.json()["code"] == "calendar.too_many_days"


async def test_a_deadline_is_counted_for_whoever_checks_it(union: Union) -> None:
    calendar = await made(union, short_by=0)
    address = f"/v1/calendars/{calendar['id']}/due"
    body: dict[str, Any] = {"start": "2026-05-08T17:00:00+03:00", "minutes": 120}
    answer = await union.admin.post(address, json=body)
    assert answer.json() == {"due": "2026-05-12T10:00:00+03:00", "timezone": "Europe/Moscow"}
    body |= {"timezone": "Asia/Omsk", "pauses": [{"begin": "2026-05-12T00:00:00Z", "end": "2026-05-13T06:00:00Z"}]}
    later = await union.admin.post(address, json=body)
    assert later.json() == {"due": "2026-05-13T14:00:00+06:00", "timezone": "Asia/Omsk"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"minutes": 0}, "invalid"),
        ({"minutes": -5}, "invalid"),
        ({"minutes": 5_000_000}, "working_time.none"),
        ({"timezone": "Mars/Olympus"}, "local_time.unknown_timezone"),
        ({"start": "2026-05-08T17:00:00"}, "invalid"),
        ({"pauses": [{"begin": "2026-05-12T00:00:00Z", "end": "2026-05-11T00:00:00Z"}]}, "working_time.wrong_span"),
    ],
)
async def test_a_question_without_an_answer_is_refused(union: Union, change: dict[str, Any], code: str) -> None:
    calendar = await made(union)
    body = {"start": "2026-05-08T17:00:00+03:00", "minutes": 60, **change}
    answer = await union.admin.post(f"/v1/calendars/{calendar['id']}/due", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"week": {}}, "calendar.no_working_day"),
    ({"week": {"monday": [["18:00", "09:00"]]}}, "invalid"),
    ({"week": {"monday": [["09:00", "13:00"], ["12:00", "14:00"]]}}, "invalid"),
    ({"week": {"someday": []}}, "invalid"),
    ({"zone": "Mars/Olympus"}, "local_time.unknown_timezone"),
    ({"country": "XX"}, "invalid"),
    ({"overrides": [{"day": "2026-02-30", "hours": []}]}, "invalid"),
]


@pytest.mark.parametrize("text", ["9:00", "09:60", "24:01", "09-00", "", "٠٩:٠٠", "09:00\n1"])
async def test_an_hour_in_another_form_is_told_which_one_is_needed(union: Union, text: str) -> None:
    week = {"week": {"monday": [[text, "18:00"]]}}
    answer = await union.admin.post(
        "/v1/calendars", json={"organization_id": str(union.id), "name": "Приёмная", **week}
    )
    assert answer.status_code == 422
    told = [(error["pointer"], error["code"], error["detail"]) for error in answer.json()["errors"]]
    assert told == [("/week/monday/0/0", "minute", "A time like HH:MM, from 00:00 to 24:00")]


@pytest.mark.parametrize(("body", "code"), NONSENSE)
async def test_a_calendar_that_makes_no_sense_is_refused(union: Union, body: dict[str, Any], code: str) -> None:
    whole = {"organization_id": str(union.id), "name": "Приёмная", "week": FIVE_DAYS, **body}
    answer = await union.admin.post("/v1/calendars", json=whole)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_change_is_told_and_the_older_version_refused(gateway: Gateway, union: Union) -> None:
    calendar = await made(union)
    address = f"/v1/calendars/{calendar['id']}"
    etag = (await union.admin.get(address)).headers["etag"]
    closed: dict[str, Any] = {"overrides": [{"day": "2026-08-14", "hours": []}], "name": "Приёмная летом"}
    changed = await union.admin.patch(address, json=closed, headers={"if-match": etag})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert (await union.admin.patch(address, json={"short_by": 0}, headers={"if-match": etag})).status_code == 412
    newest = (await told(gateway, union, calendar["id"]))[-1]
    assert newest.name == "Приёмная летом"
    assert WorkingCalendar.model_validate(newest.definition).hours(date(2026, 8, 14)) == ()


async def test_a_calendar_in_use_stays_until_nobody_works_by_it(union: Union) -> None:
    primary = await union.organization()
    calendar = await made(union)
    place, address = f"/v1/organizations/{primary['id']}/calendar", f"/v1/calendars/{calendar['id']}"
    chosen = await union.admin.put(place, json={"calendar_id": calendar["id"]})
    assert chosen.json()["calendar"]["id"] == calendar["id"]
    refused = (await union.admin.delete(address)).json()
    assert refused["code"] == "calendar.in_use"
    assert [primary["id"] in error["detail"] for error in refused["errors"]] == [True]
    back = await union.admin.put(place, json={"calendar_id": None})
    assert back.json()["from_organization_id"] == str(union.id)
    assert (await union.admin.delete(address)).status_code == 204
    assert (await union.admin.get(address)).status_code == 404


async def test_a_choice_runs_down_the_tree(gateway: Gateway, union: Union) -> None:
    territorial = await union.organization(kind="territorial")
    primary = await union.organization(territorial["id"])
    calendar = await made(union, territorial["id"])
    await union.admin.put(f"/v1/organizations/{territorial['id']}/calendar", json={"calendar_id": calendar["id"]})
    inherited = (await union.admin.get(f"/v1/organizations/{primary['id']}")).json()["effective"]["calendar_id"]
    assert inherited == {"value": calendar["id"], "from_organization_id": territorial["id"]}
    messages = await gateway.house.outbox(ServiceName.GATEWAY, union.id, OrganizationsChanged)
    states = {str(state.organization_id): state for state in messages[-1].organizations}
    assert {str(states[one["id"]].calendar_id) for one in (territorial, primary)} == {calendar["id"]}


async def test_a_neighbours_calendar_cannot_be_chosen_nor_seen(union: Union) -> None:
    north, south = [await union.organization(kind="territorial") for _ in range(2)]
    calendar = await made(union, south["id"])
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        place = f"/v1/organizations/{north['id']}/calendar"
        for calendar_id in (calendar["id"], str(uuid4())):
            answer = await chair.put(place, json={"calendar_id": calendar_id})
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await chair.get(f"/v1/calendars/{calendar['id']}")).status_code == 404
        assert (await chair.get("/v1/calendars")).json()["items"] == []
        assert (await chair.get(place)).json()["calendar"]["name"]  # what is in force is seen from below
    assert len((await union.admin.get("/v1/calendars")).json()["items"]) == 2


async def test_members_see_calendars_and_change_none(union: Union) -> None:
    calendar = await made(union)
    async with await union.staff(Role.MEMBER) as member:
        assert (await member.get(f"/v1/calendars/{calendar['id']}")).status_code == 200
        answer = await member.patch(f"/v1/calendars/{calendar['id']}", json={"short_by": 0})
        assert answer.status_code == 403


async def test_a_list_asks_as_much_for_many_as_for_one(gateway: Gateway, union: Union) -> None:
    counts: list[int] = []
    for _ in range(2):
        statements: list[str] = []
        with gateway.counting(statements):
            assert (await union.admin.get("/v1/calendars")).status_code == 200
        counts.append(len(statements))
        for _ in range(4):
            await made(union)
    assert counts[0] >= counts[1]


async def test_calendars_follow_the_years_by_themselves(gateway: Gateway, union: Union) -> None:
    calendar = await made(union)
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        assert await refresh_calendars(context) == 0
    now = gateway.clock.now()
    gateway.clock.advance(timedelta(days=366))
    try:
        async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
            assert await refresh_calendars(context) == 2
            await retell_calendars(context)
    finally:
        gateway.clock.advance(now - gateway.clock.now())
    newest = (await told(gateway, union, calendar["id"]))[-1]
    assert newest.entity_version == 2
    assert max(WorkingCalendar.model_validate(newest.definition).holidays).year == now.year + 4


async def test_a_union_older_than_calendars_gets_its_first(gateway: Gateway, union: Union) -> None:
    address = f"/v1/organizations/{union.id}/calendar"
    calendar = (await union.admin.get(address)).json()["calendar"]
    await union.admin.put(address, json={"calendar_id": None})
    assert (await union.admin.delete(f"/v1/calendars/{calendar['id']}")).status_code == 204
    for made in (1, 0):
        async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
            assert await refresh_calendars(context) == made
    assert (await union.admin.get(address)).json()["calendar"]["country"] == "RU"
