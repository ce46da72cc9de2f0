"""The life of an event: who sees and runs it, its times, its calendar file."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.surveys.gatherings import drafted, gathering, opened, register


async def test_everybody_sees_an_event_once_it_is_opened(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    created = await chair.post("/v1/events", json=gathering(tenant))
    assert created.status_code == 201
    event = created.json()
    path = f"/v1/events/{event['id']}"
    assert created.headers["location"] == path
    assert (event["state"], event["starts_at"]) == ("draft", "2031-05-20T15:30:00Z")
    async with kit.client() as nobody:
        assert (await nobody.get(path)).status_code == 404
        assert (await nobody.get(f"{path}/calendar.ics")).status_code == 404
        assert (await register(kit, event["id"], "a@example.org")).status_code == 404
        await chair.post(f"{path}/open")
        seen = await nobody.get(path)
        assert (seen.status_code, seen.json()["state"]) == (200, "open")
        assert (await nobody.post(f"{path}/close")).status_code == 401
        assert (await nobody.get(f"{path}/registrations")).status_code == 401


async def test_an_event_is_closed_reopened_and_cancelled(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await opened(chair, tenant)
    path = f"/v1/events/{event_id}"
    assert (await chair.post(f"{path}/close")).json()["state"] == "closed"
    refused = await register(kit, event_id, "a@example.org")
    assert (refused.status_code, refused.json()["code"]) == (410, "registration.closed")
    assert (await chair.post(f"{path}/open")).json()["state"] == "open"
    assert (await chair.post(f"{path}/cancel")).json()["state"] == "cancelled"
    refused = await register(kit, event_id, "a@example.org")
    assert (refused.status_code, refused.json()["code"]) == (410, "event.cancelled")
    assert (await chair.post(f"{path}/open")).json()["code"] == "event.wrong_state"
    assert (await chair.patch(path, json={"title": "x"})).json()["code"] == "event.cancelled"


async def test_time_closes_and_ends_an_event(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    began = kit.clock.now()
    event_id = await opened(chair, tenant, registration_closes_at="2031-05-01T00:00:00+03:00")
    path = f"/v1/events/{event_id}"
    try:
        for moment, state, code in (
            ("2031-05-01T00:00:00+03:00", "closed", "registration.closed"),
            ("2031-05-20T20:00:00+03:00", "over", "event.over"),
        ):
            kit.clock.set(datetime.fromisoformat(moment))
            async with kit.client(tenant.caller(Role.CHAIR)) as later:
                assert (await later.get(path)).json()["state"] == state
                listed = (await later.get("/v1/events", params={"state": state})).json()["items"]
                assert [item["id"] for item in listed] == [event_id]
                assert (await later.get("/v1/events", params={"state": "open"})).json()["items"] == []
            refused = await register(kit, event_id, "a@example.org")
            assert (refused.status_code, refused.json()["code"]) == (410, code)
        async with kit.client(tenant.caller(Role.CHAIR)) as later:
            assert (await later.post(f"{path}/cancel")).json()["code"] == "event.over"
    finally:
        kit.clock.set(began)


async def test_a_list_knows_every_state(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    events = {
        "draft": await drafted(chair, tenant),
        "open": await opened(chair, tenant),
        "full": await opened(chair, tenant, capacity=1),
        "closed": await opened(chair, tenant),
        "cancelled": await opened(chair, tenant),
    }
    await register(kit, events["full"], "a@example.org")
    await chair.post(f"/v1/events/{events['closed']}/close")
    await chair.post(f"/v1/events/{events['cancelled']}/cancel")
    for state, event_id in {**events, "over": None}.items():
        items = (await chair.get("/v1/events", params={"state": state})).json()["items"]
        assert [(item["id"], item["state"]) for item in items] == ([(event_id, state)] if event_id else [])


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"ends_local": "2031-05-20T18:30:00"}, "/ends_local", "ends_before_start"),
        ({"ends_local": "2031-07-20T18:30:00"}, "/ends_local", "too_long"),
        ({"starts_local": "2021-05-20T18:30:00", "ends_local": "2021-05-20T19:30:00"}, "/starts_local", "in_the_past"),
        ({"starts_local": "9999-12-31T23:30:00"}, "/starts_local", "out_of_range"),
        ({"registration_closes_at": "2031-06-01T00:00:00Z"}, "/registration_closes_at", "after_the_end"),
    ],
)
async def test_wrong_times_are_named(
    tenant: Tenant, chair: httpx.AsyncClient, wrong: dict[str, Any], pointer: str, code: str
) -> None:
    refused = await chair.post("/v1/events", json=gathering(tenant, **wrong))
    assert (refused.status_code, refused.json()["code"]) == (422, "event.invalid_schedule")
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"timezone": "Europe/Atlantis"}, "/timezone", "local_time.unknown_timezone"),
        ({"timezone": "../../etc/hosts"}, "/timezone", "local_time.unknown_timezone"),
        ({"starts_local": "2032-03-28T02:30:00"}, "/starts_local", "local_time.does_not_exist"),
        ({"ends_local": "2032-03-28T02:30:00"}, "/ends_local", "local_time.does_not_exist"),
    ],
)
async def test_a_local_time_that_there_is_not_is_refused(
    tenant: Tenant, chair: httpx.AsyncClient, wrong: dict[str, Any], pointer: str, code: str
) -> None:
    refused = await chair.post("/v1/events", json=gathering(tenant, **{"timezone": "Europe/Berlin", **wrong}))
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//x.test",
        "https://u:p@x.test",
        "https://[",
        "https:\\\\x",
        "https://x.test\r\nATTACH:file:///y",
        "https://x.test/\u202efdp.exe",
        "https://x.test/a b",
    ],
)
async def test_an_address_is_a_web_address(tenant: Tenant, chair: httpx.AsyncClient, url: str) -> None:
    assert (await chair.post("/v1/events", json=gathering(tenant, url=url))).status_code == 422


async def test_a_change_honours_the_etag_and_keeps_what_is_left_out(tenant: Tenant, chair: httpx.AsyncClient) -> None:
    event_id = await opened(chair, tenant)
    path = f"/v1/events/{event_id}"
    changed = await chair.patch(path, json={"starts_local": "2031-05-20T18:00:00", "place": None})
    event = changed.json()
    assert (event["starts_at"], event["place"], event["capacity"]) == ("2031-05-20T15:00:00Z", None, 2)
    stale = await chair.patch(path, json={"title": "x"}, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    assert (await chair.patch(path, json={"stage": "open"})).status_code == 422


async def test_staff_see_their_branch_and_manage_by_permission(kit: ServiceKit, tenant: Tenant) -> None:
    here, there = await kit.new_organization(tenant), await kit.new_organization(tenant)
    async with kit.client(tenant.caller(Role.CHAIR, here)) as chair:
        event_id = await drafted(chair, tenant, organization_id=str(here))
    path = f"/v1/events/{event_id}"
    async with kit.client(tenant.caller(Role.CHAIR, there)) as neighbour:
        for request in (
            neighbour.get(path),
            neighbour.post(f"{path}/open"),
            neighbour.get(f"{path}/registrations"),
            neighbour.post("/v1/events", json=gathering(tenant, organization_id=str(here))),
        ):
            assert (await request).status_code == 404
        assert (await neighbour.get("/v1/events")).json()["items"] == []
    async with kit.client(tenant.caller(Role.AUDITOR, here)) as auditor:
        assert (await auditor.get(path)).status_code == 200
        assert (await auditor.post(f"{path}/open")).status_code == 403
    stranger = await kit.new_tenant()
    async with kit.client(stranger.caller(Role.ADMINISTRATOR)) as foreigner:
        assert (await foreigner.get(path)).status_code == 404
        assert (await foreigner.post(f"{path}/open")).status_code == 404


async def test_the_calendar_file_opens_and_keeps_local_time(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    title = "Встреча: вопросы, ответы; чай \\ кофе " * 4
    event_id = await opened(
        chair, tenant, title=title, timezone="Europe/Berlin", description="Раз\nдва", url="https://x.test/live?a=1"
    )
    async with kit.client() as nobody:
        response = await nobody.get(f"/v1/events/{event_id}/calendar.ics")
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = response.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert lines[-1] == b""
    calendar = Calendar.from_ical(response.content)
    (entry,) = calendar.events
    (zone,) = calendar.timezones
    assert zone.tz_name == "Europe/Berlin"
    assert (entry.summary, entry.description) == (title.strip(), "Раз\nдва")
    assert (entry.uid, entry.status) == (f"{event_id}@vmeste", "CONFIRMED")
    assert (entry.stamp, entry.start.isoformat()) == (kit.clock.now(), "2031-05-20T18:30:00+02:00")
    assert b"DTSTART;TZID=Europe/Berlin:20310520T183000" in lines
    assert {b"BEGIN:STANDARD", b"BEGIN:DAYLIGHT"} <= set(lines)
