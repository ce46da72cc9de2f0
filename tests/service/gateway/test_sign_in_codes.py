"""One-time codes: for whoever a name means, by mail or messenger, and told to nobody else."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import select

from services.gateway.people.rules import Network
from services.gateway.sign_in.tables import SignInCode
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.publisher import NoticeRequested
from shared.db import asyncpg_url
from shared.identity import system
from shared.standing import TenantState, keep_standing
from tests.conftest import Ground
from tests.service.gateway.proofs import Stage, code_in, open_stage, prove, write_down
from tests.service.gateway.union import PASSWORD, Union

NEW = "staple by the window"


@pytest.fixture(scope="module")
async def stage(ground: Ground) -> AsyncGenerator[Stage]:
    async with open_stage(ground) as stage:
        yield stage


@pytest.fixture
async def union(stage: Stage) -> AsyncGenerator[Union]:
    union = await stage.gateway.found()
    yield union
    await union.admin.aclose()


def told(answer: httpx.Response) -> tuple[int, dict[str, Any], set[str]]:
    body: dict[str, Any] = answer.json() if answer.content else {}
    return (
        answer.status_code,
        {name: value for name, value in body.items() if name != "request_id"},
        set(answer.headers),
    )


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def test_a_code_comes_by_mail_and_signs_in_once(stage: Stage, union: Union) -> None:
    code = await stage.code(union.sign_in_name)
    answer = await stage.post("/auth/login", sign_in_name=union.sign_in_name, code=code)
    assert answer.status_code == 200
    assert answer.json()["person_id"] == str(union.administrator_id)
    again = await stage.post("/auth/login", sign_in_name=union.sign_in_name, code=code)
    assert (again.status_code, again.json()["code"]) == (401, "auth.wrong_sign_in")


async def test_nobody_and_somebody_are_answered_alike(stage: Stage, union: Union) -> None:
    nobody = f"{uuid4().hex}@example.org"
    asked = [await stage.post("/auth/code", sign_in_name=name) for name in (union.sign_in_name, nobody)]
    assert told(asked[0]) == told(asked[1])
    assert (asked[0].status_code, asked[0].json()) == (202, {"expires_in": 600})
    assert await stage.mails(nobody) == []
    code = code_in((await stage.mails(union.sign_in_name))[-1]["text"])
    tried = [
        await stage.post("/auth/login", sign_in_name=name, code=wrong(code)) for name in (union.sign_in_name, nobody)
    ]
    assert told(tried[0]) == told(tried[1])
    assert tried[0].status_code == 401


async def test_the_same_is_asked_of_the_database_for_nobody(stage: Stage, union: Union) -> None:
    await stage.code(union.sign_in_name)
    seen: list[list[str]] = []
    for name in (union.sign_in_name, f"{uuid4().hex}@example.org"):
        statements: list[str] = []
        with stage.gateway.counting(statements):
            await stage.post("/auth/login", sign_in_name=name, code="000000")
        seen.append([statement for statement in statements if not statement.startswith(("SET", "UPDATE"))])
    assert seen[0] == seen[1]


async def test_only_the_newest_code_counts(stage: Stage, union: Union) -> None:
    first, second = await stage.code(union.sign_in_name), await stage.code(union.sign_in_name)
    if first != second:
        assert (await stage.post("/auth/login", sign_in_name=union.sign_in_name, code=first)).status_code == 401
    assert (await stage.post("/auth/login", sign_in_name=union.sign_in_name, code=second)).status_code == 200


async def test_a_code_has_five_tries(stage: Stage, union: Union) -> None:
    code = await stage.code(union.sign_in_name)
    for _ in range(5):
        assert (await stage.post("/auth/login", sign_in_name=union.sign_in_name, code=wrong(code))).status_code == 401
    assert (await stage.post("/auth/login", sign_in_name=union.sign_in_name, code=code)).status_code == 401


async def test_a_code_has_five_tries_however_many_come_at_once(stage: Stage, union: Union) -> None:
    code = await stage.code(union.sign_in_name)
    bodies = [{"sign_in_name": union.sign_in_name, "code": wrong(code)} for _ in range(20)]
    await asyncio.gather(*(stage.post("/auth/login", **body) for body in bodies))
    async with unit_of_work(stage.gateway.runtime, union.id, system(union.id)) as context:
        kept = await context.store.first(select(SignInCode))
    assert kept is not None
    assert kept.tries == 5


async def test_a_code_lasts_ten_minutes(stage: Stage, union: Union) -> None:
    code = await stage.code(union.sign_in_name)
    stage.gateway.clock.advance(timedelta(minutes=10))
    assert (await stage.post("/auth/login", sign_in_name=union.sign_in_name, code=code)).status_code == 401


async def test_of_twenty_uses_at_once_one_wins(stage: Stage, union: Union) -> None:
    code = await stage.code(union.sign_in_name)
    bodies = [{"sign_in_name": union.sign_in_name, "code": code} for _ in range(20)]
    answers = await asyncio.gather(*(stage.post("/auth/login", **body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19


async def test_whoever_belongs_to_several_unions_is_sent_one_code_and_chooses(stage: Stage) -> None:
    name = f"{uuid4().hex}@example.org"
    first, second = [await stage.gateway.found(union, sign_in_name=name) for union in ("Союз учителей", "Союз врачей")]
    code = await stage.code(name)
    assert len(await stage.mails(name)) == 1
    answer = await stage.post("/auth/login", sign_in_name=name, code=code)
    assert {error["code"] for error in answer.json()["errors"]} == {str(first.id), str(second.id)}
    chosen = await stage.post("/auth/login", sign_in_name=name, code=code, tenant_id=str(second.id))
    assert chosen.json()["tenant_id"] == str(second.id)
    for union in (first, second):
        await union.admin.aclose()


async def test_a_messenger_is_asked_only_where_the_account_was_proven(stage: Stage, union: Union) -> None:
    person = await union.person()
    name = await union.sign_in_of(person["id"])
    await write_down(union, person["id"], Network.TELEGRAM, "1001")
    await stage.post("/auth/code", sign_in_name=name, by="messenger")
    await stage.gateway.desk.post.settle()
    assert await notices(stage, union) == []
    await prove(union, person["id"], Network.VK, "2002")
    await stage.post("/auth/code", sign_in_name=name, by="messenger")
    await stage.gateway.desk.post.settle()
    (notice,) = await notices(stage, union)
    assert (notice.network, notice.external_user_id) == ("vk", "2002")
    assert notice.expires_at == stage.gateway.clock.now() + timedelta(minutes=10)
    code = code_in(stage.gateway.runtime.cipher.decrypt(notice.sealed_text))
    assert code not in notice.sealed_text
    assert await stage.mails(name) == []
    assert (await stage.post("/auth/login", sign_in_name=name, code=code)).status_code == 200


async def notices(stage: Stage, union: Union) -> list[NoticeRequested]:
    return await stage.gateway.house.outbox(ServiceName.GATEWAY, union.id, NoticeRequested)


async def test_a_code_is_nowhere_in_the_database(stage: Stage, union: Union, ground: Ground) -> None:
    code = await stage.code(union.sign_in_name)
    engine = create_async_engine(asyncpg_url(ground.owner_url))
    async with engine.connect() as connection:
        for table in ("sign_in_code", "outbox"):
            rows = await connection.execute(
                text(f"SELECT to_jsonb(t)::text FROM gateway.{table} t WHERE tenant_id = :id"),  # noqa: S608 - named above
                {"id": union.id},
            )
            assert all(f'"{code}"' not in row and f" {code}" not in row for row in rows.scalars()), table
    await engine.dispose()


async def test_a_forgotten_password_is_set_anew_by_a_code(stage: Stage, union: Union) -> None:
    name = union.sign_in_name
    before = await stage.gateway.tokens(name)
    code = await stage.code(name)
    weak = await stage.post("/auth/password/reset", sign_in_name=name, code=code, new_password="aaaaaaaaaaaa")
    assert (weak.status_code, weak.json()["code"]) == (422, "auth.weak_password")
    bad = await stage.post("/auth/password/reset", sign_in_name=name, code=wrong(code), new_password=NEW)
    assert (bad.status_code, bad.json()["code"]) == (401, "auth.wrong_sign_in")
    done = await stage.post("/auth/password/reset", sign_in_name=name, code=code, new_password=NEW)
    assert done.status_code == 200
    old = await stage.post("/auth/refresh", refresh_token=before["refresh_token"])
    assert old.status_code == 401
    assert (await stage.post("/auth/login", sign_in_name=name, password=PASSWORD)).status_code == 401
    await stage.gateway.tokens(name, NEW)
    assert "Пароль изменён" in (await stage.mails(name))[-1]["subject"]


async def test_a_suspended_union_is_closed_to_its_people(stage: Stage) -> None:
    union = await stage.gateway.found()
    tokens = await stage.gateway.tokens(union.sign_in_name)
    async with unit_of_work(stage.gateway.runtime, union.id, system(union.id)) as context:
        await keep_standing(context, TenantState.SUSPENDED, 1)
    stage.gateway.clock.advance(timedelta(seconds=6))
    answers = [
        await union.admin.get("/v1/me"),
        await stage.post("/auth/login", sign_in_name=union.sign_in_name, password=PASSWORD),
        await stage.post("/auth/refresh", refresh_token=tokens["refresh_token"]),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "tenant.suspended")] * 3
    await stage.post("/auth/code", sign_in_name=union.sign_in_name)
    assert await stage.mails(union.sign_in_name) == []
    async with unit_of_work(stage.gateway.runtime, union.id, system(union.id)) as context:
        await keep_standing(context, TenantState.ACTIVE, 2)
    assert (await union.admin.get("/v1/me")).status_code == 200
    await union.admin.aclose()


async def test_codes_that_are_asked_for_are_limited(ground: Ground) -> None:
    async with open_stage(ground, codes_per_account=2, tries_window_seconds=60) as stage:
        name = f"{uuid4().hex}@example.org"
        answers = [await stage.post("/auth/code", sign_in_name=name) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [202, 202, 429]
        assert answers[2].headers["ratelimit-policy"] == '"codes";q=2;w=60'
        assert answers[2].headers["ratelimit"].startswith('"codes";r=0;t=')
        assert 0 < int(answers[2].headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/password", "one_of"),
        ({"password": PASSWORD, "code": "123456"}, "/password", "one_of"),
        ({"code": "12345"}, "/code", "string_pattern_mismatch"),
        ({"code": "١٢٣٤٥٦"}, "/code", "string_pattern_mismatch"),
    ],
)
async def test_signing_in_takes_one_proof(stage: Stage, body: dict[str, str], pointer: str, code: str) -> None:
    answer = await stage.post("/auth/login", sign_in_name="chair@example.org", **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("name", ["a\u200bnna", "anna\u00a0b", "a\u202enna", "a\ufeffnna", "a\tnna", "anna\x7f"])
async def test_no_name_holds_what_nobody_sees(union: Union, name: str) -> None:
    person = await union.person()
    body = {"sign_in_name": name, "password": PASSWORD}
    assert (await union.admin.put(f"/v1/people/{person['id']}/sign_in", json=body)).status_code == 422
