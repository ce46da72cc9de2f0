"""Contacts that their owner proves: by a code that was mailed to them, or by having signed in with one."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.gateway.people.rules import Network
from shared.contracts import ServiceName
from shared.contracts.publisher import NoticeRequested
from shared.db import asyncpg_url
from shared.permissions import Role
from tests.conftest import Ground
from tests.service.gateway.proofs import Stage, code_in, open_stage, prove
from tests.service.gateway.union import PASSWORD, Union

PHONE = {"kind": "phone", "value": "+79161234567"}


@pytest.fixture(scope="module")
async def stage(ground: Ground) -> AsyncGenerator[Stage]:
    async with open_stage(ground) as stage:
        yield stage


@pytest.fixture
async def union(stage: Stage) -> AsyncGenerator[Union]:
    union = await stage.gateway.found()
    yield union
    await union.admin.aclose()


@dataclass
class Member:
    """Somebody with a telephone and an e-mail address that staff wrote down, signed in."""

    stage: Stage
    client: httpx.AsyncClient
    id: str
    sign_in_name: str
    email: str

    async def contact(self, kind: str = "email") -> dict[str, Any]:
        contacts = (await self.client.get("/v1/me")).json()["person"]["contacts"]
        return next(one for one in contacts if one["kind"] == kind)

    async def ask(self, contact_id: str | None = None) -> httpx.Response:
        contact_id = contact_id or (await self.contact())["id"]
        return await self.client.post(f"/v1/me/contacts/{contact_id}/code")

    async def code(self) -> str:
        asked = await self.ask()
        assert asked.status_code == 202, asked.text
        return code_in((await self.stage.mails(self.email))[-1]["text"])

    async def send_back(self, code: str) -> httpx.Response:
        contact_id = (await self.contact())["id"]
        return await self.client.post(f"/v1/me/contacts/{contact_id}/verify", json={"code": code})


async def member_of(stage: Stage, union: Union) -> Member:
    email = f"{uuid4().hex}@example.org"
    person = await union.person(contacts=[PHONE, {"kind": "email", "value": email.upper()}])
    name = f"member.{uuid4().hex}"
    body = {"sign_in_name": name, "password": PASSWORD}
    await union.admin.put(f"/v1/people/{person['id']}/sign_in", json=body)
    tokens = await stage.gateway.tokens(name)
    return Member(stage, stage.gateway.client(tokens["access_token"]), person["id"], name, email)


@pytest.fixture
async def member(stage: Stage, union: Union) -> AsyncGenerator[Member]:
    member = await member_of(stage, union)
    yield member
    await member.client.aclose()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_person_proves_their_own_address(stage: Stage, member: Member) -> None:
    before = (await member.client.get("/v1/me")).json()["person"]["version"]
    assert (await member.contact())["verified_at"] is None
    asked = await member.ask()
    assert (asked.status_code, asked.json()) == (202, {"expires_in": 600})
    (mail,) = await stage.mails(member.email)
    proven = await member.send_back(code_in(mail["text"]))
    assert proven.status_code == 200, proven.text
    assert proven.json() == await member.contact()
    assert proven.json()["verified_at"] is not None
    assert (await member.contact("phone"))["verified_at"] is None
    assert (await member.client.get("/v1/me")).json()["person"]["version"] == before + 1


async def test_a_repetition_gets_the_answer_that_was_lost(member: Member) -> None:
    path, body = f"/v1/me/contacts/{(await member.contact())['id']}/verify", {"code": await member.code()}
    headers = {"Idempotency-Key": uuid4().hex}
    first, second = [await member.client.post(path, json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200), second.text
    assert second.json() == first.json()
    assert refusal(await member.client.post(path, json=body)) == (422, "auth.wrong_code")


async def test_codes_to_sign_in_come_to_the_address_that_was_proven(stage: Stage, member: Member) -> None:
    await stage.post("/auth/code", sign_in_name=member.sign_in_name)
    assert await stage.mails(member.email) == []
    await member.send_back(await member.code())
    await stage.post("/auth/code", sign_in_name=member.sign_in_name)
    code = code_in((await stage.mails(member.email))[-1]["text"])
    assert (await stage.post("/auth/login", sign_in_name=member.sign_in_name, code=code)).status_code == 200


async def test_a_code_proves_once_and_only_the_newest(member: Member) -> None:
    first, second = await member.code(), await member.code()
    if first != second:
        assert refusal(await member.send_back(first)) == (422, "auth.wrong_code")
    assert (await member.send_back(second)).status_code == 200
    assert refusal(await member.send_back(second)) == (422, "auth.wrong_code")


async def test_a_code_has_five_tries_here_too(member: Member) -> None:
    code = await member.code()
    for _ in range(5):
        assert refusal(await member.send_back(wrong(code))) == (422, "auth.wrong_code")
    assert refusal(await member.send_back(code)) == (422, "auth.wrong_code")
    assert (await member.contact())["verified_at"] is None


async def test_a_code_lasts_ten_minutes_here_too(stage: Stage, member: Member) -> None:
    code = await member.code()
    stage.gateway.clock.advance(timedelta(minutes=9, seconds=59))
    other = await member.code()
    stage.gateway.clock.advance(timedelta(minutes=10))
    tokens = await stage.gateway.tokens(member.sign_in_name)
    member.client.headers["authorization"] = f"Bearer {tokens['access_token']}"
    for each in (code, other):
        assert refusal(await member.send_back(each)) == (422, "auth.wrong_code")


async def test_no_code_for_one_thing_is_good_for_another(stage: Stage, member: Member) -> None:
    code = await member.code()
    assert (await stage.post("/auth/login", sign_in_name=member.sign_in_name, code=code)).status_code == 401
    await member.send_back(code)
    await stage.post("/auth/code", sign_in_name=member.sign_in_name)
    sign_in_code = code_in((await stage.mails(member.email))[-1]["text"])
    assert refusal(await member.send_back(sign_in_code)) == (422, "auth.wrong_code")


async def test_a_telephone_cannot_be_proven(member: Member) -> None:
    phone = (await member.contact("phone"))["id"]
    assert refusal(await member.ask(phone)) == (409, "person.contact_unprovable")
    answer = await member.client.post(f"/v1/me/contacts/{phone}/verify", json={"code": "123456"})
    assert refusal(answer) == (409, "person.contact_unprovable")


async def test_nobody_proves_what_is_anothers(stage: Stage, union: Union, member: Member) -> None:
    other = await member_of(stage, union)
    foreign = (await other.contact())["id"]
    code = await other.code()
    assert (await member.ask(foreign)).status_code == 404
    assert (await member.client.post(f"/v1/me/contacts/{foreign}/verify", json={"code": code})).status_code == 404
    assert (await union.admin.post(f"/v1/me/contacts/{foreign}/verify", json={"code": code})).status_code == 404
    await other.client.aclose()


async def test_an_address_that_is_written_anew_is_proven_anew(union: Union, member: Member) -> None:
    code = await member.code()
    contacts = [PHONE, {"kind": "email", "value": member.email}]
    for kept in (contacts[:1], contacts):
        answer = await union.admin.patch(f"/v1/people/{member.id}", json={"contacts": kept})
        assert answer.status_code == 200, answer.text
    assert refusal(await member.send_back(code)) == (422, "auth.wrong_code")
    await member.send_back(await member.code())
    await union.admin.patch(f"/v1/people/{member.id}", json={"contacts": [{"kind": "email", "value": "x@example.org"}]})
    assert (await member.contact())["verified_at"] is None


async def test_signing_in_by_a_mailed_code_proves_the_address(stage: Stage, union: Union) -> None:
    name = f"{uuid4().hex}@example.org"
    person = await union.person(contacts=[PHONE, {"kind": "email", "value": name}])
    body = {"sign_in_name": name, "password": PASSWORD}
    await union.admin.put(f"/v1/people/{person['id']}/sign_in", json=body)
    await stage.gateway.tokens(name)
    code = await stage.code(name)
    assert await proven(union, person["id"]) == []
    assert (await stage.post("/auth/login", sign_in_name=name, code=code)).status_code == 200
    assert await proven(union, person["id"]) == [name]


async def test_signing_in_by_a_code_in_a_messenger_proves_no_address(stage: Stage, union: Union) -> None:
    name = f"{uuid4().hex}@example.org"
    person = await union.person(contacts=[{"kind": "email", "value": name}])
    body = {"sign_in_name": name, "password": PASSWORD}
    await union.admin.put(f"/v1/people/{person['id']}/sign_in", json=body)
    await prove(union, person["id"], Network.VK, str(uuid4().int % 10**9))
    code = await by_messenger(stage, union, name)
    assert (await stage.post("/auth/login", sign_in_name=name, code=code)).status_code == 200
    assert await proven(union, person["id"]) == []


async def proven(union: Union, person_id: str) -> list[str]:
    contacts = (await union.admin.get(f"/v1/people/{person_id}")).json()["contacts"]
    return [one["value"] for one in contacts if one["verified_at"] is not None]


async def by_messenger(stage: Stage, union: Union, name: str) -> str:
    await stage.post("/auth/code", sign_in_name=name, by="messenger")
    await stage.gateway.desk.post.settle()
    notices = await stage.gateway.house.outbox(ServiceName.GATEWAY, union.id, NoticeRequested)
    return code_in(stage.gateway.runtime.cipher.decrypt(notices[-1].sealed_text))


async def test_a_name_in_another_union_brings_nobody_the_code_of_its_namesake(stage: Stage, union: Union) -> None:
    """Any union gives its people any name: whoever proved other addresses and accounts in it gets other codes."""
    stranger = await stage.gateway.found("Союз другой", sign_in_name=union.sign_in_name)
    email = f"{uuid4().hex}@example.org"
    contacts = [{"kind": "email", "value": email}]
    await stranger.admin.patch(f"/v1/people/{stranger.administrator_id}", json={"contacts": contacts})
    (contact,) = (await stranger.admin.get("/v1/me")).json()["person"]["contacts"]
    await stranger.admin.post(f"/v1/me/contacts/{contact['id']}/code")
    code = code_in((await stage.mails(email))[-1]["text"])
    await stranger.admin.post(f"/v1/me/contacts/{contact['id']}/verify", json={"code": code})

    await stage.post("/auth/code", sign_in_name=union.sign_in_name)
    read = [code_in((await stage.mails(address))[-1]["text"]) for address in (union.sign_in_name, email)]
    assert read[0] != read[1]
    assert await unions_of(stage, union.sign_in_name, read) == [str(union.id), str(stranger.id)]

    await prove(union, str(union.administrator_id), Network.VK, str(uuid4().int % 10**9))
    await prove(stranger, str(stranger.administrator_id), Network.VK, str(uuid4().int % 10**9))
    codes = [await by_messenger(stage, union, union.sign_in_name)]
    notices = await stage.gateway.house.outbox(ServiceName.GATEWAY, stranger.id, NoticeRequested)
    codes.append(code_in(stage.gateway.runtime.cipher.decrypt(notices[-1].sealed_text)))
    assert await unions_of(stage, union.sign_in_name, codes) == [str(union.id), str(stranger.id)]
    await stranger.admin.aclose()


async def unions_of(stage: Stage, name: str, codes: list[str]) -> list[str]:
    """Where each code signs in to."""
    answers = [await stage.post("/auth/login", sign_in_name=name, code=code) for code in codes]
    return [answer.json().get("tenant_id", answer.text) for answer in answers]


async def test_codes_for_contacts_are_limited(ground: Ground) -> None:
    async with open_stage(ground, codes_per_account=2, tries_per_account=3, tries_window_seconds=60) as stage:
        union = await stage.gateway.found()
        member = await member_of(stage, union)
        asked = [(await member.ask()).status_code for _ in range(3)]
        tried = [(await member.send_back("000000")).status_code for _ in range(4)]
        assert asked == [202, 202, 429]
        assert tried == [422, 422, 422, 429]
        await member.client.aclose()
        await union.admin.aclose()


async def test_who_names_a_persons_id_uses_up_none_of_their_tries(ground: Ground) -> None:
    async with open_stage(ground, codes_per_account=2, tries_per_account=3, tries_window_seconds=60) as stage:
        union = await stage.gateway.found()
        member = await member_of(stage, union)
        for _ in range(3):
            await stage.post("/auth/code", sign_in_name=member.id)
            await stage.post("/auth/login", sign_in_name=member.id, password="wrong password", tenant_id=str(union.id))
        proven = await member.send_back(await member.code())
        assert proven.status_code == 200, proven.text
        await member.client.aclose()
        await union.admin.aclose()


async def test_the_code_of_a_contact_is_nowhere_in_the_database(stage: Stage, member: Member, ground: Ground) -> None:
    code = await member.code()
    engine = create_async_engine(asyncpg_url(ground.owner_url))
    async with engine.connect() as connection:
        for table in ("contact_code", "outbox"):
            rows = (await connection.execute(text(f"SELECT to_jsonb(t)::text FROM gateway.{table} t"))).scalars().all()  # noqa: S608 - named above
            assert rows or table == "outbox"
            assert all(f'"{code}"' not in row and f" {code}" not in row for row in rows), table
    await engine.dispose()


async def test_staff_proves_nothing_for_others(union: Union) -> None:
    """A contact is proven by its owner alone, whatever the body of staff says."""
    person = await union.person(contacts=[{"kind": "email", "value": "anna@example.org"}])
    async with await union.staff(Role.CHAIR) as chair:
        written = {"kind": "email", "value": "anna@example.org", "verified_at": "2026-01-01T00:00:00Z"}
        answer = await chair.patch(f"/v1/people/{person['id']}", json={"contacts": [written]})
    assert answer.status_code == 422
