"""Signing in by Telegram and by VK ID: only with an account that the network itself said is theirs."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import select

from services.gateway.people.rules import Network
from services.gateway.sign_in.rules.vk_id import parse_state
from services.gateway.sign_in.tables import VkAuthorization
from shared.clock import new_id
from shared.context import unit_of_work
from shared.identity import system
from shared.permissions import Role
from tests.conftest import Ground
from tests.service.gateway.proofs import RETURN, Stage, connect_bot, init_data, open_stage, prove, write_down
from tests.service.gateway.union import Union


@pytest.fixture(scope="module")
async def stage(ground: Ground) -> AsyncGenerator[Stage]:
    async with open_stage(ground) as stage:
        yield stage


@pytest.fixture
async def union(stage: Stage) -> AsyncGenerator[Union]:
    union = await stage.gateway.found()
    await connect_bot(union)
    yield union
    await union.admin.aclose()


def number() -> int:
    return uuid4().int % 10**9 + 1


async def by_telegram(stage: Stage, union: Union, data: str) -> httpx.Response:
    return await stage.post("/auth/telegram", tenant_id=str(union.id), init_data=data, device="Телефон")


async def wrong_password(stage: Stage) -> dict[str, Any]:
    """What any wrong sign-in is answered."""
    answer = await stage.post("/auth/login", sign_in_name="nobody@example.org", password="wrong password")
    return said(answer)


def said(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 401, answer.text
    return {name: value for name, value in answer.json().items() if name not in {"request_id", "instance"}}


async def test_a_proven_account_of_telegram_signs_in(stage: Stage, union: Union) -> None:
    person, account = await union.person(), number()
    await prove(union, person["id"], Network.TELEGRAM, str(account))
    answer = await by_telegram(stage, union, init_data(account, stage.gateway.clock.now()))
    assert answer.status_code == 200, answer.text
    assert answer.json()["person_id"] == person["id"]
    async with stage.gateway.client(answer.json()["access_token"]) as client:
        (session,) = (await client.get("/v1/auth/sessions")).json()["items"]
    assert (session["device"], session["current"]) == ("Телефон", True)


async def test_an_account_that_staff_wrote_down_signs_nobody_in(stage: Stage, union: Union) -> None:
    person, account = await union.person(), number()
    await write_down(union, person["id"], Network.TELEGRAM, str(account))
    answer = await by_telegram(stage, union, init_data(account, stage.gateway.clock.now()))
    assert said(answer) == await wrong_password(stage)
    unknown = await by_telegram(stage, union, init_data(number(), stage.gateway.clock.now()))
    assert said(unknown) == said(answer)


async def test_init_data_is_good_once(stage: Stage, union: Union) -> None:
    person, account = await union.person(), number()
    await prove(union, person["id"], Network.TELEGRAM, str(account))
    data = init_data(account, stage.gateway.clock.now())
    answers = await asyncio.gather(*(by_telegram(stage, union, data) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]
    shuffled = urlencode(sorted(parse_qsl(data), reverse=True))
    assert (await by_telegram(stage, union, shuffled)).status_code == 401


@pytest.mark.parametrize(("minutes", "status"), [(-1, 401), (0, 200), (4.9, 200), (5.1, 401), (600, 401)])
async def test_init_data_is_good_for_five_minutes(stage: Stage, union: Union, minutes: float, status: int) -> None:
    person, account = await union.person(), number()
    await prove(union, person["id"], Network.TELEGRAM, str(account))
    made = stage.gateway.clock.now() - timedelta(minutes=minutes)
    assert (await by_telegram(stage, union, init_data(account, made))).status_code == status


async def test_init_data_of_another_bot_or_key_is_refused(stage: Stage, union: Union) -> None:
    person, account, now = await union.person(), number(), stage.gateway.clock.now()
    await prove(union, person["id"], Network.TELEGRAM, str(account))
    forged = init_data(account, now, key=Ed25519PrivateKey.generate())
    for data in (init_data(account, now, bot="1"), forged, _changed(init_data(number(), now), account)):
        assert said(await by_telegram(stage, union, data)) == await wrong_password(stage)


async def test_the_bot_of_another_union_lets_nobody_in(stage: Stage, union: Union) -> None:
    other = await stage.gateway.found("Союз другой")
    await connect_bot(other, "5550001")
    person, account = await union.person(), number()
    await prove(union, person["id"], Network.TELEGRAM, str(account))
    data = init_data(account, stage.gateway.clock.now(), bot="5550001")
    assert (await by_telegram(stage, union, data)).status_code == 401
    assert (await by_telegram(stage, other, data)).status_code == 401
    nowhere = await stage.post("/auth/telegram", tenant_id=str(new_id()), init_data=data)
    assert said(nowhere) == await wrong_password(stage)
    await other.admin.aclose()


async def test_the_bot_of_a_part_of_the_union_lets_nobody_in(stage: Stage, union: Union) -> None:
    """Who runs it is handed the init data of whoever opens it."""
    primary = await union.organization()
    await connect_bot(union, "5550002", primary["id"])
    person, account = await union.person(primary["id"]), number()
    await prove(union, person["id"], Network.TELEGRAM, str(account))
    data = init_data(account, stage.gateway.clock.now(), bot="5550002")
    assert said(await by_telegram(stage, union, data)) == await wrong_password(stage)
    own = init_data(number(), stage.gateway.clock.now(), bot="5550002")
    linked = await union.admin.post("/v1/me/identifiers/telegram", json={"init_data": own})
    assert (linked.status_code, linked.json()["code"]) == (422, "auth.proof_refused")
    data = init_data(account, stage.gateway.clock.now())
    assert (await by_telegram(stage, union, data)).status_code == 200


def _changed(data: str, user_id: int) -> str:
    """The same signature over another person."""
    fields = dict(parse_qsl(data))
    return urlencode({**fields, "user": f'{{"id": {user_id}}}'})


async def test_somebody_links_their_telegram_and_signs_in_by_it(stage: Stage, union: Union) -> None:
    account, clock = number(), stage.gateway.clock
    linked = await union.admin.post("/v1/me/identifiers/telegram", json={"init_data": init_data(account, clock.now())})
    assert linked.json() == {"network": "telegram", "external_id": str(account)}
    clock.advance(timedelta(seconds=1))
    assert (await by_telegram(stage, union, init_data(account, clock.now()))).status_code == 200
    person = await union.person()
    tokens = await stage.gateway.tokens(await union.sign_in_of(person["id"]))
    clock.advance(timedelta(seconds=1))
    async with stage.gateway.client(tokens["access_token"]) as client:
        body = {"init_data": init_data(account, clock.now())}
        taken = await client.post("/v1/me/identifiers/telegram", json=body)
        assert (taken.status_code, taken.json()["code"]) == (409, "person.identifier_taken")
        bad = await client.post("/v1/me/identifiers/telegram", json={"init_data": "user=%7B%7D"})
        assert (bad.status_code, bad.json()["code"]) == (422, "auth.proof_refused")


async def test_a_proven_account_of_vk_signs_in(stage: Stage, union: Union) -> None:
    person, vk_id = await union.person(), await stage.vk_person()
    await prove(union, person["id"], Network.VK, str(vk_id))
    answer = await stage.post("/auth/vk", **await stage.through_vk(union, vk_id))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["person_id"], answer.json()["tenant_id"]) == (person["id"], str(union.id))


async def test_an_unproven_account_of_vk_signs_nobody_in(stage: Stage, union: Union) -> None:
    person, vk_id = await union.person(), await stage.vk_person()
    await write_down(union, person["id"], Network.VK, str(vk_id))
    answer = await stage.post("/auth/vk", **await stage.through_vk(union, vk_id))
    assert said(answer) == await wrong_password(stage)


async def test_a_way_through_vk_is_taken_once(stage: Stage, union: Union) -> None:
    person, vk_id = await union.person(), await stage.vk_person()
    await prove(union, person["id"], Network.VK, str(vk_id))
    came = await stage.through_vk(union, vk_id)
    answers = await asyncio.gather(*(stage.post("/auth/vk", **came) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]


async def test_a_failed_exchange_uses_the_way_up(stage: Stage, union: Union) -> None:
    person, vk_id = await union.person(), await stage.vk_person()
    await prove(union, person["id"], Network.VK, str(vk_id))
    came = await stage.through_vk(union, vk_id)
    assert (await stage.post("/auth/vk", **{**came, "code": "x"})).status_code == 401
    assert (await stage.post("/auth/vk", **came)).status_code == 401


@pytest.mark.parametrize("field", ["code", "device_id", "state"])
async def test_what_came_back_belongs_together(stage: Stage, union: Union, field: str) -> None:
    person, vk_id = await union.person(), await stage.vk_person()
    await prove(union, person["id"], Network.VK, str(vk_id))
    own, foreign = await stage.through_vk(union, vk_id), await stage.through_vk(union, vk_id)
    answer = await stage.post("/auth/vk", **{**own, field: foreign[field]})
    assert said(answer) == await wrong_password(stage)


@pytest.mark.parametrize("state", ["x", "A" * 107, "A" * 200])
async def test_a_made_up_state_leads_nowhere(stage: Stage, union: Union, state: str) -> None:
    del union
    answer = await stage.post("/auth/vk", code="x", device_id="x", state=state)
    assert said(answer) == await wrong_password(stage)


async def test_the_way_through_vk_is_open_for_ten_minutes(stage: Stage, union: Union) -> None:
    person, vk_id = await union.person(), await stage.vk_person()
    await prove(union, person["id"], Network.VK, str(vk_id))
    came = await stage.through_vk(union, vk_id)
    stage.gateway.clock.advance(timedelta(minutes=10))
    assert (await stage.post("/auth/vk", **came)).status_code == 401


async def test_the_verifier_is_sealed_and_the_state_hashed(stage: Stage, union: Union) -> None:
    started = await stage.post("/auth/vk/start", tenant_id=str(union.id), redirect_uri=RETURN)
    async with unit_of_work(stage.gateway.runtime, union.id, system(union.id)) as context:
        row = await context.store.first(select(VkAuthorization))
        assert row is not None
        verifier = context.runtime.cipher.decrypt(row.sealed_verifier)
    assert verifier not in row.sealed_verifier
    assert verifier not in started.text
    assert parse_state(started.json()["state"]).hashed == row.secret_hash


@pytest.mark.parametrize("uri", ["https://evil.test/vk", f"{RETURN}/../x", f"{RETURN}?x=1", "javascript:alert(1)"])
async def test_people_are_sent_back_only_where_the_operator_says(stage: Stage, union: Union, uri: str) -> None:
    answer = await stage.post("/auth/vk/start", tenant_id=str(union.id), redirect_uri=uri)
    assert (answer.status_code, answer.json()["code"]) == (422, "auth.unknown_redirect")


async def test_no_way_begins_at_a_union_that_is_not_there(stage: Stage) -> None:
    answer = await stage.post("/auth/vk/start", tenant_id=str(new_id()), redirect_uri=RETURN)
    assert answer.status_code == 404


async def test_somebody_links_their_vk_and_signs_in_by_it(stage: Stage, union: Union) -> None:
    vk_id = await stage.vk_person()
    came = await stage.through_vk_to_link(union.admin, vk_id)
    linked = await union.admin.post("/v1/me/identifiers/vk", json=came)
    assert linked.json() == {"network": "vk", "external_id": str(vk_id)}
    assert (await stage.post("/auth/vk", **await stage.through_vk(union, vk_id))).status_code == 200
    other = await stage.gateway.found("Союз другой")
    came = await stage.through_vk_to_link(union.admin, vk_id)
    foreign = await other.admin.post("/v1/me/identifiers/vk", json=came)
    assert (foreign.status_code, foreign.json()["code"]) == (422, "auth.proof_refused")
    await other.admin.aclose()


async def test_a_way_through_vk_leads_only_to_what_it_was_begun_for(stage: Stage, union: Union) -> None:
    """Else a browser could be made to come back with a stranger's account, or to link it."""
    person, vk_id = await union.person(), await stage.vk_person()
    await prove(union, person["id"], Network.VK, str(vk_id))
    to_link = await stage.through_vk_to_link(union.admin, vk_id)
    assert said(await stage.post("/auth/vk", **to_link)) == await wrong_password(stage)
    other = await stage.vk_person()
    signing_in = await stage.through_vk(union, other)
    refused = await union.admin.post("/v1/me/identifiers/vk", json=signing_in)
    assert (refused.status_code, refused.json()["code"]) == (422, "auth.proof_refused")


async def test_a_way_through_vk_is_for_whoever_began_it(stage: Stage, union: Union) -> None:
    vk_id = await stage.vk_person()
    came = await stage.through_vk_to_link(union.admin, vk_id)
    colleague = await union.staff(Role.CHAIR)
    refused = await colleague.post("/v1/me/identifiers/vk", json=came)
    assert (refused.status_code, refused.json()["code"]) == (422, "auth.proof_refused")
    linked = await union.admin.post("/v1/me/identifiers/vk", json=came)
    assert linked.status_code == 200, linked.text
    await colleague.aclose()


async def test_without_vk_id_there_is_none(ground: Ground) -> None:
    async with open_stage(ground, vk_client_id=None) as stage:
        answer = await stage.post("/auth/vk/start", tenant_id=str(new_id()), redirect_uri=RETURN)
    assert (answer.status_code, answer.json()["code"]) == (409, "auth.vk_id_off")
