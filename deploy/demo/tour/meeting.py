"""More people than seats come to a meeting at once."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from deploy.client import Client
from deploy.demo.tour.stage import Stage

_SEATS: Final = 20
_COMING: Final = 30
_ZONE: Final = "Europe/Moscow"


async def play_meeting(stage: Stage) -> None:
    tell = stage.tell
    tell.chapter("Thirty people want twenty seats")
    event = await _opened(stage)
    path = f"/events/{event['id']}"
    tell.step(f"The information officer announced a meeting with {_SEATS} seats:", quote=event["title"])
    async with Client(stage.address, connections=_COMING) as public:
        taken = await asyncio.gather(*(_register(public, path, number) for number in range(1, _COMING + 1)))
        states = Counter(registration["state"] for registration in taken)
        tell.step(f"{_COMING} registered at once: {states['confirmed']} got seats, {states['waiting']} wait in order.")
        await _promoted(stage, public, path, taken)
    tell.look(f"{stage.address}/v1{path}   public")
    tell.look(f"{stage.address}/v1{path}/calendar.ics   opens in any calendar")


async def _opened(stage: Stage) -> Any:
    starts = datetime.now(ZoneInfo(_ZONE)).replace(tzinfo=None, hour=18, minute=30, second=0, microsecond=0)
    starts += timedelta(days=14)
    body = {
        "organization_id": stage.city,
        "title": "Встреча с юристом: сверхурочные и отпуска",
        "description": "Приносите расчётные листки.",
        "format": "in_person",
        "place": "Москва, ул. Новая, 1, зал 2",
        "timezone": _ZONE,
        "starts_local": starts.isoformat(),
        "ends_local": (starts + timedelta(hours=2)).isoformat(),
        "capacity": _SEATS,
    }
    event = await stage.officer.post("/events", body)
    return await stage.officer.post(f"/events/{event['id']}/open")


async def _register(public: Client, path: str, number: int) -> Any:
    return await public.post(
        f"{path}/registrations", {"name": f"Участник {number}", "email": f"guest{number}@example.org"}
    )


async def _promoted(stage: Stage, public: Client, path: str, taken: list[Any]) -> None:
    """Somebody with a seat stays at home, and the first in the line moves up."""
    seat = next(registration for registration in taken if registration["state"] == "confirmed")
    first = next(registration for registration in taken if registration["position"] == 1)
    await public.post(f"{path}/registrations/{seat['id']}/cancel", registration_token=seat["token"])
    moved = await stage.officer.get(f"{path}/registrations/{first['id']}")
    stage.tell.step(
        f"Number {seat['number']} cancelled; number {moved['number']}, first in line, is now `{moved['state']}`."
    )
