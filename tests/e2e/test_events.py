"""Story 9: more people than seats, all at once."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import httpx
from icalendar import Calendar

from deploy.client import Client, read
from shared.permissions import Role
from tests.e2e.unions import Union

CLIENTS = 200
SEATS = 50


async def test_two_hundred_people_register_at_once_for_fifty_seats(union: Union) -> None:
    officer = await union.staff(Role.INFORMATION_OFFICER)
    event = await _opened(officer, union.root)
    public = union.client(connections=CLIENTS)

    async def register(number: int) -> httpx.Response:
        who = {"name": f"Участник {number}", "email": f"guest{number}@example.org"}
        return await public.call("POST", f"/events/{event}/registrations", json=who)

    answers = await asyncio.gather(*(register(number) for number in range(CLIENTS)))
    assert Counter(answer.status_code for answer in answers) == {201: CLIENTS}

    taken = sorted((read(answer) for answer in answers), key=lambda registration: registration["number"])
    assert [registration["number"] for registration in taken] == list(range(1, CLIENTS + 1))
    assert [registration["state"] for registration in taken] == ["confirmed"] * SEATS + ["waiting"] * (CLIENTS - SEATS)
    assert [registration["position"] for registration in taken[SEATS:]] == list(range(1, CLIENTS - SEATS + 1))
    shown = await public.get(f"/events/{event}")
    assert (shown["state"], shown["confirmed"], shown["waiting"]) == ("full", SEATS, CLIENTS - SEATS)
    assert await _listed(officer, event) == [(seat["number"], seat["state"]) for seat in taken]

    await _cancelled(public, event, taken[7])
    first, second = [await _read(public, event, waiting) for waiting in taken[SEATS : SEATS + 2]]
    assert (first["state"], first["position"]) == ("confirmed", None)
    assert (second["state"], second["position"]) == ("waiting", 1)
    shown = await public.get(f"/events/{event}")
    assert (shown["confirmed"], shown["waiting"]) == (SEATS, CLIENTS - SEATS - 1)


async def test_many_cancel_while_many_register_and_no_seat_is_sold_twice(union: Union) -> None:
    officer = await union.staff(Role.INFORMATION_OFFICER)
    event = await _opened(officer, union.root, seats=5)
    public = union.client(connections=40)

    async def come_and_go(number: int) -> None:
        who = {"name": f"Участник {number}", "email": f"guest{number}@example.org"}
        seat = read(await public.call("POST", f"/events/{event}/registrations", json=who))
        if number % 2:
            await _cancelled(public, event, seat)

    await asyncio.gather(*(come_and_go(number) for number in range(40)))
    states = Counter(state for _, state in await _listed(officer, event))
    assert states == {"confirmed": 5, "waiting": 15, "cancelled": 20}


async def test_the_calendar_file_opens(union: Union) -> None:
    officer = await union.staff(Role.INFORMATION_OFFICER)
    event = await _opened(officer, union.root)
    answer = await union.client().call("GET", f"/events/{event}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    assert isinstance(calendar, Calendar)
    (meeting,) = calendar.events
    shown = await union.client().get(f"/events/{event}")
    assert meeting.summary == shown["title"]
    assert meeting.start == datetime.fromisoformat(shown["starts_at"])
    assert meeting.end == datetime.fromisoformat(shown["ends_at"])


async def _opened(officer: Client, organization: str, seats: int = SEATS) -> str:
    starts = (datetime.now() + timedelta(days=10)).replace(hour=18, minute=30, second=0, microsecond=0)  # noqa: DTZ005 - local
    event = await officer.post(
        "/events",
        {
            "organization_id": organization,
            "title": "Встреча с юристом: сверхурочные, отпуска; «вопросы и ответы»",
            "format": "in_person",
            "place": "Москва, ул. Новая, 1",
            "timezone": "Europe/Moscow",
            "starts_local": starts.isoformat(),
            "ends_local": (starts + timedelta(hours=2)).isoformat(),
            "capacity": seats,
        },
    )
    await officer.post(f"/events/{event['id']}/open")
    return event["id"]


async def _cancelled(public: Client, event: str, registration: dict[str, Any]) -> None:
    path = f"/events/{event}/registrations/{registration['id']}/cancel"
    assert (await public.post(path, registration_token=registration["token"]))["state"] == "cancelled"


async def _read(public: Client, event: str, registration: dict[str, Any]) -> Any:
    path = f"/events/{event}/registrations/{registration['id']}"
    return read(await public.call("GET", path, headers={"registration-token": registration["token"]}))


async def _listed(officer: Client, event: str) -> list[tuple[int, str]]:
    """Number and state of each, in the order in which they came."""
    return [(seat["number"], seat["state"]) for seat in await officer.all(f"/events/{event}/registrations")]
