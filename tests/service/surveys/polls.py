"""Polls as the tests need them: drafted, opened, answered."""

from typing import Any
from uuid import UUID

import httpx

from shared.identity import Caller, CallerKind
from shared.testing.kit import ServiceKit, Tenant

PROBLEM = {"pay": "Зарплата", "safety": "Охрана труда", "rest": "Отдых"}
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "need",
        "kind": "single",
        "text": "Что для вас важнее?",
        "options": [{"id": key, "text": text} for key, text in PROBLEM.items()],
    },
    {
        "id": "help",
        "kind": "multiple",
        "text": "В чём помочь?",
        "options": [{"id": "law", "text": "Право"}, {"id": "trips", "text": "Поездки"}, {"id": "kids", "text": "Дети"}],
        "required": False,
        "most": 2,
    },
    {"id": "work", "kind": "scale", "text": "Как вам работается?", "required": False},
]


def poll(tenant: Tenant, **more: Any) -> dict[str, Any]:
    return {
        "organization_id": str(tenant.root),
        "title": "Чем помочь?",
        "questions": QUESTIONS,
        **more,
    }


async def members(kit: ServiceKit, tenant: Tenant, count: int) -> list[UUID]:
    return [await kit.new_person(tenant, name=f"Член {number}") for number in range(count)]


async def drafted(chair: httpx.AsyncClient, tenant: Tenant, **more: Any) -> str:
    response = await chair.post("/v1/surveys", json=poll(tenant, **more))
    assert response.status_code == 201, response.text
    return response.json()["id"]


async def opened(chair: httpx.AsyncClient, tenant: Tenant, **more: Any) -> str:
    survey_id = await drafted(chair, tenant, **more)
    response = await chair.post(f"/v1/surveys/{survey_id}/open")
    assert response.status_code == 200, response.text
    return survey_id


def person(tenant: Tenant, person_id: UUID) -> Caller:
    """A member without any grant."""
    return Caller(CallerKind.PERSON, tenant.id, person_id, (), tenant.position)


async def respond(
    kit: ServiceKit, tenant: Tenant, survey_id: str, person_id: UUID, answers: dict[str, Any] | None = None
) -> httpx.Response:
    async with kit.client(person(tenant, person_id)) as client:
        body = {"answers": {"need": "pay"} if answers is None else answers}
        return await client.post(f"/v1/surveys/{survey_id}/responses", json=body)
