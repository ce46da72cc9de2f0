"""Seats: never given twice, in the order in which people came, given on when they come back."""

import asyncio

import httpx
import pytest
from sqlalchemy import event

from services.surveys.events.actions.registering import Registrar
from services.surveys.events.rules.seats import RegistrationExists
from services.surveys.events.schemas import NewRegistration, RegistrationTaken
from shared.identity import NOBODY
from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.surveys.gatherings import line, opened, register
from tests.service.surveys.polls import person


async def test_seats_then_a_line(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    event_id = await opened(chair, tenant)
    taken = [await register(kit, event_id, f"{name}@example.org") for name in "abcd"]
    assert [answer.status_code for answer in taken] == [201] * 4
    assert [(answer.json()["state"], answer.json()["position"]) for answer in taken] == [
        ("confirmed", None),
        ("confirmed", None),
        ("waiting", 1),
        ("waiting", 2),
    ]
    first = taken[0].json()
    assert taken[0].headers["location"] == f"/v1/events/{event_id}/registrations/{first['id']}"
    shown = (await chair.get(f"/v1/events/{event_id}")).json()
    assert (shown["state"], shown["confirmed"], shown["waiting"]) == ("full", 2, 2)


@pytest.mark.parametrize(
    "again",
    [
        {"email": "MARIA@example.org "},
        {"phone": "8 (916) 123-45-67"},
        {"email": "other@example.org", "phone": "+79161234567"},
    ],
)
async def test_a_contact_registers_once(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, again: dict[str, str]
) -> None:
    event_id = await opened(chair, tenant)
    first = await register(kit, event_id, "maria@example.org", phone="+7 916 123-45-67")
    assert first.status_code == 201
    async with kit.client() as nobody:
        second = await nobody.post(f"/v1/events/{event_id}/registrations", json={"name": "М", **again})
    assert (second.status_code, second.json()["code"]) == (409, "registration.exists")


async def test_who_is_signed_in_registers_once_and_without_a_contact(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await opened(chair, tenant)
    member = person(tenant, await kit.new_person(tenant))
    taken = await register(kit, event_id, None, caller=member)
    assert taken.status_code == 201
    assert (await register(kit, event_id, "b@example.org", caller=member)).status_code == 409
    assert (await register(kit, event_id, None)).json()["code"] == "registration.contact_needed"
    path = f"/v1/events/{event_id}/registrations/{taken.json()['id']}"
    async with kit.client(member) as client:
        mine = await client.get(path)
        assert (mine.status_code, mine.json()["person_id"]) == (200, str(member.person_id))
        assert (await client.post(f"{path}/cancel")).json()["state"] == "cancelled"
    assert (await register(kit, event_id, None, caller=member)).status_code == 201
    stranger = await kit.new_tenant()
    foreigner = person(stranger, await kit.new_person(stranger))
    assert (await register(kit, event_id, None, caller=foreigner)).json()["code"] == "registration.contact_needed"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": "not an address"}, "/email"),
        ({"email": "a@b"}, "/email"),
        ({"phone": "12"}, "/phone"),
        ({"phone": "=1+1"}, "/phone"),
    ],
)
async def test_a_wrong_contact_is_named(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient, body: dict[str, str], pointer: str
) -> None:
    event_id = await opened(chair, tenant)
    async with kit.client() as nobody:
        refused = await nobody.post(f"/v1/events/{event_id}/registrations", json={"name": "М", **body})
    assert (refused.status_code, refused.json()["code"]) == (422, "registration.invalid_contact")
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_a_cancellation_moves_the_first_who_waits_up(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await opened(chair, tenant, capacity=1)
    taken = [(await register(kit, event_id, f"{name}@example.org")).json() for name in "abcd"]
    path = f"/v1/events/{event_id}/registrations"
    async with kit.client() as nobody:

        async def cancel(place: int) -> httpx.Response:
            token = {"registration-token": taken[place]["token"]}
            return await nobody.post(f"{path}/{taken[place]['id']}/cancel", headers=token)

        assert (await cancel(2)).json()["state"] == "cancelled"  # somebody in the line
        assert (await cancel(0)).json()["state"] == "cancelled"  # the seat
        assert (await cancel(0)).json()["version"] == 2  # again: nothing happens
    assert await line(chair, event_id) == [
        ("a@example.org", "cancelled", None),
        ("b@example.org", "confirmed", None),
        ("c@example.org", "cancelled", None),
        ("d@example.org", "waiting", 1),
    ]
    again = await register(kit, event_id, "a@example.org")
    assert (again.status_code, again.json()["position"]) == (201, 2)


async def test_a_registration_opens_to_its_holder_and_to_staff_alone(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await opened(chair, tenant, capacity=1)
    await register(kit, event_id, "a@example.org")
    mine = (await register(kit, event_id, "b@example.org")).json()
    path = f"/v1/events/{event_id}/registrations/{mine['id']}"
    async with kit.client() as nobody:
        absent = await nobody.get(f"/v1/events/{event_id}/registrations/{tenant.id}")
        for headers in ({}, {"registration-token": "x" * 32}, {"registration-token": ""}):
            refused = await nobody.get(path, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (absent.status_code, absent.json()["code"])
            assert (await nobody.post(f"{path}/cancel", headers=headers)).status_code == 404
        seen = await nobody.get(path, headers={"registration-token": mine["token"]})
        assert (seen.status_code, seen.json()["position"]) == (200, 1)
    other = await opened(chair, tenant)
    assert (await chair.get(f"/v1/events/{other}/registrations/{mine['id']}")).status_code == 404
    async with kit.client(tenant.caller(Role.AUDITOR)) as auditor:
        assert (await auditor.get(path)).status_code == 403  # they audit what is done, not who comes
        assert (await auditor.post(f"{path}/cancel")).status_code == 403
    stale = await chair.post(f"{path}/cancel", headers={"if-match": '"9"'})
    assert stale.status_code == 412
    assert (await chair.post(f"{path}/cancel")).json()["state"] == "cancelled"


async def test_more_seats_go_to_the_line_and_fewer_take_none_away(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await opened(chair, tenant, capacity=1)
    for name in "abcd":
        await register(kit, event_id, f"{name}@example.org")
    path = f"/v1/events/{event_id}"
    grown = (await chair.patch(path, json={"capacity": 3})).json()
    assert (grown["confirmed"], grown["waiting"], grown["state"]) == (3, 1, "full")
    assert [state for _, state, _ in await line(chair, event_id)] == ["confirmed"] * 3 + ["waiting"]
    refused = await chair.patch(path, json={"capacity": 2})
    assert (refused.status_code, refused.json()["code"]) == (409, "event.too_few_seats")
    assert (await chair.patch(path, json={"capacity": 9})).json()["state"] == "open"


async def test_a_seat_that_comes_free_after_the_close_still_goes_on(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await opened(chair, tenant, capacity=1)
    first = (await register(kit, event_id, "a@example.org")).json()
    await register(kit, event_id, "b@example.org")
    await chair.post(f"/v1/events/{event_id}/close")
    await chair.post(f"/v1/events/{event_id}/registrations/{first['id']}/cancel")
    assert [state for _, state, _ in await line(chair, event_id)] == ["cancelled", "confirmed"]


async def test_two_hundred_at_once_for_fifty_seats(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    event_id = await opened(chair, tenant, capacity=50)
    answers = await asyncio.gather(*(register(kit, event_id, f"m{number}@example.org") for number in range(200)))
    assert {answer.status_code for answer in answers} == {201}
    places = [answer.json() for answer in answers]
    assert sum(place["state"] == "confirmed" for place in places) == 50
    assert sorted(place["position"] for place in places if place["state"] == "waiting") == list(range(1, 151))
    waiting = sorted((place["number"], place["position"]) for place in places if place["position"])
    assert [position for _, position in waiting] == list(range(1, 151))
    assert max(place["number"] for place in places if place["state"] == "confirmed") == 50
    listed = await line(chair, event_id)
    assert [state for _, state, _ in listed] == ["confirmed"] * 50 + ["waiting"] * 150
    assert [position for _, _, position in listed][50:] == list(range(1, 151))


async def test_seats_are_not_given_twice_by_several_processes(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await opened(chair, tenant, capacity=10)
    processes = [Registrar(kit.runtime) for _ in range(3)]
    bodies = [NewRegistration(name="М", email=f"m{number % 30}@example.org") for number in range(60)]
    results = await asyncio.gather(
        *(processes[place % 3].register(NOBODY, event_id, body) for place, body in enumerate(bodies)),
        return_exceptions=True,
    )
    taken = [result for result in results if isinstance(result, RegistrationTaken)]
    assert all(isinstance(result, RegistrationTaken | RegistrationExists) for result in results)
    assert sorted(place.number for place in taken) == list(range(1, 31))
    assert [state for _, state, _ in await line(chair, event_id)] == ["confirmed"] * 10 + ["waiting"] * 20


async def test_a_page_costs_the_same_whatever_is_on_it(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await opened(chair, tenant, capacity=1)
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    counts: list[int] = []
    for number in range(6):
        await register(kit, event_id, f"m{number}@example.org")
        event.listen(kit.runtime.database.engine.sync_engine, "before_cursor_execute", count)
        statements.clear()
        assert len((await chair.get(f"/v1/events/{event_id}/registrations")).json()["items"]) == number + 1
        counts.append(len(statements))
        event.remove(kit.runtime.database.engine.sync_engine, "before_cursor_execute", count)
    assert len(set(counts)) == 1


async def test_registrations_cancellations_and_growth_at_once_keep_the_house_in_order(
    kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient
) -> None:
    event_id = await opened(chair, tenant, capacity=10)
    early = [(await register(kit, event_id, f"early{number}@example.org")).json() for number in range(20)]
    path = f"/v1/events/{event_id}"
    answers = await asyncio.gather(
        *(register(kit, event_id, f"late{number}@example.org") for number in range(30)),
        *(chair.post(f"{path}/registrations/{each['id']}/cancel") for each in early[::2]),
        chair.patch(path, json={"capacity": 12}),
    )
    assert {answer.status_code for answer in answers} == {200, 201}
    shown = (await chair.get(path)).json()
    listed = await line(chair, event_id)
    states = [state for _, state, _ in listed]
    assert (states.count("confirmed"), states.count("waiting")) == (shown["confirmed"], shown["waiting"]) == (12, 28)
    active = [state for state in states if state != "cancelled"]
    assert active == ["confirmed"] * 12 + ["waiting"] * 28  # nobody overtook anybody


async def test_a_kept_answer_is_its_holders_alone(kit: ServiceKit, tenant: Tenant, chair: httpx.AsyncClient) -> None:
    """Whoever guesses the Idempotency-Key of somebody without a sign-in does not know their token."""
    event_id = await opened(chair, tenant)
    mine = (await register(kit, event_id, "a@example.org")).json()
    path, key = f"/v1/events/{event_id}/registrations/{mine['id']}/cancel", {"idempotency-key": "1"}
    async with kit.client() as nobody:
        first, again = [await nobody.post(path, headers={**key, "registration-token": mine["token"]}) for _ in range(2)]
        assert (first.status_code, again.content) == (200, first.content)
        assert again.headers["idempotent-replayed"] == "true"
        for headers in (key, {**key, "registration-token": "x" * 32}):
            assert (await nobody.post(path, headers=headers)).status_code == 404
