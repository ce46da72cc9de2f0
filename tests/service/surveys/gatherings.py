"""Events as the tests need them: drafted, opened, registered for."""

from typing import Any

import httpx

from shared.identity import NOBODY, Caller
from shared.testing.kit import ServiceKit, Tenant


def gathering(tenant: Tenant, **more: Any) -> dict[str, Any]:
    return {
        "organization_id": str(tenant.root),
        "title": "Встреча с юристом; вопросы, ответы",
        "format": "in_person",
        "place": "Москва, ул. Новая, 1",
        "timezone": "Europe/Moscow",
        "starts_local": "2031-05-20T18:30:00",
        "ends_local": "2031-05-20T20:00:00",
        "capacity": 2,
        **more,
    }


async def drafted(chair: httpx.AsyncClient, tenant: Tenant, **more: Any) -> str:
    response = await chair.post("/v1/events", json=gathering(tenant, **more))
    assert response.status_code == 201, response.text
    return response.json()["id"]


async def opened(chair: httpx.AsyncClient, tenant: Tenant, **more: Any) -> str:
    event_id = await drafted(chair, tenant, **more)
    response = await chair.post(f"/v1/events/{event_id}/open")
    assert response.status_code == 200, response.text
    return event_id


async def register(
    kit: ServiceKit, event_id: str, email: str | None, *, caller: Caller = NOBODY, **more: Any
) -> httpx.Response:
    async with kit.client(caller) as client:
        body = {"name": "Мария Соколова", "email": email, **more}
        return await client.post(f"/v1/events/{event_id}/registrations", json=body)


async def line(chair: httpx.AsyncClient, event_id: str) -> list[tuple[str, str, int | None]]:
    """(email, state, position) of everybody, in the order in which they came."""
    items: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = (await chair.get(f"/v1/events/{event_id}/registrations", params={"limit": "200", **after})).json()
        items += page["items"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    items.sort(key=lambda item: item["number"])
    return [(item["email"], item["state"], item["position"]) for item in items]
