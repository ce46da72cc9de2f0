"""Leaks: the 24 and 72 hours, and the reminders before they are over."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from services.gateway.consents.actions.incidents import remind
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import NotificationRequested
from shared.identity import system
from shared.jobs import read_job
from tests.service.gateway.union import Gateway, Union

WHAT = {
    "what_happened": "Список отправлен не туда",
    "data_kinds": ["names", "contacts"],
    "people_count": 40,
    "measures": "",
}


async def leaked(gateway: Gateway, union: Union, **more: Any) -> dict[str, Any]:
    body = {"organization_id": str(union.id), "noticed_at": gateway.clock.now().isoformat(), **WHAT, **more}
    answer = await union.admin.post("/v1/incidents", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def tell(union: Union, incident_id: str, notice: str, **headers: str) -> Any:
    return await union.admin.post(f"/v1/incidents/{incident_id}/tell", json={"notice": notice}, headers=headers)


async def test_an_incident_is_told_in_time_and_closed(gateway: Gateway, union: Union) -> None:
    incident = await leaked(gateway, union)
    address = f"/v1/incidents/{incident['id']}"
    dues = [clock["due_at"] for clock in incident["clocks"]]
    now = gateway.clock.now()
    expected = [(now + timedelta(hours=hours)).isoformat().replace("+00:00", "Z") for hours in (24, 72)]
    assert dues == expected
    early = await union.admin.post(f"{address}/close")
    assert (early.status_code, early.json()["code"]) == (409, "incident.not_told")
    assert (await tell(union, incident["id"], "first_notice", **{"if-match": '"9"'})).status_code == 412
    assert (await tell(union, incident["id"], "first_notice")).status_code == 200
    again = await tell(union, incident["id"], "first_notice")
    assert (again.status_code, again.json()["code"]) == (409, "incident.already_told")
    changed = await union.admin.put(address, json={**WHAT, "people_count": 38, "measures": "Удалено"})
    assert (changed.json()["people_count"], changed.json()["noticed_at"]) == (38, incident["noticed_at"])
    assert (await tell(union, incident["id"], "report")).status_code == 200
    closed = (await union.admin.post(f"{address}/close")).json()
    assert (closed["state"], [clock["overdue"] for clock in closed["clocks"]]) == ("closed", [False, False])
    late = await union.admin.put(address, json=WHAT)
    assert (late.status_code, late.json()["code"]) == (409, "incident.closed")


async def test_what_is_late_is_shown(gateway: Gateway, union: Union) -> None:
    noticed = (gateway.clock.now() - timedelta(hours=25)).isoformat()
    incident = await leaked(gateway, union, noticed_at=noticed)
    assert [clock["overdue"] for clock in incident["clocks"]] == [True, False]
    told = (await tell(union, incident["id"], "first_notice")).json()
    assert [clock["overdue"] for clock in told["clocks"]] == [True, False], "told, but too late"
    tomorrow = (gateway.clock.now() + timedelta(days=1)).isoformat()
    body = {"organization_id": str(union.id), "noticed_at": tomorrow, **WHAT}
    assert (await union.admin.post("/v1/incidents", json=body)).json()["code"] == "incident.out_of_time"


async def test_staff_are_reminded_before_it_is_too_late(gateway: Gateway, union: Union) -> None:
    """Each time the gateway is told what its notifications are to say, once."""
    incident = await leaked(gateway, union)
    asked: list[str] = []
    seen: set[str] = set()
    for hours in (0, 19, 2, 3, 35, 2, 12):
        gateway.clock.advance(timedelta(hours=hours))
        for one in await wished(gateway, union, incident["id"]):
            if one.incident not in seen:
                asked.append(one.title["en"])
                seen.add(one.incident)
    assert asked == [
        "24 h left: the first notice to Roskomnadzor",
        "72 h left: the report to Roskomnadzor",
        "3 h left: the first notice to Roskomnadzor",
        "Overdue: the first notice to Roskomnadzor",
        "11 h left: the report to Roskomnadzor",
        "Overdue: the report to Roskomnadzor",
    ]


async def wished(gateway: Gateway, union: Union, incident_id: str) -> list[NotificationRequested]:
    """Let the clock's job run once, and see what it asked for before anybody takes it."""
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        query = "SELECT id FROM gateway.job WHERE kind = 'incident_clock' AND memory->>'incident_id' = :incident_id"
        job_id = (await context.store.execute(text(query), {"incident_id": incident_id})).scalar_one()
        await remind(context, await read_job(context.store, ServiceName.GATEWAY, job_id))
    found = await gateway.house.outbox(ServiceName.GATEWAY, union.id, NotificationRequested)
    return [one for one in found if incident_id in one.incident]


async def test_the_clock_runs_by_itself_until_nothing_is_left_to_say(gateway: Gateway, union: Union) -> None:
    incident = await leaked(gateway, union)
    for notice in ("first_notice", "report"):
        await tell(union, incident["id"], notice)
    await gateway.drain()
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        states = await context.store.execute(text("SELECT state FROM gateway.job WHERE kind = 'incident_clock'"))
        assert states.scalars().all() == ["done"]
