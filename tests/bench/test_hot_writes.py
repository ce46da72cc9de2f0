"""Registrations and anonymous answers through the gateway, beside single-row inserts into the same PostgreSQL."""

import json
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from deploy.client import Client
from deploy.demo.union import PARKS
from tests.bench.beside import SIZES, beside_raw_inserts
from tests.bench.conftest import Say
from tests.bench.crowd import gather
from tests.bench.load import SECONDS, Caller
from tests.bench.stack import Stack

pytestmark = pytest.mark.bench

PEOPLE_PER_SECOND = 3000  # more than can answer


async def test_registrations(stack: Stack, administrator: Client, caller: Caller, say: Say, tmp_path: Path) -> None:
    path = f"/v1/events/{await _open_event(administrator)}/registrations"
    numbers = count()

    async def register() -> bool:
        body = {"name": "Членова Анна", "email": f"member{next(numbers)}@example.org"}
        await caller.post(stack.address("gateway") + path, json.dumps(body).encode(), {})
        return True

    await beside_raw_inserts("registrations", register, stack, say, tmp_path)


async def test_anonymous_answers(stack: Stack, administrator: Client, caller: Caller, say: Say, tmp_path: Path) -> None:
    parks = next(one for one in await administrator.all("/organizations") if one["name"] == PARKS)
    size = round(PEOPLE_PER_SECOND * SECONDS * len(SIZES))
    crowd = await gather(stack, UUID(administrator.tokens["tenant_id"]), UUID(parks["id"]), size)
    url = f"{stack.address('gateway')}/v1/surveys/{await _open_poll(administrator, parks['id'])}/responses"
    tokens = iter(crowd.tokens)
    body = json.dumps({"answers": {"q1": "o1"}}).encode()

    async def answer() -> bool:
        token = next(tokens, None)
        if token is None:
            return False
        await caller.post(url, body, {"authorization": f"Bearer {token}"})
        return True

    await beside_raw_inserts("anonymous answers", answer, stack, say, tmp_path)


async def _open_event(administrator: Client) -> str:
    me = await administrator.get("/me")
    event = await administrator.post(
        "/events",
        {
            "organization_id": me["grants"][0]["organization_id"],
            "title": "Большая встреча",
            "format": "online",
            "url": "https://example.org/meeting",
            "starts_local": "2035-05-20T18:30:00",
            "ends_local": "2035-05-20T20:00:00",
            "timezone": "Europe/Moscow",
            "capacity": 50,
        },
    )
    await administrator.post(f"/events/{event['id']}/open")
    return event["id"]


async def _open_poll(administrator: Client, organization_id: str) -> str:
    survey = await administrator.post(
        "/surveys",
        {
            "organization_id": organization_id,
            "title": "Что важнее?",
            "questions": [
                {"kind": "single", "text": "Что важнее?", "options": [{"text": "Зарплата"}, {"text": "Отдых"}]}
            ],
        },
    )
    await administrator.post(f"/surveys/{survey['id']}/open")
    return survey["id"]
