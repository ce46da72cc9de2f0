"""Signing in through the gateway, and using at once what one has just made."""

import asyncio

import pytest

from deploy.client import Client, Refused
from shared.permissions import Role
from shared.source import LEASE_SECONDS
from tests.e2e.unions import PASSWORD, Union


async def test_a_refresh_token_is_good_once(union: Union) -> None:
    _, name = await union.person()
    nobody = union.client()
    first = await nobody.post("/auth/login", {"sign_in_name": name, "password": PASSWORD})
    second = await nobody.post("/auth/refresh", {"refresh_token": first["refresh_token"]})
    assert (await union.client(second).get("/me"))["person"]["id"] == first["person_id"]

    with pytest.raises(Refused) as reuse:
        await nobody.post("/auth/refresh", {"refresh_token": first["refresh_token"]})
    assert (reuse.value.status, reuse.value.code) == (401, "auth.session_over")
    with pytest.raises(Refused) as heir:
        await nobody.post("/auth/refresh", {"refresh_token": second["refresh_token"]})
    assert heir.value.code == "auth.session_over"


async def test_an_organization_is_used_in_every_service_at_once(union: Union) -> None:
    """Whoever made it waits for nothing: each service waits until it has heard of it."""

    async def make_and_use(number: int) -> None:
        primary = await union.organization(f"Первичка {number}")
        request = {
            "organization_id": primary,
            "kind": "informational",
            "source": "phone",
            "requester": {"display_name": "Котова Анна"},
            "text": "Когда собрание?",
        }
        draft = {"organization_id": primary, "kind": "news", "text": "Мы есть"}
        poll = {"organization_id": primary, "title": "Опрос", "questions": [{"measure": "trust"}]}
        taken, written, asked = await asyncio.gather(
            union.administrator.post("/requests", request),
            union.administrator.post("/publications", draft),
            union.administrator.post("/surveys", poll),
        )
        assert {taken["organization_id"], written["organization_id"], asked["organization_id"]} == {primary}

    await union.known_everywhere()
    for number in range(5):
        async with asyncio.timeout(LEASE_SECONDS):  # before the relay says anything a second time
            await make_and_use(number)


async def test_a_role_works_at_once_and_only_below_its_organization(union: Union) -> None:
    here, there = await union.organization("Здесь"), await union.organization("Там")
    chair = await union.staff(Role.CHAIR, here)
    assert (await _drafted(chair, here))["organization_id"] == here
    with pytest.raises(Refused) as elsewhere:
        await _drafted(chair, there)
    assert elsewhere.value.status == 404


async def _drafted(client: Client, organization: str) -> dict[str, str]:
    return await client.post("/publications", {"organization_id": organization, "kind": "news", "text": "Новость"})
